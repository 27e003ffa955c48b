"""What every A, R and C rule says, however it was found: it informs, names its evidence and accuses nobody."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.marks import TODAY, facts, findings, mark
from tmwatch.codes import event_codes, status_codes
from tmwatch.findings import Finding
from tmwatch.rules import RULES
from tmwatch.rules.base import Rule, crossed, evaluate
from tmwatch.text import Text

OWN = tuple(rule for rule in RULES if rule.id[0] in "ARC")
ACCUSING = re.compile(r"fraud|scam(?!s@uspto)|guilt|crim|fake|illegal", re.IGNORECASE)
ADVISING = re.compile(r"\byou\b|\bmust\b|\bshould\b|we recommend|advise", re.IGNORECASE)


def everything() -> list[Finding]:
    """The findings of every status and of every event, on an application and on a registration."""
    found = [f for code in status_codes() for f in findings(mark(code))]
    found += [f for code in status_codes() for f in findings(mark(code, registration_date="2024-01-02"))]
    for code, type_ in event_codes():
        for status, fields in ((630, {}), (700, {"registration_date": "2020-06-16"})):
            found += findings(mark(status, f"{code}/{type_} 2026-11-10", **fields))
    return found


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    return everything()


def test_all_ids_of_the_three_families_are_there_in_order() -> None:
    expected = (
        [f"A{n:02}" for n in range(1, 15)] + [f"R{n:02}" for n in range(1, 21)] + [f"C{n:02}" for n in range(1, 8)]
    )
    assert [rule.id for rule in OWN] == expected


@pytest.mark.parametrize("rule", OWN, ids=lambda rule: rule.id)
def test_each_rule_has_title_action_and_citation(rule: Rule) -> None:
    assert rule.title
    assert rule.citation
    assert len(rule.action) > 30
    assert rule.letter in ("S", "K", "I")
    assert not ACCUSING.search(rule.title + rule.action)
    assert not ADVISING.search(rule.action)


def test_what_is_not_read_again_says_so(found: list[Finding]) -> None:
    letters = {rule.id: rule.letter for rule in OWN}
    assert {f.rule for f in found if letters[f.rule] != "S"} >= {"A03", "A04", "A07", "A08", "A09", "A11", "C03", "R12"}
    assert not [f for f in found if letters[f.rule] != "S" and "ounsel" not in str(f.action)]


def test_every_sentence_renders_with_a_code_or_a_date_and_accuses_nobody(found: list[Finding]) -> None:
    for one in found:
        words = str(one.evidence)
        assert re.search(r"\d{4}-\d{2}-\d{2}|\b\d{3}\b", words), words
        assert "{" not in words + str(one.action)
        assert not ACCUSING.search(words + str(one.action)), words
        assert not ADVISING.search(str(one.action)), str(one.action)
        assert Text.from_json(one.evidence.to_json()) == one.evidence


@given(
    st.permutations(
        ["ABN2/O 2026-10-20", "MAB2/E 2026-10-20", "GNRT/F 2026-04-01", "TWAR/I 2026-11-10", "TCCA/I 2026-11-12"]
    )
)
def test_the_order_of_a_history_changes_nothing(order: list[str]) -> None:
    case = mark(602, *sorted(order))
    mixed = replace(case, events=tuple(sorted(case.events, key=lambda e: order.index(f"{e.key} {e.date}"))))
    assert evaluate(OWN, facts(case)) == evaluate(OWN, facts(mixed))


def test_a_step_is_the_threshold_crossed_last() -> None:
    days = {91: None, 90: 90, 31: 90, 30: 30, 15: 30, 14: 14, 8: 14, 7: 7, 0: 7}
    for left, step in days.items():
        assert crossed(TODAY.fromordinal(TODAY.toordinal() + left), TODAY) == step
    assert crossed(TODAY.fromordinal(TODAY.toordinal() - 1), TODAY) is None
    assert crossed(None, TODAY) is None
