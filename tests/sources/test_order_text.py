"""What an order's text states: type, date, day to answer, counts; and the comparison with what was read."""

from datetime import date

import pytest

from tmwatch.sanctions import load_registry
from tmwatch.sources.order_text import OrderFacts, StatedCount, judge, read_facts


def read(text: str) -> OrderFacts:
    return read_facts([(1, text)], load_registry())


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("ORDER TO SHOW CAUSE", "show_cause"),
        ("Show Cause Order", "show_cause"),
        ("SUPPLEMENTAL ORDER TO SHOW CAUSE", "supplemental_show_cause"),
        (
            "SUPPLEMENTAL SHOW CAUSE ORDER AND NOTICE OF RECONSIDERATION",
            "supplemental_show_cause_and_notice_of_reconsideration",
        ),
        (
            "CONSOLIDATED ORDER TO SHOW CAUSE AND\nNOTICE OF RECONSIDERATION",
            "consolidated_show_cause_and_notice_of_reconsideration",
        ),
        ("ORDER RECONSIDERING DECISIONS TO REGISTER", "order_reconsidering_registration_decisions"),
        ("FINAL ORDER FOR SANCTIONS", "final_sanctions"),
        ("ORDERS FOR SANCTIONS\nThis follows the order to show cause of 2022.", "final_sanctions"),
        ("NOTICE OF SUSPENSION", None),
    ],
)
def test_the_title_gives_the_type(title: str, kind: str | None) -> None:
    assert read(title).type == kind


def test_a_known_order_is_named_by_type_and_day() -> None:
    facts = read("FINAL ORDER FOR SANCTIONS. Issued August 6, 2025. It follows the order of September 7, 2022.")
    assert (facts.date, facts.order_id) == (date(2025, 8, 6), "USPTO-2025-08-06-SELLERGROWTH-FINAL")


def test_an_unknown_order_keeps_its_labelled_or_only_day_and_no_id() -> None:
    labelled = read("ORDER TO SHOW CAUSE dated: October 5, 2026. See the notice of January 5, 2022.")
    assert (labelled.date, labelled.order_id) == (date(2026, 10, 5), None)
    assert read("ORDER TO SHOW CAUSE\nOctober 5, 2026").date == date(2026, 10, 5)
    assert read("ORDER TO SHOW CAUSE, October 5, 2026 and October 6, 2026").date is None
    assert read("ORDER TO SHOW CAUSE, February 30, 2026").date is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Respondents must submit a response no later than November 4, 2026.",
        "A response is due by 11:59 p.m. Eastern Time on November 4, 2026.",
        "You may answer this order on or before November 4, 2026.",
    ],
)
def test_the_day_to_answer_is_read(sentence: str) -> None:
    assert read(f"ORDER TO SHOW CAUSE. {sentence}").response_due == date(2026, 11, 4)


def test_no_day_to_answer_is_invented() -> None:
    assert read("ORDER TO SHOW CAUSE of November 4, 2026. Respondents filed papers.").response_due is None


@pytest.mark.parametrize(
    ("text", "count", "low", "high"),
    [
        ("more than 52,000 applications and registrations", 52_000, 51_480, 53_520),
        ("at least 15,932 records", 15_932, 15_773, 16_092),
        ("3,361 live records", 3_361, 3_327, 3_395),
        ("about 42,000 registration decisions", 42_000, 39_480, 44_520),
        ("nearly 6,000 trademark applications", 6_000, 5_640, 6_360),
    ],
)
def test_a_stated_count_has_its_bounds(text: str, count: int, low: int, high: int) -> None:
    (stated,) = read(f"Exhibit A lists {text}.").counts
    assert (stated.count, stated.lowest, stated.highest, stated.page) == (count, low, high, 1)


@pytest.mark.parametrize(
    "text", ["$1,300,000 in fees", "37 C.F.R. 11.18", "Serial No. 97123456", "on page 680", "June 8, 2021 applications"]
)
def test_other_figures_are_no_counts(text: str) -> None:
    assert read(text).counts == ()


def stated(text: str) -> tuple[StatedCount, ...]:
    return read(text).counts


def test_one_count_that_agrees_is_enough() -> None:
    counts = stated("15,932 records and more than 19,000 papers; 3,361 live records")
    assert judge(15_932, 0, counts).ok
    assert judge(3_350, 0, counts).ok
    assert not judge(9_000, 0, counts).ok


def test_more_than_one_per_cent_off_is_not_ok_and_says_so() -> None:
    verdict = judge(51_000, 0, stated("more than 52,000 applications"))
    assert not verdict.ok
    assert "51,000 numbers read" in verdict.text
    assert "more than 52,000 applications" in verdict.text
    assert judge(52_044, 0, stated("more than 52,000 applications")).ok


def test_the_expected_count_is_the_only_one_when_given() -> None:
    counts = stated("52,000 applications")
    assert judge(1_000, 0, counts, expected=1_005).ok
    assert not judge(52_000, 0, counts, expected=1_000).ok
    assert not judge(11, 0, (), expected=12).ok


def test_registrations_listed_by_their_own_number_agree_by_the_sum() -> None:
    assert judge(600, 400, stated("1,000 applications and registrations")).ok
    assert judge(1_000, 400, stated("1,000 applications and registrations")).ok
    assert judge(0, 400, stated("400 registrations")).ok


def test_nothing_to_compare_with_is_said() -> None:
    verdict = judge(80, 0, ())
    assert verdict.ok
    assert "states no count" in verdict.text
