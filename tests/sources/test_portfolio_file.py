"""Portfolio files as they come: CSV, XLSX, bare lists; and what is no portfolio, each with its one clear line."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tmwatch.errors import PortfolioError
from tmwatch.portfolio_rows import RawTable, read_watches
from tmwatch.sources import portfolio_file
from tmwatch.sources.portfolio_file import fetch, parse

CSV = "serial_number,brand\n88000001,LUMOVEX\n"


def xlsx(*sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has a sheet
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), body)
    return file.getvalue()


def refused(body: bytes, name: str = "p.csv") -> str:
    with pytest.raises(PortfolioError) as caught:
        parse(body, name)
    return str(caught.value)


def numbers(table: RawTable) -> list[str]:
    found = read_watches(table)
    assert found.problems == ()
    return [watch.number for watch in found.watches]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_csv_is_read_whatever_its_separator_and_line_end(separator: str, line_end: str) -> None:
    body = CSV.replace(",", separator).replace("\n", line_end).encode()
    assert parse(body, "p.csv") == RawTable("p.csv", ("serial_number", "brand"), ((2, ("88000001", "LUMOVEX")),))


@pytest.mark.parametrize(
    ("encoding", "notes"),
    [
        ("utf-8", ()),
        ("utf-8-sig", ()),
        ("gb18030", ("p.csv was read as GB18030",)),
        ("gbk", ("p.csv was read as GB18030",)),
        ("utf-16", ("p.csv was read as UTF-16",)),
    ],
)
def test_chinese_files_are_read_in_the_encodings_of_excel_and_wps(encoding: str, notes: tuple[str, ...]) -> None:
    table = parse("商标号,品牌\n88000001,光影\n".encode(encoding), "p.csv")
    assert (table.header, table.rows, tuple(map(str, table.notes))) == (
        ("商标号", "品牌"),
        ((2, ("88000001", "光影")),),
        notes,
    )


def test_quoted_cells_may_hold_separators_and_blank_lines_keep_the_row_numbers_of_a_spreadsheet() -> None:
    table = parse(b'serial_number,emails\n\n,\n88000001,"a@b.example;c@d.example, x"\n', "p.csv")
    assert table.rows == ((4, ("88000001", "a@b.example;c@d.example, x")),)


def test_an_xlsx_keeps_numbers_booleans_and_row_numbers() -> None:
    rows: list[list[object]] = [[], ["Serial No.", "ASINs", "enrolled with this mark"], [], [88000001, 42, True]]
    table = parse(xlsx(rows), "p.xlsx")
    assert table.header == ("Serial No.", "ASINs", "enrolled with this mark")
    assert table.rows == ((4, (88000001, 42, True)),)
    watch = read_watches(table).watches[0]
    assert (watch.serial_number, watch.asins, watch.enrolled_with_this_mark) == ("88000001", 42, True)


def test_only_the_first_filled_sheet_is_read_and_the_others_are_named() -> None:
    table = parse(xlsx([], [["serial_number"], ["88000001"]], [["x"]]), "p.xlsx")
    assert numbers(table) == ["88000001"]
    assert tuple(map(str, table.notes)) == ("p.xlsx: only the sheet 'Sheet1' was read, not 'Sheet2'",)


def test_thousands_of_blank_rows_below_the_last_one_are_not_read() -> None:
    rows: list[list[object]] = [["serial_number"], ["88000001"], *([""] for _ in range(3000)), ["88000002"]]
    assert numbers(parse(xlsx(rows), "p.xlsx")) == ["88000001"]


@pytest.mark.parametrize(
    "text",
    [
        "88000001\n7000002\nrn7000003\n",
        "88000001\r\n\r\n  7000002 \r\nrn7000003",
        "88/000,001\n7,000,002\nrn7000003\n",
        "88 000 001; 7000002; rn7000003",
        "88000001,7000002, rn7000003",
        "88000001 7000002\trn7000003",
        "# my marks\n88000001 # the first\n7000002\nrn7000003\n",
        "\ufeff88000001\n7000002\nrn7000003\n",
        "'88000001\n'7000002\nrn7000003",
    ],
)
def test_a_bare_list_of_numbers_needs_no_header(text: str) -> None:
    table = parse(text.encode(), "list.txt")
    assert table.header == ("number",)
    assert numbers(table) == ["88000001", "rn7000002", "rn7000003"]


def test_a_bare_column_of_a_spreadsheet_works_and_gets_its_lost_zeros_back() -> None:
    found = read_watches(parse(xlsx([[88000001], [123456], ["88/000,002"]]), "p.xlsx"), "Own")
    assert [watch.number for watch in found.watches] == ["88000001", "rn0123456", "88000002"]
    assert tuple(map(str, found.notes)) == ("row 2: registration number 123456 read as 0123456 (lost zeros)",)


def test_a_bad_number_in_a_bare_list_is_named_by_its_line() -> None:
    found = read_watches(parse(b"88000001\n\n123\n97123456x\n", "list.txt"))
    assert [str(problem)[:14] for problem in found.problems] == ["row 3: number:", "row 4: number:"]


def test_a_table_without_header_is_no_bare_list() -> None:
    with pytest.raises(PortfolioError, match=r"must be a header .* found '88000001', 'LUMOVEX'"):
        read_watches(parse(b"88000001,LUMOVEX\n", "p.csv"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "p.csv is empty; it needs a header row and a row for each mark"),
        (b" \r\n\t\n", "p.csv is empty"),
        (b"\xef\xbb\xbf", "p.csv is empty"),
        (b",,,\n,,\n", "p.csv is empty"),
        (b"<!DOCTYPE html><html><body>503</body></html>", "p.csv is a web page or XML, not a table"),
        (b"\n <html>", "p.csv is a web page or XML"),
        (b"<?xml version='1.0'?><x/>", "p.csv is a web page or XML"),
        (b"%PDF-1.7 x", "p.csv is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel file (.xls); save it as .xlsx or CSV"),
        (b"\x89PNG\r\n\x1a\n", "p.csv is a picture"),
        (b"serial\x00number", "p.csv is neither text nor XLSX"),
        (bytes(range(256)), "p.csv is neither text nor XLSX"),
        (b"serial_number\n\xff\xff\xff", "p.csv is neither text nor XLSX"),
        (b'serial_number,brand\n88000001,"open\n', "p.csv is no valid CSV: unexpected end of data"),
    ],
)
def test_what_is_no_portfolio_says_what_it_is(body: bytes, words: str) -> None:
    assert words in refused(body)


def test_a_zip_that_is_no_workbook_and_a_broken_workbook_are_refused() -> None:
    assert "is a zip archive, not an XLSX workbook" in refused(archive(list_csv=b"x"), "p.xlsx")
    assert "is a damaged or encrypted XLSX file" in refused(xlsx([["serial_number"]])[:-200], "p.xlsx")
    assert "is a damaged XLSX file" in refused(archive(xl__workbook_xml=b"<workbook"), "p.xlsx")


def test_an_xlsx_bomb_and_one_with_entities_are_refused_before_they_are_read() -> None:
    bomb = archive(xl__workbook_xml=b"<workbook/>", xl__big_xml=bytes(portfolio_file.MAX_UNPACKED + 1))
    assert len(bomb) < 1_000_000
    assert "unpacks to far more than a portfolio needs" in refused(bomb, "p.xlsx")
    entities = archive(xl__workbook_xml=b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><workbook/>')
    assert "holds a document type declaration" in refused(entities, "p.xlsx")


def test_a_file_is_fetched_from_disk_or_stdin(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(CSV, encoding="utf-8")
    assert fetch(path, io.BytesIO()) == fetch(Path("-"), io.BytesIO(CSV.encode())) == CSV.encode()


def test_a_missing_file_a_folder_and_one_that_is_too_big_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError, match=r"cannot read .*gone.csv: No such file or directory"):
        fetch(tmp_path / "gone.csv", io.BytesIO())
    with pytest.raises(PortfolioError, match=r"cannot read .*: Is a directory"):
        fetch(tmp_path, io.BytesIO())
    with pytest.raises(PortfolioError, match="is larger than 20 MB; split it"):
        fetch(Path("-"), io.BytesIO(bytes(portfolio_file.MAX_BYTES + 1)))


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_table_or_one_clear_line(body: bytes) -> None:
    problem = ""
    try:
        read_watches(parse(body, "p.csv"))
    except PortfolioError as error:
        problem = str(error)
    assert problem.startswith("p.csv") or not problem
    assert len(problem.splitlines()) <= 1
