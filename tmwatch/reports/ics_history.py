"""What a calendar that followed a mark would hold: the dates of its deadlines, since when they stand so, and those that
were taken back.

Nothing is noted when a calendar is exported. The ledger tells what could have been exported before: the states the
record went through while the mark was watched (record_history) give the dates that stood then. A date that stood before
a change of the record and is gone after it was taken back by this change, and its calendar entry must be cancelled; a
date that merely passed is left to the calendar. So every machine, and every export, says the same of the same ledger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tmwatch.deadlines import Deadline, deadlines
from tmwatch.records import CaseFile
from tmwatch.reports import deadline_words
from tmwatch.reports.model import Version

DUE, GRACE, OPENS = "due", "grace", "opens"
_NOT_SAFE = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """One day of one deadline. `role`: due | grace (its last day) | opens (the window)."""

    uid: str
    role: str
    day: date
    deadline: Deadline

    @property
    def content(self) -> tuple[object, ...]:
        """What an entry says; when this moves, a new revision is due. Time passing moves none of it."""
        one = self.deadline
        filed = deadline_words.is_filed(one)
        return (self.day, one.opens, one.due, one.grace_ends, one.extension_ends, filed, one.state == "refused")


@dataclass(frozen=True, slots=True)
class Kept:
    """A calendar date with the moment (UTC) since which it stands so. `cancelled`: taken back at that moment."""

    date: CalendarDate
    since: datetime
    record: CaseFile
    cancelled: bool = False


def kept_dates(versions: Sequence[Version], as_of: date) -> tuple[Kept, ...]:
    """Return the dates that stand on `as_of`, and those taken back whose day has not passed, by day."""
    known: dict[str, Kept] = {}
    before: Version | None = None
    for version in versions:
        _step(known, before, version)
        before = version
    if before is None:
        return ()
    standing = {one.uid: one for one in calendar_dates(before.record, as_of)}
    _note(known, standing, before, before.since)
    gone = (kept for uid, kept in known.items() if uid not in standing and kept.cancelled and kept.date.day >= as_of)
    return tuple(sorted((*(known[uid] for uid in standing), *gone), key=lambda kept: (kept.date.day, kept.date.uid)))


def withdrawn(versions: Sequence[Version], at: datetime, day: date) -> tuple[Kept, ...]:
    """Return the dates of a mark that is no longer watched since `at`, all of them taken back then."""
    return tuple(Kept(kept.date, max(at, kept.since), kept.record, True) for kept in kept_dates(versions, day))


def calendar_dates(record: CaseFile, day: date) -> Iterator[CalendarDate]:
    """Yield the dates of what can or must be filed on `day`; a window only while it is still to open."""
    seen: set[str] = set()
    for one in deadlines(record, day):
        for role, when in ((OPENS, one.opens), (DUE, one.due), (GRACE, one.grace_ends)):
            uid = _uid(record, one, role)
            wanted = when is not None and uid not in seen and (role != OPENS or when > day)
            if wanted and when is not None:
                seen.add(uid)
                yield CalendarDate(uid, role, when, one)


def _step(known: dict[str, Kept], before: Version | None, version: Version) -> None:
    """Move `known` over one change of the record."""
    after = {one.uid: one for one in calendar_dates(version.record, version.as_of)}
    if before is not None:
        stood = {one.uid: one for one in calendar_dates(before.record, version.as_of)}
        _note(known, stood, before, before.since)
        for uid, one in stood.items():
            if uid not in after:
                known[uid] = Kept(one, version.since, version.record, True)
    _note(known, after, version, version.since)


def _note(known: dict[str, Kept], dates: dict[str, CalendarDate], version: Version, since: datetime) -> None:
    """Note dates that are new or say something else than before."""
    for uid, one in dates.items():
        have = known.get(uid)
        if have is None or have.cancelled or have.date.content != one.content:
            known[uid] = Kept(one, since if have is None else max(since, have.since), version.record)
        else:
            known[uid] = Kept(one, have.since, version.record)


def _uid(record: CaseFile, one: Deadline, role: str) -> str:
    """Return an id made of the mark and the deadline alone: the same on every machine and in every export."""
    parts = (record.serial_number, one.kind, one.period, role)
    slug = ".".join(_NOT_SAFE.sub("-", part).strip("-") for part in parts if part)
    return f"{slug}@deadlines.tmwatch"
