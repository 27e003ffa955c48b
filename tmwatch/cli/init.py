"""`tmwatch init`: the configuration files to edit, and an empty database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tmwatch.cli import console
from tmwatch.cli.invocation import invocation
from tmwatch.errors import WorldError
from tmwatch.text import say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to set up.", show_default=False)] = Path(),
    systemd: Annotated[bool, typer.Option("--systemd", help="Also write units for systemd into DIR/systemd.")] = False,
) -> None:
    """Write config/ with every setting commented, create the database, and say what to edit."""
    call = invocation(ctx)
    target = call.cwd / folder / "config"
    examples = _examples()
    written = [name for name, body in examples.items() if _write_new(target / name, body)]
    for name in examples:
        _say_file(target / name, name in written)
    # The settings of the new folder count here, wherever the command was called.
    call.config = call.config or target / "tmwatch.toml"
    from tmwatch.store import schema

    schema.upgrade(call.settings.database.url, call.settings.store.backup_dir)
    if systemd:
        _write_units(target.parent, call.settings.digest.timezone)
    _say_next(target, call.cwd / folder == call.cwd)


def _say_file(path: Path, written: bool) -> None:
    """Print whether a file was written or there before."""
    console.out(say("wrote {file}", file=path) if written else say("kept  {file}", file=path))


def _write_units(folder: Path, zone: str) -> None:
    """Write the systemd units with the paths of this installation; existing ones stay."""
    import shutil
    import sys
    from importlib import resources  # slow to load, and the help of all commands loads this file

    found = shutil.which("tmwatch", path=str(Path(sys.executable).parent)) or shutil.which("tmwatch")
    names = {
        "program": found or f"{sys.executable} -m tmwatch",
        "config": str(folder.resolve() / "config" / "tmwatch.toml"),
        "folder": str(folder.resolve()),
        "zone": zone,
    }
    for entry in sorted((resources.files("tmwatch") / "data" / "systemd").iterdir(), key=lambda entry: entry.name):
        text = entry.read_text("utf-8")
        for name, value in names.items():
            text = text.replace(f"{{{name}}}", value.replace("%", "%%"))
        path = folder / "systemd" / entry.name
        _say_file(path, _write_new(path, text.encode()))
    console.out(say("Units: copy systemd/* to /etc/systemd/system, then either"))
    console.out(say("  systemctl enable --now tmwatch.service      (the daemon), or"))
    console.out(say("  systemctl enable --now tmwatch-run.timer    (one run a day)"))
    console.out(
        say(
            "The units run as a user of their own: its database lies in /var/lib/tmwatch, and it must be able to read\n"
            "config/tmwatch.toml (LoadCredential or group rights; see systemd.exec)."
        )
    )


def _say_next(target: Path, here: bool) -> None:
    """Print what to do next."""
    console.out(say("The database is ready. Next:"))
    console.out(say("1. edit {file}: your TSDR key and your mail server", file=target / "tmwatch.toml"))
    console.out(say("2. edit {file}: your marks, brands and e-mail addresses", file=target / "portfolio.csv"))
    there = "" if here else f"cd {target.parent} && "
    console.out(f"3. {there}tmwatch portfolio import config/portfolio.csv")
    console.out(say("4. tmwatch doctor, then tmwatch run; put tmwatch run into cron, or start tmwatch schedule"))


def _examples() -> dict[str, bytes]:
    """Return the example files by name: from the installed wheel, else from the checkout."""
    from importlib import resources

    package = resources.files("tmwatch")
    bundled = package / "bundled" / "config"
    source = bundled if bundled.is_dir() else Path(str(package)).parent / "config"
    return {
        entry.name: entry.read_bytes()
        for entry in sorted(source.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith((".toml", ".csv"))
    }


def _write_new(path: Path, body: bytes) -> bool:
    """Write a file that is not there yet, readable by its owner alone; tell whether it was written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        if path.parent.is_dir():
            return False
        raise WorldError(say("{file} is a file; init needs a folder of that name", file=path.parent)) from None
    except OSError as error:
        raise WorldError(say("cannot write {file}: {reason}", file=path, reason=error.strerror)) from error
    with os.fdopen(handle, "wb") as file:
        file.write(body)
    return True
