"""`tmwatch portfolio discover`: marks of an owner, attorney or correspondent that the portfolio does not hold yet."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import console, counts
from tmwatch.cli.invocation import Invocation, invocation
from tmwatch.cli.opening import open_database
from tmwatch.digest.vocabulary import SEVERITIES, coded
from tmwatch.text import COMMAS, Text, chain, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tmwatch.register.discover import Preview, Proposal

SHOWN = 200


def discover(
    ctx: typer.Context,
    owner: Annotated[str | None, typer.Option(metavar="NAME", help="Marks of this owner.")] = None,
    attorney: Annotated[str | None, typer.Option(metavar="NAME", help="Marks with this attorney of record.")] = None,
    correspondent: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Marks whose letters go to this name.")
    ] = None,
    address: Annotated[str | None, typer.Option(metavar="TEXT", help="Marks with this address.")] = None,
    client: Annotated[str | None, typer.Option(metavar="NAME", help="Whose portfolio they would join.")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="Propose dead marks too.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Add all proposed marks without asking.")] = False,
    folder: Annotated[Path | None, typer.Option("--dir", metavar="DIR", help="The register's folder.")] = None,
) -> None:
    """Propose marks to watch, say why each matched and what the rules find on it, and add them on consent."""
    from tmwatch.cli.register import folder_of
    from tmwatch.pipeline.context import new_york_day
    from tmwatch.pipeline.judging import judge_record
    from tmwatch.pipeline.registry import read_registry
    from tmwatch.portfolio_rows import NO_CLIENT
    from tmwatch.register.discover import preview, propose
    from tmwatch.register.opened import open_register
    from tmwatch.register.search import Question

    call, whose = invocation(ctx), client or NO_CLIENT
    question = Question(owner, attorney, correspondent, address)
    watched = _watched(call, whose)
    with open_register(folder_of(call, folder)) as held:
        found = propose(held, question, watched, dead=dead)
    if not found:
        none = say("no mark to propose that is not watched")
        console.out(none if dead else say("no mark to propose that is not watched or dead (--dead)"))
        return
    registry, today = read_registry(call.settings), new_york_day(call.now())
    seen = preview(found, lambda record: judge_record(record, today, registry)[1])
    _show(found, seen)
    if not yes and not _consent(len(found)):
        console.out(say("nothing was added"))
        return
    _add(call, found, whose)


def _watched(call: Invocation, client: str) -> frozenset[str]:
    """Return the serial numbers this client watches already."""
    from tmwatch.store import portfolio, reading

    with open_database(call.settings) as engine, reading(engine) as conn:
        watches = portfolio.load_watches(conn, client)
    return frozenset(watch.serial_number for watch in watches if watch.serial_number)


def _show(found: Sequence[Proposal], seen: Preview) -> None:
    """Print the proposals with their reasons, and what the rules find on them."""
    for one in found[:SHOWN]:
        record = one.record
        status = f"{record.status_code} {record.status_text or ''}".strip()
        console.out(
            say(
                "{number}  {mark}  ({status}, as of {day})",
                number=record.serial_number,
                mark=console.clean_line(record.sentence),
                status=status,
                day=record.provenance.as_of.date(),
            )
        )
        for reason in one.reasons:
            console.out(f"    {console.clean_line(reason)}")
    if len(found) > SHOWN:
        console.out(say("... and {count} more", count=counts.grouped(len(found) - SHOWN)))
    console.out(
        say(
            "{marks} proposed. On these records the rules find: {findings}; {alerts} would have raised an alert.",
            marks=counts.counted(len(found), counts.MARKS),
            findings=chain(_by_severity(seen), COMMAS) or say("nothing"),
            alerts=counts.counted(seen.alerts, counts.MARKS),
        )
    )


def _by_severity(seen: Preview) -> list[Text]:
    """Return "3 high" for each severity found, the worst first."""
    return [
        say("{count} {severity}", count=counts.grouped(seen.findings[one]), severity=coded(SEVERITIES, one.label))
        for one in sorted(seen.findings, reverse=True)
    ]


def _consent(count: int) -> bool:
    """Ask on a terminal; elsewhere say how to agree."""
    if not console.on_terminal(sys.stdin):
        console.err(say("give --yes to add them"))
        return False
    return typer.confirm(
        console.clean_line(say("Watch {marks}?", marks=counts.counted(count, counts.MARKS))), default=False
    )


def _add(call: Invocation, found: Sequence[Proposal], client: str) -> None:
    """Put the proposed marks into the portfolio, all in one transaction."""
    from tmwatch.store import portfolio

    with open_database(call.settings) as engine, engine.begin() as conn:
        saved = portfolio.save_watches(conn, [one.watch(client) for one in found], (), call.now())
        known = portfolio.load_clients(conn)[client]
    console.out(
        say(
            "added {marks} to the portfolio of {client}",
            marks=counts.counted(saved.added, counts.MARKS),
            client=repr(console.clean_line(client)),
        )
    )
    if not known.emails and not known.channels:
        console.warn(say("client {client} has no e-mail address: no digest can reach anybody", client=repr(client)))
