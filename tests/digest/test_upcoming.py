"""The calendar of the next 90 days: what it holds, what it leaves out, how it reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.digest.examples import NOW, QUIET, SENDER
from tests.rules.marks import SERIAL, mark
from tmwatch.deadlines import deadlines
from tmwatch.digest.compose import compose
from tmwatch.digest.model import Upcoming
from tmwatch.digest.upcoming import DAYS, coming, upcoming
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile

TODAY = date(2026, 11, 24)
WATCH = Watch("Nordlicht", "LUMO", SERIAL)


def calendar(case: CaseFile, *watches: Watch, as_of: date = TODAY) -> tuple[Upcoming, ...]:
    return told_of(watches or (WATCH,), {case.serial_number: case}, as_of)


def told_of(watches: tuple[Watch, ...], records: dict[str, CaseFile], as_of: date) -> tuple[Upcoming, ...]:
    due = {serial: tuple(coming(deadlines(case, as_of), as_of)) for serial, case in records.items()}
    return upcoming(watches, records, due, as_of)


def registered(day: date) -> CaseFile:
    return mark(700, registration_date=day.isoformat())


# quiet


def test_a_mark_without_a_deadline_has_no_line() -> None:
    assert calendar(registered(date(2024, 5, 7))) == ()


def test_what_lies_further_away_is_left_out() -> None:
    assert [one.kind for one in calendar(registered(date(2021, 3, 30)))] == []


def test_what_was_filed_is_no_longer_due() -> None:
    case = mark(700, "N/AA 2026-10-01", "E815/I 2026-10-01 REGISTERED - SEC. 8 FILED", registration_date="2021-01-15")
    filed = mark(702, "C15A/O 2026-10-01", registration_date="2021-01-15")
    assert len(calendar(case)) <= 1
    assert all(one.kind != "section_8" for one in calendar(filed))


def test_a_mark_that_is_not_watched_by_serial_number_yet_has_no_line() -> None:
    assert told_of((Watch("N", "LUMO", None, registration_number="7123456"),), {}, TODAY) == ()


# loud


@pytest.mark.parametrize("days", [0, 1, 45, DAYS])
def test_a_section_8_day_within_ninety_days_stands_in_it(days: int) -> None:
    due = TODAY + timedelta(days)
    (one,) = (o for o in calendar(registered(due.replace(year=due.year - 6))) if o.kind == "section_8")
    assert due <= one.day <= due + timedelta(3), "a business day"
    assert (one.grace, one.grace_ends is not None) == (False, True)


def test_in_grace_the_end_of_grace_counts() -> None:
    (one,) = (o for o in calendar(registered(date(2020, 7, 1))) if o.kind == "section_8")
    assert (one.day, one.grace, one.grace_ends) == (date(2027, 1, 4), True, None)


def test_two_rows_of_one_mark_are_one_line_with_the_first_reference() -> None:
    case = registered(date(2021, 1, 15))
    (one,) = (o for o in calendar(case, WATCH, replace(WATCH, brand="B", reference="NT-1")) if o.kind == "section_8")
    assert one.reference == "NT-1"


def test_the_soonest_comes_first() -> None:
    near = replace(registered(date(2021, 1, 15)), serial_number="97000001")
    far = replace(registered(date(2021, 2, 1)), serial_number="97000002")
    rows = (Watch("N", "A", "97000002"), Watch("N", "B", "97000001"))
    told = told_of(rows, {"97000001": near, "97000002": far}, TODAY)
    assert [one.day for one in told] == sorted(one.day for one in told)


def test_a_reader_sees_day_distance_mark_and_surcharge() -> None:
    digest = replace(QUIET, as_of=TODAY, upcoming=calendar(registered(date(2021, 1, 15))))
    text = compose(digest, sender=SENDER, date=NOW).text
    assert "Deadlines of the next 90 days" in text
    assert "Jan 15, 2027 · in 52 days · Section 8 declaration of use" in text
    assert "with a surcharge until" in text
    assert "confirm each with counsel" in text


def test_without_a_deadline_there_is_no_heading() -> None:
    assert "Deadlines of" not in compose(QUIET, sender=SENDER, date=NOW).text
