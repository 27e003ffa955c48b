"""`tmwatch register`: build the whole register from bulk files, and ask it."""

from __future__ import annotations

import glob
import os
import time
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import INCOMPLETE, console, register_json, register_output
from tmwatch.cli.invocation import Invocation, invocation
from tmwatch.cli.opening import day_of
from tmwatch.errors import UsageError
from tmwatch.text import say

if TYPE_CHECKING:
    from tmwatch.register.folder import Folder

Dir = Annotated[
    Path | None, typer.Option("--dir", metavar="DIR", help="The register's folder (default: beside the database).")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Text = Annotated[str | None, typer.Option(metavar="TEXT")]
WATCH_DAYS = 30


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    for name, command in (("build", build), ("status", status), ("search", search), ("agents", agents)):
        group.command(name)(command)
    group.command("watch")(watch)
    app.add_typer(group, name="register", help="The whole register on this machine (extra: tmwatch[register]).")


def folder_of(call: Invocation, given: Path | None) -> Folder:
    """Return the register's folder: the one given, else the one beside the database."""
    from tmwatch.register.folder import Folder
    from tmwatch.register.place import default_path

    return Folder(call.cwd / given.expanduser() if given else default_path(call.settings))


def build(
    ctx: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILES...", help="Annual and daily zips; folders; URLs with --cluster."),
    ] = None,
    folder: Dir = None,
    jobs: Annotated[
        int, typer.Option(min=1, max=256, metavar="N", help="Processes (default: one a core).")
    ] = os.cpu_count() or 1,
    cluster: Annotated[
        str | None, typer.Option(metavar="URL", help="A Dask scheduler, as tcp://scheduler:8786; DIR must be shared.")
    ] = None,
    compact: Annotated[bool, typer.Option("--compact", help="Fold the daily files into one at the end.")] = False,
) -> None:
    """Read bulk files into the register. What is in it already is not read again; an interrupted build goes on."""
    from tmwatch.register import build as building
    from tmwatch.register import overlay, workers

    call = invocation(ctx)
    sources = sources_of(call, files or [])
    if not sources and not compact:
        raise UsageError(say("name the FILES to read: apc18840407-20251231-*.zip, apc260105.zip, or their folder"))
    place = folder_of(call, folder)
    begun = time.monotonic()
    with ExitStack() as stack:
        crew = (
            stack.enter_context(workers.cluster(cluster))
            if cluster
            else workers.processes(min(jobs, len(sources) or 1))
        )
        meter = stack.enter_context(register_output.Meter(time.monotonic))
        result = building.build(place, sources, crew, call.now(), meter.show, jobs)
    if compact:
        result.manifest = overlay.compact(place, call.now())
    register_output.say_built(result, time.monotonic() - begun)
    if result.problems:
        raise typer.Exit(INCOMPLETE)


def sources_of(call: Invocation, given: list[str]) -> list[str]:
    """Return the files named: folders give their zips, patterns are resolved; UsageError for a missing one."""
    found: list[str] = []
    for name in given:
        if "://" in name:
            found.append(name)
            continue
        path = call.cwd / Path(name).expanduser()
        if path.is_dir():
            inside = sorted(str(one) for one in path.glob("apc*.zip"))
        elif path.is_file():
            inside = [str(path)]
        else:
            inside = sorted(glob.glob(str(path)))
        if not inside:
            raise UsageError(say("there is no file {files}", files=name))
        found.extend(inside)
    return found


def status(ctx: typer.Context, folder: Dir = None, as_json: Json = False) -> None:
    """Say what is in the register and how fresh it is."""
    from tmwatch.register.status import status as state_of

    call = invocation(ctx)
    state = state_of(folder_of(call, folder))
    if as_json:
        console.json_out(register_json.status_json(state))
        return
    for line in register_output.status_lines(state):
        console.out(line)


def search(
    ctx: typer.Context,
    owner: Text = None,
    attorney: Text = None,
    correspondent: Text = None,
    address: Text = None,
    mark: Text = None,
    class_code: Annotated[str | None, typer.Option("--class", metavar="CODE", help="International class: 25.")] = None,
    standing: Annotated[
        str | None,
        typer.Option(
            "--status", metavar="CODE", help="A code, or live, pending, registered, dead, abandoned, cancelled."
        ),
    ] = None,
    sanctioned: Annotated[
        bool, typer.Option("--sanctioned", help="Only marks with a sanctions event or status.")
    ] = False,
    filed_since: Annotated[str | None, typer.Option(metavar="DATE", help="Only marks filed since a day.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, metavar="N", help="How many are shown.")] = 20,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Find marks. Names and texts are found inside longer ones, whatever their spelling; all options must hold."""
    from tmwatch.register.opened import open_register
    from tmwatch.register.search import Question
    from tmwatch.register.search import search as ask

    question = Question(owner, attorney, correspondent, address, mark, class_code, standing, sanctioned,
                        day_of(filed_since, "--filed-since"), limit)  # fmt: skip
    with open_register(folder_of(invocation(ctx), folder)) as held:
        answer = ask(held, question)
    if as_json:
        console.json_out(register_json.answer_json(answer, held.manifest))
        return
    register_output.print_answer(answer, held.manifest)


def agents(
    ctx: typer.Context,
    top: Annotated[int, typer.Option(min=1, max=10_000, metavar="N", help="How many are shown.")] = 50,
    by: Annotated[
        str, typer.Option(metavar="WHO", help="agent (attorney, else correspondent), attorney, correspondent.")
    ] = "agent",
    sort: Annotated[str, typer.Option(metavar="WHAT", help="filed, sanctioned or abandoned.")] = "filed",
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="Only agents whose name holds this.")] = None,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """Show who files: marks filed, share abandoned, cancelled and sanctioned, and the orders that name one."""
    from tmwatch.pipeline.context import new_york_day
    from tmwatch.pipeline.registry import read_registry
    from tmwatch.register.agents import agents as count
    from tmwatch.register.opened import open_register

    call = invocation(ctx)
    registry, today = read_registry(call.settings), new_york_day(call.now())
    with open_register(folder_of(call, folder)) as held:
        found = count(held, registry, today, top=top, by=by, order=sort, name=name)
    if as_json:
        console.json_out(register_json.agents_json(found, held.manifest))
        return
    register_output.print_agents(found, registry, held.manifest)


def watch(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The words of the mark.")],
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Filed since (default: 30 days ago).")] = None,
    not_owner: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Leave out what this owner files; may be given again.")
    ] = None,
    folder: Dir = None,
    as_json: Json = False,
) -> None:
    """List new applications for the same or a very similar text."""
    from tmwatch.pipeline.context import new_york_day
    from tmwatch.register.opened import open_register
    from tmwatch.register.similar import similar

    call = invocation(ctx)
    first: date = day_of(since, "--since") or new_york_day(call.now()) - timedelta(days=WATCH_DAYS)
    with open_register(folder_of(call, folder)) as held:
        found = similar(held, text, first, owners=not_owner or ())
    if as_json:
        console.json_out(register_json.similar_json(found, first, held.manifest))
        return
    register_output.print_similar(found, text, first, held.manifest)
