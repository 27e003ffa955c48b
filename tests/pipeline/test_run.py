"""One pass after another over the invented portfolio: who hears what, once, and what is said when something fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tmwatch.demo import corpus
from tmwatch.errors import Busy
from tmwatch.pipeline.context import new_york_day
from tmwatch.pipeline.run import LOCK, Options
from tmwatch.store import leases, open_engine, reading, runs


def test_the_first_pass_sends_one_baseline_a_client_and_no_alert(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    result = stage.run()
    assert (result.watched, result.checked, result.failed) == (12, 12, [])
    assert [(m.client, m.kind) for m in stage.messages()] == [
        ("Kestrel Pet", "baseline"),
        ("Lumenhaus", "baseline"),
        ("Northpine Outdoor", "baseline"),
    ]
    assert result.delivered.sent == 3
    assert result.complete


def test_twelve_marks_of_which_one_fails_say_eleven_of_twelve_and_name_it(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    stage.state.maintenance = {"88000010"}
    result = stage.run()
    assert (result.watched, result.checked) == (12, 11)
    assert [failure.serial_number for failure in result.failed] == ["88000010"]
    assert "web page" in str(result.failed[0].error)
    assert not result.complete
    assert "3 of 4 marks checked" in stage.text("kestrel-pet")
    assert "88000010" in stage.text("kestrel-pet")
    assert "4 of 4 marks checked" in stage.text("lumenhaus")


def test_running_twice_in_a_row_sends_nothing_the_second_time(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    stage.run()
    again = stage.run(MORNING + timedelta(minutes=10))
    assert (again.checked, again.queued, again.delivered.sent) == (12, 0, 0)
    assert len(stage.mails()) == 3


def test_a_finding_that_turns_critical_is_alerted_once_and_stands_as_alerted_afterwards(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    stage.run()
    stage.serve_day(2)
    stage.run(NEXT_DAY)
    kinds = [(m.client, m.kind) for m in stage.messages() if m.local_date > MORNING.date()]
    assert kinds.count(("Lumenhaus", "alert")) == 1
    assert kinds.count(("Lumenhaus", "digest")) == 1
    alert, digest = stage.text("lumenhaus", 1, "2026-11-25"), stage.text("lumenhaus", 2, "2026-11-25")
    assert "KBOC/S" in alert
    assert "Alerted" in digest or "alerted" in digest
    assert "LUMENHAUS" in digest
    later = stage.run(NEXT_DAY + timedelta(hours=1))
    assert later.queued == 0


def test_each_ledger_row_is_told_in_exactly_one_message_of_a_client(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    stage.run()
    stage.serve_day(2)
    stage.run(NEXT_DAY)
    told = _told(stage)
    assert len(told) == len(set(told))


def test_a_maintenance_page_for_everything_changes_and_mails_nothing(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    stage.run()
    stage.serve_day(2)
    stage.state.maintenance = set(stage.state.cases)
    result = stage.run(NEXT_DAY)
    assert (result.checked, result.queued, sum(s.changes for s in result.sources)) == (0, 0, 0)
    assert len(result.failed) == 12
    assert result.open > 0, "an outage clears nothing"


def test_a_service_that_is_down_fails_every_mark_by_name_and_the_next_run_goes_on(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    stage.state.down = True
    down = stage.run()
    assert (down.checked, down.queued, len(down.failed)) == (0, 0, 12)
    stage.state.down = False
    up = stage.run(MORNING + timedelta(hours=1))
    assert (up.checked, up.queued) == (12, 3)


def test_a_refused_key_is_explained_once_a_mark_and_nothing_is_guessed(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(1)
    lite.environ["TMWATCH_TSDR_API_KEY"] = "some-other-key"
    result = lite.run()
    assert result.checked == 0
    assert len(result.failed) == 12
    assert "key" in str(result.failed[0].error)
    assert "some-other-key" not in str(result.failed[0].error)


def test_without_a_key_the_run_says_so_and_is_incomplete(lite: Stage) -> None:
    lite.watch()
    lite.environ["TMWATCH_TSDR_API_KEY"] = ""
    result = lite.run()
    assert not result.complete
    assert any("no key" in str(line) for line in result.warnings)
    engine = open_engine(lite.database_url)
    with reading(engine) as conn:
        (last,) = runs.list_runs(conn, 1)
    engine.dispose()
    assert [(one["source"], "no key" in one["error"]) for one in last.failed] == [("run", True)]


def test_a_second_run_beside_the_first_is_refused_and_harms_nothing(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    engine = open_engine(stage.database_url)
    token = leases.acquire_lock(engine, LOCK, "another", MORNING, 10**9)
    with pytest.raises(Busy, match="another run is active: pid"):
        stage.run()
    leases.release_lock(engine, LOCK, token)
    engine.dispose()
    assert stage.run().checked == 12


def test_a_row_given_by_registration_number_is_resolved_and_checked(stage: Stage) -> None:
    stage.watch("client,emails,brand,registration_number\nNorthpine Outdoor,o@northpine.example,NORTHPINE,7100001\n")
    stage.serve_day(1)
    assert stage.run().checked == 1
    assert "1 of 1 marks checked" in stage.text("northpine-outdoor")
    again = stage.run(MORNING + timedelta(hours=1))
    assert (again.checked, again.queued) == (1, 0)


def test_a_mark_that_is_revived_is_told_as_good_news_and_clears_the_abandonment(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    stage.run()
    stage.serve_day(2)
    stage.run(NEXT_DAY)
    told = "".join(stage.text("northpine-outdoor", n, "2026-11-25") for n in (1, 2))
    assert "CAMPLARK" in told
    assert "Cleared" in told


def test_a_change_back_and_forth_and_back_is_told_each_time(stage: Stage) -> None:
    stage.watch("client,emails,brand,serial_number\nLumenhaus,b@lumenhaus.example,WICKLANE,88000012\n")
    day = new_york_day(NEXT_DAY)
    case = corpus.days(day).first["88000012"]
    other = replace(case, emails=("desk@elsewhere.example",))
    for hours, now_served in enumerate((case, other, case, other)):
        stage.serve([now_served])
        stage.run(MORNING + timedelta(hours=hours))
    told = _told(stage)
    assert len(told) == len(set(told))
    assert len(stage.messages()) == 4


def test_a_quiet_week_gets_an_all_clear_with_the_proof_of_coverage(stage: Stage) -> None:
    stage.watch("client,emails,brand,serial_number\nLumenhaus,b@lumenhaus.example,WICKLANE,88000006\n")
    stage.serve_day(1)
    for days in range(9):
        stage.run(MORNING + timedelta(days=days))
    assert [m.kind for m in stage.messages()] == ["baseline", "all_clear"]
    assert "1 of 1 marks checked" in stage.text("lumenhaus", 1, "2026-12-01")


def test_no_send_queues_and_the_next_run_delivers(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    first = stage.run(options=Options(send=False))
    assert (first.queued, first.delivered.sent, stage.mails()) == (3, 0, [])
    second = stage.run(MORNING + timedelta(minutes=5))
    assert (second.queued, second.delivered.sent) == (0, 3)


def _told(stage: Stage) -> list[tuple[str, int]]:
    """(client, change) of every message item, read without the table's own key."""
    from sqlalchemy import text

    engine = open_engine(stage.database_url)
    with engine.connect() as conn:
        rows = conn.execute(text("SELECT client, change_id FROM message_items")).all()
    engine.dispose()
    assert rows
    return [(row[0], row[1]) for row in rows]


def test_a_message_queued_for_the_folder_is_never_mailed_to_a_clients_name(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(1)
    lite.run(options=Options(send=False))
    lite.environ |= {"TMWATCH_MAIL_URL": "smtp://127.0.0.1:9", "TMWATCH_MAIL_SENDER": "watch@agency.example"}
    result = lite.run(MORNING + timedelta(minutes=5))
    assert (result.delivered.sent, result.delivered.deferred) == (0, 3)
    assert "queued for the outbox folder" in str(result.delivered.errors[0])
