"""The table of hand-computed cases: each row names the rule text it follows and was worked out by hand."""

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.deadlines.case_text import read_case
from tmwatch.deadlines import deadlines, maintenance

TABLE = Path(__file__).parent.parent / "data" / "deadline_cases.csv"
ROWS = list(csv.DictReader(TABLE.open(encoding="utf-8"), strict=True))
NOT_RECEIVED = "notice not received"


def found_for(kind: str, record: str, as_of: date) -> list:
    """Return what the engine says under the `kind` column: a kind, kind/period, or "period kind number"."""
    mark = read_case(record)
    if kind.startswith("period "):
        _, name, number = kind.split()
        return [one for one in maintenance(mark, as_of) if one.kind == name and one.number == int(number)]
    name, _, period = kind.partition("/")
    same = [one for one in deadlines(mark, as_of) if one.kind == name]
    return [one for one in same if (one.period == period if period else one.period != NOT_RECEIVED)]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_record_has_the_deadline_the_law_gives_it(row):
    found = found_for(row["kind"], row["record"], date.fromisoformat(row["as_of"]))
    if row["state"] == "none":
        assert found == [], row["rule"]
        return
    assert len(found) == 1, (row["rule"], found)
    shown = {name: str(getattr(found[0], name) or "-") for name in ("state", "opens", "due", "grace_ends")}
    assert shown == {name: row[name] for name in shown}, row["rule"]


def test_the_table_is_whole():
    assert all(None not in row and all(value is not None for value in row.values()) for row in ROWS)
    assert len({row["id"] for row in ROWS}) == len(ROWS) >= 120
    assert all(row["rule"] for row in ROWS)


def test_quiet_rows_are_many():
    assert sum(row["state"] == "none" for row in ROWS) >= 40
