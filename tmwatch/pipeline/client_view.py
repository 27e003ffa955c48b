"""Loads what a client's messages are made of. Whole records are read only where more than their face is shown: an
agency's client has hundreds of marks and few of them have news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from tmwatch.deadlines import deadlines
from tmwatch.digest.model import Lookalike, Upcoming
from tmwatch.digest.upcoming import DAYS, coming, upcoming
from tmwatch.exposure import IN_DANGER, BrandExposure, exposure
from tmwatch.findings import Finding
from tmwatch.mark_faces import BriefCase
from tmwatch.pipeline import rhythm
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.coverage import PassInfo
from tmwatch.pipeline.news import View
from tmwatch.portfolio import Client, Watch, by_mark
from tmwatch.store import alerts, judgements, marks
from tmwatch.store import findings as finding_store
from tmwatch.store import news as news_store
from tmwatch.store.findings import OpenFinding

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T", Finding, OpenFinding)
AT_ONCE = 500  # marks of the clients who are looked after together: their messages are one transaction


def in_groups(names: Iterable[str], sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """Yield the names of clients who are looked after together: they have about `AT_ONCE` marks."""
    group: list[str] = []
    for name in names:
        group.append(name)
        if sum(sizes[one] for one in group) >= AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def views_of(
    conn: Connection,
    ctx: Context,
    clients: Sequence[Client],
    rows: Mapping[str, Sequence[Watch]],
    briefs: Mapping[str, BriefCase],
) -> list[View]:
    """Load what the messages of some clients are made of, in as many statements as for one; what ended only of the
    marks of which something is unreported."""
    unreported = news_store.unreported_of(conn, [client.client for client in clients])
    marks_of = {c.client: by_mark(rows.get(c.client, ())) for c in clients}
    found = _shared(finding_store.open_findings(conn, {s for of in marks_of.values() for s in of}), marks_of)
    due, unknown = judgements.due_by(conn, briefs, ctx.as_of, ctx.as_of + timedelta(days=DAYS))
    untold = {change.serial_number for changes in unreported.values() for change in changes}
    closed = _shared(finding_store.closed_findings(conn, untold) if untold else (), marks_of)
    views = []
    for client in clients:
        name = client.client
        mine, news = marks_of[name], tuple(unreported.get(name, ()))
        changed = {change.serial_number for change in news}
        ended = [one for one in closed.get(name, ()) if one.serial_number in changed]
        opened = found.get(name, ())
        told = [one.finding.serial_number for one in opened if one.alerted_at and one.finding.serial_number in changed]
        records = {serial: briefs[serial] for serial in mine if serial in briefs}
        views.append(
            View(
                client,
                tuple(rows.get(name, ())),
                records,
                {serial: case.first_seen for serial, case in records.items()},
                {one.finding.identity: one for one in opened},
                {one.identity: one for one in ended},
                alerts.alerts_of(conn, name, [*told, *(one.serial_number for one in ended)]),
                exposure(name, rows.get(name, ()), records, [one.finding for one in opened]),
                mine,
                news,
                {serial: due[serial] for serial in mine if serial in due},
                frozenset(unknown & mine.keys()),
                rhythm.zone_of(ctx, client),
            )
        )
    return views


def _shared(found: Iterable[T], marks_of: Mapping[str, Mapping[str, object]]) -> dict[str, list[T]]:
    """Give each finding to the clients who watch its mark, when it is about all of them or about that one."""
    watchers: dict[str, list[str]] = {}
    for client, mine in marks_of.items():
        for serial in mine:
            watchers.setdefault(serial, []).append(client)
    of_client: dict[str, list[T]] = {}
    for one in found:
        finding = one.finding if isinstance(one, OpenFinding) else one
        for client in watchers.get(finding.serial_number, ()):
            if finding.client in ("", client):
                of_client.setdefault(client, []).append(one)
    return of_client


def calendar(conn: Connection, view: View, day: date) -> tuple[Upcoming, ...]:
    """Return what must be filed for a client's marks in the next days; records are read only where no run judged."""
    due = dict(view.coming)
    for serial, case in marks.load_cases(conn, view.unjudged).items():
        due[serial] = tuple(coming(deadlines(case.record, day), day))
    return upcoming(view.watches, view.records, due, day)


def filings_about(conn: Connection, info: PassInfo, exposures: Sequence[BrandExposure]) -> tuple[Lookalike, ...]:
    """Return who files for the texts of the marks that a client's brands in danger stand on."""
    numbers = {mark.number for one in exposures if one.state in IN_DANGER for mark in one.marks}
    if not info.filings or not info.filings.there or not numbers:
        return ()
    records = {serial: case.record for serial, case in marks.load_cases(conn, numbers).items()}
    return info.filings.about(exposures, records)
