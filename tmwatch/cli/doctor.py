"""`tmwatch doctor`: what works and what does not, one line each; it goes on when things are broken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from tmwatch.cli import combined, console
from tmwatch.cli.invocation import Invocation, invocation
from tmwatch.errors import SettingsError

if TYPE_CHECKING:
    from tmwatch.cli.doctor_checks import Line

WIDTH = 14  # of the column that names what was looked at


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(ctx: typer.Context) -> None:
    """Check configuration, database, keys, mail, clock, disk and freshness; sends no message. Exit 0, 2 or 3."""
    codes: list[int] = []
    for line in _lines(invocation(ctx)):
        codes.append(line.code)
        console.word(f"{line.word:<5} {line.subject:<{WIDTH}} {console.clean_line(line.text)}", line.word)
    code = combined(codes)
    if code:
        raise typer.Exit(code)


def _lines(call: Invocation) -> Iterator[Line]:
    """Run every check that can be run, and give each line as soon as it is known."""
    from tmwatch.cli.doctor_checks import CHECKS, clock, fail, ok, warn
    from tmwatch.cli.doctor_store import STORED_CHECKS, database, stored

    now = call.now()
    try:
        settings = call.settings
    except SettingsError as error:
        yield from (fail("configuration", line, error.exit_code) for line in str(error).splitlines())
        yield from clock(None, now)
        yield warn("the rest", "not checked: it needs a valid configuration")
        return
    where = settings.config_path or "no file, the defaults and the environment count (write one with: tmwatch init)"
    yield ok("configuration", str(where))
    yield from (warn("configuration", text) for text in settings.warnings)
    at_hand = database(settings)
    yield from at_hand
    for check in CHECKS:
        yield from check(settings, now)
    if all(line.word == "ok" for line in at_hand):
        yield from stored(settings, now, STORED_CHECKS)
    else:
        yield warn("the store", "portfolio, sources, runs and orders not checked: see database")
