"""Who builds the parts: processes of this machine, or the workers of a Dask cluster. The same code serves both.

A worker that dies loses the file it was reading; that file is given out again, three times in all.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Protocol

from tmwatch.errors import UsageError, WorldError
from tmwatch.register.part import Built, Job, build_part
from tmwatch.text import N_, say

ATTEMPTS = 3
TICK = 0.5  # seconds between two looks at the progress of the workers
DIED = N_(
    "{name}: the worker that read it died {times} times (out of memory?); run the same command again with --jobs 1"
)


class Workers(Protocol):
    """Opens an executor; opened again when its workers died."""

    def __call__(self) -> Executor:
        """Return a fresh executor."""


def processes(count: int) -> Workers:
    """Return what opens a pool of processes on this machine; they are spawned, so nothing open is shared."""

    def start() -> Executor:
        return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), max_tasks_per_child=8)

    return start


@contextmanager
def cluster(address: str, patience: str = "10s") -> Iterator[Workers]:
    """Give what sends jobs to the Dask cluster at `address` ("tcp://scheduler:8786"), asked for so long."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(say("a cluster needs Dask: pip install 'tmwatch[cluster]'")) from error
    try:
        connect: Any = Client  # Dask types only half of its client
        client = connect(address, timeout=patience, set_as_default=False)
    except (OSError, ValueError) as error:
        raise WorldError(say("no Dask scheduler answers at {address}; is it running?", address=address)) from error
    try:
        yield lambda: client.get_executor(pure=False, retries=ATTEMPTS - 1)
    finally:
        client.close()


def build_all(jobs: Sequence[Job], workers: Workers, tick: Callable[[], None]) -> Iterator[Built]:
    """Yield what became of each job as it is done; `tick` is called while waiting.

    Files whose worker died are given out again one at a time, before all others, so that only the cause is counted;
    their death is told as a problem of the file after ATTEMPTS.
    """
    left = {job.source: job for job in jobs}
    tried: dict[str, int] = dict.fromkeys(left, 0)
    while left:
        suspects = [source for source in left if tried[source]]
        for source in suspects:
            if tried[source] >= ATTEMPTS:
                job = left.pop(source)
                yield Built(job, problem=say(DIED, name=job.name, times=ATTEMPTS))
        batch = [source for source in suspects if source in left][:1] or list(left)
        if not batch:
            return
        executor = workers()
        try:
            for built in _round(executor, [left[source] for source in batch], tried, tick):
                del left[built.job.source]
                yield built
        finally:
            executor.shutdown(wait=False)


def _round(executor: Executor, jobs: Sequence[Job], tried: dict[str, int], tick: Callable[[], None]) -> Iterator[Built]:
    """Give out jobs and yield what is done; end early when a worker died, with one more try noted for what it read."""
    waiting = {executor.submit(build_part, job): job for job in jobs}
    try:
        yield from _results(waiting, tried, tick)
    finally:
        for future in waiting:
            future.cancel()


def _results(waiting: dict[Future[Built], Job], tried: dict[str, int], tick: Callable[[], None]) -> Iterator[Built]:
    """Wait for what was given out and yield it; see _round."""
    begun: set[str] = set()
    while waiting:
        begun |= {job.source for future, job in waiting.items() if future.running()}
        done, _ = wait(waiting, timeout=TICK, return_when=FIRST_COMPLETED)
        tick()
        results = [(waiting[future], _result(future)) for future in done]
        for job, built in results:
            if built is not None:
                begun.discard(job.source)
                yield built
        dead = [job.source for job, built in results if built is None]
        if dead:
            for source in begun or dead:
                tried[source] += 1
            return
        for future in done:
            del waiting[future]


def _result(future: Future[Built]) -> Built | None:
    """Return what a job gave; None when its worker died."""
    try:
        return future.result()
    except (BrokenProcessPool, CancelledError):
        return None
    except Exception as error:
        if type(error).__name__ in ("KilledWorker", "CommClosedError", "FutureCancelledError"):
            return None  # Dask's own errors, which are imported only with a cluster
        raise
