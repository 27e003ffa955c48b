"""The states a record went through, rebuilt from the ledger: the newest record with its changes taken back one by one.

Only what decides deadlines is taken back: status, dates, registration, basis, and entries of the prosecution history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from tmwatch.changes import Change, event_key
from tmwatch.records import CaseFile
from tmwatch.reports.model import Version

_NEW_YORK = ZoneInfo("America/New_York")


def _date(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


# name of the change -> field of the record and how its old value is read
_FIELDS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "status": ("status_code", int),
    "abandonment_date": ("abandonment_date", _date),
    "cancellation_date": ("cancellation_date", _date),
    "registration_number": ("registration_number", lambda value: value),
    "registration_date": ("registration_date", _date),
    "renewal_date": ("renewal_date", _date),
    "basis": ("basis_current", lambda value: tuple(value or ())),
}


def versions(record: CaseFile, changes: Iterable[Change], since: datetime) -> tuple[Version, ...]:
    """Return the states of `record` from `since` (UTC) on, oldest first; the last one is the record itself.

    `changes` are the ledger rows of the mark, in any order.
    """
    rows = [one for one in changes if one.recorded_at and one.recorded_at > since and _moves(one)]
    rows.sort(key=lambda one: (one.recorded_at or since, one.id or 0), reverse=True)
    found: list[Version] = []
    state = record
    for moment, group in groupby(rows, key=lambda one: one.recorded_at or since):
        found.append(Version(moment, moment.astimezone(_NEW_YORK).date(), state))
        state = _before(state, list(group))
    found.append(Version(since, since.astimezone(_NEW_YORK).date(), state))
    return tuple(reversed(found))


def _moves(change: Change) -> bool:
    return change.kind == "event" or (change.kind == "field" and change.name in _FIELDS)


def _before(record: CaseFile, changes: list[Change]) -> CaseFile:
    """Take back the changes of one moment."""
    values: dict[str, Any] = {}
    entered = {_entry_key(one.new) for one in changes if one.kind == "event" and isinstance(one.new, Mapping)}
    for one in changes:
        if one.kind == "field" and (one.old is not None or one.name != "status"):
            name, read = _FIELDS[one.name]
            values[name] = read(one.old)
    if "status_code" in values:
        values["status_date"] = None  # the day of the status before is not in the ledger
    if entered:
        values["events"] = tuple(event for event in record.events if event_key(event) not in entered)
    return replace(record, **values) if values else record


def _entry_key(entry: Mapping[str, object]) -> tuple[str, str, date | None]:
    return (str(entry["code"]), str(entry["type"]), _date(entry["date"]))
