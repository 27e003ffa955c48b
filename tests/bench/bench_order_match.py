"""How long it takes to find the watched marks an order names: 42,000 numbers against 100,000 watched marks, in the
database, on SQLite and (when one is installed) on PostgreSQL.

Run by hand: `python -m tests.bench.bench_order_match`.
"""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, text

from tests import postgres
from tmwatch.portfolio import Watch
from tmwatch.sanctions import Order
from tmwatch.store import open_engine, orders, portfolio, reading, schema
from tmwatch.store.orders import OrderList, OrderNumber

WATCHED, LISTED, BOTH = 100_000, 42_000, 400
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ORDER = Order("USPTO-2026-11-20-HARBOUR-FINAL", "2026-11-20", "final_sanctions")


def measured(url: str) -> tuple[float, float, int]:
    """Return the seconds to store the list, the seconds to match it (best of three), and the marks found."""
    chosen = random.Random(11).sample(range(88_000_000, 98_900_000), WATCHED + LISTED - BOTH)
    watched, listed = chosen[:WATCHED], chosen[WATCHED - BOTH :]
    engine = open_engine(url)
    with engine.begin() as conn:
        rows = [Watch(f"Client {n % 50}", f"Brand {n}", str(serial)) for n, serial in enumerate(watched)]
        portfolio.save_watches(conn, rows, (), NOW)
    started = time.perf_counter()
    with engine.begin() as conn:
        orders.save_order(conn, ORDER, NOW)
        one = OrderList(ORDER.order_id, "order.pdf", "ab" * 32, "pdf-text", LISTED)
        numbers = [OrderNumber(str(n), "serial", 10 + at // 80, "pdf-text") for at, n in enumerate(listed)]
        orders.save_list(conn, one, numbers, NOW)
    stored = time.perf_counter() - started
    times, found = [], 0
    for _ in range(3):
        started = time.perf_counter()
        with reading(engine) as conn:
            found = len(orders.hits_of_watched(conn, ORDER.order_id))
        times.append(time.perf_counter() - started)
    engine.dispose()
    return stored, min(times), found


def say(name: str, figures: tuple[float, float, int]) -> None:
    """Print one line."""
    stored, matched, found = figures
    print(
        f"{name}: {LISTED:,} numbers stored in {stored:.2f} s, matched with {WATCHED:,} watched marks in "
        f"{matched * 1000:.0f} ms, {found} named"
    )


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        schema.upgrade(url)
        say("SQLite", measured(url))
    try:
        with postgres.server() as server:
            admin = create_engine(server, isolation_level="AUTOCOMMIT")
            with admin.connect() as conn:
                conn.execute(text("CREATE DATABASE tmwatch_bench_orders"))
            url = postgres.database(server, "tmwatch_bench_orders")
            schema.upgrade(url)
            say("PostgreSQL", measured(url))
            with admin.connect() as conn:
                conn.execute(text("DROP DATABASE tmwatch_bench_orders WITH (FORCE)"))
            admin.dispose()
    except postgres.NoServer as reason:
        print(f"PostgreSQL: not measured, {reason}")


if __name__ == "__main__":
    main()
