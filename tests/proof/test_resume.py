"""A pass that died is gone on with: what it has checked is not asked again, and everything else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.proof.world import DAY, MORNING, World, world
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.last_pass import last_pass
from tmwatch.pipeline.run import Edges, RunResult, run
from tmwatch.store import reading

HOUR = timedelta(hours=1)


class Died(BaseException):
    """Ends a run like a kill: nothing catches it."""


def die_after(one: World, requests: int) -> None:
    """Do a run that dies when TSDR was asked so often."""
    before = one.office.calls

    def act(ctx: Context, edges: Edges) -> RunResult:
        def progress(message: str, done: int, total: int) -> None:
            if one.office.calls - before >= requests:
                raise Died

        return run(replace(ctx, progress=progress), edges)

    with pytest.raises(Died):
        one.run(MORNING, act=act)


def test_what_a_dead_pass_has_checked_is_not_asked_again_and_counts_as_checked(
    database_url: str, tmp_path: Path
) -> None:
    with world(tmp_path, database_url, marks=100, clients=2) as one:
        one.prepare()
        die_after(one, 3)  # of five batches
        assert one.office.calls == 3
        result = one.run(MORNING + HOUR)
        assert one.office.calls == 5
        assert (result.checked, result.complete, result.begun) == (100, True, MORNING)
        assert all("50 of 50 marks checked" in mail.text for mail in one.post.arrived)

        def coverage(ctx: Context, edges: Edges) -> RunResult:
            with reading(ctx.engine) as conn:
                info = last_pass(conn)
            assert info is not None
            assert len(info.checked) == 100
            return RunResult("", ctx.now)

        one.run(MORNING + HOUR, act=coverage)


def test_a_pass_after_one_that_ended_asks_for_everything(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=40, clients=2) as one:
        one.prepare()
        one.run(MORNING)
        assert one.run(MORNING + HOUR).begun is None
        assert one.office.calls == 4


def test_a_pass_that_died_long_ago_is_begun_anew(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=40, clients=2) as one:
        one.prepare()
        die_after(one, 1)
        result = one.run(MORNING + DAY)
        assert (result.begun, one.office.calls) == (None, 3)


def test_two_deaths_in_a_row_are_gone_on_with_from_the_first(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=80, clients=2) as one:
        one.prepare()
        die_after(one, 1)
        die_after(one, 2)
        assert one.run(MORNING + HOUR).begun == MORNING
        assert one.office.calls == 4
