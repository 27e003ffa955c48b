"""A daemon that loses what it holds stops before it writes or sends anything more; another one does the work once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from tests.proof.world import MORNING, World, world
from tmwatch.cli.opening import open_context
from tmwatch.daemon import LEAD, Daemon
from tmwatch.pipeline.lease import Lease
from tmwatch.pipeline.run import LOCK
from tmwatch.store import open_engine

BATCHES = 3


class Clock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        """Begin in the morning."""
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


def daemon_of(one: World, clock: Clock, alive: Callable[[], object] = lambda: None) -> Daemon:
    """A daemon on a world; it really waits between two requests, so they may follow each other fast."""
    one.environ |= {"TMWATCH_TSDR_REQUESTS_PER_MINUTE": "600", "TMWATCH_TSDR_NIGHT_REQUESTS_PER_MINUTE": "600"}
    opening = partial(open_context, one.settings, clock)
    return Daemon(one.settings, clock, lambda progress: opening(progress=progress), alive=alive)


def take_over(url: str, name: str) -> None:
    """Be another instance on another machine that takes a lease."""
    engine = create_engine(url)
    with engine.begin() as conn:
        taken = "token = token + 1, holder = 'another', host = 'elsewhere', expires_at = '2036-01-01 00:00:00.000000'"
        conn.execute(text(f"UPDATE leases SET {taken} WHERE name = :name"), {"name": name})
    engine.dispose()


def count(one: World, table: str) -> int:
    """Return how many rows a table has."""
    return int(str(one.query(f"SELECT count(*) FROM {table}")[0][0]))


def at_request(one: World, number: int, url: str, name: str) -> None:
    """Let a lease be taken over while TSDR answers the n-th request."""

    def script(n: int, path: str) -> None:
        if n == number:
            take_over(url, name)

    one.office.script = script


@pytest.mark.parametrize("number", [1, 2])
def test_what_a_pass_reads_after_its_lease_was_taken_is_not_written(
    database_url: str, tmp_path: Path, number: int
) -> None:
    with world(tmp_path, database_url, marks=20 * BATCHES, clients=2) as one:
        one.prepare()
        at_request(one, number, database_url, LOCK)
        assert daemon_of(one, Clock()).tick() is None
        assert count(one, "case_files") == 20 * (number - 1)
        assert (one.office.calls, count(one, "messages"), one.post.arrived) == (number, 0, [])


def test_a_daemon_that_was_stopped_past_its_lead_ends_its_pass(database_url: str, tmp_path: Path) -> None:
    with world(tmp_path, database_url, marks=20 * BATCHES, clients=2) as one:
        one.prepare()
        clock = Clock()
        daemon = daemon_of(one, clock)
        engine = open_engine(database_url)
        daemon._lease = Lease(engine, LEAD, clock)
        assert daemon.leads()

        def script(n: int, path: str) -> None:
            if n == 2:
                take_over(database_url, LEAD)
                clock.now += timedelta(minutes=2)  # it was stopped meanwhile

        one.office.script = script
        assert daemon.tick() is None
        assert (one.office.calls, count(one, "messages"), one.post.arrived) == (2, 0, [])
        one.office.script = lambda n, path: None
        follower = daemon.tick()
        assert follower is not None
        assert (follower.passed, follower.queued) == (None, 0)
        assert one.office.calls == 2
        daemon._lease.release()
        engine.dispose()


def test_a_message_that_went_out_is_noted_although_the_lease_is_lost(database_url: str, tmp_path: Path) -> None:
    with world(tmp_path, database_url, marks=4, clients=2) as one:
        one.prepare()

        def script(phase: str, recipient: str) -> str | None:
            if phase == "dot" and len(one.post.arrived) == 0:
                take_over(database_url, LOCK)
            return None

        one.post.script = script
        with pytest.raises(Exception, match="taken over"):
            one.run(MORNING)
        states = sorted(str(state) for (state,) in one.query("SELECT state FROM deliveries"))
        assert (states, len(one.post.arrived)) == (["queued", "sent"], 1)
        _free(open_engine(database_url))
        one.run(MORNING + timedelta(hours=1))
        assert len({mail.message_id for mail in one.post.arrived}) == len(one.post.arrived) == 2


def _free(engine: Engine) -> None:
    """Let the other instance be gone."""
    with engine.begin() as conn:
        conn.execute(text("UPDATE leases SET holder = ''"))
    engine.dispose()


class Patient(threading.Event):
    """A stop that nobody asks for; notes how long it was waited for and does not wait."""

    def __init__(self) -> None:
        """Nobody waited yet."""
        super().__init__()
        self.waits: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        return False


def test_a_watchdog_hears_of_every_step_and_every_minute_of_a_long_wait(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=20 * BATCHES, clients=2) as one:
        one.prepare()
        signs: list[int] = []
        daemon = daemon_of(one, Clock(), lambda: signs.append(one.office.calls))
        assert daemon.tick() is not None
        assert {0, 1, 2, 3} <= set(signs)
        signs.clear()
        daemon._stop = patient = Patient()
        daemon._sleep(900.5)  # as long as a 429 may ask for
        assert (sum(patient.waits), max(patient.waits), len(signs)) == (900.5, 60.0, 16)
        daemon._sleep(0)
        assert patient.waits[-1] == 0.0
