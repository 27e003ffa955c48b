"""The CSV file: every mark in it, every cell harmless in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.examples import ENGLISH, HOSTILE, INVISIBLE, PORTFOLIO, hostile
from tmwatch.reports.csv_findings import COLUMNS, findings_csv, harmless

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_finding_is_a_row_and_a_mark_without_one_has_a_row_too() -> None:
    found = rows(findings_csv(PORTFOLIO, ENGLISH))
    assert [(row["serial_number"], row["rule"], row["severity"]) for row in found] == [
        ("97123456", "R05", "critical"),
        ("97123456", "B08", "info"),
        ("97000001", "", ""),
    ]
    assert (found[0]["deadline"], found[0]["open_since"]) == ("2027-01-25", "2026-11-24")
    assert (found[0]["acknowledged_until"], found[0]["acknowledgement"]) == ("2026-12-24", "counsel is on it")
    assert (found[2]["risk"], found[2]["standing"]) == ("none", "live_registered")


def test_lines_end_as_the_standard_asks_and_columns_are_the_documented_ones() -> None:
    text = findings_csv(PORTFOLIO, ENGLISH)
    assert text.count("\r\n") == text.count("\n") == 4
    assert tuple(text.split("\r\n")[0].split(",")) == COLUMNS


def test_a_mark_never_read_is_unknown_and_not_calm() -> None:
    last = rows(findings_csv(hostile("x"), ENGLISH))[-1]
    assert (last["registration_number"], last["standing"], last["risk"]) == ("1", "unknown", "unknown")


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_is_one_harmless_cell(text: str) -> None:
    written = findings_csv(hostile(text), ENGLISH)
    found = rows(written)
    assert len(found) == 2
    assert all(None not in row and set(row) == set(COLUMNS) for row in found)
    assert not any(cell.startswith(DANGEROUS) for row in found for cell in row.values())
    assert not set(written) & INVISIBLE
    written.encode()


@pytest.mark.parametrize("text", ["LUMO", "'QUOTED'", "A-B", "3+4", "a=b", "商标"])
def test_a_text_that_is_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(st.text(st.characters(codec=None), max_size=40))
def test_no_text_begins_a_formula(text: str) -> None:
    assert not harmless(text).startswith(DANGEROUS)
