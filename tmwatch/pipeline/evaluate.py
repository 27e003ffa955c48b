"""Stored records -> findings: gathers the facts of each mark, lets the rules judge, and writes what changed.

Judged is the last known record, whether or not today's fetch worked: an outage clears nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tmwatch
from tmwatch.changes import INCIDENT_DAYS
from tmwatch.deadlines import deadlines
from tmwatch.digest.upcoming import coming
from tmwatch.exposure import brand_marks, peers
from tmwatch.findings import Finding
from tmwatch.horizon import FOREVER, Today
from tmwatch.pipeline.case_details import details_of
from tmwatch.pipeline.fingerprints import ListedPrints, listed_prints
from tmwatch.pipeline.groups import chunks
from tmwatch.portfolio import Watch, by_mark
from tmwatch.records import CaseFile, Party
from tmwatch.rules import RULES
from tmwatch.rules.base import Facts, evaluate
from tmwatch.rules.sanction_orders import answers_due
from tmwatch.sanctions import OrderHit, Registry, ladder, match, registry_hits
from tmwatch.store import marks, orders
from tmwatch.store.judgements import Term
from tmwatch.text import N_

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tmwatch.pipeline.context import Context

_INCIDENT = timedelta(days=INCIDENT_DAYS)
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
    facts = Facts(
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
    answers = tuple(answers_due(facts)) if hits else ()
    return replace(facts, deadlines=(*facts.deadlines, *answers)) if answers else facts


def basis_of(registry: Registry, order_state: str, listed: ListedPrints) -> str:
    """Return the SHA-256 of what all judgements share: the program, the orders and identities known, the lists
    imported, and what the marks in them have in common."""
    named = {one: sorted((order_id, serial) for order_id, serial, _ in them) for one, them in listed.by_print.items()}
    told = (_program(), repr(registry), order_state, repr(sorted(named.items())))
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _program() -> str:
    """Return the SHA-256 of the modules and tables the program consists of: another program may judge otherwise."""
    digest = hashlib.sha256()
    root = Path(tmwatch.__file__).parent
    for path in sorted(path for pattern in ("**/*.py", "**/*.csv", "**/*.toml") for path in root.glob(pattern)):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Judged:
    """The findings on some marks, and for how long each mark has the same ones while nothing else changes."""

    findings: list[Finding]
    terms: dict[str, Term]


def judge(
    conn: Connection,
    ctx: Context,
    serials: Sequence[str],
    watches: Sequence[Watch],
    listed: ListedPrints | None = None,
) -> Judged:
    """Judge the stored records of `serials` by all rules; marks never seen have no findings. `listed` is what marks
    named in orders have in common, gathered here when it is not given."""
    of_mark = by_mark(watches)
    judged = Judged([], dict.fromkeys(serials, Term(FOREVER)))
    done = 0
    listed = listed or listed_prints(conn, ctx.registry)
    for chunk in chunks(serials, watches, CHUNK):
        days = {serial: Today.begin(ctx.as_of) for serial in chunk}
        for facts in facts_for(conn, ctx, chunk, of_mark, listed, days):
            judged.findings.extend(finding for finding in evaluate(RULES, facts) if not finding.card_only)
            today = days[facts.mark.serial_number]
            due = tuple(coming(facts.deadlines, today))
            judged.terms[facts.mark.serial_number] = Term(today.horizon.last_day, due)
        done += len(chunk)
        ctx.progress(N_("judging marks"), done, len(serials))
    return judged


def facts_for(
    conn: Connection,
    ctx: Context,
    chunk: Sequence[str],
    of_mark: Mapping[str, Sequence[Watch]],
    listed: ListedPrints | None = None,
    days: Mapping[str, date] | None = None,
) -> Iterator[Facts]:
    """Yield the facts of each stored mark of `chunk`; the marks of one brand stand in the same chunk. `days` are the
    days judged by serial number, where each mark has its own (default: the day of the run)."""
    days = days or dict.fromkeys(chunk, ctx.as_of)
    listed = listed or listed_prints(conn, ctx.registry)
    cases = marks.load_cases(conn, chunk)
    parties = marks.load_parties(conn, chunk)
    changes = marks.load_changes(conn, chunk, ctx.as_of - _INCIDENT)
    numbers = [*cases, *(c.record.registration_number for c in cases.values() if c.record.registration_number)]
    hits = orders.hits_for(conn, numbers)
    missing = marks.missing_sightings(conn, chunk)
    rows = [watch for serial in chunk for watch in of_mark.get(serial, ())]
    records = {serial: case.record for serial, case in cases.items()}
    beside = peers(rows, brand_marks(rows, records))
    details = details_of(conn, records, days)
    for serial, case in cases.items():
        named = hits.get(serial, ()) + hits.get(case.record.registration_number or "", ())
        yield facts_of(
            case.record,
            days[serial],
            ctx.registry,
            parties=parties.get(serial, ()),
            hits=named,
            fingerprints=listed.shared(serial, parties.get(serial, ()), named),
            watches=tuple(of_mark.get(serial, ())),
            changes=tuple(one for one in changes.get(serial, ()) if one.as_of >= days[serial] - _INCIDENT),
            peers=beside.get(serial, ()),
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
