"""Deadlines in words: what must be filed, in which period, how far it came."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from tmwatch.deadlines import Deadline
from tmwatch.digest.vocabulary import DEADLINE_KINDS as KINDS
from tmwatch.digest.vocabulary import DEADLINE_STATES as STATES
from tmwatch.digest.wording import Words, clean

NOT_RECEIVED = "notice not received"
_PERIOD = re.compile(r"(year|decade) (\d+)( rest)?")


def title(one: Deadline, words: Words) -> str:
    """Return "Section 8 declaration of use (year 6)"."""
    kind = words.gettext(KINDS[one.kind]) if one.kind in KINDS else clean(one.kind.replace("_", " "))
    told = _period(one.period, words)
    return words.say("{kind} ({period})", kind=kind, period=told) if told else kind


def state(one: Deadline, words: Words) -> str:
    """Return how far it came."""
    return words.gettext(STATES[one.state]) if one.state in STATES else clean(one.state)


def is_filed(one: Deadline) -> bool:
    """Whether the paper is at the Office and waits there."""
    return one.state == "filed"


def next_of(deadlines: Iterable[Deadline]) -> Deadline | None:
    """Return the first deadline whose paper is not at the Office yet."""
    waiting = (one for one in deadlines if one.due and not is_filed(one))
    return min(waiting, key=lambda one: one.due or date.max, default=None)


def _period(period: str, words: Words) -> str:
    """Return what tells two deadlines of one kind apart, in words; "" when there is nothing to tell."""
    found = _PERIOD.fullmatch(period)
    if found:
        name = words.say("year {n}", n=found[2]) if found[1] == "year" else words.say("decade {n}", n=found[2])
        return words.say("{period}, the rest", period=name) if found[3] else name
    if period == NOT_RECEIVED:
        return words.gettext("when the notice was not received")
    if period.startswith("extension denied "):
        return words.say("extension denied {day}", day=words.written_day(period.removeprefix("extension denied ")))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", period):
        return words.say("of {day}", day=words.written_day(period))
    return clean(period, 60)
