"""Rules A01-A04 and A12-A14: applications that died or came back."""

from datetime import date

import pytest

from tests.rules.marks import findings, mark, one, told
from tmwatch.findings import Severity
from tmwatch.portfolio import Watch
from tmwatch.records import Statement

ABANDONED = ("ABN2/O 2026-10-20", "MAB2/E 2026-10-20")


# A01, A02: dead, but a petition to revive is open


@pytest.mark.parametrize("status", [600, 602, 606, 607])
def test_an_abandonment_that_can_be_revived_is_high_with_two_months_from_the_notice(status: int) -> None:
    found = one(mark(status, *ABANDONED), "A01")
    assert (found.severity, found.deadline, found.key) == (Severity.HIGH, date(2026, 12, 21), "")  # the 20th: a Sunday
    assert found.step == 30


def test_evidence_carries_code_text_and_date_of_status_and_notice() -> None:
    words = str(one(mark(602, *ABANDONED, abandonment_date=date(2026, 10, 1)), "A01").evidence)
    assert 'Status 602 "ABANDONED-FAILURE TO RESPOND OR LATE RESPONSE" of 2026-11-02' in words
    assert 'Event MAB2/E "ABANDONMENT NOTICE E-MAILED - FAILURE TO RESPOND" of 2026-10-20' in words
    assert "Abandoned as of 2026-10-01" in words


def test_in_the_last_fourteen_days_the_closing_window_replaces_the_abandonment() -> None:
    case = mark(602, *ABANDONED)
    assert told(case, "2026-12-06") == ["A01 high"]
    assert told(case, "2026-12-07") == ["A02 critical"]
    assert told(case, "2026-12-21") == ["A02 critical"]
    assert one(case, "A02", "2026-12-14").step == 7
    assert one(case, "A01", "2026-12-06").expires == date(2026, 12, 6)
    assert one(case, "A02", "2026-12-21").expires == date(2026, 12, 21)


def test_after_the_window_the_abandonment_stays_known_without_a_date() -> None:
    found = one(mark(602, *ABANDONED), "A01", "2026-12-22")
    assert (found.key, found.deadline, found.severity) == ("lapsed", None, Severity.HIGH)
    assert "ended on 2026-12-21" in str(found.evidence)
    assert "until 2027-04-20 at most" in str(found.evidence)


def test_six_months_later_nothing_of_a_revival_is_promised() -> None:
    assert "at most" not in str(one(mark(602, *ABANDONED), "A01", "2027-05-01").evidence)


def test_a_petition_on_file_stops_the_clock() -> None:
    case = mark(602, *ABANDONED, "PROA/I 2026-12-01")
    assert told(case, "2026-12-10") == ["A01 high"]
    assert "decision is awaited" in str(one(case, "A01", "2026-12-10").action)


def test_an_old_petition_does_not_stop_the_clock_of_a_new_abandonment() -> None:
    case = mark(602, "ABN2/O 2024-01-05", "PROA/I 2024-01-10", "PETG/O 2024-01-20", *ABANDONED)
    assert told(case, "2026-12-10") == ["A02 critical"]


def test_a_revival_that_the_law_excludes_is_not_offered() -> None:
    case = mark(606, "NOAM/E 2023-10-10", "ABN6/S 2026-10-20", "MAB6/E 2026-10-20")
    found = one(case, "A01")
    assert (found.key, found.deadline) == ("lapsed", None)


@pytest.mark.parametrize("status", [601, 603, 605, 610, 612, 614, 616, 630, 641, 700, 710, 900])
def test_other_statuses_are_no_revivable_abandonment(status: int) -> None:
    assert not {"A01", "A02"} & {f.rule for f in findings(mark(status, *ABANDONED))}


# A03, A13: a petition refused, a petition pending


def test_a_refused_revival_is_high_with_two_months_from_the_decision() -> None:
    found = one(mark(614, *ABANDONED, "PROA/I 2026-10-25", "PETD/O 2026-11-10"), "A03")
    assert (found.severity, found.deadline) == (Severity.HIGH, date(2027, 1, 11))
    assert "counsel" in str(found.action)


def test_a_refusal_long_past_has_no_date_left() -> None:
    assert (
        one(mark(614, "ABN2/O 2024-01-05", "PETD/O 2024-05-05", status_date=date(2024, 5, 5)), "A03").deadline is None
    )


def test_a_pending_petition_is_told_as_still_dead() -> None:
    case = mark(612, *ABANDONED, "PROA/I 2026-11-01")
    assert told(case) == ["A13 high"]
    assert "PROA/I" in str(one(case, "A13").evidence)


# A04: express abandonment


def test_an_express_abandonment_is_high_with_two_months_for_a_petition() -> None:
    found = one(mark(601, "EXAR/I 2026-11-01", "ABN1/O 2026-11-03", "MAB1/E 2026-11-03"), "A04")
    assert (found.severity, found.deadline) == (Severity.HIGH, date(2027, 1, 4))
    assert "EXAR/I" in str(found.evidence)


def test_an_express_abandonment_the_owner_noted_is_quiet() -> None:
    watch = Watch("Lumo", "LUMO", "97123456", notes="Abandoned on our order, 2026-10-30")
    assert told(mark(605, "EXAB/I 2026-11-01"), watches=(watch,)) == []


def test_other_notes_do_not_silence_it() -> None:
    watch = Watch("Lumo", "LUMO", "97123456", notes="flagship")
    assert told(mark(605, "EXAB/I 2026-11-01"), watches=(watch,)) == ["A04 high"]


# A12: dead for another reason


@pytest.mark.parametrize("status", [402, 411, 412, 603, 604, 608, 609, 618, 632, 901, 968])
def test_other_dead_applications_are_high(status: int) -> None:
    assert told(mark(status)) in (["A12 high"], ["A11 high", "A12 high"])


@pytest.mark.parametrize("status", [405, 416])
def test_a_transformed_application_is_medium_and_names_the_new_case(status: int) -> None:
    found = one(mark(status, statements=(Statement("TNSF00", "Transformed into 97999999"),)), "A12")
    assert found.severity is Severity.MEDIUM
    assert "97999999" in str(found.evidence)


def test_a_decision_of_the_board_can_be_appealed_for_63_days() -> None:
    case = mark(604, "OP.S/T 2026-11-02", "ABN4/O 2026-11-10")
    assert one(case, "A12").deadline == date(2027, 1, 4)
    assert one(case, "A12", "2027-01-05").deadline is None


# A14: good news


@pytest.mark.parametrize("status", [616, 672])
def test_a_revived_application_is_good_news(status: int) -> None:
    found = one(mark(status, *ABANDONED, "PROA/I 2026-10-25", "PETG/O 2026-11-01", "NREV/E 2026-11-01"), "A14")
    assert (found.severity, found.good_news) == (Severity.INFO, True)
    assert told(mark(status, *ABANDONED, "PETG/O 2026-11-01")) == ["A14 info"]


def test_the_news_of_a_revival_lasts_a_month_after_the_status_moved_on() -> None:
    case = mark(641, *ABANDONED, "PETG/O 2026-11-01", "NREV/E 2026-11-01", "GNRT/O 2026-11-10")
    assert one(case, "A14").expires == date(2026, 12, 1)
    assert "A14 info" not in told(case, "2026-12-02")


@pytest.mark.parametrize(
    "events",
    [
        ("PETG/O 2026-11-01",),  # nothing was abandoned
        ("ABN2/O 2019-01-01", "PETG/O 2019-03-01"),  # old history
        ("ABN2/O 2026-10-01", "PETG/O 2026-11-01", "ABN2/O 2026-11-20"),  # abandoned again
    ],
)
def test_no_good_news_without_a_recent_revival(events: tuple[str, ...]) -> None:
    assert "A14 info" not in told(mark(630, *events))
    assert "A14 info" not in told(mark(602, *events))
