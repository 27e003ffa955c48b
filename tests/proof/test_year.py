"""Proof 5, its quick form: the weeks around both changes of the clock, and a leap day, with a real database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.proof import year
from tests.proof.world import world


@pytest.mark.parametrize(
    ("zone", "send_at", "first"),
    [
        ("America/New_York", "02:30", date(2026, 3, 6)),  # the night without 02:30
        ("America/New_York", "01:30", date(2026, 10, 30)),  # the night with two of it
        ("Asia/Shanghai", "08:00", date(2028, 2, 27)),  # a leap day
    ],
)
def test_each_local_date_gets_one_digest(sqlite_url: str, tmp_path: Path, zone: str, send_at: str, first: date) -> None:
    with world(tmp_path, sqlite_url, marks=1, clients=1) as one:
        found = year.prove(one, [(zone, send_at)], first, 5)
    assert found.holds, found.failures
