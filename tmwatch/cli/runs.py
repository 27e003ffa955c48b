"""`tmwatch runs`: the run ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from tmwatch.cli import console
from tmwatch.cli.invocation import invocation


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("runs")
    def runs_command(
        ctx: typer.Context,
        limit: Annotated[int, typer.Option(min=1, help="How many, newest first.")] = 20,
    ) -> None:
        """List the runs: when, how many marks were checked, what failed."""
        from tmwatch.cli.opening import open_database
        from tmwatch.store import reading, runs

        with open_database(invocation(ctx).settings) as engine, reading(engine) as conn:
            listed = runs.list_runs(conn, limit)
        rows = [
            (
                run.id,
                run.kind,
                f"{run.started_at:%Y-%m-%d %H:%M} UTC",
                run.state,
                "" if run.watched is None else f"{run.checked} of {run.watched}",
                len(run.failed),
                run.failed[0]["error"] if run.failed else "",
            )
            for run in listed
        ]
        console.table(("run", "kind", "started", "state", "checked", "failed", "first failure"), rows)
