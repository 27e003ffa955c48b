"""The operator's overview: once on each of her days, every client by what is at stake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tmwatch.digest.model import Upcoming
from tmwatch.digest.overview import ClientReport, counted, ordered
from tmwatch.digest.overview_mail import OPERATOR, Overview, compose_overview
from tmwatch.digest.upcoming import OTHERS
from tmwatch.mark_faces import MarkFace
from tmwatch.pipeline.client_view import calendar, in_groups, views_of
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.coverage import PassInfo, coverage, dated
from tmwatch.pipeline.desk import LOCAL_SENDER, mailed
from tmwatch.pipeline.news import View
from tmwatch.pipeline.order_coverage import with_orders
from tmwatch.portfolio import Client, Watch
from tmwatch.store import marks, outbox, portfolio
from tmwatch.store.engine import reading
from tmwatch.store.reached import Reached, reached

if TYPE_CHECKING:
    from sqlalchemy import Connection


def overview_day(ctx: Context) -> date | None:
    """Return the operator's local date when its overview was not made yet; None also where nobody wants one."""
    if not ctx.settings.digest.operator:
        return None
    day = ctx.now.astimezone(ZoneInfo(ctx.settings.digest.timezone)).date()
    with reading(ctx.engine) as conn:
        return None if (OPERATOR, day) in outbox.decided_days(conn, day) else day


def queue_overview(ctx: Context, info: PassInfo) -> int:
    """Queue the overview of the operator's day unless it was made; return how many messages."""
    day = overview_day(ctx)
    if day is None:
        return 0
    settings = ctx.settings
    with reading(ctx.engine) as conn:
        info = with_orders(conn, ctx, dated(conn, info))
        clients, whole = _clients(conn, ctx, info)
    if not clients:
        return 0
    with ctx.engine.begin() as conn:
        if not outbox.decide_day(conn, OPERATOR, day, None, ctx.now):
            return 0  # another instance made it a moment ago
        overview = Overview(
            number=outbox.next_number(conn, OPERATOR),
            local_date=day,
            sequence=outbox.next_sequence(conn, OPERATOR, day),
            as_of=ctx.as_of,
            language=settings.digest.language,
            timezone=settings.digest.timezone,
            coverage=coverage(ctx, info, whole),
            clients=clients,
        )
        people = tuple(settings.digest.operator.split(";"))
        message = compose_overview(
            overview, sender=settings.mail.sender or LOCAL_SENDER, date=ctx.now, recipients=people
        )
        outbox.queue(conn, message, mailed(ctx, OPERATOR, people), (), ctx.run_id, ctx.now)
        outbox.note_day_message(conn, OPERATOR, day, message.id)
    return 1


def _clients(conn: Connection, ctx: Context, info: PassInfo) -> tuple[tuple[ClientReport, ...], View]:
    """Return every client, and all their rows as one view for the coverage, with what was not checked by name."""
    known, mail = portfolio.load_clients(conn), reached(conn, ctx.now)
    found: list[ClientReport] = []
    rows: list[Watch] = []
    records: dict[str, MarkFace] = {}
    sizes = portfolio.watching_clients(conn)
    for names in in_groups(sizes, sizes):
        own = portfolio.rows_of(conn, names)
        briefs = marks.load_briefs(conn, {w.serial_number for mine in own.values() for w in mine if w.serial_number})
        for view in views_of(conn, ctx, [known.get(name, Client(name)) for name in names], own, briefs):
            rows.extend(view.watches)
            records |= {serial: record for serial, record in view.records.items() if serial not in info.checked}
            reached_her = mail.get(view.client.client, Reached(None, 0))
            found.append(_report(view, calendar(conn, view, ctx.as_of), reached_her))
    return ordered(found), View(Client(OPERATOR), tuple(rows), records, {}, {}, {})


def _report(view: View, due: Sequence[Upcoming], mail: Reached) -> ClientReport:
    """Return one client with the next of what she must file in the 90 days of `due`; the days on which others may act
    are none of hers. (The report names the next one however far ahead it lies.)"""
    return ClientReport(
        client=view.client.client,
        exposures=view.exposures,
        marks=len({watch.number for watch in view.watches}),
        findings=counted([one.finding for one in view.open.values()]),
        ahead=next((one for one in due if one.kind not in OTHERS), None),
        last_sent=mail.last_sent,
        waiting=mail.waiting,
    )
