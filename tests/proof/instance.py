"""One instance, as its own process: `python -m tests.proof.instance JOB` with a JSON object: folder, environ, clock (a
file that holds the seconds by which the world's clock is ahead), and what to do:

    daemon    tmwatch schedule with short ticks and a short lease; exits 75 when another daemon holds the file
    due       tmwatch run --if-due, once; exits 75 when another run is active
    run       tmwatch run, once; likewise

What goes wrong with the database is printed on stderr.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from tests.proof.world import run_once, settings_of
from tmwatch.cli.opening import open_context
from tmwatch.daemon import Daemon
from tmwatch.errors import Busy, StoreError
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.due import do_due
from tmwatch.pipeline.run import Edges, RunResult


def main() -> int:
    """Do the job."""
    job = json.loads(sys.argv[1])
    settings = settings_of(Path(job["folder"]), job["environ"])
    ahead = Path(job["clock"])
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

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
    sys.exit(main())
