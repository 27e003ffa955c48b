"""The ledger of bulk files: a day is read once, a bad day stays to do, a re-issued day is read again."""

from datetime import date

from sqlalchemy import Engine

from tests.store.invent import DAY, NOW
from tmwatch.store import files as store

APC, NAME, DATA_DAY = "TRTDXFAP", "apc261119.zip", date(2026, 11, 19)


def note(engine: Engine, *listed: tuple[str, date | None, int | None]) -> int:
    with engine.begin() as conn:
        return store.note_files(conn, APC, listed, NOW)


def opened(engine: Engine, sha256: str, size: int = 100) -> store.SourceFile | None:
    with engine.begin() as conn:
        return store.open_file(conn, APC, NAME, sha256, size, DATA_DAY, NOW)


def finish(engine: Engine, one: store.SourceFile | None, sha256: str) -> None:
    assert one is not None
    with engine.begin() as conn:
        store.finish_file(conn, one.id, sha256=sha256, records=3, now=NOW + DAY, set_aside=1)


def todo(engine: Engine) -> list[tuple[str, int, str]]:
    with engine.begin() as conn:
        listed = store.list_files(conn, APC)
    return [(one.name, one.issue, one.state) for one in listed if one.state != "done"]


def test_listed_files_are_to_do_once_oldest_data_first(engine: Engine) -> None:
    assert note(engine, ("apc261120.zip", date(2026, 11, 20), 7), (NAME, DATA_DAY, 100), (NAME, DATA_DAY, 100)) == 2
    assert note(engine, (NAME, DATA_DAY, 100)) == 0
    assert todo(engine) == [(NAME, 1, "todo"), ("apc261120.zip", 1, "todo")]


def test_nothing_listed_is_nothing_to_do(engine: Engine) -> None:
    assert note(engine) == 0
    assert todo(engine) == []


def test_a_file_read_to_its_end_is_done_with_its_figures(engine: Engine) -> None:
    note(engine, (NAME, DATA_DAY, 100))
    finish(engine, opened(engine, "aa"), "aa")
    assert todo(engine) == []
    with engine.begin() as conn:
        (one,) = store.list_files(conn, APC)
        assert store.list_files(conn, "TTABTDXF") == ()
    assert (one.state, one.sha256, one.records, one.set_aside, one.finished_at) == ("done", "aa", 3, 1, NOW + DAY)
    assert (one.data_date, one.attempts, one.error) == (DATA_DAY, 1, None)


def test_the_same_bytes_are_not_read_again(engine: Engine) -> None:
    finish(engine, opened(engine, "aa"), "aa")
    assert opened(engine, "aa") is None


def test_a_file_that_failed_stays_to_do_with_the_reason(engine: Engine) -> None:
    one = opened(engine, "aa")
    assert one is not None
    with engine.begin() as conn:
        store.fail_file(conn, one.id, "wrong CRC")
        store.fail_file(conn, one.id, "wrong CRC again")
        (failed,) = store.list_files(conn, APC)
    assert (failed.state, failed.error, failed.attempts) == ("failed", "wrong CRC again", 2)
    again = opened(engine, "bb")
    assert again is not None
    assert (again.id, again.sha256) == (one.id, "bb")
    finish(engine, again, "bb")
    assert todo(engine) == []


def test_a_day_reissued_with_other_bytes_is_a_new_row(engine: Engine) -> None:
    finish(engine, opened(engine, "aa"), "aa")
    second = opened(engine, "bb", size=120)
    assert second is not None
    assert (second.issue, second.state) == (2, "todo")
    finish(engine, second, "bb")
    assert opened(engine, "aa") is None
    with engine.begin() as conn:
        assert [one.issue for one in store.list_files(conn, APC, newest_only=False)] == [1, 2]
        assert [one.issue for one in store.list_files(conn, APC)] == [2]


def test_a_listing_with_another_size_makes_a_read_day_to_do_again(engine: Engine) -> None:
    note(engine, (NAME, DATA_DAY, 100))
    finish(engine, opened(engine, "aa"), "aa")
    assert note(engine, (NAME, DATA_DAY, None)) == 0
    assert note(engine, (NAME, DATA_DAY, 120)) == 1
    assert note(engine, (NAME, DATA_DAY, 120)) == 0
    assert todo(engine) == [(NAME, 2, "todo")]


def test_downloads_are_counted_by_file_and_year(engine: Engine) -> None:
    with engine.begin() as conn:
        assert [store.count_download(conn, APC, NAME, 2026) for _ in range(3)] == [1, 2, 3]
        assert store.count_download(conn, APC, NAME, 2027) == 1
        assert store.count_download(conn, APC, "apc261120.zip", 2026) == 1
