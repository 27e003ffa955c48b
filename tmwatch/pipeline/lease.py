"""Holding a lease while work goes on: a thread renews it, and the holder learns at once when it is lost."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from tmwatch.errors import Busy, StoreError
from tmwatch.store import leases

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
        self._token = 0
        self._done = threading.Event()
        self._lost: Busy | None = None
        self._thread: threading.Thread | None = None

    @property
    def held(self) -> bool:
        """Whether the lease is ours as far as is known."""
        return self._token > 0 and self._lost is None

    def acquire(self) -> None:
        """Take the lease and keep it renewed; Busy names the holder."""
        holder = secrets.token_hex(8)
        self._token = leases.acquire_lock(self._engine, self._name, holder, self._clock(), self._seconds)
        self._lost = None
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
            self._token = 0
            return False
        return True

    def check(self) -> None:
        """Raise Busy when the lease was lost: stop at once, send nothing more."""
        if self._lost is not None:
            raise self._lost

    def release(self) -> None:
        """Give the lease back."""
        self._done.set()
        if self._thread is not None:
            self._thread.join()
        if self.held:
            leases.release_lock(self._engine, self._name, self._token)

    def _renew(self) -> None:
        """Renew at a third of the time to live; a database that is busy for a moment is asked again."""
        while not self._done.wait(self._seconds / 3):
            try:
                leases.renew_lock(self._engine, self._name, self._token, self._clock(), self._seconds)
            except Busy as error:
                self._lost = error
                return
            except StoreError:
                continue  # locked or gone for a moment: the lease outlives two missed renewals


@contextmanager
def held(engine: Engine, name: str, clock: Callable[[], datetime], seconds: float | None = None) -> Iterator[Lease]:
    """Hold a lease for the block; Busy when another has it."""
    lease = Lease(engine, name, clock, seconds)
    lease.acquire()
    try:
        yield lease
    finally:
        lease.release()
