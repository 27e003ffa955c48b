"""The daemon: asks every minute what is due and does it. It decides nothing: `pipeline.due` reads the truth from the
database, so a missed, late or doubled tick changes nothing.

On PostgreSQL several instances run side by side: one leads (it fetches, judges and queues), all send. When the leader
dies another leads within a second or two; one that was stopped or cut off stops its work as soon as it goes on. An
SQLite file serves one daemon.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import structlog

from tmwatch.errors import Busy, TmwatchError
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.deliver import deliver
from tmwatch.pipeline.due import Due, do_due
from tmwatch.pipeline.edges import open_edges
from tmwatch.pipeline.lease import Lease
from tmwatch.settings import Settings

TICK_SECONDS = 60
GRACE_SECONDS = 5.0  # given to a pass that was told to stop
LEAD_SECONDS = 1  # how often a follower asks whether the lead is free
LEAD = "leader"
Opening = Callable[[Callable[[str, int, int], None]], AbstractContextManager[Context]]
log = structlog.get_logger()


class Stopped(BaseException):
    """Raised inside a pass when the daemon was told to stop: the record at hand is finished, nothing more is begun."""


class Daemon:
    """One process of `tmwatch schedule`."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime],
        opening: Opening,
        lease_seconds: float | None = None,
        after: Callable[[Due | None], None] | None = None,
        tick_seconds: float = TICK_SECONDS,
        alive: Callable[[], object] = lambda: None,
    ) -> None:
        """`opening(progress)` gives the context of one tick; `clock` is read anew for each; `lease_seconds` is the time
        to live of the lead (default: 10 s on PostgreSQL); `after` is called with what each tick did; `tick_seconds` lie
        between two ticks. `alive` is called with each step of a tick, at least once a minute while it waits."""
        self._after, self._tick_seconds, self._alive = after, tick_seconds, alive
        self._settings, self._clock, self._opening = settings, clock, opening
        self._lease_seconds = lease_seconds
        self._stop, self._idle = threading.Event(), threading.Event()
        self._idle.set()
        self._lease: Lease | None = None
        self._leading = False  # whether the tick at hand began as the leader

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Tick until SIGTERM or Ctrl-C. Busy at the start when an SQLite file already has its daemon.

        `ready` is called when signals are obeyed and the first tick is about to begin.
        """
        from apscheduler.schedulers.blocking import BlockingScheduler

        scheduler = BlockingScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

        def stop(number: int, frame: FrameType | None) -> None:
            self._stop.set()
            threading.Thread(target=_shut_down, args=[scheduler], daemon=True).start()

        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, stop)
        with ExitStack() as stack:
            engine = stack.enter_context(self._opening(_nothing)).engine
            self._lease = lease = Lease(engine, LEAD, self._clock, self._lease_seconds)
            if engine.dialect.name == "sqlite":
                lease.acquire()  # a second daemon on the same file ends here, saying why
            stack.callback(lease.release)
            now = datetime.now(UTC)  # the scheduler's own clock, not the one the work is dated by
            scheduler.add_job(self.tick, "interval", seconds=self._tick_seconds, next_run_time=now, id="tick")
            if engine.dialect.name != "sqlite":
                scheduler.add_job(
                    self.follow, "interval", seconds=min(LEAD_SECONDS, self._tick_seconds), args=[scheduler]
                )
            ready()
            scheduler.start()
            ended = self._idle.wait(GRACE_SECONDS)
        if not ended:
            # A server keeps the pass waiting. Every step commits by itself, so that nothing is lost by ending here.
            log.warning("ended in the middle of a pass; the next start goes on")
            sys.stderr.flush()
            os._exit(0)

    def leads(self) -> bool:
        """Whether this instance leads; it takes the lead when nobody has it. Without `run` there is no rival."""
        return self._lease is None or self._lease.try_acquire()

    def follow(self, scheduler: object) -> None:
        """Take the lead when it is free, and then tick at once."""
        was = self._lease is not None and self._lease.held
        try:
            if self.leads() and not was:
                log.info("this instance leads now")
                scheduler.modify_job("tick", next_run_time=datetime.now(UTC))  # type: ignore[attr-defined]  # apscheduler has no types
        except TmwatchError as error:
            log.warning("the database does not answer", reason=str(error))

    def tick(self) -> Due | None:
        """Do what is due now. What the world did wrong is logged and tried again at the next tick."""
        self._idle.clear()
        self._alive()
        try:
            done = self._tick()
            if self._after is not None:
                self._after(done)
        finally:
            self._idle.set()
        return done

    def _tick(self) -> Due | None:
        """Do one tick; what went wrong is logged."""
        if self._stop.is_set():
            return None
        try:
            return self._due()
        except Stopped:
            log.info("stopped in the middle of a pass; the next start goes on")
        except Busy as error:
            log.info("waiting", reason=str(error))
        except TmwatchError as error:
            log.error("nothing could be done this time", reason=str(error))
        return None

    def _due(self) -> Due:
        """Open the edges and do what is due; an instance that does not lead only sends."""
        with ExitStack() as stack:
            ctx = stack.enter_context(self._opening(self._progress))
            edges = stack.enter_context(open_edges(self._settings, self._clock, self._sleep, ctx.engine))
            self._leading = self.leads()
            done = do_due(ctx, edges) if self._leading else Due(None, 0, deliver(ctx, edges.channels))
        if done.passed is not None:
            told = done.passed
            log.info("pass", checked=told.checked, watched=told.watched, failed=len(told.failed))
            for line in told.notices:
                log.warning("orders", notice=line)
        if done.queued or done.delivered.sent or done.delivered.errors:
            log.info("mail", queued=done.queued, sent=done.delivered.sent, put_off=done.delivered.deferred)
        return done

    def _progress(self, message: str, done: int, total: int) -> None:
        """Stop between two steps when told to, or when the lead was lost."""
        self._alive()
        if self._stop.is_set():
            raise Stopped
        if self._lease is not None and self._leading:
            self._lease.check()

    def _sleep(self, seconds: float) -> None:
        """Wait, but not when told to stop. The Office may ask for a quarter of an hour."""
        while True:
            part = min(seconds, float(TICK_SECONDS))
            if self._stop.wait(part):
                raise Stopped
            self._alive()
            seconds -= part
            if seconds <= 0:
                return


def _nothing(message: str, done: int, total: int) -> None:
    """Swallow progress."""


def _shut_down(scheduler: Any) -> None:
    """Stop the scheduler, which a signal may reach before it has begun; a pass under way is not waited for."""
    while not scheduler.running:
        time.sleep(0.05)
    scheduler.shutdown(wait=False)
