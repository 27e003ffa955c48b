"""How long a final order of the size of 2025 takes: 803 pages, 680 of them exhibit, 52,000 numbers; and the join of
42,000 listed numbers with 100,000 watched marks in memory.

Run by hand: `python -m tests.bench.bench_orders`.
"""

from __future__ import annotations

import random
import time

from tests.order_pdfs import Sheet, columns, lines, pdf
from tmwatch.sanctions import load_registry
from tmwatch.sources.orders import OrderFile, read_order, verdict

PAGES, EXHIBIT_PAGES, NUMBERS = 803, 680, 52_000


def big_order() -> tuple[bytes, list[str]]:
    """Return the file and the numbers it lists: body and evidence pages first, then the exhibit in four columns."""
    numbers = [str(one) for one in random.Random(7).sample(range(88_000_000, 98_900_000), NUMBERS)]
    title = [
        "UNITED STATES PATENT AND TRADEMARK OFFICE",
        "FINAL ORDER FOR SANCTIONS",
        "Issued: August 6, 2025",
        "The proceedings of more than 52,000 applications and registrations are terminated.",
    ]
    prose = [
        f"Line {at} of the reasons, see 37 C.F.R. 11.18(b) and 87 Fed. Reg. 431, June 8, 2021." for at in range(50)
    ]
    body = [Sheet(lines(title))] + [Sheet(lines([*prose, f"Page {at}"])) for at in range(2, PAGES - EXHIBIT_PAGES + 1)]
    cut = [numbers[NUMBERS * at // EXHIBIT_PAGES : NUMBERS * (at + 1) // EXHIBIT_PAGES] for at in range(EXHIBIT_PAGES)]
    exhibit = [Sheet(lines(["EXHIBIT A"], top=760) + columns(part, 4)) for part in cut]
    return pdf([*body, *exhibit]), numbers


def timed_read() -> tuple[OrderFile, list[str], float]:
    """Read the big order; return it, what it should hold, and the seconds taken."""
    body, numbers = big_order()
    start = time.perf_counter()
    order = read_order(body, "order.pdf", load_registry())
    return order, numbers, time.perf_counter() - start


def timed_join() -> tuple[int, float]:
    """Join 42,000 listed numbers with 100,000 watched ones; return the number of hits and the seconds taken."""
    chosen = random.Random(11)
    listed = {str(one): at for at, one in enumerate(chosen.sample(range(88_000_000, 98_900_000), 42_000))}
    watched = [str(one) for one in chosen.sample(range(88_000_000, 98_900_000), 99_900)] + list(listed)[:100]
    start = time.perf_counter()
    hits = sum(1 for number in watched if number in listed)
    return hits, time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    order, numbers, seconds = timed_read()
    print(f"{order.pages} pages, {len(order.serials)} numbers in {seconds:.1f} s; {verdict(order).text}")
    print("all found" if set(order.serials) == set(numbers) else "NUMBERS DIFFER")
    hits, seconds = timed_join()
    print(f"{hits} of 100,000 watched marks found among 42,000 in {seconds * 1000:.0f} ms")


if __name__ == "__main__":
    main()
