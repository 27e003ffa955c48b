"""Tells the dead-man's switch how a run went, whatever ends it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tmwatch.errors import Busy
from tmwatch.settings import Settings
from tmwatch.sources.heartbeat import ping


@dataclass(slots=True)
class Beat:
    """Set `complete` when every mark was checked and everything delivered."""

    complete: bool = False


@contextmanager
def beating(settings: Settings) -> Iterator[Beat]:
    """Ping start now and success or failure at the end; nothing when no address is set. A run that was not begun
    because another is active says nothing: the other one will."""
    beat, url = Beat(), settings.heartbeat.url
    if not url:
        yield beat
        return
    run = str(uuid.uuid4())
    proxy, ca_file = settings.http.proxy, str(settings.http.ca_file) if settings.http.ca_file else None
    ping(url, "/start", run=run, proxy=proxy, ca_file=ca_file)
    try:
        yield beat
    except Busy:
        raise
    except BaseException:
        ping(url, "/fail", run=run, proxy=proxy, ca_file=ca_file)
        raise
    ping(url, "" if beat.complete else "/fail", run=run, proxy=proxy, ca_file=ca_file)
