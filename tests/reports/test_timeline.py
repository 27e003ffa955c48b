"""The line of time: everything inside the drawing, in order, no label over another."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.invented_cases import tsdr
from tests.reports.examples import ENGLISH, TODAY, TROUBLE, mark
from tmwatch.records import ProsecutionEvent
from tmwatch.reports.timeline import LEFT, RIGHT, Scale, timeline

days = st.dates(date(1985, 1, 1), date(2045, 1, 1))


@given(days, days, days, days)
def test_a_later_day_never_stands_before_an_earlier_one(one: date, other: date, first: date, last: date) -> None:
    scale = Scale.of(min(first, last), max(first, last), TODAY)
    assert LEFT <= scale.at(min(one, other)) <= scale.at(max(one, other)) <= RIGHT


def test_the_edges_of_the_drawing_are_the_first_and_the_last_day() -> None:
    scale = Scale.of(date(2010, 1, 1), date(2035, 1, 1), TODAY)
    assert (scale.at(date(2010, 1, 1)), scale.at(date(2035, 1, 1))) == (LEFT, RIGHT)


def test_the_days_around_the_report_are_drawn_wider_than_those_far_away() -> None:
    scale = Scale.of(date(2000, 1, 1), date(2045, 1, 1), TODAY)
    near = scale.at(TODAY + timedelta(days=90)) - scale.at(TODAY)
    far = scale.at(date(2010, 4, 1)) - scale.at(date(2010, 1, 1))
    assert near > 5 * far


def test_a_mark_shows_its_dates_steps_and_deadlines() -> None:
    drawn = timeline(TROUBLE, ENGLISH)
    assert [one.label for one in drawn.dates] == ["Filed", "Published", "Registered"]
    assert [one.label for one in drawn.steps] == ["order to show cause issued"]
    assert [one.label for one in drawn.bars] == ["Section 8 declaration of use (year 6): Jan 2, 2030"]
    assert drawn.bars[0].grace is not None
    assert "LUMO" in drawn.summary


def test_labels_that_would_cover_each_other_are_left_out_and_their_words_stay_in_the_title() -> None:
    day = date(2024, 1, 2)
    crowded = mark(tsdr(filing_date=day, publication_date=day, registration_date=day, cancellation_date=day))
    dots = timeline(crowded, ENGLISH).dates
    assert len(dots) == 4
    assert sum(bool(one.label) for one in dots) == 2
    assert all(one.title for one in dots)


@given(st.lists(days, max_size=40))
def test_entries_on_one_spot_are_one_dot(entered: list[date]) -> None:
    events = tuple(ProsecutionEvent("CNRT", "F", day, n, "ENTRY") for n, day in enumerate(entered))
    drawn = timeline(mark(tsdr(events=events)), ENGLISH)
    assert all(after.x - before.x > 9 for before, after in pairwise(drawn.entries))
    assert all(LEFT <= one.x <= RIGHT for one in drawn.entries)
    assert len(drawn.entries) <= len([day for day in entered if day <= TODAY])


def test_a_record_with_nothing_but_a_number_is_drawn_too() -> None:
    bare = tsdr(events=(), filing_date=None, registration_date=None, publication_date=None, registration_number=None)
    drawn = timeline(mark(replace(bare, status_code=630)), ENGLISH)
    assert drawn.height > 0
    assert not drawn.dates
