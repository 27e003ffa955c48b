"""Runs command lines in this process: real settings, real SQLite, a fixed clock, an environment of its own."""

from __future__ import annotations

import io
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.pipeline.stage import Stage
from tmwatch.cli import main
from tmwatch.cli.invocation import Invocation
from tmwatch.demo import corpus
from tmwatch.demo.cases import info_json
from tmwatch.demo.stub import StubState, serve
from tmwatch.store import schema
from tmwatch.store.engine import create_file

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
    environ: dict[str, str] = field(default_factory=lambda: {"TMWATCH_ORDERS_PAGE_URL": ""})  # no network in tests
    waits: list[float] = field(default_factory=list)  # the seconds that would have been slept

    @property
    def database(self) -> Path:
        return self.folder / "data" / "tmwatch" / "tmwatch.db"

    def __call__(self, *args: str, stdin: bytes = b"", **environ: str) -> Result:
        user = {"XDG_DATA_HOME": str(self.folder / "data"), "XDG_CONFIG_HOME": str(self.folder / "user")}
        user["TMWATCH_ORDERS_PAGE_URL"] = ""  # no test reads the real page
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
def ready(cli: Cli, _sqlite_template: Path) -> Cli:
    """A command line with a database, as `tmwatch db upgrade` leaves it."""
    create_file(cli.database)
    shutil.copyfile(_sqlite_template, cli.database)
    return cli


@pytest.fixture
def tsdr(ready: Cli) -> Iterator[StubState]:
    """A loopback TSDR that `ready` asks with the right key; it serves the first day of the invented portfolio."""
    state = StubState(cases={serial: info_json(case) for serial, case in corpus.days(NOW.date()).first.items()})
    with serve(state) as base_url:
        ready.environ |= {"TMWATCH_TSDR_BASE_URL": base_url, "TMWATCH_TSDR_API_KEY": state.key}
        yield state


@pytest.fixture(scope="session")
def _watched_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the invented portfolio imported and asked for once, on the day before NOW."""
    folder = tmp_path_factory.mktemp("watched")
    url = f"sqlite:///{folder / 'tmwatch.db'}"
    schema.upgrade(url)
    state = StubState()
    with serve(state) as base_url:
        stage = Stage(folder, url, base_url, state)
        stage.watch(at=NOW - timedelta(days=2))
        stage.serve(corpus.days(NOW.date()).first.values())
        assert stage.run(NOW - timedelta(days=1)).complete
    return folder / "tmwatch.db"


@pytest.fixture
def watching(ready: Cli, tsdr: StubState, _watched_database: Path) -> Cli:
    """A command line with the invented portfolio imported and asked for once, on the day before."""
    shutil.copy(_watched_database, ready.database)
    return ready


@pytest.fixture
def closed_port() -> str:
    """The address of a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"
