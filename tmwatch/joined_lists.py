"""Assignments and proceedings: lists of a record that sources tell entry by entry. How an entry replaces an older one,
and what of it is news.

A daily file of the Board or of assignments names only what moved, TSDR's XML lists what it has: so entries join what
is on hand, each ordered by its own moment, and nothing vanishes by not being named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from tmwatch.codes import ttab_answer_codes
from tmwatch.comparing import normalise
from tmwatch.records import Assignment, Proceeding

GROUPS = frozenset({"assignments", "proceedings"})  # the field groups whose lists are joined
NEWS_DAYS = 90  # an entry that moved longer before the day of its record is history, and no news
_NEW_YORK = ZoneInfo("America/New_York")
Entry = TypeVar("Entry", Assignment, Proceeding)


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One entry that came or moved: the group's name, what was told of it (None: nothing) and is now, and the day of
    the record that tells it. The values are JSON-able: see `assignment_told` and `proceeding_told`."""

    name: str
    old: dict[str, Any] | None
    new: dict[str, Any]
    day: date


def joined(old: tuple[Entry, ...], new: tuple[Entry, ...], old_at: datetime, new_at: datetime) -> tuple[Entry, ...]:
    """Return the entries of both lists, each once: the newer of two that are the same entry, the later on a tie.

    `old_at` and `new_at` date the entries that carry no moment of their own.
    """
    found: dict[tuple[str, ...], Entry] = {}
    for entry in _dated(old, old_at) + _dated(new, new_at):
        known = found.get(_key(entry))
        if known is None:
            found[_key(entry)] = entry
        elif _moment(entry) >= _moment(known):
            found[_key(entry)] = _filled(known, entry)
    return tuple(found.values())


def news(old: tuple[Entry, ...], new: tuple[Entry, ...]) -> Iterator[EntryChange]:
    """Yield what came or moved from the list on hand to the joined one.

    An entry seen for the first time is news when it moved within NEWS_DAYS before its record: what a first complete
    list tells of years ago is none. A withdrawn entry that was never told is none either.
    """
    known = {_key(entry): entry for entry in old}
    for entry in new:
        before, day = known.get(_key(entry)), _moment(entry).astimezone(_NEW_YORK).date()
        if before is None:
            moved = _own_day(entry)
            if not _is_withdrawn(entry) and (moved is None or (day - moved).days <= NEWS_DAYS):
                yield EntryChange(_name(entry), None, _told(entry), day)
        elif _differs(before, entry):
            yield EntryChange(_name(entry), _told(before), _told(entry), day)


def assignment_told(one: Assignment) -> dict[str, Any]:
    """Return an assignment as the ledger keeps it: reel_frame, conveyance, recorded (ISO), assignors, assignees and
    withdrawn; what is unknown is left out."""
    return _filled_in(
        reel_frame=one.reel_frame,
        conveyance=" ".join(one.conveyance.split()),
        recorded=one.recorded and one.recorded.isoformat(),
        assignors=list(one.assignors),
        assignees=list(one.assignees),
        withdrawn=one.withdrawn,
    )


def proceeding_told(one: Proceeding) -> dict[str, Any]:
    """Return a proceeding as the ledger keeps it: number, kind, filed (ISO), status, role, plaintiffs, defendants,
    answer_due (ISO) and expungements; what is unknown is left out."""
    due = answer_date(one)
    return _filled_in(
        number=one.number,
        kind=one.kind,
        filed=one.filing_date and one.filing_date.isoformat(),
        status=one.status_code,
        role=one.role,
        plaintiffs=list(one.plaintiffs),
        defendants=list(one.defendants),
        answer_due=due and due.isoformat(),
        expungements=list(one.expungements),
    )


def answer_date(one: Proceeding) -> date | None:
    """Return the day for the answer that the newest notice names, None when no notice names one."""
    codes = ttab_answer_codes()
    dated = [(e.date or date.min, e.due_date) for e in one.entries if e.due_date and e.code.zfill(3) in codes]
    return max(dated)[1] if dated else None


def _dated(entries: tuple[Entry, ...], at: datetime) -> tuple[Entry, ...]:
    """Return the entries, each with a moment."""
    return tuple(entry if entry.as_of else replace(entry, as_of=at) for entry in entries)


def _filled_in(**values: object) -> dict[str, Any]:
    """Return the values that say something."""
    return {name: value for name, value in values.items() if value}


def _key(entry: Assignment | Proceeding) -> tuple[str, ...]:
    """Return what makes an entry the same one tomorrow."""
    return (entry.reel_frame,) if isinstance(entry, Assignment) else (entry.number, entry.kind)


def _name(entry: Assignment | Proceeding) -> str:
    """Return the field group of an entry."""
    return "assignments" if isinstance(entry, Assignment) else "proceedings"


def _told(entry: Assignment | Proceeding) -> dict[str, Any]:
    """Return an entry as the ledger keeps it."""
    return assignment_told(entry) if isinstance(entry, Assignment) else proceeding_told(entry)


def _moment(entry: Assignment | Proceeding) -> datetime:
    """Return the moment of an entry of a joined list, where each has one."""
    assert entry.as_of is not None
    return entry.as_of


def _filled(known: Entry, newer: Entry) -> Entry:
    """Return `newer` with what it leaves out taken from `known`; a withdrawal stands by itself."""
    if _is_withdrawn(newer):
        return newer
    names = (field.name for field in fields(newer) if field.name != "withdrawn")
    return replace(newer, **{name: getattr(newer, name) or getattr(known, name) for name in names})


def _is_withdrawn(entry: Assignment | Proceeding) -> bool:
    """Whether the Office took the entry back."""
    return isinstance(entry, Assignment) and entry.withdrawn


def _own_day(entry: Assignment | Proceeding) -> date | None:
    """Return the newest day that the entry itself carries."""
    if isinstance(entry, Assignment):
        return entry.recorded or entry.executed
    days = (entry.filing_date, entry.status_date, *(one.date for one in entry.entries))
    return max((day for day in days if day is not None), default=None)


def _differs(old: Assignment | Proceeding, new: Assignment | Proceeding) -> bool:
    """Whether an entry moved in a way that its owner must hear of."""
    if isinstance(old, Assignment) and isinstance(new, Assignment):
        if new.withdrawn or old.withdrawn:
            return new.withdrawn != old.withdrawn
        words = normalise(old.conveyance) != normalise(new.conveyance) and bool(old.conveyance and new.conveyance)
        return words or _other(old.assignors, new.assignors) or _other(old.assignees, new.assignees)
    if isinstance(old, Proceeding) and isinstance(new, Proceeding):
        due = answer_date(new)
        return (
            _changed(old.status_code, new.status_code)
            or (due is not None and due != answer_date(old))
            or _other(old.plaintiffs, new.plaintiffs)
            or _other(old.defendants, new.defendants)
            or not set(new.expungements) <= set(old.expungements)
        )
    return False  # pragma: no cover - one key, one kind


def _changed(old: str | None, new: str | None) -> bool:
    """Whether two codes that are both told differ."""
    return bool(old and new and old != new)


def _other(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Whether the parties are others. Sources list more or fewer names of one side, so a part of them is no change."""
    normal: Callable[[tuple[str, ...]], set[str]] = lambda names: {normalise(name) for name in names}  # noqa: E731
    one, other = normal(old), normal(new)
    return not (one <= other or other <= one)
