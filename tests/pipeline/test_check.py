"""A look-up on both databases: the store's memory counts, and what fails is named beside what is known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.pipeline.stage import MORNING, NEXT_DAY, Stage, no_wait
from tmwatch.errors import FetchError, NotFound, UsageError
from tmwatch.pipeline.check import Checked, Failed, look_up, parse_queries, parse_query
from tmwatch.pipeline.check_desk import Desk
from tmwatch.pipeline.context import new_york_day


def looked_up(stage: Stage, *queries: str, offline: bool = False) -> tuple[list[Checked], list[Failed], list[str]]:
    """Look up on the next day."""
    day = new_york_day(NEXT_DAY)
    with Desk.open(stage.settings, lambda: NEXT_DAY, no_wait, day, offline=offline) as desk:
        found, failed = look_up(desk, [parse_query(query) for query in queries], None)
        return found, failed, desk.warnings


def watched(stage: Stage) -> None:
    """Do the first day, then let the second one be served."""
    stage.environ["TMWATCH_ORDERS_PAGE_URL"] = ""
    stage.watch()
    stage.serve_day(1)
    stage.run(MORNING)
    stage.serve_day(2)


def test_what_tsdr_says_now_is_judged_with_what_the_store_remembers(stage: Stage) -> None:
    watched(stage)
    (one,), failed, warnings = looked_up(stage, "88000006")
    assert (failed, warnings, one.stored) == ([], [], False)
    assert one.facts.mark.attorney is not None
    seen = {party.name for party in one.facts.parties if party.role == "attorney" and party.name}
    assert seen == {"Harriet Vale", one.facts.mark.attorney.name}
    assert [watch.client for watch in one.facts.watches] == ["Lumenhaus"]


def test_offline_the_stored_record_is_judged_and_nobody_is_asked(stage: Stage) -> None:
    watched(stage)
    asked = len(stage.state.requests)
    (one,), failed, _ = looked_up(stage, "rn7100004", offline=True)
    assert (failed, one.stored, one.confirmed_at) == ([], True, MORNING)
    assert len(stage.state.requests) == asked
    found, failed, _ = looked_up(stage, "88000099", offline=True)
    assert (found, type(failed[0].error)) == ([], NotFound)


def test_when_tsdr_fails_the_stored_record_and_the_failure_are_both_there(stage: Stage) -> None:
    watched(stage)
    stage.state.missing = {"88000004"}
    (one,), (failed,), _ = looked_up(stage, "88000004")
    assert (one.stored, failed.query) == (True, "88000004")
    assert isinstance(failed.error, NotFound)


def test_without_a_key_and_a_stored_record_it_is_a_failure_of_the_world(lite: Stage) -> None:
    lite.environ["TMWATCH_TSDR_API_KEY"] = ""
    found, (failed,), _ = looked_up(lite, "88000004")
    assert (found, type(failed.error), failed.error.exit_code) == ([], FetchError, 3)


def test_a_number_is_asked_once_and_what_is_none_is_named() -> None:
    queries, failed = parse_queries(["97123456", "97/123,456", "nonsense", "rn6723159"])
    assert [query.number for query in queries] == ["97123456", "rn6723159"]
    assert [(one.query, type(one.error)) for one in failed] == [("nonsense", UsageError)]


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=400)])
def test_the_moment_of_a_look_up_is_the_one_given(lite: Stage, later: timedelta) -> None:
    watched(lite)
    day = new_york_day(NEXT_DAY + later)
    with Desk.open(lite.settings, lambda: NEXT_DAY + later, no_wait, day, offline=True) as desk:
        (one,), _ = look_up(desk, [parse_query("88000004")], None)
    assert one.facts.as_of == day
