"""Portfolio and clients files from disk or stdin: CSV (any usual separator), XLSX, or a bare list of numbers.

`fetch` reads bytes under a size limit, `parse` makes a RawTable of them and says in one line why it cannot.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from tmwatch.case_numbers import looks_like_number
from tmwatch.errors import PortfolioError
from tmwatch.portfolio_rows import RawTable
from tmwatch.text import N_, Text, say

MAX_BYTES = 20_000_000  # a portfolio of 100,000 rows has about 15 MB
MAX_UNPACKED = 200_000_000
MAX_MEMBERS = 1_000
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_LINE = 100_000  # characters; a longer one is no row of a portfolio
_BLANK_RUN = 1_000  # spreadsheets format thousands of empty rows below the last one

_MAGIC = (
    (b"\xd0\xcf\x11\xe0", N_("{file} is an old Excel file (.xls); save it as .xlsx or CSV")),
    (b"%PDF", N_("{file} is a PDF; a portfolio is CSV or XLSX")),
    (b"\x1f\x8b", N_("{file} is compressed (gzip); unpack it first")),
    (b"Rar!", N_("{file} is compressed (RAR); unpack it first")),
    (b"\x89PNG", N_("{file} is a picture; a portfolio is CSV or XLSX")),
    (b"\xff\xd8\xff", N_("{file} is a picture; a portfolio is CSV or XLSX")),
)


def fetch(path: Path, stdin: BinaryIO) -> bytes:
    """Return the bytes of `path`, or of `stdin` when it is `-`. PortfolioError when it cannot be read or is too big."""
    try:
        if str(path) == "-":
            body = stdin.read(MAX_BYTES + 1)
        else:
            with path.open("rb") as file:
                body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PortfolioError(
            say("cannot read {path}: {reason}", path=str(path), reason=error.strerror or str(error))
        ) from error
    if len(body) > MAX_BYTES:
        raise PortfolioError(
            say(
                "{file} is larger than {most} MB; split it into several files",
                file=str(path),
                most=MAX_BYTES // 1_000_000,
            )
        )
    return body


def parse(body: bytes, name: str) -> RawTable:
    """Return the table in `body`; `name` is used in messages."""
    if not body.strip():
        raise PortfolioError(say("{file} is empty; it needs a header row and a row for each mark", file=name))
    for magic, sentence in _MAGIC:
        if body.startswith(magic):
            raise PortfolioError(say(sentence, file=name))
    if body.startswith(b"PK\x03\x04"):
        return _from_xlsx(body, name)
    text, note = _decode(body, name)
    return _from_text(text, name, note)


def _decode(body: bytes, name: str) -> tuple[str, tuple[Text, ...]]:
    """Return the text of a file that people saved with Excel, WPS or an editor."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if re.search(r"[\x00-\x08\x0e-\x1f]", text):
            break
        if re.match(r"\s*<(?:!doctype|html|head|\?xml)", text, re.IGNORECASE):
            raise PortfolioError(
                say("{file} is a web page or XML, not a table; save the list itself as CSV or XLSX", file=name)
            )
        note = say("{file} was read as {encoding}", file=name, encoding=encoding.upper())
        return text, (note,) if encoding != "utf-8-sig" else ()
    raise PortfolioError(say("{file} is neither text nor XLSX; save it as CSV in UTF-8, or as XLSX", file=name))


def _from_text(text: str, name: str, notes: tuple[Text, ...]) -> RawTable:
    """Read a bare list of numbers or a CSV."""
    _check_shape(text, name)
    lines = [line for line in text.splitlines() if line.partition("#")[0].strip()]
    first = _numbers(lines[0]) if lines else []
    if first and all(looks_like_number(part) for part in first):
        numbers = [(at, (part,)) for at, line in enumerate(text.splitlines(), start=1) for part in _numbers(line)]
        return RawTable(name, ("number",), tuple(numbers), notes=notes)
    separator = max(",;\t|", key=lambda one: (lines[0] if lines else "").count(one))
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise PortfolioError(
            say(
                "{file} is no valid CSV: {reason}; look for a quotation mark that is not closed",
                file=name,
                reason=str(error),
            )
        ) from error
    return _table(name, rows, notes)


def _too_many_rows(name: str) -> PortfolioError:
    return PortfolioError(
        say("{file} has more than {most} rows; split it into several files", file=name, most=f"{MAX_ROWS:,}")
    )


def _check_shape(text: str, name: str) -> None:
    """Refuse what no portfolio looks like before it is taken apart: far too many lines, or a line without end."""
    if text.count("\n") > 2 * MAX_ROWS:
        raise _too_many_rows(name)
    longest = max(len(line) for line in text.split("\n"))
    if longest > MAX_LINE:
        raise PortfolioError(
            say("{file} has a line of {count} characters; it is no table of marks", file=name, count=f"{longest:,}")
        )


def _numbers(line: str) -> list[str]:
    """Return the entries of a line of a bare list: one, or several between commas, semicolons, tabs or blanks."""
    parts = re.split(
        r"[;\t]+|,\s+|,(?=(?:rn)?\d{7,8}\b)|(?<=\d{7})\s+", line.partition("#")[0].strip(), flags=re.IGNORECASE
    )
    return [part.strip().strip("'\"") for part in parts if part.strip()]


def _from_xlsx(body: bytes, name: str) -> RawTable:
    """Read the first sheet of a workbook that has something in it. Formulas give their last stored value."""
    from openpyxl import load_workbook

    _check_archive(body, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about styles and extensions it does not keep
        try:
            book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
            sheets = {sheet.title: _sheet_rows(sheet) for sheet in book.worksheets}
        except Exception as error:  # openpyxl raises whatever its parts raise on a damaged workbook
            raise PortfolioError(say("{file} is a damaged XLSX file; open it and save it again", file=name)) from error
    filled = [title for title, rows in sheets.items() if rows]
    if not filled:
        raise PortfolioError(say("{file} is empty; it needs a header row and a row for each mark", file=name))
    more = say(
        "{file}: only the sheet {sheet} was read, not {others}",
        file=name,
        sheet=repr(filled[0]),
        others=", ".join(map(repr, filled[1:])),
    )
    rows = sheets[filled[0]]
    if len(rows) > MAX_ROWS:
        raise _too_many_rows(name)
    return _table(name, rows, (more,) if filled[1:] else ())


def _sheet_rows(sheet: object) -> list[tuple[object, ...]]:
    """Return the rows of a sheet down to the last filled one; an empty list when nothing is in it."""
    rows: list[tuple[object, ...]] = []
    filled = 0
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # read-only sheets have it, their stubs do not say so
    for row in sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS):  # type: ignore[attr-defined]  # as above
        width = max((at for at, cell in enumerate(row, start=1) if cell is not None and str(cell).strip()), default=0)
        rows.append(tuple(row[:width]))
        if width:
            filled = len(rows)
        if len(rows) - filled > _BLANK_RUN or filled > MAX_ROWS:
            break
    return rows[:filled]


def _check_archive(body: bytes, name: str) -> None:
    """Refuse archives that are no workbook, or that unpack to more than a portfolio needs, or that declare entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = archive.infolist()
            if not any(member.filename == "xl/workbook.xml" for member in members):
                raise PortfolioError(say("{file} is a zip archive, not an XLSX workbook; unpack it first", file=name))
            if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
                raise PortfolioError(
                    say("{file} unpacks to far more than a portfolio needs; it was not read", file=name)
                )
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as file:
                        if b"<!" in file.read(4096).replace(b"<!--", b""):
                            raise PortfolioError(
                                say("{file} holds a document type declaration; it was not read", file=name)
                            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise PortfolioError(
            say("{file} is a damaged or encrypted XLSX file; open it and save it again", file=name)
        ) from error


def _table(name: str, rows: Iterable[Iterable[object]], notes: tuple[Text, ...]) -> RawTable:
    """Take the first filled row as the header, number the others as a spreadsheet does, drop the empty ones."""
    filled = [
        (at, tuple(row))
        for at, row in enumerate((tuple(row) for row in rows), start=1)
        if any(cell is not None and str(cell).strip() for cell in row)
    ]
    if not filled:
        raise PortfolioError(say("{file} is empty; it needs a header row and a row for each mark", file=name))
    first = [cell for cell in filled[0][1] if cell is not None and str(cell).strip()]
    if len(first) == 1 and looks_like_number(str(first[0])):
        at = filled[0][1].index(first[0])
        return RawTable(name, ("number",), tuple((n, row[at : at + 1]) for n, row in filled), notes)
    header = tuple("" if cell is None else str(cell) for cell in filled[0][1])
    if len(header) > MAX_COLUMNS:
        raise PortfolioError(
            say(
                "{file} has {count} columns; a portfolio has at most {most}",
                file=name,
                count=f"{len(header):,}",
                most=MAX_COLUMNS,
            )
        )
    if len(filled) > MAX_ROWS:
        raise _too_many_rows(name)
    return RawTable(name, header, tuple(filled[1:]), notes=notes)
