"""Reports gathered from a real database after two days of runs: whole, filtered, and without a trace."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from sqlalchemy import event, text

from tests.conftest import QueryRecorder
from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tmwatch.cli.opening import open_context
from tmwatch.demo.stub import StubState, serve
from tmwatch.digest.wording import words
from tmwatch.errors import UsageError
from tmwatch.findings import Severity
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.report import gather, gather_evidence
from tmwatch.pipeline.run import Options
from tmwatch.reports.ics_calendar import calendar
from tmwatch.store import open_engine, portfolio, reading

ENGLISH = words("en", "America/New_York")


@pytest.fixture(scope="module")
def played(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Both days, played once for the tests that only read."""
    folder = tmp_path_factory.mktemp("played")
    shutil.copy(_sqlite_template, folder / "tmwatch.sqlite")
    state = StubState()
    with serve(state) as base_url:
        yield play(Stage(folder, f"sqlite:///{folder / 'tmwatch.sqlite'}", base_url, state))


def play(stage: Stage) -> Stage:
    """Run both days of the demonstration's portfolio."""
    stage.watch()
    stage.serve_day(1)
    stage.run(MORNING)
    stage.serve_day(2)
    stage.run(NEXT_DAY)
    return stage


@contextmanager
def opened(stage: Stage, as_of: date | None = None) -> Iterator[Context]:
    with open_context(stage.settings, lambda: NEXT_DAY, as_of=as_of) as ctx:
        yield ctx


def test_a_report_holds_every_mark_most_at_stake_first(stage: Stage) -> None:
    with opened(play(stage)) as ctx:
        found = gather(ctx)
    assert [one.client for one in found.clients] == ["Northpine Outdoor", "Lumenhaus", "Kestrel Pet"]
    assert len(found.marks) == 12
    assert (found.coverage.watched, found.coverage.checked) == (12, 12)
    worst = [max((f.severity for f in one.findings), default=Severity.INFO) for one in found.marks]
    assert worst == sorted(worst, reverse=True)
    assert found.clients[0].stake.asins == 50


def test_each_client_is_told_with_state_findings_next_deadline_and_last_mail(stage: Stage) -> None:
    with opened(play(stage)) as ctx:
        whole = gather(ctx)
    found = {one.client: one for one in whole.clients}
    north, kestrel = found["Northpine Outdoor"], found["Kestrel Pet"]
    assert (north.state, kestrel.state) == ("lost", "weakened")
    worst, count = north.findings[0]
    assert worst is Severity.CRITICAL
    assert count == 3
    own = [f for m in whole.marks if m.watches[0].client == "Kestrel Pet" for f in m.findings]
    assert sum(n for _, n in kestrel.findings) == sum(f.severity > Severity.INFO and not f.good_news for f in own) > 2
    assert north.ahead
    assert (north.ahead.mark, north.ahead.kind) == ("TRAILFERN TENTS", "section_8")
    assert {(one.last_sent, one.waiting) for one in found.values()} == {(NEXT_DAY, 0)}


def test_a_client_who_was_never_written_to_says_so_and_what_waits_is_counted(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(1)
    lite.run(MORNING, Options(send=False))
    with opened(lite) as ctx:
        clients = gather(ctx).clients
    assert {one.last_sent for one in clients} == {None}
    assert all(one.waiting >= 1 for one in clients)


def test_findings_of_the_report_are_those_the_store_holds_open(played: Stage) -> None:
    with opened(played) as ctx:
        found = gather(ctx)
    told = [one for mark in found.marks for one in mark.findings if not one.card_only]
    assert len(told) > 10
    assert all(mark.tracking(one) for mark in found.marks for one in mark.findings if not one.card_only)


def test_a_floor_hides_what_lies_below_and_never_good_news(played: Stage) -> None:
    with opened(played) as ctx:
        found = gather(ctx, floor=Severity.HIGH)
    shown = [one for mark in found.marks for one in mark.findings]
    assert all(one.severity >= Severity.HIGH or one.good_news for one in shown)
    assert any(one.good_news for one in shown)
    assert found.clients[0].in_danger


def test_the_report_of_one_client_knows_no_other(played: Stage) -> None:
    with opened(played) as ctx:
        found = gather(ctx, "Kestrel Pet")
    assert [one.client for one in found.clients] == ["Kestrel Pet"]
    assert {watch.client for mark in found.marks for watch in mark.watches} == {"Kestrel Pet"}
    assert {one.client for mark in found.marks for one in mark.findings} <= {"", "Kestrel Pet"}
    assert found.coverage.watched == 4


def test_a_client_nobody_knows_is_an_error_that_names_those_there_are(played: Stage) -> None:
    with opened(played) as ctx, pytest.raises(UsageError, match="there are: Kestrel Pet, Lumenhaus, Northpine"):
        gather(ctx, "Nobody")


def test_another_day_is_judged_without_writing_anything(played: Stage) -> None:
    engine = open_engine(played.database_url)
    counts = "SELECT (SELECT count(*) FROM changes), count(*), max(last_seen_at) FROM findings"
    with reading(engine) as conn:
        before = conn.execute(text(counts)).one()
    with opened(played, date(2029, 6, 1)) as ctx:
        written: list[str] = []
        event.listen(ctx.engine, "before_cursor_execute", lambda *given: written.append(given[2]))
        later = gather(ctx)
    assert not [one for one in written if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    with reading(engine) as conn:
        assert conn.execute(text(counts)).one() == before
    engine.dispose()
    assert later.as_of == date(2029, 6, 1)
    assert {one.record.serial_number for one in later.marks if any(f.rule == "R01" for f in one.findings)}


def test_a_report_takes_a_bounded_number_of_statements(played: Stage) -> None:
    with opened(played) as ctx:
        recorder = QueryRecorder(ctx.engine)
        gather(ctx)
    assert len(recorder) < 40


def test_what_died_over_night_is_cancelled_in_the_calendar(played: Stage) -> None:
    with opened(played) as ctx:
        found = {str(one["uid"]): one for one in Calendar.from_ical(calendar(gather(ctx), ENGLISH)).walk("VEVENT")}
    assert found["88000004.section-8.year-6.due@deadlines.tmwatch"]["status"] == "CANCELLED"
    assert found["88000006.section-8.year-6.due@deadlines.tmwatch"]["status"] == "CONFIRMED"
    assert any(
        uid.startswith("88000004.director-petition") and one["status"] == "CONFIRMED" for uid, one in found.items()
    )


def test_a_mark_taken_from_the_portfolio_is_cancelled_in_the_calendar(lite: Stage) -> None:
    play(lite)
    engine = open_engine(lite.database_url)
    with engine.begin() as conn:
        portfolio.remove_watches(conn, "88000006", None, NEXT_DAY)
    engine.dispose()
    with opened(lite) as ctx:
        found = {str(one["uid"]): one for one in Calendar.from_ical(calendar(gather(ctx), ENGLISH)).walk("VEVENT")}
    assert found["88000006.section-8.year-6.due@deadlines.tmwatch"]["status"] == "CANCELLED"


def test_an_evidence_pack_names_each_answer_with_its_hash_and_each_change_with_both_values(stage: Stage) -> None:
    with opened(play(stage)) as ctx:
        found = gather_evidence(ctx, "88000004")
        same = gather_evidence(ctx, "rn7100004")
    assert len(found.documents) >= 2
    assert all(len(one.sha256) == 64 and one.state == "good" for one in found.documents)
    assert found.documents[0].fetched_at > found.documents[-1].fetched_at
    status = next(one for one in found.mark.changes if one.name == "status")
    assert (status.old, status.new) == (700, 610)
    assert found.first_seen < NEXT_DAY
    assert same.mark.record == found.mark.record


def test_a_mark_never_read_has_no_evidence(played: Stage) -> None:
    with opened(played) as ctx, pytest.raises(UsageError, match="nothing is stored of 97999999"):
        gather_evidence(ctx, "97999999")
