"""The dead-man's switch hears how a run ended, whatever ends it, and a run that was never begun says nothing."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.test_run import monitor, paths
from tests.pipeline.stage import Stage
from tests.proof.outage import answers
from tests.proof.post import polite
from tests.proof.world import DAY, MORNING, world
from tmwatch.errors import Busy, StoreError
from tmwatch.pipeline import heartbeat
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.due import do_due
from tmwatch.pipeline.lease import held
from tmwatch.pipeline.run import LOCK, Edges, Options, RunResult, run


def ended_by(stage: Stage, error: BaseException) -> None:
    """Begin a run that ends so."""
    with heartbeat.beating(stage.settings) as beat:
        beat.begin()
        raise error


def test_nothing_is_asked_without_an_address(lite: Stage) -> None:
    with heartbeat.beating(lite.settings) as beat:
        beat.complete = True


@pytest.mark.parametrize("kind", [StoreError, KeyboardInterrupt, LookupError])
def test_whatever_ends_a_run_is_a_failure_and_goes_on_its_way(lite: Stage, kind: type[BaseException]) -> None:
    with monitor() as (url, got):
        lite.environ["TMWATCH_HEARTBEAT_URL"] = url
        with pytest.raises(kind):
            ended_by(lite, kind("x"))
    assert paths(got) == ["/ping/abc/start", "/ping/abc/fail"]


def test_a_run_that_met_another_one_says_nothing(lite: Stage) -> None:
    """A monitor takes a start without an end for a run that died, whatever the other run says."""

    def meet(ctx: Context, edges: Edges) -> RunResult:
        with heartbeat.beating(lite.settings) as beat, held(ctx.engine, LOCK, ctx.clock):
            return run(ctx, edges, Options(), beat.begin)

    with monitor() as (url, got):
        lite.environ["TMWATCH_HEARTBEAT_URL"] = url
        with pytest.raises(Busy):
            lite.run(act=meet)
    assert got == []


def test_a_run_that_lost_its_lease_is_no_failure_either(lite: Stage) -> None:
    with monitor() as (url, got):
        lite.environ["TMWATCH_HEARTBEAT_URL"] = url
        with pytest.raises(Busy):
            ended_by(lite, Busy("this run was taken over"))
    assert paths(got) == ["/ping/abc/start"]


def test_the_daemons_pass_is_a_failure_while_mail_does_not_go_out(sqlite_url: str, tmp_path: Path) -> None:
    def due(ctx: Context, edges: Edges) -> RunResult:
        do_due(ctx, edges)
        return RunResult("", ctx.now)

    heard: list[str] = []
    with world(tmp_path, sqlite_url, marks=4, clients=2) as one, monitor() as (url, got):
        one.environ["TMWATCH_HEARTBEAT_URL"] = url
        one.prepare()
        for script in (polite, answers("RCPT", "451 later"), answers("RCPT", "451 later"), polite, polite):
            one.post.script = script
            one.change(f"Day{len(heard)}", 2, random.Random(1))
            now = MORNING + len(heard) * DAY + timedelta(hours=16)
            for later in range(0, 20, 4):
                one.run(now + timedelta(hours=later), act=due)
            heard.append(paths(got)[-1].rpartition("/")[2])
            got.clear()
    assert heard == ["abc", "abc", "fail", "fail", "abc"]
