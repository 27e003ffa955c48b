"""Runs that are killed with SIGKILL at their n-th step; a step is a statement sent to the database, a commit, a request
answered by TSDR or a file of a message written. `python -m tests.pipeline.killed` reads one JSON job a line and forks a
child for each, with everything imported by then; it prints {"code": n, "steps": n} when the child has ended.

A job: folder, database (URL), tsdr (URL), moment (ISO), fatal (the step; 0: never killed, then the steps are counted).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, event

from tests.pipeline.stage import Stage
from tests.proof.zygote import forked, warm
from tmwatch.channels.base import Channel
from tmwatch.channels.file import FileChannel
from tmwatch.demo.stub import StubState


class Countdown:
    """Counts steps and kills this process at the one it was given."""

    def __init__(self, fatal: int) -> None:
        """`fatal` 0 never kills."""
        self.fatal, self.seen = fatal, 0

    def step(self, *_: object) -> None:
        """One more step is about to be done."""
        self.seen += 1
        if self.seen == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def listen(self, engine: Engine) -> None:
        """Count what is sent to the database, before and after commits."""
        event.listen(engine, "before_cursor_execute", self.step)
        event.listen(engine, "commit", self.step)
        event.listen(engine, "checkin", self.step)


class CountedChannel:
    """A real channel with a step before and after each delivery."""

    name = "file"

    def __init__(self, inner: Channel, countdown: Countdown) -> None:
        """Wrap `inner`."""
        self.inner, self.countdown = inner, countdown

    def deliver(self, raw: bytes, recipient: str) -> str:
        """Deliver, and count."""
        self.countdown.step()
        receipt = self.inner.deliver(raw, recipient)
        self.countdown.step()
        return receipt


def work(job: dict[str, str]) -> None:
    """Do the run."""
    folder = Path(job["folder"])
    stage = Stage(folder, job["database"], job["tsdr"], StubState())
    countdown = Countdown(int(job["fatal"]))
    channel = CountedChannel(FileChannel(folder / "mail"), countdown)
    stage.run(datetime.fromisoformat(job["moment"]), channels=lambda name: channel, listen=countdown.listen)
    loaded = [name for name in sys.modules if name.partition(".")[0] != "__main__"]
    Path(job["told"]).write_text(json.dumps({"steps": countdown.seen, "modules": loaded}))


def main() -> None:
    """Serve jobs until stdin ends."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for answers
    for line in sys.stdin:
        job = json.loads(line)
        told = Path(job["told"])
        told.unlink(missing_ok=True)
        pid = forked(partial(work, job))
        _, status = os.waitpid(pid, 0)
        found: dict[str, Any] = json.loads(told.read_text()) if told.exists() else {"steps": 0, "modules": []}
        warm(found["modules"])
        print(json.dumps({"code": os.waitstatus_to_exitcode(status), "steps": found["steps"]}), flush=True)


if __name__ == "__main__":
    main()
