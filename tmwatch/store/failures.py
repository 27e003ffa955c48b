"""What the two databases say when something is wrong, turned into one clear line without user name or password."""

from __future__ import annotations

import sqlite3

from sqlalchemy.engine import URL, ExceptionContext

from tmwatch.errors import SchemaError, StoreError, TmwatchError

_SQLITE = (
    ("locked", "is locked by another program; close it or try again in a minute"),
    ("disk is full", "could not be written: the disk is full; free some space and run again"),
    ("readonly", "cannot be written: the file, its folder or the disk is read-only; change that and run again"),
    ("malformed", "is damaged; restore the newest backup (the *.backup-* files beside it)"),
    ("not a database", "is no SQLite database; check database.url, or restore a backup"),
    ("unable to open", "cannot be opened; check that the file exists and may be read and written"),
    ("disk i/o", "could not be read or written (disk I/O error); check the disk"),
)
_POSTGRES = (
    ("password authentication failed", "refused the user name or password; check database.url"),
    ("no password supplied", "wants a password; write it into database.url"),
    ("does not exist", "has no such database or user; create it, or check database.url"),
    ("too many clients", "has no free connection; try again in a minute"),
    ("too many connections", "has no free connection; try again in a minute"),
    ("starting up", "is starting up; try again in a minute"),
    ("no space left", "could not be written: its disk is full; free some space and run again"),
    ("read-only", "does not take writes (read-only); check database.url"),
)


def place(url: URL) -> str:
    """Name a database without its password: the file, or host and database name."""
    if url.get_backend_name() == "sqlite":
        return f"the database {url.database}"
    return f"the PostgreSQL database {url.database} on {url.host or 'this machine'}"


def translate(error: BaseException, where: str) -> TmwatchError | None:
    """Return the error of ours that says what `error` means, None when it is a bug and has to crash."""
    text = str(error).lower()
    if isinstance(error, sqlite3.Error):
        if "no such table" in text or "no such column" in text:
            return SchemaError(f"{where} lacks a table or column of this tmwatch; run: tmwatch db upgrade")
        refusals = (sqlite3.OperationalError, sqlite3.DatabaseError)  # not their children: a broken key is a bug
        return _first(_SQLITE, text, where) if type(error) in refusals else None
    if not type(error).__module__.startswith("psycopg"):
        return None
    import psycopg  # loaded by now; a program on SQLite starts without it

    if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn):
        return SchemaError(f"{where} lacks a table or column of this tmwatch; run: tmwatch db upgrade")
    if isinstance(error, psycopg.OperationalError | psycopg.errors.ReadOnlySqlTransaction):
        return _first(_POSTGRES, text, where) or StoreError(f"{where} does not answer; check that it is running")
    return None


def _first(table: tuple[tuple[str, str], ...], text: str, where: str) -> StoreError | None:
    """Return the error of the first phrase met in `text`."""
    return next((StoreError(f"{where} {said}") for phrase, said in table if phrase in text), None)


def convert(context: ExceptionContext) -> None:
    """SQLAlchemy's handle_error event: raise our error in place of the driver's, with it as the cause.

    A path or a host is shown, never the statement's values, the user name or the password.
    """
    url = context.engine.url if context.engine is not None else None
    where = place(url) if url is not None else "the database"
    error = translate(context.original_exception, where)
    if error is not None:
        raise error from context.original_exception
