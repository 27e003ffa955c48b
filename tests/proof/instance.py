"""Forks instances, each a process of its own: `python -m tests.proof.instance` reads one JSON job a line, prints
{"pid": n} for each, and {"ended": n, "code": c} when one has ended. What they import is imported once, in the parent.

A job: folder, environ, errors (a file for what they print), clock (a file that holds the seconds by which the world's
clock is ahead), tick, lease, and what to do:

    daemon    tmwatch schedule with short ticks and a short lease; exits 75 when another daemon holds the file
    due       tmwatch run --if-due, once; exits 75 when another run is active
    run       tmwatch run, once; likewise
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from tests.proof.world import run_once, settings_of
from tmwatch.cli.opening import open_context
from tmwatch.daemon import Daemon
from tmwatch.errors import Busy, StoreError
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.due import do_due
from tmwatch.pipeline.run import Edges, RunResult

_LATE = (
    "apscheduler.schedulers.blocking",
    "tmwatch.digest.compose",
    "httpx",
    "psycopg",
    "sqlalchemy.dialects.postgresql",
)


def main() -> None:
    """Serve jobs until stdin ends; then nothing is waited for."""
    for name in _LATE:
        importlib.import_module(name)
    for line in _lines():
        if line:
            pid = os.fork()
            if pid == 0:
                _live(json.loads(line))
            print(json.dumps({"pid": pid}), flush=True)
        _bury()


def _lines() -> Iterator[str]:
    """Yield each line of stdin, and now and then nothing."""
    rest = b""
    while True:
        if select.select([0], [], [], 0.02)[0]:
            read = os.read(0, 65_536)
            if not read:
                return
            *lines, rest = (rest + read).split(b"\n")
            yield from (one.decode() for one in lines)
        yield ""


def _bury() -> None:
    """Tell which children have ended."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            print(json.dumps({"ended": pid, "code": os.waitstatus_to_exitcode(status)}), flush=True)


def _live(job: dict[str, Any]) -> None:
    """Be one instance, to the end."""
    code = 70
    try:
        errors = os.open(job["errors"], os.O_WRONLY | os.O_APPEND)
        for handle in (1, 2):
            os.dup2(errors, handle)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
        code = work(job)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def work(job: dict[str, Any]) -> int:
    """Do the job; return the exit code."""
    settings = settings_of(Path(job["folder"]), job["environ"])
    ahead = Path(job["clock"])

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(ahead.read_text() or 0))

    try:
        if job["what"] == "daemon":
            Daemon(
                settings,
                clock,
                lambda progress: open_context(settings, clock, progress=progress),
                lease_seconds=job["lease"],
                tick_seconds=job["tick"],
            ).run()
        else:
            run_once(settings, clock(), clock, act=_due if job["what"] == "due" else None)
    except Busy as error:
        print(f"busy: {error}", file=sys.stderr)
        return 75
    except StoreError as error:
        print(f"store: {error}", file=sys.stderr)
        return 3
    return 0


def _due(ctx: Context, edges: Edges) -> RunResult:
    do_due(ctx, edges)
    return RunResult("", ctx.now)


if __name__ == "__main__":
    main()
