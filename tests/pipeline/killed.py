"""A run that is killed with SIGKILL at its n-th step; a step is a statement sent to the database, a commit, a request
answered by TSDR or a file of a message written. Run as a child: `python -m tests.pipeline.killed`.

Arguments: folder, database URL, TSDR URL, moment (ISO), step (0: never killed; then the steps are counted and printed).
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, event

from tests.pipeline.stage import Stage
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


def main() -> None:
    """Do the run."""
    folder, database_url, base_url, moment, fatal = sys.argv[1:]
    stage = Stage(Path(folder), database_url, base_url, StubState())
    countdown = Countdown(int(fatal))
    channel = CountedChannel(FileChannel(Path(folder) / "mail"), countdown)
    stage.run(datetime.fromisoformat(moment), channels=lambda name: channel, listen=countdown.listen)
    sys.stdout.write(str(countdown.seen))


if __name__ == "__main__":
    main()
