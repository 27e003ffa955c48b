"""Migrations: created from nothing, safe to repeat, refused when newer, backed up first, and true to the tables."""

import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

import tmwatch
from tests.store.invent import NOW, marks
from tmwatch.errors import SchemaError, StoreError
from tmwatch.store import marks as store_marks
from tmwatch.store import open_engine, schema
from tmwatch.store.tables import METADATA

ROOT = Path(tmwatch.__file__).parent.parent
KILLED = Path(__file__).with_name("killed.py")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def set_revision(url: str, revision: str) -> None:
    engine = open_engine(url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    engine.dispose()


def tables(url: str) -> set[str]:
    engine = open_engine(url)
    with engine.connect() as conn:
        found = set(inspect(conn).get_table_names())
    engine.dispose()
    return found


def killed_at(url: str, statement: int) -> int:
    """Run the migration in a child that kills itself before a statement; return its exit code."""
    words = [sys.executable, str(KILLED), url, str(statement)]
    return subprocess.run(words, cwd=ROOT, timeout=60, env=os.environ | {"PYTHONPATH": str(ROOT)}).returncode


def test_the_migrated_schema_is_the_declared_one_on_both_databases(database_url: str) -> None:
    schema.differences(database_url)
    assert set(METADATA.tables) | {"alembic_version"} == tables(database_url)


def test_the_program_wants_the_newest_migration_there_is() -> None:
    files = sorted(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py"))
    assert tuple(files) == schema.REVISIONS
    revisions = [
        re.search(r'^revision = "(.+)"', p.read_text(), re.M) for p in (ROOT / "migrations/versions").glob("*.py")
    ]
    assert sorted(found.group(1) for found in revisions if found) == files


def test_migrations_never_import_the_program() -> None:
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert "tmwatch" not in path.read_text()


def test_a_database_that_is_not_there_is_refused_with_the_command_and_not_created(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none.sqlite"
    with pytest.raises(
        SchemaError,
        match=r"none\.sqlite is not there yet .*tmwatch init, .* run: tmwatch db upgrade$",
    ):
        schema.check(url)
    assert schema.current(url) == (None, schema.HEAD)
    assert not (tmp_path / "none.sqlite").exists()


def test_upgrading_nothing_creates_private_file_and_folder_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert schema.upgrade(f"sqlite:///{tmp_path}/a/b/new.sqlite") is None
    finally:
        os.umask(before)
    assert mode(tmp_path / "a") == mode(tmp_path / "a" / "b") == 0o700
    assert mode(tmp_path / "a" / "b" / "new.sqlite") == 0o600
    schema.check(f"sqlite:///{tmp_path}/a/b/new.sqlite")


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    schema.upgrade(f"sqlite:///{tmp_path}/new.sqlite")
    assert mode(tmp_path) == 0o755


def test_the_journal_files_are_as_private_as_the_database(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "tmwatch.sqlite").chmod(0o600)
    engine = open_engine(sqlite_url)
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM pace"))
        assert {mode(path) for path in tmp_path.glob("tmwatch.sqlite*")} == {0o600}
    engine.dispose()


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    assert schema.upgrade(database_url) is None
    assert schema.current(database_url) == (schema.HEAD, schema.HEAD)
    schema.check(database_url)


def test_an_empty_postgresql_database_is_filled(empty_postgres_url: str) -> None:
    with pytest.raises(SchemaError, match="run: tmwatch db upgrade"):
        schema.check(empty_postgres_url)
    schema.upgrade(empty_postgres_url)
    schema.check(empty_postgres_url)


def test_a_newer_schema_is_refused_by_check_and_by_upgrade_with_the_command(database_url: str) -> None:
    set_revision(database_url, "20990101_from_the_future")
    for refuse in (schema.check, schema.upgrade):
        with pytest.raises(SchemaError, match=r"20990101_from_the_future.*newer.*run: pip install --upgrade tmwatch$"):
            refuse(database_url)


def test_a_database_with_data_is_copied_before_it_is_migrated(sqlite_url: str, tmp_path: Path) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as conn:
        store_marks.save_cases(conn, marks(3), None, NOW)
    engine.dispose()
    before = os.umask(0)
    try:
        first = schema.back_up(sqlite_url, "before-next")
        second = schema.back_up(sqlite_url, "before-next", tmp_path / "elsewhere")
        third = schema.back_up(sqlite_url, "before-next")
    finally:
        os.umask(before)
    assert first == tmp_path / "tmwatch.sqlite.backup-before-next"
    assert second == tmp_path / "elsewhere" / "tmwatch.sqlite.backup-before-next"
    assert third == tmp_path / "tmwatch.sqlite.backup-before-next-2"
    for copy in (first, second, third):
        assert copy is not None
        assert mode(copy) == 0o600
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("SELECT count(*) FROM case_files").fetchone() == (3,)
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_postgresql_is_not_copied(postgres_url: str) -> None:
    assert schema.back_up(postgres_url, "before-next") is None


def test_a_backup_that_cannot_be_written_is_named_and_leaves_nothing(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be created"):
        schema.back_up(sqlite_url, "x", tmp_path / "file")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "tmwatch.sqlite"]


def test_downgrading_and_upgrading_again_gives_the_same_schema(database_url: str) -> None:
    from alembic import command

    with schema._exclusive(database_url) as conn, schema._config(conn) as config:
        command.downgrade(config, "base")
    assert tables(database_url) == {"alembic_version"}
    schema.upgrade(database_url)
    schema.differences(database_url)


@pytest.mark.parametrize("statement", [2, 4, 17, 40, 52])
def test_a_migration_killed_anywhere_succeeds_when_repeated_on_sqlite(tmp_path: Path, statement: int) -> None:
    url = f"sqlite:///{tmp_path}/killed.sqlite"
    assert killed_at(url, statement) == -9
    assert schema.current(url)[0] is None
    assert tables(url) <= {"alembic_version"}
    schema.upgrade(url)
    schema.differences(url)


@pytest.mark.parametrize("statement", [12, 50])
def test_a_migration_killed_anywhere_succeeds_when_repeated_on_postgresql(
    empty_postgres_url: str, statement: int
) -> None:
    assert killed_at(empty_postgres_url, statement) == -9
    schema.upgrade(empty_postgres_url)
    schema.differences(empty_postgres_url)


def test_migrations_inside_the_package_are_used_where_there_is_no_checkout(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(ROOT / "tmwatch", site / "tmwatch", ignore=shutil.ignore_patterns("__pycache__", "bundled"))
    shutil.copytree(ROOT / "migrations", site / "tmwatch" / "bundled" / "migrations")
    program = "import sys; from tmwatch.store import schema; schema.upgrade(sys.argv[1]); schema.check(sys.argv[1])"
    words = [sys.executable, "-c", program, f"sqlite:///{tmp_path}/wheel.sqlite"]
    (tmp_path / "empty").mkdir()
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONPATH": str(site)}
    subprocess.run(words, cwd=tmp_path / "empty", env=env, check=True, timeout=60)
    assert list((tmp_path / "empty").iterdir()) == []
    schema.check(f"sqlite:///{tmp_path}/wheel.sqlite")
