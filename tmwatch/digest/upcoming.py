"""The deadlines of the next 90 days as a calendar: gathered from the records, and put into words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tmwatch.deadlines import Coming, Deadline
from tmwatch.digest.model import Upcoming
from tmwatch.digest.vocabulary import DEADLINE_KINDS as KINDS
from tmwatch.digest.wording import Words, clean
from tmwatch.mark_faces import MarkFace
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile

DAYS = 90
OTHERS = ("opposition_window",)  # days on which others may act: the owner files nothing
_OPEN = ("open", "refused")  # nothing accepted yet; what is filed waits for the Office, what is overdue has a finding


@dataclass(frozen=True, slots=True)
class Due:
    """One line of the calendar in words. `tone` says how near it is, as the colours of the template do."""

    day: str
    distance: str
    mark: str
    what: str
    note: str
    citation: str
    tone: str


def upcoming(
    watches: Iterable[Watch],
    marks: Mapping[str, MarkFace],
    coming_of: Mapping[str, Iterable[Coming]],
    as_of: date,
    days: int = DAYS,
) -> tuple[Upcoming, ...]:
    """Return what must be filed for the watched marks within `days`, soonest first, each once; `coming_of` says by
    serial number what must be filed ever."""
    references: dict[str, str | None] = {}
    for watch in watches:
        if watch.serial_number is not None and watch.serial_number in coming_of:
            references[watch.serial_number] = references.get(watch.serial_number) or watch.reference
    last = as_of + timedelta(days)
    found = (
        told(marks[serial], one, reference)
        for serial, reference in references.items()
        for one in coming_of[serial]
        if one.day <= last
    )
    return tuple(sorted(found, key=lambda one: (one.day, one.mark, one.serial_number, one.kind)))


def coming(found: Iterable[Deadline], as_of: date) -> Iterator[Coming]:
    """Yield what of a mark's deadlines must still be filed; in grace its last day counts."""
    for one in found:
        day = _day(one, as_of)
        if one.state in _OPEN and day is not None and as_of <= day:
            grace = one.due is not None and day != one.due
            yield Coming(one.kind, day, grace, one.grace_ends if day == one.due else None, one.citation)


def told(mark: MarkFace, one: Coming, reference: str | None) -> Upcoming:
    """Join what must be filed with the mark it is for."""
    return Upcoming(
        serial_number=mark.serial_number,
        mark=mark.sentence,
        registration_number=mark.registration_number,
        reference=reference,
        **one._asdict(),
    )


def to_file(mark: CaseFile, found: Iterable[Deadline], as_of: date) -> Upcoming | None:
    """Return what the owner of a mark must file next, however far ahead (the overview mail looks `DAYS` ahead). The
    days on which others may act are none of hers."""
    own = (one for one in found if one.kind not in OTHERS)
    first = min(coming(own, as_of), key=lambda one: one.day, default=None)
    return told(mark, first, None) if first else None


def _day(one: Deadline, as_of: date) -> date | None:
    """The last day that still counts: the due day, after it the end of the grace period."""
    if one.due is not None and one.due < as_of and one.grace_ends is not None:
        return one.grace_ends
    return one.due


def lines(found: Iterable[Upcoming], as_of: date, words: Words) -> tuple[Due, ...]:
    """Return the calendar in words."""
    return tuple(_line(one, as_of, words) for one in found)


def _line(one: Upcoming, as_of: date, words: Words) -> Due:
    number = words.say("Serial No. {number}", number=one.serial_number)
    reference = words.say("your ref. {reference}", reference=one.reference) if one.reference else ""
    note = ""
    if one.grace:
        note = words.gettext("in the grace period, with a surcharge")
    elif one.grace_ends:
        note = words.say("with a surcharge until {day}", day=one.grace_ends)
    return Due(
        day=words.day(one.day),
        distance=words.distance(one.day, as_of),
        mark=" · ".join(
            part for part in (words.say("{name} ({number})", name=one.mark, number=number), reference) if part
        ),
        what=words.term(KINDS[one.kind]) if one.kind in KINDS else clean(one.kind),
        note=note,
        citation=clean(one.citation),
        tone=_tone((one.day - as_of).days),
    )


def _tone(days: int) -> str:
    return "critical" if days <= 14 else "high" if days <= 30 else "medium"
