"""Proof 6, its quick form: several programs at one database make each digest once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.proof import instances
from tests.proof.verdict import Log
from tests.proof.world import world


@pytest.mark.slow
def test_a_daemon_a_second_one_and_cron_share_one_file(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=12, clients=2) as one:
        found = instances.one_file(one, Log(), 2, random.Random(21))
    assert found.holds, found.failures


@pytest.mark.slow
def test_four_instances_lose_their_leader_and_nothing_else(postgres_url: str, tmp_path: Path) -> None:
    with world(tmp_path, postgres_url, marks=12, clients=2) as one:
        found = instances.one_server(one, Log(), 4, random.Random(22))
    assert found.holds, found.failures
