"""Loads what a client's messages are made of. Whole records are read only where more than their face is shown: an
agency's client has hundreds of marks and few of them have news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tmwatch.changes import Change
from tmwatch.deadlines import deadlines
from tmwatch.digest.model import Lookalike, Upcoming
from tmwatch.digest.upcoming import DAYS, coming, upcoming
from tmwatch.exposure import IN_DANGER, BrandExposure, exposure
from tmwatch.pipeline.coverage import PassInfo
from tmwatch.pipeline.news import View
from tmwatch.portfolio import Client, Watch, by_mark
from tmwatch.store import alerts, judgements, marks
from tmwatch.store import findings as finding_store

if TYPE_CHECKING:
    from sqlalchemy import Connection


def view_of(conn: Connection, client: Client, watches: Sequence[Watch], unreported: Sequence[Change] = ()) -> View:
    """Load what a client's messages are made of, in a bounded number of statements; what ended only of the marks of
    which something is `unreported`."""
    serials = sorted({watch.serial_number for watch in watches if watch.serial_number})
    briefs = marks.load_briefs(conn, serials)
    found = [o for o in finding_store.open_findings(conn, serials) if o.finding.client in ("", client.client)]
    closed = finding_store.closed_findings(conn, {change.serial_number for change in unreported})
    return View(
        client,
        tuple(watches),
        briefs,
        {serial: case.first_seen for serial, case in briefs.items()},
        {one.finding.identity: one for one in found},
        {finding.identity: finding for finding in closed if finding.client in ("", client.client)},
        alerts.alerts_of(conn, client.client, [finding.serial_number for finding in closed]),
        exposure(client.client, watches, briefs, [one.finding for one in found]),
        by_mark(watches),
    )


def calendar(conn: Connection, view: View, day: date) -> tuple[Upcoming, ...]:
    """Return what must be filed for a client's marks in the next days; records are read only where no run judged."""
    due, unknown = judgements.due_by(conn, view.records, day, day + timedelta(days=DAYS))
    for serial, case in marks.load_cases(conn, unknown).items():
        due[serial] = tuple(coming(deadlines(case.record, day), day))
    return upcoming(view.watches, view.records, due, day)


def filings_about(conn: Connection, info: PassInfo, exposures: Sequence[BrandExposure]) -> tuple[Lookalike, ...]:
    """Return who files for the texts of the marks that a client's brands in danger stand on."""
    numbers = {mark.number for one in exposures if one.state in IN_DANGER for mark in one.marks}
    if not info.filings or not info.filings.there or not numbers:
        return ()
    records = {serial: case.record for serial, case in marks.load_cases(conn, numbers).items()}
    return info.filings.about(exposures, records)
