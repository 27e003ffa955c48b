"""`tmwatch runs`: the run ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from tmwatch.cli import console
from tmwatch.cli.invocation import invocation
from tmwatch.digest.terminal import moment
from tmwatch.digest.vocabulary import RUN_KINDS, RUN_STATES, coded
from tmwatch.text import say

COLUMNS = (say("run"), say("kind"), say("started"), say("state"), say("checked"), say("failed"),
           say("first failure"))  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("runs")
    def runs_command(
        ctx: typer.Context,
        limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many, newest first.")] = 20,
    ) -> None:
        """List the runs: when, how many marks were checked, what failed."""
        from tmwatch.cli.opening import open_database
        from tmwatch.store import reading, runs

        with open_database(invocation(ctx).settings) as engine, reading(engine) as conn:
            listed = runs.list_runs(conn, limit)
        rows = [
            (
                run.id,
                coded(RUN_KINDS, run.kind),
                moment(run.started_at),
                coded(RUN_STATES, run.state),
                "" if run.watched is None else say("{part} of {whole}", part=run.checked, whole=run.watched),
                len(run.failed),
                console.recalled(runs.why_of(run.failed[0])) if run.failed else "",
            )
            for run in listed
        ]
        console.table(COLUMNS, rows)
