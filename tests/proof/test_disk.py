"""Proof 8, its quick form: a full disk, killed migrations, a restored backup."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof import disk
from tests.proof.verdict import Log
from tests.proof.world import world

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_disk_that_fills_up_loses_and_repeats_nothing(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=60, clients=3) as one:
        try:
            found = disk.full(one, Log(), 4, random.Random(31))
        except disk.CannotMount as reason:
            pytest.skip(f"NOT TESTED WITH A FULL DISK: {reason}")
    assert found.holds, (found.failures, found.figures)


def test_a_backup_is_its_source_row_by_row_and_tells_nothing_again(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=20, clients=2) as one:
        found = disk.restored_backup(one)
    assert found.holds, found.failures


@pytest.mark.slow
def test_a_migration_killed_at_any_statement_succeeds_when_repeated(tmp_path: Path) -> None:
    """In a process of its own, because it forks."""
    program = (
        "import sys; from tests.proof import disk\n"
        f"found = disk.killed_migrations('sqlite:///{tmp_path}/proof.db', 9)\n"
        "print(found); sys.exit(not found.holds)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
