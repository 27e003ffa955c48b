"""Rules R05, R07, R08, R12, R13, R18, R19: registrations lost, in part lost, or being decided."""

from datetime import date

import pytest

from tests.rules.marks import TODAY, findings, mark, one, told
from tmwatch.findings import Severity
from tmwatch.records import GoodsClass, Statement

REG = {"registration_date": "2024-01-02"}
OLD = {"registration_date": "2018-03-06"}  # year 6 ended 2024-03-06, its grace 2024-09-06


def rules(status: int, *events: str, as_of: date = TODAY, **fields: object) -> list[str]:
    return told(mark(status, *events, **fields), as_of)


# R05: cancelled under section 8 or 71


def test_a_cancellation_for_want_of_maintenance_is_critical_with_two_months_for_a_petition() -> None:
    case = mark(710, "C8../O 2026-11-02", "NCS8/E 2026-11-02", cancellation_code="2", **OLD)
    found = one(case, "R05")
    assert (found.severity, found.deadline) == (Severity.CRITICAL, date(2027, 1, 4))
    assert 'Status 710 "CANCELLED - SECTION 8"' in str(found.evidence)
    assert told(case) == ["R05 critical"]


@pytest.mark.parametrize(
    ("status", "events"),
    [(709, ("C71T/O 2026-11-02",)), (709, ()), (710, ()), (900, ("CAEX/O 2026-11-02",)), (700, ("C8../O 2026-11-02",))],
)
def test_every_way_the_record_shows_it_is_told(status: int, events: tuple[str, ...]) -> None:
    assert "R05 critical" in rules(status, *events, **OLD)


@pytest.mark.parametrize(
    ("status", "events"),
    [
        (700, ()),
        (701, ("C8../O 2024-11-02", "PCGR/O 2025-03-02")),  # cancelled by mistake and restored
        (701, ("C8../O 2024-11-02",)),  # lives again, long after the entry
        (711, ("C7../O 2026-11-02",)),
        (900, ("EXRG/O 2026-11-02",)),
        (602, ("ABN2/O 2026-11-02",)),
    ],
)
def test_other_losses_and_restored_registrations_are_not_told_as_cancelled(
    status: int, events: tuple[str, ...]
) -> None:
    assert "R05 critical" not in rules(status, *events, **OLD)


def test_months_later_the_way_back_is_a_new_application() -> None:
    case = mark(710, "C8../O 2026-03-02", **OLD)
    assert one(case, "R05").deadline is None


# R07: expired


@pytest.mark.parametrize(
    ("status", "events"), [(900, ()), (900, ("EXRG/O 2026-11-02",)), (800, ("EXRG/O 2026-11-02",))]
)
def test_an_expired_registration_is_critical(status: int, events: tuple[str, ...]) -> None:
    assert "R07 critical" in rules(status, *events, registration_date="2016-03-08")


@pytest.mark.parametrize(
    ("status", "events"), [(710, ("C8.T/O 2026-11-02",)), (800, ("EXRG/O 2017-01-02", "RNL1/Q 2017-03-02")), (800, ())]
)
def test_a_living_or_otherwise_lost_registration_is_not_expired(status: int, events: tuple[str, ...]) -> None:
    assert "R07 critical" not in rules(status, *events, **REG)


# R08: post-registration actions


def test_a_post_registration_action_is_high_then_critical() -> None:
    case = mark(700, "E815/I 2026-02-02", "PR23/O 2026-07-14", registration_date="2020-06-16")
    found = one(case, "R08", "2026-10-16")
    assert (found.severity, found.deadline, found.key) == (Severity.HIGH, date(2027, 1, 14), "2026-07-14")
    assert "PR23/O" in str(found.evidence)
    assert one(case, "R08", "2026-12-15").severity is Severity.CRITICAL


@pytest.mark.parametrize(
    "events",
    [
        ("E815/I 2026-02-02", "PR23/O 2026-07-14", "PR23/I 2026-08-14"),
        ("E815/I 2026-02-02", "PR23/O 2026-07-14", "C15A/O 2026-09-14"),
        ("E815/I 2026-02-02", "C15A/O 2026-03-02"),
        ("E815/I 2026-02-02",),
    ],
)
def test_an_answered_or_missing_action_is_quiet(events: tuple[str, ...]) -> None:
    found = findings(mark(740, *events, registration_date="2020-06-16"))
    assert "R08" not in {f.rule for f in found}


# R12: surrendered, court, Board, Director


@pytest.mark.parametrize("status", [711, 712, 713, 714, 781, 782])
def test_a_surrendered_or_cancelled_registration_is_high(status: int) -> None:
    assert rules(status, **REG) == ["R12 high"]


def test_a_decision_of_the_board_leaves_63_days() -> None:
    case = mark(713, "PETC/T 2025-05-05", "CANG/T 2026-11-02", "C18./O 2026-11-10", **REG)
    assert one(case, "R12").deadline == date(2027, 1, 4)


def test_a_request_to_surrender_is_told_before_it_is_done() -> None:
    case = mark(700, "ES7S/I 2026-11-20", **REG)
    assert told(case) == ["R12 high"]
    assert one(case, "R12").key == "request 2026-11-20"


@pytest.mark.parametrize(
    "events", [("ES7S/I 2026-01-20", "C7P./O 2026-02-20", "R.PR/A 2026-02-21"), ("ES7S/I 2019-01-20",)]
)
def test_a_request_that_was_decided_or_forgotten_is_quiet(events: tuple[str, ...]) -> None:
    assert "R12 high" not in rules(700, *events, **REG)


# R13: inadvertently issued


@pytest.mark.parametrize(
    ("status", "events", "fields"),
    [
        (716, (), {}),
        (641, ("IIRN/O 2026-11-02",), {}),
        (630, ("CIIG/O 2026-11-02",), {}),
        (710, (), {"cancellation_code": "6"}),
    ],
)
def test_a_withdrawn_number_is_high(status: int, events: tuple[str, ...], fields: dict[str, str]) -> None:
    assert "R13 high" in rules(status, *events, **fields)


@pytest.mark.parametrize(
    ("status", "events"), [(700, ("IIRN/O 2023-05-02", "R.PR/A 2024-01-02")), (700, ("CIID/O 2026-11-02",)), (710, ())]
)
def test_a_number_issued_again_or_kept_is_quiet(status: int, events: tuple[str, ...]) -> None:
    assert "R13 high" not in rules(status, *events, **REG)


# R18: dead for another reason


@pytest.mark.parametrize("status", [404, 414, 415, 626])
def test_other_dead_registrations_are_critical(status: int) -> None:
    assert rules(status, **REG) == ["R18 critical"]


@pytest.mark.parametrize("status", [406, 417])
def test_a_transformed_registration_is_medium_and_names_the_new_case(status: int) -> None:
    found = one(mark(status, statements=(Statement("TNSF00", "Transformed into 97999999"),), **REG), "R18")
    assert found.severity is Severity.MEDIUM
    assert "97999999" in str(found.evidence)


# R19: part of the registration lost


@pytest.mark.parametrize("status", "ABCDEG789JKX")
def test_each_lost_class_is_named(status: str) -> None:
    classes = (GoodsClass("009", status_code="6"), GoodsClass("25", status_code=status))
    case = mark(700, "C8P./O 2026-10-02", classes=classes, **REG)
    found = one(case, "R19")
    assert (found.severity, found.key) == (Severity.HIGH, "class 025")
    assert "C8P./O" in str(found.evidence)


@pytest.mark.parametrize(
    ("status", "events", "fields"),
    [
        (704, (), {}),
        (705, (), {}),
        (707, (), {}),
        (708, (), {}),
        (701, ("8.PR/O 2026-10-02",), {}),
        (700, ("C7P./O 2026-10-02",), {}),
        (700, ("C6AP/O 2026-10-02",), {}),
        (700, (), {"cancellation_code": "B"}),
    ],
)
def test_a_partial_loss_is_told_once_whatever_shows_it(
    status: int, events: tuple[str, ...], fields: dict[str, str]
) -> None:
    assert rules(status, *events, **fields, **REG) == ["R19 high"]


@pytest.mark.parametrize("status", ["6", "06", None, "P", "W", "1", "2"])
def test_an_active_class_is_quiet(status: str | None) -> None:
    assert rules(700, classes=(GoodsClass("009", status_code=status),), **REG) == []


def test_a_dead_registration_speaks_of_its_death_only() -> None:
    assert rules(710, "C8P./O 2026-10-02", classes=(GoodsClass("009", status_code="B"),), **OLD) == ["R05 critical"]
