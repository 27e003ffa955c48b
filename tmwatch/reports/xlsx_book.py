"""A portfolio as an Excel workbook: sheets of brands, marks, findings, deadlines and changes, with real dates.

Every text is written as text (`write_string`): a mark called "=cmd" is that, and never a formula, a link or a number.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from tmwatch.digest.wording import Words
from tmwatch.reports.model import PortfolioReport
from tmwatch.reports.rows import Cell, Sheet, sheets

_WIDEST, _NARROWEST = 60, 9  # characters
_CELL_LIMIT = 32_767  # characters; Excel repairs (and loses) longer ones
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


def workbook(report: PortfolioReport, words: Words) -> bytes:
    """Return the workbook's bytes; the same report gives the same sheets."""
    import xlsxwriter  # type: ignore[import-untyped]  # ships no types

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        book.set_properties(
            {
                "title": words.say("Trademark report of {day}", day=report.as_of),
                "created": report.generated_at.replace(tzinfo=None),
                "author": "tmwatch",
            }
        )
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#E9EFF7", "border": 1, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
            "count": book.add_format({"num_format": "0", "valign": "top"}),
            "amount": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        }
        for sheet in sheets(report, words):
            _write(book.add_worksheet(_name(sheet.name)), sheet, formats)
    return target.getvalue()


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    """Fill one sheet: header frozen and filterable, columns as wide as their words."""
    for at, column in enumerate(sheet.columns):
        page.write_string(0, at, column, formats["head"])
        page.set_column(at, at, _width(column, [row[at] for row in sheet.rows]))
    for number, row in enumerate(sheet.rows, start=1):
        for at, cell in enumerate(row):
            _write_cell(page, number, at, cell, formats)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)
    page.set_landscape()
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)


def _write_cell(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    if cell is None or cell == "":
        page.write_blank(row, column, None, formats["text"])
    elif isinstance(cell, str):
        page.write_string(row, column, cell[:_CELL_LIMIT], formats["text"])
    elif isinstance(cell, date):
        page.write_datetime(row, column, cell, formats["date"])
    else:
        page.write_number(row, column, cell, formats["amount" if isinstance(cell, float) else "count"])


def _width(column: str, cells: list[Cell]) -> float:
    """Return a width in characters that fits most of the cells."""
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(max(longest, len(column) + 3, _NARROWEST), _WIDEST)


def _name(name: str) -> str:
    """Return a sheet name Excel takes: 31 characters, none of []:*?/\\."""
    return "".join(" " if char in "[]:*?/\\" else char for char in name)[:31]
