"""A 404 for a stored mark is "not checked" until three sightings on two days; then the owner hears that it is gone."""

from __future__ import annotations

from datetime import timedelta

from tests.pipeline.stage import MORNING, Stage

ONE = "client,emails,brand,serial_number\nKestrel Pet,h@kestrelpet.example,FETCHFJORD,88000009\n"


def test_a_stored_mark_that_tsdr_does_not_know_is_told_as_gone_once_after_three_sightings(stage: Stage) -> None:
    stage.watch(ONE)
    stage.serve_day(1)
    stage.run(MORNING)
    stage.state.missing = {"88000009"}
    for hours in (1, 2):
        result = stage.run(MORNING + timedelta(hours=hours))
        assert (result.checked, result.opened, result.queued) == (0, 0, 0)
        assert "no such case" in str(result.failed[0].error)
    gone = stage.run(MORNING + timedelta(days=1))
    assert (gone.opened, gone.queued) == (1, 1)
    assert "no such case" in stage.text("kestrel-pet", 1, "2026-11-25")
    assert stage.run(MORNING + timedelta(days=2)).queued == 0
    stage.state.missing = set()
    back = stage.run(MORNING + timedelta(days=3))
    assert (back.checked, back.cleared) == (1, 1)


def test_a_number_never_seen_is_no_such_case_and_no_finding(lite: Stage) -> None:
    lite.watch(ONE)
    result = lite.run(MORNING)
    assert (result.checked, result.opened, result.queued) == (0, 0, 0)
    assert "no such case" in str(result.failed[0].error)
