"""`tmwatch schedule`: does what is due by a clock that tests turn, and ends at once when told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import NOW, Cli
from tests.cli.test_frame import ROOT, environ
from tests.pipeline.stage import Stage
from tmwatch.cli.opening import open_context
from tmwatch.daemon import Daemon
from tmwatch.demo.stub import StubState, serve

NIGHT = datetime.fromisoformat("2026-11-24T03:06:00+00:00")  # 22:06 in New York on the 23rd
SECONDS_TO_END = 10


class Clock:
    """A clock that stands until it is turned."""

    def __init__(self, now: datetime) -> None:
        """Begin at `now`."""
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def daemon_of(stage: Stage, clock: Clock) -> Daemon:
    """The daemon of `tmwatch schedule` on a stage."""
    settings = stage.settings
    return Daemon(settings, clock, lambda progress: open_context(settings, clock, progress=progress))


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path) -> Stage:
    """The invented portfolio, watched and never asked for; a daemon really waits between two requests: not for long."""
    paces = ("TMWATCH_TSDR_REQUESTS_PER_MINUTE", "TMWATCH_TSDR_NIGHT_REQUESTS_PER_MINUTE")
    stage = Stage(tmp_path, sqlite_url, "", StubState(), {"TMWATCH_ORDERS_PAGE_URL": "", **dict.fromkeys(paces, "600")})
    stage.watch(at=NIGHT - timedelta(hours=1))
    return stage


def test_a_tick_does_what_is_due_once(stage: Stage) -> None:
    with serve(stage.state) as stage.base_url:
        stage.serve_day(1)
        clock = Clock(NIGHT)
        daemon = daemon_of(stage, clock)
        first = daemon.tick()
        assert first is not None
        assert first.passed is not None
        assert (first.passed.checked, first.queued, first.delivered.sent) == (12, 3, 3)  # the baselines of this day
        for later in (timedelta(minutes=1), timedelta(hours=10), timedelta(hours=15)):  # 08:00 and more of the 24th
            clock.now = NIGHT + later
            again = daemon.tick()
            assert again is not None
            assert (again.passed, again.queued, again.delivered.sent) == (None, 0, 0)
        stage.serve_day(2)
        clock.now = NIGHT + timedelta(days=1)
        night = daemon.tick()
        assert night is not None
        assert night.passed is not None
        assert (night.passed.queued, night.queued, night.delivered.sent) == (2, 0, 2)  # alerts alone: it is night
        clock.now = datetime.fromisoformat("2026-11-25T12:59:00+00:00")  # 07:59 in New York
        early = daemon.tick()
        assert early is not None
        assert early.queued == 0
        clock.now += timedelta(minutes=1)
        morning = daemon.tick()
        assert morning is not None
        assert (morning.passed, morning.queued, morning.delivered.sent) == (None, 3, 3)
    assert len(stage.mails()) == 8


def test_ticks_that_never_came_are_made_up_for_once(stage: Stage) -> None:
    with serve(stage.state) as stage.base_url:
        stage.serve_day(1)
        clock = Clock(NIGHT)
        daemon_of(stage, clock).tick()
        clock.now += timedelta(days=6)  # the machine slept
        made_up = daemon_of(stage, clock).tick()
        assert made_up is not None
        assert made_up.passed is not None
        assert made_up.passed.checked == 12


def test_a_source_that_is_down_is_no_end_of_the_daemon(stage: Stage) -> None:
    stage.environ["TMWATCH_TSDR_API_KEY"] = "wrong-key-0123456789"
    with serve(stage.state) as stage.base_url:
        clock = Clock(NIGHT)
        done = daemon_of(stage, clock).tick()
        assert done is not None
        assert done.passed is not None
        assert (done.passed.checked, len(done.passed.failed)) == (0, 12)


def test_once_does_what_is_due_and_stops(watching: Cli, tsdr: StubState) -> None:
    watching.now = NIGHT
    asked = len(tsdr.requests)
    assert watching("schedule", "--once").code == 0
    assert len(tsdr.requests) > asked


@pytest.mark.parametrize("broken", [{"TMWATCH_MAIL_URL": "ftp://x"}, {"TMWATCH_DATABASE_URL": "sqlite:///gone.db"}])
def test_what_the_user_must_mend_is_said_before_it_starts(ready: Cli, broken: dict[str, str]) -> None:
    done = ready("schedule", **broken)
    assert (done.code, done.out) == (2, "")
    assert "running" not in done.err


@contextmanager
def started(cli: Cli, **more: str) -> Iterator[subprocess.Popen[str]]:
    """Start the daemon as a process and wait until it says that it runs; it does not outlive the block."""
    settings = environ(cli.folder, **{**cli.environ, **more})
    settings["XDG_DATA_HOME"] = str(cli.folder / "data")
    command = [sys.executable, "-m", "tmwatch", "schedule"]
    process = subprocess.Popen(
        command, cwd=cli.folder, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    try:
        assert "running" in process.stderr.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.skipif(os.name == "nt", reason="no SIGTERM to a process on Windows")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_soon_when_told_to_while_nothing_is_due(ready: Cli, number: signal.Signals) -> None:
    with started(ready) as process:
        told = time.monotonic()
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    assert time.monotonic() - told < SECONDS_TO_END
    assert (process.returncode, out) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="no SIGTERM to a process on Windows")
@pytest.mark.slow
def test_it_ends_soon_while_a_server_keeps_it_waiting_and_the_next_run_goes_on(watching: Cli, tsdr: StubState) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with started(watching, TMWATCH_TSDR_BASE_URL=url) as process:
            connection, _ = silent.accept()  # a pass is under way and waits for an answer that never comes
            with connection:
                told = time.monotonic()
                process.send_signal(signal.SIGTERM)
                process.communicate(timeout=120)
                took = time.monotonic() - told
    assert took < SECONDS_TO_END
    assert process.returncode == 0
    watching.now = datetime.fromisoformat("2027-01-01T00:00:00+00:00")
    assert watching("run", "--no-send").code == 0  # no lock was left behind
    assert watching.now > NOW


def test_the_modules_of_the_command_and_the_daemon_import_nothing_that_windows_lacks() -> None:
    code = (
        "import sys; gone = ('fcntl', 'pwd', 'grp', 'resource', 'termios', 'syslog', 'posix_spawn');"
        "before = set(sys.modules);"
        "import tmwatch.cli.schedule, tmwatch.cli.run, tmwatch.cli.demo, tmwatch.cli.check, tmwatch.daemon;"
        "mine = [n for n in set(sys.modules) - before if n.startswith('tmwatch')];"
        "import ast, pathlib;"
        "tops = {(m, a.name) for m in mine for n in ast.parse(pathlib.Path(sys.modules[m].__file__)"
        ".read_text('utf-8')).body if isinstance(n, ast.Import) for a in n.names};"
        "print(sorted(t for t in tops if t[1] in gone))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True
    )
    assert done.stdout == "[]\n"
