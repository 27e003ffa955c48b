"""`tmwatch ack`: set a known finding aside until a day, with a note; it comes back then, or when it gets worse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import console, counts
from tmwatch.cli.invocation import invocation
from tmwatch.errors import UsageError
from tmwatch.text import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

    from tmwatch.findings import Finding


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("ack")
    def ack(
        ctx: typer.Context,
        number: Annotated[str, typer.Argument(metavar="SERIAL", help="97123456, or rn6723159.")],
        rule: Annotated[str | None, typer.Argument(metavar="RULE", help="Only this rule's finding (A05).")] = None,
        until: Annotated[
            str, typer.Option("--until", metavar="DATE", help="Last day out of sight; a past day brings it back.")
        ] = "",
        note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; shown in digests and reports.")] = "",
        client: Annotated[
            str | None, typer.Option("--client", metavar="NAME", help="Only findings about this client's use.")
        ] = None,
    ) -> None:
        """Acknowledge a known finding: it leaves "still open" until the date or until it gets worse."""
        _ack(ctx, number, rule, until, note, client)


def _ack(ctx: typer.Context, number: str, rule: str | None, until: str, note: str, client: str | None) -> None:
    """Acknowledge, and say which findings that were."""
    from tmwatch.case_numbers import case_number
    from tmwatch.cli.opening import day_of, known_client, open_database
    from tmwatch.pipeline.context import new_york_day
    from tmwatch.reading import said_by
    from tmwatch.rules import RULES
    from tmwatch.store import findings

    call = invocation(ctx)
    day = day_of(until or None, "--until")
    if day is None:
        raise UsageError(say("say until when: --until 2027-01-31"))
    today = new_york_day(call.now())
    if day >= today and not note.strip():
        raise UsageError(say('say why: --note "counsel files in January"'))
    wanted = rule.strip().upper() if rule else None
    if wanted and wanted not in {one.id for one in RULES}:
        raise UsageError(say("there is no rule {rule}; see: tmwatch rules", rule=repr(console.clean_line(rule or ""))))
    try:
        read = case_number(number)
    except ValueError as error:
        raise UsageError(said_by(error)) from error
    with open_database(call.settings) as engine, engine.begin() as conn:
        known_client(conn, client)
        serial = read.serial_number or _serial_of(conn, read.registration_number or "")
        found = findings.acknowledge(conn, serial, day, " ".join(note.split()), wanted, client)
    if not found:
        what = say("{rule} on {serial}", rule=wanted, serial=serial) if wanted else serial
        raise UsageError(
            say("nothing is open for {what}; see: tmwatch check {serial} --offline", what=what, serial=serial)
        )
    _say(found, serial, day, today)


def _say(found: Sequence[Finding], serial: str, day: date, today: date) -> None:
    """Print which findings are out of sight now, or back in it."""
    from tmwatch.digest.vocabulary import SEVERITIES, coded

    for one in found:
        severity = coded(SEVERITIES, one.severity.label)
        console.out(say("{rule} {severity}: {title}", rule=one.rule, severity=severity, title=one.title))
    which = counts.counted(len(found), counts.FINDINGS)
    if day >= today:
        console.out(say("{findings} of {serial} acknowledged until {day}", findings=which, serial=serial, day=day))
    else:
        console.out(say("{findings} of {serial} shown again", findings=which, serial=serial))


def _serial_of(conn: Connection, registration: str) -> str:
    """Return the serial number of a watched registration."""
    from tmwatch.store import portfolio

    for watch in portfolio.load_watches(conn):
        if watch.registration_number == registration and watch.serial_number:
            return watch.serial_number
    raise UsageError(
        say(
            "{number} is not watched, or its serial number is not known yet; give the serial number",
            number=f"rn{registration}",
        )
    )
