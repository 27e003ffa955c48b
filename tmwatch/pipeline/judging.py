"""Judges one record for a look-up: the record at hand with what the store remembers of the mark."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tmwatch.changes import INCIDENT_DAYS, Change
from tmwatch.parties import parties_of
from tmwatch.pipeline.context import new_york_day
from tmwatch.pipeline.evaluate import facts_of
from tmwatch.records import CaseFile, Party
from tmwatch.rules import RULES
from tmwatch.rules.base import Facts, evaluate
from tmwatch.sanctions import OrderHit, Registry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

    from tmwatch.findings import Finding
    from tmwatch.portfolio import Watch


def judge_record(
    record: CaseFile,
    as_of: date,
    registry: Registry,
    *,
    conn: Connection | None = None,
    checked_at: datetime | None = None,
    hits: tuple[OrderHit, ...] = (),
) -> tuple[Facts, tuple[Finding, ...]]:
    """Return facts and findings of one record. With `conn`, parties ever seen, order lists, the portfolio and the
    ledger count too, without it the `hits` given; `checked_at` says when TSDR last confirmed it (default: the record's
    own date)."""
    serial = record.serial_number
    parties = parties_of(record, new_york_day(record.provenance.as_of))
    watches: tuple[Watch, ...] = ()
    changes: tuple[Change, ...] = ()
    details: dict[str, Any] = {}
    if conn is not None:
        from tmwatch.pipeline.case_details import details_of
        from tmwatch.pipeline.fingerprints import listed_prints
        from tmwatch.store import marks, portfolio

        parties = joined(marks.load_parties(conn, [serial]).get(serial, ()), parties)
        hits = order_hits(conn, record)
        changes = marks.load_changes(conn, [serial], as_of - timedelta(days=INCIDENT_DAYS)).get(serial, ())
        details = details_of(conn, {serial: record}, {serial: as_of}).get(serial, {})
        details["fingerprints"] = listed_prints(conn, registry).shared(serial, parties, hits)
        watches = portfolio.load_watches(conn, serial=serial)
    facts = facts_of(
        record,
        as_of,
        registry,
        parties=parties,
        hits=hits,
        watches=watches,
        changes=changes,
        checked_at=checked_at or record.provenance.as_of,
        **details,
    )
    return facts, evaluate(RULES, facts)


def order_hits(conn: Connection, record: CaseFile) -> tuple[OrderHit, ...]:
    """Return where the serial or registration number of a record stands in the orders' lists."""
    from tmwatch.store import orders

    numbers = [record.serial_number, *([record.registration_number] if record.registration_number else [])]
    return tuple(hit for found in orders.hits_for(conn, numbers).values() for hit in found)


def joined(stored: Sequence[Party], fresh: Sequence[Party]) -> tuple[Party, ...]:
    """Return the stored parties with those of the record that the store does not know yet."""
    known = {(p.role, p.name, p.firm, p.email, p.address) for p in stored}
    return (*stored, *(p for p in fresh if (p.role, p.name, p.firm, p.email, p.address) not in known))
