"""Makes the edges a run talks to from the settings: the paced TSDR and ODP clients and the channels."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import stamina
import structlog

from tmwatch.channels import apprise, channel_for
from tmwatch.channels.base import Channel
from tmwatch.channels.file import FileChannel
from tmwatch.errors import TransientDelivery
from tmwatch.pipeline.context import NEW_YORK
from tmwatch.settings import Settings
from tmwatch.sources.http import REQUESTS, LocalPace, Pace, PoliteClient
from tmwatch.sources.tsdr import Tsdr
from tmwatch.text import say

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tmwatch.pipeline.run import Edges
    from tmwatch.sources.odp import Odp
    from tmwatch.sources.order_page import OrderPage

PAGE_REQUESTS = 20.0  # a minute, to the web site of the USPTO
NIGHT = (22, 5)  # New York hours of the wide rate (tsdr-api: 22:00-05:00 Eastern)


@contextmanager
def open_edges(
    settings: Settings, clock: Callable[[], datetime], sleep: Callable[[float], None], engine: Engine
) -> Iterator[Edges]:
    """Give everything a run talks to; sources without a key are None."""
    from tmwatch.pipeline.run import Edges

    with ExitStack() as stack:
        tsdr = odp = None
        if settings.tsdr.api_key:
            tsdr = stack.enter_context(open_tsdr(settings, clock, sleep, engine))
        if settings.odp.api_key:
            odp = stack.enter_context(open_odp(settings, clock, sleep))
        page = stack.enter_context(open_page(settings, clock, sleep)) if settings.orders.page_url else None
        yield Edges(tsdr, odp, channels_of(settings), page)


@contextmanager
def open_tsdr(
    settings: Settings, clock: Callable[[], datetime], sleep: Callable[[float], None], engine: Engine | None
) -> Iterator[Tsdr]:
    """Give a TSDR client whose pace is shared through the database, when there is one; the key must be set."""
    assert settings.tsdr.api_key is not None
    key = settings.tsdr.api_key.get_secret_value()
    with _client(settings, _pace(settings, key, clock, engine), sleep) as client:
        yield Tsdr(
            client,
            base_url=settings.tsdr.base_url,
            api_key=key,
            clock=clock,
            batch_size=settings.tsdr.batch_size,
        )


@contextmanager
def open_odp(settings: Settings, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> Iterator[Odp]:
    """Give a client of the Open Data Portal; the key must be set."""
    from tmwatch.sources.odp import Odp, odp_pace

    assert settings.odp.api_key is not None
    with _client(settings, odp_pace(settings.odp.seconds_between_files, time.monotonic), sleep) as client:
        yield Odp(client, base_url=settings.odp.base_url, api_key=settings.odp.api_key.get_secret_value(), clock=clock)


@contextmanager
def open_page(settings: Settings, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> Iterator[OrderPage]:
    """Give a reader of the USPTO's page of orders; its address must be set."""
    from tmwatch.sources.order_page import OrderPage

    pace = LocalPace({REQUESTS: PAGE_REQUESTS}, time.monotonic)
    with _client(settings, pace, sleep) as client:
        yield OrderPage(client, settings.orders.page_url, clock)


def _client(settings: Settings, pace: Pace, sleep: Callable[[float], None]) -> PoliteClient:
    """Return an HTTP client with the settings of this installation."""
    stamina.instrumentation.set_on_retry_hooks([_say_retry])
    return PoliteClient(
        timeout=settings.tsdr.timeout,
        proxy=settings.http.proxy,
        ca_file=str(settings.http.ca_file) if settings.http.ca_file else None,
        pace=pace,
        clock=time.monotonic,
        sleep=sleep,
    )


def _say_retry(details: stamina.instrumentation.RetryDetails) -> None:
    """Log what is tried again and why, in words instead of the library's fields."""
    structlog.get_logger().info("trying again", attempt=details.retry_num + 1, reason=str(details.caused_by))


def _pace(settings: Settings, key: str, clock: Callable[[], datetime], engine: Engine | None) -> Pace:
    """Share the pace of one key among all processes on the database; alone, keep it in memory."""

    def per_minute(kind: str) -> float:
        return float(settings.tsdr.documents_per_minute) if kind == "documents" else _rate(settings, clock())

    if engine is None:
        return LocalPace({kind: per_minute(kind) for kind in ("requests", "documents")}, time.monotonic)
    from tmwatch.store.pace import SharedPace

    return SharedPace(engine, hashlib.sha256(key.encode()).hexdigest(), lambda: clock().timestamp(), per_minute)


def _rate(settings: Settings, now: datetime) -> float:
    """Return the requests a minute allowed at this hour in New York."""
    hour = now.astimezone(NEW_YORK).hour
    night = hour >= NIGHT[0] or hour < NIGHT[1]
    return float(settings.tsdr.night_requests_per_minute if night else settings.tsdr.requests_per_minute)


def channels_of(settings: Settings) -> Callable[[str], Channel]:
    """Return what finds the channel of a delivery row."""

    @cache
    def find(name: str) -> Channel:
        if name == apprise.NAME:
            return apprise.AppriseChannel()
        url = settings.mail.url.get_secret_value()
        if name == FileChannel.name and not url.startswith("file:"):
            raise TransientDelivery(  # its recipient is a client's name, no address
                say("it was queued for the outbox folder, and mail.url is another now; set mail.url back for one run")
            )
        return channel_for(url, sender=settings.mail.sender, ca_file=settings.http.ca_file)

    return find
