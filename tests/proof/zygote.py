"""Forks runs that can be killed. `python -m tests.proof.zygote` reads one JSON job a line and forks a child for each:
it prints {"pid": n} when the child begins and {"code": n, "steps": [...]} when it has ended.

A job: folder, environ, now (ISO), phase ("" or store | evaluate | freeze | commit), nth (the step of that phase before
which the child kills itself; 0 never), delay (seconds it waits for its death at that step), record (whether "steps"
tells the moment of each step). Imports are done once, in the parent.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import Engine

from tests.proof.world import on_every_statement, run_once, settings_of

_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)")
_STORE = {"case_files", "documents", "document_marks", "parties", "prosecution_events", "goods_classes", "changes"}
_EVALUATE = {"findings", "judgements"}
_FREEZE = {"messages", "message_items", "digest_days"}


class Countdown:
    """Counts the steps of each phase and kills this process at the one it was given."""

    def __init__(self, phase: str, nth: int, delay: float) -> None:
        """`nth` 0 never kills."""
        self.phase, self.nth, self.delay = phase, nth, delay
        self.judging = self.judged = False
        self.seen: Counter[str] = Counter()
        self.steps: list[tuple[float, str]] = []

    def step(self, phase: str) -> None:
        """One more step of a phase is about to be done."""
        self.seen[phase] += 1
        self.steps.append((time.monotonic(), phase))
        if phase == self.phase and self.seen[phase] == self.nth:
            if self.delay:
                threading.Timer(self.delay, os.kill, [os.getpid(), signal.SIGKILL]).start()
            else:
                os.kill(os.getpid(), signal.SIGKILL)

    def progress(self, message: str, done: int, total: int) -> None:
        """The pipeline tells where it is."""
        if message == "judging marks":
            self.judging, self.judged = True, False
            self.step("evaluate")

    def statement(self, statement: str) -> None:
        """A statement is about to be sent, or a commit. Judging ends with the commit of what it found."""
        if statement.startswith("COMMIT"):
            self.step("commit")
            self.judging = self.judging and not self.judged
            return
        found = _WRITES.match(statement)
        table = found[1] if found else ""
        if table in _EVALUATE and "DELETE" not in statement:  # storing a record drops what was judged of the old one
            self.judging, self.judged = True, self.judging
        if table in _FREEZE or (table == "deliveries" and "INSERT" in statement):
            self.judging = False
            self.step("freeze")
        elif self.judging:
            self.step("evaluate")
        elif table in _STORE:
            self.step("store")

    def listen(self, engine: Engine) -> None:
        """Hear of every statement."""
        on_every_statement(engine, self.statement)


def work(job: dict[str, object]) -> None:
    """Do one run and leave what it did in the folder."""
    start, now = time.monotonic(), datetime.fromisoformat(str(job["now"]))
    countdown = Countdown(str(job["phase"]), int(str(job["nth"])), float(str(job["delay"])))
    folder = Path(str(job["folder"]))
    settings = settings_of(folder, job["environ"])  # type: ignore[arg-type]  # a mapping of texts
    run_once(
        settings,
        now,
        lambda: now + timedelta(seconds=time.monotonic() - start),
        listen=countdown.listen,
        progress=countdown.progress,
    )
    told = {"modules": [name for name in sys.modules if name.partition(".")[0] != "__main__"]}
    steps = countdown.steps if job["record"] else []
    (folder / "seen.json").write_text(json.dumps(told | {"steps": steps}))


def forked(act: Callable[[], object]) -> int:
    """Do something in a forked child and return its pid; the child ends with 0, or with 1 and says on stderr why."""
    pid = os.fork()
    if pid:
        return pid
    try:
        act()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def warm(modules: list[str]) -> None:
    """Import what a child needed, so that the next ones begin at once."""
    for name in modules:
        if name not in sys.modules:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)


def main() -> None:
    """Serve jobs until stdin ends."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for answers
    for line in sys.stdin:
        job = json.loads(line)
        seen = Path(job["folder"]) / "seen.json"
        seen.unlink(missing_ok=True)
        pid = forked(partial(work, job))
        print(json.dumps({"pid": pid}), flush=True)
        _, status = os.waitpid(pid, 0)
        told = json.loads(seen.read_text()) if seen.exists() else {"steps": [], "modules": []}
        warm(told["modules"])
        print(json.dumps({"code": os.waitstatus_to_exitcode(status), "steps": told["steps"]}), flush=True)


if __name__ == "__main__":
    main()
