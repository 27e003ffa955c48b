"""Composes what each client must hear now and puts it into the outbox, with the ledger rows it tells, in one
transaction a message.

A client's first message is a baseline (what is wrong now). Afterwards a finding that turns CRITICAL goes out as an
alert at once; everything else stands in the digest. A quiet week gets an all-clear with the proof of coverage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from tmwatch.changes import Change
from tmwatch.channels import apprise
from tmwatch.digest.compose import compose
from tmwatch.digest.model import Digest, Message
from tmwatch.findings import Severity
from tmwatch.pipeline import rhythm
from tmwatch.pipeline.client_view import calendar, filings_about, view_of
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.corrections import corrected, taken_back
from tmwatch.pipeline.coverage import PassInfo, coverage, dated
from tmwatch.pipeline.lookalikes import Filings
from tmwatch.pipeline.news import Told, View, acknowledged, is_alert, mark_name, news_of, still_open
from tmwatch.pipeline.order_coverage import with_orders
from tmwatch.pipeline.rhythm import local_day
from tmwatch.portfolio import Client, Watch
from tmwatch.store import alerts, delivery, marks, outbox, overdue, portfolio, unconfirmed
from tmwatch.store import findings as finding_store
from tmwatch.store import news as news_store
from tmwatch.store.alerts import Alert
from tmwatch.store.engine import reading
from tmwatch.text import N_, Text, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

CALENDAR = ("baseline", "digest", "all_clear")  # messages that tell deadlines and what was acknowledged
LOCAL_SENDER = "tmwatch@localhost.localdomain"  # for the file outbox, which needs no sender


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages to make: alerts only (between digests), or the digest too; for some clients or all. `days` are
    the local dates to note as decided, with the message or with "nothing to send", for the clients that stand in it."""

    digest: bool = True
    only: frozenset[str] | None = None
    days: Mapping[str, date] = field(default_factory=dict)


def queue_all(ctx: Context, info: PassInfo, wanted: Wanted = Wanted()) -> int:  # noqa: B008 - frozen
    """Queue what every client must hear; return the number of messages. A client about whom nothing changed since she
    was last looked after costs next to nothing."""
    if ctx.settings.mail.ambiguous == "carry-over":
        with ctx.engine.begin() as conn:
            delivery.carry_over(conn, ctx.clock())
    with reading(ctx.engine) as conn:
        newest = news_store.newest_change(conn)
        clients = portfolio.load_clients(conn)
        names = portfolio.watching_clients(conn)
        chosen = {name: clients.get(name, Client(name)) for name in names if wanted.only is None or name in wanted.only}
        bases = {name: _basis(ctx, client) for name, client in chosen.items()}
        restless = sorted(news_store.restless(conn, bases, ctx.now))
        info = with_orders(conn, ctx, dated(conn, info)) if restless else info
    if wanted.digest:
        with ctx.engine.begin() as conn:
            calm = chosen.keys() - set(restless)
            news_store.still_calm(conn, calm, newest)
            outbox.decide_days(conn, [(name, wanted.days[name]) for name in sorted(calm & wanted.days.keys())], ctx.now)
    info, queued = replace(info, filings=Filings(ctx.settings, ctx.as_of)), 0
    for name in restless:
        with ctx.engine.begin() as conn:
            queued += queue_client(conn, ctx, info, chosen[name], portfolio.load_watches(conn, name), wanted)
        ctx.progress(N_("composing messages"), queued, len(restless))
    return queued


def _basis(ctx: Context, client: Client) -> str:
    """Return what decides beside the changes whether a client hears of something."""
    floor = client.min_severity or ctx.settings.digest.min_severity
    zone = client.timezone or ctx.settings.digest.timezone
    return f"{floor} {client.frequency or 'daily'} {ctx.settings.digest.quiet} {zone}"


def queue_client(
    conn: Connection, ctx: Context, info: PassInfo, client: Client, watches: Sequence[Watch], wanted: Wanted
) -> int:
    """Queue the messages of one client within the caller's transaction; return how many."""
    if not (client.emails or recipients(ctx, client)):
        return 0  # nobody would get it: it waits until she has an address
    newest = news_store.newest_change(conn)
    if not marks.any_stored(conn, [watch.serial_number for watch in watches if watch.serial_number]):
        return 0  # nothing was ever read of her marks: a baseline would say nothing
    day = wanted.days.get(client.client)
    if day and not outbox.decide_day(conn, client.client, day, None, ctx.now):
        return 0  # another instance decided this day a moment ago
    late = _late(overdue.merge_overdue(conn, client.client, ctx.now)) if wanted.digest else ()
    unreported = outbox.unreported(conn, client.client)
    desk = _Desk(conn, ctx, info, view_of(conn, client, watches, unreported))
    if overdue.heard_nothing(conn, client.client):
        if wanted.digest:
            desk.send("baseline", (), [one.id for one in unreported if one.id is not None], notes=late)
    else:
        _tell(desk, unreported, wanted, late)
    if day and desk.sent:
        outbox.note_day_message(conn, client.client, day, desk.sent[-1])
    if wanted.digest:
        news_store.looked(conn, client.client, newest, _basis(ctx, client), rhythm.again_at(conn, ctx, client))
    return len(desk.sent)


def _late(days: Sequence[date]) -> tuple[Text, ...]:
    """Say that earlier digests could not be delivered and are merged into this one."""
    if not days:
        return ()
    return (say("Mail since {day} could not be delivered in time; what it told stands in this one.", day=days[0]),)


def _tell(desk: _Desk, unreported: Sequence[Change], wanted: Wanted, late: tuple[Text, ...] = ()) -> None:
    """Send the alerts, then the digest when one is due."""
    conn, ctx, view = desk.conn, desk.ctx, desk.view
    floor = Severity.parse(view.client.min_severity or ctx.settings.digest.min_severity)
    news = news_of(view, unreported, floor)
    note, restored = alerts.refuted(conn, view.client.client, view.records)
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
    held = _not_noted(desk)
    if held:
        desk.send("notice", (), notes=_doubt(view, held))
    if note:
        desk.send("notice", (), notes=taken_back(view, note, restored), also=note)
    rest = [told for told in news if told not in alarms]
    kind = _kind(desk, rest) if wanted.digest else None
    if kind:
        desk.send(kind, rest, notes=late)


def _not_noted(desk: _Desk) -> list[str]:
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


def make_digest(
    conn: Connection, ctx: Context, info: PassInfo, view: View, kind: str, news: Sequence[Told], number: int, seq: int
) -> Digest:
    """Fill the values of one message."""
    items = [told.item for told in news if told.item]
    waiting = still_open(view, news, ctx.as_of) if kind != "alert" else ()
    new = [item for item in items if item.state in ("new", "worse")]
    eased = tuple(item for item in items if item.state == "open")
    return Digest(
        client=view.client.client,
        kind=kind,
        number=number,
        local_date=local_day(ctx, view.client),
        sequence=seq,
        as_of=ctx.as_of,
        language=view.client.language or ctx.settings.digest.language,
        coverage=coverage(ctx, info, view),
        exposures=view.exposures,
        news=tuple(new) if kind != "baseline" else waiting,
        still_open=(*eased, *waiting) if kind != "baseline" else (),
        cleared=tuple(item for item in items if item.state == "cleared"),
        changes=tuple(told.line for told in news if told.line),
        min_severity=view.client.min_severity or ctx.settings.digest.min_severity,
        timezone=view.client.timezone or ctx.settings.digest.timezone,
        upcoming=calendar(conn, view, ctx.as_of) if kind in CALENDAR else (),
        acknowledged=acknowledged(view, ctx.as_of) if kind in CALENDAR else (),
        lookalikes=filings_about(conn, info, view.exposures) if kind in CALENDAR else (),
    )


def recipients(ctx: Context, client: Client) -> tuple[tuple[str, str], ...]:
    """Return (channel, recipient) of a client's messages: those who read her language, and her chats, by names that
    hold no secret."""
    people = next(iter(client.readers(ctx.settings.digest.language).values()))
    return (*mailed(ctx, client.client, people), *((apprise.NAME, apprise.label(url)) for url in client.channels))


def mailed(ctx: Context, name: str, people: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return (channel, recipient) of addresses: by mail, or one copy in the file outbox, in the folder `name`."""
    if ctx.settings.mail.url.get_secret_value().startswith("file:"):
        return (("file", name),)
    return tuple(("email", address) for address in people)


@dataclass(slots=True)
class _Desk:
    """Composes and queues one message after another for one client."""

    conn: Connection
    ctx: Context
    info: PassInfo
    view: View
    sent: list[str] = field(default_factory=list)

    def send(
        self,
        kind: str,
        news: Iterable[Told],
        ids: Sequence[int] | None = None,
        notes: tuple[Text, ...] = (),
        also: Alert | None = None,
    ) -> None:
        """Freeze one message and its deliveries; `ids` are the ledger rows it tells (default: those of `news`), `also`
        a message that it takes back."""
        news = tuple(news)
        client, ctx = self.view.client, self.ctx
        number = outbox.next_number(self.conn, client.client)
        sequence = outbox.next_sequence(self.conn, client.client, local_day(ctx, client))
        digest = replace(make_digest(self.conn, ctx, self.info, self.view, kind, news, number, sequence), notes=notes)
        digest = corrected(digest, news, self.view, also)
        told = ids if ids is not None else [one for told in news for one in told.ids]
        (language, people), *others = client.readers(ctx.settings.digest.language).items()
        message = self._composed(replace(digest, language=language), people)
        outbox.queue(self.conn, message, recipients(ctx, client), told, ctx.run_id, ctx.now)
        for at, (language, people) in enumerate(others, start=1):
            copy = self._composed(replace(digest, language=language, sequence=sequence + at), people)
            copy = replace(copy, kind=overdue.COPY)
            outbox.queue(self.conn, copy, mailed(ctx, client.client, people), (), ctx.run_id, ctx.now)
            self.sent.append(copy.id)
        self.sent.append(message.id)

    def _composed(self, digest: Digest, people: tuple[str, ...]) -> Message:
        """Freeze the message for those who read one language."""
        client, settings = self.view.client, self.ctx.settings
        return compose(
            digest,
            sender=settings.mail.sender or LOCAL_SENDER,
            date=self.ctx.now,
            recipients=people,
            sender_name=client.sender_name,
            reply_to=client.reply_to,
            unsubscribe=settings.mail.unsubscribe,
        )


def _kind(desk: _Desk, rest: Sequence[Told]) -> str | None:
    """Decide whether a digest is due beside the alerts, and which."""
    client = desk.view.client
    days = rhythm.days_since(desk.conn, desk.ctx, client)
    if any(not told.silent for told in rest):
        return "digest" if client.frequency != "weekly" or days >= rhythm.WEEK else None
    quiet = rhythm.quiet_days(desk.ctx, client)
    if quiet is None or days < quiet or desk.sent:
        return None
    unchecked = desk.info.tsdr_used and any(watch.number not in desk.info.checked for watch in desk.view.watches)
    return "digest" if unchecked else "all_clear"  # what could not be checked is not clear
