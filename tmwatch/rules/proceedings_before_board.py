"""Oppositions and cancellations before the Trademark Trial and Appeal Board, as the rules A09 and R14 see them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tmwatch.entry_words import proceeding_words
from tmwatch.joined_lists import proceeding_told
from tmwatch.records import ProsecutionEvent
from tmwatch.rules.base import Facts
from tmwatch.rules.evidence import Events, event_words, follows, found
from tmwatch.text import Text

_NUMBER = re.compile(r"\b9?\d{5,7}\b")
_PENDING = frozenset("2345678A")  # status codes of the Board's data (facts: bulk data, TTAB); 9 is terminated


@dataclass(frozen=True, slots=True)
class Pending:
    """One pending proceeding. `key` is the last six digits of its number (old records leave out the first two)."""

    key: str
    evidence: Text


def proceeding_key(number: str | None) -> str:
    """Return the six digits that both ways of writing a proceeding number share, "" when there is none."""
    digits = re.sub(r"\D", "", number or "")
    return digits[-6:] if len(digits) >= 6 else ""


def _event_key(event: ProsecutionEvent) -> str:
    """Return the proceeding an entry is about: its own field, else the number in its words."""
    key = proceeding_key(event.proceeding_number)
    if key:
        return key
    words = _NUMBER.search(event.description)
    return "" if words is None or set(words.group()) == {"9"} else proceeding_key(words.group())


def pending(facts: Facts, kind: str, opening: Events, closing: Events) -> list[Pending]:
    """Return the pending proceedings of `kind` (OPP, CAN) that the history and the Board's data tell.

    An ending entry with a number ends that one, one without ends all before it. An entry without a number (papers
    received) is left out when a numbered one is known, and so is one in which the mark stands on the plaintiff's side.
    """
    opened: dict[str, ProsecutionEvent] = {}
    for event in reversed(found(facts, opening)):
        opened[_event_key(event)] = event
    for end in found(facts, closing):
        key = _event_key(end)
        for other in [k for k, event in opened.items() if k in ("", key) or not key]:
            if follows(end, opened[other]):
                del opened[other]
    told = {proceeding_key(p.number): p for p in facts.mark.proceedings if p.kind == kind and p.role != "P"}
    numbered = {key: event_words(event) for key, event in opened.items() if key}
    for key, proceeding in told.items():
        if proceeding.status_code is None or proceeding.status_code in _PENDING:
            numbered[key] = proceeding_words(proceeding_told(proceeding))
        else:
            numbered.pop(key, None)
            opened.pop("", None)
    if numbered:
        return [Pending(key, numbered[key]) for key in sorted(numbered)]
    return [Pending("", event_words(event)) for event in opened.values() if not _event_key(event)]


def answer_due(facts: Facts, key: str) -> date | None:
    """Return the day on which the answer in this proceeding is due, None when the Board's data do not tell it."""
    days = [d for d in facts.deadlines if d.kind == "ttab_answer" and d.state != "filed" and d.due is not None]
    own = [d for d in days if key and proceeding_key(d.period) == key]
    return min((d.due for d in own or days if d.due is not None), default=None)
