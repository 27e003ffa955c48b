"""What the incident rules C01-C03 share: recent entries and ledger changes, each with its own key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import reduce

from tmwatch.changes import INCIDENT_DAYS, Change
from tmwatch.records import ProsecutionEvent
from tmwatch.rules.base import Facts, Hit
from tmwatch.rules.evidence import Events, both, event_words, found, recent
from tmwatch.text import N_, Text, say

_EXPLAINED = timedelta(days=5)  # between a paper of the history and the record that shows what it did
_FIELDS = {
    "attorney": N_("attorney of record"),
    "correspondent": N_("correspondent"),
    "correspondent_emails": N_("correspondence e-mail"),
    "owner_emails": N_("owner e-mail"),
    "owner_address": N_("owner address"),
    "owners": N_("owner"),
}


def incident_end(day: date) -> date:
    """Return the last day on which something of this day is an open finding."""
    return day + timedelta(days=INCIDENT_DAYS)


def entries(facts: Facts, wanted: Events) -> Iterator[tuple[ProsecutionEvent, date]]:
    """Yield the recent entries of this set with the day they came to light, each code, type and date once.

    An entry may be dated back: one that the ledger saw arriving in time counts too.
    """
    arrived = {_arrival(change): change.as_of for change in facts.changes if change.kind == "event"}
    seen: set[tuple[str, str, date]] = set()
    for event in found(facts, wanted):
        mark = (event.code, event.type, event.date)
        day = max(event.date, arrived.get((event.key, event.date.isoformat()), event.date))
        if mark not in seen and recent(facts, day, INCIDENT_DAYS):
            seen.add(mark)
            yield event, day


def entry_hit(event: ProsecutionEvent, day: date, evidence: Text | None = None, action: Text | None = None) -> Hit:
    """Make the hit of one entry."""
    key = f"{event.key} {event.date.isoformat()}"
    return Hit(evidence or event_words(event), key=key, expires=incident_end(day), action=action)


def field_changes(facts: Facts, *names: str) -> Iterator[Change]:
    """Yield the recent ledger changes of these fields, the newest of each new value once."""
    seen: set[str] = set()
    for change in facts.changes:
        key = change_key(change)
        wanted = change.kind == "field" and change.name in names and recent(facts, change.as_of, INCIDENT_DAYS)
        if wanted and key not in seen:
            seen.add(key)
            yield change


def incidents(facts: Facts, wanted: Events, changes: Iterable[Change]) -> Iterator[Hit]:
    """Yield one hit an incident: the entries of one day with the field changes they explain, then other changes.

    The Office enters several papers for one act, and the record shows the act itself: told apart, one act would be
    told three times, and again when the second source sees it.
    """
    left = list(changes)
    days: dict[date, list[tuple[ProsecutionEvent, date]]] = {}
    for event, day in entries(facts, wanted):
        days.setdefault(event.date, []).append((event, day))
    for entered, papers in sorted(days.items(), reverse=True):
        seen = max(day for _, day in papers)
        span = (entered - _EXPLAINED, seen + _EXPLAINED)
        explained = [change for change in left if span[0] <= change.as_of <= span[1]]
        left = [change for change in left if change not in explained]
        words = [change_words(change) for change in explained] + [event_words(event) for event, _ in papers]
        yield Hit(reduce(both, words), key=f"entries {entered.isoformat()}", expires=incident_end(seen))
    yield from (change_hit(change) for change in left)


def assignments_arrived(facts: Facts) -> dict[str, date]:
    """Return reel and frame -> the day on which the ledger saw an assignment arrive (they are recorded some days
    before they are told)."""
    told = (c for c in facts.changes if c.kind == "field" and c.name == "assignments" and c.old is None)
    return {str(c.new.get("reel_frame")): c.as_of for c in told if isinstance(c.new, dict)}


def change_key(change: Change) -> str:
    """Return the field and a short hash of its new value: the same change keeps its key."""
    value = json.dumps(change.new, ensure_ascii=False, sort_keys=True)
    return f"{change.name} {hashlib.sha256(value.encode()).hexdigest()[:8]}"


def change_hit(change: Change) -> Hit:
    """Make the hit of one ledger change."""
    return Hit(change_words(change), key=change_key(change), expires=incident_end(change.as_of))


def change_words(change: Change) -> Text:
    """Say which field changed from what to what, and which day's record shows it."""
    return say(
        "The {field} changed from {old} to {new}; seen in the record of {date}",
        field=say(_FIELDS[change.name]),
        old=_shown(change.old),
        new=_shown(change.new),
        date=change.as_of,
    )


def _shown(value: object) -> object:
    """Return a value of the ledger for a sentence."""
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value) or say("none")
    return say("none") if value is None else f"{value}"


def _arrival(change: Change) -> tuple[str, str]:
    """Return which entry an event change is about."""
    entry = change.new if isinstance(change.new, dict) else {}
    return (change.name, str(entry.get("date", "")))
