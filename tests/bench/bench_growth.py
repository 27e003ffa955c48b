"""Whether doubling records, watched marks, orders or clients at most doubles the time, at three sizes.

    python -m tests.bench.bench_growth [SMALLEST]

Measured in processor time of this process, the best of three, so that other work on the machine counts little. Prints
each factor; fails when one is above 2 by more than the noise of the measurement.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from tests.bench import big_files
from tests.bench.bench_daily import NOW, once
from tmwatch.portfolio import Client, Watch
from tmwatch.register.part import Job, build_part
from tmwatch.sanctions import Order
from tmwatch.sources.casefile_xml import Origin, read_bulk
from tmwatch.sources.watchpass import Wanted
from tmwatch.store import open_engine, orders, portfolio, schema
from tmwatch.store.orders import OrderList, OrderNumber

FIRST = 90_000_000
DOUBLE, NOISE = 2.0, 0.15
BEFORE = datetime(2026, 1, 5, 10, tzinfo=UTC)


def factor(what: str, sizes: tuple[int, int, int], work: Callable[[int, Path], Callable[[], object]]) -> bool:
    """Measure `work(size, folder)()` at three sizes and print how the time grew; whether it at most doubled."""
    taken = []
    for size in sizes:
        best = float("inf")
        for _ in range(3):
            with tempfile.TemporaryDirectory() as folder:
                act = work(size, Path(folder))
                start = time.process_time()
                act()
                best = min(best, time.process_time() - start)
        taken.append(best)
    grown = [after / before for before, after in pairwise(taken)]
    met = max(grown) <= DOUBLE + NOISE
    told = ", ".join(f"{size:,}: {seconds:.2f} s" for size, seconds in zip(sizes, taken, strict=True))
    print(f"{'met   ' if met else 'MISSED'} {what}: {told}; doubled: {', '.join(f'{one:.2f}x' for one in grown)}")
    return met


def watch_pass(records: int, folder: Path) -> Callable[[], object]:
    """The watch pass over `records` records with 10,000 watched."""
    path = folder / "apc260105.zip"
    big_files.write(path, records, FIRST)
    wanted = Wanted.of(str(FIRST + 7 * n) for n in range(10_000))

    def act() -> None:
        with path.open("rb") as file:
            for _ in read_bulk(file, path.name, wanted, Origin()):
                pass

    return act


def register_part(records: int, folder: Path) -> Callable[[], object]:
    """One part of the register."""
    path = folder / "apc260105.zip"
    big_files.write(path, records, FIRST)
    return lambda: build_part(Job(str(path), folder / "register"))


def daily_run(folder: Path, watched: int, clients: int, listed: int) -> Callable[[], object]:
    """A first bulk run: `watched` marks of `clients`, all in the file; `listed` numbers in 20 orders."""
    url = f"sqlite:///{folder / 'tmwatch.db'}"
    schema.upgrade(url)
    engine = open_engine(url)
    names = [f"Client {n:04}" for n in range(clients)]
    with engine.begin() as conn:
        portfolio.save_watches(
            conn,
            [Watch(names[n % clients], f"Brand {n}", f"{FIRST + n:08}") for n in range(watched)],
            [Client(name, emails=(f"{name[-4:]}@client.example",)) for name in names],
            BEFORE,
        )
        for number in range(20 if listed else 0):
            order = Order(f"EXAMPLE-{number}", f"2025-01-{number + 1:02}", "final_sanctions")
            orders.save_order(conn, order, BEFORE)
            one = OrderList(order.order_id, f"{number}.pdf", f"{number:064x}", "pdf-text", listed // 20)
            first = 60_000_000 + number * 1_000_000
            rows = [OrderNumber(str(first + n), "serial", 1, "pdf-text") for n in range(listed // 20)]
            orders.save_list(conn, one, rows, BEFORE)
    engine.dispose()
    path = folder / "apc260105.zip"
    big_files.write(path, watched, FIRST)
    return lambda: once(folder, path, NOW)


def main(smallest: int = 200) -> int:
    """Measure every growth; the exit code says whether the targets were met."""
    doubled = (smallest, 2 * smallest, 4 * smallest)
    met = [
        factor("records, watch pass", (10_000, 20_000, 40_000), watch_pass),
        factor("records, register", (10_000, 20_000, 40_000), register_part),
        factor("watched marks", doubled, lambda size, folder: daily_run(folder, size, 10, 0)),
        factor("clients", (25, 50, 100), lambda size, folder: daily_run(folder, 4 * smallest, size, 0)),
        factor("numbers in orders", (20_000, 40_000, 80_000), lambda n, folder: daily_run(folder, smallest, 10, n)),
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
