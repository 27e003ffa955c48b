"""One mark on a line of time: what happened, the sanctions ladder, and each deadline with its window and grace period.

Values only: where things stand in a drawing 960 units wide. The year on each side of the day of the report is drawn
wider than what lies before and after, so that both a filing of 1995 and a deadline of next week can be read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from tmwatch.deadlines import Deadline
from tmwatch.digest.wording import Words, clean
from tmwatch.records import ProsecutionEvent
from tmwatch.reports import deadline_words
from tmwatch.reports.model import MarkReport
from tmwatch.rules.base import Facts
from tmwatch.sanctions import stage_text

WIDTH, LEFT, RIGHT = 960, 12, 948
YEAR = timedelta(days=365)
ROWS = 5  # deadlines drawn; the list below the drawing has them all
_HISTORY = 42  # units from the top to the line of entries
_MERGE = 9  # units: entries closer than this become one dot
_CHARACTER = 6.4  # units of a letter of a label
_LATE = {"overdue": "critical", "refused": "high", "filed": "good", "open": "low"}


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale with its label ("" when there is no room)."""

    x: int
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """An entry. `title` is read on pointing at it; `label` stands beside it at `label_x` ("" when there is no room)."""

    x: int
    y: int
    tone: str
    title: str
    label: str = ""
    label_x: int = 0
    label_y: int = 0


@dataclass(frozen=True, slots=True)
class Bar:
    """A deadline: its window from `x` to `due`, its grace period up to `grace` (None: there is none)."""

    x: int
    due: int
    grace: int | None
    y: int
    tone: str
    title: str
    label: str
    label_x: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawing. `now` is the day of the report; `near` where the wider part begins and ends; `summary` is what a
    screen reader says of the whole."""

    height: int
    axis: int
    now: int
    near: tuple[int, int]
    ticks: tuple[Tick, ...]
    dates: tuple[Dot, ...]
    entries: tuple[Dot, ...]
    steps: tuple[Dot, ...]
    bars: tuple[Bar, ...]
    summary: str
    now_label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Days -> units, in up to three straight pieces."""

    points: tuple[tuple[date, float], ...]

    @classmethod
    def of(cls, first: date, last: date, today: date) -> Scale:
        """Give the days before, around and after the present each their share of the width."""
        first, last = min(first, today - timedelta(days=30)), max(last, today + timedelta(days=60))
        start, end = max(first, today - YEAR), min(last, today + YEAR)
        shares = (0.3 if first < start else 0.0, 0.44, 0.26 if end < last else 0.0)
        width = (RIGHT - LEFT) / sum(shares)
        points = [(start, LEFT + width * shares[0]), (end, RIGHT - width * shares[2])]
        if first < start:
            points.insert(0, (first, float(LEFT)))
        if end < last:
            points.append((last, float(RIGHT)))
        return cls(tuple(points))

    def at(self, day: date) -> int:
        """Return where a day stands; days outside stand at the edge."""
        day = min(max(day, self.points[0][0]), self.points[-1][0])
        for (one, x), (other, to) in zip(self.points, self.points[1:], strict=False):
            if day <= other:
                return round(x + (to - x) * ((day - one) / (other - one)))
        return round(self.points[-1][1])


def timeline(mark: MarkReport, words: Words) -> Timeline:
    """Return the drawing of one mark."""
    facts = mark.facts
    drawn = [one for one in facts.deadlines if one.due or one.grace_ends][:ROWS]
    scale = _scale(facts, drawn)
    dates = tuple(_labelled(_dates(facts, scale, words)))
    entries = tuple(_entries(facts, scale, _HISTORY, words))
    y = _HISTORY + (52 if facts.ladder.steps else 32)
    steps = tuple(_labelled(_steps(facts, scale, y, words)))
    y += 36 if steps else 0
    bars = tuple(_bar(one, scale, y + 36 * row, words) for row, one in enumerate(drawn))
    axis = y + 36 * len(bars) - 10
    return Timeline(
        height=axis + 26,
        axis=axis,
        now=scale.at(facts.as_of),
        near=(scale.at(facts.as_of - YEAR), scale.at(facts.as_of + YEAR)),
        ticks=tuple(_ticks(scale, facts.as_of, words)),
        dates=dates,
        entries=entries,
        steps=steps,
        bars=bars,
        summary=_summary(facts, len(entries), words),
        now_label=words.gettext("day of this report"),
    )


def _scale(facts: Facts, drawn: list[Deadline]) -> Scale:
    days = [event.date for event in facts.mark.events]
    days += [day for day in (facts.mark.filing_date, facts.mark.registration_date) if day]
    days += [step.date for step in facts.ladder.steps]
    ends = [day for one in drawn for day in (one.due, one.grace_ends) if day]
    return Scale.of(min(days, default=facts.as_of), max([*days, *ends], default=facts.as_of), facts.as_of)


def _dates(facts: Facts, scale: Scale, words: Words) -> Iterator[Dot]:
    """Yield the dates that make up the life of a mark."""
    mark = facts.mark
    named = (
        (mark.filing_date, words.gettext("Filed"), "info"),
        (mark.publication_date, words.gettext("Published"), "info"),
        (mark.registration_date, words.gettext("Registered"), "good"),
        (mark.abandonment_date, words.gettext("Abandoned"), "critical"),
        (mark.cancellation_date, words.gettext("Cancelled"), "critical"),
    )
    for day, name, tone in sorted((row for row in named if row[0]), key=lambda row: row[0] or date.min):
        if day:
            yield Dot(scale.at(day), _HISTORY, tone, words.say("{word}: {text}", word=words.day(day), text=name), name)


def _steps(facts: Facts, scale: Scale, y: int, words: Words) -> Iterator[Dot]:
    """Yield the steps of the sanctions ladder, the first of each stage with its name."""
    told: set[str] = set()
    for step in facts.ladder.steps:
        name = words.text(stage_text(step.stage))
        entry = f"{name}, {clean(step.text)} ({clean(step.event, 40)})"
        title = words.say("{word}: {text}", word=words.day(step.date), text=entry)
        yield Dot(scale.at(step.date), y, "critical", title, "" if step.stage in told else name)
        told.add(step.stage)


def _labelled(dots: Iterable[Dot]) -> Iterator[Dot]:
    """Give each label a place where it covers no other, in two rows above the dots; one without a place is left out."""
    taken: list[list[tuple[float, float]]] = [[], []]
    for dot in dots:
        width = _width(dot.label)
        centre = min(max(dot.x, LEFT + width / 2), RIGHT - width / 2)
        span = (centre - width / 2 - 4, centre + width / 2 + 4)
        free = [row for row in (0, 1) if all(span[1] < a or span[0] > b for a, b in taken[row])]
        if not dot.label or not free:
            yield Dot(dot.x, dot.y, dot.tone, dot.title)
            continue
        taken[free[0]].append(span)
        yield Dot(dot.x, dot.y, dot.tone, dot.title, dot.label, round(centre), dot.y - 10 - 13 * free[0])


def _entries(facts: Facts, scale: Scale, y: int, words: Words) -> Iterator[Dot]:
    """Yield the entries of the prosecution history; what falls on one spot is one dot."""
    known = sorted((event for event in facts.mark.events if event.date <= facts.as_of), key=lambda event: event.date)
    group: list[ProsecutionEvent] = []
    for event in known:
        if group and scale.at(event.date) - scale.at(group[0].date) > _MERGE:
            yield Dot(scale.at(group[0].date), y, "info", _told(group, words))
            group = []
        group.append(event)
    if group:
        yield Dot(scale.at(group[0].date), y, "info", _told(group, words))


def _told(group: list[ProsecutionEvent], words: Words) -> str:
    """Say what a dot stands for; the list below the drawing says it in full."""
    first, last = group[0], group[-1]
    if len(group) == 1:
        told = f"{clean(first.description, 80)} ({clean(first.key, 20)})"
        return words.say("{word}: {text}", word=words.day(first.date), text=told)
    return words.ngettext(
        "{n} entry, {first} to {last}", "{n} entries, {first} to {last}", len(group), first=first.date, last=last.date
    )


def _bar(one: Deadline, scale: Scale, y: int, words: Words) -> Bar:
    """Place one deadline; its name stands above it."""
    due = scale.at(one.due or one.grace_ends or date.max)
    start = min(scale.at(one.opens) if one.opens else due, due - 3)
    grace = scale.at(one.grace_ends) if one.grace_ends else None
    name = deadline_words.title(one, words)
    label = words.say("{word}: {text}", word=name, text=words.day(one.due)) if one.due else name
    half = _width(label) / 2
    centre = min(max((start + (grace or due)) / 2, LEFT + half), RIGHT - half)
    return Bar(start, due, grace, y, _LATE.get(one.state, "low"), _title(one, label, words), label, round(centre))


def _title(one: Deadline, label: str, words: Words) -> str:
    parts = [label, deadline_words.state(one, words)]
    if one.opens:
        parts.append(words.say("window opens {day}", day=one.opens))
    if one.grace_ends:
        parts.append(words.say("grace period to {day}", day=one.grace_ends))
    return ", ".join(parts)


def _ticks(scale: Scale, today: date, words: Words) -> Iterator[Tick]:
    """Yield the first of each year, and of each quarter near the present."""
    first, last = scale.points[0][0], scale.points[-1][0]
    free = float(LEFT)
    for year in range(first.year, last.year + 1):
        for month in (1, 4, 7, 10):
            day = date(year, month, 1)
            near = abs(day - today) <= YEAR
            if not first <= day <= last or (month != 1 and not near):
                continue
            x = scale.at(day)
            label = str(year) if month == 1 else _month(day, words.locale)
            fits = x - _width(label) / 2 > free and x + _width(label) / 2 < RIGHT
            if fits:
                free = x + _width(label) / 2 + 8
            yield Tick(x, label if fits else "")


@cache
def _month(day: date, locale: str) -> str:
    """Return "Apr"."""
    from babel.dates import format_date

    return str(format_date(day, "MMM", locale=locale))


def _summary(facts: Facts, entries: int, words: Words) -> str:
    """Say the whole drawing in one sentence; the lists under it say it in full."""
    return words.say(
        "Line of time of {mark}: its dates, {entries} groups of entries, {steps} steps of sanctions, {deadlines} "
        "deadlines. The same is listed below.",
        mark=clean(facts.mark.sentence, 80),
        entries=words.number(entries),
        steps=words.number(len(facts.ladder.steps)),
        deadlines=words.number(len(facts.deadlines)),
    )


def _width(text: str) -> float:
    """Estimate how wide a label is drawn."""
    return sum(_CHARACTER * (1.8 if unicodedata.east_asian_width(char) in "WF" else 1) for char in text)
