"""Stored records -> findings: gathers the facts of each mark, lets the rules judge, and writes what changed.

Judged is the last known record, whether or not today's fetch worked: an outage clears nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tmwatch.changes import INCIDENT_DAYS
from tmwatch.deadlines import deadlines
from tmwatch.exposure import brand_marks, peers
from tmwatch.findings import Finding
from tmwatch.pipeline.case_details import details_of
from tmwatch.pipeline.fingerprints import ListedPrints, listed_prints
from tmwatch.pipeline.groups import chunks
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile, Party
from tmwatch.rules import RULES
from tmwatch.rules.base import Facts, evaluate
from tmwatch.sanctions import OrderHit, Registry, ladder, match, registry_hits
from tmwatch.store import marks, orders

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tmwatch.pipeline.context import Context

CHUNK = 500  # marks judged at a time: bounds memory and the length of IN lists


def facts_of(
    mark: CaseFile,
    as_of: date,
    registry: Registry,
    *,
    parties: tuple[Party, ...] = (),
    hits: tuple[OrderHit, ...] = (),
    **more: Any,
) -> Facts:
    """Join a record with what is derived from it: order hits of the registry, ladder, agent matches and deadlines.

    `more` are other fields of Facts: watches, changes, peers, checked_at.
    """
    hits = _distinct((*hits, *registry_hits(registry, mark)))
    return Facts(
        mark=mark,
        as_of=as_of,
        registry=registry,
        parties=parties,
        hits=hits,
        matches=match(parties, registry),
        ladder=ladder(mark, hits),
        deadlines=deadlines(mark, as_of),
        **more,
    )


def judge(conn: Connection, ctx: Context, serials: Sequence[str], watches: Sequence[Watch]) -> list[Finding]:
    """Return the findings of all rules on the stored records of `serials`; marks never seen have none."""
    of_mark: dict[str, list[Watch]] = defaultdict(list)
    for watch in watches:
        if watch.serial_number:
            of_mark[watch.serial_number].append(watch)
    found: list[Finding] = []
    done = 0
    listed = listed_prints(conn, ctx.registry)
    for chunk in chunks(serials, watches, CHUNK):
        for facts in facts_for(conn, ctx, chunk, of_mark, listed):
            found.extend(finding for finding in evaluate(RULES, facts) if not finding.card_only)
        done += len(chunk)
        ctx.progress("judging marks", done, len(serials))
    return found


def facts_for(
    conn: Connection,
    ctx: Context,
    chunk: Sequence[str],
    of_mark: Mapping[str, Sequence[Watch]],
    listed: ListedPrints | None = None,
) -> Iterator[Facts]:
    """Yield the facts of each stored mark of `chunk`; the marks of one brand stand in the same chunk. `listed` is what
    marks named in orders have in common, gathered here when it is not given."""
    listed = listed or listed_prints(conn, ctx.registry)
    cases = marks.load_cases(conn, chunk)
    parties = marks.load_parties(conn, chunk)
    changes = marks.load_changes(conn, chunk, ctx.as_of - timedelta(days=INCIDENT_DAYS))
    numbers = [*cases, *(c.record.registration_number for c in cases.values() if c.record.registration_number)]
    hits = orders.hits_for(conn, numbers)
    missing = marks.missing_sightings(conn, chunk)
    rows = [watch for serial in chunk for watch in of_mark.get(serial, ())]
    records = {serial: case.record for serial, case in cases.items()}
    beside = brand_marks(rows, records)
    details = details_of(conn, records, ctx.as_of)
    for serial, case in cases.items():
        named = hits.get(serial, ()) + hits.get(case.record.registration_number or "", ())
        yield facts_of(
            case.record,
            ctx.as_of,
            ctx.registry,
            parties=parties.get(serial, ()),
            hits=named,
            fingerprints=listed.shared(serial, parties.get(serial, ()), named),
            watches=tuple(of_mark.get(serial, ())),
            changes=changes.get(serial, ()),
            peers=peers(serial, rows, beside),
            missing=missing.get(serial, ()),
            checked_at=case.checked_at,
            **details.get(serial, {}),
        )


def _distinct(hits: tuple[OrderHit, ...]) -> tuple[OrderHit, ...]:
    """Drop what two lists say of the same number in the same order; the one with a page comes first."""
    best: dict[tuple[str, str], OrderHit] = {}
    for hit in sorted(hits, key=lambda h: (h.page is None, not h.reviewed)):
        best.setdefault((hit.order_id, hit.number), hit)
    return tuple(sorted(best.values(), key=lambda h: (h.date, h.order_id)))
