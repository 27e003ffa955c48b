"""`tmwatch run`: one daily pass."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tmwatch.cli import INCOMPLETE, console
from tmwatch.cli.invocation import Invocation, invocation
from tmwatch.cli.progress import Progress
from tmwatch.text import say

if TYPE_CHECKING:
    from tmwatch.pipeline.run import Options, RunResult

# What --json prints when --if-due finds nothing to do: the keys of a run, nothing known.
NOTHING_DUE: dict[str, Any] = {
    **dict.fromkeys(("run_id", "started_at", "finished_at", "watched", "checked")),
    "failed": [],
    "sources": [],
    "changes": 0,
    "findings": dict.fromkeys(("opened", "cleared", "open")),
    "messages": {"queued": 0, "delivered": 0, "failed": 0},
    "anomaly": None,
}


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("run")
    def run_command(
        ctx: typer.Context,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Fetch and judge, but store and send nothing.")
        ] = False,
        no_send: Annotated[bool, typer.Option("--no-send", help="Queue the messages, do not send them.")] = False,
        source: Annotated[
            list[str] | None, typer.Option(metavar="NAME", help="Read only: tsdr, odp (daily files), orders (page).")
        ] = None,
        since: Annotated[
            str | None, typer.Option(metavar="DATE", help="First daily file to read (default: the newest, then on).")
        ] = None,
        if_due: Annotated[
            bool, typer.Option("--if-due", help="Do only what is due by the clock, as the daemon would.")
        ] = False,
        as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day for deadlines and ages.")] = None,
        metrics: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Write figures for node_exporter's textfile collector.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    ) -> None:
        """Fetch every watched mark, judge it, and mail what is new. For cron."""
        from tmwatch.cli.opening import day_of
        from tmwatch.pipeline.run import ORDER_WATCH, Options

        sources = _sources(source)
        kind = ORDER_WATCH if set(sources) == {"orders"} else "run"
        options = Options(send=not (no_send or dry_run), sources=sources, since=day_of(since, "--since"), kind=kind)
        result = perform(invocation(ctx), options, dry_run=dry_run, if_due=if_due, as_of=as_of, quiet=as_json)
        if metrics is not None and result is not None:
            from tmwatch.pipeline.metrics import write_metrics

            write_metrics(metrics, result)
        report(invocation(ctx), result, as_json)


def _sources(names: list[str] | None) -> tuple[str, ...]:
    """Check the names given with --source."""
    from tmwatch.errors import UsageError
    from tmwatch.pipeline.run import SOURCES
    from tmwatch.reading import choice, said_by

    try:
        return tuple(choice(name, SOURCES) for name in names) if names else SOURCES
    except ValueError as error:
        raise UsageError(say("--source: {problem}", problem=said_by(error))) from None


def report(call: Invocation, result: RunResult | None, as_json: bool) -> None:
    """Print what a run did and leave with its exit code."""
    if result is None:
        console.json_out(NOTHING_DUE) if as_json else console.out(say("nothing is due"))
        return
    if as_json:
        console.json_out(result.to_json())
    else:
        _say_what_it_did(result)
    for line in result.notices:
        console.warn(console.clean_line(console.recalled(line)))
    if not result.complete:
        raise typer.Exit(INCOMPLETE)


def perform(
    call: Invocation, options: Options, *, dry_run: bool, if_due: bool, as_of: str | None, quiet: bool
) -> RunResult | None:
    """Open what a run needs and do one; None when --if-due finds nothing to do."""
    from tmwatch.cli.opening import day_of, open_context
    from tmwatch.pipeline import heartbeat
    from tmwatch.pipeline.due import run_due
    from tmwatch.pipeline.edges import open_edges
    from tmwatch.pipeline.run import run

    settings = call.settings
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(quiet=quiet))
        ctx = stack.enter_context(
            open_context(settings, call.now, as_of=day_of(as_of), dry_run=dry_run, progress=progress.show)
        )
        edges = stack.enter_context(open_edges(settings, call.now, call.sleep, ctx.engine))
        if if_due:
            return run_due(ctx, edges)
        if dry_run:
            return run(ctx, edges, options)  # nothing that a monitor should count
        with heartbeat.beating(settings) as beat:
            result = run(ctx, edges, options, beat.begin)
            beat.complete = result.complete
        return result


def _say_what_it_did(result: RunResult) -> None:
    """Print what the run did; troubles go to stderr."""
    console.out(say("{checked} of {watched} marks checked", checked=result.checked, watched=result.watched))
    console.out(
        say(
            "{changes} changes in the record; {opened} findings opened, {cleared} cleared, {open} open",
            changes=sum(source.changes for source in result.sources),
            opened=result.opened,
            cleared=result.cleared,
            open=result.open,
        )
    )
    sent = result.delivered.sent
    console.out(say("{queued} messages queued, {delivered} delivered", queued=result.queued, delivered=sent))
    if not result.watched:
        console.out(say("no marks are watched; add some with: tmwatch portfolio import FILE"))
    for failure in result.failed:
        what = failure.serial_number or failure.file or failure.source
        console.err(say("not checked: {what}: {problem}", what=what, problem=console.recalled(failure.error)))
    if result.anomaly:
        console.err(
            say(
                "{anomaly}. To believe it now: tmwatch outbox release anomaly", anomaly=console.recalled(result.anomaly)
            )
        )
    for line in (*result.warnings, *result.delivered.errors):
        console.err(console.recalled(line))
