"""`tmwatch outbox`: messages that wait, were sent or failed, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import console
from tmwatch.cli.invocation import invocation
from tmwatch.digest.terminal import moment
from tmwatch.digest.vocabulary import DELIVERY_STATES, MESSAGE_KINDS, coded
from tmwatch.errors import UsageError
from tmwatch.text import say

if TYPE_CHECKING:
    from tmwatch.store.outbox import StoredMessage

COLUMNS = (say("message"), say("kind"), say("subject"), say("recipient"), say("state"), say("when"), say("attempts"),
           say("last error"))  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Messages that wait, and why.", no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="outbox")
    group.command("list")(list_command)
    group.command("resend")(resend_command)
    group.command("release")(release_command)


def list_command(
    ctx: typer.Context,
    client: Annotated[str | None, typer.Option(metavar="NAME", help="Only this client's.")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what has not gone out.")] = False,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How many messages, newest first.")] = 50,
) -> None:
    """List messages with each recipient's state."""
    from tmwatch.cli.opening import known_client, open_database
    from tmwatch.store import outbox, reading
    from tmwatch.store.reached import WAITS

    states = WAITS if waiting else ()
    with open_database(invocation(ctx).settings) as engine, reading(engine) as conn:
        messages = outbox.list_messages(conn, client, states, limit)
        if not messages:  # the operator, who reads the overview, is no client and may have messages
            known_client(conn, client)
    rows: list[tuple[object, ...]] = [
        (
            *_named(message),
            one.recipient,
            coded(DELIVERY_STATES, one.state),
            moment(one.sent_at) if one.sent_at else "",
            one.attempts,
            console.recalled(one.last_error or ""),
        )
        for message in messages
        for one in message.deliveries
    ]
    nobody = coded(DELIVERY_STATES, "no recipient")
    rows += [
        (*_named(message), "", nobody, "", 0, say("the client has no e-mail address"))
        for message in messages
        if not message.deliveries
    ]
    console.table(COLUMNS, rows)


def _named(message: StoredMessage) -> tuple[object, ...]:
    """Return the cells that name a message."""
    return message.id, coded(MESSAGE_KINDS, message.kind), message.subject


def resend_command(ctx: typer.Context, message: Annotated[str, typer.Argument(help="Id of the message.")]) -> None:
    """Send the same bytes again to every recipient of a message, at the next run."""
    from tmwatch.cli.opening import open_database
    from tmwatch.store import outbox

    call = invocation(ctx)
    with open_database(call.settings) as engine, engine.begin() as conn:
        count = outbox.resend(conn, message, call.now())
    if not count:
        raise UsageError(
            say(
                "there is no message {message} with a recipient; see: tmwatch outbox list",
                message=repr(console.clean_line(message)),
            )
        )
    console.out(say("{count} deliveries queued again", count=count))


def release_command(
    ctx: typer.Context,
    message: Annotated[
        str | None,
        typer.Argument(help='Id of the message, all that wait when left out; "anomaly": marks held as unconfirmed.'),
    ] = None,
) -> None:
    """Free what is held, failed or put off: it goes out at the next run."""
    from tmwatch.cli.opening import open_context, open_database
    from tmwatch.store import outbox

    call = invocation(ctx)
    if message == "anomaly":
        from tmwatch.pipeline import guard

        with open_context(call.settings, call.now) as run:
            console.out(say("{count} marks believed; the next run reports them", count=guard.release(run)))
        return
    with open_database(call.settings) as engine, engine.begin() as conn:
        count = outbox.release(conn, message, call.now())
        known = message is None or count or outbox.raw_message(conn, message) is not None
    if not known:
        named = repr(console.clean_line(message))
        raise UsageError(say("there is no message {message}; see: tmwatch outbox list", message=named))
    console.out(say("{count} deliveries released", count=count))
