"""The daemon: asks every minute what is due and does it. It decides nothing: `pipeline.due` reads the truth from the
database, so a missed, late or doubled tick changes nothing."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from types import FrameType

import structlog

from tmwatch.errors import Busy, TmwatchError
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.due import Due, do_due
from tmwatch.pipeline.edges import open_edges
from tmwatch.settings import Settings

TICK_SECONDS = 60
Opening = Callable[[Callable[[str, int, int], None]], AbstractContextManager[Context]]
log = structlog.get_logger()


class Stopped(BaseException):
    """Raised inside a pass when the daemon was told to stop: the record at hand is finished, nothing more is begun."""


class Daemon:
    """One process of `tmwatch schedule`."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], opening: Opening) -> None:
        """`opening(progress)` gives the context of one tick; `clock` is read anew for each."""
        self._settings, self._clock, self._opening = settings, clock, opening
        self._stop = threading.Event()

    def run(self) -> None:
        """Tick until SIGTERM or Ctrl-C."""
        from apscheduler.schedulers.blocking import BlockingScheduler

        scheduler = BlockingScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        scheduler.add_job(self.tick, "interval", seconds=TICK_SECONDS, next_run_time=self._clock())

        def stop(number: int, frame: FrameType | None) -> None:
            self._stop.set()
            threading.Thread(target=scheduler.shutdown, kwargs={"wait": True}, daemon=True).start()

        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, stop)
        scheduler.start()

    def tick(self) -> Due | None:
        """Do what is due now. What the world did wrong is logged and tried again at the next tick."""
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
        """Open the edges and do what is due."""
        with ExitStack() as stack:
            ctx = stack.enter_context(self._opening(self._progress))
            edges = stack.enter_context(open_edges(self._settings, self._clock, self._sleep, ctx.engine))
            done = do_due(ctx, edges)
        if done.passed is not None:
            told = done.passed
            log.info("pass", checked=told.checked, watched=told.watched, failed=len(told.failed))
        if done.queued or done.delivered.sent or done.delivered.errors:
            log.info("mail", queued=done.queued, sent=done.delivered.sent, put_off=done.delivered.deferred)
        return done

    def _progress(self, message: str, done: int, total: int) -> None:
        """Stop between two steps when told to."""
        if self._stop.is_set():
            raise Stopped

    def _sleep(self, seconds: float) -> None:
        """Wait, but not when told to stop."""
        if self._stop.wait(seconds):
            raise Stopped
