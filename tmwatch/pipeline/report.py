"""Gathers what a report shows: the portfolio judged on its last known records, and everything held of one mark.

Nothing is written: the judgement is made in memory, so that any day may be asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from tmwatch.changes import Change
from tmwatch.digest.overview import ClientReport, counted, ordered
from tmwatch.digest.upcoming import to_file
from tmwatch.errors import UsageError
from tmwatch.exposure import exposure
from tmwatch.findings import Finding, Severity, is_shown
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.coverage import PassInfo, coverage
from tmwatch.pipeline.evaluate import CHUNK, facts_for
from tmwatch.pipeline.groups import chunks
from tmwatch.pipeline.last_pass import last_pass
from tmwatch.pipeline.news import View
from tmwatch.portfolio import Client, Watch
from tmwatch.reports import record_history
from tmwatch.reports.model import (
    DocumentSource,
    Evidence,
    MarkReport,
    OfficePaper,
    OrderSource,
    PortfolioReport,
    Removed,
    Tracked,
)
from tmwatch.rules import RULES
from tmwatch.rules.base import evaluate
from tmwatch.store import documents, evidence, ledger, marks, orders, portfolio
from tmwatch.store import findings as finding_store
from tmwatch.store.engine import reading
from tmwatch.store.reached import Reached, reached
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

KINDS = ("field", "event", "finding")
FIRST_DAY = date(1900, 1, 1)  # the whole ledger


def gather(ctx: Context, client: str | None = None, floor: Severity = Severity.INFO) -> PortfolioReport:
    """Return the exposure of the portfolio (of one client) as of `ctx.as_of`; UsageError when there is nothing to show.

    Findings below `floor` are left out, but never what no floor hides; brands are judged on all of them.
    """
    with reading(ctx.engine) as conn:
        watches = portfolio.load_watches(conn, client)
        if not watches:
            raise UsageError(_nothing(conn, client))
        found, all_findings = _marks(conn, ctx, watches, client, floor)
        records = {one.record.serial_number: one.record for one in found}
        info = last_pass(conn) or PassInfo()
        view = View(Client(client or ""), watches, records)
        return PortfolioReport(
            generated_at=ctx.now,
            as_of=ctx.as_of,
            client=client,
            min_severity=floor.label,
            coverage=coverage(ctx, info, view),
            clients=_clients(conn, ctx.now, watches, found, all_findings),
            marks=tuple(sorted(found, key=_worst_first)),
            unread=tuple(watch for watch in watches if watch.serial_number not in records),
            removed=_removed(conn, client),
        )


def gather_evidence(ctx: Context, number: str) -> Evidence:
    """Return everything held of one mark (8 digits, or `rn` and 7 digits); UsageError when it was never read."""
    with reading(ctx.engine) as conn:
        serial = number
        if number.startswith("rn"):
            serial = marks.serial_of_registration(conn, number.removeprefix("rn")) or ""
        stored = marks.load_cases(conn, [serial]).get(serial)
        if stored is None:
            raise UsageError(
                say(
                    "nothing is stored of {number}: watch it (tmwatch portfolio add {number}) and read it (tmwatch run)"
                    ", or look it up without storing: tmwatch check {number}",
                    number=number,
                )
            )
        watches = [watch for watch in portfolio.load_watches(conn) if watch.serial_number == serial]
        brands = {(watch.client, watch.brand) for watch in watches}
        beside = [watch for watch in portfolio.load_watches(conn) if (watch.client, watch.brand) in brands]
        found, _all = _marks(conn, ctx, beside or [Watch("", "", serial)], None, Severity.INFO)
        mark = next(one for one in found if one.record.serial_number == serial)
        if not watches:
            mark = replace(mark, facts=replace(mark.facts, watches=()))
        return Evidence(
            generated_at=ctx.now,
            mark=mark,
            first_seen=stored.first_seen,
            documents=_documents(conn, serial),
            papers=_papers(conn, serial),
            order_lists=_order_lists(conn, {hit.order_id for hit in mark.facts.hits}),
        )


def _marks(
    conn: Connection, ctx: Context, watches: Sequence[Watch], client: str | None, floor: Severity
) -> tuple[list[MarkReport], list[Finding]]:
    """Judge every stored mark; return what is shown of each, and every finding."""
    of_mark: dict[str, list[Watch]] = defaultdict(list)
    for watch in watches:
        if watch.serial_number:
            of_mark[watch.serial_number].append(watch)
    since = evidence.watched_from(conn, client)
    found: list[MarkReport] = []
    everything: list[Finding] = []
    for chunk in chunks(sorted(of_mark), watches, CHUNK):
        steps = ledger.load(conn, chunk, FIRST_DAY, KINDS)
        tracked = _tracked(conn, chunk, ctx.as_of)
        for facts in facts_for(conn, ctx, chunk, of_mark):
            serial = facts.mark.serial_number
            findings = evaluate(RULES, facts)
            everything.extend(findings)
            changes = _meant_for(steps.get(serial, ()), client)
            start = since.get(serial, facts.mark.provenance.as_of)
            shown = tuple(one for one in findings if is_shown(one, floor))
            past = record_history.versions(facts.mark, changes, start)
            found.append(MarkReport(facts, shown, tracked.get(serial, {}), changes, past))
    return found, everything


def _meant_for(changes: Iterable[Change], client: str | None) -> tuple[Change, ...]:
    """Leave out the steps of findings that are about another client's use of the mark."""
    return tuple(one for one in changes if client is None or one.client in ("", client))


def _tracked(
    conn: Connection, serials: Sequence[str], day: date
) -> dict[str, dict[tuple[str, str, str, str], Tracked]]:
    """Return what the store remembers of the open findings, by serial number and identity."""
    found: dict[str, dict[tuple[str, str, str, str], Tracked]] = defaultdict(dict)
    for one in finding_store.open_findings(conn, serials):
        known = Tracked(one.opened_at, one.alerted_at, one.ack_until, one.ack_note, one.acknowledged(day))
        found[one.finding.serial_number][one.finding.identity] = known
    return found


def _clients(
    conn: Connection, now: datetime, watches: Sequence[Watch], found: Sequence[MarkReport], findings: Sequence[Finding]
) -> tuple[ClientReport, ...]:
    """Return the clients, those with most at stake first."""
    records = {one.record.serial_number: one.record for one in found}
    ahead = {one.record.serial_number: to_file(one.record, one.facts.deadlines, one.facts.as_of) for one in found}
    by_mark: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_mark[finding.serial_number].append(finding)
    rows: dict[str, list[Watch]] = defaultdict(list)
    for watch in watches:
        rows[watch.client].append(watch)
    mail = reached(conn, now)
    clients = []
    for name, own in rows.items():
        serials = {watch.serial_number for watch in own if watch.serial_number}
        about = [f for serial in serials for f in by_mark.get(serial, ()) if f.client in ("", name)]
        days = [day for serial in serials if (day := ahead.get(serial)) is not None]
        post = mail.get(name, Reached(None, 0))
        clients.append(
            ClientReport(
                client=name,
                exposures=exposure(name, own, records, about),
                marks=len({watch.number for watch in own}),
                findings=counted(about),
                ahead=min(days, key=lambda one: (one.day, one.mark), default=None),
                last_sent=post.last_sent,
                waiting=post.waiting,
            )
        )
    return ordered(clients)


def _worst_first(one: MarkReport) -> tuple[int, date, str, str]:
    worst = max((int(finding.severity) for finding in one.findings), default=0)
    due = min((finding.deadline for finding in one.findings if finding.deadline), default=date.max)
    return (-worst, due, one.record.sentence, one.record.serial_number)


def _removed(conn: Connection, client: str | None) -> tuple[Removed, ...]:
    """Return the marks that left the portfolio, with the states they went through while they were watched."""
    gone = evidence.removed_marks(conn, client)
    since = evidence.watched_from(conn, client)
    steps = ledger.load(conn, gone, FIRST_DAY, KINDS)
    found = []
    for serial, case in marks.load_cases(conn, gone).items():
        start: datetime = since.get(serial, case.first_seen)
        found.append(
            Removed(case.record, gone[serial], record_history.versions(case.record, steps.get(serial, ()), start))
        )
    return tuple(found)


def _documents(conn: Connection, serial: str) -> tuple[DocumentSource, ...]:
    return tuple(
        DocumentSource(d.source, d.url, d.sha256, d.content_type, d.fetched_at, d.size, d.state, d.error)
        for d in evidence.documents_of(conn, serial)
    )


def _papers(conn: Connection, serial: str) -> tuple[OfficePaper, ...]:
    return tuple(
        OfficePaper(p.document_id, p.description, p.mail_date, p.pages, p.url)
        for p in documents.load_case_documents(conn, serial)
    )


def _order_lists(conn: Connection, order_ids: set[str]) -> tuple[OrderSource, ...]:
    """Return the lists in force of the orders that name the mark."""
    return tuple(
        OrderSource(one.order_id, one.file_name, one.sha256, one.method, one.imported_at, one.reviewed)
        for order_id in sorted(order_ids)
        for one in orders.list_lists(conn, order_id)
        if one.superseded_by is None
    )


def _nothing(conn: Connection, client: str | None) -> Text:
    """Say why there is nothing to report on."""
    known = sorted({watch.client for watch in portfolio.load_watches(conn)})
    if client is None or not known:
        return say("the portfolio is empty; fill it with: tmwatch portfolio import config/portfolio.csv")
    names: str | Text = ", ".join(known[:10])
    if len(known) > 10:
        names = say("{names} and {more} more", names=names, more=len(known) - 10)
    return say("no client {client} watches a mark; there are: {names}", client=repr(client), names=names)
