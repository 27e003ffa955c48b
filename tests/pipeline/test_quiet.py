"""How often a client without news hears that all is well."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.pipeline.stage import MORNING, Stage
from tmwatch.portfolio import Client
from tmwatch.store import open_engine, portfolio

ONE = "client,emails,brand,serial_number,brand_registry_status\nVale,a@example.com,MEADOWPURR,88000010,not_enrolled\n"


def kinds(stage: Stage, moments: list[datetime], **environ: str) -> list[tuple[str, str]]:
    """Run at these moments while nothing changes; return (local date, kind) of each message."""
    stage.environ |= environ
    stage.watch(ONE)
    stage.serve_day(1)
    for now in moments:
        assert stage.run(now).complete
    return [(str(one.local_date), one.kind) for one in stage.messages()]


def days(count: int, hours: float = 24) -> list[datetime]:
    return [MORNING + timedelta(hours=hours * n) for n in range(count)]


def test_daily_means_every_day_also_when_a_day_comes_a_little_early_and_once_however_often_it_runs(lite: Stage) -> None:
    moments = [at + late for at in days(3, 23.9) for late in (timedelta(), timedelta(hours=3))]
    found = kinds(lite, moments, TMWATCH_DIGEST_QUIET="daily")
    assert found == [("2026-11-24", "baseline"), ("2026-11-25", "all_clear"), ("2026-11-26", "all_clear")]


def test_weekly_stays_on_its_day_of_the_week(lite: Stage) -> None:
    found = kinds(lite, days(16, 23.99))
    assert found == [("2026-11-24", "baseline"), ("2026-12-01", "all_clear"), ("2026-12-08", "all_clear")]


def test_never_means_never(lite: Stage) -> None:
    assert kinds(lite, days(9), TMWATCH_DIGEST_QUIET="never") == [("2026-11-24", "baseline")]


@pytest.mark.parametrize(("frequency", "count"), [("changes", 1), ("weekly", 2), ("daily", 9)])
def test_a_clients_own_frequency_counts_beside_the_setting(lite: Stage, frequency: str, count: int) -> None:
    lite.watch(ONE)
    engine = open_engine(lite.database_url)
    with engine.begin() as conn:
        known = portfolio.load_clients(conn)["Vale"]
        changed = Client("Vale", emails=known.emails, frequency=frequency)
        portfolio.save_watches(conn, (), (changed,), MORNING - timedelta(hours=1))
    engine.dispose()
    lite.environ |= {"TMWATCH_DIGEST_QUIET": "daily"}
    lite.serve_day(1)
    for now in days(9):
        assert lite.run(now).complete
    assert len(lite.messages()) == count
