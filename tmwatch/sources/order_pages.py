"""Text of an order's file, page by page: the PDF through a child process with limits, tables and plain text here."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tmwatch.errors import FormatError
from tmwatch.text import N_, Text, say

MAX_TEXT_BYTES = 6_000_000  # the text of an order of 800 pages has 2 MB
MAX_COLUMNS = 1_000  # of a CSV list; further ones are not read


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one PDF may use. Memory counts only where the system can limit it (not on Windows)."""

    memory_mb: int = 512
    seconds: int = 120
    max_pages: int = 5000
    max_chars: int = 400_000
    max_bytes: int = 300_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a PDF, row of a table or block of text. `number` is the printed count from 1, None outside PDFs."""

    number: int | None
    where: str
    text: str
    problem: str | Text | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """All pages of one file, with how they were read (`method`) and what went wrong without stopping the rest."""

    method: str  # pdf-text | csv | text | xlsx
    pages: tuple[Page, ...]
    count: int | None = None
    problems: tuple[Text, ...] = ()


def read_pdf(path: Path, name: str, limits: Limits) -> Pages:
    """Read a PDF in a child process. FormatError: protected, damaged, too big, or the child went beyond its limits."""
    script = Path(__file__).with_name("orders_pdf.py")
    arguments = (limits.memory_mb, limits.seconds, limits.max_pages, limits.max_chars)
    # -I keeps this folder off the child's import path, where http.py and xml.py would shadow the standard library.
    command = [sys.executable, "-I", str(script), str(path), *(str(one) for one in arguments)]
    with tempfile.TemporaryFile() as out:
        try:
            done = subprocess.run(  # noqa: S603 - our own script, the file's name is an argument
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=limits.seconds,
                check=False,
            )
            code: int | None = done.returncode
        except subprocess.TimeoutExpired:
            code = None
        out.seek(0)
        lines = [json.loads(line) for line in out if line.endswith(b"\n")]
    return _pdf_pages(lines, name, limits, code)


def _pdf_pages(lines: list[dict[str, object]], name: str, limits: Limits, code: int | None) -> Pages:
    """Turn the child's lines into pages, or into the error that stopped it."""
    pages: list[Page] = []
    count: int | None = None
    for line in lines:
        if "pages" in line:
            count = int(str(line["pages"]))
        elif "page" in line:
            number = int(str(line["page"]))
            problem: str | Text | None = str(line.get("error") or "") or None
            if line.get("cut"):
                most = f"{limits.max_chars:,}"
                problem = say("more than {most} characters, the rest was not read", most=most)
            pages.append(Page(number, f"page {number}", str(line["text"]), problem))
        elif line.get("error") != "memory":
            raise FormatError(say(_PDF_ERRORS[str(line["error"])], file=name))
    if code != 0 or count is None or len(pages) < count:
        raise FormatError(
            say(
                "{file}: reading was stopped after page {page} of {count} (limits: {memory} MB, {seconds} s); split "
                "the file, or import the list as CSV",
                file=name,
                page=len(pages),
                count=say("an unknown number") if count is None else count,
                memory=limits.memory_mb,
                seconds=limits.seconds,
            )
        )
    problems = tuple(
        say("page {page}: {problem}", page=page.number, problem=page.problem) for page in pages if page.problem
    )
    return Pages("pdf-text", tuple(pages), count, problems)


_PDF_ERRORS = {
    "password": N_("{file}: the PDF is protected with a password; save a copy without protection and import that"),
    "damaged": N_("{file}: the PDF is damaged or is no PDF; download it again"),
    "too many pages": N_("{file}: the PDF has too many pages; split it and import the parts"),
}


def decode(body: bytes, name: str) -> str:
    """Decode a text file: UTF-16 with its mark, UTF-8, else GB18030. FormatError when it is no text."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise FormatError(say("{file}: neither a PDF, an XLSX nor a text file", file=name))


def read_text(body: bytes, name: str) -> Pages:
    """Read a plain text file, as pages when form feeds part them. FormatError: no text, or far too long for a list."""
    if len(body) > MAX_TEXT_BYTES:
        raise FormatError(
            say("{file}: larger than {most} MB for a text; split it", file=name, most=MAX_TEXT_BYTES // 1_000_000)
        )
    text = decode(body, name)
    if re.match(r"\s*<(?:!doctype|html|\?xml)", text, re.IGNORECASE):
        raise FormatError(
            say("{file}: this is a web page, not a list of numbers; download the order itself", file=name)
        )
    parts = text.split("\f")
    if len(parts) > 1:
        pages = tuple(Page(at, f"page {at}", part) for at, part in enumerate(parts, start=1))
        return Pages("text", pages, len(pages))
    return Pages("text", (Page(None, "text", text),))


def read_csv(body: bytes, name: str) -> Pages:
    """Read a CSV file, one row a page; a column headed `page` gives the page of the order."""
    text = decode(body, name)
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    csv.field_size_limit(1_000_000)
    try:
        rows = [[cell.strip() for cell in row[:MAX_COLUMNS]] for row in csv.reader(io.StringIO(text), dialect)]
    except csv.Error as error:
        raise FormatError(say("{file}: no CSV file ({reason})", file=name, reason=str(error))) from error
    return Pages("csv", tuple(_row_pages(rows, "")))


def read_xlsx(path: Path, name: str, limits: Limits) -> Pages:
    """Read every sheet of a workbook, one row a page. FormatError: damaged, or unpacks to more than `max_bytes`."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(member.file_size for member in packed.infolist()) > limits.max_bytes:
                raise FormatError(
                    say(
                        "{file}: the workbook unpacks to more than {most} MB",
                        file=name,
                        most=limits.max_bytes // 1_000_000,
                    )
                )
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        pages = [
            page
            for sheet in book.worksheets
            for page in _row_pages(
                [[_cell(c) for c in row] for row in sheet.iter_rows(values_only=True)], f"{sheet.title} "
            )
        ]
        book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise FormatError(say("{file}: the workbook is damaged or is no XLSX file", file=name)) from error
    return Pages("xlsx", tuple(pages))


def _cell(value: object) -> str:
    """Return a cell as text; whole numbers without a decimal point, dates and truth values as nothing."""
    if isinstance(value, bool) or value is None or hasattr(value, "isoformat"):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _row_pages(rows: list[list[str]], prefix: str) -> Iterator[Page]:
    """Yield a page a row: cells of number columns when the header names them, else all cells."""
    header = [cell.lower() for cell in rows[0]] if rows else []
    page_at = next(
        (at for at, cell in enumerate(header) if re.fullmatch(r"(?:pdf )?page(?: no\.?| number)?", cell)), None
    )
    registration_at = {at for at, cell in enumerate(header) if re.match(r"reg(?:istration|\.)?\b", cell)}
    serial_at = {at for at, cell in enumerate(header) if re.match(r"(?:serial|application|app\.?|sn)\b", cell)}
    chosen = registration_at | serial_at
    for line, row in enumerate(rows, start=1):
        cells = [(at, cell) for at, cell in enumerate(row) if at != page_at and (not chosen or at in chosen)]
        text = "\n".join(_number_cell(cell, at in registration_at) for at, cell in cells if cell)
        number = row[page_at] if page_at is not None and page_at < len(row) else ""
        yield Page(int(number) if number.isdecimal() and line > 1 else None, f"{prefix}row {line}", text)


def _number_cell(cell: str, registration: bool) -> str:
    """Write a cell of a registration column so that it reads as one: commas out, lost leading zeros restored."""
    digits = cell.replace(",", "").replace(" ", "")
    if registration and digits.isdecimal() and 4 <= len(digits) <= 7:
        return digits.zfill(7)
    return cell
