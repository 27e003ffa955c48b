"""Where the demonstration takes place, and what is done there: import, days, the order that comes between them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.cli import console

if TYPE_CHECKING:
    from tmwatch.demo.cases import DemoCase
    from tmwatch.demo.corpus import DemoDays
    from tmwatch.demo.stub import StubState
    from tmwatch.pipeline.order_import import Imported
    from tmwatch.pipeline.run import RunResult
    from tmwatch.settings import Settings

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
ORDER_FILE = "orders/demo-order.pdf"
REPORT, CALENDAR = "report.html", "calendar.ics"


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

        given = {
            "TMWATCH_TSDR_BASE_URL": self.base_url,
            "TMWATCH_TSDR_API_KEY": self.state.key,
            "TMWATCH_ODP_BASE_URL": self.base_url,
            "TMWATCH_ODP_API_KEY": self.state.portal.key,
            "TMWATCH_DIGEST_LANGUAGE": console.language(),
        }
        return load(self.folder / "config" / "tmwatch.toml", given, self.folder)

    def played(self) -> DemoDays:
        """Return the cases of both days; what moved was entered after the first look, on the evening of day one."""
        from tmwatch.demo import corpus
        from tmwatch.pipeline.context import new_york_day

        today = new_york_day(self.now)
        return corpus.days(today, today - DAY)


def import_portfolio(stage: Stage, settings: Settings) -> tuple[int, int]:
    """Create the database and import the portfolio as `tmwatch portfolio import` does; return marks and clients."""
    from tmwatch.demo.corpus import PORTFOLIO_CSV
    from tmwatch.portfolio_rows import read_watches
    from tmwatch.sources.portfolio_file import parse
    from tmwatch.store import open_engine, portfolio, schema

    path = stage.folder / "config" / "portfolio.csv"
    path.write_text(PORTFOLIO_CSV.replace(",en,", f",{console.language()},"), encoding="utf-8")
    found = read_watches(parse(path.read_bytes(), path.name))
    schema.upgrade(settings.database.url)
    engine = open_engine(settings.database.url)
    clients = dict(found.clients or {})
    with engine.begin() as conn:
        portfolio.save_watches(conn, found.watches, clients.values(), stage.now - DAY - MINUTE)
    engine.dispose()
    return len(found.watches), len(clients)


def first_day(stage: Stage, settings: Settings) -> RunResult:
    """Look at the portfolio for the first time."""
    return _run(stage, settings, stage.now - DAY, stage.played().first.values(), bulk=False)


def second_day(stage: Stage, settings: Settings) -> RunResult:
    """Look again: marks moved, TSDR fails for two, and the portal has the bulk file of the night."""
    from tmwatch.demo import corpus
    from tmwatch.demo.bulk import daily_zip
    from tmwatch.pipeline.bulk_products import APPLICATIONS
    from tmwatch.pipeline.context import new_york_day

    played = stage.played()
    stage.state.missing, stage.state.maintenance = {corpus.MISSING}, {corpus.MAINTENANCE}
    name, body = daily_zip(new_york_day(stage.now) - DAY, corpus.daily_file(played))
    stage.state.portal.files = {APPLICATIONS.id: {name: body}}
    return _run(stage, settings, stage.now, played.second.values(), bulk=True)


def again(stage: Stage, settings: Settings) -> RunResult:
    """Look once more, five minutes later."""
    return _run(stage, settings, stage.now + 5 * MINUTE, stage.played().second.values(), bulk=True)


def _run(stage: Stage, settings: Settings, now: datetime, cases: Iterable[DemoCase], *, bulk: bool) -> RunResult:
    """Let the stand-in serve `cases` and do one run at `now`, with the Open Data Portal when `bulk` is set."""
    from contextlib import ExitStack

    from tmwatch.cli.opening import open_context
    from tmwatch.demo.cases import info_json
    from tmwatch.pipeline.edges import channels_of, open_odp, open_tsdr
    from tmwatch.pipeline.run import Edges, run

    stage.state.cases = {case.serial_number: info_json(case) for case in cases}
    clock = _clock(now)
    with ExitStack() as stack:
        ctx = stack.enter_context(open_context(settings, clock))
        tsdr = stack.enter_context(open_tsdr(settings, clock, _no_wait, None))
        odp = stack.enter_context(open_odp(settings, clock, _no_wait)) if bulk else None
        return run(ctx, Edges(tsdr, odp, channels_of(settings)))


def _clock(now: datetime) -> Callable[[], datetime]:
    """Return a clock that stands at `now`."""
    return lambda: now


def _no_wait(seconds: float) -> None:
    """The stand-in has no rate limit."""


def publish_order(stage: Stage, settings: Settings) -> Imported:
    """Over night an order comes out: its list is imported as `tmwatch orders import` does it, and the agent it names is
    written into config/sanctions.csv."""
    from tmwatch.cli.opening import open_context
    from tmwatch.demo import corpus
    from tmwatch.demo.order_pdf import NUMBERS, order_pdf
    from tmwatch.pipeline.context import new_york_day
    from tmwatch.pipeline.edges import channels_of
    from tmwatch.pipeline.order_import import import_order
    from tmwatch.pipeline.order_lists import Given

    today = new_york_day(stage.now)
    path = stage.folder / ORDER_FILE
    path.parent.mkdir()
    path.write_bytes(order_pdf(today, corpus.NAMED))
    _name_the_agent(stage.folder / "config" / "sanctions.csv")
    given = Given(corpus.ORDER_ID, "show_cause", today.isoformat(), expected=NUMBERS, reviewed=True)
    with open_context(settings, _clock(stage.now - MINUTE), as_of=today) as ctx:
        return import_order(ctx, path, given, channels_of(settings))


def _name_the_agent(path: Path) -> None:
    """Write the operator's own additions to the registry of orders."""
    import csv

    from tmwatch.demo.corpus import SANCTIONS_ROW

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, SANCTIONS_ROW)
        writer.writeheader()
        writer.writerow(SANCTIONS_ROW)


def write_reports(stage: Stage, settings: Settings) -> None:
    """Write what `tmwatch report` makes of the second day: a page to look at and a calendar."""
    from tmwatch.cli.opening import open_context
    from tmwatch.cli.report import render
    from tmwatch.digest.wording import words
    from tmwatch.pipeline.report import gather

    with open_context(settings, _clock(stage.now)) as ctx:
        report = gather(ctx)
    voice = words(settings.digest.language, settings.digest.timezone)
    for name, form in ((REPORT, "html"), (CALENDAR, "ics")):
        write_private(stage.folder / name, render(report, voice, form, to_file=True))


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads: a real one holds keys, passwords or a client's affairs."""
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
