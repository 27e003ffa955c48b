"""The test servers themselves: each PostgreSQL of this machine starts for whoever runs the tests, root included; and
their databases: nobody finds in one what another left there."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests import postgres
from tests.pipeline.stage import Stage
from tmwatch.demo.stub import StubState, serve
from tmwatch.store import schema


def test_a_named_server_keeps_user_password_and_options() -> None:
    found = postgres.database("postgresql://u:p%40w@db.example:5433/ci?sslmode=require", "other")
    assert found == "postgresql+psycopg://u:p%40w@db.example:5433/other?sslmode=require"


@pytest.mark.parametrize("programs", postgres.installed(), ids=lambda path: "-".join(path.parts[-3:-1]))
def test_every_installed_server_starts_and_is_gone_afterwards(programs: Path) -> None:
    with postgres.start(programs) as url:
        address = url.replace("+psycopg", "")
        with psycopg.connect(address) as conn:
            assert conn.execute("SHOW fsync").fetchone() == ("off",)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=1)


@pytest.fixture(scope="module")
def databases(postgres_server: str) -> Iterator[postgres.Databases]:
    """Databases that no other test uses."""
    with postgres.databases(postgres_server, schema.upgrade) as found:
        yield found


def plain(url: str) -> str:
    """The URL as psycopg takes it."""
    return url.replace("+psycopg", "")


def names(conn: psycopg.Connection, kind: str) -> list[str]:
    """The tables (r) or the sequences (S) of a database."""
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = %s"
    return [name for (name,) in conn.execute(query, (kind,))]


def counts(url: str) -> dict[str, int]:
    """How many rows each table has, and how often each sequence was asked (0: not yet)."""
    with psycopg.connect(plain(url)) as conn:
        rows = {
            name: conn.execute(SQL("SELECT count(*) FROM {}").format(Identifier(name))).fetchone()
            for name in names(conn, "r")
        }
        asked = {
            name: conn.execute(
                SQL("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {}").format(Identifier(name))
            ).fetchone()
            for name in names(conn, "S")
        }
    return {name: row[0] for name, row in (rows | asked).items() if row is not None}


def test_who_gets_a_database_after_another_finds_no_row_and_every_number_at_its_beginning(
    databases: postgres.Databases, tmp_path: Path
) -> None:
    state = StubState()
    with databases.migrated() as url, serve(state) as base_url:
        stage = Stage(tmp_path, url, base_url, state)
        stage.watch()
        stage.serve_day(1)
        assert stage.run().complete
        left = counts(url)
    with databases.migrated() as again:
        found = counts(again)
    assert again == url
    assert sum(count > 0 for count in left.values()) > 20
    assert found == dict.fromkeys(left, 0) | {"alembic_version": 1}


@pytest.mark.parametrize(
    "spoiling",
    [
        "ALTER TABLE pace ADD COLUMN more integer",
        "CREATE TABLE more (id integer)",
        "DROP INDEX ix_watches_serial_number",
        "ALTER TABLE watches DROP CONSTRAINT pk_watches",
        "ALTER TABLE pace ALTER COLUMN key_hash SET DEFAULT 'x'",
        "UPDATE alembic_version SET version_num = '20990101_future'",
        "DROP TABLE alembic_version",
        "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_a_database_whose_schema_was_changed_is_given_to_nobody_else(
    databases: postgres.Databases, spoiling: str
) -> None:
    with databases.migrated() as url, psycopg.connect(plain(url)) as conn:
        conn.execute(spoiling)
    with databases.migrated() as another:
        assert another != url
        schema.check(another)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(plain(url))


def test_a_program_that_is_still_there_is_cut_off_with_its_locks(databases: postgres.Databases) -> None:
    with databases.migrated() as url:
        late = psycopg.connect(plain(url))
        late.execute("LOCK TABLE watches")
        late.execute("SELECT pg_advisory_lock(1)")
    with databases.migrated() as again, psycopg.connect(plain(again)) as conn:
        assert again == url
        assert conn.execute("SELECT pg_try_advisory_lock(1)").fetchone() == (True,)
    with pytest.raises(psycopg.OperationalError):
        late.execute("SELECT 1")
    late.close()
