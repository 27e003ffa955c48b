"""Digests of 1,000 clients with 20,000 marks: composed, frozen and queued.

    python -m tests.bench.bench_digests [CLIENTS] [MARKS_EACH]

Fills a SQLite database (half the clients read Chinese, every third mark has something wrong), judges it, and measures
the first report of every client, and then an ordinary day on which a tenth of the marks changed. Prints messages a
second; fails when either takes 60 seconds or more.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.store.invent import event, mark
from tmwatch.cli.opening import open_context
from tmwatch.digest.model import SourceState
from tmwatch.pipeline.coverage import PassInfo
from tmwatch.pipeline.queueing import queue_all
from tmwatch.pipeline.run import judge_all
from tmwatch.portfolio import Client, Watch
from tmwatch.records import CaseFile
from tmwatch.settings import load
from tmwatch.store import marks, open_engine, portfolio, schema

LIMIT = 60.0
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CHUNK = 500


def cases(count: int, at: datetime) -> Iterator[CaseFile]:
    """Yield marks: of three, one is near its section 8 day, one has an Office action, one is quiet."""
    for n in range(count):
        serial = f"{90_000_000 + n}"
        if n % 3 == 0:
            yield mark(serial, as_of=at, registration_date=date(2020, 12, 20), filing_date=date(2019, 1, 10))
        elif n % 3 == 1:
            sent = (event("GNRT", "F", date(2026, 9, 20), 4), event("NWAP", "I", date(2026, 1, 14), 1))
            yield mark(
                serial, as_of=at, status_code=641, registration_number=None, registration_date=None, register=None,
                events=sent,
            )  # fmt: skip
        else:
            yield mark(serial, as_of=at)


def changed(count: int, at: datetime) -> list[CaseFile]:
    """Return a tenth of the marks as they are a day later: cancelled, or with another correspondence address."""
    found = [one for n, one in enumerate(cases(count, at)) if n % 10 == 0]
    return [
        replace(one, status_code=710, status_date=at.date())
        if n % 2 == 0 and one.registration_number
        else replace(one, correspondent_emails=("desk@elsewhere.example",))
        for n, one in enumerate(found)
    ]


def fill(url: str, clients: int, each: int) -> None:
    """Make the portfolio and store every record."""
    schema.upgrade(url)
    engine = open_engine(url)
    rows = [
        Watch(
            f"Client {n // each:04}", f"BRAND {n // 4}", f"{90_000_000 + n}", marketplaces=("US", "CA"),
            brand_registry_status="enrolled", enrolled_with_this_mark=n % 4 == 0, asins=n % 40,
            revenue_30d=Decimal(n * 7 % 90_000), currency="USD",
        )
        for n in range(clients * each)
    ]  # fmt: skip
    people = [
        Client(f"Client {n:04}", emails=(f"owner{n}@example.com",), language="zh-CN" if n % 2 else "en")
        for n in range(clients)
    ]
    with engine.begin() as conn:
        portfolio.save_watches(conn, rows, people, NOW - timedelta(days=1))
    save(url, list(cases(clients * each, NOW)), NOW)
    engine.dispose()


def save(url: str, records: list[CaseFile], now: datetime) -> None:
    """Store records in pieces, as a pass does."""
    engine = open_engine(url)
    for start in range(0, len(records), CHUNK):
        with engine.begin() as conn:
            marks.save_cases(conn, records[start : start + CHUNK], None, now)
    engine.dispose()


@dataclass(frozen=True)
class Measured:
    """Messages queued, seconds by the clock and of this process's work, and seconds of judging before."""

    count: int
    seconds: float
    cpu: float
    judging: float


def measure(folder: Path, url: str, now: datetime, watched: int) -> Measured:
    """Judge everything, then queue what every client must hear."""
    config = folder / "tmwatch.toml"
    config.touch()
    environ = {
        "TMWATCH_DATABASE_URL": url,
        "TMWATCH_MAIL_URL": "smtp://127.0.0.1:1",
        "TMWATCH_MAIL_SENDER": "watch@example.com",
    }
    info = PassInfo(
        checked=frozenset(f"{90_000_000 + n}" for n in range(watched)),
        sources=(SourceState("tsdr", now),),
        tsdr_used=True,
    )
    with open_context(load(config, environ, folder), lambda: now) as ctx:
        begun = time.perf_counter()
        judge_all(ctx)
        judged, cpu = time.perf_counter(), time.process_time()
        count = queue_all(ctx, info)
        return Measured(count, time.perf_counter() - judged, time.process_time() - cpu, judged - begun)


def main(clients: int = 1_000, each: int = 20) -> int:
    """Measure both days and print."""
    met = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'bench.db'}"
        fill(url, clients, each)
        for what, now in (("first report", NOW), ("ordinary day", NOW + timedelta(days=1))):
            if now != NOW:
                save(url, changed(clients * each, now), now)
            one = measure(folder, url, now, clients * each)
            met = met and one.count >= clients // 2 and one.seconds < LIMIT
            figures = f"{one.count:,} messages, {clients * each:,} marks, {one.seconds:.1f} s ({one.cpu:.1f} of work)"
            print(f"{what}: {figures}, {one.count / one.seconds:.0f} messages/s (judging before: {one.judging:.1f} s)")
    print(f"target met: less than {LIMIT:.0f} s" if met else f"MISSED: less than {LIMIT:.0f} s")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(*(int(one) for one in sys.argv[1:])))
