"""The ledger of changes. Its unique key makes a change reported once: mark, kind, name, client, the two values, and how
often the same step was made before."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, null, or_, select, update

from tmwatch.changes import Change
from tmwatch.store import sql
from tmwatch.store.tables import CHANGES, MESSAGE_ITEMS, WATCHES

ChangeKey = tuple[str, str, str, str, str, str]
_KEY = ("serial_number", "kind", "name", "client", "from_hash", "to_hash")


def record(conn: Connection, changes: Sequence[Change], run_id: str | None, now: datetime) -> tuple[Change, ...]:
    """Write changes; return those that are new, with id and time. An entry of the prosecution history is new once;
    any other step (A->B) is new each time it is made."""
    if not changes:
        return ()
    counted = _occurrences(conn, {change.serial_number for change in changes})
    rows: list[dict[str, Any]] = []
    for change in changes:
        key = _key(change)
        if change.kind == "event" and counted[key]:
            continue
        rows.append(_row(change, key, counted[key], run_id, now))
        counted[key] += 1
    if not rows:
        return ()
    statement = sql.insert(conn, CHANGES).on_conflict_do_nothing().returning(*CHANGES.c)
    return tuple(sorted((to_change(row) for row in conn.execute(statement, rows)), key=lambda one: one.id or 0))


def load(conn: Connection, serials: Iterable[str], since: date, kinds: Sequence[str]) -> dict[str, tuple[Change, ...]]:
    """Return the changes of each mark dated `since` or later, newest first."""
    found: dict[str, list[Change]] = {}
    day = since.date() if isinstance(since, datetime) else since
    c = CHANGES.c
    for part in sql.chunks(sorted(set(serials))):
        query = select(CHANGES).where(c.serial_number.in_(part), c.as_of >= day, c.kind.in_(list(kinds)))
        query = query.where(c.pruned_at.is_(None)).order_by(c.as_of.desc(), c.id.desc())
        for row in conn.execute(query):
            found.setdefault(row.serial_number, []).append(to_change(row))
    return {serial: tuple(rows) for serial, rows in found.items()}


def prune(conn: Connection, before: datetime, now: datetime) -> int:
    """Empty the values of changes recorded before `before` that no client still has to be told of; return how many.

    The key row stays as a tombstone, or an old change would come back as new.
    """
    c, w, i = CHANGES.c, WATCHES.c, MESSAGE_ITEMS.c
    told = select(i.change_id).where(i.change_id == c.id, i.client == w.client).exists()
    waits = select(w.id).where(w.serial_number == c.serial_number, w.removed_at.is_(None), ~told)
    waits = waits.where(w.added_at <= c.recorded_at, or_(c.client == "", c.client == w.client))
    query = update(CHANGES).where(c.recorded_at < before, c.pruned_at.is_(None), ~waits.exists())
    return conn.execute(query.values(old=null(), new=null(), pruned_at=now)).rowcount


def to_change(row: Any) -> Change:
    """Turn a row into a Change."""
    return Change(
        serial_number=row.serial_number,
        kind=row.kind,
        name=row.name,
        old=row.old,
        new=row.new,
        as_of=row.as_of,
        id=row.id,
        client=row.client,
        recorded_at=row.recorded_at,
    )


def _occurrences(conn: Connection, serials: set[str]) -> Counter[ChangeKey]:
    """Return how often each step of these marks was made before."""
    counted: Counter[ChangeKey] = Counter()
    columns = [CHANGES.c[name] for name in _KEY]
    for part in sql.chunks(sorted(serials)):
        query = select(*columns, func.max(CHANGES.c.occurrence)).where(CHANGES.c.serial_number.in_(part))
        for row in conn.execute(query.group_by(*columns)):
            counted[tuple(row[:-1])] = row[-1] + 1
    return counted


def _key(change: Change) -> ChangeKey:
    """Return what makes a change the same step. An event counts by its name and day alone, because its number and words
    differ between sources."""
    new = change.new
    if change.kind == "event" and isinstance(new, dict):
        new = new.get("date")
    return (change.serial_number, change.kind, change.name, change.client, _hash(change.old), _hash(new))


def _row(change: Change, key: ChangeKey, occurrence: int, run_id: str | None, now: datetime) -> dict[str, Any]:
    """Return the row of a change."""
    return dict(zip(_KEY, key, strict=True)) | {
        "occurrence": occurrence,
        "old": change.old,
        "new": change.new,
        "as_of": change.as_of,
        "recorded_at": now,
        "run_id": run_id,
        "pruned_at": None,
    }


def _hash(value: object) -> str:
    """Return the hash of a JSON-able value; "" for None."""
    if value is None:
        return ""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]
