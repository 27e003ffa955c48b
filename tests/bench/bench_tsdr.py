"""The TSDR pass beside the rate that is configured: marks a minute, asked in batches of 20 over real HTTP.

    python -m tests.bench.bench_tsdr [MARKS]

A server in a process of its own answers batches of invented records of real shape (about 14 kB a mark) at once. The
pass is the real one: client, pace shared through SQLite, parsing, storing. Each rate is measured on a first pass, in
which every mark is new, and on a second one, in which a mark in fifty has changed.

1. At 60 requests a minute the clock skips the waiting instead of sleeping through it; everything else takes the time
   it takes. So it also says how long TSDR may take for an answer before the rate falls.
2. At 1,200 requests a minute the clock is a real one: here the program itself may be the limit, and that limit is
   printed. TSDR allows no such rate and the settings none above 600; it has no target.

Marks a minute are counted without the first batch, which waits for nothing. Fails when a target is missed.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from tmwatch.cli.opening import open_context
from tmwatch.demo.cases import DemoCase, info_json
from tmwatch.pipeline.tsdr_pass import PassResult, tsdr_pass
from tmwatch.portfolio import Client, Watch
from tmwatch.settings import load
from tmwatch.sources.http import PoliteClient
from tmwatch.sources.tsdr import Tsdr
from tmwatch.store import open_engine, portfolio, runs, schema
from tmwatch.store.pace import SharedPace

FIRST, BATCH, CHANGED = 90_000_000, 20, 50
NOON = datetime(2026, 1, 6, 17, tzinfo=UTC)  # noon in New York: the rate of the day holds
DAY = timedelta(days=1)
CONFIGURED, HIGH = 60.0, 1200.0  # requests a minute
SHARE = 0.95
EVENTS = 40


@dataclass
class Clock:
    """Begins at `begin`. With `skips` a wait takes no time but moves the clock on."""

    begin: datetime
    skips: bool
    waited: float = 0.0
    started: float = field(default_factory=time.perf_counter)

    def seconds(self) -> float:
        """Return the seconds since the beginning."""
        return time.perf_counter() - self.started + (self.waited if self.skips else 0.0)

    def now(self) -> datetime:
        """Return the time of day."""
        return self.begin + timedelta(seconds=self.seconds())

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.waited += seconds
        if not self.skips:
            time.sleep(seconds)


def case(status: int) -> bytes:
    """Return one record as TSDR gives it, with the serial number of the first mark."""
    events = tuple(
        ("NWAP", "I", date(2024, 1, 1) + timedelta(days=7 * n), f"INVENTED ENTRY NUMBER {n} OF THE PROSECUTION HISTORY")
        for n in range(EVENTS)
    )
    filed, settled = date(2024, 1, 1), date(2025, 11, 3)
    goods = "Cases for mobile phones; stands for mobile phones; invented accessories of many kinds; " * 20
    made = DemoCase(str(FIRST), "LUMENVALE", status, settled, "A STATUS", filed, "Lumenvale Trading", events=events)
    return json.dumps(info_json(replace(made, goods=goods))).encode()


def serve(pipe: Connection) -> None:
    """Answer batches until the process is ended. Asked with the key "second", a mark in CHANGED has another status."""
    plain, changed, own = case(630), case(641), str(FIRST).encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, format: str, *args: object) -> None:
            """Keep the terminal quiet."""

        def do_GET(self) -> None:
            """Answer one batch."""
            second = self.headers["USPTO-API-KEY"] == "second"
            rows = []
            for number in self.path.partition("ids=")[2].split(","):
                model = changed if second and int(number) % CHANGED == 0 else plain
                body = model.replace(own, number.encode())
                rows.append(b'{"trademarks":[%b],"searchId":"%b"}' % (body, number.encode()))
            body = b'{"transactionList":[%b],"size":%d,"oversized":false}' % (b",".join(rows), len(rows))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pipe.send(server.server_address[1])
    server.serve_forever()


@contextmanager
def server() -> Iterator[str]:
    """Run the server in a process of its own; give its address."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def prepared(folder: Path, marks: int) -> list[str]:
    """Make a database in which the marks are watched; return their serial numbers."""
    url = f"sqlite:///{folder / 'tmwatch.db'}"
    schema.upgrade(url)
    serials = [f"{FIRST + n:08}" for n in range(marks)]
    names = [f"Client {n:02}" for n in range(20)]
    watches = [Watch(names[n % 20], f"Brand {n}", serial) for n, serial in enumerate(serials)]
    clients = [Client(name, emails=(f"{name[-2:]}@client.example",)) for name in names]
    engine = open_engine(url)
    with engine.begin() as conn:
        portfolio.save_watches(conn, watches, clients, NOON - DAY)
    engine.dispose()
    return serials


def passed(folder: Path, base_url: str, serials: list[str], rate: float, clock: Clock, key: str) -> PassResult:
    """Do one pass at `rate` requests a minute."""
    config = folder / "tmwatch.toml"
    config.touch()
    environ = {"TMWATCH_DATABASE_URL": f"sqlite:///{folder / 'tmwatch.db'}"}
    with ExitStack() as stack:
        ctx = stack.enter_context(open_context(load(config, environ, folder), clock.now))
        with ctx.engine.begin() as conn:
            ctx = replace(ctx, run_id=runs.start_run(conn, "manual", ctx.now))
        pace = SharedPace(ctx.engine, sha256(key.encode()).hexdigest(), lambda: clock.now().timestamp(), lambda _: rate)
        sent = PoliteClient(timeout=60.0, proxy=None, ca_file=None, pace=pace, clock=time.monotonic, sleep=clock.sleep)
        tsdr = Tsdr(stack.enter_context(sent), base_url=base_url, api_key=key, clock=clock.now, batch_size=BATCH)
        clock.waited, clock.started = 0.0, time.perf_counter()
        result = tsdr_pass(ctx, tsdr, serials, ())
        assert len(result.checked) == len(serials), result.failed[:3]
    return result


def measured(folder: Path, base_url: str, marks: int, rate: float, *, skips: bool) -> list[float]:
    """Do a first and a second pass; print what they reached; return the shares of the configured rate."""
    serials, shares = prepared(folder, marks), []
    batches, interval = marks // BATCH, 60.0 / rate
    for pass_, begin in (("first", NOON), ("second", NOON + DAY)):
        clock, cpu = Clock(begin, skips), time.process_time()
        result = passed(folder, base_url, serials, rate, clock, pass_)
        taken, cpu = clock.seconds(), time.process_time() - cpu
        own = (taken - clock.waited) / batches
        reached = 60.0 * BATCH * (batches - 1) / taken
        shares.append(reached / (BATCH * rate))
        print(
            f"  {pass_:6} pass: {reached:8,.0f} marks a minute, {shares[-1]:6.1%} of the rate; a batch costs "
            f"{own * 1000:.0f} ms ({cpu / batches * 1000:.0f} ms of processor time), {result.changes:,} changes"
        )
        if own < interval:
            print(f"               an answer may take {interval - own:.2f} s before the rate falls")
        else:
            print(f"               the program is the limit: {60.0 / own:,.0f} requests a minute")
    return shares


def main(marks: int = 4_000) -> int:
    """Measure both rates; the exit code says whether the target was met."""
    with tempfile.TemporaryDirectory() as made, server() as base_url:
        print(f"{marks:,} marks, {len(case(630)) / 1000:.0f} kB of JSON a mark, batches of {BATCH}")
        found = []
        for name, rate, skips in (("waits skipped", CONFIGURED, True), ("real clock", HIGH, False)):
            folder = Path(made, name.replace(" ", "-"))
            folder.mkdir()
            print(f"{rate:,.0f} requests a minute ({name}): {rate * BATCH:,.0f} marks a minute")
            found.append(measured(folder, base_url, marks, rate, skips=skips))
    met = min(found[0]) >= SHARE
    word = "met   " if met else "MISSED"
    print(f"{word} {min(found[0]):.1%} of {CONFIGURED:.0f} requests a minute (target {SHARE:.0%})")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
