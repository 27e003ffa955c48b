"""A run judges only the marks that can have another result, and comes to the same as judging every mark every day."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, select

from tests.conftest import QueryRecorder
from tests.deadlines.case_text import read_case
from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tmwatch.pipeline.context import Context, new_york_day
from tmwatch.pipeline.evaluate import by_mark, facts_for
from tmwatch.pipeline.run import judge_all
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile
from tmwatch.sanctions import load_registry
from tmwatch.settings import load
from tmwatch.store import judgements, marks, open_engine, portfolio, reading, schema
from tmwatch.store.tables import CHANGES, FINDINGS, JUDGEMENTS

START = datetime(2026, 1, 5, 15, tzinfo=UTC)
DAYS = 60
# What the facts of a mark are read from. Whoever writes one of these must call judgements.forget (the first list) or be
# part of the basis that all judgements share (the second).
OF_A_MARK = {"case_files", "parties", "changes", "missing_sightings", "case_documents", "documents", "document_marks"}
OF_ALL = {"orders", "order_lists", "order_numbers", "watches"}


def cases() -> list[CaseFile]:
    path = Path(__file__).parents[1] / "data" / "deadline_cases.csv"
    with path.open(encoding="utf-8") as table:
        read = [read_case(row["record"]) for row in csv.DictReader(table)]
    return [replace(one, serial_number=f"{90_000_000 + n}") for n, one in enumerate(read[::4])]


@contextmanager
def portfolio_of(folder: Path, records: list[CaseFile]) -> Iterator[Engine]:
    """A fresh database in which the records are stored and watched, two marks a brand."""
    url = f"sqlite:///{folder / 'tmwatch.db'}"
    folder.mkdir()
    schema.upgrade(url)
    engine = open_engine(url)
    rows = [Watch("Lumenhaus", f"LUMEN {n // 2}", one.serial_number) for n, one in enumerate(records)]
    with engine.begin() as conn:
        portfolio.save_watches(conn, rows, [], START)
        marks.save_cases(conn, records, None, START)
    yield engine
    engine.dispose()


def context(folder: Path, engine: Engine, now: datetime) -> Context:
    settings = load(None, {"TMWATCH_DATABASE_URL": str(engine.url)}, folder)
    return Context(settings, engine, now, lambda: now, lambda _: None, load_registry(), new_york_day(now), run_id="run")


def history(engine: Engine) -> tuple[list[Any], list[Any]]:
    """Everything the rules ever said of the marks."""
    f = FINDINGS.c
    told = [f.serial_number, f.rule, f.key, f.severity, f.body, f.deadline, f.episode, f.opened_at, f.closed_at]
    with reading(engine) as conn:
        ledger = select(CHANGES.c.serial_number, CHANGES.c.name, CHANGES.c.old, CHANGES.c.new, CHANGES.c.recorded_at)
        return (
            sorted(map(repr, conn.execute(select(*told, f.close_reason)))),
            sorted(map(repr, conn.execute(ledger))),
        )


def due(engine: Engine, now: datetime) -> Any:
    """What must be filed for the marks within a quarter of a year."""
    day = new_york_day(now)
    with reading(engine) as conn:
        found, unknown = judgements.due_by(conn, portfolio.watched_serials(conn), day, day + timedelta(days=90))
    assert found or now > START + timedelta(days=30)
    assert not unknown
    return found


def test_two_months_come_to_the_same_as_judging_everything_every_day(tmp_path: Path) -> None:
    records, judged = cases(), 0
    judged_on = select(JUDGEMENTS.c.serial_number, JUDGEMENTS.c.judged_on)
    with portfolio_of(tmp_path / "some", records) as some, portfolio_of(tmp_path / "all", records) as every:
        for ahead in range(0, DAYS, 2):
            now = START + timedelta(days=ahead)
            with some.begin() as conn:
                before = set(conn.execute(judged_on).all())
            judge_all(context(tmp_path, some, now))
            with some.begin() as conn:
                judged += len(set(conn.execute(judged_on).all()) - before)
            with every.begin() as conn:
                conn.execute(delete(JUDGEMENTS))
            judge_all(context(tmp_path, every, now))
            assert due(some, now) == due(every, now)
        assert history(some) == history(every)
        assert len(history(some)[1]) > len(records)
    assert judged < len(records) * DAYS / 2 / 4  # and it is far less work


def test_marks_of_one_brand_are_judged_together(tmp_path: Path) -> None:
    records = cases()[:6]
    with portfolio_of(tmp_path / "one", records) as engine:
        judge_all(context(tmp_path, engine, START))
        with engine.begin() as conn:
            marks.save_cases(conn, [replace(records[2], status_code=602)], None, START)
            first = {row.serial_number: row.judged_on for row in conn.execute(select(JUDGEMENTS))}
        judge_all(replace(context(tmp_path, engine, START + timedelta(days=1)), run_id="next"))
        with engine.begin() as conn:
            again = {row.serial_number for row in conn.execute(select(JUDGEMENTS)) if row.run_id == "next"}
    mine = records[2].serial_number
    assert mine not in first
    assert {mine, records[3].serial_number} <= again


def test_only_known_tables_are_read_to_judge_a_mark(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    stage.run()
    engine = open_engine(stage.database_url)
    recorder = QueryRecorder(engine)
    now = MORNING + timedelta(hours=1)
    ctx = context(stage.folder, engine, now)
    with reading(engine) as conn:
        watches = portfolio.load_watches(conn)
        serials = portfolio.watched_serials(conn)
        assert len(list(facts_for(conn, ctx, serials, by_mark(watches)))) == len(serials)
    engine.dispose()
    read = {name for one in recorder.statements for name in re.findall(r"(?:FROM|JOIN) (\w+)", one)}
    assert "case_files" in read
    assert read <= OF_A_MARK | OF_ALL


def test_a_run_killed_while_judging_is_made_up_for(stage: Stage) -> None:
    stage.watch()
    stage.serve_day(1)
    stage.run()
    engine = open_engine(stage.database_url)
    with engine.begin() as conn:
        held = judgements.holding(conn, conn.scalars(select(JUDGEMENTS.c.basis)).first() or "", date(2026, 11, 24))
        judgements.begin(conn, held, "basis", date(2026, 11, 24), "killed")
    assert len(held) == 12
    stage.serve_day(2)
    stage.run(NEXT_DAY)
    with engine.begin() as conn:
        assert not conn.scalars(select(JUDGEMENTS.c.serial_number).where(JUDGEMENTS.c.holds_until.is_(None))).all()
    engine.dispose()
    assert any(message.kind == "alert" for message in stage.messages())
