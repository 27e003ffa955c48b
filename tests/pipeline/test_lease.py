"""A lease with real sessions and processes: a dead holder is replaced at once, a stopped or cut-off one is harmless."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text

from tmwatch.errors import Busy, StoreError
from tmwatch.pipeline.lease import Lease, held
from tmwatch.store import leases, open_engine, runs
from tmwatch.store.engine import reading

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SESSION = (
    "SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
    "WHERE l.locktype = 'advisory' AND l.granted AND d.datname = current_database()"
)
HOLD = """
import sys
from datetime import UTC, datetime
from tmwatch.pipeline.lease import held
from tmwatch.store import open_engine
with held(open_engine(sys.argv[1]), "leader", lambda: datetime.now(UTC), float(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.readline()
print("given back", flush=True)
"""


class Clock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        """Begin at noon."""
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def clock() -> datetime:
    """The real time."""
    return datetime.now(UTC)


@contextmanager
def holder(url: str, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the lead."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, url, str(seconds)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def elsewhere(engine: Engine) -> None:
    """Let the holder look as if it ran on another machine, where nobody sees whether it lives."""
    with engine.begin() as conn:
        conn.execute(text("UPDATE leases SET host = 'another-host'"))


def until(true: Callable[[], bool], seconds: float = 10.0) -> float:
    """Wait for something and return how long it took."""
    begin = time.monotonic()
    while not true():
        assert time.monotonic() - begin < seconds, "it did not come"
    return time.monotonic() - begin


def sessions(engine: Engine) -> list[int]:
    """Return the sessions that hold an advisory lock."""
    with reading(engine) as conn:
        return list(conn.scalars(text(SESSION)))


def cut(url: str, pid: int) -> None:
    """End a session as an administrator does."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    admin.dispose()


@pytest.fixture
def server(postgres_url: str) -> Iterator[Engine]:
    """An engine on a fresh PostgreSQL database."""
    engine = open_engine(postgres_url)
    yield engine
    engine.dispose()


def test_a_killed_leader_of_another_machine_is_replaced_within_two_seconds(postgres_url: str, server: Engine) -> None:
    follower = Lease(server, "leader", clock, 600)
    with holder(postgres_url, 600) as leader:
        elsewhere(server)
        assert not follower.try_acquire()
        leader.kill()
        assert until(follower.try_acquire) < 2.0
    follower.release()


def test_a_living_leader_keeps_the_lead_whatever_another_clock_says(postgres_url: str, server: Engine) -> None:
    fast = Lease(server, "leader", lambda: clock() + timedelta(days=1), 600)
    with holder(postgres_url, 600):
        elsewhere(server)
        assert not fast.try_acquire()
        fast.release()


def test_a_stopped_leader_is_replaced_behind_its_lease_and_its_end_frees_nothing(
    postgres_url: str, server: Engine
) -> None:
    follower, third = Lease(server, "leader", clock, 3.0), Lease(server, "leader", clock, 3.0)
    with holder(postgres_url, 1.5) as leader:
        elsewhere(server)
        leader.send_signal(signal.SIGSTOP)
        assert until(follower.try_acquire) > 0.3
        leader.kill()
        leader.communicate()
        assert not third.try_acquire()
        until(lambda: len(sessions(server)) == 1)  # the one that leads takes the lock that became free
        assert not third.try_acquire()
    follower.release()
    assert third.try_acquire()
    third.release()
    assert sessions(server) == []


def test_a_leader_whose_session_is_cut_leads_on_with_a_new_one(postgres_url: str, server: Engine) -> None:
    lease = Lease(server, "leader", clock, 0.9)
    lease.acquire()
    (first,) = sessions(server)
    cut(postgres_url, first)
    until(lambda: sessions(server) not in ([], [first]))
    lease.check()
    assert lease.held
    lease.release()
    assert sessions(server) == []


def test_a_cut_off_leader_loses_the_lead_at_once_to_one_that_waits_and_learns_it(
    postgres_url: str, server: Engine
) -> None:
    old, new = Lease(server, "leader", clock, 600), Lease(server, "leader", clock, 600)
    old.acquire()
    cut(postgres_url, sessions(server)[0])
    until(new.try_acquire)
    with pytest.raises(Busy, match="taken over"), old.fenced().begin() as conn:
        runs.start_run(conn, "run", NOW)
    with reading(server) as conn:
        assert runs.list_runs(conn) == ()
    with new.fenced().begin() as conn:
        runs.start_run(conn, "run", NOW)
    old.release()
    assert new.held
    with reading(server) as conn:
        assert len(runs.list_runs(conn)) == 1
    new.release()


def test_a_holder_that_was_stopped_past_its_lease_asks_before_it_goes_on(engine: Engine) -> None:
    watch = Clock()
    lease = Lease(engine, "run", watch, 60)
    lease.acquire()
    lease.check()
    with engine.begin() as conn:  # another took it, on another machine
        conn.execute(text("UPDATE leases SET token = token + 1, holder = 'another', host = 'another-host'"))
    lease.check()  # nothing says so yet
    watch.now += timedelta(seconds=61)
    with pytest.raises(Busy, match="paused for too long"):
        lease.check()
    assert not lease.held
    lease.release()
    with reading(engine) as conn:
        assert conn.execute(text("SELECT holder FROM leases")).scalar() == "another"


def test_what_a_late_holder_writes_is_rolled_back_and_what_it_sent_is_noted(engine: Engine) -> None:
    with held(engine, "run", lambda: NOW) as lease:
        fenced = lease.fenced()
        with fenced.begin() as conn:
            runs.start_run(conn, "run", NOW)
        with engine.begin() as conn:
            conn.execute(text("UPDATE leases SET token = token + 1"))
        with pytest.raises(Busy), fenced.begin() as conn:
            runs.start_run(conn, "run", NOW)
        with leases.unfenced(fenced).begin() as conn:
            runs.start_run(conn, "sent", NOW)
        with reading(fenced) as conn:
            assert sorted(run.kind for run in runs.list_runs(conn)) == ["run", "sent"]


def test_nobody_takes_over_between_the_last_check_and_the_end_of_a_session(server: Engine) -> None:
    seen: list[str] = []

    def rival(_conn: Connection) -> None:
        with server.connect() as other:
            other.execute(text("SET LOCAL lock_timeout = '50ms'"))
            with pytest.raises(StoreError):
                other.execute(text("UPDATE leases SET token = token + 1"))
        seen.append("refused")

    with held(server, "run", clock) as lease:
        fenced = lease.fenced()
        event.listen(fenced, "commit", rival)  # behind the check
        with fenced.begin() as conn:
            runs.start_run(conn, "run", NOW)
    assert seen == ["refused"]


def test_what_a_stopped_holder_had_locked_is_free_again_soon(server: Engine) -> None:
    def stopped(fenced: Engine) -> None:
        with fenced.begin() as conn:
            runs.start_run(conn, "run", NOW)
            with reading(server) as other:
                other.execute(text("SELECT pg_sleep(0.6)"))
            runs.start_run(conn, "run", NOW)

    with held(server, "run", clock) as lease:
        with pytest.raises(StoreError, match="does not answer"):
            stopped(leases.fenced(server, "run", lease._token, idle=0.2))
        stopped(lease.fenced())
        with reading(server) as conn:
            assert len(runs.list_runs(conn)) == 2


def test_two_names_are_two_locks_and_a_lease_can_be_taken_again(server: Engine) -> None:
    one, other = Lease(server, "leader", clock), Lease(server, "run", clock)
    one.acquire()
    other.acquire()
    assert len(sessions(server)) == 2
    one.release()
    assert one.try_acquire()
    one.release()
    other.release()
    assert sessions(server) == []


def test_a_holder_that_knows_no_advisory_lock_is_respected_until_its_lease_ends(server: Engine) -> None:
    token = leases.acquire_lock(server, "leader", "older program", clock(), 600)
    elsewhere(server)
    follower = Lease(server, "leader", clock)
    assert not follower.try_acquire()
    assert sessions(server) == []
    leases.release_lock(server, "leader", token)
    assert follower.try_acquire()
    follower.release()
