"""Removal: one mark that is no longer watched, or a client with everything that is stored about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.cli import console
from tmwatch.cli.invocation import Invocation
from tmwatch.cli.opening import open_database
from tmwatch.errors import UsageError, WorldError

if TYPE_CHECKING:
    from tmwatch.settings import Settings
    from tmwatch.store.erasing import Erasure


def one(call: Invocation, number: str, client: str | None) -> None:
    """Stop watching a mark; what is known about it stays."""
    from tmwatch.case_numbers import case_number
    from tmwatch.store import portfolio

    try:
        read = case_number(number)
    except ValueError as error:
        raise UsageError(str(error)) from error
    key = read.serial_number or f"rn{read.registration_number}"
    with open_database(call.settings) as engine, engine.begin() as conn:
        count = portfolio.remove_watches(conn, key, client, call.now())
    if not count:
        whose = f" of client {console.clean_line(client)!r}" if client else ""
        raise UsageError(f"{key} is not in the portfolio{whose}; see: tmwatch portfolio list")
    console.out(f"{key} is no longer watched ({console.counted(count, 'row')} removed)")


def everything(call: Invocation, client: str, yes: bool) -> None:
    """List all that is stored about a client; with `yes` delete it."""
    from tmwatch.store import erasing

    with open_database(call.settings) as engine, engine.begin() as conn:
        found = (erasing.erase if yes else erasing.survey)(conn, client)
    if found is None:
        raise UsageError(f"there is no client {console.clean_line(client)!r}; see: tmwatch portfolio list")
    files = _files(call.settings, found)
    if yes:
        _unlink(files)
    _say(call.settings, found, files, yes)


def _say(settings: Settings, found: Erasure, files: list[Path], gone: bool) -> None:
    """Print what goes or went, and what this command cannot take."""
    console.out(f"{'deleted' if gone else 'would delete'}: client {console.clean_line(found.client)}")
    for name, count in (*found.rows, ("files in the outbox folder", len(files))):
        if count:
            console.out(f"  {count:,} {name}")
    if found.serials:
        console.out(f"  marks: {', '.join(found.serials)}")
    if found.shared:
        console.out(f"stays: marks that another client has too: {', '.join(found.shared)}")
    if found.answers_left:
        days = settings.store.keep_raw_days
        console.out(
            f"stays: {found.answers_left} raw USPTO answers that speak of others' marks too, for {days} days at most"
        )
    console.out("stays: backups of the database, and mail that has left this machine; delete those yourself")
    if not gone:
        console.out("nothing was deleted; the same command with --yes does it, and it cannot be undone")


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
            raise WorldError(f"{path} cannot be deleted: {error.strerror}; delete it yourself") from error
