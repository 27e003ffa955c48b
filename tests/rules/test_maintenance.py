"""Rules R01-R04, R06, R09-R11: keeping a registration alive. Dates are counted by hand from the registration date."""

from datetime import UTC, date, datetime

import pytest

from tests.rules.marks import findings, mark, one, told
from tmwatch.findings import Severity
from tmwatch.records import InternationalRegistration, Provenance

REG = "2020-06-16"  # year 6 ends on Tuesday 2026-06-16, its grace on Wednesday 2026-12-16
MADRID = {"basis_current": ("66a",)}


def maintained(status: int = 700, *events: str, reg: str = REG, as_of: str, **fields: object) -> list[str]:
    """What is told about maintenance; section 15 (R09) has tests of its own."""
    case = mark(status, f"R.PR/A {reg}", *events, registration_date=reg, status_date=date.fromisoformat(reg), **fields)
    return [found for found in told(case, as_of) if found[:3] in ("R01", "R02", "R03", "R04", "R06", "R10", "R11")]


# R01-R04: year 6


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-06-15", []),
        ("2025-06-16", ["R01 info"]),
        ("2026-03-17", ["R01 info"]),  # 91 days left
        ("2026-03-18", ["R02 high"]),  # 90 days left
        ("2026-05-16", ["R02 high"]),  # 31 days left
        ("2026-05-17", ["R02 critical"]),  # 30 days left
        ("2026-06-16", ["R02 critical"]),
        ("2026-06-17", ["R03 critical"]),
        ("2026-12-16", ["R03 critical"]),
        ("2026-12-17", ["R04 critical"]),
        ("2027-06-17", ["R04 critical"]),
    ],
)
def test_year_six_from_the_opening_of_the_window_to_the_loss(as_of: str, expected: list[str]) -> None:
    assert maintained(as_of=as_of) == expected


def test_each_step_before_the_end_can_be_told_again_once() -> None:
    case = mark(700, registration_date=REG)
    days = ("2026-03-18", "2026-05-17", "2026-06-02", "2026-06-09", "2026-06-16")
    assert [one(case, "R02", when).step for when in days] == [90, 30, 14, 7, 7]
    assert [one(case, "R03", when).step for when in ("2026-06-17", "2026-09-17", "2026-11-16")] == [None, 90, 30]
    assert len({one(case, "R02", when).identity for when in days}) == 1


def test_the_next_rule_takes_over_without_calling_the_one_before_cleared() -> None:
    case = mark(700, registration_date=REG)
    assert one(case, "R01", "2026-03-17").expires == date(2026, 3, 17)
    assert one(case, "R02", "2026-03-18").expires == date(2026, 6, 16)
    assert one(case, "R03", "2026-06-17").expires == date(2026, 12, 16)


@pytest.mark.parametrize(
    "events",
    [
        ("E815/I 2026-05-01",),
        ("ES8R/I 2026-07-01",),  # in grace
        ("ES8R/I 2026-05-01", "8.OK/O 2026-06-01"),
        ("C15A/O 2026-06-01",),
        ("NA85/E 2026-06-01",),
    ],
)
@pytest.mark.parametrize("as_of", ["2026-07-02", "2026-12-30", "2027-12-30"])
def test_a_filing_or_an_acceptance_is_never_called_lost_or_late(events: tuple[str, ...], as_of: str) -> None:
    assert maintained(700, *events, as_of=as_of) == []


def test_an_answer_of_the_office_is_left_to_the_rule_about_actions() -> None:
    assert maintained(700, "E815/I 2026-05-01", "PR23/O 2026-10-01", as_of="2026-11-23") == []


def test_a_record_older_than_the_grace_says_that_it_cannot_show_a_late_filing() -> None:
    fresh = mark(700, registration_date=REG, provenance=Provenance("tsdr", datetime(2026, 12, 18, 12, tzinfo=UTC)))
    assert "cannot show" not in str(one(fresh, "R04", "2026-12-18").evidence)
    assert "The record is of 2026-11-23" in str(one(mark(700, registration_date=REG), "R04", "2026-12-18").evidence)


def test_a_dead_or_pending_mark_has_no_windows() -> None:
    for status in (710, 900, 715, 602, 641):
        case = mark(status, registration_date=REG)
        assert not [one for one in told(case, "2026-07-02") if one[:3] in ("R01", "R02", "R03", "R04")]


def test_a_registration_under_administrative_review_keeps_its_windows() -> None:
    assert maintained(973, as_of="2026-07-02") == ["R03 critical"]


def test_a_long_living_registration_without_events_has_an_incomplete_history() -> None:
    case = mark(700, registration_date="2012-05-08", status_date=date(2012, 5, 8), renewal_date=date(2022, 5, 8))
    assert not [found for found in told(case) if found != "R09 info"]
    bare = mark(700, registration_date="2012-05-08", status_date=date(2012, 5, 8))
    found = one(bare, "R04")
    assert found.severity is Severity.INFO
    assert "incomplete" in str(found.evidence)


# R06: each decade


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-05-07", []),
        ("2025-05-08", ["R06 info"]),
        ("2026-02-07", ["R06 high"]),  # 90 days left (8 May 2026 is a Friday)
        ("2026-02-06", ["R06 info"]),
        ("2026-04-08", ["R06 critical"]),
        ("2026-05-09", ["R06 critical"]),
        ("2026-11-09", ["R06 critical"]),  # 8 November 2026 is a Sunday
        ("2026-11-10", ["R04 critical"]),
    ],
)
def test_a_decade_from_the_opening_of_the_window_to_the_loss(as_of: str, expected: list[str]) -> None:
    assert maintained(702, "E815/I 2022-01-04", "C15A/O 2022-02-04", reg="2016-05-08", as_of=as_of) == expected


def test_a_renewal_is_quiet_by_event_and_by_date() -> None:
    events = ("E815/I 2022-01-04", "C15A/O 2022-02-04")
    assert maintained(702, *events, "E89R/I 2026-01-04", reg="2016-05-08", as_of="2026-06-01") == []
    assert (
        maintained(800, *events, "E89R/I 2026-01-04", "RNL1/Q 2026-02-04", reg="2016-05-08", as_of="2026-06-01") == []
    )
    assert maintained(702, *events, reg="2016-05-08", as_of="2026-06-01", renewal_date=date(2026, 5, 8)) == []


def test_half_a_renewal_says_that_it_is_half() -> None:
    case = mark(702, "C15A/O 2022-02-04", "8AFT/I 2026-01-04", registration_date="2016-05-08")
    assert "one half" in str(one(case, "R06", "2026-06-01").evidence)


# R10: section 71 for section 66(a)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2025-06-16", ["R10 info"]), ("2026-03-18", ["R10 high"]), ("2026-06-17", ["R10 critical"])],
)
def test_a_registration_based_on_66a_has_section_71_instead(as_of: str, expected: list[str]) -> None:
    assert maintained(as_of=as_of, **MADRID) == expected


def test_section_71_filed_is_quiet() -> None:
    assert maintained(700, "ES71/I 2026-05-01", as_of="2026-06-17", **MADRID) == []


# R09: section 15


def test_section_15_is_possible_after_five_years_on_the_principal_register() -> None:
    found = one(mark(700, registration_date=REG), "R09", "2025-06-16")
    assert (found.severity, found.deadline) == (Severity.INFO, None)
    assert "counsel" in str(found.action)


@pytest.mark.parametrize(
    ("as_of", "status", "events", "fields"),
    [
        ("2025-06-15", 700, (), {}),
        ("2026-06-16", 700, (), {"register": "supplemental"}),
        ("2026-06-16", 700, ("E815/I 2026-05-01",), {}),
        ("2026-06-16", 702, ("E815/I 2026-05-01", "C15A/O 2026-06-01"), {}),
        ("2026-06-16", 790, ("PETC/T 2026-05-01",), {}),
        ("2026-06-16", 710, (), {}),
    ],
)
def test_section_15_is_quiet(as_of: str, status: int, events: tuple[str, ...], fields: dict[str, str]) -> None:
    case = mark(status, *events, registration_date=REG, **fields)
    assert "R09" not in {f.rule for f in findings(case, as_of)}


# R11: renewal at WIPO


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2026-05-26", []),  # 181 days left
        ("2026-05-27", ["R11 high"]),
        ("2026-10-23", ["R11 high"]),
        ("2026-10-24", ["R11 critical"]),  # 30 days left
        ("2026-11-23", ["R11 critical"]),
        ("2026-11-24", ["R11 critical"]),  # grace at WIPO
        ("2027-05-24", []),
    ],
)
def test_the_international_renewal_is_told_from_180_days_on(as_of: str, expected: list[str]) -> None:
    block = InternationalRegistration("1300000", date(2016, 11, 23), renewal_date=date(2026, 11, 23))
    fields = {"international_registration": block, **MADRID}
    found = maintained(706, "71AG/O 2024-01-10", "ES71/I 2024-01-02", reg="2018-01-02", as_of=as_of, **fields)
    assert [one for one in found if one.startswith("R11")] == expected


def test_a_renewed_international_registration_is_quiet() -> None:
    block = InternationalRegistration("1300000", date(2016, 11, 23), renewal_date=date(2026, 11, 23))
    case = mark(
        706, "71AG/O 2024-01-10", "RNWL/P 2026-10-01", registration_date="2018-01-02", international_registration=block,
        **MADRID,
    )  # fmt: skip
    assert "R11" not in {f.rule for f in findings(case)}
    assert "R11" not in {f.rule for f in findings(mark(700, registration_date="2018-01-02"))}
