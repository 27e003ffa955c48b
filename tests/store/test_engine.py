"""Opening the database: how sessions begin, and how each refusal of the world reads."""

import sqlite3
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError

from tests import postgres
from tests.store.invent import NOW, marks
from tmwatch.errors import SchemaError, SettingsError, StoreError
from tmwatch.store import failures, open_engine, reading
from tmwatch.store import marks as store_marks
from tmwatch.store.engine import create_file, parse_url

CANARY = "s3cret-c4nary"


def one(engine: Engine, statement: str) -> object:
    with engine.begin() as conn:
        return conn.execute(text(statement)).scalar()


def test_sqlite_connections_are_set_up_for_many_processes(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    found = [one(engine, f"PRAGMA {name}") for name in ("journal_mode", "busy_timeout", "synchronous", "foreign_keys")]
    assert found == ["wal", 10000, 1, 1]
    engine.dispose()


def test_postgresql_sessions_speak_utc(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    assert one(engine, "SHOW timezone") == "UTC"
    engine.dispose()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg_3(scheme: str) -> None:
    assert parse_url(f"{scheme}://u:p@h/db").drivername == "postgresql+psycopg"


@pytest.mark.parametrize(
    "url",
    ["mysql://u:s3cret-c4nary@h/db", "sqlite://", "sqlite:///:memory:", "s3cret-c4nary", "postgresql+asyncpg://h/d"],
)
def test_other_urls_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(SettingsError, match=r"write sqlite:///PATH or postgresql\+psycopg://") as refused:
        parse_url(url)
    assert CANARY not in str(refused.value)


def test_opening_a_file_that_is_not_there_creates_nothing_and_says_so(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/none.sqlite")
    with pytest.raises(StoreError, match=r"none\.sqlite cannot be opened"):
        one(engine, "SELECT 1")
    assert list(tmp_path.iterdir()) == []
    engine.dispose()


def test_a_write_session_takes_the_write_lock_at_once_and_a_read_session_does_not(sqlite_url: str) -> None:
    engine, other = open_engine(sqlite_url), open_engine(sqlite_url)

    @event.listens_for(other, "connect")
    def hurry(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    with engine.begin():
        with reading(other) as conn:
            assert conn.execute(text("SELECT count(*) FROM pace")).scalar() == 0
        with pytest.raises(StoreError, match="is locked by another program"):
            one(other, "SELECT 1")
    assert one(other, "SELECT 1") == 1
    engine.dispose()
    other.dispose()


def test_a_reader_of_sqlite_sees_one_state_while_a_writer_commits(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with reading(engine) as conn:
        assert conn.execute(text("SELECT count(*) FROM case_files")).scalar() == 0
        with engine.begin() as writer:
            store_marks.save_cases(writer, marks(1), None, NOW)
        assert conn.execute(text("SELECT count(*) FROM case_files")).scalar() == 0
    engine.dispose()


def test_a_read_session_on_postgresql_cannot_write(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with pytest.raises(StoreError, match="read-only"), reading(engine) as conn:
        conn.execute(text("DELETE FROM pace"))
    assert one(engine, "SELECT count(*) FROM pace") == 0
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM pace"))
    engine.dispose()


def test_writers_wait_for_each_other_and_lose_nothing(engine: Engine) -> None:
    with engine.begin() as conn:
        conn.execute(text("INSERT INTO pace (key_hash, kind, tat) VALUES ('k', 'count', 0)"))

    def add() -> None:
        for _ in range(25):
            with engine.begin() as conn:
                conn.execute(text("UPDATE pace SET tat = tat + 1"))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert one(engine, "SELECT tat FROM pace") == 100


def test_a_session_that_fails_leaves_nothing_behind(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), engine.begin() as conn:
        store_marks.save_cases(conn, marks(2), str(1 // len(store_marks.save_cases(conn, marks(1), None, NOW))), NOW)
    assert one(engine, "SELECT count(*) FROM case_files") == 0


def test_a_full_disk_is_named_and_the_database_stays_sound(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)

    @event.listens_for(engine, "connect")
    def small(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 20}")

    with pytest.raises(StoreError, match="the disk is full; free some space"), engine.begin() as conn:
        store_marks.save_cases(conn, marks(200), None, NOW)
    assert one(engine, "PRAGMA integrity_check") == "ok"
    assert one(engine, "SELECT count(*) FROM case_files") == 0
    engine.dispose()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.sqlite").write_text("Dear diary, " * 100)
    engine = open_engine(f"sqlite:///{tmp_path}/notes.sqlite")
    with pytest.raises(StoreError, match=r"notes\.sqlite is no SQLite database"):
        one(engine, "SELECT 1")
    engine.dispose()


def test_a_damaged_database_says_that_a_backup_is_needed(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "tmwatch.sqlite"
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    engine = open_engine(sqlite_url)
    with pytest.raises(StoreError, match="is damaged; restore the newest backup"):
        one(engine, "SELECT count(*) FROM case_files")
    engine.dispose()


def test_a_database_without_our_tables_points_to_the_upgrade(tmp_path: Path) -> None:
    create_file(tmp_path / "empty.sqlite")
    engine = open_engine(f"sqlite:///{tmp_path}/empty.sqlite")
    with pytest.raises(SchemaError, match="run: tmwatch db upgrade"):
        one(engine, "SELECT * FROM watches")
    engine.dispose()


def test_an_empty_postgresql_database_points_to_the_upgrade(empty_postgres_url: str) -> None:
    engine = open_engine(empty_postgres_url)
    with pytest.raises(SchemaError, match="run: tmwatch db upgrade"):
        one(engine, "SELECT * FROM watches")
    engine.dispose()


def test_a_server_that_does_not_answer_is_named_without_user_and_password() -> None:
    engine = open_engine(f"postgresql://seller:{CANARY}@127.0.0.1:1/shop?connect_timeout=1")
    with pytest.raises(StoreError, match=r"the PostgreSQL database shop on 127\.0\.0\.1 does not answer") as refused:
        one(engine, "SELECT 1")
    chain = f"{refused.value!s} {refused.value.__cause__!r} {engine!r}"
    assert CANARY not in chain
    assert "seller" not in str(refused.value)
    engine.dispose()


def test_a_database_that_does_not_exist_on_the_server_is_named(postgres_server: str) -> None:
    engine = open_engine(postgres.database(postgres_server, "nowhere"))
    with pytest.raises(StoreError, match="has no such database or user"):
        one(engine, "SELECT 1")
    engine.dispose()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            psycopg.OperationalError('FATAL: password authentication failed for user "u"'),
            "refused the user name or password",
        ),
        (psycopg.OperationalError("fe_sendauth: no password supplied"), "wants a password"),
        (psycopg.OperationalError("FATAL: sorry, too many clients already"), "has no free connection"),
        (psycopg.OperationalError("the database system is starting up"), "is starting up"),
        (psycopg.errors.DiskFull("could not extend file: No space left on device"), "disk is full"),
        (psycopg.OperationalError("server closed the connection unexpectedly"), "does not answer"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "is read-only"),
        (sqlite3.OperationalError("disk I/O error"), "could not be read or written"),
        (sqlite3.OperationalError("database is locked"), "is locked"),
    ],
)
def test_each_refusal_of_the_world_has_one_clear_line(error: Exception, said: str) -> None:
    found = failures.translate(error, "the database x")
    assert isinstance(found, StoreError)
    assert said in str(found)
    assert "\n" not in str(found)


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.IntegrityError("UNIQUE constraint failed: locked.readonly"),
        sqlite3.ProgrammingError("wrong binding"),
        psycopg.errors.UniqueViolation("duplicate key"),
        psycopg.errors.SyntaxError("syntax"),
        ValueError("disk is full"),
    ],
)
def test_a_bug_is_not_dressed_up_as_a_refusal_of_the_world(error: Exception) -> None:
    assert failures.translate(error, "the database x") is None


def test_a_broken_key_raises_as_it_is(engine: Engine) -> None:
    statement = "INSERT INTO pace (key_hash, kind, tat) VALUES ('k', 'same', 0)"
    one_row = text(statement)
    with engine.begin() as conn:
        conn.execute(one_row)
    with pytest.raises(IntegrityError), engine.begin() as conn:
        conn.execute(one_row)
