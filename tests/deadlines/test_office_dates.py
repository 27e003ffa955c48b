"""The Office's maintenance dates beside ours."""

from datetime import date

from tests.deadlines.case_text import read_case
from tmwatch.deadlines import OfficeDates, disagreements

DAY = date(2025, 6, 2)


def told(text, **dates):
    days = {name: date.fromisoformat(value) for name, value in dates.items() if name != "form"}
    return [str(one) for one in disagreements(read_case(text), DAY, OfficeDates(form=dates.get("form"), **days))]


def test_equal_dates_say_nothing():
    assert told("reg=2020-03-03", opens="2025-03-03", due="2026-03-03", grace_ends="2026-09-03", form="8") == []


def test_a_day_moved_to_a_business_day_is_no_disagreement():
    assert told("reg=2020-02-29", opens="2025-02-28", due="2026-03-02", grace_ends="2026-08-31") == []
    assert told("reg=2020-02-29", due="2026-02-28", grace_ends="2026-08-29") == []


def test_what_the_office_does_not_tell_is_no_disagreement():
    assert told("reg=2020-03-03") == []


def test_each_date_that_differs_is_told():
    found = told("reg=2020-03-03", opens="2025-03-04", due="2026-03-04", grace_ends="2026-09-04")
    assert found == [
        "The USPTO opens the window on 2025-03-04, computed 2025-03-03",
        "The USPTO closes the window on 2026-03-04, computed 2026-03-03",
        "The USPTO ends the grace on 2026-09-04, computed 2026-09-03",
    ]


def test_another_form_is_told_and_an_unknown_one_is_not():
    assert len(told("reg=2020-03-03", form="71")) == 1
    assert told("reg=2020-03-03", form="15") == []
    assert told("basis=66a reg=2020-03-03", form="71") == []


def test_after_an_acceptance_the_next_window_is_compared():
    assert told("reg=2020-03-03 8.OK/O@2025-05-01", opens="2029-03-03", due="2030-03-03", form="89") == []


def test_a_case_without_maintenance_is_not_compared():
    assert told("status=641", due="2026-03-04") == []
    assert told("reg=2020-03-03 status=710", due="2026-03-04") == []
