"""Removal: one mark that is no longer watched, or a client with everything that is stored about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.cli import console, counts
from tmwatch.cli.invocation import Invocation
from tmwatch.cli.opening import open_database
from tmwatch.digest.vocabulary import ERASED, coded
from tmwatch.errors import UsageError, WorldError
from tmwatch.text import COMMAS, chain, say

if TYPE_CHECKING:
    from tmwatch.settings import Settings
    from tmwatch.store.erasing import Erasure


def one(call: Invocation, number: str, client: str | None) -> None:
    """Stop watching a mark; what is known about it stays."""
    from tmwatch.case_numbers import case_number
    from tmwatch.reading import said_by
    from tmwatch.store import portfolio

    try:
        read = case_number(number)
    except ValueError as error:
        raise UsageError(said_by(error)) from error
    key = read.serial_number or f"rn{read.registration_number}"
    with open_database(call.settings) as engine, engine.begin() as conn:
        count = portfolio.remove_watches(conn, key, client, call.now())
    if not count:
        missing = say("{number} is not in the portfolio; see: tmwatch portfolio list", number=key)
        if client:
            whose = repr(console.clean_line(client))
            missing = say(
                "{number} is not in the portfolio of client {client}; see: tmwatch portfolio list",
                number=key,
                client=whose,
            )
        raise UsageError(missing)
    rows = counts.counted(count, counts.ROWS)
    console.out(say("{number} is no longer watched ({rows} removed)", number=key, rows=rows))


def everything(call: Invocation, client: str, yes: bool) -> None:
    """List all that is stored about a client; with `yes` delete it."""
    from tmwatch.store import erasing

    with open_database(call.settings) as engine, engine.begin() as conn:
        found = (erasing.erase if yes else erasing.survey)(conn, client)
    if found is None:
        named = repr(console.clean_line(client))
        raise UsageError(say("there is no client {client}; see: tmwatch portfolio list", client=named))
    files = _files(call.settings, found)
    if yes:
        _unlink(files)
    _say(call.settings, found, files, yes)


def _say(settings: Settings, found: Erasure, files: list[Path], gone: bool) -> None:
    """Print what goes or went, and what this command cannot take."""
    client = console.clean_line(found.client)
    console.out(
        say("deleted: client {client}", client=client) if gone else say("would delete: client {client}", client=client)
    )
    for name, count in (*found.rows, ("files in the outbox folder", len(files))):
        if count:
            rows = say("{count} {what}", count=counts.grouped(count), what=coded(ERASED, name))
            console.out(f"  {console.spoken(rows)}")
    if found.serials:
        marks = say("marks: {numbers}", numbers=chain(found.serials, COMMAS))
        console.out(f"  {console.spoken(marks)}")
    if found.shared:
        console.out(say("stays: marks that another client has too: {numbers}", numbers=chain(found.shared, COMMAS)))
    if found.answers_left:
        console.out(
            say(
                "stays: {count} raw USPTO answers that speak of others' marks too, for {days} days at most",
                count=found.answers_left,
                days=settings.store.keep_raw_days,
            )
        )
    console.out(say("stays: backups of the database, and mail that has left this machine; delete those yourself"))
    if not gone:
        console.out(say("nothing was deleted; the same command with --yes does it, and it cannot be undone"))


def _files(settings: Settings, found: Erasure) -> list[Path]:
    """Return her messages in the outbox folder, where `mail.url` is one."""
    from tmwatch.channels.file import FileChannel

    url = settings.mail.url.get_secret_value()
    if not url.startswith("file:"):
        return []
    channel = FileChannel.from_url(url, sender=None, ca_file=None, timeout=0)
    names = (f"{message}.{ending}" for message in found.messages for ending in ("eml", "html", "txt"))
    return [path for name in names if (path := channel.folder / name).is_file()]


def _unlink(files: list[Path]) -> None:
    """Delete files; the database has let go of them already."""
    for path in files:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise WorldError(
                say("{file} cannot be deleted: {reason}; delete it yourself", file=path, reason=error.strerror)
            ) from error
