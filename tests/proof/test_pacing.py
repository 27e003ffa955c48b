"""Proof 4, its quick form: four processes on one key share its pace exactly and fairly."""

from __future__ import annotations

from pathlib import Path

from tests.proof import pacing
from tests.proof.world import world


def test_four_processes_on_one_key_keep_its_pace_and_share_it(database_url: str, tmp_path: Path) -> None:
    with world(tmp_path, database_url, marks=1, clients=1) as one:
        found = pacing.prove(one, minutes=1, speed=12)
    assert found.figures["most in 60 s"] <= 60, found.figures
    assert found.figures["arrivals"] >= 30, found.figures  # a busy machine may be late, never early
