"""Tells the dead-man's switch how a run went, whatever ends it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tmwatch.errors import Busy
from tmwatch.settings import Settings
from tmwatch.sources.heartbeat import ping


@dataclass(slots=True)
class Beat:
    """Call `begin` when the run has the database to itself; set `complete` when every mark was checked and everything
    delivered."""

    begin: Callable[[], object]
    complete: bool = False


@contextmanager
def beating(settings: Settings) -> Iterator[Beat]:
    """Ping start when the run begins, and success or failure at its end; nothing when no address is set. A run that was
    not begun because another is active says nothing: the other one will, and a start without an end is an alarm."""
    url = settings.heartbeat.url
    if not url:
        yield Beat(lambda: None)
        return
    run = str(uuid.uuid4())
    proxy, ca_file = settings.http.proxy, str(settings.http.ca_file) if settings.http.ca_file else None
    beat = Beat(lambda: ping(url, "/start", run=run, proxy=proxy, ca_file=ca_file))
    try:
        yield beat
    except Busy:
        raise
    except BaseException:
        ping(url, "/fail", run=run, proxy=proxy, ca_file=ca_file)
        raise
    ping(url, "" if beat.complete else "/fail", run=run, proxy=proxy, ca_file=ca_file)
