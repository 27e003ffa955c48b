"""Child rows of a mark: replaced wholesale from its record; an event keeps its first sighting and the source of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from tmwatch.records import CaseFile, GoodsClass, ProsecutionEvent
from tmwatch.store import sql
from tmwatch.store.saving import Saving
from tmwatch.store.tables import GOODS_CLASSES, PROSECUTION_EVENTS

EventKey = tuple[str, date, str, str, int]
_KEY = ("serial_number", "date", "code", "type", "number")
_BOUND = tuple(f"b_{name}" for name in _KEY)


def replace_events(conn: Connection, savings: Mapping[str, Saving], now: datetime) -> None:
    """Make the events of these marks those of their records. Only the difference is written.

    An entry that another source numbers differently keeps the first sighting of its code, type and date.
    """
    gone: set[EventKey] = set()
    fresh: dict[EventKey, ProsecutionEvent] = {}
    for serial, saving in savings.items():
        before = _entries(serial, saving.old.record) if saving.old else {}
        after = _entries(serial, saving.record)
        gone |= before.keys() - after.keys()
        fresh |= {key: after[key] for key in after.keys() - before.keys()}
    renumbered = {key[:4] for key in gone} & {key[:4] for key in fresh}
    earlier = _first_sightings(conn, renumbered)
    if gone:
        match = [PROSECUTION_EVENTS.c[name] == bindparam(bound) for name, bound in zip(_KEY, _BOUND, strict=True)]
        conn.execute(
            delete(PROSECUTION_EVENTS).where(*match), [dict(zip(_BOUND, key, strict=True)) for key in sorted(gone)]
        )
    rows = []
    for key, event in fresh.items():
        seen = earlier.get(key[:4]) or (now, savings[key[0]].told[-1].provenance.source)
        rows.append(_event_row(key, event, seen))
    sql.insert_new(conn, PROSECUTION_EVENTS, rows)


def replace_classes(conn: Connection, savings: Mapping[str, Saving]) -> None:
    """Make the classes of these marks those of their records; where they did not change, nothing is written."""
    moved = [s for s in savings.values() if s.old is None or s.old.record.classes != s.record.classes]
    for part in sql.chunks([saving.record.serial_number for saving in moved if saving.old is not None]):
        conn.execute(delete(GOODS_CLASSES).where(GOODS_CLASSES.c.serial_number.in_(part)))
    rows = [row for saving in moved for row in _class_rows(saving.record)]
    if rows:
        conn.execute(sql.insert(conn, GOODS_CLASSES), rows)


def _entries(serial: str, record: CaseFile) -> dict[EventKey, ProsecutionEvent]:
    """Return a record's entries by row key; of two that agree in everything but words the first counts."""
    return {_event_key(serial, event): event for event in reversed(record.events)}


def _event_key(serial: str, event: ProsecutionEvent) -> EventKey:
    """Return the row key of an entry."""
    return (serial, event.date, event.code, event.type, -1 if event.number is None else event.number)


def _first_sightings(
    conn: Connection, entries: set[tuple[str, date, str, str]]
) -> dict[tuple[str, date, str, str], tuple[datetime, str]]:
    """Return when and from which source these entries were first seen, whatever their number."""
    found: dict[tuple[str, date, str, str], tuple[datetime, str]] = {}
    e = PROSECUTION_EVENTS.c
    for part in sql.chunks(sorted({entry[0] for entry in entries})):
        query = select(e.serial_number, e.date, e.code, e.type, e.first_seen, e.source)
        for row in conn.execute(query.where(e.serial_number.in_(part)).order_by(e.first_seen.desc())):
            found[(row.serial_number, row.date, row.code, row.type)] = (row.first_seen, row.source)
    return found


def _event_row(key: EventKey, event: ProsecutionEvent, seen: tuple[datetime, str]) -> dict[str, Any]:
    """Return the row of a new entry."""
    return dict(zip(_KEY, key, strict=True)) | {
        "description": event.description,
        "proceeding_number": event.proceeding_number,
        "first_seen": seen[0],
        "source": seen[1],
    }


def _class_rows(record: CaseFile) -> list[dict[str, Any]]:
    """Return the rows of a record's classes, in its order."""
    return [_class_row(record.serial_number, place, one) for place, one in enumerate(record.classes)]


def _class_row(serial: str, place: int, one: GoodsClass) -> dict[str, Any]:
    """Return the row of one class."""
    return {
        "serial_number": serial,
        "position": place,
        "code": one.code,
        "international": list(one.international),
        "us": list(one.us),
        "status_code": one.status_code,
        "status_date": one.status_date,
        "description": one.description,
        "first_use": one.first_use,
        "first_use_in_commerce": one.first_use_in_commerce,
    }
