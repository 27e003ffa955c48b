"""`tmwatch doctor`: what works and what does not, one line each; it goes on when things are broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import combined, console
from tmwatch.cli.invocation import Invocation, invocation
from tmwatch.digest.vocabulary import coded
from tmwatch.errors import SettingsError, WorldError
from tmwatch.text import N_, say

if TYPE_CHECKING:
    from tmwatch.cli.doctor_checks import Line

WIDTH = 14  # of the column that names what was looked at
WORDS = {"ok": N_("well"), "warn": N_("look"), "fail": N_("broken")}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    ctx: typer.Context,
    set_aside: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the bulk records that could not be read into DIR.")
    ] = None,
) -> None:
    """Check configuration, database, keys, mail, clock, disk and freshness; sends no message. Exit 0, 2 or 3."""
    if set_aside is not None:
        _write_set_aside(invocation(ctx), set_aside)
        return
    codes: list[int] = []
    for line in _lines(invocation(ctx)):
        codes.append(line.code)
        word, subject = console.padded(coded(WORDS, line.word), 5), console.padded(line.subject, WIDTH)
        console.word(" ".join((word, subject, console.clean_line(line.text))), line.word)
    code = combined(codes)
    if code:
        raise typer.Exit(code)


def _write_set_aside(call: Invocation, folder: Path) -> None:
    """Write each record that could not be read as it came, named by what is known of it."""
    from tmwatch.cli.opening import open_database
    from tmwatch.store import documents, reading

    with open_database(call.settings) as engine, reading(engine) as conn:
        for one in documents.list_set_aside(conn):
            path = call.cwd / folder / f"{one.serial_number or 'unknown'}-{one.sha256[:12]}.xml"
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.write_bytes(documents.set_aside_body(conn, one.id) or b"")
            except OSError as error:
                raise WorldError(say("{file} cannot be written: {reason}", file=path, reason=error.strerror)) from error
            console.out(
                say("{file}: {origin}: {problem}", file=path, origin=one.origin, problem=console.recalled(one.reason))
            )


def _lines(call: Invocation) -> Iterator[Line]:
    """Run every check that can be run, and give each line as soon as it is known."""
    from tmwatch.cli.doctor_checks import CHECKS, clock, fail, ok, warn
    from tmwatch.cli.doctor_store import STORED_CHECKS, database, stored

    now = call.now()
    try:
        settings = call.settings
    except SettingsError as error:
        for line in console.spoken(error.said).splitlines():
            yield fail(say("configuration"), line, error.exit_code)
        yield from clock(None, now)
        yield warn(say("the rest"), say("not checked: it needs a valid configuration"))
        return
    nowhere = say("no file, the defaults and the environment count (write one with: tmwatch init)")
    yield ok(say("configuration"), str(settings.config_path) if settings.config_path else nowhere)
    yield from (warn(say("configuration"), text) for text in settings.warnings)
    at_hand = database(settings)
    yield from at_hand
    for check in CHECKS:
        yield from check(settings, now)
    if all(line.word == "ok" for line in at_hand):
        yield from stored(settings, now, STORED_CHECKS)
    else:
        yield warn(say("the store"), say("portfolio, sources, runs and orders not checked: see database"))
