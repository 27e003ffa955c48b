"""Proof 2: what the world says twice, in another order, by another way or again later makes the right number of
messages."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.proof import facts
from tests.proof.world import world


def test_there_and_back_in_a_day_is_told_step_by_step(database_url: str, tmp_path: Path) -> None:
    with world(tmp_path, database_url, marks=1, clients=1) as one:
        assert facts.back_and_forth(one) == []


def test_another_order_and_other_white_space_are_no_change(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=6, clients=2) as one:
        assert facts.same_in_other_words(one, random.Random(5)) == []


@pytest.mark.parametrize("bulk_first", [True, False], ids=["daily file first", "API first"])
def test_the_same_fact_from_daily_file_and_api_is_told_once(sqlite_url: str, tmp_path: Path, bulk_first: bool) -> None:
    with world(tmp_path, sqlite_url, marks=3, clients=1) as one:
        assert facts.two_ways(one, bulk_first=bulk_first) == []


def test_an_event_that_was_pruned_and_comes_back_is_no_news(database_url: str, tmp_path: Path) -> None:
    with world(tmp_path, database_url, marks=2, clients=1) as one:
        assert facts.pruned(one) == []


def test_a_backup_of_yesterday_repeats_todays_digest_under_its_own_id(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=6, clients=2) as one:
        assert facts.restored(one) == []
