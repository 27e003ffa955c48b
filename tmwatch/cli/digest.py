"""`tmwatch digest preview` and `tmwatch notify test`: see a message without sending it, or send one that says it is a
test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import INCOMPLETE, console
from tmwatch.cli.invocation import invocation
from tmwatch.errors import UsageError
from tmwatch.text import say

if TYPE_CHECKING:
    from tmwatch.digest.model import Message


def register(app: typer.Typer) -> None:
    """Add both groups."""
    digest = typer.Typer(help="Digests.", no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(digest, name="digest")
    digest.command("preview")(preview_command)
    notify = typer.Typer(help="Delivery.", no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(notify, name="notify")
    notify.command("test")(send_test)


def preview_command(
    ctx: typer.Context,
    client: Annotated[str | None, typer.Option(metavar="NAME", help="Only this client's.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Write .html and .txt there.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day for deadlines and ages.")] = None,
) -> None:
    """Show what each client's next digest would say. Sends and stores nothing."""
    from tmwatch.cli.opening import day_of, known_client, open_context
    from tmwatch.pipeline.preview import previews
    from tmwatch.store import reading

    call = invocation(ctx)
    with open_context(call.settings, call.now, as_of=day_of(as_of), dry_run=True) as run:
        with reading(run.engine) as conn:
            known_client(conn, client)
        messages = previews(run, client)
    if not messages:
        raise UsageError(say("nothing to preview: no such client, or no mark of hers was read yet (tmwatch run)"))
    for message in messages:
        _show(message, call.cwd / output if output else None)


def _show(message: Message, output: Path | None) -> None:
    """Print the text of a message, or write its files."""
    if output is None:
        console.out(say("Subject: {subject}", subject=message.subject))
        console.out()
        console.out(message.text)
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
        for ending, body in ((".html", message.html), (".txt", message.text)):
            path = output / f"{message.id}{ending}"
            path.write_text(body, encoding="utf-8")
            console.out(path)
    except OSError as error:
        raise UsageError(say("{file} cannot be written: {reason}", file=output, reason=error.strerror)) from error


def send_test(
    ctx: typer.Context,
    to: Annotated[str | None, typer.Option("--to", metavar="EMAIL", help="Send it to this address.")] = None,
    client: Annotated[
        str | None, typer.Option("--client", metavar="NAME", help="Send it through every channel of this client.")
    ] = None,
) -> None:
    """Send a message that says it is a test through the real channel: this shows that mail (or a chat) works."""
    from tmwatch.pipeline import trial
    from tmwatch.reading import email, said_by

    if (to is None) == (client is None):
        raise UsageError(say("say where to: --to EMAIL, or --client NAME for every channel of a client"))
    call = invocation(ctx)
    if to is not None:
        try:
            address = email(to)
        except ValueError as error:
            raise UsageError(say("--to: {problem}", problem=said_by(error))) from None
        console.out(trial.to_address(call.settings, address, call.now()))
        return
    from tmwatch.cli.opening import open_database

    failed = 0
    with open_database(call.settings) as engine:
        for line, problem in trial.to_client(call.settings, engine, client or "", call.now()):
            (console.err if problem else console.out)(line)
            failed += problem
    if failed:
        raise typer.Exit(INCOMPLETE)
