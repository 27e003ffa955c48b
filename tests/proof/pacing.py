"""Proof 4: four processes on one key. `python -m tests.proof.pacing` forks them, with everything imported: each opens
the database for itself and asks as fast as it may, on a clock that runs faster than the world's."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.proof.verdict import Verdict
from tests.proof.world import World
from tmwatch.sources.http import REQUESTS, PoliteClient
from tmwatch.store import open_engine
from tmwatch.store.pace import SharedPace

ROOT = Path(__file__).resolve().parents[2]
RATE = 55.0  # requests a minute, the program's default


def ask(database_url: str, url: str, name: str, speed: float, minutes: float, started: int) -> None:
    """Say "ready" when everything is open, read the start from a pipe, and ask until the scaled time is over."""
    start = time.time()

    def clock() -> float:
        return start + (time.time() - start) * speed

    def rate(kind: str) -> float:
        return RATE if kind == REQUESTS else 1e9

    engine = open_engine(database_url)
    pace = SharedPace(engine, hashlib.sha256(b"one key").hexdigest(), clock, rate)
    client = PoliteClient(
        timeout=6000,
        proxy=None,
        ca_file=None,
        pace=pace,
        clock=clock,
        sleep=lambda seconds: time.sleep(seconds / speed),
    )
    with client:
        pace.wait_time("warming up")
        client._client.get(f"{url}/warming-up")
        os.write(sys.stdout.fileno(), b"ready\n")
        start = float(os.read(started, 100))
        time.sleep(max(0.0, start - time.time()))
        while clock() < start + minutes * 60:
            client.get(f"{url}/{name}", accept="text/plain", headers={}, max_bytes=1000)
    engine.dispose()


def prove(world: World, *, minutes: float, speed: float, processes: int = 4) -> Verdict:
    """Let the processes ask side by side and look at what arrived when."""
    arrivals: list[tuple[float, str]] = []
    world.office.after = lambda number, path: arrivals.append((time.time(), path))
    with _forked(world, processes, speed, minutes) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        assert [parent.stdout.readline() for _ in range(processes)] == ["ready\n"] * processes
        start = time.time() + 0.1
        told, _ = parent.communicate(f"{start}\n", timeout=minutes * 60 / speed + 120)
    codes = [int(code) for code in told.split()]
    assert len(codes) == processes
    end = start + minutes * 60 / speed
    times = sorted((at - start) * speed for at, _ in arrivals if start <= at <= end)
    shares = Counter(path for at, path in arrivals if start <= at <= end)
    densest = max(sum(1 for other in times[n:] if other < at + 60) for n, at in enumerate(times))
    used = len(times) / (minutes * RATE)
    fairness = min(shares.values()) / max(shares.values()) if len(shares) == processes else 0.0
    broken = [f"a process ended with {code}" for code in codes if code]
    broken += [f"{densest} arrivals in 60 s"] if densest > 60 else []
    broken += [f"{100 * used:.0f} % of the pace used"] if used < 0.95 else []
    broken += [f"slowest has {100 * fairness:.0f} % of the fastest"] if fairness < 0.8 else []
    figures = {
        "minutes": minutes,
        "speed": speed,
        "arrivals": len(times),
        "most in 60 s": densest,
        "pace used": f"{100 * used:.1f} %",
        "slowest to fastest": f"{100 * fairness:.0f} %",
    }
    return Verdict(4, f"{processes} processes on one key", not broken, figures, broken)


@contextlib.contextmanager
def _forked(world: World, processes: int, speed: float, minutes: float) -> Iterator[subprocess.Popen[str]]:
    """Start the parent of the processes; none outlives the block."""
    words = [sys.executable, "-m", "tests.proof.pacing", world.database_url, world.office.url]
    words += [str(processes), str(speed), str(minutes)]
    parent = subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0
    )
    try:
        yield parent
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(parent.pid, signal.SIGKILL)
        parent.communicate()


def fork(database_url: str, url: str, name: str, speed: float, minutes: float) -> tuple[int, int]:
    """Let a child ask; return its number and the end of a pipe it waits at for the start."""
    reads, writes = os.pipe()
    pid = os.fork()
    if pid:
        os.close(reads)
        return pid, writes
    try:
        ask(database_url, url, name, speed, minutes, reads)
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def main(database_url: str, url: str, processes: int, speed: float, minutes: float) -> None:
    """Fork the processes, pass the start on to all of them, and tell how each ended."""
    children = [fork(database_url, url, f"p{n}", speed, minutes) for n in range(processes)]
    start = sys.stdin.readline().encode()
    for _, pipe in children:
        os.write(pipe, start)
    print(*(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid, _ in children))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
