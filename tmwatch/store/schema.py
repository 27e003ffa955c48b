"""The schema's version: what the database has, what the program wants, and the way from one to the other."""

from __future__ import annotations

import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from tmwatch.errors import SchemaError, StoreError
from tmwatch.store import failures
from tmwatch.store.engine import create_file, open_engine, parse_url, reading
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from alembic.config import Config

REVISIONS = (
    "20261125_initial",
    "20261126_judgements",
)  # every schema this program knows, oldest first; the last is the one it wants
HEAD = REVISIONS[-1]
_LOCK = 1_953_331_043  # PostgreSQL advisory lock: one migration at a time


def current(url: str) -> tuple[str | None, str]:
    """Return the revision of the database (None: empty or absent) and the one the program wants."""
    with opened(url) as engine:
        return (None if engine is None else revision(engine)), HEAD


@contextmanager
def opened(url: str) -> Iterator[Engine | None]:
    """Give the database, whatever schema it has; None when there is no file, and none is created."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).exists():
        yield None
        return
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def revision(engine: Engine) -> str | None:
    """Return the revision of a database (None: empty)."""
    with reading(engine) as conn:
        return _revision(conn)


def check(url: str) -> None:
    """Raise SchemaError, with the exact command to run, unless the database has the program's schema."""
    have, want = current(url)
    if have == want:
        return
    where = failures.place(parse_url(url))
    if have is None:
        raise SchemaError(
            say(
                "{database} is not there yet or empty; begin with tmwatch init, or for the database alone "
                "run: tmwatch db upgrade",
                database=where,
            )
        )
    _refuse_newer(have, where)
    raise SchemaError(
        say(
            "{database} has the older schema {have}, this tmwatch needs {want}; run: tmwatch db upgrade",
            database=where,
            have=have,
            want=want,
        )
    )


def upgrade(url: str, backup_dir: Path | None = None) -> Path | None:
    """Bring the database to the program's schema, creating it when absent; return the backup made before, if any.

    An SQLite database that holds data is first copied with VACUUM INTO to `backup_dir` (default: beside it).
    Safe to repeat after a kill at any point. SchemaError for a newer schema, StoreError when the disk refuses.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        create_file(Path(str(parsed.database)).absolute())
    have, want = current(url)
    if have == want:
        return None
    backup = None
    if have is not None:
        _refuse_newer(have, failures.place(parsed))
        backup = back_up(url, f"before-{want}", backup_dir)
    from alembic import command

    with _exclusive(url) as conn, _config(conn) as config:
        command.upgrade(config, "head")
    return backup


def back_up(url: str, label: str, backup_dir: Path | None = None) -> Path | None:
    """Copy an SQLite database as it is now to NAME.backup-LABEL (0600); None on PostgreSQL, which has its own tools.

    A name that is taken gets a number. StoreError when the copy cannot be written.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    source = Path(str(parsed.database)).absolute()
    target = _free_name(backup_dir or source.parent, f"{source.name}.backup-{label}")
    create_file(target)
    try:
        with closing(sqlite3.connect(source, timeout=10, isolation_level=None)) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise StoreError(
            say(
                "the backup {path} could not be written ({reason}); nothing was changed",
                path=str(target),
                reason=str(error),
            )
        ) from error
    return target


@contextmanager
def _exclusive(url: str) -> Iterator[Connection]:
    """Open the one connection that migrates; on PostgreSQL a second program waits for the first."""
    engine = open_engine(url)
    try:
        with engine.connect() as conn:
            if conn.dialect.name == "postgresql":
                conn.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
                conn.commit()
            yield conn
            if conn.dialect.name == "postgresql":
                conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
                conn.commit()
    finally:
        engine.dispose()


@contextmanager
def _config(conn: Connection) -> Iterator[Config]:
    """Make Alembic's configuration for one open connection; migrations come from the wheel or the checkout."""
    from alembic.config import Config

    from tmwatch.store.tables import declared

    with resources.as_file(resources.files("tmwatch")) as package:
        bundled = package / "bundled" / "migrations"
        config = Config(stdout=io.StringIO())
        config.set_main_option("script_location", str(bundled if bundled.is_dir() else package.parent / "migrations"))
        config.set_main_option("path_separator", "os")
        config.attributes.update(connection=conn, metadata=declared())
        yield config


def differences(url: str) -> None:
    """Compare the database with the declared tables; alembic's AutogenerateDiffsDetected when they differ."""
    from alembic import command

    with _exclusive(url) as conn, _config(conn) as config:
        command.check(config)


def _revision(conn: Connection) -> str | None:
    """Read the revision the database says it has."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_newer(have: str, where: Text) -> None:
    """Raise SchemaError for a revision this program has never heard of."""
    if have not in REVISIONS:
        raise SchemaError(
            say(
                "{database} has the schema {have} of a newer tmwatch; this one needs {want}; run: {command}",
                database=where,
                have=have,
                want=HEAD,
                command="pip install --upgrade tmwatch",
            )
        )


def _free_name(folder: Path, name: str) -> Path:
    """Return a path in `folder` that does not exist yet."""
    for number in range(1, 1000):
        path = folder / (name if number == 1 else f"{name}-{number}")
        if not os.path.lexists(path):
            return path
    raise StoreError(
        say("there are too many backups named {name} in {folder}; move some away", name=name, folder=str(folder))
    )
