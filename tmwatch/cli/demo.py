"""`tmwatch demo`: the whole pipeline on an invented portfolio against a stand-in of the USPTO on this machine."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from tmwatch.cli import console
from tmwatch.cli.demo_stage import CALENDAR, REPORT, Stage, write_private
from tmwatch.cli.invocation import invocation
from tmwatch.errors import UsageError, WorldError
from tmwatch.text import say

MARKER = ".tmwatch-demo"  # only a folder that holds it is written over
DATABASE = ("tmwatch.db", "tmwatch.db-wal", "tmwatch.db-shm")
OURS = ("config", "mail", "orders", "downloads", REPORT, CALENDAR, *DATABASE)  # what a demonstration leaves in it
CONFIG = """# Written by `tmwatch demo`: everything here is invented. The service it asked was a stand-in that is gone,
# so these settings hold no key: `tmwatch check` shows what is stored.
[database]
url = "sqlite:///../tmwatch.db"

[mail]
url = "file:../mail"

[orders]
page_url = ""
"""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("demo")
    def demo(
        ctx: typer.Context,
        folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write.")] = Path("tmwatch-demo"),
    ) -> None:
        """Play two days of an invented portfolio, without key and network, and write the mails it would send."""
        from tmwatch import logs
        from tmwatch.demo.stub import StubState, serve

        call = invocation(ctx)
        logs.setup("debug" if call.verbose else "error", "console")  # the user's own settings have no say here
        where = _prepare((call.cwd / folder).resolve())
        state = StubState()
        with serve(state) as base_url:
            _play(Stage(where, state, base_url, call.now()))


def _prepare(folder: Path) -> Path:
    """Clear what an earlier demonstration left; UsageError for a folder with other things in it."""
    try:
        if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).exists():
            raise UsageError(
                say("{folder} is not empty and no demo folder; name another: tmwatch demo DIR", folder=folder)
            )
        if folder.exists() and not folder.is_dir():
            raise UsageError(say("{folder} is a file; name a folder: tmwatch demo DIR", folder=folder))
        folder.mkdir(parents=True, exist_ok=True)
        for name in OURS:
            old = folder / name
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink(missing_ok=True)
        (folder / MARKER).touch()
        (folder / "config").mkdir()
        write_private(folder / "config" / "tmwatch.toml", CONFIG.encode())
    except OSError as error:
        raise WorldError(
            say(
                "{folder} cannot be written: {reason}; name another: tmwatch demo DIR",
                folder=folder,
                reason=error.strerror,
            )
        ) from error
    return folder


def _play(stage: Stage) -> None:
    """Import the portfolio, play both days, and say what happened and where to look."""
    from tmwatch.cli import demo_stage, demo_story

    settings = stage.settings()
    console.out(
        say("A demonstration: invented marks, invented owners, and a stand-in of the USPTO's services on this machine.")
    )
    console.out(say("Nothing is asked of the network and no mail leaves."))
    console.out()
    marks, owners = demo_stage.import_portfolio(stage, settings)
    portfolio = stage.folder / "config" / "portfolio.csv"
    console.out(
        say("Imported {marks} marks of {owners} brand owners from {file}", marks=marks, owners=owners, file=portfolio)
    )
    console.out()
    cases = stage.played().first
    first = demo_stage.first_day(stage, settings)
    demo_story.tell(say("Day 1: the first look. Each owner gets one message: what is wrong now."), first, cases)
    order = demo_stage.publish_order(stage, settings)
    demo_story.tell_order(order)
    second = demo_stage.second_day(stage, settings)
    title = say("Day 2: what changed overnight. Alerts go out at once, everything else in the digest.")
    demo_story.tell(title, second, cases)
    demo_story.say_events(stage, settings, cases)
    again = demo_stage.again(stage, settings)
    console.out(say("Run again at once: {count} new messages. Each change is told once.", count=again.queued))
    console.out()
    demo_story.judge(demo_story.figures(first, order, second, again))
    demo_stage.write_reports(stage, settings)
    demo_story.say_where(stage, settings)
