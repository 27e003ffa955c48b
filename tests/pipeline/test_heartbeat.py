"""The dead-man's switch hears how a run ended, whatever ends it, and a run that was never begun says nothing."""

from __future__ import annotations

import pytest

from tests.cli.test_run import monitor, paths
from tests.pipeline.stage import Stage
from tmwatch.errors import Busy, StoreError
from tmwatch.pipeline import heartbeat


def test_nothing_is_asked_without_an_address(lite: Stage) -> None:
    with heartbeat.beating(lite.settings) as beat:
        beat.complete = True


@pytest.mark.parametrize("kind", [StoreError, KeyboardInterrupt, LookupError])
def test_whatever_ends_a_run_is_a_failure_and_goes_on_its_way(lite: Stage, kind: type[BaseException]) -> None:
    with monitor() as (url, got):
        lite.environ["TMWATCH_HEARTBEAT_URL"] = url
        with pytest.raises(kind), heartbeat.beating(lite.settings):
            raise kind("x")
    assert paths(got) == ["/ping/abc/start", "/ping/abc/fail"]


def test_a_run_that_met_another_one_does_not_call_it_a_failure(lite: Stage) -> None:
    with monitor() as (url, got):
        lite.environ["TMWATCH_HEARTBEAT_URL"] = url
        with pytest.raises(Busy), heartbeat.beating(lite.settings):
            raise Busy("another run is active")
    assert paths(got) == ["/ping/abc/start"]
