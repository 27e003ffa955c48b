"""Composes what each client must hear now and puts it into the outbox, with the ledger rows it tells, in one
transaction for a few clients.

A client's first message is a baseline (what is wrong now). Afterwards a finding that turns CRITICAL goes out as an
alert at once; everything else stands in the digest. A quiet week gets an all-clear with the proof of coverage.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from tmwatch.errors import TmwatchError
from tmwatch.findings import Severity
from tmwatch.pipeline import rhythm
from tmwatch.pipeline.client_view import in_groups, views_of
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.corrections import taken_back
from tmwatch.pipeline.coverage import PassInfo, dated
from tmwatch.pipeline.desk import Desk, recipients
from tmwatch.pipeline.lookalikes import Filings
from tmwatch.pipeline.news import Told, View, is_alert, mark_name, news_of
from tmwatch.pipeline.order_coverage import with_orders
from tmwatch.portfolio import Client
from tmwatch.store import alerts, delivery, marks, outbox, overdue, portfolio, unconfirmed
from tmwatch.store import findings as finding_store
from tmwatch.store import news as news_store
from tmwatch.store.engine import reading
from tmwatch.store.news import Restless
from tmwatch.text import N_, Text, say

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages to make: alerts only (between digests), or the digest too; for some clients or all. `days` are
    the local dates to note as decided, with the message or with "nothing to send", for the clients that stand in it."""

    digest: bool = True
    only: frozenset[str] | None = None
    days: Mapping[str, date] = field(default_factory=dict)


def queue_all(ctx: Context, info: PassInfo, wanted: Wanted = Wanted()) -> int:  # noqa: B008 - frozen
    """Queue what every client must hear; return the number of messages. A client about whom nothing changed since she
    was last looked after costs next to nothing. A fault in the program ends it when all the others have theirs."""
    if ctx.settings.mail.ambiguous == "carry-over":
        with ctx.engine.begin() as conn:
            delivery.carry_over(conn, ctx.clock())
    with reading(ctx.engine) as conn:
        newest = news_store.newest_change(conn)
        clients = portfolio.load_clients(conn)
        sizes = portfolio.watching_clients(conn)
        chosen = {name: clients.get(name, Client(name)) for name in sizes if wanted.only is None or name in wanted.only}
        bases = {name: _basis(ctx, client) for name, client in chosen.items()}
        restless = news_store.restless(conn, bases, ctx.now)
        info = with_orders(conn, ctx, dated(conn, info)) if restless.names else info
    if wanted.digest:
        with ctx.engine.begin() as conn:
            calm = chosen.keys() - restless.names
            news_store.still_calm(conn, calm, newest)
            outbox.decide_days(conn, [(name, wanted.days[name]) for name in sorted(calm & wanted.days.keys())], ctx.now)
    info, queued = replace(info, filings=Filings(ctx.settings, ctx.as_of)), 0
    waiting, faults = deque(in_groups(sorted(restless.names), sizes)), []
    while waiting:
        names = waiting.popleft()
        try:
            with ctx.engine.begin() as conn:
                queued += _queue_some(conn, ctx, info, [chosen[name] for name in names], wanted, restless)
        except TmwatchError:
            raise
        except Exception as fault:  # in the program, over the marks of one client: it holds up nobody else
            if len(names) == 1:
                faults.append(fault)
            else:
                waiting.extendleft([name] for name in reversed(names))
        ctx.progress(N_("composing messages"), queued, len(restless.names))
    if faults:
        raise faults[0]
    return queued


def _basis(ctx: Context, client: Client) -> str:
    """Return what decides beside the changes whether a client hears of something."""
    floor = client.min_severity or ctx.settings.digest.min_severity
    zone = client.timezone or ctx.settings.digest.timezone
    return f"{floor} {client.frequency or 'daily'} {ctx.settings.digest.quiet} {zone}"


def _queue_some(
    conn: Connection, ctx: Context, info: PassInfo, clients: Sequence[Client], wanted: Wanted, restless: Restless
) -> int:
    """Queue the messages of some clients within the caller's transaction; return how many."""
    newest = news_store.newest_change(conn)
    rows = portfolio.rows_of(conn, [client.client for client in clients])
    briefs = marks.load_briefs(conn, {w.serial_number for mine in rows.values() for w in mine if w.serial_number})
    late: dict[str, tuple[Text, ...]] = {}
    for client in clients:
        name, day = client.client, wanted.days.get(client.client)
        if not (client.emails or recipients(ctx, client)):
            continue  # nobody would get it: it waits until she has an address
        if not any(watch.serial_number in briefs for watch in rows.get(name, ())):
            continue  # nothing was ever read of her marks: a baseline would say nothing
        if day and not outbox.decide_day(conn, name, day, None, ctx.now):
            continue  # another instance decided this day a moment ago
        merged = wanted.digest and name in restless.late
        late[name] = _late(overdue.merge_overdue(conn, name, ctx.now)) if merged else ()
    after, queued = {}, 0
    for view in views_of(conn, ctx, [client for client in clients if client.client in late], rows, briefs):
        name = view.client.client
        desk = Desk(conn, ctx, info, view, name in restless.doubted)
        _queue_client(desk, wanted, late[name])
        if (day := wanted.days.get(name)) and desk.sent:
            outbox.note_day_message(conn, name, day, desk.sent[-1])
        after[name] = (_basis(ctx, view.client), rhythm.again_at(ctx, view.client, desk.last_digest))
        queued += len(desk.sent)
    if wanted.digest:
        news_store.looked(conn, newest, after)
    return queued


def _queue_client(desk: Desk, wanted: Wanted, late: tuple[Text, ...]) -> None:
    """Queue the messages of one client."""
    if desk.heard:
        _tell(desk, wanted, late)
    elif wanted.digest:
        desk.send("baseline", (), [one.id for one in desk.view.unreported if one.id is not None], notes=late)


def _late(days: Sequence[date]) -> tuple[Text, ...]:
    """Say that earlier digests could not be delivered and are merged into this one."""
    if not days:
        return ()
    return (say("Mail since {day} could not be delivered in time; what it told stands in this one.", day=days[0]),)


def _tell(desk: Desk, wanted: Wanted, late: tuple[Text, ...]) -> None:
    """Send the alerts, then the digest when one is due."""
    conn, ctx, view = desk.conn, desk.ctx, desk.view
    floor = Severity.parse(view.client.min_severity or ctx.settings.digest.min_severity)
    news = news_of(view, floor)
    note, restored = alerts.refuted(conn, view.client.client, view.records) if desk.doubted else (None, ())
    alarms = [told for told in news if is_alert(view, told)]
    if alarms:
        alarmed = {told.serial_number for told in alarms}
        alarms += [told for told in news if told.line and told.serial_number in alarmed]
        desk.send("alert", alarms, notes=late)
        told = [t.item.finding.identity for t in alarms if t.item]
        finding_store.mark_alerted(conn, [view.open[one].id for one in told], ctx.now)
        desk.view = replace(
            view, open={**view.open, **{one: replace(view.open[one], alerted_at=ctx.now) for one in told}}
        )
    held = _not_noted(desk) if desk.doubted else []
    if held:
        desk.send("notice", (), notes=_doubt(view, held))
    if note:
        desk.send("notice", (), notes=taken_back(view, note, restored), also=note)
    rest = [told for told in news if told not in alarms]
    kind = _kind(desk, rest) if wanted.digest else None
    if kind:
        desk.send(kind, rest, notes=late)


def _not_noted(desk: Desk) -> list[str]:
    """Return the client's marks that the anomaly guard holds and no note of hers has named yet."""
    mine = {watch.serial_number for watch in desk.view.watches}
    held = [one for one in unconfirmed.list_held(desk.conn) if one.serial_number in mine]
    sent = outbox.list_messages(desk.conn, desk.view.client.client) if held else ()
    last = max((one.queued_at for one in sent if one.kind == "notice"), default=None)
    return [one.serial_number for one in held if last is None or one.held_at > last]


def _doubt(view: View, held: Iterable[str]) -> tuple[Text, ...]:
    """Say which marks the anomaly guard holds, and that nothing is known to be lost."""
    names = ", ".join(f"{mark_name(view, serial)} ({serial})" for serial in sorted(held))
    return (
        say(
            "USPTO data anomaly: unusually many marks turned dead in the USPTO's data at once, "
            "without a sanctions sign."
        ),
        say(
            "Yours among them: {marks}. They are held as unconfirmed until the data are read again; "
            "no action is needed yet.",
            marks=names,
        ),
        say("If the USPTO still says so tomorrow, you get the full report."),
    )


def _kind(desk: Desk, rest: Sequence[Told]) -> str | None:
    """Decide whether a digest is due beside the alerts, and which."""
    client = desk.view.client
    days = rhythm.days_since(desk.ctx, client, desk.last_digest)
    if any(not told.silent for told in rest):
        return "digest" if client.frequency != "weekly" or days >= rhythm.WEEK else None
    quiet = rhythm.quiet_days(desk.ctx, client)
    if quiet is None or days < quiet or desk.sent:
        return None
    unchecked = desk.info.tsdr_used and any(watch.number not in desk.info.checked for watch in desk.view.watches)
    return "digest" if unchecked else "all_clear"  # what could not be checked is not clear
