"""`tmwatch demo`: the whole pipeline on an invented portfolio against a stand-in of the USPTO on this machine."""

from __future__ import annotations

import os
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
    from tmwatch.findings import Finding
    from tmwatch.pipeline.run import RunResult
    from tmwatch.settings import Settings

MARKER = ".tmwatch-demo"  # only a folder that holds it is written over
OURS = ("config", "mail", "tmwatch.db", "tmwatch.db-wal", "tmwatch.db-shm")  # what a demonstration leaves in it
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
        folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to write.")] = Path("tmwatch-demo"),
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

        given = {"TMWATCH_TSDR_BASE_URL": self.base_url, "TMWATCH_TSDR_API_KEY": self.state.key}
        return load(self.folder / "config" / "tmwatch.toml", given, self.folder)


def _prepare(folder: Path) -> Path:
    """Clear what an earlier demonstration left; UsageError for a folder with other things in it."""
    try:
        if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).exists():
            raise UsageError(f"{folder} is not empty and no demo folder; name another: tmwatch demo DIR")
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is a file; name a folder: tmwatch demo DIR")
        folder.mkdir(parents=True, exist_ok=True)
        for name in OURS:
            old = folder / name
            shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink(missing_ok=True)
        (folder / MARKER).touch()
        (folder / "config").mkdir()
        _write_private(folder / "config" / "tmwatch.toml", CONFIG)
    except OSError as error:
        raise WorldError(f"{folder} cannot be written: {error.strerror}; name another: tmwatch demo DIR") from error
    return folder


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads: a real one holds keys and passwords."""
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _play(stage: Stage) -> None:
    """Import the portfolio, play both days, and say what happened and where to look."""
    from tmwatch.demo import corpus
    from tmwatch.pipeline.context import new_york_day

    settings = stage.settings()
    played = corpus.days(new_york_day(stage.now))
    console.out("A demonstration: invented marks, invented owners, and a stand-in of the USPTO's TSDR service on this")
    console.out("machine. Nothing is asked of the network and no mail leaves.\n")
    rows = _import(stage, settings)
    console.out(
        f"Imported {rows[0]} marks of {rows[1]} brand owners from {stage.folder / 'config' / 'portfolio.csv'}\n"
    )
    first = _day(stage, settings, stage.now - timedelta(days=1), played.first)
    _tell("Day 1: the first look. Each owner gets one message: what is wrong now.", first, played.first)
    _name_an_agent(stage, settings)
    stage.state.missing, stage.state.maintenance = {corpus.MISSING}, {corpus.MAINTENANCE}
    second = _day(stage, settings, stage.now, played.second)
    _tell("Day 2: what changed overnight. Alerts go out at once, everything else in the digest.", second, played.first)
    _say_events(stage, settings, played.first)
    again = _day(stage, settings, stage.now + timedelta(minutes=5), played.second)
    console.out(f"Run again at once: {again.queued} new messages. Each change is told once.\n")
    _judge_script((first, second, again))
    _say_where(stage, settings)


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


def _tell(title: str, result: RunResult, cases: Mapping[str, DemoCase]) -> None:
    """Print what one day did."""
    console.word(title, "ok")
    console.out(f"  {result.checked} of {result.watched} marks checked")
    for failure in result.failed:
        mark = cases[failure.serial_number or ""].mark
        console.word(f"  not checked: {mark} ({failure.serial_number}): {failure.error}", "warn")
    console.out(f"  {result.opened} findings opened, {result.cleared} cleared, {result.open} open")
    console.out(f"  {result.delivered.sent} messages written\n")


def _say_events(stage: Stage, settings: Settings, cases: Mapping[str, DemoCase]) -> None:
    """Print what the second day found, a line a mark: the worst of what was opened then, and good news."""
    from tmwatch.store import findings, open_engine, reading

    engine = open_engine(settings.database.url)
    with reading(engine) as conn:
        opened = [one.finding for one in findings.open_findings(conn) if one.opened_at == stage.now]
    engine.dispose()
    by_mark: dict[str, list[Finding]] = {}
    for finding in sorted(opened, key=lambda f: (not f.good_news, f.brand != "", -f.severity)):
        by_mark.setdefault(finding.serial_number, []).append(finding)
    for told in sorted(by_mark.values(), key=lambda found: (found[0].good_news, -found[0].severity)):
        worst = told[0]
        level = "GOOD NEWS" if worst.good_news else worst.severity.label.upper()
        alike = (str(f.title) for f in told if (f.good_news, f.severity) == (worst.good_news, worst.severity))
        console.out(f"  {cases[worst.serial_number].mark:<16} {level:<10} {'; '.join(dict.fromkeys(alike))}")
    console.out("")


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


def _say_where(stage: Stage, settings: Settings) -> None:
    """Print the messages and what to try next."""
    from tmwatch.store import open_engine, outbox, reading

    engine = open_engine(settings.database.url)
    with reading(engine) as conn:
        messages = outbox.list_messages(conn)
    engine.dispose()
    console.word(f"The messages lie in {stage.folder / 'mail'} (.html to look at, .txt to read, .eml as sent):", "ok")
    for message in reversed(messages):
        console.out(f"  {message.local_date}  {message.kind:<9} {message.client}: {message.subject}")
        console.out(f"              {message.id}.html")
    config = quoted(stage.folder / "config" / "tmwatch.toml")
    console.out(f"\nOne mark on one screen:  tmwatch --config {config} check 88000004")
    console.out("What is looked for:      tmwatch rules")
    console.out("Watch your own marks:    tmwatch init")


def quoted(path: Path) -> str:
    """Return a path as it is typed on this system's command line."""
    if os.name == "nt":
        import subprocess

        return subprocess.list2cmdline([str(path)])
    import shlex

    return shlex.quote(str(path))
