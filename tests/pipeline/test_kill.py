"""SIGKILL between any two steps, then run again: every change is in exactly one delivered message."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tmwatch.store import open_engine

POINTS = 20
ROOT = Path(__file__).resolve().parents[2]


Child = Callable[[Stage, datetime, int], tuple[int, int]]


@pytest.fixture
def run_child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """Do a run in a child process, killed at a step (0: not at all); gives its exit code and the steps it did."""
    told = tmp_path_factory.mktemp("told") / "told.json"
    words = [sys.executable, "-m", "tests.pipeline.killed"]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:

        def run(stage: Stage, moment: datetime, fatal: int) -> tuple[int, int]:
            job = {"folder": str(stage.folder), "database": stage.database_url, "tsdr": stage.base_url}
            more = {"moment": moment.isoformat(), "fatal": fatal, "told": str(told)}
            assert parent.stdin is not None
            assert parent.stdout is not None
            parent.stdin.write(json.dumps({**job, **more}) + "\n")
            parent.stdin.flush()
            found = json.loads(parent.stdout.readline())
            return found["code"], found["steps"]

        yield run


def ledger(stage: Stage) -> tuple[set[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return every change recorded, and each (client, change, message) that was told in a delivered message."""
    name = "c.serial_number, c.kind, c.name, c.client, c.from_hash, c.to_hash, c.occurrence"
    told = (
        f"SELECT i.client, {name} FROM message_items i JOIN changes c ON c.id = i.change_id "
        "JOIN deliveries d ON d.message = i.message WHERE d.state = 'sent'"
    )
    engine = open_engine(stage.database_url)
    with engine.connect() as conn:
        changes = {tuple(map(str, row)) for row in conn.execute(text(f"SELECT {name} FROM changes c"))}
        sent = [tuple(map(str, row)) for row in conn.execute(text(told))]
    engine.dispose()
    return changes, sent


def prepared(stage: Stage) -> None:
    """Watch the portfolio, do the first day, and let the second one be served."""
    stage.watch()
    stage.serve_day(1)
    stage.run(MORNING)
    stage.serve_day(2)


@pytest.mark.slow
def test_a_run_killed_at_any_of_twenty_points_loses_and_repeats_nothing(
    lite: Stage, run_child: Child, tmp_path_factory: pytest.TempPathFactory
) -> None:
    prepared(lite)
    start = tmp_path_factory.mktemp("start")
    shutil.copytree(lite.folder, start, dirs_exist_ok=True)
    code, steps = run_child(lite, NEXT_DAY, 0)
    assert code == 0
    changes, told = ledger(lite)
    names = sorted(path.name for path in (lite.folder / "mail").iterdir())
    assert len(told) == len(set(told))
    assert steps > POINTS * 4
    for point in range(POINTS):
        fatal = 1 + point * (steps - 1) // (POINTS - 1)
        shutil.rmtree(lite.folder)
        shutil.copytree(start, lite.folder)
        code, _ = run_child(lite, NEXT_DAY, fatal)
        assert code == -signal.SIGKILL, f"step {fatal} of {steps}"
        lite.run(NEXT_DAY + timedelta(minutes=6))  # after the lease of a dead sender has run out
        again, told_again = ledger(lite)
        assert again == changes, f"step {fatal}: other changes"
        assert sorted(told_again) == sorted(told), f"step {fatal}: lost or told twice"
        assert sorted(path.name for path in (lite.folder / "mail").iterdir()) == names, f"step {fatal}"


def test_a_run_killed_four_times_on_postgresql_tells_what_an_unhurt_one_tells(
    postgres_url: str, tmp_path: Path, lite: Stage, run_child: Child
) -> None:
    prepared(lite)
    lite.run(NEXT_DAY)
    stage = Stage(tmp_path / "pg", postgres_url, lite.base_url, lite.state)
    stage.folder.mkdir()
    lite.serve_day(1)
    prepared(stage)
    for fatal in (30, 60, 90, 110):
        assert run_child(stage, NEXT_DAY, fatal)[0] == -signal.SIGKILL
    stage.run(NEXT_DAY + timedelta(minutes=6))
    changes, told = ledger(stage)
    assert (changes, sorted(told)) == (ledger(lite)[0], sorted(ledger(lite)[1]))
