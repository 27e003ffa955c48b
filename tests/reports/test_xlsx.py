"""The workbook: frozen and filterable heads, real dates, and no text that becomes a formula or a link."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.reports.examples import ENGLISH, HOSTILE, INVISIBLE, PORTFOLIO, hostile
from tmwatch.digest.wording import clean
from tmwatch.reports.xlsx_book import workbook


def sheet(data: bytes, name: str) -> Worksheet:
    found = openpyxl.load_workbook(io.BytesIO(data))[name]
    assert isinstance(found, Worksheet)
    return found


def column(page: Worksheet, name: str) -> list[object]:
    heads = [cell.value for cell in page[1]]
    return [row[heads.index(name)].value for row in page.iter_rows(min_row=2)]


BOOK = workbook(PORTFOLIO, ENGLISH)


def test_the_sheets_are_brands_marks_findings_deadlines_and_changes() -> None:
    names = openpyxl.load_workbook(io.BytesIO(BOOK)).sheetnames
    assert names == ["Brands", "Marks", "Findings", "Deadlines", "Changes"]


@pytest.mark.parametrize("name", ["Brands", "Marks", "Findings", "Deadlines", "Changes"])
def test_the_head_of_a_sheet_stays_in_sight_and_filters(name: str) -> None:
    page = sheet(BOOK, name)
    assert page.freeze_panes == "A2"
    assert str(page.auto_filter.ref).startswith("A1:")
    assert page.max_row > 1


def test_dates_are_dates_and_amounts_are_numbers() -> None:
    assert datetime(2027, 1, 25) in column(sheet(BOOK, "Findings"), "By")
    assert all(isinstance(day, datetime) for day in column(sheet(BOOK, "Changes"), "Day"))
    assert column(sheet(BOOK, "Brands"), "Sales in 30 days")[0] == 412000.5
    assert column(sheet(BOOK, "Brands"), "ASINs")[0] == 38


def test_days_and_amounts_are_shown_as_such_and_every_cell_stands_at_the_top() -> None:
    page = sheet(BOOK, "Brands")
    heads = [cell.value for cell in page[1]]
    widths = page.column_dimensions
    assert page.cell(2, heads.index("By") + 1).number_format == "yyyy-mm-dd"
    assert page.cell(2, heads.index("Sales in 30 days") + 1).number_format == "#,##0.00"
    assert page.cell(2, heads.index("ASINs") + 1).number_format == "0"
    assert {cell.alignment.vertical for cell in page[2] if cell.value is not None} == {"top"}
    assert page.cell(1, 1).font.b
    assert all(9 <= widths[letter].width <= 61 for letter in "ABCDE")


def test_what_is_longer_than_a_sheet_goes_on_in_another() -> None:
    whole = column(sheet(BOOK, "Changes"), "What")
    data = workbook(PORTFOLIO, ENGLISH, most_rows=1)
    names = openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    parts = ["Changes", *(f"Changes {n}" for n in range(2, len(whole) + 1))]
    assert [name for name in names if name.startswith("Changes")] == parts
    assert [row for name in parts for row in column(sheet(data, name), "What")] == whole


def test_numbers_of_marks_stay_text() -> None:
    assert column(sheet(BOOK, "Marks"), "Serial No.") == ["97123456", "97000001"]


@pytest.mark.parametrize("text", [*HOSTILE, "{=1+1}", "https://x.example/", "internal:Marks!A1", "1e5"])
def test_foreign_text_stays_text_and_changes_nothing_else(text: str) -> None:
    data = workbook(hostile(text), ENGLISH)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        written = {name: parts.read(name).decode() for name in parts.namelist()}
        assert not [name for name in written if "rels" in name and "hyperlink" in written[name]]
        assert not any("<f>" in body or "<f " in body for body in written.values())
    for page in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                assert not set(str(cell.value)) & INVISIBLE
    assert column(sheet(data, "Marks"), "Mark")[0] == (clean(text) or None)
    assert sheet(data, "Marks").max_row == 3
