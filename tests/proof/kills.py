"""Proof 1: SIGKILL at random moments and inside each phase of a run; then run again until one lives.

Each night some marks get another attorney, one run after another is killed, and the last one ends. Then what the mail
server got is compared with what was changed.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.proof.verdict import Log, Verdict
from tests.proof.world import DAY, MORNING, World

ROOT = Path(__file__).resolve().parents[2]
PHASES = ("fetch", "store", "evaluate", "freeze", "DATA", "commit")
AGAIN = timedelta(minutes=6)  # behind the lease of a dead sender
_OF_DATA = ("DATA", "half", "dot", "arrived", "answered")


@dataclass
class Executioner:
    """Kills the child at hand from outside: at a moment, at a request, or inside a mail transaction."""

    phase: str = ""
    nth: int = 0
    pid: int = 0
    handle: int = -1
    seen: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self, phase: str) -> None:
        """Something happened outside the child."""
        with self.lock:
            self.seen[phase] += 1
            if phase == self.phase and self.seen[phase] == self.nth and self.pid:
                self.kill()

    def kill(self) -> None:
        """Kill the child, wherever it is; nothing when it has ended."""
        with contextlib.suppress(ProcessLookupError):
            if self.handle >= 0:
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    def watch(self, pid: int) -> None:
        """Take this child; by a handle, because a number may be another's by the time it is used."""
        with contextlib.suppress(ProcessLookupError):
            self.handle = os.pidfd_open(pid)
        self.pid = pid

    def forget(self) -> None:
        """The child has ended."""
        self.pid, handle, self.handle = 0, self.handle, -1
        if handle >= 0:
            os.close(handle)


@dataclass
class Nursery:
    """The process that forks runs."""

    process: subprocess.Popen[str]
    world: World
    executioner: Executioner

    def run(
        self, now: datetime, phase: str = "", nth: int = 0, after: float | None = None
    ) -> tuple[int, dict[str, int]]:
        """Do a run, killed at a step of a phase or `after` seconds; return its exit code and the steps it counted."""
        boss = self.executioner
        boss.phase, boss.nth, boss.seen = phase, nth, Counter()
        job = {"folder": str(self.world.folder), "environ": self.world.given, "now": now.isoformat()}
        self.tell({**job, "phase": phase, "nth": nth})
        boss.watch(int(self.hear()["pid"]))
        timer = threading.Timer(after, boss.kill) if after is not None else None
        if timer:
            timer.start()
        told = self.hear()
        if timer:
            timer.cancel()
            timer.join()
        with boss.lock:
            boss.forget()
        return int(told["code"]), {**told["seen"], **boss.seen}

    def tell(self, job: dict[str, Any]) -> None:
        """Send a job."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Read one answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the process that forks runs has ended"
        return dict(json.loads(line))


@contextmanager
def nursery(world: World) -> Iterator[Nursery]:
    """Start the process that forks runs, and let the services of the world call the executioner."""
    boss = Executioner()
    world.office.script = lambda number, path: boss.step("fetch")
    world.office.after = lambda number, path: boss.step("fetch")

    def script(phase: str, recipient: str) -> str | None:
        if phase in _OF_DATA:
            boss.step("DATA")
        return None

    world.post.script = script
    command = [sys.executable, "-m", "tests.proof.zygote"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Nursery(process, world, boss)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=60)


def prove(
    world: World, log: Log, *, random_kills: int, phase_kills: int, changes: int, a_night: int = 12, seed: int = 1
) -> Verdict:
    """Kill as often as asked, at random moments and inside each phase."""
    dice = random.Random(seed)
    todo = ["random"] * random_kills + [phase for phase in PHASES for _ in range(phase_kills)]
    dice.shuffle(todo)
    killed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    failures: list[str] = []
    with nursery(world) as runs:
        world.prepare()
        code, _ = runs.run(MORNING)
        assert code == 0
        night, whole, seconds = 0, Counter[str](), 1.0
        while todo:
            night += 1
            now = MORNING + night * DAY
            world.post.arrived.clear()
            world.post.accepted.clear()
            world.office.requests.clear()
            expected = world.change(f"Night{night:03}", changes, dice)
            kills = 0
            while todo and kills < a_night and whole:
                kind = todo.pop()
                now += AGAIN
                step, after = 0, None
                if kind == "random":
                    after = dice.uniform(0.0, seconds)
                else:
                    step = dice.randint(1, max(1, whole[kind] // 4))
                code, _ = runs.run(now, "" if kind == "random" else kind, step, after)
                log.line(night=night, kind=kind, step=step, after=after, code=code)
                if code == 0:
                    todo.insert(0, kind)  # it lived: the whole run was shorter; kill another one
                    break
                assert code == -signal.SIGKILL, f"a run ended with {code}"
                killed[kind] += 1
                kills += 1
            begin = time.monotonic()
            code, seen = runs.run(now + AGAIN)
            assert code == 0, f"the run after the kills ended with {code}"
            if not whole:
                whole, seconds = Counter(seen), time.monotonic() - begin
            code, _ = runs.run(now + 2 * AGAIN)
            figures = audit(world, expected, kills, MORNING + night * DAY)
            log.line(night=night, kills=kills, **figures)
            total.update(figures)
            if failure := broken(figures):
                failures.append(f"night {night}: {failure}")
    return Verdict(
        1,
        "SIGKILL anywhere",
        not failures,
        {
            "marks": world.marks,
            "clients": world.clients,
            "nights": night,
            "changes": total["changes"],
            "kills": sum(killed.values()),
            **{f"kills in {kind}": count for kind, count in sorted(killed.items())},
            "lost": total["lost"],
            "seen twice": total["twice"],
            "raw repeats": total["repeats"],
            "not identical": total["not_identical"],
            "extra API calls": total["extra"],
        },
        failures,
    )


def audit(world: World, expected: dict[str, str], kills: int, since: datetime) -> dict[str, int]:
    """Compare what the mail server got with what was changed; also the cost in API calls beyond those of the passes
    that ended (one that was killed behind its last commit has ended)."""
    told = world.told()
    wrong = [name for name, where in told.items() if name in expected and len(where) > 1]
    astray = [
        name
        for name, client in expected.items()
        if {f"c{client.split()[-1]}@client.example"} != {r for r, _ in told.get(name, [])}
    ]
    repeats, different = world.repeats()
    ended = world.query(f"SELECT count(*) FROM runs WHERE state = 'done' AND started_at > '{since:%Y-%m-%d %H:%M:%S}'")
    due = int(str(ended[0][0])) * math.ceil(world.marks / int(world.settings.tsdr.batch_size))
    waiting = world.query("SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'superseded')")[0][0]
    return {
        "changes": len(expected),
        "lost": len(astray),
        "twice": len(wrong),
        "strangers": len(told.keys() - expected.keys()),
        "repeats": repeats,
        "not_identical": different,
        "extra": max(0, world.office.calls - due),
        "waiting": int(str(waiting)),
        "killed": kills,
    }


def broken(figures: dict[str, int]) -> str:
    """Say what does not hold, empty when everything does."""
    zero = ("lost", "twice", "strangers", "not_identical", "waiting")
    found = [f"{name} {figures[name]}" for name in zero if figures[name]]
    found += [
        f"{name} {figures[name]} for {figures['killed']} kills"
        for name in ("repeats", "extra")
        if figures[name] > figures["killed"]
    ]
    return ", ".join(found)
