"""Proof 3: whatever HTTP does to a client, nothing is missed or invented and nobody is asked too often."""

from __future__ import annotations

import random
from pathlib import Path

from tests.proof import weather
from tests.proof.world import world


def test_429_in_five_forms_delays_everything_and_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=60, clients=2) as one:
        found = weather.too_fast(one)
    assert found.holds, found.failures


def test_one_request_in_twenty_that_fails_leaves_coverage_whole(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=150, clients=2) as one:
        found = weather.storms(one, random.Random(11))
    assert found.holds, found.failures
    assert {"500", "502", "503", "504", "reset", "refused", "DNS", "TLS"} & found.figures.keys()


def test_a_web_page_for_everything_makes_no_change_and_no_all_clear(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=4, clients=2) as one:
        found = weather.web_page(one)
    assert found.holds, found.failures


def test_a_body_cut_anywhere_is_never_a_record(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=1, clients=1) as one:
        found = weather.cut_bodies(one, step=397)
    assert found.holds, found.figures


def test_one_byte_at_a_time_is_given_up_in_time(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=1, clients=1) as one:
        found = weather.slow(one)
    assert found.holds, found.failures


def test_damaged_records_crash_nothing_and_make_no_event(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=40, clients=2) as one:
        found = weather.mutants(one, 120, random.Random(12))
    assert found.holds, found.failures
