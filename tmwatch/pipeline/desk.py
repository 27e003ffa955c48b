"""Composes and queues one message after another for one client, who reads which and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from tmwatch.channels import apprise
from tmwatch.digest.compose import compose
from tmwatch.digest.model import Digest, Message
from tmwatch.pipeline.client_view import calendar, filings_about
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.corrections import corrected
from tmwatch.pipeline.coverage import PassInfo, coverage
from tmwatch.pipeline.news import Told, View, acknowledged, still_open
from tmwatch.pipeline.rhythm import local_day
from tmwatch.portfolio import Client
from tmwatch.store import outbox, overdue
from tmwatch.store.alerts import Alert
from tmwatch.store.post import post_of
from tmwatch.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

CALENDAR = overdue.KINDS  # messages that tell deadlines and what was acknowledged
LOCAL_SENDER = "tmwatch@localhost.localdomain"  # for the file outbox, which needs no sender


@dataclass(slots=True)
class Desk:
    """Composes and queues one message after another for one client. `doubted`: the anomaly guard ever held a mark of
    hers; `heard`: a message of hers stands."""

    conn: Connection
    ctx: Context
    info: PassInfo
    view: View
    doubted: bool
    sent: list[str] = field(default_factory=list)
    heard: bool = field(init=False)
    last_digest: datetime | None = field(init=False)
    _number: int = field(init=False)
    _sequence: int = field(init=False)

    def __post_init__(self) -> None:
        """Look up what the client got before."""
        client = self.view.client
        before = post_of(self.conn, client.client, local_day(self.ctx, client), self.ctx.now)
        self.heard, self.last_digest = before.heard, before.last_digest
        self._number, self._sequence = before.number, before.sequence

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
        digest = make_digest(self.conn, ctx, self.info, self.view, kind, news, self._number, self._sequence)
        digest = corrected(replace(digest, notes=notes), news, self.view, also)
        told = ids if ids is not None else [one for told in news for one in told.ids]
        (language, people), *others = client.readers(ctx.settings.digest.language).items()
        self._queue(self._composed(replace(digest, language=language), people), recipients(ctx, client), told)
        message = self.sent.pop()
        for language, people in others:
            copy = self._composed(replace(digest, language=language, sequence=self._sequence), people)
            self._queue(replace(copy, kind=overdue.COPY), mailed(ctx, client.client, people), ())
        self.sent.append(message)
        if kind in overdue.KINDS:
            self.last_digest = ctx.now

    def _queue(self, message: Message, to: Sequence[tuple[str, str]], told: Iterable[int]) -> None:
        """Put one message into the outbox."""
        outbox.queue(self.conn, message, to, told, self.ctx.run_id, self.ctx.now, self._number)
        self._number, self._sequence = self._number + 1, self._sequence + 1
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
