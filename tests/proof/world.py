"""A world for one proof: a database, both USPTO services, a mail server, an invented portfolio, and runs over it."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text

from tests.proof.office import KEY, Office, open_office
from tests.proof.post import Arrived, PostOffice, open_post
from tmwatch.cli.opening import open_context
from tmwatch.demo.cases import DemoCase
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.edges import open_edges
from tmwatch.pipeline.run import Edges, Options, RunResult, run
from tmwatch.portfolio import Client, Watch
from tmwatch.settings import Settings, load
from tmwatch.store import open_engine, portfolio

MORNING = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TOLD = re.compile(r"Attorney of record, .*? → (.+?) \([A-Z][a-z]{2} \d")  # a line of "Other changes of the record"
Act = Callable[[Context, Edges], RunResult]


def no_wait(seconds: float) -> None:
    """Do not sleep."""


def case(serial: int, attorney: str = "Harriet Vale") -> DemoCase:
    """A registered mark on which nothing is wrong."""
    return DemoCase(
        serial_number=str(serial),
        mark=f"INVENTED {serial}",
        status=700,
        status_date=date(2024, 1, 9),
        status_text="The trademark application has been registered with the Office.",
        filed=date(2022, 12, 1),
        owner=f"Invented Goods {serial} Ltd",
        registration_number=str(serial - 81_000_000),
        registered=date(2024, 1, 9),
        attorney=attorney,
        events=(("NWAP", "I", date(2022, 12, 2), "NEW APPLICATION ENTERED"),),
    )


@dataclass
class World:
    """Everything a run touches. `clients` have `marks` marks between them, numbered from `FIRST` on."""

    folder: Path
    database_url: str
    office: Office
    post: PostOffice
    marks: int
    clients: int
    environ: dict[str, str] = field(default_factory=dict)
    served: dict[int, DemoCase] = field(default_factory=dict)
    FIRST = 88_100_000

    @property
    def given(self) -> dict[str, str]:
        """The settings as environment."""
        return {
            "TMWATCH_DATABASE_URL": self.database_url,
            "TMWATCH_TSDR_BASE_URL": self.office.url,
            "TMWATCH_TSDR_API_KEY": KEY,
            "TMWATCH_ODP_BASE_URL": self.office.url,
            "TMWATCH_ODP_SECONDS_BETWEEN_FILES": "1",
            "TMWATCH_MAIL_URL": f"smtp://127.0.0.1:{self.post.port}",
            "TMWATCH_MAIL_SENDER": "watch@tmwatch.example",
            "TMWATCH_ORDERS_PAGE_URL": "",
            **self.environ,
        }

    @property
    def settings(self) -> Settings:
        """The settings."""
        return settings_of(self.folder, self.given)

    @property
    def serials(self) -> range:
        """The serial numbers watched."""
        return range(self.FIRST, self.FIRST + self.marks)

    def client_of(self, serial: int) -> str:
        """Who watches a mark."""
        return f"Client {serial % self.clients}"

    def prepare(self, at: datetime = MORNING - DAY, **client: Any) -> None:
        """Import the portfolio and serve every mark."""
        watches = [Watch(self.client_of(one), "", serial_number=str(one)) for one in self.serials]
        owners = [Client(f"Client {n}", (f"c{n}@client.example",), **client) for n in range(self.clients)]
        engine = open_engine(self.database_url)
        with engine.begin() as conn:
            portfolio.save_watches(conn, watches, owners, at)
        engine.dispose()
        self.served = {one: case(one) for one in self.serials}
        self.office.serve(self.served.values())

    def change(self, label: str, count: int, dice: random.Random) -> dict[str, str]:
        """Give `count` random marks another attorney; return client by the new name, which no other mark has."""
        expected = {}
        for serial in dice.sample(self.serials, count):
            self.served[serial] = replace(self.served[serial], attorney=f"{label} {serial}")
            expected[f"{label} {serial}"] = self.client_of(serial)
        self.office.serve(self.served[int(name.split()[-1])] for name in expected)
        return expected

    def run(self, now: datetime, options: Options | None = None, act: Act | None = None) -> RunResult:
        """Do one run in this process."""
        return run_once(self.settings, now, lambda: now, options, act)

    def told(self) -> dict[str, list[tuple[str, str]]]:
        """Return (recipient, Message-ID) of each distinct message that told a new attorney, by the new name."""
        found: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for one in {(a.recipient, a.message_id): a for a in list(self.post.arrived)}.values():
            for name in told_in(one.raw):
                found[name].add((one.recipient, one.message_id))
        return {name: sorted(where) for name, where in found.items()}

    def repeats(self) -> tuple[int, int]:
        """Return how many raw repeats arrived, and how many of them were not byte-identical."""
        seen = Counter((one.recipient, one.message_id) for one in self.post.arrived)
        bytes_of: dict[tuple[str, str], set[bytes]] = defaultdict(set)
        for one in self.post.arrived:
            bytes_of[(one.recipient, one.message_id)].add(one.raw)
        return sum(seen.values()) - len(seen), sum(len(raws) - 1 for raws in bytes_of.values())

    def query(self, sql: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        engine = open_engine(self.database_url)
        with engine.connect() as conn:
            rows = [tuple(row) for row in conn.execute(text(sql))]
        engine.dispose()
        return rows


@lru_cache(maxsize=100_000)
def told_in(raw: bytes) -> tuple[str, ...]:
    """Return the new attorneys that a message tells."""
    return tuple(TOLD.findall(" ".join(Arrived("", raw, "").text.split())))


def settings_of(folder: Path, given: Mapping[str, str]) -> Settings:
    """Load settings from an environment and an empty file."""
    config = folder / "config" / "tmwatch.toml"
    config.parent.mkdir(exist_ok=True)
    config.touch()
    return load(config, given, folder)


def run_once(
    settings: Settings,
    now: datetime,
    clock: Callable[[], datetime],
    options: Options | None = None,
    act: Act | None = None,
    listen: Callable[[Engine], None] | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> RunResult:
    """Do one run with everything as the command line opens it, but without waiting."""
    first = [now]

    def opening_clock() -> datetime:
        return first.pop() if first else clock()

    with ExitStack() as stack:
        ctx = stack.enter_context(open_context(settings, opening_clock, progress=progress))
        ctx = replace(ctx, sleep=no_wait)
        if listen:
            listen(ctx.engine)
        edges = stack.enter_context(open_edges(settings, clock, no_wait, ctx.engine))
        return act(ctx, edges) if act else run(ctx, edges, options or Options())


@contextmanager
def world(folder: Path, database_url: str, marks: int, clients: int) -> Iterator[World]:
    """Open both services for a fresh database."""
    with open_office(Office()) as office, open_post(PostOffice()) as post:
        yield World(folder, database_url, office, post, marks, clients)


def on_every_statement(engine: Engine, note: Callable[[str], None]) -> None:
    """Tell `note` each statement before it is sent, "COMMIT" before and "COMMITTED" after each commit."""
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, *_more: note(statement))
    event.listen(engine, "commit", lambda _conn: note("COMMIT"))
    event.listen(engine, "checkin", lambda *_: note("COMMITTED"))
