"""`tmwatch demo`: the whole pipeline on an invented portfolio against a stand-in of the USPTO on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import console
from tmwatch.cli.invocation import invocation
from tmwatch.errors import UsageError, WorldError

if TYPE_CHECKING:
    from tmwatch.demo.cases import DemoCase
    from tmwatch.demo.stub import StubState
    from tmwatch.pipeline.run import RunResult
    from tmwatch.settings import Settings

MARKER = ".tmwatch-demo"  # only a folder that holds it is emptied again
CONFIG = """# Written by `tmwatch demo`: an invented portfolio. The TSDR service it names was a stand-in that is gone.
[database]
url = "sqlite:///{folder}/tmwatch.db"

[mail]
url = "file:{folder}/mail"

[tsdr]
base_url = "{base_url}"
api_key = "{key}"
"""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("demo")
    def demo(
        ctx: typer.Context,
        folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to write.")] = Path("tmwatch-demo"),
    ) -> None:
        """Play two days of an invented portfolio, without key and network, and write the mails it would send."""
        from tmwatch.demo.stub import StubState, serve

        call = invocation(ctx)
        where = _prepare((call.cwd / folder).resolve())
        state = StubState()
        with serve(state) as base_url:
            _play(Stage(where, state, base_url, call.now()))


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demonstration takes place. `now` is the second day."""

    folder: Path
    state: StubState
    base_url: str
    now: datetime

    def settings(self) -> Settings:
        """Return the settings of the demonstration; nothing of the user's own counts."""
        from tmwatch.settings import load

        path = self.folder / "config" / "tmwatch.toml"
        text = CONFIG.format(folder=self.folder.as_posix(), base_url=self.base_url, key=self.state.key)
        path.write_text(text, encoding="utf-8")
        return load(path, {}, self.folder)


def _prepare(folder: Path) -> Path:
    """Empty the folder of an earlier demonstration; UsageError for a folder with other things in it."""
    try:
        if folder.exists():
            if any(folder.iterdir()) and not (folder / MARKER).exists():
                raise UsageError(f"{folder} is not empty and no demo folder; name another: tmwatch demo DIR")
            shutil.rmtree(folder)
        (folder / "config").mkdir(parents=True)
        (folder / MARKER).touch()
    except OSError as error:
        raise WorldError(f"{folder} cannot be written: {error.strerror}; name another: tmwatch demo DIR") from error
    return folder


def _play(stage: Stage) -> None:
    """Import the portfolio, play both days, and say what happened and where to look."""
    from tmwatch.demo import corpus
    from tmwatch.pipeline.context import new_york_day

    settings = stage.settings()
    played = corpus.days(new_york_day(stage.now))
    rows = _import(stage, settings)
    console.out(f"Imported {rows[0]} marks of {rows[1]} brand owners, all invented.\n")
    first = _day(stage, settings, stage.now - timedelta(days=1), played.first)
    _tell("Day 1: the baseline, what is wrong now", first)
    _name_an_agent(stage, settings)
    stage.state.missing, stage.state.maintenance = {corpus.MISSING}, {corpus.MAINTENANCE}
    second = _day(stage, settings, stage.now, played.second)
    _tell("Day 2: what changed over night", second)
    again = _day(stage, settings, stage.now + timedelta(minutes=5), played.second)
    console.out(f"Run again: {again.queued} messages. Each change is told once.\n")
    _judge_script((first, second, again))
    _say_where(stage)


def _import(stage: Stage, settings: Settings) -> tuple[int, int]:
    """Create the database and import the portfolio as `tmwatch portfolio import` does; return marks and clients."""
    from tmwatch.demo.corpus import PORTFOLIO_CSV
    from tmwatch.portfolio_rows import read_watches
    from tmwatch.sources.portfolio_file import parse
    from tmwatch.store import open_engine, portfolio, schema

    path = stage.folder / "config" / "portfolio.csv"
    path.write_text(PORTFOLIO_CSV, encoding="utf-8")
    found = read_watches(parse(path.read_bytes(), path.name))
    schema.upgrade(settings.database.url)
    engine = open_engine(settings.database.url)
    clients = dict(found.clients or {})
    with engine.begin() as conn:
        portfolio.save_watches(conn, found.watches, clients.values(), stage.now - timedelta(days=1, minutes=1))
    engine.dispose()
    return len(found.watches), len(clients)


def _day(stage: Stage, settings: Settings, now: datetime, cases: Mapping[str, DemoCase]) -> RunResult:
    """Let the stand-in serve `cases` and do one run at `now`."""
    from contextlib import ExitStack

    from tmwatch.cli.opening import open_context
    from tmwatch.demo.cases import info_json
    from tmwatch.pipeline.edges import channels_of, open_tsdr
    from tmwatch.pipeline.run import Edges, run

    stage.state.cases = {serial: info_json(case) for serial, case in cases.items()}
    clock = _clock(now)
    with ExitStack() as stack:
        ctx = stack.enter_context(open_context(settings, clock))
        tsdr = stack.enter_context(open_tsdr(settings, clock, _no_wait, None))
        return run(ctx, Edges(tsdr, None, channels_of(settings)))


def _clock(now: datetime) -> Callable[[], datetime]:
    """Return a clock that stands at `now`."""
    return lambda: now


def _no_wait(seconds: float) -> None:
    """The stand-in has no rate limit."""


def _name_an_agent(stage: Stage, settings: Settings) -> None:
    """Over night an order is published that names the agent of one mark."""
    import csv

    from tmwatch.demo.corpus import ORDER_ID, SANCTIONS_ROW
    from tmwatch.sanctions import Order
    from tmwatch.store import open_engine, orders

    with (stage.folder / "config" / "sanctions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SANCTIONS_ROW)
        writer.writeheader()
        writer.writerow(SANCTIONS_ROW)
    engine = open_engine(settings.database.url)
    with engine.begin() as conn:
        orders.save_order(conn, Order(ORDER_ID, stage.now.date().isoformat(), "show_cause"), stage.now)
    engine.dispose()


def _tell(title: str, result: RunResult) -> None:
    """Print what one day did."""
    console.word(title, "ok")
    console.out(f"  {result.checked} of {result.watched} marks checked")
    for failure in result.failed:
        console.out(f"  not checked: {failure.serial_number}: {failure.error}")
    console.out(f"  {result.opened} findings opened, {result.cleared} cleared, {result.open} open now")
    console.out(f"  {result.delivered.sent} messages written\n")


def _judge_script(results: tuple[RunResult, RunResult, RunResult]) -> None:
    """The demonstration promises a script; WorldError when it did not go as written."""
    first, second, again = results
    as_written = (
        first.checked == first.watched == 12
        and first.delivered.sent == 3
        and second.checked == 10
        and len(second.failed) == 2
        and second.delivered.sent >= 3
        and again.queued == 0
    )
    if not as_written:
        raise WorldError("the demonstration did not go as written; the folder holds what it did, please report it")


def _say_where(stage: Stage) -> None:
    """Print the messages and what to try next."""
    from tmwatch.store import open_engine, outbox, reading

    engine = open_engine(stage.settings().database.url)
    with reading(engine) as conn:
        messages = outbox.list_messages(conn)
    engine.dispose()
    for message in reversed(messages):
        console.out(f"  {message.local_date}  {message.client}: {message.subject}")
        console.out(f"              {stage.folder / 'mail' / message.id}.html (.eml, .txt)")
    config = stage.folder / "config" / "tmwatch.toml"
    console.out("\nLook at one mark:   " + f"tmwatch --config {config} check --offline 88000004")
    console.out("Watch your own:     tmwatch init")
