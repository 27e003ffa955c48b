"""Proof 1, its quick form: a small portfolio, some kills at random moments and inside each phase, on both databases."""

from __future__ import annotations

from pathlib import Path

from tests.proof import kills
from tests.proof.verdict import Log
from tests.proof.world import world


def test_runs_killed_at_random_moments_and_in_each_phase_lose_and_repeat_nothing(
    database_url: str, tmp_path: Path
) -> None:
    with world(tmp_path, database_url, marks=60, clients=6) as small:
        found = kills.prove(small, Log(), random_kills=2, phase_kills=1, changes=12, a_night=8)
    assert found.holds, found.failures
    assert found.figures["kills"] == 8
