"""Rules A05-A11: living applications."""

from datetime import date

import pytest

from tests.rules.marks import facts, findings, mark, one, told
from tmwatch.findings import Severity
from tmwatch.records import InternationalRegistration, Proceeding, ProceedingEntry
from tmwatch.rules.base import evaluate
from tmwatch.rules.examination import ordinary_suspension
from tmwatch.sanctions import Ladder, OrderHit

MADRID = {"basis_current": ("66a",)}

# A05, A06: Office actions


def test_an_unanswered_action_is_medium_with_its_last_day() -> None:
    found = one(mark(641, "GNRT/F 2026-10-15"), "A05")
    assert (found.severity, found.deadline, found.key) == (Severity.MEDIUM, date(2027, 1, 15), "2026-10-15")
    assert 'Event GNRT/F "NON-FINAL ACTION E-MAILED" of 2026-10-15' in str(found.evidence)
    assert "Status 641" in str(found.evidence)
    assert "until 2027-04-15" in str(found.evidence)


def test_thirty_days_before_the_end_it_becomes_critical_under_its_own_rule() -> None:
    case = mark(641, "GNRT/F 2026-10-15")
    assert told(case, "2026-12-15") == ["A05 medium"]
    assert told(case, "2026-12-16") == ["A06 critical"]
    assert one(case, "A05").expires == date(2026, 12, 15)
    steps = [one(case, "A06", day).step for day in ("2026-12-16", "2027-01-01", "2027-01-08", "2027-01-15")]
    assert steps == [30, 14, 7, 7]


def test_after_the_last_day_the_case_may_show_live_and_is_overdue() -> None:
    found = one(mark(641, "GNRT/F 2026-08-03"), "A06")
    assert "has passed" in str(found.evidence)
    assert (found.severity, found.step) == (Severity.CRITICAL, None)


@pytest.mark.parametrize(
    "events",
    [
        ("GNRT/F 2026-10-15", "TROA/I 2026-11-01"),
        ("CNFR/O 2026-10-15", "EXAF/T 2026-11-01"),
        ("GNRT/F 2026-10-15", "CNSA/O 2026-11-05"),
        ("GNRT/F 2026-10-15", "CNSL/O 2026-11-05"),
        ("CNRT/R 2026-10-15",),  # written, not sent
        ("CNEA/O 2026-10-15",),  # examiner's amendment: no answer needed
        ("GNRN/O 2026-10-15",),  # the twin of an action is none itself
        (),
    ],
)
def test_no_action_waits_for_an_answer(events: tuple[str, ...]) -> None:
    assert told(mark(661, *events)) == []


def test_the_status_alone_tells_of_an_action_whose_date_is_unknown() -> None:
    found = one(mark(641), "A05")
    assert (found.key, found.deadline) == ("status", None)


def test_a_lagging_status_is_no_open_action() -> None:
    assert told(mark(641, "GNRT/F 2026-10-15", "TROA/I 2026-11-20")) == []


def test_a_letter_with_its_own_term_has_no_computed_day() -> None:
    found = one(mark(745, "NOAM/E 2026-06-01", "EISU/I 2026-09-01", "INCS/O 2026-10-15"), "A05")
    assert found.deadline is None
    assert "letter" in str(found.evidence)


# A07: notice of allowance


def test_an_allowance_is_medium_then_high_then_critical() -> None:
    case = mark(688, "NOAM/E 2026-07-14")
    assert told(case, "2026-10-01") == ["A07 medium"]
    assert told(case, "2026-10-16") == ["A07 high"]
    assert told(case, "2026-12-15") == ["A07 critical"]
    assert one(case, "A07").deadline == date(2027, 1, 14)
    assert len({one(case, "A07", day).identity for day in ("2026-10-01", "2026-12-15")}) == 1
    assert "counsel" in str(one(case, "A07").action)


def test_an_allowance_that_ran_out_says_so() -> None:
    found = one(mark(688, "NOAM/E 2026-05-12"), "A07")
    assert found.severity is Severity.CRITICAL
    assert "has passed" in str(found.evidence)


def test_an_allowance_of_which_no_date_is_known_is_told() -> None:
    assert one(mark(730), "A07").deadline is None


@pytest.mark.parametrize(
    ("status", "events"),
    [
        (744, ("NOAM/E 2026-07-14", "EISU/I 2026-10-14")),
        (718, ("NOAM/E 2026-07-14", "EEXT/I 2026-10-14", "EXT1/S 2026-10-14")),
        (689, ("NOAM/E 2026-07-14", "IUCN/S 2026-08-14")),
        (819, ("NOAM/E 2026-07-14", "EISU/I 2026-08-14", "CNPR/P 2026-09-14")),
    ],
)
def test_a_statement_or_an_extension_on_file_is_quiet(status: int, events: tuple[str, ...]) -> None:
    assert told(mark(status, *events)) == []


# A08: publication


def test_publication_is_information_with_the_day_until_others_may_oppose() -> None:
    found = one(mark(686, "PUBO/A 2026-11-10"), "A08")
    assert (found.severity, found.deadline) == (Severity.INFO, date(2026, 12, 10))


def test_publication_is_never_more_than_information_however_near_its_end() -> None:
    assert told(mark(686, "PUBO/A 2026-10-27")) == ["A08 info"]


@pytest.mark.parametrize("status", [681, 688, 692, 700, 774])
def test_other_statuses_are_no_publication(status: int) -> None:
    assert "A08" not in {f.rule for f in findings(mark(status, "PUBO/A 2026-11-10"))}


# A09: oppositions


def test_an_opposition_is_high_and_named_by_its_number() -> None:
    case = mark(774, "OPPF/T 2026-11-01", "OP.I/T 2026-11-03 OPPOSITION INSTITUTED NO. 91299999")
    found = one(case, "A09")
    assert (found.severity, found.key, found.deadline) == (Severity.HIGH, "299999", None)
    assert told(case) == ["A09 high"]


def test_the_answer_date_of_the_board_raises_it() -> None:
    entry = ProceedingEntry("705", "D", date(2026, 11, 3), date(2026, 12, 13))
    running = Proceeding("91299999", "OPP", date(2026, 11, 1), "2", None, "D", ("Other Co",), ("Lumo",), (entry,))
    found = one(mark(774, "OP.I/T 2026-11-03 OPPOSITION INSTITUTED NO. 299999", proceedings=(running,)), "A09")
    assert (found.severity, found.deadline, found.key) == (Severity.CRITICAL, date(2026, 12, 14), "299999")
    assert "91299999" in str(found.evidence)
    assert "Other Co" in str(found.evidence)


def test_papers_received_are_told_before_the_institution() -> None:
    assert told(mark(801, "OPPF/T 2026-11-01")) == ["A09 high"]


def test_two_oppositions_are_two_findings() -> None:
    case = mark(774, "OP.I/T 2026-10-03 OPPOSITION INSTITUTED NO. 91299998", "OP.I/T 2026-11-03 NO. 91299999")
    assert [f.key for f in findings(case) if f.rule == "A09"] == ["299998", "299999"]


def test_a_sustained_opposition_is_told_although_the_case_stands_as_pending() -> None:
    found = one(
        mark(779, "OP.I/T 2024-10-03 NO. 91299998", "OP.S/T 2026-11-01 OPPOSITION SUSTAINED NO. 91299998"), "A09"
    )
    assert found.key == "sustained"
    assert "OP.S/T" in str(found.evidence)


@pytest.mark.parametrize(
    ("status", "events"),
    [
        (775, ("OP.I/T 2025-10-03 NO. 91299998", "OP.D/T 2026-11-01 NO. 91299998")),
        (777, ("OPPF/T 2025-10-01", "OP.I/T 2025-10-03 NO. 91299998", "OP.T/T 2026-11-01")),
        (686, ("OPPF/T 2026-10-01", "OP.N/T 2026-10-03")),
        (802, ("ETOF/T 2026-11-03",)),
        (604, ("OP.I/T 2025-10-03 NO. 91299998",)),  # dead: only remedies
    ],
)
def test_an_opposition_that_ended_is_quiet(status: int, events: tuple[str, ...]) -> None:
    assert "A09" not in {f.rule for f in findings(mark(status, *events))}


def test_a_registration_with_an_old_opposition_is_quiet() -> None:
    case = mark(700, "OP.I/T 2022-10-03 NO. 91299998", "R.PR/A 2024-01-02", registration_date="2024-01-02")
    assert told(case) == []


def test_an_opposition_is_told_with_number_parties_answer_date_and_page() -> None:
    notice = ProceedingEntry("707", "N", date(2026, 11, 3), date(2026, 12, 13))
    running = Proceeding("91299999", "OPP", date(2026, 11, 2), "2", None, "D", ("Other Co",), ("Lumo",), (notice,))
    assert str(one(mark(774, proceedings=(running,)), "A09").evidence).startswith(
        "Opposition 91299999 of 2026-11-02, plaintiff Other Co, defendant Lumo, pending, answer due 2026-12-13; "
        "https://ttabvue.uspto.gov/ttabvue/v?pno=91299999"
    )


def test_an_opposition_that_rests_on_the_mark_is_quiet() -> None:
    ours = Proceeding("91299999", "OPP", date(2026, 11, 2), "2", None, "P", ("Lumo",), ("Other Co",))
    assert "A09" not in {f.rule for f in findings(mark(630, proceedings=(ours,)))}


# A10: ordinary suspension


@pytest.mark.parametrize("status", [653, 654])
def test_an_ordinary_suspension_is_information(status: int) -> None:
    assert told(mark(status, "CNSL/O 2026-03-03")) == ["A10 info"]


def test_a_suspension_with_a_sanctions_signal_is_left_to_the_s_rules() -> None:
    case = mark(654, "CNSL/O 2026-03-03")
    hit = OrderHit("X-1", "show_cause", "2026-01-27", case.serial_number, 3, True)
    assert evaluate((ordinary_suspension,), facts(case, hits=(hit,))) == ()
    assert evaluate((ordinary_suspension,), facts(case, ladder=Ladder("show_cause"))) == ()


@pytest.mark.parametrize("status", [652, 973, 641, 700])
def test_other_statuses_are_no_ordinary_suspension(status: int) -> None:
    assert "A10" not in {f.rule for f in findings(mark(status))}


# A11: the international registration was lost


@pytest.mark.parametrize("status", [400, 403, 410, 413])
def test_a_lost_international_registration_leaves_three_months(status: int) -> None:
    block = InternationalRegistration("1500000", death_date=date(2026, 10, 1))
    found = one(mark(status, "CBNT/M 2026-10-20", international_registration=block, **MADRID), "A11")
    assert (found.severity, found.deadline) == (Severity.HIGH, date(2027, 1, 4))


def test_a_live_status_with_the_event_of_the_loss_is_told() -> None:
    assert "A11 high" in told(mark(641, "DETH/P 2026-10-20", "GNRT/F 2026-11-10", **MADRID))


def test_a_loss_without_transformation_is_critical_and_has_no_date() -> None:
    found = one(mark(401, "CBNT/M 2026-10-20", **MADRID), "A11")
    assert (found.severity, found.deadline) == (Severity.CRITICAL, None)


@pytest.mark.parametrize(
    ("status", "events"),
    [
        (641, ("DETH/P 2025-10-20", "TRPT/S 2026-01-20")),
        (700, ("DENA/E 2025-10-20", "RNWL/P 2025-12-20")),
        (404, ("CBNT/M 2025-10-20",)),  # R18 speaks
        (630, ()),
    ],
)
def test_a_loss_that_was_mended_or_is_told_elsewhere_is_quiet(status: int, events: tuple[str, ...]) -> None:
    assert "A11" not in {f.rule for f in findings(mark(status, *events, **MADRID))}
