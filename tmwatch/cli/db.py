"""`tmwatch db`: bring the database to the program's schema, or say where it stands."""

from __future__ import annotations

import typer

from tmwatch.cli import console
from tmwatch.cli.invocation import invocation
from tmwatch.text import say


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    group.command("upgrade")(upgrade)
    group.command("current")(current)
    group.command("check")(check)
    app.add_typer(group, name="db", help="Create or upgrade the database, or say where it stands.")


def upgrade(ctx: typer.Context) -> None:
    """Create the database or bring it to this program's schema; an SQLite file is backed up first."""
    from tmwatch.store import schema

    settings = invocation(ctx).settings
    before, wanted = schema.current(settings.database.url)
    backup = schema.upgrade(settings.database.url, settings.store.backup_dir)
    if before == wanted:
        console.out(say("the database has the schema {schema} already", schema=wanted))
        return
    if before:
        console.out(say("the database has the schema {schema} now (before: {before})", schema=wanted, before=before))
    else:
        console.out(say("the database has the schema {schema} now (new)", schema=wanted))
    if backup:
        console.out(say("backup of what was there: {file}", file=backup))


def current(ctx: typer.Context) -> None:
    """Print the schema of the database and the one this program wants."""
    from tmwatch.store import schema

    have, wanted = schema.current(invocation(ctx).settings.database.url)
    console.out(say("database: {schema}", schema=have or say("none")))
    console.out(say("program:  {schema}", schema=wanted))


def check(ctx: typer.Context) -> None:
    """Exit 0 when the database has this program's schema, else 2 with the command to run."""
    from tmwatch.store import schema

    schema.check(invocation(ctx).settings.database.url)
    console.out(say("the database has the schema this program wants"))
