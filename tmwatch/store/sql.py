"""The few statements that differ between the two databases, and IN lists in chunks. The only upsert in the house."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

CHUNK = 500
DOUBTFUL = timedelta(days=1)  # what is dated further ahead than this was written while a clock was wrong
T = TypeVar("T")
Row = Mapping[str, Any]


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces short enough for an IN list."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def insert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return the dialect's INSERT, the one that knows ON CONFLICT."""
    return _insert(conn.dialect.name, table)


@cache
def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return the statement, one for all: what is added to it makes another."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # slow to load, and a program on SQLite starts without it

    return postgresql.insert(table)


def upsert(
    conn: Connection,
    table: Table,
    rows: Sequence[Row],
    key: Sequence[str],
    keep: Sequence[str] = (),
) -> None:
    """Insert `rows` (all with the same columns) or, where `key` exists, update every column but `key` and `keep`."""
    if not rows:
        return
    statement = insert(conn, table)
    changed = {c: statement.excluded[c] for c in rows[0] if c not in key and c not in keep}
    if changed:
        conn.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed), list(rows))
    else:
        conn.execute(statement.on_conflict_do_nothing(index_elements=list(key)), list(rows))


def insert_new(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert `rows`; those whose key exists stay as they are."""
    if rows:
        conn.execute(insert(conn, table).on_conflict_do_nothing(), list(rows))
