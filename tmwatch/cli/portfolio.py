"""`tmwatch portfolio`: import, add, remove, list and export the marks that are watched."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import console, counts, portfolio_output, portfolio_removal
from tmwatch.cli.discover import discover
from tmwatch.cli.invocation import Invocation, invocation
from tmwatch.cli.opening import open_database
from tmwatch.errors import PortfolioError, UsageError
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from tmwatch.portfolio import Watch
    from tmwatch.portfolio_rows import Portfolio

ClientOption = Annotated[str | None, typer.Option("--client", metavar="NAME", help="Only this client's rows.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("import")(import_)
    group.command("add")(add)
    group.command("remove")(remove)
    group.command("list")(list_)
    group.command("export")(export)
    group.command("discover")(discover)
    app.add_typer(group, name="portfolio", help="The marks that are watched, and for whom.")


def import_(
    ctx: typer.Context,
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="CSV, XLSX or a list; - is stdin.")] = None,
    client: Annotated[
        str | None, typer.Option("--client", metavar="NAME", help="Whose marks are rows that name no client.")
    ] = None,
    clients: Annotated[
        Path | None, typer.Option("--clients", metavar="FILE", help="Clients file (default: clients.csv beside FILE).")
    ] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Import the good rows, name the others.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file, store nothing.")] = False,
) -> None:
    """Import or update rows from CSV, XLSX or a bare list of numbers; all or nothing unless --partial."""
    call = invocation(ctx)
    found = _read(call, file, client, clients)
    for note in found.notes:
        console.err(say("note: {note}", note=note))
    if found.problems and not (partial and (found.watches or found.clients)):
        rows = counts.counted(found.refused, counts.ROWS) if found.refused else say("the file")
        text = say("{rows} cannot be taken; nothing was imported", rows=rows)
        if found.watches:
            text = say("{text} (--partial takes the good rows)", text=text)
        raise PortfolioError(text, found.problems)
    for problem in found.problems:
        console.err(say("left out: {problem}", problem=problem))
    if dry_run:
        console.out(say("{rows} are fine; nothing was stored", rows=_counts(found)))
    else:
        _save(call, found)
    if found.problems:
        raise typer.Exit(3)


def _read(call: Invocation, file: str | None, client: str | None, clients: Path | None) -> Portfolio:
    """Read the portfolio and the clients file that belongs to it."""
    from tmwatch.portfolio_rows import Portfolio, joined, read_clients, read_watches
    from tmwatch.sources import portfolio_file

    if file is None and clients is None:
        raise UsageError(say("name a FILE to import (CSV, XLSX, or - for stdin), or --clients FILE"))
    found = Portfolio()
    if file is not None:
        path = Path("-") if file == "-" else call.cwd / Path(file).expanduser()
        body = portfolio_file.fetch(path, sys.stdin.buffer)
        found = read_watches(portfolio_file.parse(body, "stdin" if file == "-" else path.name), client)
        beside = path.parent / "clients.csv"
        if clients is None and file != "-" and beside.is_file() and beside != path:
            clients = beside
    if clients is None:
        return found
    path = call.cwd / clients.expanduser()
    return joined(found, read_clients(portfolio_file.parse(portfolio_file.fetch(path, sys.stdin.buffer), path.name)))


def _save(call: Invocation, found: Portfolio) -> None:
    """Store what was read in one transaction and say what came of it."""
    from tmwatch.portfolio_rows import renewed
    from tmwatch.store import portfolio

    said = found.clients or {}
    with open_database(call.settings) as engine, engine.begin() as conn:
        stored = portfolio.load_clients(conn)
        clients = {name: renewed(stored.get(name), one, name in found.whole) for name, one in said.items()}
        saved = portfolio.save_watches(conn, found.watches, clients.values(), call.now())
    console.out(
        say(
            "imported {rows} ({new} new, {updated} updated)",
            rows=_counts(found),
            new=counts.grouped(saved.added),
            updated=counts.grouped(saved.updated),
        )
    )
    for name, one in clients.items():
        if not one.emails and not one.channels:
            console.warn(say("client {client} has no e-mail address: no digest can reach anybody", client=repr(name)))


def _counts(found: Portfolio) -> Text:
    """Say how many rows of how many clients were read."""
    return say(
        "{rows} of {clients}",
        rows=counts.counted(len(found.watches), counts.ROWS),
        clients=counts.counted(len(found.clients or {}), counts.CLIENTS),
    )


def add(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help="Serial number, or registration number (rn6723159).")],
    brand: Annotated[str, typer.Option(metavar="NAME", help="Brand the mark protects.")] = "",
    client: Annotated[str, typer.Option(metavar="NAME", help="Whose mark it is.")] = "",
    email: Annotated[
        list[str] | None, typer.Option(metavar="EMAIL", help="Who gets the digests; may be given again.")
    ] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="en or zh-CN.")] = "",
    marketplaces: Annotated[str, typer.Option(metavar="LIST", help="As US;CA;MX.")] = "",
    brand_registry_status: Annotated[
        str, typer.Option(metavar="STATE", help="enrolled, pending, not_enrolled or removed.")
    ] = "",
    enrolled_with_this_mark: Annotated[str, typer.Option(metavar="ANSWER", help="yes or no.")] = "",
    reference: Annotated[str, typer.Option(metavar="TEXT", help="Your own docket number.")] = "",
) -> None:
    """Watch one more mark."""
    from tmwatch.portfolio_rows import RawTable, read_watches
    from tmwatch.portfolio_words import without_place
    from tmwatch.text import LINES, chain

    cells = {
        "number": number,
        "brand": brand,
        "client": client,
        "emails": ";".join(email or ()),
        "language": language,
        "marketplaces": marketplaces,
        "brand_registry_status": brand_registry_status,
        "enrolled_with_this_mark": enrolled_with_this_mark,
        "reference": reference,
    }
    found = read_watches(RawTable("add", tuple(cells), ((1, tuple(cells.values())),)))
    if found.problems:
        raise UsageError(chain([without_place(problem) for problem in found.problems], LINES))
    call = invocation(ctx)
    _not_there_yet(call, found.watches[0])
    _save(call, found)


def _not_there_yet(call: Invocation, watch: Watch) -> None:
    """UsageError for a row that is in the portfolio already."""
    from tmwatch.store import portfolio, reading

    with open_database(call.settings) as engine, reading(engine) as conn:
        known = portfolio.load_watches(conn, watch.client)
    if any(watch.brand == one.brand and watch.number in _names(one) for one in known):
        held = say(
            "{number} is in the portfolio already; to change it, import a file with its row", number=watch.number
        )
        raise UsageError(held)


def _names(watch: Watch) -> tuple[str, str]:
    """Return both numbers a stored row goes by."""
    return watch.number, f"rn{watch.registration_number}"


def remove(
    ctx: typer.Context,
    number: Annotated[
        str | None, typer.Argument(metavar="NUMBER", help="Serial number, or registration number (rn6723159).")
    ] = None,
    client: ClientOption = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Delete --client with all that is stored about it; lists it first.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --everything: really delete.")] = False,
) -> None:
    """Stop watching a mark (what is known about it stays), or delete a client with everything about it."""
    call = invocation(ctx)
    if everything:
        if number is not None or client is None:
            raise UsageError(say("--everything takes a client and no number: --client NAME --everything"))
        portfolio_removal.everything(call, client, yes)
    elif number is None:
        raise UsageError(say("say which mark, or --client NAME --everything to delete a client"))
    else:
        portfolio_removal.one(call, number, client)


def list_(
    ctx: typer.Context,
    client: ClientOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the marks that are watched."""
    watches, clients = portfolio_output.load(invocation(ctx), client)
    if as_json:
        console.json_out([portfolio_output.as_json(watch, clients.get(watch.client)) for watch in watches])
    elif not watches:
        console.out(say("no marks are watched; add some with: tmwatch portfolio import FILE"))
    else:
        console.table(portfolio_output.COLUMNS, [portfolio_output.row(watch) for watch in watches])


def export(
    ctx: typer.Context,
    client: ClientOption = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="File to write.")] = None,
) -> None:
    """Write the portfolio as CSV that spreadsheets open safely and `portfolio import` reads back."""
    call = invocation(ctx)
    watches, clients = portfolio_output.load(call, client)
    text = portfolio_output.as_csv(watches, clients)
    if any(clients[watch.client].channels for watch in watches if watch.client in clients):
        console.err(say("note: channels hold secrets and are not exported; they stay in the database"))
    if output is None:
        sys.stdout.write(text)
        return
    try:
        (call.cwd / output).write_bytes(b"\xef\xbb\xbf" + text.encode())  # Excel knows UTF-8 by this mark
    except OSError as error:
        raise UsageError(say("cannot write {file}: {reason}", file=output, reason=error.strerror)) from error
    console.out(say("wrote {count} rows to {file}", count=len(watches), file=output))
