"""The ledger of runs, and the lease that keeps two of them apart."""

import os
import socket
import subprocess
import sys
import threading

import pytest
from sqlalchemy import Engine, text

from tests.store.invent import DAY, NOW
from tmwatch.errors import Busy
from tmwatch.store import leases, runs
from tmwatch.store.runs import acquire_lock, release_lock, renew_lock


@pytest.fixture(scope="module")
def dead_pid() -> int:
    """The number of a process that has ended."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def holding(engine: Engine) -> int | None:
    """The token of the lease while somebody has it."""
    with engine.begin() as conn:
        return conn.execute(text("SELECT token FROM leases WHERE name = 'run' AND holder <> ''")).scalar()


def claim_for(engine: Engine, table: str, pid: int, host: str = "") -> None:
    """Make it look as if another process had written the row."""
    with engine.begin() as conn:
        values = {"pid": pid, "host": host or socket.gethostname()}
        conn.execute(text(f"UPDATE {table} SET pid = :pid, host = :host"), values)


def test_a_run_is_open_until_it_is_finished_with_its_figures(engine: Engine) -> None:
    failed = [{"source": "tsdr", "serial_number": "97000001", "file": None, "error": "no answer"}]
    with engine.begin() as conn:
        run = runs.start_run(conn, "run", NOW)
        (started,) = runs.list_runs(conn)
        assert (started.id, started.state, started.pid, started.finished_at) == (run, "running", os.getpid(), None)
        runs.finish_run(
            conn,
            run,
            NOW + DAY,
            state="incomplete",
            watched=12,
            checked=11,
            failed=failed,
            counts={"changes": 3},
            exit_code=3,
        )
        (found,) = runs.list_runs(conn)
    assert (found.state, found.watched, found.checked, found.exit_code) == ("incomplete", 12, 11, 3)
    assert (found.failed, found.sources, found.counts) == (tuple(failed), (), {"changes": 3})
    assert (found.started_at, found.finished_at, found.host) == (NOW, NOW + DAY, socket.gethostname())


def test_a_run_id_names_its_start_and_is_unique(engine: Engine) -> None:
    with engine.begin() as conn:
        found = {runs.start_run(conn, "run", NOW) for _ in range(5)}
    assert len(found) == 5
    assert all(one.startswith("20261120T130000Z-") for one in found)


def test_runs_are_listed_newest_first(engine: Engine) -> None:
    with engine.begin() as conn:
        ids = [runs.start_run(conn, "run", NOW + n * DAY) for n in range(3)]
        assert [run.id for run in runs.list_runs(conn, 2)] == ids[:0:-1]
        assert runs.last_run(conn, "run") is None
        runs.finish_run(conn, ids[0], NOW)
        last = runs.last_run(conn, "run")
        assert last is not None
        assert last.id == ids[0]
        assert runs.last_run(conn, "ingest") is None
        runs.finish_run(conn, ids[2], NOW + 2 * DAY)
        newest, earlier = runs.last_run(conn, "run"), runs.last_run(conn, "run", now=NOW)
        assert newest is not None
        assert earlier is not None
        assert (newest.id, earlier.id) == (ids[2], ids[0])  # two days ahead: a clock was wrong


def test_a_run_whose_process_died_is_marked_dead_by_the_next_one(engine: Engine, dead_pid: int) -> None:
    with engine.begin() as conn:
        lost = runs.start_run(conn, "run", NOW)
    claim_for(engine, "runs", dead_pid)
    with engine.begin() as conn:
        runs.start_run(conn, "run", NOW + DAY)
        states = {run.id: (run.state, run.finished_at) for run in runs.list_runs(conn)}
    assert states.pop(lost) == ("dead", NOW + DAY)
    assert list(states.values()) == [("running", None)]


def test_a_run_that_lives_or_is_on_another_host_is_left_alone(engine: Engine, dead_pid: int) -> None:
    with engine.begin() as conn:
        runs.start_run(conn, "run", NOW)
        assert runs.mark_dead_runs(conn, NOW) == ()
    claim_for(engine, "runs", dead_pid, "elsewhere.example")
    with engine.begin() as conn:
        assert runs.mark_dead_runs(conn, NOW) == ()


def test_a_second_run_is_told_who_holds_the_lock_since_when(engine: Engine) -> None:
    acquire_lock(engine, "run", "first", NOW, 60)
    with pytest.raises(
        Busy, match=r"^another run is active: pid \d+ on \S+ since 2026-11-20 13:00:00 UTC; wait"
    ) as busy:
        acquire_lock(engine, "run", "second", NOW + DAY / 10_000, 60)
    assert f"pid {os.getpid()} on {socket.gethostname()}" in str(busy.value)
    assert busy.value.exit_code == 75


def test_another_lock_is_free(engine: Engine) -> None:
    acquire_lock(engine, "run", "first", NOW, 60)
    assert acquire_lock(engine, "fetch", "second", NOW, 60) == 1


def test_a_released_lock_is_free_and_its_token_grows(engine: Engine) -> None:
    first = acquire_lock(engine, "run", "first", NOW, 60)
    release_lock(engine, "run", first)
    assert acquire_lock(engine, "run", "second", NOW, 60) == first + 1


def test_a_lock_whose_time_is_over_is_free(engine: Engine) -> None:
    first = acquire_lock(engine, "run", "first", NOW, 60)
    assert acquire_lock(engine, "run", "second", NOW + DAY, 60) == first + 1


def test_a_dead_process_on_this_host_frees_its_lock_at_once(engine: Engine, dead_pid: int) -> None:
    acquire_lock(engine, "run", "first", NOW, 3600)
    claim_for(engine, "leases", dead_pid)
    assert acquire_lock(engine, "run", "second", NOW, 60) == 2


def test_a_process_on_another_host_keeps_its_lock_until_its_time_is_over(engine: Engine, dead_pid: int) -> None:
    acquire_lock(engine, "run", "first", NOW, 3600)
    claim_for(engine, "leases", dead_pid, "elsewhere.example")
    with pytest.raises(Busy, match=r"on elsewhere\.example"):
        acquire_lock(engine, "run", "second", NOW, 60)


def test_renewing_keeps_the_lock(engine: Engine) -> None:
    token = acquire_lock(engine, "run", "first", NOW, 60)
    renew_lock(engine, "run", token, NOW + DAY, 60)
    assert holding(engine) == token
    with pytest.raises(Busy):
        acquire_lock(engine, "run", "second", NOW + DAY, 60)


def test_a_late_holder_learns_that_the_lock_is_anothers(engine: Engine) -> None:
    late = acquire_lock(engine, "run", "late", NOW, 60)
    quick = acquire_lock(engine, "run", "quick", NOW + DAY, 60)
    with pytest.raises(Busy, match="paused for too long and was taken over: another run is active"):
        renew_lock(engine, "run", late, NOW + DAY, 60)
    release_lock(engine, "run", late)
    assert holding(engine) == quick != late


def test_a_lock_that_was_given_back_cannot_be_renewed(engine: Engine) -> None:
    token = acquire_lock(engine, "run", "first", NOW, 60)
    release_lock(engine, "run", token)
    with pytest.raises(Busy, match="lost its lease"):
        renew_lock(engine, "run", token, NOW, 60)


def test_of_many_takers_at_once_one_gets_the_lock(engine: Engine) -> None:
    won: list[int] = []
    lost: list[Busy] = []

    def take(holder: str) -> None:
        try:
            won.append(acquire_lock(engine, "run", holder, NOW, 60))
        except Busy as busy:
            lost.append(busy)

    threads = [threading.Thread(target=take, args=(f"taker-{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (won, len(lost)) == ([1], 5)


def test_this_process_lives_and_an_ended_one_does_not(dead_pid: int) -> None:
    assert leases.process_lives(os.getpid())
    assert leases.process_lives(1)
    assert not leases.process_lives(dead_pid)


def test_a_dead_process_nobody_has_noticed_yet_counts_as_dead() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdout.close()"], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.read()
    if sys.platform == "linux":
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert not leases.process_lives(child.pid)
    child.stdout.close()
    child.wait()
