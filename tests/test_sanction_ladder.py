"""The ladder of sanctions: which stage a record stands on, and its steps."""

from dataclasses import replace
from datetime import date
from itertools import permutations, product

import pytest

from tests.sanction_cases import DECISION, FINAL, MARK, OSC, at_status, event, history, hit
from tmwatch.sanction_ladder import STAGE_OF_EVENT, is_restored
from tmwatch.sanctions import ladder, outlook


@pytest.mark.parametrize(
    ("key", "stage"),
    [
        ("KSNS/O", "under_review"),
        ("KSAD/S", "under_review"),
        ("KSNR/O", "show_cause"),
        ("KSCO/O", "show_cause"),
        ("KOFS/O", "ordered"),
        ("KONO/O", "ordered"),
        ("KNOT/O", "terminated"),
        ("KBOC/S", "terminated"),
        ("KSDR/S", "released"),
    ],
)
def test_each_sanction_event_has_its_stage(key: str, stage: str) -> None:
    assert ladder(at_status(700, None, key)).stage == stage


@pytest.mark.parametrize(
    ("code", "day", "stage"),
    [
        (973, date(2021, 1, 1), "under_review"),
        (973, date(2020, 12, 31), None),
        (973, None, "under_review"),
        (610, date(2019, 1, 1), "terminated"),
        (715, date(2025, 1, 1), None),
        (783, date(2025, 1, 1), None),
        (602, date(2025, 1, 1), None),
        (652, date(2025, 1, 1), None),
        (630, date(2025, 1, 1), None),
        (700, date(2025, 1, 1), None),
        (999, date(2025, 1, 1), None),
    ],
)
def test_the_status_alone_gives_a_stage_only_where_it_says_so(code: int, day: date | None, stage: str | None) -> None:
    found = ladder(at_status(code, day))
    assert found.stage == stage
    assert [step.event for step in found.steps] == ([f"status {code}"] if stage else [])


@pytest.mark.parametrize("code", [715, 783])
def test_a_restored_registration_is_a_sanctions_stage_only_with_a_signal(code: int) -> None:
    assert ladder(at_status(code, date(2025, 6, 1), "KSCO/O")).stage == "restored_to_pendency"
    assert ladder(at_status(code), (hit(OSC),)).stage == "restored_to_pendency"
    assert ladder(at_status(code), (hit(DECISION),)).stage is None
    assert ladder(at_status(code, date(2025, 6, 1), "KSNS/O", "KSDR/S")).stage == "released"
    assert ladder(at_status(code, date(2025, 6, 1), "KSNS/O", "KSDR/S"), (hit(OSC),)).stage == "restored_to_pendency"


def test_the_restoring_event_counts_only_as_type_c_and_not_after_a_new_registration() -> None:
    assert ladder(at_status(640, None, "KSCO/O", "CRTP/C")).stage == "restored_to_pendency"
    assert ladder(at_status(640, None, "KSCO/O", "CRTP/R")).stage == "show_cause"
    assert ladder(at_status(700, None, "CRTP/C", "R.PR/A", "KSCO/O")).stage == "show_cause"
    assert ladder(at_status(700, date(2026, 1, 1), "CRTP/C", "KSCO/O")).stage == "show_cause"
    assert ladder(at_status(700, date(2020, 1, 1), "CRTP/C", "KSCO/O")).stage == "restored_to_pendency"


def test_cancellation_code_7_is_a_restored_registration_unless_the_mark_is_registered() -> None:
    cancelled = replace(at_status(711, date(2025, 6, 1)), cancellation_code="7", cancellation_date=date(2025, 6, 2))
    assert is_restored(cancelled)
    found = ladder(cancelled, (hit(FINAL),))
    assert found.stage == "restored_to_pendency"
    assert [(step.event, step.date) for step in found.steps] == [("cancellation code 7", date(2025, 6, 2))]
    assert not is_restored(replace(MARK, cancellation_code="7"))
    assert not is_restored(replace(cancelled, cancellation_code="2"))


def test_only_the_last_event_by_number_counts_whatever_its_date_or_place() -> None:
    events = [event("KSNS/O", date(2025, 5, 1), 1), event("KSDR/S", date(2025, 3, 1), 2)]
    for order in permutations(events):
        assert ladder(replace(MARK, events=order)).stage == "released"


def test_without_numbers_the_day_decides_and_on_one_day_the_order_of_the_record() -> None:
    later, earlier = event("KSCO/O", date(2025, 5, 1)), event("KSNS/O", date(2025, 3, 1))
    assert ladder(replace(MARK, events=(earlier, later))).stage == "show_cause"
    same = (event("KOFS/O", date(2025, 5, 1)), event("KSCO/O", date(2025, 5, 1)))
    assert ladder(replace(MARK, events=same)).stage == "ordered"


def test_a_release_does_not_count_while_the_status_says_otherwise() -> None:
    assert ladder(at_status(973, date(2025, 9, 1), "KSNS/O", "KSDR/S")).stage == "under_review"
    assert ladder(at_status(973, date(2015, 9, 1), "KSNS/O", "KSDR/S")).stage == "under_review"
    assert ladder(at_status(610, date(2025, 9, 1), "KSNS/O", "KSDR/S")).stage == "terminated"
    assert ladder(at_status(602, date(2025, 9, 1), "KSNS/O", "KSDR/S")).stage == "released"


def test_unknown_sanction_codes_and_known_codes_of_another_type_are_no_step() -> None:
    assert ladder(at_status(630, None, "KXYZ/O", "KSCO/E")).stage is None
    assert ladder(at_status(630, None, "KSCO/O", "KXYZ/O")).stage == "show_cause"


def test_steps_come_oldest_first_with_event_day_and_text() -> None:
    mark = at_status(610, date(2025, 12, 1), "KSNS/O", "KSCO/O", "CRTP/C", "KOFS/O")
    found = ladder(mark)
    assert [(step.event, step.stage) for step in found.steps] == [
        ("KSNS/O", "under_review"),
        ("KSCO/O", "show_cause"),
        ("CRTP/C", "restored_to_pendency"),
        ("KOFS/O", "ordered"),
        ("status 610", "terminated"),
    ]
    assert found.steps[1].text == "SHOW CAUSE ORDER"
    assert found.since == date(2025, 12, 1)
    assert found.now == found.steps[-1]
    assert [step.date for step in found.steps] == sorted(step.date for step in found.steps)


def test_an_order_hit_alone_makes_no_stage() -> None:
    assert ladder(MARK, (hit(FINAL),)) == ladder(MARK)
    assert ladder(MARK).since is None
    assert ladder(MARK).now is None


def test_the_outlook_quotes_the_known_cases() -> None:
    assert "9 days" in str(outlook(ladder(at_status(715), (hit(OSC),))))
    assert "1,064" in str(outlook(ladder(at_status(973, date(2025, 1, 2), "KSCO/O"))))
    assert outlook(ladder(at_status(610))) is None
    assert outlook(ladder(MARK)) is None


def test_every_order_of_two_events_agrees_with_the_table() -> None:
    for first, last in product(STAGE_OF_EVENT, repeat=2):
        assert ladder(replace(MARK, events=history(first, last))).stage == STAGE_OF_EVENT[last]
