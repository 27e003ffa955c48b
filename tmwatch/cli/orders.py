"""`tmwatch orders`: import the list of an order, list and show the orders known, and where the portfolio meets them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import INCOMPLETE, console, order_json, order_output
from tmwatch.cli.invocation import Invocation, invocation
from tmwatch.cli.progress import Progress
from tmwatch.errors import UsageError
from tmwatch.text import say

if TYPE_CHECKING:
    from tmwatch.pipeline.order_import import Imported
    from tmwatch.pipeline.order_lists import Given

_PARTIAL_DAY = re.compile(r"(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2]))?")
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("import")(import_)
    group.command("list")(list_)
    group.command("show")(show)
    group.command("hits")(hits)
    app.add_typer(group, name="orders", help="Sanctions orders of the USPTO, and the marks they name.")


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="PDF, CSV, TXT or XLSX with the order's numbers.")],
    order_id: Annotated[str | None, typer.Option(metavar="ID", help="Which order it is; see: orders list.")] = None,
    kind: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Its type, as final_sanctions.")] = None,
    day: Annotated[str | None, typer.Option("--date", metavar="DATE", help="Its day: 2026-11-23.")] = None,
    response_due: Annotated[str | None, typer.Option(metavar="DATE", help="Last day to answer it.")] = None,
    expect: Annotated[int | None, typer.Option(metavar="N", min=1, help="How many numbers it should have.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Take a count that is more than 1 % off.")] = False,
    reviewed: Annotated[bool, typer.Option("--reviewed", help="You have checked the list against the order.")] = False,
    ocr: Annotated[bool, typer.Option("--ocr", help="Read pages without text with the program tesseract.")] = False,
    no_send: Annotated[bool, typer.Option("--no-send", help="Queue the messages, do not send them.")] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day for deadlines and ages.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Store an order's list of numbers, judge the watched marks it names, and tell their owners at once."""
    from tmwatch.cli.opening import day_of
    from tmwatch.pipeline.order_lists import Given

    given = Given(
        order_id=_id(order_id),
        type=_type(kind),
        date=_day(day),
        response_due=day_of(response_due, "--response-due"),
        expected=expect,
        accept=accept,
        reviewed=reviewed,
    )
    done = _import(invocation(ctx), file, given, ocr=ocr, send=not no_send, as_of=day_of(as_of), quiet=as_json)
    if as_json:
        console.json_out(order_json.imported_json(done))
    else:
        order_output.say_imported(done, str(file))
    for line in done.delivered.errors:
        console.err(console.recalled(line))
    if not done.complete:
        raise typer.Exit(INCOMPLETE)


def _import(
    call: Invocation, file: Path, given: Given, *, ocr: bool, send: bool, as_of: date | None, quiet: bool
) -> Imported:
    """Open what an import needs and do it."""
    from tmwatch.cli.opening import open_context
    from tmwatch.pipeline.edges import channels_of
    from tmwatch.pipeline.order_import import import_order
    from tmwatch.sources.order_ocr import find_program

    settings = call.settings
    program = find_program(call.environ.get("PATH")) if ocr else None
    with (
        Progress(quiet=quiet) as progress,
        open_context(settings, call.now, as_of=as_of, progress=progress.show) as ctx,
    ):
        channels = channels_of(settings) if send else None
        return import_order(ctx, call.cwd / file.expanduser(), given, channels, program)


def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List the orders known, newest first: type, counts, whether their numbers are loaded, marks named."""
    from tmwatch.cli.opening import open_context
    from tmwatch.pipeline.order_hits import known_orders
    from tmwatch.pipeline.order_watch import failure_of, open_documents
    from tmwatch.sanctions import is_stale
    from tmwatch.store import reading

    call = invocation(ctx)
    days = call.settings.orders.stale_days
    with open_context(call.settings, call.now) as opened, reading(opened.engine) as conn:
        known = known_orders(conn, opened.registry)
        waiting, failure = open_documents(conn), failure_of(conn)
    stale = is_stale(opened.registry, opened.as_of, days)
    if as_json:
        console.json_out(order_json.list_json(known, opened.registry, waiting, stale))
    else:
        order_output.say_list(known)
    if stale:
        console.warn(
            say(
                "the newest order known ({day}) is older than {days} days (orders.stale_days); look for newer ones at "
                "{page} and bring them in with: tmwatch orders import",
                day=opened.registry.newest or say("none"),
                days=days,
                page=call.settings.orders.page_url or say("the page of orders of the USPTO"),
            )
        )
    for one in waiting:
        console.warn(order_output.waiting_text(one))
    if failure:
        day, why = failure[0].date(), console.recalled(failure[1])
        console.warn(say("the page of orders could not be read on {day}: {problem}", day=day, problem=why))


def show(
    ctx: typer.Context,
    order_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the order; see: orders list.")],
    as_json: JsonOption = False,
) -> None:
    """Show one order: respondents, source, lists with their history, the watched marks it names."""
    from tmwatch.cli.opening import open_context
    from tmwatch.pipeline.order_hits import known_orders
    from tmwatch.reading import hinted
    from tmwatch.store import reading

    call = invocation(ctx)
    with open_context(call.settings, call.now) as opened, reading(opened.engine) as conn:
        known = {one.order.order_id.casefold(): one for one in known_orders(conn, opened.registry)}
    found = known.get(order_id.strip().casefold())
    if found is None:
        refused = say("there is no order {order}", order=repr(console.clean_line(order_id)))
        near = hinted(refused, order_id, [one.order.order_id for one in known.values()])
        raise UsageError(near if near != refused else say("{text}; see: tmwatch orders list", text=refused))
    if as_json:
        console.json_out(order_json.order_json(found, named=True))
    else:
        order_output.say_order(found, opened.registry)


def hits(
    ctx: typer.Context,
    client: Annotated[str | None, typer.Option(metavar="NAME", help="Only this client's marks.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the watched marks that orders name, and identities named in orders on their records, strongest first."""
    from tmwatch.cli.opening import open_context
    from tmwatch.pipeline.order_hits import agent_matches, named_marks, strongest_first
    from tmwatch.store import portfolio, reading

    call = invocation(ctx)
    with open_context(call.settings, call.now) as opened, reading(opened.engine) as conn:
        if client is not None and client not in portfolio.load_clients(conn):
            asked = repr(console.clean_line(client))
            raise UsageError(say("there is no client {client}; see: tmwatch portfolio list", client=asked))
        named = named_marks(conn, opened.registry, client)
        found = strongest_first((*named, *agent_matches(conn, opened.registry, client)))
    if as_json:
        console.json_out({"hits": [order_json.hit_json(one) for one in found]})
    else:
        order_output.say_hits(found, opened.registry)


def _id(text: str | None) -> str | None:
    """Read an order id: one word."""
    if text is None:
        return None
    word = text.strip()
    if not word or len(word) > 100 or not word.isprintable() or " " in word:
        raise UsageError(say("--order-id must be one word, as USPTO-2026-11-20-FINAL"))
    return word


def _type(text: str | None) -> str | None:
    """Read a type of order."""
    from tmwatch.pipeline.order_lists import TYPES
    from tmwatch.reading import choice, said_by

    try:
        return None if text is None else choice(text, tuple(TYPES))
    except ValueError as error:
        raise UsageError(say("--type {problem}", problem=said_by(error))) from None


def _day(text: str | None) -> str | None:
    """Read the day of an order, of which only month or year may be known."""
    from tmwatch.cli.opening import day_of

    if text is None or _PARTIAL_DAY.fullmatch(text.strip()):
        return text and text.strip()
    found = day_of(text, "--date")
    return found.isoformat() if found else None
