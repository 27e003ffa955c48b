"""How many marks a second the deadline engine evaluates: 10,000 marks with 30 events each, on one core.

Run by hand: `python -m tests.bench.bench_deadlines`.
"""

import csv
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from tests.deadlines.case_text import read_case
from tmwatch.codes import event_codes
from tmwatch.deadlines import deadlines
from tmwatch.records import CaseFile, ProsecutionEvent

MARKS, EVENTS, LIMIT = 10_000, 30, 5.0
TABLE = Path(__file__).parent.parent / "data" / "deadline_cases.csv"


def portfolio() -> list[CaseFile]:
    """Return the records of the table of cases, filled up to 30 events each with what the Office records."""
    codes = sorted(event_codes())
    with TABLE.open(encoding="utf-8") as table:
        marks = [read_case(row["record"]) for row in csv.DictReader(table)]
    found = []
    for number in range(MARKS):
        mark = marks[number % len(marks)]
        filler = tuple(
            ProsecutionEvent(
                *codes[(number * 37 + step * 101) % len(codes)], date(2019, 1, 1) + timedelta(61 * step), step
            )
            for step in range(EVENTS - len(mark.events))
        )
        found.append(replace(mark, serial_number=f"{90000000 + number}", events=mark.events + filler))
    return found


def main() -> None:
    """Measure and print."""
    marks = portfolio()
    day = date(2026, 6, 1)
    start = time.perf_counter()
    shown = sum(len(deadlines(mark, day)) for mark in marks)
    seconds = time.perf_counter() - start
    print(f"{MARKS} marks, {shown} deadlines: {seconds:.2f} s, {MARKS / seconds:,.0f} marks/s (limit {LIMIT} s)")
    assert seconds < LIMIT


if __name__ == "__main__":
    main()
