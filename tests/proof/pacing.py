"""Proof 4: four processes on one key. `python -m tests.proof.pacing` is one of them: it asks as fast as it may, on a
clock that runs faster than the world's."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.proof.verdict import Verdict
from tests.proof.world import World
from tmwatch.sources.http import REQUESTS, PoliteClient
from tmwatch.store import open_engine
from tmwatch.store.pace import SharedPace

ROOT = Path(__file__).resolve().parents[2]
RATE = 55.0  # requests a minute, the program's default


def ask(database_url: str, url: str, name: str, speed: float, minutes: float) -> None:
    """Say "ready" when everything is loaded, hear the start, and ask until the scaled time is over."""
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
        print("ready", flush=True)
        start = float(sys.stdin.readline())
        time.sleep(max(0.0, start - time.time()))
        while clock() < start + minutes * 60:
            client.get(f"{url}/{name}", accept="text/plain", headers={}, max_bytes=1000)
    engine.dispose()


def prove(world: World, *, minutes: float, speed: float, processes: int = 4) -> Verdict:
    """Let the processes ask side by side and look at what arrived when."""
    arrivals: list[tuple[float, str]] = []
    world.office.after = lambda number, path: arrivals.append((time.time(), path))
    words = [sys.executable, "-m", "tests.proof.pacing", world.database_url, world.office.url]
    running = [
        subprocess.Popen(
            [*words, f"p{n}", str(speed), str(minutes)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(processes)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    start = time.time() + 0.1
    for one in running:
        assert one.stdin is not None
        one.stdin.write(f"{start}\n")
        one.stdin.flush()
    codes = [one.wait(timeout=minutes * 60 / speed + 120) for one in running]
    for one in running:
        one.communicate()
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


if __name__ == "__main__":
    _database, _url, _name, _speed, _minutes = sys.argv[1:]
    ask(_database, _url, _name, float(_speed), float(_minutes))
