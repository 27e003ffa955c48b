"""A portfolio as an Excel workbook: sheets of brands, marks, findings, deadlines and changes, with real dates.

Tables go through pandas. Every text stays text: a mark called "=cmd" is that, and never a formula, a link or a number.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tmwatch.digest.wording import Words
from tmwatch.reports.model import PortfolioReport
from tmwatch.reports.rows import Cell, Sheet, sheets

if TYPE_CHECKING:
    from pandas import ExcelWriter

_WIDEST, _NARROWEST = 60, 9  # characters
_CELL_LIMIT = 32_767  # characters; Excel repairs (and loses) longer ones
ROW_LIMIT = 1_048_575  # rows below the head that Excel can show
_DAY = "yyyy-mm-dd"
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"valign": "top", "text_wrap": True},
}


def workbook(report: PortfolioReport, words: Words, most_rows: int = ROW_LIMIT) -> bytes:
    """Return the workbook's bytes; the same report gives the same sheets. What has more than `most_rows` rows goes on
    in a sheet of its own ("Changes 2")."""
    from pandas import ExcelWriter

    target = io.BytesIO()
    with ExcelWriter(target, engine="xlsxwriter", date_format=_DAY, engine_kwargs={"options": _OPTIONS}) as writer:
        book: Any = writer.book
        book.set_properties(
            {
                "title": words.say("Trademark report of {day}", day=report.as_of),
                "created": report.generated_at.replace(tzinfo=None),
                "author": "tmwatch",
            }
        )
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#E9EFF7", "border": 1}),
            "text": book.add_format({}),
            "count": book.add_format({"num_format": "0"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
        }
        for sheet in sheets(report, words):
            for number, start in enumerate(range(0, max(1, len(sheet.rows)), most_rows), start=1):
                name = _name(sheet.name if number == 1 else f"{sheet.name} {number}")
                _write(writer, name, sheet, sheet.rows[start : start + most_rows], formats)
    return target.getvalue()


def _write(
    writer: ExcelWriter[Any], name: str, sheet: Sheet, rows: Sequence[tuple[Cell, ...]], formats: dict[str, Any]
) -> None:
    """Fill one sheet: head frozen and filterable, columns as wide as their words."""
    from pandas import DataFrame

    cut = [[cell[:_CELL_LIMIT] if isinstance(cell, str) else cell for cell in row] for row in rows]
    DataFrame(cut, columns=list(sheet.columns), dtype=object).to_excel(
        writer, sheet_name=name, index=False, header=False, startrow=1, freeze_panes=(1, 0)
    )
    page: Any = writer.sheets[name]
    for at, column in enumerate(sheet.columns):
        cells = [row[at] for row in rows]
        page.write_string(0, at, column, formats["head"])
        page.set_column(at, at, _width(column, cells), formats[_kind(cells)])
    page.autofilter(0, 0, max(1, len(rows)), len(sheet.columns) - 1)
    page.set_landscape()
    page.repeat_rows(0)
    page.fit_to_pages(1, 0)


def _kind(cells: Sequence[Cell]) -> str:
    """Return the format of a column: amounts, counts, or text and days."""
    if any(isinstance(cell, float) for cell in cells):
        return "amount"
    return "count" if any(isinstance(cell, int) for cell in cells) else "text"


def _width(column: str, cells: Sequence[Cell]) -> float:
    """Return a width in characters that fits most of the cells."""
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(max(longest, len(column) + 3, _NARROWEST), _WIDEST)


def _name(name: str) -> str:
    """Return a sheet name Excel takes: 31 characters, none of []:*?/\\."""
    return "".join(" " if char in "[]:*?/\\" else char for char in name)[:31]
