"""DuckDB, opened the way the register needs it; nothing else of the program imports it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tmwatch.errors import StoreError, UsageError
from tmwatch.text import say

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Result = TypeVar("Result")
MEMORY_MB = 300  # what a build or a question may hold at once; the rest goes to the disk
MORE = 4  # times as much, where that is too little
MISSING = say("the register needs DuckDB: pip install 'tmwatch[register]'")


class TooLittleMemory(StoreError):
    """DuckDB cannot go on within the memory it was given: not everything it holds can go to the disk."""


def within_memory(work: Callable[[int], Result], memory_mb: int = MEMORY_MB) -> Result:
    """Do `work(memory_mb)`; when that is too little, which long texts can cause, do it anew with MORE times as much."""
    try:
        return work(memory_mb)
    except TooLittleMemory:
        return work(MORE * memory_mb)


@contextmanager
def open_duckdb(
    spill: Path | None = None, *, memory_mb: int = MEMORY_MB, threads: int | None = None
) -> Iterator[DuckDBPyConnection]:
    """Give an empty in-memory database; what does not fit into `memory_mb` goes to the folder `spill`.

    UsageError without the extra; StoreError when the disk refuses or a file of the register is damaged,
    TooLittleMemory.
    """
    try:
        import duckdb
    except ImportError as error:
        raise UsageError(MISSING) from error
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_mb}MB",
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if spill is not None:
        config["temp_directory"] = str(spill)
    if threads is not None:
        config["threads"] = threads
    conn = duckdb.connect(config=config)
    try:
        yield conn
    except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, duckdb.InternalException):
        raise  # the SQL is our own: a mistake in it is a bug
    except duckdb.Error as error:
        line = str(error).splitlines()[0]
        kind = TooLittleMemory if isinstance(error, duckdb.OutOfMemoryException) else StoreError
        raise kind(say("the register cannot be read or written: {reason}", reason=line)) from error
    finally:
        conn.close()


def quoted(text: str) -> str:
    """Return a text as an SQL literal (file names stand where DuckDB takes no parameters)."""
    return "'" + text.replace("'", "''") + "'"


def file_list(paths: Sequence[Path]) -> str:
    """Return paths as an SQL list."""
    return "[" + ", ".join(quoted(str(path)) for path in paths) + "]"


def rows_of(conn: DuckDBPyConnection, sql: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Run a query and return its rows as dictionaries."""
    done = conn.execute(sql, list(parameters))
    names = [column[0] for column in done.description or ()]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def one_of(conn: DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    """Run a query that gives exactly one row and return it."""
    row: tuple[Any, ...] | None = conn.execute(sql).fetchone()
    if row is None:
        raise StoreError(say("the register gave no answer; build it again: tmwatch register build FILES..."))
    return row
