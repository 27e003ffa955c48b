"""Holding a lease while work goes on: a thread renews it, and the holder learns at once when it is lost.

On PostgreSQL the holder has an advisory lock besides: when its process dies, another takes over at once. The lease and
its token guard against a holder that was stopped, or whose connection was cut, and that goes on later.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tmwatch.errors import Busy, StoreError
from tmwatch.store import leases
from tmwatch.store.anchors import Anchor

if TYPE_CHECKING:
    from sqlalchemy import Engine

SECONDS = {
    "postgresql": 10.0,
    "sqlite": 60.0,
}  # on one machine a dead holder is seen at once


class Lease:
    """One lease that is ours until `lost` is set."""

    def __init__(self, engine: Engine, name: str, clock: Callable[[], datetime], seconds: float | None = None) -> None:
        """Nothing is taken yet."""
        self._engine, self._name, self._clock = engine, name, clock
        self._seconds = seconds or SECONDS[engine.dialect.name]
        self._anchor = Anchor(engine, name)
        self._holder, self._token = "", 0
        self._sure_until = datetime.max.replace(tzinfo=UTC)  # by our own clock, which may have been stopped
        self._done = threading.Event()
        self._lost: Busy | None = None
        self._one = threading.RLock()  # the thread that works and the one that renews share a session
        self._thread: threading.Thread | None = None

    @property
    def held(self) -> bool:
        """Whether the lease is ours as far as is known."""
        return self._token > 0 and self._lost is None

    def acquire(self) -> None:
        """Take the lease and keep it renewed; Busy names the holder."""
        self._stop()
        with self._one:
            self._holder, start = secrets.token_hex(8), self._clock()
            try:
                anchored = self._anchor.take()
                now = self._anchor.now() or start
                self._token = leases.acquire_lock(
                    self._engine, self._name, self._holder, now, self._seconds, anchored=anchored
                )
            except Busy:
                self._token = 0
                self._anchor.let_go()
                raise
            self._lost, self._sure_until = None, start + timedelta(seconds=self._seconds)
        self._done.clear()
        self._thread = threading.Thread(target=self._renew, name=f"lease {self._name}", daemon=True)
        self._thread.start()

    def try_acquire(self) -> bool:
        """Take the lease when it is free; whether it is ours now."""
        if self.held:
            return True
        try:
            self.acquire()
        except Busy:
            return False
        return True

    def check(self) -> None:
        """Raise Busy when the lease was lost: stop at once, write and send nothing more. A holder that was stopped for
        longer than the lease lives asks the database first; StoreError when that does not answer."""
        if self._lost is None and self._token and self._clock() >= self._sure_until:
            self._renew_once()
        if self._lost is not None:
            raise self._lost

    def fenced(self) -> Engine:
        """Return the engine whose write sessions commit only while the lease is ours."""
        return leases.fenced(self._engine, self._name, self._token)

    def release(self) -> None:
        """Give the lease back."""
        self._stop()
        with self._one:
            try:
                if self.held:
                    leases.release_lock(self._engine, self._name, self._token)
            finally:
                self._token = 0
                self._anchor.close()

    def _stop(self) -> None:
        """End the thread that renews."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _renew(self) -> None:
        """Renew at a third of the time to live; a database that is busy for a moment is asked again."""
        while self.held and not self._done.wait(self._seconds / 3):
            try:
                self._renew_once()
            except StoreError:
                continue  # locked or gone for a moment: the lease outlives two missed renewals

    def _renew_once(self) -> None:
        """Extend the lease, with a new session for the advisory lock where the last one was cut."""
        with self._one:
            if not self.held:
                return
            start = self._clock()
            try:
                now = self._anchor.now()
            except StoreError:  # the session was ended; the lease is ours all the same unless another has it by now
                now = self._anchor.now()
            anchored = self._anchor.take()
            holder = leases.anchored_name(self._holder, anchored)
            try:
                leases.renew_lock(self._engine, self._name, self._token, now or start, self._seconds, holder)
            except Busy as error:
                self._lost = error
                self._anchor.close()
                return
            self._sure_until = start + timedelta(seconds=self._seconds)


@contextmanager
def held(engine: Engine, name: str, clock: Callable[[], datetime], seconds: float | None = None) -> Iterator[Lease]:
    """Hold a lease for the block; Busy when another has it."""
    lease = Lease(engine, name, clock, seconds)
    try:
        lease.acquire()
        yield lease
    finally:
        lease.release()
