"""`tmwatch schedule`: the daemon."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import console
from tmwatch.cli.invocation import invocation
from tmwatch.errors import WorldError
from tmwatch.text import say

if TYPE_CHECKING:
    from tmwatch.pipeline.due import Due


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("schedule")
    def schedule(
        ctx: typer.Context,
        metrics: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Write figures for node_exporter's textfile collector.")
        ] = None,
        once: Annotated[bool, typer.Option("--once", help="Do what is due now, then stop.", hidden=True)] = False,
    ) -> None:
        """Run for ever: a nightly pass, each client's digest at her local hour, heartbeat. Stop with Ctrl-C."""
        from tmwatch.cli.opening import open_context
        from tmwatch.daemon import Daemon
        from tmwatch.store import schema

        call = invocation(ctx)
        settings = call.settings
        schema.check(settings.database.url)  # what the user must mend is said now, not once a minute
        daemon = Daemon(
            settings,
            call.now,
            lambda progress: open_context(settings, call.now, progress=progress),
            after=lambda due: _after(due, metrics),
            alive=lambda: tell_systemd("WATCHDOG=1"),
        )
        if once:
            daemon.tick()
            return
        daemon.run(_say_running)
        tell_systemd("STOPPING=1")


def _say_running() -> None:
    """From here on signals are obeyed."""
    console.err(say("tmwatch schedule: running; stop with Ctrl-C"))
    tell_systemd("READY=1")


def _after(due: Due | None, metrics: Path | None) -> None:
    """After each tick: the figures of a pass are written."""
    if due is not None and due.passed is not None and metrics is not None:
        from tmwatch.pipeline.metrics import write_metrics

        try:
            write_metrics(metrics, due.passed)
        except WorldError as error:
            console.err(f"tmwatch: {console.spoken(error.said)}")


def tell_systemd(state: str) -> None:
    """Tell systemd the state of this service (sd_notify protocol); nothing happens when it did not ask."""
    import socket  # slow to load, and the help of all commands loads this file

    address = os.environ.get("NOTIFY_SOCKET")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.sendall(state.encode())
