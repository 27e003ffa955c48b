"""`tmwatch schedule`: the daemon."""

from __future__ import annotations

from typing import Annotated

import typer

from tmwatch.cli import console
from tmwatch.cli.invocation import invocation


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("schedule")
    def schedule(
        ctx: typer.Context,
        once: Annotated[bool, typer.Option("--once", help="Do what is due now, then stop.", hidden=True)] = False,
    ) -> None:
        """Run for ever: a nightly pass, each client's digest at her local hour, heartbeat. Stop with Ctrl-C."""
        from tmwatch.cli.opening import open_context
        from tmwatch.daemon import Daemon

        call = invocation(ctx)
        settings = call.settings
        daemon = Daemon(settings, call.now, lambda progress: open_context(settings, call.now, progress=progress))
        if once:
            daemon.tick()
            return
        console.err("tmwatch schedule: running; stop with Ctrl-C")
        daemon.run()
