"""Proof 6: several programs at one database. On SQLite a daemon, a second daemon and cron lines; on PostgreSQL four
instances whose leader is killed again and again, stopped once, and whose connections are cut at random."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.proof.verdict import Log, Verdict
from tests.proof.world import MORNING, World

ROOT = Path(__file__).resolve().parents[2]
DAY_SECONDS = 86_400.0


@dataclass
class Crowd:
    """The processes at work on one world, and the clock they share."""

    world: World
    ahead: Path
    errors: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def jump(self, seconds: float) -> None:
        """Move the clock of all of them forward."""
        new = float(self.ahead.read_text()) + seconds
        part = self.ahead.with_suffix(".part")
        part.write_text(str(new))
        part.rename(self.ahead)

    def start(self, what: str, tick: float = 0.3, lease: float = 1.5) -> subprocess.Popen[bytes]:
        """Start one process."""
        job = {"folder": str(self.world.folder), "environ": self.world.given, "clock": str(self.ahead)}
        job |= {"what": what, "tick": tick, "lease": lease}  # type: ignore[dict-item]  # JSON
        words = [sys.executable, "-m", "tests.proof.instance", json.dumps(job)]
        with self.errors.open("ab") as errors:
            process = subprocess.Popen(words, cwd=ROOT, stderr=errors, stdout=errors)
        self.running.append(process)
        return process

    def leader(self) -> int:
        """Return the pid of the leader, 0 without one."""
        rows = self.world.query("SELECT pid FROM leases WHERE name = 'leader' AND holder != ''")
        return int(str(rows[0][0])) if rows else 0

    def said(self, words: str) -> int:
        """How often the processes said something."""
        return self.errors.read_text(errors="replace").count(words)


@contextmanager
def crowd(world: World) -> Iterator[Crowd]:
    """Give a crowd whose clock stands at the world's morning; what still runs at the end is killed."""
    ahead, errors = world.folder / "ahead", world.folder / "errors.log"
    ahead.write_text(str((MORNING - datetime.now(UTC)).total_seconds() + 3600.0))
    errors.touch()
    one = Crowd(world, ahead, errors)
    try:
        yield one
    finally:
        for process in one.running:
            if process.poll() is None:
                process.kill()
        for process in one.running:
            process.wait(timeout=30)


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Wait for something, at most so long; return whether it came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        threading.Event().wait(0.2)
    return true()


def arrived(world: World, expected: dict[str, str]) -> bool:
    """Whether all news is with the mail server."""
    return expected.keys() <= world.told().keys()


def one_file(world: World, log: Log, cycles: int, dice: random.Random) -> Verdict:
    """SQLite: a daemon that lives, a second one each cycle, and cron lines beside them."""
    world.prepare()
    everything: dict[str, str] = {}
    codes: Counter[str] = Counter()
    with crowd(world) as all_of_them:
        daemon = all_of_them.start("daemon")
        assert until(lambda: len(world.post.arrived) >= world.clients, 60), "the daemon does not work"
        for cycle in range(cycles):
            expected = world.change(f"Cycle{cycle:03}", max(1, world.marks // 6), dice)
            everything |= expected
            all_of_them.jump(DAY_SECONDS)
            jobs = ("daemon", "due", "run") if cycle % 5 == 0 else ("due",)
            beside = {what: all_of_them.start(what) for what in jobs}
            for what, process in beside.items():
                codes[f"{what} {process.wait(timeout=120)}"] += 1
            assert daemon.poll() is None, "the daemon has died"
            came = until(lambda expected=expected: arrived(world, expected), 60)  # type: ignore[misc]
            log.line(cycle=cycle, came=came, codes=dict(codes))
        all_of_them.jump(3600)
        until(lambda: arrived(world, everything), 20)
        locked = all_of_them.said("is locked")
        daemon.send_signal(signal.SIGTERM)
        stopped = daemon.wait(timeout=20)
    broken = _audit(world, everything)
    broken += [f"{locked} times locked"] if locked else []
    broken += [f"{what} ended {count} times" for what, count in codes.items() if what.split()[1] not in ("0", "75")]
    broken += [f"a second daemon ended with {codes}"] if codes["daemon 75"] != -(-cycles // 5) else []
    broken += [f"SIGTERM ended with {stopped}"] if stopped else []
    figures = {"cycles": cycles, "changes": len(everything), **codes, "repeats": world.repeats()[0]}
    return Verdict(6, "daemon, second daemon and cron on one file", not broken, figures, broken)


def one_server(world: World, log: Log, kills: int, dice: random.Random, *, stop_for: float = 12.0) -> Verdict:
    """PostgreSQL: four instances; the leader is killed each cycle, stopped once, and connections are cut."""
    world.prepare()
    everything: dict[str, str] = {}
    killed = cut = 0
    takeovers: list[float] = []
    with crowd(world) as all_of_them:
        for _ in range(4):
            all_of_them.start("daemon")
        assert until(lambda: len(world.post.arrived) >= world.clients, 90), "nobody works"
        for cycle in range(kills):
            expected = world.change(f"Cycle{cycle:03}", max(1, world.marks // 6), dice)
            everything |= expected
            all_of_them.jump(DAY_SECONDS)
            threading.Event().wait(dice.uniform(0.0, 1.2))
            leader = all_of_them.leader()
            if cycle == kills // 2 and leader:
                os.kill(leader, signal.SIGSTOP)
                until(lambda expected=expected: arrived(world, expected), stop_for + 20)  # type: ignore[misc]
                os.kill(leader, signal.SIGCONT)
            elif leader:
                killed += _kill(all_of_them, leader)
                begin = time.monotonic()
                if until(lambda leader=leader: all_of_them.leader() not in (0, leader), 30):  # type: ignore[misc]
                    takeovers.append(time.monotonic() - begin)
                all_of_them.start("daemon")
            if dice.random() < 0.5:
                cut += _cut_connections(world, dice)
            came = until(lambda expected=expected: arrived(world, expected), 40)  # type: ignore[misc]
            log.line(cycle=cycle, leader=leader, came=came, cut=cut)
        all_of_them.jump(3600)  # behind the leases of dead senders and every back-off
        until(lambda: arrived(world, everything), 60)
        until(lambda: not world.query("SELECT 1 FROM deliveries WHERE state NOT IN ('sent', 'superseded')"), 60)
        crashes = all_of_them.said("Traceback")
    broken = _audit(world, everything)
    repeats, different = world.repeats()
    broken += [f"{different} repeats are not identical"] if different else []
    slowest = max(takeovers, default=0.0)
    broken += [f"a take-over took {slowest:.1f} s"] if slowest > 15 else []
    figures = {
        "leaders killed": killed,
        "stopped": 1,
        "connections cut": cut,
        "changes": len(everything),
        "repeats": repeats,
        "slowest take-over": f"{slowest:.1f} s",
        "tracebacks": crashes,
    }
    return Verdict(6, "four instances on one server", not broken, figures, broken)


def _kill(all_of_them: Crowd, leader: int) -> int:
    """Kill the leader when it is one of ours."""
    for process in all_of_them.running:
        if process.pid == leader and process.poll() is None:
            process.kill()
            process.wait(timeout=30)
            return 1
    return 0


def _cut_connections(world: World, dice: random.Random) -> int:
    """Terminate some of the connections the instances have."""
    engine = create_engine(world.database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tmwatch'"
        pids = [pid for (pid,) in conn.execute(text(query))]
        some = dice.sample(pids, min(len(pids), dice.randint(1, 3)))
        for pid in some:
            conn.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    engine.dispose()
    return len(some)


def _audit(world: World, expected: dict[str, str]) -> list[str]:
    """Return what was lost or seen twice, and local dates with two digests."""
    told = world.told()
    lost = [name for name in expected if not told.get(name)]
    twice = [name for name in expected if len(told.get(name, ())) > 1]
    found = [f"{len(lost)} lost: {lost[:3]}"] * bool(lost) + [f"{len(twice)} seen twice: {twice[:3]}"] * bool(twice)
    rows = world.query(
        "SELECT client, local_date, count(*) FROM messages WHERE kind IN ('baseline', 'digest', 'all_clear') "
        "GROUP BY client, local_date HAVING count(*) > 1"
    )
    return found + ([f"{len(rows)} days with two digests"] if rows and world.database_url.startswith("post") else [])
