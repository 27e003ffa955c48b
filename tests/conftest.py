"""Databases for all tests: each gets an empty one for itself, on the migrated schema, on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine, event

from tests import compiled, postgres
from tmwatch.store import open_engine, schema

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # begun in the background: no program would hear Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What is slow in thousands of tests and proves nothing: looking for garbage, compiling the same statements for each
# database, and reading the system's certificates for each client (no test leaves this machine; the ones that speak TLS
# name their own authority).
gc.set_threshold(50_000, 20, 20)
compiled.share()
os.environ["SSL_CERT_FILE"] = str(Path(__file__).with_name("data") / "nobody.pem")

# How long an example takes depends on who else uses the machine; what is slow is measured in tests/bench.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


def _no_network(event_name: str, arguments: tuple[object, ...]) -> None:
    """Refuse every connection of the tests that leaves this machine."""
    if event_name == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if not host.startswith("127.") and host not in ("localhost", "::1"):
            raise AssertionError(f"a test tried to reach {host}")
    if event_name == "socket.getaddrinfo" and str(arguments[0]).endswith("uspto.gov"):
        raise AssertionError(f"a test tried to reach {arguments[0]!r}")


sys.addaudithook(_no_network)


def pytest_collection_finish() -> None:
    """Spare what was imported and collected from being looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


class QueryRecorder:
    """Counts the statements an engine sends; an executemany is one."""

    def __init__(self, engine: Engine) -> None:
        """Listen from now on."""
        self.statements: list[str] = []
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            self.statements.append(statement)

    def __len__(self) -> int:
        return len(self.statements)

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """Collect the statements of a block alone."""
        before = len(self.statements)
        found: list[str] = []
        yield found
        found.extend(self.statements[before:])


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real USPTO files beside the repository; tests that need it skip where it is missing."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real USPTO files are not here: {folder} is missing")
    return folder


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    schema.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh SQLite database on the migrated schema."""
    path = tmp_path / "tmwatch.sqlite"
    shutil.copy(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server (its database `postgres`). Where there is none: failure in CI, else a skip."""
    try:
        manager = postgres.server()
        url = manager.__enter__()
    except postgres.NoServer as reason:
        if os.environ.get("CI"):
            pytest.fail(f"CI needs a PostgreSQL: {reason}")
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {reason}")
    yield url
    manager.__exit__(None, None, None)


@pytest.fixture(scope="session")
def _databases(postgres_server: str) -> Iterator[postgres.Databases]:
    with postgres.databases(postgres_server, schema.upgrade) as found:
        yield found


@pytest.fixture
def empty_postgres_url(_databases: postgres.Databases) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database with nothing in it."""
    with _databases.bare() as url:
        yield url


@pytest.fixture
def postgres_url(_databases: postgres.Databases) -> Iterator[str]:
    """The URL of a PostgreSQL database on the migrated schema with no row in it."""
    with _databases.migrated() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh database on the migrated schema, once on each kind."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine as the program opens it, on a fresh database, once on each kind."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def queries(engine: Engine) -> QueryRecorder:
    """A recorder of the statements `engine` sends."""
    return QueryRecorder(engine)
