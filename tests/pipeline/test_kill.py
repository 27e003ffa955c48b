"""SIGKILL between any two steps, then run again: every change is in exactly one delivered message."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tmwatch.store import open_engine

POINTS = 20
ROOT = Path(__file__).resolve().parents[2]


def run_child(stage: Stage, moment: datetime, fatal: int) -> subprocess.CompletedProcess[str]:
    """Do a run in a child process, killed at step `fatal` (0: not at all)."""
    command = [sys.executable, "-m", "tests.pipeline.killed", str(stage.folder), stage.database_url, stage.base_url]
    return subprocess.run(
        [*command, moment.isoformat(), str(fatal)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


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


def test_a_run_killed_at_any_of_twenty_points_loses_and_repeats_nothing(
    lite: Stage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    prepared(lite)
    start = tmp_path_factory.mktemp("start")
    shutil.copytree(lite.folder, start, dirs_exist_ok=True)
    whole = run_child(lite, NEXT_DAY, 0)
    assert whole.returncode == 0, whole.stderr
    steps = int(whole.stdout)
    changes, told = ledger(lite)
    names = sorted(path.name for path in (lite.folder / "mail").iterdir())
    assert len(told) == len(set(told))
    assert steps > POINTS * 4
    for point in range(POINTS):
        fatal = 1 + point * (steps - 1) // (POINTS - 1)
        shutil.rmtree(lite.folder)
        shutil.copytree(start, lite.folder)
        killed = run_child(lite, NEXT_DAY, fatal)
        assert killed.returncode == -signal.SIGKILL, f"step {fatal} of {steps}: {killed.stderr}"
        lite.run(NEXT_DAY + timedelta(minutes=6))  # after the lease of a dead sender has run out
        again, told_again = ledger(lite)
        assert again == changes, f"step {fatal}: other changes"
        assert sorted(told_again) == sorted(told), f"step {fatal}: lost or told twice"
        assert sorted(path.name for path in (lite.folder / "mail").iterdir()) == names, f"step {fatal}"


def test_a_run_killed_four_times_on_postgresql_tells_what_an_unhurt_one_tells(
    postgres_url: str, tmp_path: Path, lite: Stage
) -> None:
    prepared(lite)
    lite.run(NEXT_DAY)
    stage = Stage(tmp_path / "pg", postgres_url, lite.base_url, lite.state)
    stage.folder.mkdir()
    lite.serve_day(1)
    prepared(stage)
    for fatal in (30, 60, 90, 110):
        assert run_child(stage, NEXT_DAY, fatal).returncode == -signal.SIGKILL
    stage.run(NEXT_DAY + timedelta(minutes=6))
    changes, told = ledger(stage)
    assert (changes, sorted(told)) == (ledger(lite)[0], sorted(ledger(lite)[1]))
