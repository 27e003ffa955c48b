"""The calendar: parsed back, followed over changes of a record, closed to foreign text."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from tests.invented_cases import tsdr
from tests.reports.examples import CALM, ENGLISH, HOSTILE, INVISIBLE, NOW, PORTFOLIO, TODAY, hostile, mark, report
from tmwatch.changes import Change
from tmwatch.digest.wording import clean
from tmwatch.records import CaseFile, ProsecutionEvent
from tmwatch.reports.ics_calendar import calendar
from tmwatch.reports.model import MarkReport, PortfolioReport, Removed, Version
from tmwatch.reports.record_history import versions

REGISTERED = date(2021, 1, 5)
OLD = tsdr(registration_date=REGISTERED, status_date=REGISTERED, events=(ProsecutionEvent("R.PR", "A", REGISTERED, 1),))
START = datetime(2026, 1, 10, 12, tzinfo=UTC)
FILED = datetime(2026, 9, 1, 12, tzinfo=UTC)
ACCEPTED = datetime(2026, 11, 2, 12, tzinfo=UTC)


def entered(record: CaseFile, code: str, kind: str, day: date) -> CaseFile:
    return replace(record, events=(ProsecutionEvent(code, kind, day, 9), *record.events))


AFTER_FILING = entered(OLD, "E815", "I", date(2026, 9, 1))
AFTER_ACCEPTANCE = entered(AFTER_FILING, "C15A", "O", date(2026, 11, 2))


def followed(*states: tuple[datetime, CaseFile], as_of: date = TODAY) -> PortfolioReport:
    """A report on a mark that went through these states."""
    past = tuple(Version(since, since.date(), record) for since, record in states)
    return report(replace(mark(states[-1][1]), versions=past), as_of=as_of, generated_at=NOW)


def events(one: PortfolioReport) -> dict[str, Event]:
    """The entries of a calendar by UID; none comes twice."""
    parsed = Calendar.from_ical(calendar(one, ENGLISH))
    found = list(parsed.walk("VEVENT"))
    by_uid = {str(event["uid"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


DUE = "97123456.section-8.year-6.due@deadlines.tmwatch"
GRACE = "97123456.section-8.year-6.grace@deadlines.tmwatch"


def test_a_deadline_is_an_all_day_entry_with_four_alarms() -> None:
    event = events(followed((START, OLD)))[DUE]
    assert event.decoded("dtstart") == date(2027, 1, 5)
    assert event.decoded("dtend") == date(2027, 1, 6)
    assert event["dtstart"].params["VALUE"] == "DATE"
    alarms = [one.decoded("trigger") for one in event.walk("VALARM")]
    assert alarms == [timedelta(days=-days) for days in (90, 30, 14, 7)]
    assert (event["status"], event["transp"]) == ("CONFIRMED", "TRANSPARENT")


def test_an_entry_says_the_days_the_law_and_to_confirm_with_counsel() -> None:
    said = str(events(followed((START, OLD)))[DUE]["description"])
    assert "Window opens Jan 5, 2026" in said
    assert "Grace period to Jul 6, 2027" in said
    assert "15 USC 1058" in said
    assert "confirm with counsel" in said


def test_the_end_of_the_grace_period_and_a_window_to_come_are_entries_of_their_own() -> None:
    assert events(followed((START, OLD)))[GRACE].decoded("dtstart") == date(2027, 7, 6)
    early = replace(OLD, registration_date=date(2025, 3, 4), events=())
    opens = events(followed((START, early)))["97123456.section-8.year-6.opens@deadlines.tmwatch"]
    assert opens.decoded("dtstart") == date(2030, 3, 4)
    assert not opens.walk("VALARM")


def test_the_same_record_gives_the_same_identity_and_revision_again() -> None:
    first, again = events(followed((START, OLD))), events(followed((START, OLD), as_of=TODAY + timedelta(days=9)))
    assert {uid: one["sequence"] for uid, one in first.items()} == {uid: one["sequence"] for uid, one in again.items()}


def test_a_filed_paper_is_a_new_revision_without_alarms() -> None:
    before, after = events(followed((START, OLD))), events(followed((START, OLD), (FILED, AFTER_FILING)))
    filed = next(one for one in after.values() if "filed" in str(one["summary"]))
    assert not filed.walk("VALARM")
    assert filed["status"] == "CONFIRMED"
    assert str(filed["uid"]) in before
    assert int(filed["sequence"]) > int(before[str(filed["uid"])]["sequence"])


def test_an_accepted_paper_cancels_the_entries_of_its_deadline() -> None:
    after = events(followed((START, OLD), (FILED, AFTER_FILING), (ACCEPTED, AFTER_ACCEPTANCE)))
    for uid in (DUE, GRACE):
        assert after[uid]["status"] == "CANCELLED"
        assert after[uid].decoded("last-modified") == ACCEPTED
        assert not after[uid].walk("VALARM")
    assert int(after[DUE]["sequence"]) > int(events(followed((START, OLD)))[DUE]["sequence"])
    assert any(one["status"] == "CONFIRMED" and "section-8-9" in uid for uid, one in after.items())


def test_a_mark_that_dies_takes_its_deadlines_with_it() -> None:
    dead = replace(OLD, status_code=710, cancellation_date=date(2026, 11, 2))
    after = events(followed((START, OLD), (ACCEPTED, dead)))
    assert after[DUE]["status"] == "CANCELLED"


def test_a_deadline_that_comes_back_is_confirmed_again_with_a_higher_revision() -> None:
    dead = replace(OLD, status_code=710, cancellation_date=date(2026, 9, 1))
    after = events(followed((START, OLD), (FILED, dead), (ACCEPTED, OLD)))
    assert after[DUE]["status"] == "CONFIRMED"
    assert after[DUE].decoded("last-modified") == ACCEPTED


def test_a_day_that_merely_passed_is_not_cancelled() -> None:
    later = followed((START, OLD), as_of=date(2027, 8, 1))
    assert not [one for one in events(later).values() if one["status"] == "CANCELLED"]


def test_a_cancelled_day_that_has_passed_is_left_out() -> None:
    states = ((START, OLD), (FILED, AFTER_FILING), (ACCEPTED, AFTER_ACCEPTANCE))
    assert DUE not in events(followed(*states, as_of=date(2027, 8, 1)))


def test_a_mark_no_longer_watched_has_all_its_entries_cancelled() -> None:
    gone = Removed(OLD, ACCEPTED, (Version(START, START.date(), OLD),))
    found = events(report(CALM, removed=(gone,)))
    assert found[DUE]["status"] == "CANCELLED"
    assert found[DUE].decoded("last-modified") == ACCEPTED


def test_the_states_of_a_record_are_rebuilt_from_the_ledger() -> None:
    dead = replace(AFTER_FILING, status_code=710, cancellation_date=date(2026, 11, 2))
    serial = dead.serial_number
    entry = {"code": "E815", "type": "I", "date": "2026-09-01", "description": ""}
    ledger = (
        Change(serial, "event", "E815/I", None, entry, FILED.date(), id=1, recorded_at=FILED),
        Change(serial, "field", "status", 700, 710, ACCEPTED.date(), id=2, recorded_at=ACCEPTED),
        Change(serial, "field", "cancellation_date", None, "2026-11-02", ACCEPTED.date(), id=3, recorded_at=ACCEPTED),
        Change(serial, "field", "attorney", "A", "B", ACCEPTED.date(), id=4, recorded_at=ACCEPTED),
        Change(serial, "finding", "R05|", None, "critical", ACCEPTED.date(), id=5, recorded_at=ACCEPTED),
    )
    found = versions(dead, ledger, START)
    assert [(one.since, one.record.status_code, len(one.record.events)) for one in found] == [
        (START, 700, 1),
        (FILED, 700, 2),
        (ACCEPTED, 710, 2),
    ]
    assert found[0].record.cancellation_date is None
    assert found[-1].record is dead


def test_changes_before_the_mark_was_watched_are_no_states() -> None:
    change = Change("97123456", "field", "status", 641, 700, START.date(), id=1, recorded_at=START)
    assert [one.record.status_code for one in versions(OLD, (change,), FILED)] == [700]


def test_lines_are_folded_and_end_as_the_standard_asks() -> None:
    data = calendar(hostile("商标" * 90), ENGLISH)
    assert data.count(b"\r\n") == data.count(b"\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_changes_nothing_of_the_calendar_but_itself(text: str) -> None:
    found, harmless = events(hostile(text)), events(hostile("harmless"))
    assert set(found) == set(harmless)
    for uid, event in found.items():
        assert set(event) == set(harmless[uid])
        assert str(event["summary"]).startswith(clean(text, 80))
        assert not set(str(event["summary"]) + str(event["description"])) & INVISIBLE


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_name_of_a_mark_is_read_back(text: str) -> None:
    made: MarkReport = mark(replace(OLD, mark_text=text))
    for event in events(report(made)).values():
        name = clean(text, 80) or "(design mark)" * (not text)
        assert str(event["summary"]).startswith(name)


def test_the_calendar_of_a_portfolio_holds_every_mark() -> None:
    assert {uid.split(".")[0] for uid in events(PORTFOLIO)} == {"97123456", "97000001"}
