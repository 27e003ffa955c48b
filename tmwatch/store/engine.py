"""One way to open the database. SQLite: WAL, foreign keys, a real BEGIN of our own; PostgreSQL: psycopg 3."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from tmwatch.errors import SettingsError, StoreError
from tmwatch.store import failures
from tmwatch.text import say

_ALLOWED = say("sqlite:///PATH or postgresql+psycopg://user:password@host/name")
READ_ONLY = "tmwatch_read_only"


def parse_url(url: str) -> URL:
    """Read a database URL; `postgresql://` and `postgres://` become `postgresql+psycopg://`.

    SettingsError names the allowed forms and repeats nothing of a URL that may hold a password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(say("database.url cannot be read; write {allowed}", allowed=_ALLOWED)) from None
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if not parsed.database or parsed.database == ":memory:":
            raise SettingsError(say("database.url names no file; write {allowed}", allowed=_ALLOWED))
        return parsed.set(drivername="sqlite")
    raise SettingsError(
        say("database.url: {driver} is not supported; write {allowed}", driver=parsed.drivername, allowed=_ALLOWED)
    )


def open_engine(url: str) -> Engine:
    """Return an engine on an existing database; nothing is created and nothing connected yet.

    `with engine.begin() as conn:` is a write session (BEGIN IMMEDIATE on SQLite), `reading(engine)` a read session.
    StoreError and SchemaError stand for what the database refuses.
    """
    parsed = parse_url(url)
    engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgres(parsed)
    event.listen(engine, "handle_error", failures.convert)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a read session: a plain BEGIN on SQLite, which blocks no writer and is blocked by none."""
    options: dict[str, Any] = {READ_ONLY: True}
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    with engine.connect() as conn, conn.execution_options(**options).begin():
        yield conn


def create_file(path: Path) -> None:
    """Create an empty database file 0600, and missing folders 0700, whatever the umask. An existing file stays.

    StoreError names the path when the disk refuses.
    """
    try:
        for folder in reversed([p for p in path.parents if not p.exists()]):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.close(handle)
        path.chmod(0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(
            say("the database {path} cannot be created: {reason}", path=str(path), reason=error.strerror)
        ) from error


def _sqlite(url: URL) -> Engine:
    """Make the engine of an SQLite file; it opens the file read-write and never creates one."""
    path = Path(str(url.database)).absolute()

    def connect() -> sqlite3.Connection:
        address = f"{path.as_uri()}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=10, isolation_level=None, check_same_thread=False)

    engine = create_engine(url, creator=connect)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        read_only = conn.get_execution_options().get(READ_ONLY, False)
        conn.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: URL) -> Engine:
    """Make the engine of a PostgreSQL database; the session speaks UTC."""
    options = {"connect_timeout": 10, "application_name": "tmwatch", "options": "-c timezone=UTC"}
    given = {name: value for name, value in options.items() if name not in url.query}
    return create_engine(url, pool_pre_ping=True, connect_args=given)
