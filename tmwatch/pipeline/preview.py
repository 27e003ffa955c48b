"""Messages that are shown or tried and leave no trace: the next digest of each client, and a test of the channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tmwatch.digest.compose import compose
from tmwatch.digest.model import Coverage, Digest, Message
from tmwatch.findings import Severity
from tmwatch.pipeline.client_view import views_of
from tmwatch.pipeline.context import Context, new_york_day
from tmwatch.pipeline.coverage import PassInfo, dated
from tmwatch.pipeline.desk import LOCAL_SENDER, make_digest
from tmwatch.pipeline.last_pass import last_pass
from tmwatch.pipeline.lookalikes import Filings
from tmwatch.pipeline.news import news_of
from tmwatch.pipeline.order_coverage import with_orders
from tmwatch.pipeline.rhythm import local_day
from tmwatch.pipeline.run import judge_all
from tmwatch.portfolio import Client
from tmwatch.settings import Settings
from tmwatch.store import marks, outbox, portfolio
from tmwatch.store.engine import reading
from tmwatch.text import say


def previews(ctx: Context, client: str | None) -> list[Message]:
    """Return the next digest of each client (or of one) on the stored records, judged as of `ctx.as_of`.

    Run it on a throw-away copy: judging writes findings.
    """
    judge_all(ctx)
    messages = []
    with reading(ctx.engine) as conn:
        info = with_orders(conn, ctx, dated(conn, last_pass(conn) or PassInfo()))
        info = replace(info, filings=Filings(ctx.settings, ctx.as_of))
        clients = portfolio.load_clients(conn)
        for name in [client] if client is not None else portfolio.watching_clients(conn):
            who, rows = clients.get(name, Client(name)), {name: portfolio.load_watches(conn, name)}
            serials = [watch.serial_number for watch in rows[name] if watch.serial_number]
            (view,) = views_of(conn, ctx, [who], rows, marks.load_briefs(conn, serials))
            if not view.records:
                continue
            number = outbox.next_number(conn, name)
            floor = Severity.parse(who.min_severity or ctx.settings.digest.min_severity)
            news = news_of(view, floor) if number > 1 else ()
            sequence = outbox.next_sequence(conn, name, local_day(ctx, who))
            kind = "digest" if number > 1 else "baseline"
            digest = make_digest(conn, ctx, info, view, kind, news, number, sequence)
            messages.append(_composed(ctx.settings, digest, who, ctx.now))
    return messages


def test_message(settings: Settings, client: Client, now: datetime, language: str) -> Message:
    """Return a message that says it is a test: nothing in it is a statement about any mark."""
    digest = Digest(
        client=client.client,
        kind="notice",
        number=1,
        local_date=new_york_day(now),
        sequence=int(now.timestamp()),
        as_of=new_york_day(now),
        language=language,
        coverage=Coverage(watched=0, checked=0),
        notes=(
            say("This is a test message of tmwatch. It says nothing about any mark."),
            say("When you read this, the channel works: digests and alerts will arrive the same way."),
        ),
        timezone=client.timezone or settings.digest.timezone,
    )
    return _composed(settings, digest, client, now)


def _composed(settings: Settings, digest: Digest, client: Client, now: datetime) -> Message:
    return compose(
        digest,
        sender=settings.mail.sender or LOCAL_SENDER,
        date=now,
        recipients=client.readers(settings.digest.language).get(digest.language, ()),
        sender_name=client.sender_name,
        reply_to=client.reply_to,
        unsubscribe=settings.mail.unsubscribe,
    )
