"""What a Period tells a rule beside its state, and the two answers that need no prosecution history."""

from datetime import date

import pytest

from tests.deadlines.case_text import read_case
from tmwatch.codes import Standing, standing, status_codes
from tmwatch.deadlines import deadlines, maintenance, order_response
from tmwatch.sanctions import OrderHit

REMEDIES = {"revival", "director_petition", "reconsideration", "transformation"}
EVERYTHING = (
    "GNRT/F@2024-05-14 NOAM/E@2024-12-31 PUBO/A@2026-01-06 ES8R/I@2025-04-01 PRA8/O@2025-05-15 BXOA/O@2025-11-04 "
    "ABN2/O@2025-12-20 MAB2/E@2025-12-20 C8../O@2025-12-20 NCS8/E@2025-12-20 KNOT/O@2025-12-20 KBOC/S@2025-12-20"
)


def newest(text, day):
    return maintenance(read_case(text), date.fromisoformat(day))[0]


def test_a_filed_period_names_the_paper_and_its_day():
    period = newest("reg=2020-03-03 E815/I@2025-04-01 ES8R/I@2025-09-01", "2025-10-01")
    assert (period.state, period.by, period.filed_on, period.accepted_on) == ("filed", "E815/I", date(2025, 4, 1), None)


def test_an_accepted_period_names_the_decision_and_keeps_the_filing_day():
    period = newest("reg=2020-03-03 E815/I@2025-04-01 C15A/O@2025-06-20 NA85/E@2025-06-21", "2025-10-01")
    assert (period.by, period.filed_on, period.accepted_on) == ("C15A/O", date(2025, 4, 1), date(2025, 6, 20))
    assert not period.partial


def test_a_refused_period_names_the_action():
    assert newest("reg=2020-03-03 ES8R/I@2025-04-01 PUM1/O@2025-06-20", "2025-10-01").by == "PUM1/O"


def test_a_partial_acceptance_is_marked():
    assert newest("reg=2020-03-03 8.PR/O@2025-06-20", "2025-10-01").partial
    assert newest("reg=2020-03-03 status=704@2025-06-20", "2025-10-01").partial


def test_the_missing_half_of_a_decade_is_named():
    base = "reg=2015-06-09 8.OK/O@2021-01-05"
    half = newest(f"{base} 8OKT/O@2025-02-20", "2025-05-01")
    assert (half.missing, half.by) == ("section 9", "8OKT/O")
    assert newest(f"{base} 9.AF/I@2025-02-20", "2025-05-01").missing == "section 8"
    assert newest(f"{base} E89R/I@2025-02-20", "2025-05-01").missing == ""
    assert newest(base, "2025-05-01").missing == ""


def test_an_acceptance_by_renewal_date_or_status_says_so():
    assert newest("reg=2015-06-09 renewal=2025-06-09", "2025-05-01").by == "renewal date"
    assert newest("reg=2015-06-09 status=800@2025-03-01", "2025-05-01").by == "status 800"


def test_an_action_on_a_paper_the_record_lacks_shows_a_paper_came():
    assert newest("reg=2020-03-03 PRA8/O@2026-08-15", "2026-12-01").state == "refused"


def test_only_the_newest_opened_period_is_judged_and_the_next_follows():
    periods = maintenance(read_case("reg=2005-06-07 8.OK/O@2011-05-02"), date(2015, 1, 5))
    assert [(p.kind, p.number, p.state) for p in periods] == [
        ("section_8_9", 1, "open"),
        ("section_8_9", 2, "not_open"),
        ("section_15", 0, "open"),
    ]
    assert [p.name for p in periods] == ["decade 1", "decade 2", ""]


def test_periods_hold_plain_days_and_tell_the_moved_ones():
    period = newest("reg=2020-02-29", "2025-03-03")
    assert (period.due, period.last_day) == (date(2026, 2, 28), date(2026, 3, 2))
    assert (period.grace_ends, period.last_grace_day) == (date(2026, 8, 29), date(2026, 8, 31))


@pytest.mark.parametrize("text", ["status=641", "reg=2020-03-03 status=710", "status=630@2026-01-05 basis=66a"])
def test_what_is_no_live_registration_has_no_periods(text):
    assert [p.kind for p in maintenance(read_case(text), date(2026, 1, 5))] == []


@pytest.mark.parametrize("code", sorted(status_codes()))
def test_a_dead_mark_shows_only_remedies_whatever_its_history(code):
    text = f"reg=2020-03-03 status={code}@2025-12-20 {EVERYTHING}"
    kinds = {one.kind for one in deadlines(read_case(text), date(2026, 1, 10))}
    now = standing(code, "6123456")
    if now is Standing.dead:
        assert kinds <= REMEDIES
    elif now is Standing.indifferent:
        assert kinds == set()
    elif code not in (410, 413):
        assert kinds
        assert not kinds & REMEDIES


@pytest.mark.parametrize("code", sorted(status_codes()))
def test_a_registration_has_no_examination_deadlines_and_a_pending_case_no_maintenance(code):
    kinds = {one.kind for one in deadlines(read_case(f"reg=2020-03-03 status={code} {EVERYTHING}"), date(2026, 1, 10))}
    examined = kinds & {"office_action", "statement_of_use", "opposition_window"}
    maintained = kinds & {"section_8", "section_15", "post_registration_action", "expungement_answer"}
    assert not (examined and maintained)


def test_every_deadline_has_a_citation_and_a_letter_and_comes_in_order_of_its_day():
    mark = read_case(f"reg=2020-03-03 {EVERYTHING} irrenewal=2030-01-01")
    found = deadlines(mark, date(2026, 1, 10))
    assert all(one.citation and one.confidence in "HML" for one in found)
    days = [one.due or date.max for one in found]
    assert days == sorted(days)


def hit(**changes):
    base = {"order_id": "ORDER-1", "type": "show_cause", "date": "2026-01-27", "number": "90123456"}
    return OrderHit(**(base | {"page": 3, "reviewed": True, "response_due": date(2026, 2, 28)} | changes))


def test_the_answer_to_an_order_is_due_on_the_printed_date_even_on_a_saturday():
    found = order_response(hit(), date(2026, 2, 28))
    assert found is not None
    assert (found.kind, found.state, found.opens, found.due) == (
        "order_response",
        "open",
        date(2026, 1, 27),
        date(2026, 2, 28),
    )
    assert found.period == "ORDER-1"


def test_an_order_whose_date_has_passed_is_overdue_and_one_without_a_date_gives_nothing():
    late = order_response(hit(), date(2026, 3, 1))
    assert late is not None
    assert late.state == "overdue"
    assert order_response(hit(response_due=None)) is None


def test_a_date_read_by_a_machine_is_less_sure_and_a_year_is_no_day():
    found = order_response(hit(reviewed=False, date="2026"))
    assert found is not None
    assert (found.confidence, found.opens) == ("M", None)
