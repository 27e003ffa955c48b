"""Runs command lines in this process: real settings, real SQLite, a fixed clock, an environment of its own."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tmwatch.cli import main
from tmwatch.cli.invocation import Invocation

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


@dataclass
class Result:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass
class Cli:
    """`cli("portfolio", "list", TMWATCH_X="y")` runs one command line in `folder`."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    now: datetime = NOW
    environ: dict[str, str] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)  # the seconds that would have been slept

    @property
    def database(self) -> Path:
        return self.folder / "data" / "tmwatch" / "tmwatch.db"

    def __call__(self, *args: str, stdin: bytes = b"", **environ: str) -> Result:
        user = {"XDG_DATA_HOME": str(self.folder / "data"), "XDG_CONFIG_HOME": str(self.folder / "user")}
        call = Invocation({**user, **self.environ, **environ}, self.folder, lambda: self.now, sleep=self.waits.append)
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        self.capture.readouterr()
        code = main(list(args), call)
        return Result(code, *self.capture.readouterr())

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A command line in an empty folder."""
    return Cli(tmp_path, capsys, monkeypatch)


@pytest.fixture
def ready(cli: Cli) -> Cli:
    """A command line with a database."""
    assert cli("db", "upgrade").code == 0
    return cli
