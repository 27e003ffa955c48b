"""Small invented files and registers for the tests of the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bulk_maker import Case, daily, zipped
from tmwatch.register.build import BuildResult, build
from tmwatch.register.folder import Folder
from tmwatch.register.opened import Register, open_register

NOW = datetime(2026, 1, 20, 6, 0, tzinfo=UTC)
BASE = "apc18840407-20251231-01.zip"


class SameProcess(Executor):
    """Runs a job at once in this process."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def write(folder: Path, name: str, cases: Iterable[Case | str], key: str = "TX") -> Path:
    """Write a zip of a daily or annual file."""
    path = folder / name
    path.write_bytes(zipped(daily((key, cases)), name.replace(".zip", ".xml")))
    return path


def build_here(place: Path, *sources: Path) -> BuildResult:
    """Build in this process."""
    return build(Folder(place), [str(source) for source in sources], SameProcess, NOW, lambda counts: None, 1)


@contextmanager
def register_of(folder: Path, *files: tuple[str, Iterable[Case | str]]) -> Iterator[Register]:
    """Give the register of files (name, records), read one after the other as on successive days."""
    for name, cases in files:
        result = build_here(folder / "register", write(folder, name, cases))
        assert not result.problems
    with open_register(Folder(folder / "register")) as register:
        yield register


def case(serial: str, **changes: Any) -> Case:
    """Return an invented record; `header` entries join those of the model, None takes one out."""
    header = {**Case().header, **changes.pop("header", {})}
    filled = {name: text for name, text in header.items() if text is not None}
    return replace(Case(serial=serial), header=filled, **changes)


def status_only(serial: str, **header: str) -> Case:
    """Return a record that tells status alone."""
    transaction = header.pop("transaction", "20260105")
    return Case(
        serial=serial,
        transaction=transaction,
        header=header,
        statements=(),
        events=(),
        classes=(),
        correspondent=(),
        owners=(),
    )
