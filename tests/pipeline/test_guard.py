"""The upstream anomaly guard: one note instead of a flood, and nothing believed or lost that should not be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tests.pipeline.test_scale import many
from tmwatch.demo.cases import DemoCase
from tmwatch.pipeline import guard
from tmwatch.pipeline.run import RunResult
from tmwatch.store import open_engine, reading, unconfirmed


def cancelled(case: DemoCase) -> DemoCase:
    """Cancelled under section 8, as the USPTO would show it."""
    done = ("C8..", "O", NEXT_DAY.date(), "CANCELLED SEC. 8 (6-YR)")
    return replace(case, status=710, status_date=NEXT_DAY.date(), events=(*case.events, done))


def sanctioned(case: DemoCase) -> DemoCase:
    """Terminated after sanctions."""
    done = ("KBOC", "S", NEXT_DAY.date(), "TERMINATED AFTER SANCTIONS")
    return replace(case, status=610, status_date=NEXT_DAY.date(), events=(*case.events, done))


def prepared(stage: Stage, count: int) -> list[DemoCase]:
    """Watch `count` marks of two clients, each brand with one mark, and do a first run."""
    cases = many(count)
    rows = [f"Client {n % 2},c{n % 2}@client.example,,{case.serial_number}" for n, case in enumerate(cases)]
    stage.watch("\n".join(["client,emails,brand,serial_number", *rows]))
    stage.serve(cases)
    assert stage.run(MORNING).checked == count
    return cases


def kinds(stage: Stage) -> list[str]:
    return sorted(message.kind for message in stage.messages())


def held(stage: Stage) -> int:
    engine = open_engine(stage.database_url)
    with reading(engine) as conn:
        found = len(unconfirmed.list_held(conn))
    engine.dispose()
    return found


def test_more_than_twenty_marks_dead_at_once_are_held_and_each_client_gets_one_note(stage: Stage) -> None:
    cases = prepared(stage, 40)
    stage.serve([cancelled(case) for case in cases[:21]] + cases[21:])
    result = stage.run(NEXT_DAY)
    assert (result.checked, len(result.failed), result.opened) == (19, 21, 0)
    assert "USPTO data anomaly: 21 of 40" in str(result.anomaly)
    assert kinds(stage) == ["baseline", "baseline", "notice", "notice"]
    assert held(stage) == 21


def test_twenty_marks_are_believed_at_once(stage: Stage) -> None:
    cases = prepared(stage, 40)
    stage.serve([cancelled(case) for case in cases[:20]] + cases[20:])
    result = stage.run(NEXT_DAY)
    assert (result.checked, result.failed, result.anomaly) == (40, [], None)
    assert kinds(stage).count("alert") == 2


@pytest.mark.slow
def test_five_per_cent_count_in_a_large_portfolio(lite: Stage) -> None:
    cases = prepared(lite, 420)
    lite.serve([cancelled(case) for case in cases[:21]] + cases[21:])
    assert lite.run(NEXT_DAY).anomaly is None
    lite.serve([cancelled(case) for case in cases[:43]] + cases[43:])
    assert "22 of 420" in str(lite.run(NEXT_DAY + timedelta(hours=2)).anomaly)


def test_a_sanctions_sign_is_never_held_back(lite: Stage) -> None:
    cases = prepared(lite, 40)
    lite.serve([sanctioned(case) for case in cases])
    result = lite.run(NEXT_DAY)
    assert (result.checked, result.anomaly) == (40, None)
    assert result.opened >= 40


def test_what_is_back_the_next_day_was_never_told_as_lost_and_the_note_is_taken_back(stage: Stage) -> None:
    cases = prepared(stage, 40)
    stage.serve([cancelled(case) for case in cases])
    stage.run(NEXT_DAY)
    stage.serve(cases)
    back = stage.run(NEXT_DAY + timedelta(days=1))
    assert (back.checked, back.opened, back.anomaly, held(stage)) == (40, 0, None, 0)
    assert kinds(stage) == ["baseline", "baseline", *["notice"] * 4], "the note, and one that takes it back"


def test_what_the_uspto_still_says_a_day_later_is_reported(stage: Stage) -> None:
    cases = prepared(stage, 40)
    stage.serve([cancelled(case) for case in cases])
    stage.run(NEXT_DAY)
    again = stage.run(NEXT_DAY + timedelta(hours=2))
    assert again.anomaly is not None
    assert kinds(stage).count("notice") == 2, "one note, not one a run"
    later = stage.run(NEXT_DAY + timedelta(days=1))
    assert (later.checked, later.anomaly, held(stage)) == (40, None, 0)
    assert kinds(stage).count("alert") == 2


def test_the_operator_can_believe_it_at_once(stage: Stage) -> None:
    cases = prepared(stage, 40)
    stage.serve([cancelled(case) for case in cases])
    stage.run(NEXT_DAY)

    def release(ctx, edges):  # type: ignore[no-untyped-def]
        assert guard.release(ctx) == 40
        return RunResult("", ctx.now)

    stage.run(NEXT_DAY + timedelta(minutes=1), act=release)
    after = stage.run(NEXT_DAY + timedelta(minutes=5))
    assert (after.checked, held(stage)) == (40, 0)
    assert kinds(stage).count("alert") == 2
