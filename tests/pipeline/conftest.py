"""A stage on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipeline.stage import Stage
from tmwatch.demo.stub import StubState, serve


@pytest.fixture
def stage(database_url: str, tmp_path: Path) -> Iterator[Stage]:
    """A stage on SQLite, then on PostgreSQL."""
    state = StubState()
    with serve(state) as base_url:
        yield Stage(tmp_path, database_url, base_url, state)


@pytest.fixture
def lite(sqlite_url: str, tmp_path: Path) -> Iterator[Stage]:
    """A stage on SQLite alone, for what does not depend on the database."""
    state = StubState()
    with serve(state) as base_url:
        yield Stage(tmp_path, sqlite_url, base_url, state)
