"""A run over many marks issues a number of statements that depends on its chunks, not on its marks."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Engine

from tests.conftest import QueryRecorder
from tests.pipeline.stage import MORNING, Stage
from tmwatch.demo import corpus
from tmwatch.demo.cases import DemoCase
from tmwatch.pipeline.context import new_york_day


def many(count: int) -> list[DemoCase]:
    """Invented cases with numbers of their own."""
    model = corpus.days(new_york_day(MORNING)).first["88000012"]
    return [replace(model, serial_number=str(88100000 + n), mark=f"INVENTED {n}") for n in range(count)]


def statements(stage: Stage, count: int) -> int:
    """Run over `count` marks of ten clients; return how many statements went to the database."""
    cases = many(count)
    stage.serve(cases)
    rows = [f"Client {n % 10},c{n % 10}@client.example,Brand {n},{case.serial_number}" for n, case in enumerate(cases)]
    stage.watch("\n".join(["client,emails,brand,serial_number", *rows]))
    recorders: list[QueryRecorder] = []

    def listen(engine: Engine) -> None:
        recorders.append(QueryRecorder(engine))

    result = stage.run(listen=listen)
    assert (result.checked, result.queued) == (count, 10)
    return len(recorders[0])


def test_a_run_over_a_thousand_marks_issues_a_bounded_number_of_statements(lite: Stage) -> None:
    seen = statements(lite, 1000)
    batches, chunks, clients = 1000 // 20, 1000 // 500, 10
    assert seen <= 20 * batches + 20 * chunks + 30 * clients + 40
