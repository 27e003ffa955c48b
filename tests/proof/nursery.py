"""Runs that can be killed: forked by a process that has everything loaded, killed from outside or by themselves."""

from __future__ import annotations

import contextlib
import json
import os
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

from tests.proof.world import World

ROOT = Path(__file__).resolve().parents[2]
AGAIN = timedelta(minutes=6)  # behind the lease of a dead sender
Steps = list[tuple[float, str]]  # (time.monotonic, phase)
_OF_DATA = ("DATA", "half", "dot", "arrived", "answered")


@dataclass
class Executioner:
    """Kills the child at hand from outside: at a moment, at a request, or inside a mail transaction."""

    phase: str = ""
    nth: int = 0
    delay: float = 0.0
    handle: int = -1
    seen: Counter[str] = field(default_factory=Counter)
    steps: Steps = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    timer: threading.Timer | None = None

    def aim(self, phase: str, nth: int, delay: float) -> None:
        """Get ready for the next child."""
        with self.lock:
            self.phase, self.nth, self.delay = phase, nth, delay
            self.seen, self.steps = Counter(), []

    def step(self, phase: str) -> None:
        """Something happened outside the child."""
        with self.lock:
            self.seen[phase] += 1
            self.steps.append((time.monotonic(), phase))
            if phase == self.phase and self.seen[phase] == self.nth:
                self._strike()

    def watch(self, pid: int) -> None:
        """Take this child; by a handle, because a number may be another's by the time it is used."""
        with self.lock, contextlib.suppress(ProcessLookupError):
            self.handle = os.pidfd_open(pid)
            if not self.phase and self.delay:
                self._strike()

    def forget(self) -> None:
        """The child has ended."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer.join()
            self.timer = None
        with self.lock:
            handle, self.handle = self.handle, -1
            if handle >= 0:
                os.close(handle)

    def _strike(self) -> None:
        """Kill the child now or a little later."""
        if not self.delay:
            self._kill()
            return
        self.timer = threading.Timer(self.delay, self._kill)
        self.timer.start()

    def _kill(self) -> None:
        """Kill the child, wherever it is; nothing when it has ended."""
        with contextlib.suppress(ProcessLookupError):
            if self.handle >= 0:
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended: its exit code, and the steps it did when they were to be recorded."""

    code: int
    steps: Steps


@dataclass
class Nursery:
    """The process that forks runs."""

    process: subprocess.Popen[str]
    world: World
    executioner: Executioner

    def run(self, now: datetime, phase: str = "", nth: int = 0, delay: float = 0.0, *, record: bool = False) -> Done:
        """Do a run, killed `delay` seconds behind a step of a phase; without a phase, behind its start when `delay` is
        given."""
        self.executioner.aim(phase, nth, delay)
        job = {"folder": str(self.world.folder), "environ": self.world.given, "now": now.isoformat()}
        self.tell({**job, "phase": phase, "nth": nth, "delay": delay, "record": record})
        self.executioner.watch(int(self.hear()["pid"]))
        told = self.hear()
        self.executioner.forget()
        inside = [(float(at), str(what)) for at, what in told["steps"]]
        return Done(int(told["code"]), inside + self.executioner.steps if record else [])

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
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield Nursery(process, world, boss)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=120)
