"""Rules R14-R17: cancellation before the Board, expungement and reexamination."""

from datetime import date

import pytest

from tests.rules.marks import findings, mark, one, told
from tmwatch.findings import Severity
from tmwatch.records import STATUS_NOT_TOLD, Owner, Proceeding, ProceedingEntry

REG = {"registration_date": "2024-01-02"}

# R14


def test_a_petition_to_cancel_is_high_and_named_by_its_number() -> None:
    case = mark(790, "PETC/T 2026-11-03 CANCELLATION INSTITUTED NO. 92099999", **REG)
    assert one(case, "R14").key == "099999"
    assert told(case) == ["R14 high"]


def test_the_answer_date_of_the_board_is_shown_and_raises_it() -> None:
    entry = ProceedingEntry("705", "D", date(2026, 11, 3), date(2027, 3, 1))
    pending = Proceeding("92099999", "CAN", date(2026, 11, 1), "2", None, "D", ("Other Co",), (), (entry,))
    found = one(mark(790, proceedings=(pending,), **REG), "R14", "2026-11-23")
    assert (found.severity, found.deadline, found.step) == (Severity.HIGH, date(2027, 3, 1), None)
    assert one(mark(790, proceedings=(pending,), **REG), "R14", "2027-02-10").severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("status", "events", "fields"),
    [
        (790, (), {}),
        (700, (), {"flags": ("cancellation-pending-in",)}),
        (700, ("CCCN/T 2026-10-03 COUNTERCLAIM CANC. NO. 92099999",), {}),
        (973, ("PETC/T 2026-10-03",), {}),
    ],
)
def test_every_way_the_record_shows_it_is_told(status: int, events: tuple[str, ...], fields: dict[str, object]) -> None:
    assert "R14 high" in told(mark(status, *events, **fields, **REG))


@pytest.mark.parametrize(
    ("status", "events"),
    [
        (778, ("PETC/T 2025-05-05 NO. 92099999", "CAND/T 2026-11-03 CANCELLATION DENIED NO. 92099999")),
        (780, ("PETC/T 2025-05-05", "CANT/T 2026-11-03")),
        (713, ("PETC/T 2025-05-05", "CANG/T 2026-11-03")),
        (710, ("PETC/T 2025-05-05",)),
        (641, ("PETC/T 2025-05-05",)),
        (700, ()),
    ],
)
def test_an_ended_cancellation_is_quiet(status: int, events: tuple[str, ...]) -> None:
    fields = {} if status == 641 else REG
    assert "R14" not in {f.rule for f in findings(mark(status, *events, **fields))}


def test_a_terminated_proceeding_of_the_board_is_quiet() -> None:
    ended = Proceeding("92099999", "CAN", date(2025, 11, 1), "9", None, "D")
    assert told(mark(700, "PETC/T 2025-11-01 NO. 92099999", proceedings=(ended,), **REG)) == []


def test_a_cancellation_the_mark_was_pleaded_in_by_the_plaintiff_is_quiet() -> None:
    ours = Proceeding("92099999", "CAN", date(2026, 11, 1), "2", None, "P", ("We",), ("Other Co",))
    assert told(mark(700, proceedings=(ours,), **REG)) == []


def test_a_cancellation_of_a_mark_whose_status_nobody_told_is_told() -> None:
    pending = Proceeding("92099999", "CAN", date(2026, 11, 1), "2", None, "D", ("Other Co",), ("We",))
    found = one(mark(STATUS_NOT_TOLD, told=frozenset({"proceedings"}), proceedings=(pending,)), "R14")
    assert "No source has told the status" in str(found.evidence)
    assert "https://ttabvue.uspto.gov/ttabvue/v?pno=92099999" in str(found.evidence)


# R15, R16


@pytest.mark.parametrize(
    ("event", "number", "expected"),
    [("BXPI/O", "2026-100137E", True), ("BRPI/O", "2026-100137R", True), ("BXPI/O", "2026-100137R", False)],
)
def test_the_number_of_an_expungement_or_reexamination_is_named_where_the_board_tells_it(
    event: str, number: str, expected: bool
) -> None:
    appeal = Proceeding("97123456", "EXA", date(2026, 11, 1), "2", None, "P", expungements=(number,))
    found = one(mark(700, f"{event} 2026-11-03", proceedings=(appeal,), owners=(Owner("Lumo LLC", 30),), **REG), "R16")
    assert (f"Proceeding {number}" in str(found.evidence)) == expected
    assert "Registrant: Lumo LLC" in str(found.evidence)


@pytest.mark.parametrize("event", ["BPRE/I", "BPPR/I", "BPET/O"])
def test_a_petition_of_a_third_party_is_medium_until_it_is_decided(event: str) -> None:
    assert told(mark(700, f"{event} 2026-11-03", **REG)) == ["R15 medium"]


@pytest.mark.parametrize("end", ["BPXX/O", "BDXD/O", "BPRD/O", "BDRD/O"])
def test_a_petition_that_was_not_instituted_is_quiet(end: str) -> None:
    assert told(mark(700, "BPET/O 2026-10-03", f"{end} 2026-11-03", **REG)) == []


@pytest.mark.parametrize(
    ("events", "key"),
    [
        (("BPRE/I 2026-10-01", "BXPI/O 2026-11-03", "BXOA/O 2026-11-03"), "expungement"),
        (("BXOA/O 2026-11-03",), "expungement"),
        (("BRPI/O 2026-11-03", "BRXO/O 2026-11-03"), "reexamination"),
    ],
)
def test_an_instituted_proceeding_is_critical_with_three_months(events: tuple[str, ...], key: str) -> None:
    case = mark(700, *events, **REG)
    found = one(case, "R16")
    assert (found.severity, found.key, found.deadline) == (Severity.CRITICAL, key, date(2027, 2, 3))
    assert told(case) == ["R16 critical"]


@pytest.mark.parametrize("event", ["DIPX/E", "DIPR/E", "BXPI/O", "BRPI/O"])
def test_an_institution_without_an_action_is_told_at_once(event: str) -> None:
    assert told(mark(700, f"{event} 2026-11-03", **REG)) == ["R16 critical"]


def test_an_answered_action_waits_for_the_office() -> None:
    found = one(mark(700, "BXOA/O 2026-07-03", "BRXR/I 2026-09-03", **REG), "R16")
    assert (found.severity, found.deadline) == (Severity.HIGH, None)


def test_a_final_action_after_the_answer_is_critical_again() -> None:
    case = mark(700, "BXOA/O 2026-07-03", "BRXR/I 2026-09-03", "BXFA/O 2026-11-03", **REG)
    assert (one(case, "R16").severity, one(case, "R16").deadline) == (Severity.CRITICAL, date(2027, 2, 3))


@pytest.mark.parametrize(
    ("status", "events"),
    [
        (700, ("BXOA/O 2026-07-03", "BXNT/O 2026-11-03")),
        (700, ("BRXO/O 2026-07-03", "BRNT/O 2026-11-03")),
        (781, ("BXOA/O 2026-07-03", "C6AF/O 2026-11-03")),
        (700, ("BMOE/O 2026-11-03",)),
        (700, ()),
    ],
)
def test_a_proceeding_that_ended_is_quiet(status: int, events: tuple[str, ...]) -> None:
    assert "R16" not in {f.rule for f in findings(mark(status, *events, **REG))}


# R17: only with the mark itself


@pytest.mark.parametrize(
    ("registered", "keys"),
    [
        ("2025-06-17", ["reexamination"]),
        ("2023-06-13", ["expungement", "reexamination"]),
        ("2019-06-11", ["expungement"]),
        ("2015-06-09", []),
    ],
)
def test_the_exposure_of_a_registration_is_a_statement_of_its_own_page(registered: str, keys: list[str]) -> None:
    found = [f for f in findings(mark(700, registration_date=registered)) if f.rule == "R17"]
    assert [f.key for f in found] == keys
    assert all(f.card_only and f.severity is Severity.INFO for f in found)


def test_a_registration_based_on_66a_alone_or_a_dead_one_has_no_such_statement() -> None:
    assert "R17" not in {f.rule for f in findings(mark(700, basis_current=("66a",), **REG))}
    assert "R17" not in {f.rule for f in findings(mark(710, **REG))}
