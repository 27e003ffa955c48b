"""What is due by the clock, asked at any moment: once a night, once a client and local date."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tests.proof.world import world
from tmwatch.errors import StoreError
from tmwatch.pipeline import housekeeping
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.due import Due, day_due, do_due, file_due, pass_due
from tmwatch.pipeline.run import Edges, RunResult
from tmwatch.store import open_engine, outbox, reading, runs


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "last", "complete", "due"),
    [
        ("2026-11-24T12:00", None, False, True),
        ("2026-11-24T12:00", "2026-11-24T03:10", True, False),  # 22:10 New York of the night before
        ("2026-11-25T03:04", "2026-11-24T03:10", True, False),  # 22:04: a minute early
        ("2026-11-25T03:05", "2026-11-24T03:10", True, True),  # 22:05
        ("2026-11-25T03:06", "2026-11-25T03:05", True, False),
        ("2026-11-24T12:00", "2026-11-24T11:30", False, False),  # incomplete half an hour ago
        ("2026-11-24T12:31", "2026-11-24T11:30", False, True),
        ("2026-12-24T12:00", "2026-11-24T03:10", True, True),  # asleep for a month: once
        ("2026-07-02T02:04", "2026-07-01T02:06", True, False),  # summer time: 22:05 is 02:05 UTC
        ("2026-07-02T02:05", "2026-07-01T02:06", True, True),
    ],
)
def test_one_pass_a_night_and_an_incomplete_one_again_after_an_hour(
    now: str, last: str | None, complete: bool, due: bool
) -> None:
    assert pass_due(at(now), at(last) if last else None, complete) is due


@pytest.mark.parametrize(
    ("now", "until", "asked", "due"),
    [
        ("2026-11-24T09:59", date(2026, 11, 22), None, False),  # 04:59 New York
        ("2026-11-24T10:00", date(2026, 11, 22), None, True),
        ("2026-11-24T10:00", date(2026, 11, 23), None, False),  # yesterday's is read
        ("2026-11-24T10:20", date(2026, 11, 22), "2026-11-24T10:00", False),
        ("2026-11-24T10:30", date(2026, 11, 22), "2026-11-24T10:00", True),
        ("2026-11-24T10:30", None, None, True),
    ],
)
def test_the_daily_file_is_asked_for_from_five_in_the_morning_until_it_is_there(
    now: str, until: date | None, asked: str | None, due: bool
) -> None:
    assert file_due(at(now), until, at(asked) if asked else None) is due


@pytest.mark.parametrize(
    ("zone", "send_at", "days"),
    [("Asia/Shanghai", "08:00", 366), ("America/New_York", "02:30", 366), ("America/New_York", "01:30", 366)],
)
def test_every_local_date_of_a_year_is_due_exactly_once_however_the_clock_is_asked(
    zone: str, send_at: str, days: int
) -> None:
    now, decided, seen = at("2026-01-01T12:00"), set(), []
    step = 0
    while now < at("2026-01-01T12:00") + timedelta(days=days):
        day = day_due(now, zone, send_at)
        if day is not None and day not in decided:
            decided.add(day)
            seen.append(day)
        step += 1
        now += timedelta(minutes=(1, 7, 29, 60, 11 * 60)[step % 5])  # uneven ticks, some of them long sleeps
    assert seen == sorted(seen)
    first = seen[0]
    assert seen == [first + timedelta(days=n) for n in range(len(seen))]
    assert len(seen) >= days - 1


def due(stage: Stage, now: datetime) -> Due:
    """Do what is due at `now`."""
    found: list[Due] = []

    def act(ctx: Context, edges: Edges) -> RunResult:
        found.append(do_due(ctx, edges))
        return RunResult("", ctx.now)

    stage.run(now, act=act)
    return found[0]


def test_alerts_go_out_at_night_and_the_digest_at_the_clients_hour(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    first = due(stage, at("2026-11-24T12:00"))  # 07:00 New York: a pass, no digest yet
    assert (first.passed is not None, first.queued) == (True, 0)
    assert due(stage, at("2026-11-24T13:00")).queued == 3  # 08:00: the baselines
    stage.serve_day(2)
    night = due(stage, at("2026-11-25T03:05"))
    assert night.passed is not None
    kinds = [message.kind for message in stage.messages()]
    assert kinds.count("alert") == 2
    assert "digest" not in kinds
    assert due(stage, at("2026-11-25T13:00")).queued >= 1
    assert due(stage, at("2026-11-25T13:01")).queued == 0


def test_a_day_asked_at_odd_moments_makes_one_pass_and_one_digest_a_client(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(1)
    passes = 0
    for minute in range(0, 24 * 60, 35):
        passes += due(lite, at("2026-11-24T04:00") + timedelta(minutes=minute)).passed is not None
    assert passes == 2  # the first at once, the next at 22:05
    assert [message.kind for message in lite.messages()] == ["baseline"] * 3


def test_a_client_far_from_new_york_is_served_at_her_own_hour(lite: Stage) -> None:
    lite.environ["TMWATCH_DIGEST_TIMEZONE"] = "Asia/Shanghai"
    lite.watch()
    lite.serve_day(1)
    due(lite, at("2026-11-23T23:00"))
    assert due(lite, at("2026-11-23T23:59")).queued == 0
    assert due(lite, at("2026-11-24T00:00")).queued == 3
    assert {message.local_date for message in lite.messages()} == {date(2026, 11, 24)}


def test_a_day_with_nothing_to_say_is_decided_too(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(1)
    due(lite, at("2026-11-24T13:00"))
    due(lite, at("2026-11-25T13:00"))
    engine = open_engine(lite.database_url)
    with reading(engine) as conn:
        assert len(outbox.decided_days(conn, date(2026, 11, 1))) == 6
    engine.dispose()


def test_housekeeping_runs_once_a_day_and_its_backup_can_be_read(lite: Stage) -> None:
    lite.environ["TMWATCH_STORE_BACKUP_DIR"] = str(lite.folder / "backups")
    lite.watch()
    lite.serve_day(1)
    kept = due(lite, NEXT_DAY).kept
    assert kept is not None
    assert kept.backup is not None
    rows = housekeeping.restored(kept.backup)
    assert (rows["case_files"], rows["watches"]) == (12, 12)
    assert kept.backup.stat().st_mode & 0o077 == 0
    assert due(lite, NEXT_DAY + timedelta(hours=1)).kept is None
    for days in range(1, 10):
        assert due(lite, NEXT_DAY + timedelta(days=days)).kept is not None
    assert len(list((lite.folder / "backups").iterdir())) == housekeeping.KEPT_BACKUPS


def test_a_damaged_backup_is_named_and_never_kept(lite: Stage) -> None:
    broken = lite.folder / "broken.db"
    broken.write_bytes(b"SQLite format 3\x00" + b"\x00" * 4096)
    with pytest.raises(StoreError, match=r"cannot be read|damaged"):
        housekeeping.restored(broken)


def test_a_pass_that_died_is_found_and_done_again(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(1)
    engine = open_engine(lite.database_url)
    with engine.begin() as conn:
        runs.start_run(conn, "run", MORNING)
    engine.dispose()
    assert due(lite, MORNING + timedelta(minutes=1)).passed is not None


def test_a_clock_that_was_a_year_ahead_for_one_night_costs_nothing_once_it_is_right(
    database_url: str, tmp_path: Path
) -> None:
    passes: list[bool] = []

    def act(ctx: Context, edges: Edges) -> RunResult:
        passes.append(do_due(ctx, edges).passed is not None)
        return RunResult("", ctx.now)

    with world(tmp_path, database_url, marks=8, clients=2) as one:
        one.prepare(frequency="weekly")
        right = at("2026-11-24T16:00")
        one.run(right, act=act)
        one.run(right + timedelta(days=365), act=act)
        told: dict[str, str] = {}
        for day in range(1, 10):
            told |= one.change(f"Day{day}", 1, random.Random(day))
            one.run(right + timedelta(days=day), act=act)
        assert passes == [True] * 11
        assert len(one.told()) >= 5  # what changed again before the week was over is told as it stands then
        latest = {served.attorney for served in one.served.values() if served.attorney.startswith("Day")}
        known = {str(new).strip('"') for (new,) in one.query("SELECT new FROM changes WHERE name = 'attorney'")}
        assert latest <= known
        pace = float(str(one.query("SELECT max(tat) FROM pace")[0][0]))
        assert pace < (right + timedelta(days=10)).timestamp()
