"""What rules share: sets of events, the words of evidence, and how days left raise a severity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tmwatch import codes
from tmwatch.codes import Standing
from tmwatch.deadlines import Deadline
from tmwatch.deadlines.remedies import NOT_RECEIVED
from tmwatch.findings import Severity
from tmwatch.records import STATUS_NOT_TOLD, CaseFile, ProsecutionEvent
from tmwatch.rules.base import Facts
from tmwatch.text import Text, say

# Event code -> its types that count; an empty set means every type.
Events = Mapping[str, frozenset[str]]


def events(text: str) -> Events:
    """Read a list such as "MAB2/E,O C8.. NCS8/O" (as the fact tables write it); a code may stand in it twice."""
    found: dict[str, frozenset[str]] = {}
    for entry in text.split():
        code, _, types = entry.partition("/")
        every = not types or found.get(code) == frozenset()
        found[code] = frozenset() if every else found.get(code, frozenset()) | frozenset(types.split(","))
    return found


def found(facts: Facts, wanted: Events) -> list[ProsecutionEvent]:
    """Return the mark's events of this set, newest first."""
    hits = (
        event
        for code in wanted.keys() & facts.by_code.keys()
        for event in facts.by_code[code]
        if not wanted[code] or event.type in wanted[code]
    )
    return sorted(hits, key=lambda e: (e.date, e.number or 0, e.code), reverse=True)


def newest(facts: Facts, wanted: Events, since: date | None = None) -> ProsecutionEvent | None:
    """Return the newest event of this set, on or after `since`."""
    hits = found(facts, wanted)
    return hits[0] if hits and (since is None or hits[0].date >= since) else None


def follows(later: ProsecutionEvent | None, earlier: ProsecutionEvent) -> bool:
    """Whether there is a `later` event and it came after `earlier` (on one day the entry numbers decide)."""
    if later is None:
        return False
    if later.date == earlier.date and later.number is not None and earlier.number is not None:
        return later.number > earlier.number
    return later.date >= earlier.date


def open_event(facts: Facts, opening: Events, closing: Events) -> ProsecutionEvent | None:
    """Return the newest opening event that no closing event follows."""
    event = newest(facts, opening)
    return None if event is None or follows(newest(facts, closing), event) else event


def standing_of(facts: Facts) -> Standing:
    """Return the mark's standing."""
    return codes.standing(facts.mark.status_code, facts.mark.registration_number)


def is_registered(facts: Facts) -> bool:
    """Whether the mark lives as a registration.

    A registration may stand under a pending status (973) or one we do not know; its number and date tell.
    """
    standing = standing_of(facts)
    numbered = bool((facts.mark.registration_number or "").strip("0")) and facts.mark.registration_date is not None
    unclear = standing is Standing.unknown or facts.mark.status_code in (740, 973)
    return standing is Standing.live_registered or (unclear and numbered)


def is_pending(facts: Facts) -> bool:
    """Whether the mark lives as an application (an unknown status must not hide one)."""
    return standing_of(facts) in (Standing.live_pending, Standing.unknown) and not is_registered(facts)


def status_words(mark: CaseFile) -> Text:
    """Say the status: code, text, date."""
    if mark.status_code == STATUS_NOT_TOLD:
        return say("No source has told the status of this mark yet; known from {source}", source=mark.provenance.source)
    text = codes.status_text(mark.status_code) or mark.status_text or say("no text")
    if mark.status_date is None:
        return say('Status {code} "{text}" (no date given)', code=f"{mark.status_code:03}", text=text)
    return say('Status {code} "{text}" of {date}', code=f"{mark.status_code:03}", text=text, date=mark.status_date)


def event_words(event: ProsecutionEvent) -> Text:
    """Say an entry of the prosecution history: code/type, text, date."""
    text = codes.event_text(event.code, event.type) or " ".join(event.description.split())
    return say('Event {key} "{text}" of {date}', key=event.key, text=text, date=event.date)


def both(one: Text, other: Text | None) -> Text:
    """Join two statements; the second may be missing."""
    return one if other is None else say("{one}. {other}", one=one, other=other)


def deadlines_of(facts: Facts, *kinds: str) -> list[Deadline]:
    """Return the deadlines of these kinds that still wait for somebody (a paper on file waits for the Office)."""
    return [d for d in facts.deadlines if d.kind in kinds and d.state != "filed"]


def remedy(facts: Facts, *kinds: str) -> Deadline | None:
    """Return the first remedy of these kinds whose last day, counted from the notice, has not passed."""
    running = (d for d in deadlines_of(facts, *kinds) if d.period != NOT_RECEIVED)
    return next((d for d in running if d.due is not None and d.due >= facts.as_of), None)


def late_remedy(facts: Facts, *kinds: str) -> date | None:
    """Return the outermost day of a remedy for an owner whom no notice reached, None when it has passed."""
    late = (d.due for d in deadlines_of(facts, *kinds) if d.period == NOT_RECEIVED)
    return next((day for day in late if day is not None and day >= facts.as_of), None)


def remedy_words(facts: Facts, words: Text, *kinds: str) -> Text:
    """Add what the engine says of these remedies: the last day that is left when no notice came, and doubt."""
    running, late = remedy(facts, *kinds), late_remedy(facts, *kinds)
    if late is not None and running is None:
        words = both(words, say("If no notice was received, a petition is possible until {date} at most", date=late))
    return doubted(words, running)


def doubted(words: Text, deadline: Deadline | None) -> Text:
    """Add that the date is not certain, where the engine says so."""
    if deadline is None or deadline.due is None or deadline.confidence != "L":
        return words
    return both(words, say("The date is derived, not read from a notice: confirm with counsel"))


def day_of(deadline: Deadline | None) -> date | None:
    """Return the last day of a deadline, None without one."""
    return deadline.due if deadline else None


def within(facts: Facts, day: date, days: int) -> bool:
    """Whether `day` comes within so many days, or has passed."""
    return day <= facts.as_of + timedelta(days=days)


def graded(facts: Facts, day: date | None, far: Severity) -> Severity:
    """Return the severity by time left: `far` away, at least HIGH within 90 days, CRITICAL within 30 and after."""
    if day is None or not within(facts, day, 90):
        return far
    return Severity.CRITICAL if within(facts, day, 30) else max(far, Severity.HIGH)


def recent(facts: Facts, day: date, days: int) -> bool:
    """Whether `day` lies within the last `days` days."""
    return facts.as_of - timedelta(days=days) <= day <= facts.as_of


def transformed_into(mark: CaseFile) -> Text | None:
    """Say into which case the Office transformed this one, where the record tells it."""
    texts = (s.text for s in mark.statements if s.code.startswith("TNSF") and s.text.strip())
    text = next(texts, None)
    return say('Transformation statement: "{text}"', text=" ".join(text.split())) if text else None
