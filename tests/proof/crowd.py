"""Several instances at work on one world: real processes that can be killed, stopped and waited for."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.proof.world import MORNING, World

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Member:
    """One instance. `code` is its exit code, None while it lives."""

    pid: int
    handle: int
    code: int | None = None
    over: threading.Event = field(default_factory=threading.Event)

    def send(self, number: signal.Signals) -> None:
        """Send a signal; nothing when it has ended."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, number)

    def wait(self, seconds: float = 120.0) -> int:
        """Wait for its end and return its exit code."""
        assert self.over.wait(seconds), f"process {self.pid} does not end"
        assert self.code is not None
        return self.code


@dataclass
class Crowd:
    """The processes at work on one world, and the clock they share."""

    world: World
    ahead: Path
    errors: Path
    parent: subprocess.Popen[str]
    members: dict[int, Member] = field(default_factory=dict)
    born: list[int] = field(default_factory=list)
    heard: threading.Condition = field(default_factory=threading.Condition)

    def jump(self, seconds: float) -> None:
        """Move the clock of all of them forward."""
        new = float(self.ahead.read_text()) + seconds
        part = self.ahead.with_suffix(".part")
        part.write_text(str(new))
        part.rename(self.ahead)

    def start(self, what: str, tick: float = 0.3, lease: float = 1.5) -> Member:
        """Start one process."""
        job = {"folder": str(self.world.folder), "environ": self.world.given, "clock": str(self.ahead)}
        told = {**job, "errors": str(self.errors), "what": what, "tick": tick, "lease": lease}
        assert self.parent.stdin is not None
        with self.heard:
            before = len(self.born)
            self.parent.stdin.write(json.dumps(told) + "\n")
            self.parent.stdin.flush()
            assert self.heard.wait_for(lambda: len(self.born) > before, 60), "no process was forked"
            return self.members[self.born[-1]]

    def listen(self) -> None:
        """Note who begins and ends, until the parent has ended."""
        assert self.parent.stdout is not None
        for line in self.parent.stdout:
            told = json.loads(line)
            with self.heard:
                if "pid" in told:
                    self.members[told["pid"]] = Member(told["pid"], os.pidfd_open(told["pid"]))
                    self.born.append(told["pid"])
                    self.heard.notify_all()
                else:
                    member = self.members[told["ended"]]
                    member.code = told["code"]
                    member.over.set()

    def alive(self) -> list[Member]:
        """Return the members that have not ended."""
        return [one for one in self.members.values() if one.code is None]

    def leader(self) -> int:
        """Return the pid of the leader, 0 without one."""
        rows = self.world.query("SELECT pid FROM leases WHERE name = 'leader' AND holder != ''")
        return int(str(rows[0][0])) if rows else 0

    def renewed(self) -> bool:
        """Whether the leader has renewed its lease since the clock jumped."""
        rows = self.world.query("SELECT expires_at FROM leases WHERE name = 'leader'")
        now = datetime.now(UTC) + timedelta(seconds=float(self.ahead.read_text()))
        return bool(rows) and str(rows[0][0]) > f"{now:%Y-%m-%d %H:%M:%S.%f}"

    def said(self, words: str) -> int:
        """How often the processes said something."""
        return self.errors.read_text(errors="replace").count(words)


@contextmanager
def crowd(world: World) -> Iterator[Crowd]:
    """Give a crowd whose clock stands at the world's morning; what still runs at the end is killed."""
    ahead, errors = world.folder / "ahead", world.folder / "errors.log"
    ahead.write_text(str((MORNING - datetime.now(UTC)).total_seconds() + 3600.0))
    errors.touch()
    words = [sys.executable, "-m", "tests.proof.instance"]
    parent = subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    one = Crowd(world, ahead, errors, parent)
    ear = threading.Thread(target=one.listen, daemon=True)
    ear.start()
    try:
        yield one
    except AssertionError:
        sys.stderr.write(errors.read_text(errors="replace")[-4000:])
        raise
    finally:
        for member in one.alive():
            member.send(signal.SIGKILL)
        for member in one.alive():
            member.over.wait(30)
        assert parent.stdin is not None
        parent.stdin.close()
        parent.wait(timeout=30)
        ear.join(timeout=30)
        for member in one.members.values():
            os.close(member.handle)


def until(true: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Wait for something, at most so long; return whether it came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        threading.Event().wait(pause)
    return true()
