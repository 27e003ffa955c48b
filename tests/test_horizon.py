"""A judgement holds exactly as long as every comparison made with the day judged keeps its answer."""

from __future__ import annotations

import csv
import operator
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deadlines.case_text import read_case
from tmwatch.findings import Finding
from tmwatch.horizon import FOREVER, Today
from tmwatch.parties import parties_of
from tmwatch.pipeline.evaluate import facts_of
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile
from tmwatch.rules import RULES
from tmwatch.rules.base import evaluate
from tmwatch.sanctions import load_registry

DAY = date(2026, 6, 1)
OPERATORS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)
days = st.dates(DAY - timedelta(60), DAY + timedelta(60))
shifts = st.integers(-40, 40)
questions = st.lists(st.tuples(st.sampled_from(OPERATORS), days, shifts, st.booleans()), min_size=1, max_size=6)


def answer(today: date, asked: tuple[Callable[[Any, Any], bool], date, int, bool]) -> bool:
    compare, other, shift, turned = asked
    moved = today + timedelta(shift) if shift >= 0 else today - timedelta(-shift)
    return compare(other, moved) if turned else compare(moved, other)


@given(questions)
def test_the_answers_are_those_of_a_date_and_change_first_on_the_day_after_the_last(asked: list[Any]) -> None:
    today = Today.begin(DAY)
    told = [answer(today, one) for one in asked]
    assert told == [answer(DAY, one) for one in asked]
    last = today.horizon.last_day
    shown = min(last, DAY + timedelta(200))
    for ahead in range((shown - DAY).days + 1):
        assert told == [answer(DAY + timedelta(ahead), one) for one in asked]
    if last != FOREVER:
        assert told != [answer(last + timedelta(1), one) for one in asked]


def test_days_moved_twice_note_in_one_horizon() -> None:
    today = Today.begin(DAY)
    assert not (today - timedelta(10) + timedelta(3) >= DAY)
    assert today.horizon.last_day == DAY + timedelta(6)


def test_the_smaller_of_two_days_is_asked_for_and_noted() -> None:
    today = Today.begin(DAY)
    assert min(date(2026, 6, 5), today) is today
    assert today.horizon.last_day == date(2026, 6, 4)


@pytest.mark.parametrize(
    "use",
    [
        lambda day: day - DAY,
        lambda day: DAY - day,
        lambda day: day.year,
        lambda day: day.month,
        lambda day: day.weekday(),
        lambda day: day.toordinal(),
        lambda day: day.isoformat(),
        lambda day: day.replace(year=2030),
        lambda day: f"{day}",
        lambda day: f"{day:%d}",
        str,
        hash,
        lambda day: {day: 1},
    ],
)
def test_what_cannot_be_noted_is_refused(use: Callable[[Today], object]) -> None:
    with pytest.raises(TypeError):
        use(Today.begin(DAY))


def cases() -> list[CaseFile]:
    with (Path(__file__).parent / "data" / "deadline_cases.csv").open(encoding="utf-8") as table:
        return [read_case(row["record"]) for row in csv.DictReader(table)]


def judged(mark: CaseFile, day: date) -> list[tuple[Any, ...]]:
    watch = Watch("Lumenhaus", "LUMEN", mark.serial_number, brand_registry_status="enrolled")
    facts = facts_of(mark, day, load_registry(), parties=parties_of(mark, DAY), watches=(watch,))
    return [_whole(finding) for finding in evaluate(RULES, facts)]


def _whole(one: Finding) -> tuple[Any, ...]:
    return (one.identity, one.level, one.title, one.evidence, one.action, one.deadline, one.expires, one.unreviewed)


def test_findings_of_every_case_stay_the_same_until_the_last_day_and_move_on_some_day_after_it() -> None:
    moved = 0
    for mark in cases():
        day = DAY
        for _ in range(3):
            today = Today.begin(day)
            found, last = judged(mark, today), today.horizon.last_day
            assert found == judged(mark, day)
            far = min(last, day + timedelta(3650))
            for probe in {day + (far - day) / 3, day + (far - day) / 2, far}:
                assert judged(mark, probe) == found, (mark, day, probe, last)
            if far != last:
                break
            day = last + timedelta(1)
            moved += judged(mark, day) != found
    assert moved > 100
