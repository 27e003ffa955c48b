"""What the two databases say when something is wrong, turned into one clear line without user name or password."""

from __future__ import annotations

import sqlite3

from sqlalchemy.engine import URL, ExceptionContext

from tmwatch.errors import SchemaError, StoreError, TmwatchError
from tmwatch.text import N_, Text, say

_SQLITE = (
    ("locked", N_("{database} is locked by another program; close it or try again in a minute")),
    ("disk is full", N_("{database} could not be written: the disk is full; free some space and run again")),
    (
        "readonly",
        N_("{database} cannot be written: the file, its folder or the disk is read-only; change that and run again"),
    ),
    ("malformed", N_("{database} is damaged; restore the newest backup (the *.backup-* files beside it)")),
    ("not a database", N_("{database} is no SQLite database; check database.url, or restore a backup")),
    ("unable to open", N_("{database} cannot be opened; check that the file exists and may be read and written")),
    ("disk i/o", N_("{database} could not be read or written (disk I/O error); check the disk")),
)
_POSTGRES = (
    ("password authentication failed", N_("{database} refused the user name or password; check database.url")),
    ("no password supplied", N_("{database} wants a password; write it into database.url")),
    ("does not exist", N_("{database} has no such database or user; create it, or check database.url")),
    ("too many clients", N_("{database} has no free connection; try again in a minute")),
    ("too many connections", N_("{database} has no free connection; try again in a minute")),
    ("starting up", N_("{database} is starting up; try again in a minute")),
    ("no space left", N_("{database} could not be written: its disk is full; free some space and run again")),
    ("read-only", N_("{database} does not take writes (read-only); check database.url")),
)


def place(url: URL) -> Text:
    """Name a database without its password: the file, or host and database name."""
    if url.get_backend_name() == "sqlite":
        return say("the database {path}", path=url.database)
    return say("the PostgreSQL database {name} on {host}", name=url.database, host=url.host or say("this machine"))


def translate(error: BaseException, where: str | Text) -> TmwatchError | None:
    """Return the error of ours that says what `error` means, None when it is a bug and has to crash."""
    text = str(error).lower()
    if isinstance(error, sqlite3.Error):
        if "no such table" in text or "no such column" in text or "has no column" in text:
            return _lacks(where)
        refusals = (sqlite3.OperationalError, sqlite3.DatabaseError)  # not their children: a broken key is a bug
        return _first(_SQLITE, text, where) if type(error) in refusals else None
    if not type(error).__module__.startswith("psycopg"):
        return None
    import psycopg  # loaded by now; a program on SQLite starts without it

    if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return _lacks(where)
    ended = (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.IdleInTransactionSessionTimeout)
    if isinstance(error, (psycopg.OperationalError, *ended)):
        return _first(_POSTGRES, text, where) or StoreError(
            say("{database} does not answer; check that it is running", database=where)
        )
    return None


def _lacks(where: str | Text) -> SchemaError:
    return SchemaError(
        say("{database} lacks a table or column of this tmwatch; run: tmwatch db upgrade", database=where)
    )


def _first(table: tuple[tuple[str, str], ...], text: str, where: str | Text) -> StoreError | None:
    """Return the error of the first phrase met in `text`."""
    return next((StoreError(say(said, database=where)) for phrase, said in table if phrase in text), None)


def convert(context: ExceptionContext) -> None:
    """SQLAlchemy's handle_error event: raise our error in place of the driver's, with it as the cause.

    A path or a host is shown, never the statement's values, the user name or the password.
    """
    url = context.engine.url if context.engine is not None else None
    where = place(url) if url is not None else say("the database")
    error = translate(context.original_exception, where)
    if error is not None:
        raise error from context.original_exception
