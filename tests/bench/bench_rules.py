"""How many marks a second are judged, parties, matches, ladder, deadlines and all rules included, on one core.

Run by hand: `python -m tests.bench.bench_rules`. Prints a ratio to the deadlines alone, measured in the same run.
"""

import time
from dataclasses import replace
from datetime import date

from tests.bench.bench_deadlines import MARKS, portfolio
from tmwatch.deadlines import deadlines
from tmwatch.parties import parties_of
from tmwatch.pipeline.evaluate import facts_of
from tmwatch.portfolio import Watch
from tmwatch.records import Address, Attorney, Correspondent, Owner
from tmwatch.rules import RULES
from tmwatch.rules.base import evaluate
from tmwatch.sanctions import load_registry

DAY = date(2026, 6, 1)


def main() -> None:
    """Measure and print."""
    registry = load_registry()
    marks = [
        replace(
            mark,
            owners=(
                Owner(
                    f"Invented Goods {n} Co., Ltd.",
                    30,
                    address=Address(("8 Made Up Road",), "Shenzhen", None, None, "CN"),
                ),
            ),
            attorney=Attorney(f"Jo Doe {n % 97}"),
            correspondent=Correspondent(name=f"Jo Doe {n % 97}", firm="Doe and Daughters LLP"),
            correspondent_emails=(f"docket{n % 97}@doe.example",),
        )
        for n, mark in enumerate(portfolio())
    ]
    start = time.process_time()
    for mark in marks:
        deadlines(mark, DAY)
    alone = time.process_time() - start
    start = time.process_time()
    found = 0
    for n, mark in enumerate(marks):
        watch = Watch("Client", f"BRAND {n}", mark.serial_number, brand_registry_status="enrolled")
        facts = facts_of(mark, DAY, registry, parties=parties_of(mark, DAY), watches=(watch,))
        found += len(evaluate(RULES, facts))
    seconds = time.process_time() - start
    print(f"{MARKS} marks, {found} findings: {seconds:.2f} s of CPU, {MARKS / seconds:,.0f} marks/s, on one core")
    print(f"deadlines alone: {alone:.2f} s; everything takes {seconds / alone:.1f} times as long")


if __name__ == "__main__":
    main()
