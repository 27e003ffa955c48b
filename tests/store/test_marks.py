"""Saving records: what counts as a change, what never does, which record wins, and how many statements it takes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from tests.conftest import QueryRecorder
from tests.store.invent import BULK, DAY, NOW, event, mark, marks
from tmwatch.changes import Change
from tmwatch.records import Attorney, CaseFile, Correspondent, GoodsClass
from tmwatch.store import marks as store
from tmwatch.store import sql
from tmwatch.store.tables import CASE_FILES, PROSECUTION_EVENTS

SERIAL = "97000001"


def save(engine: Engine, *records: CaseFile, now: datetime = NOW, run: str | None = None) -> tuple[Change, ...]:
    with engine.begin() as conn:
        return store.save_cases(conn, records, run, now)


def load(engine: Engine, serial: str = SERIAL) -> store.StoredCase:
    with engine.begin() as conn:
        return store.load_cases(conn, [serial])[serial]


def steps(changes: tuple[Change, ...]) -> list[tuple[str, object, object]]:
    return [(change.name, change.old, change.new) for change in changes]


def abandoned(days: int, **fields: object) -> CaseFile:
    return mark(as_of=NOW + days * DAY, status_code=602, **fields)


def live(days: int, **fields: object) -> CaseFile:
    return mark(as_of=NOW + days * DAY, **fields)


def test_the_first_record_of_a_mark_makes_no_change_and_comes_back_as_it_was(engine: Engine) -> None:
    assert save(engine, mark()) == ()
    stored = load(engine)
    assert stored.record == mark()
    assert (stored.revision, stored.checked_at, stored.first_seen, stored.as_of) == (1, None, NOW, NOW)


def test_a_mark_that_was_never_saved_is_left_out(engine: Engine) -> None:
    with engine.begin() as conn:
        assert store.load_cases(conn, [SERIAL]) == {}
        assert store.load_cases(conn, []) == {}


def test_the_same_record_again_makes_no_change(engine: Engine) -> None:
    save(engine, mark())
    assert save(engine, mark(), now=NOW + DAY) == ()
    assert load(engine).revision == 1


def test_a_record_that_says_nothing_new_moves_its_date_and_source(engine: Engine) -> None:
    save(engine, mark())
    assert save(engine, live(1), now=NOW + DAY) == ()
    stored = load(engine)
    assert stored.as_of == stored.record.provenance.as_of == NOW + DAY
    assert (stored.revision, stored.first_seen) == (1, NOW)


def test_where_a_record_is_from_is_never_a_change(engine: Engine) -> None:
    save(engine, mark())
    assert save(engine, mark(source="odp", as_of=NOW + DAY, told=BULK, owner_emails=(), attorney_emails=())) == ()
    assert load(engine).record.provenance.source == "odp"


@pytest.mark.parametrize(
    "fields",
    [
        {"mark_text": "lanternfish  0001"},
        {"status_text": "REGISTERED, in other words"},
        {
            "events": (
                event("NWAP", "I", date(2022, 1, 14), 1),
                event("R.PR", "A", date(2024, 5, 7), 3),
                event("NPUB", "O", date(2024, 2, 1), 2),
            )
        },
    ],
    ids=["letter case and blanks", "status words", "order of events"],
)
def test_another_spelling_is_stored_but_is_no_change(engine: Engine, fields: dict[str, object]) -> None:
    save(engine, mark())
    assert save(engine, live(1, **fields)) == ()


def test_a_change_is_returned_with_its_values_id_and_time(engine: Engine) -> None:
    save(engine, mark())
    (change,) = save(engine, abandoned(1), now=NOW + DAY, run="run-2")
    assert (change.kind, change.name, change.old, change.new) == ("field", "status", 700, 602)
    assert (change.recorded_at, change.client) == (NOW + DAY, "")
    assert change.id is not None
    assert load(engine).revision == 2


def test_back_and_forth_is_told_each_time(engine: Engine) -> None:
    save(engine, live(0))
    told = [save(engine, record) for record in (abandoned(1), live(2), abandoned(3), live(4))]
    assert [steps(one) for one in told] == [[("status", 700, 602)], [("status", 602, 700)]] * 2
    assert len({change.id for one in told for change in one}) == 4


def test_back_and_forth_in_one_call_is_told_each_time(engine: Engine) -> None:
    save(engine, live(0))
    told = save(engine, abandoned(1), live(2), abandoned(3))
    assert steps(told) == [("status", 700, 602), ("status", 602, 700), ("status", 700, 602)]
    assert load(engine).record.status_code == 602


def test_an_older_record_never_overwrites_a_newer_one(engine: Engine) -> None:
    save(engine, live(5), now=NOW + 5 * DAY)
    assert save(engine, abandoned(1), now=NOW + 5 * DAY) == ()
    stored = load(engine)
    assert (stored.record, stored.as_of, stored.revision) == (live(5), NOW + 5 * DAY, 1)


def test_a_record_of_a_clock_that_was_far_ahead_is_overwritten_once_the_clock_is_right(engine: Engine) -> None:
    save(engine, live(400), now=NOW + 400 * DAY)
    assert steps(save(engine, abandoned(1), now=NOW + DAY)) == [("status", 700, 602)]
    assert (load(engine).record.status_code, load(engine).as_of) == (602, NOW + DAY)
    assert save(engine, live(0), now=NOW + DAY) == ()  # yesterday's
    assert load(engine).record.status_code == 602


def test_on_a_tie_the_later_call_wins(engine: Engine) -> None:
    save(engine, live(0))
    assert steps(save(engine, abandoned(0))) == [("status", 700, 602)]
    assert load(engine).record.status_code == 602


def test_bulk_records_erase_no_e_mail_addresses(engine: Engine) -> None:
    save(engine, mark())
    save(engine, mark(source="odp", as_of=NOW + DAY, status_code=710))
    kept = load(engine).record
    assert kept.status_code == 710
    assert kept.owner_emails == ("owner@blueheron.example",)
    assert kept.correspondent_emails == ("docket@counsel.example",)


def test_a_new_event_is_told_once_even_when_it_vanished_in_between(engine: Engine) -> None:
    letter = event("NOAM", "O", date(2026, 11, 1), 9)
    save(engine, live(0))
    assert [c.name for c in save(engine, live(1, events=(letter, *mark().events)))] == ["NOAM/O"]
    assert save(engine, live(2)) == ()
    assert save(engine, live(3, events=(letter, *mark().events))) == ()


def test_the_same_event_numbered_and_worded_differently_is_told_once(engine: Engine) -> None:
    save(engine, live(0))
    here = event("NOAM", "O", date(2026, 11, 1), 9)
    there = replace(here, number=4, description="NOTICE  OF ABANDONMENT, OTHER WORDS")
    assert len(save(engine, live(1, events=(here, *mark().events)))) == 1
    assert save(engine, mark(source="odp", as_of=NOW + 2 * DAY, events=(there, *mark().events))) == ()


def test_an_event_row_keeps_its_first_sighting_through_renumbering(engine: Engine) -> None:
    letter = event("NOAM", "O", date(2026, 11, 1), 9)
    save(engine, live(0, events=(letter, *mark().events)))
    renumbered = replace(letter, number=12)
    save(engine, mark(source="odp", as_of=NOW + DAY, events=(renumbered, *mark().events)), now=NOW + DAY)
    e = PROSECUTION_EVENTS.c
    with engine.begin() as conn:
        rows = conn.execute(select(e.number, e.first_seen, e.source).where(e.code == "NOAM")).all()
    assert [tuple(row) for row in rows] == [(12, NOW, "tsdr")]


def test_events_without_number_and_repeated_events_are_kept(engine: Engine) -> None:
    twice = (
        event("ABN2", "O", date(2026, 1, 2), 5),
        event("ABN2", "O", date(2026, 1, 2), 6),
        event("CHAN", "I", number=None),
    )
    save(engine, mark(events=(*twice, twice[0])))
    assert load(engine).record.events == (*twice, twice[0])
    with engine.begin() as conn:
        assert conn.execute(text("SELECT count(*) FROM prosecution_events")).scalar() == 3


def test_child_rows_are_those_of_the_current_record(engine: Engine) -> None:
    save(engine, live(0))
    save(engine, live(1, classes=(GoodsClass("025", ("025",), (), "6"),), events=mark().events[1:]))
    with engine.begin() as conn:
        assert conn.execute(text("SELECT code FROM goods_classes")).scalars().all() == ["025"]
        codes = conn.execute(text("SELECT code FROM prosecution_events ORDER BY number")).scalars().all()
    assert codes == ["NWAP", "NPUB"]


def test_the_columns_beside_the_record_follow_it(engine: Engine) -> None:
    save(engine, live(0))
    save(engine, abandoned(1, registration_number=None, registration_date=None), now=NOW + DAY)
    with engine.begin() as conn:
        row = conn.execute(select(CASE_FILES)).one()
    assert (row.status_code, row.standing, row.registration_number) == (602, "dead", None)
    assert (row.first_seen, row.changed_at, row.revision) == (NOW, NOW + DAY, 2)


def test_an_unknown_status_code_is_never_stored_as_live(engine: Engine) -> None:
    save(engine, mark(status_code=555))
    with engine.begin() as conn:
        assert conn.execute(text("SELECT standing FROM case_files")).scalar() == "unknown"


def test_checked_is_noted_apart_and_survives_new_contents(engine: Engine) -> None:
    save(engine, *marks(3))
    with engine.begin() as conn:
        store.mark_checked(conn, ["97000001", "97000003", "99999999"], NOW)
    save(engine, abandoned(1))
    with engine.begin() as conn:
        stored = store.load_cases(conn, ["97000001", "97000002", "97000003"])
    assert [one.checked_at for one in stored.values()] == [NOW, None, NOW]


def test_hostile_text_is_stored_and_read_back(engine: Engine) -> None:
    nasty = "<b>=cmd|'x'\r\n\u202e𝔏 " + "长" * 10_000
    save(engine, mark(mark_text=nasty, correspondent=Correspondent(name=nasty)))
    assert load(engine).record.mark_text == nasty


def test_nul_becomes_a_replacement_character(engine: Engine) -> None:
    save(engine, mark(mark_text="A\x00B", attorney=Attorney("Jane\x00")))
    with engine.begin() as conn:
        assert conn.execute(text("SELECT mark_text FROM case_files")).scalar() == "A\ufffdB"
    assert load(engine).record.status_code == 700


def test_changes_are_loaded_newest_first_and_since_a_day(engine: Engine) -> None:
    save(engine, live(0))
    save(engine, abandoned(1), now=NOW + DAY)
    save(engine, live(2), now=NOW + 2 * DAY)
    with engine.begin() as conn:
        found = store.load_changes(conn, [SERIAL, "97000002"], date(2026, 11, 21))
        later = store.load_changes(conn, [SERIAL], date(2026, 11, 22))
        assert store.load_changes(conn, [SERIAL], date(2026, 11, 23)) == {}
    assert [(c.old, c.new) for c in found[SERIAL]] == [(602, 700), (700, 602)]
    assert [(c.old, c.new) for c in later[SERIAL]] == [(602, 700)]
    assert list(found) == [SERIAL]


def test_three_sightings_of_a_missing_mark_are_counted_and_forgotten_when_it_is_back(engine: Engine) -> None:
    times = [NOW, NOW + timedelta(hours=1), NOW + DAY]
    with engine.begin() as conn:
        assert [store.note_missing(conn, SERIAL, at) for at in times] == [1, 2, 3]
        assert store.note_missing(conn, SERIAL, NOW) == 3
        assert store.missing_sightings(conn, [SERIAL, "97000002"]) == {SERIAL: tuple(times)}
        store.clear_missing(conn, [SERIAL])
        assert store.missing_sightings(conn, [SERIAL]) == {}
        store.note_missing(conn, SERIAL, NOW)
        store.clear_missing(conn, SERIAL)
        assert store.note_missing(conn, SERIAL, NOW) == 1


def test_saving_many_records_takes_a_bounded_number_of_statements(engine: Engine, queries: QueryRecorder) -> None:
    count = 1000
    pieces = -(-count // sql.CHUNK)
    with queries.counting() as first:
        save(engine, *marks(count))
    with queries.counting() as same:
        save(engine, *marks(count, as_of=NOW + DAY))
    with queries.counting() as changed:
        save(engine, *marks(count, as_of=NOW + 2 * DAY, status_code=710, events=mark().events[:2]))
    assert len(first) <= 6 + pieces
    assert len(same) <= 3 + 2 * pieces
    assert len(changed) <= 10 + 6 * pieces
    with queries.counting() as loading, engine.begin() as conn:
        assert len(store.load_cases(conn, [m.serial_number for m in marks(count)])) == count
    assert len(loading) == pieces


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)))
def test_in_whatever_order_records_arrive_the_newest_is_kept(sqlite_url: str, order: list[int]) -> None:
    from tmwatch.store import open_engine

    engine = open_engine(sqlite_url)
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM case_files"))
    codes = (700, 602, 710, 900)
    for days in order:
        save(engine, live(days, status_code=codes[days]), now=NOW + 4 * DAY)
    assert load(engine).record.status_code == 900
    assert load(engine).as_of == NOW + 3 * DAY
    engine.dispose()


def test_times_come_back_in_utc_and_naive_ones_are_refused(engine: Engine) -> None:
    from datetime import timezone

    shanghai = timezone(timedelta(hours=8))
    save(engine, mark(), now=NOW.astimezone(shanghai))
    assert load(engine).first_seen == NOW
    assert load(engine).first_seen.tzinfo == UTC
    with pytest.raises(Exception, match="naive datetime"):
        save(engine, mark("97000002"), now=NOW.replace(tzinfo=None))
