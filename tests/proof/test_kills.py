"""Proof 1, its quick form: a small portfolio, some kills at random moments and inside each phase, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof import kills
from tests.proof.verdict import Log
from tests.proof.world import world


def survive(folder: Path, url: str, each: int) -> None:
    with world(folder, url, marks=60, clients=6) as small:
        found = kills.prove(small, Log(), random_kills=2 * each, phase_kills=each, changes=12, a_night=8)
    assert found.holds, found.failures
    assert found.figures["kills"] == 8 * each


def test_runs_killed_at_random_moments_and_in_each_phase_lose_and_repeat_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    survive(tmp_path, sqlite_url, 1)


@pytest.mark.slow
def test_many_killed_runs_lose_and_repeat_nothing(database_url: str, tmp_path: Path) -> None:
    survive(tmp_path, database_url, 2)
