"""Proof 4, its quick form: four processes on one key share its pace."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof import pacing
from tests.proof.world import world


def share(folder: Path, url: str) -> None:
    with world(folder, url, marks=1, clients=1) as one:
        found = pacing.prove(one, minutes=1, speed=12)
    assert found.figures["most in 60 s"] <= 60, found.figures
    assert found.figures["arrivals"] >= 30, found.figures  # a busy machine may be late, never early


def test_four_processes_on_one_key_are_never_too_fast(sqlite_url: str, tmp_path: Path) -> None:
    share(tmp_path, sqlite_url)


@pytest.mark.slow
def test_four_processes_on_one_key_are_never_too_fast_on_a_server(postgres_url: str, tmp_path: Path) -> None:
    share(tmp_path, postgres_url)
