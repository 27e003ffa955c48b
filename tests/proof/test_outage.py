"""Proof 7: mail in every failure it can have, an outage of three days, and a recipient who refuses everything."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.proof import outage
from tests.proof.world import DAY, MORNING, world


@pytest.mark.slow
def test_mail_that_fails_in_any_phase_is_delivered_once_when_the_server_is_well(
    sqlite_url: str, tmp_path: Path
) -> None:
    with world(tmp_path, sqlite_url, marks=12, clients=2) as one:
        found = outage.failures(one, random.Random(7))
    assert found.holds, found.failures


def test_three_days_without_mail_merge_into_one_digest_a_client_oldest_first(database_url: str, tmp_path: Path) -> None:
    with world(tmp_path, database_url, marks=24, clients=3) as one:
        found = outage.three_days(one, random.Random(7))
    assert found.holds, found.failures


def test_a_bad_recipient_delays_nobody(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=20, clients=4) as one:
        found = outage.bad_recipient(one, random.Random(7))
    assert found.holds, found.failures


def test_a_first_digest_that_was_never_delivered_comes_as_a_first_digest(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=4, clients=1) as one:
        one.prepare()
        with outage.nobody_listens(one):
            one.run(MORNING)
        one.run(MORNING + DAY)
        assert [kind for (kind,) in one.query("SELECT kind FROM messages ORDER BY number")] == ["baseline", "baseline"]
        assert [state for (state,) in one.query("SELECT state FROM deliveries ORDER BY id")] == ["superseded", "sent"]
        assert len(one.post.arrived) == 1


def test_what_may_have_arrived_is_never_merged(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=4, clients=1) as one:
        one.prepare()
        one.run(MORNING)
        one.change("One", 2, random.Random(1))
        one.post.script = outage.hangs_up("arrived")
        one.run(MORNING + DAY)
        one.change("Two", 2, random.Random(1))
        one.run(MORNING + 2 * DAY)
        states = [state for (state,) in one.query("SELECT state FROM deliveries ORDER BY id")]
        assert states == ["sent", "ambiguous", "ambiguous"]


def test_within_eighteen_hours_the_frozen_message_itself_is_sent(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=4, clients=1) as one:
        one.prepare()
        one.run(MORNING)
        one.change("One", 2, random.Random(1))
        with outage.nobody_listens(one):
            one.run(MORNING + DAY)
        one.run(MORNING + DAY + timedelta(hours=17))
        states = [state for (state,) in one.query("SELECT state FROM deliveries ORDER BY id")]
        assert states == ["sent", "sent"]
