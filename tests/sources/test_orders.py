"""Reading whole order files: layouts of PDFs, tables, text, and files that should not be read."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.bench.bench_orders import timed_join, timed_read
from tests.order_pdfs import (
    Sheet,
    columns,
    image_only,
    inflating_page,
    laughing_forms,
    lines,
    pdf,
    put,
)
from tmwatch.errors import FormatError, UsageError
from tmwatch.sanctions import load_registry
from tmwatch.sources.orders import Limits, OrderFile, read_order, verdict

NUMBERS = [str(97_100_000 + 7 * at) for at in range(60)]
TITLE = Sheet(
    lines(
        [
            "UNITED STATES PATENT AND TRADEMARK OFFICE",
            "FINAL ORDER FOR SANCTIONS",
            "Issued: August 6, 2025",
            "The proceedings of 60 applications listed here are terminated. 37 C.F.R. 11.18(c); 87 Fed. Reg. 431.",
            "Call 571-272-8950. Page 1 of 3",
        ]
    )
)
SPELLINGS = ["{0}{1}{2}", "{0}/{1},{2}", "{0}-{1}{2}", "{0} {1} {2}"]


def read(*sheets: Sheet) -> OrderFile:
    return read_order(pdf(sheets), "order.pdf", load_registry())


def spelled(numbers: Sequence[str], pattern: str) -> list[str]:
    return [pattern.format(number[:2], number[2:5], number[5:]) for number in numbers]


@pytest.mark.parametrize("pattern", SPELLINGS)
@pytest.mark.parametrize("across", [1, 3, 6])
def test_columns_of_any_spelling(pattern: str, across: int) -> None:
    order = read(Sheet(columns(spelled(NUMBERS, pattern), across, rows=60 // across, step=11)))
    assert sorted(order.serials) == NUMBERS
    assert order.registrations == ()
    assert order.duplicates == ()


def test_number_page_and_method_are_kept() -> None:
    exhibit = Sheet(lines(["EXHIBIT A"], top=770) + columns(NUMBERS[:40], 2))
    order = read(TITLE, exhibit, Sheet(columns(NUMBERS[40:], 2)))
    assert [listed.page for listed in order.numbers] == [2] * 40 + [3] * 20
    assert {listed.method for listed in order.numbers} == {"pdf-text"}
    assert (order.numbers[0].number, order.numbers[0].where) == (NUMBERS[0], "page 2")
    assert (order.type, order.date, order.order_id) == (
        "final_sanctions",
        date(2025, 8, 6),
        "USPTO-2025-08-06-SELLERGROWTH-FINAL",
    )
    assert (order.pages, order.pages_without_text, order.problems) == (3, (), ())


def test_a_table_with_registration_mark_and_owner() -> None:
    cells = put(70, 760, "Serial No.") + put(140, 760, "Reg. No.") + put(220, 760, "Mark") + put(330, 760, "Owner")
    for at, number in enumerate(NUMBERS[:50]):
        y = 745 - 13 * at
        cells += put(40, y, str(at + 1)) + put(70, y, number) + put(140, y, f"{6_000_000 + at:,}")
        cells += put(220, y, f"MARK {1900 + at}") + put(330, y, f"Larkwing {at} Ltd., Rm 16{at:02}, 518{at:03}")
    order = read(Sheet(cells))
    assert list(order.serials) == NUMBERS[:50]
    assert list(order.registrations) == [str(6_000_000 + at) for at in range(50)]


def test_headers_and_footers_with_numbers_are_no_part_of_the_list() -> None:
    sheets = [
        Sheet(
            put(60, 775, f"Order of August 6, 2025    Docket No. 97000{at:03}    37 C.F.R. 11.18")
            + columns(NUMBERS[at * 20 : at * 20 + 20], 2)
            + put(60, 20, f"Tel. 571-272-8950   +86 755 83291234   Page {177 + at} of 803")
        )
        for at in range(3)
    ]
    assert list(read(*sheets).serials) == NUMBERS


@pytest.mark.parametrize(
    "broken",
    [
        lambda n: (n[:5] + "-", n[5:]),
        lambda n: (n[:2] + "-", n[2:]),
        lambda n: (f"{n[:2]}/{n[2:5]},", n[5:]),
        lambda n: (f"{n[:2]}/", f"{n[2:5]},{n[5:]}"),
    ],
)
def test_numbers_broken_over_lines(broken: object) -> None:
    texts = [part for number in NUMBERS[:25] for part in broken(number)]  # type: ignore[operator]  # one of the four
    assert list(read(Sheet(lines(texts))).serials) == NUMBERS[:25]


def test_numbers_broken_without_a_mark_in_a_narrow_column() -> None:
    texts = NUMBERS[:20] + [part for number in NUMBERS[20:30] for part in (number[:5], number[5:])]
    assert list(read(Sheet(lines(texts))).serials) == NUMBERS[:30]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_rotated_pages(turn: int) -> None:
    assert sorted(read(Sheet(columns(NUMBERS, 3), rotate=turn)).serials) == NUMBERS


def test_text_that_runs_up_the_page() -> None:
    content = b"".join(put(60 + 12 * at, 40, number, 9, "0 1 -1 0") for at, number in enumerate(NUMBERS[:30]))
    assert sorted(read(Sheet(content)).serials) == NUMBERS[:30]


def test_pages_without_text_are_named_and_the_rest_goes_on() -> None:
    order = read(TITLE, image_only(), Sheet(columns(NUMBERS, 3)), Sheet(b""), image_only())
    assert order.pages_without_text == (2, 4, 5)
    assert sorted(order.serials) == NUMBERS
    nothing = read(image_only())
    assert nothing.numbers == ()
    assert not verdict(nothing).ok
    assert "no serial or registration number" in verdict(nothing).text


def test_duplicates_are_counted_once_each_at_their_first_page() -> None:
    order = read(Sheet(columns(NUMBERS, 3)), Sheet(columns(NUMBERS[:3], 1)), Sheet(columns(NUMBERS[:2], 1)))
    assert len(order.serials) == 60
    assert sorted(order.duplicates) == NUMBERS[:3]
    assert order.occurrences == 65
    assert {listed.page for listed in order.numbers} == {1}


def test_the_count_the_order_states_is_compared() -> None:
    body = Sheet(lines(["ORDER TO SHOW CAUSE", "Exhibit A lists more than 3,000 applications.", *NUMBERS[:5]]))
    short = verdict(read(body, Sheet(columns(NUMBERS, 3))))
    assert not short.ok
    assert "more than 3,000 applications" in short.text
    assert verdict(read(body, Sheet(columns(NUMBERS, 3))), expected=60).ok


def test_the_same_bytes_give_the_same_answer() -> None:
    body = pdf([TITLE, Sheet(columns(NUMBERS, 3))])
    assert read_order(body, "a.pdf") == read_order(body, "a.pdf")


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "order of 2025.pdf"
    path.write_bytes(pdf([Sheet(columns(NUMBERS, 3))]))
    order = read_order(path)
    assert order.name == "order of 2025.pdf"
    assert len(order.sha256) == 64


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (pdf([TITLE], password="tulip"), "protected with a password"),
        (pdf([TITLE, Sheet(columns(NUMBERS, 3))])[:700], "damaged"),
        (b"%PDF-1.4\n" + b"rubbish " * 200, "damaged"),
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"<!DOCTYPE html><html>97123456</html>", "web page"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "neither a PDF"),
        (b"PK\x03\x04 97123456", "workbook is damaged"),
    ],
)
def test_files_that_are_no_order_are_refused_in_one_line(body: bytes, word: str) -> None:
    with pytest.raises(FormatError, match=word) as caught:
        read_order(body, "order.pdf")
    assert str(caught.value).startswith("order.pdf: ")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.pdf: cannot be read"):
        read_order(tmp_path / "nowhere.pdf")


@pytest.mark.parametrize(
    "make", [lambda: inflating_page(650), laughing_forms], ids=["inflating page", "laughing forms"]
)
def test_bombs_are_stopped_by_the_limits_and_say_so(make: Callable[[], bytes]) -> None:
    bomb = make()
    assert len(bomb) < 100_000
    with pytest.raises(FormatError, match=r"reading was stopped after page 0 of 1 \(limits: 512 MB, 3 s\)"):
        read_order(bomb, "bomb.pdf", limits=Limits(seconds=3))


def test_too_many_pages_and_too_large_a_file_are_refused(tmp_path: Path) -> None:
    body = pdf([Sheet(b"")] * 5)
    with pytest.raises(FormatError, match="too many pages"):
        read_order(body, limits=Limits(max_pages=4))
    path = tmp_path / "big.pdf"
    path.write_bytes(body)
    with pytest.raises(FormatError, match="larger than"):
        read_order(path, limits=Limits(max_bytes=100))


def test_a_page_with_absurdly_much_text_is_cut_and_named() -> None:
    order = read_order(pdf([Sheet(columns(NUMBERS, 3))]), limits=Limits(max_chars=50))
    assert tuple(map(str, order.problems)) == ("page 1: more than 50 characters, the rest was not read",)
    assert 0 < len(order.serials) < 60


def test_a_csv_with_header_uses_its_columns_and_pages() -> None:
    body = (
        "Serial No.,Reg. No.,Page,Mark,Phone\n"
        '97100001,"6,723,159",3,LARK 97100009,83291234\n'
        '"97/100,002",12345,4,WING,\n'
        ",,5,NOTHING,\n"
    ).encode("utf-8-sig")
    order = read_order(body, "list.csv")
    assert order.serials == ("97100001", "97100002")
    assert order.registrations == ("6723159", "0012345")
    assert [(listed.page, listed.where) for listed in order.numbers][:2] == [(3, "row 2"), (3, "row 2")]
    assert order.method == "csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_csv_without_header_is_searched_whole(delimiter: str, encoding: str) -> None:
    text = "\n".join(delimiter.join((str(at), number, "商标", "2025-08-06")) for at, number in enumerate(NUMBERS))
    order = read_order(text.encode(encoding), "list.csv")
    assert list(order.serials) == NUMBERS


def test_plain_text_is_read_and_form_feeds_part_its_pages() -> None:
    order = read_order("\n".join(NUMBERS).encode(), "list.txt")
    assert list(order.serials) == NUMBERS
    assert (order.pages, order.numbers[0].page, order.method) == (None, None, "text")
    paged = read_order(b"ORDER TO SHOW CAUSE\f97100001\f\f97100002", "order.txt")
    assert [listed.page for listed in paged.numbers] == [2, 4]
    assert paged.pages_without_text == (3,)
    assert paged.type == "show_cause"


def test_a_workbook_is_read_sheet_by_sheet() -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Exhibit A"
    first.append(["Serial Number", "Registration Number", "Filed"])
    first.append([97100001, 6723159, date(2021, 6, 8)])
    first.append(["97/100,002", 12345.0, None])
    second = book.create_sheet("More")
    second.append(["97100003", True, "x"])
    body = io.BytesIO()
    book.save(body)
    order = read_order(body.getvalue(), "list.xlsx")
    assert order.serials == ("97100001", "97100002", "97100003")
    assert order.registrations == ("6723159", "0012345")
    assert [listed.where for listed in order.numbers if listed.kind == "serial"] == [
        "Exhibit A row 2",
        "Exhibit A row 3",
        "More row 1",
    ]


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    book = openpyxl.Workbook()
    body = io.BytesIO()
    book.save(body)
    with pytest.raises(FormatError, match="unpacks to more than"):
        read_order(body.getvalue(), "list.xlsx", limits=Limits(max_bytes=2_000))


def test_an_order_of_803_pages_is_read_whole_in_time() -> None:
    order, numbers, seconds = timed_read()
    assert set(order.serials) == set(numbers)
    assert (order.pages, order.registrations, order.duplicates) == (803, (), ())
    assert verdict(order).ok
    assert seconds < 20


def test_a_long_list_joins_many_marks_in_time() -> None:
    hits, seconds = timed_join()
    assert hits >= 100
    assert seconds < 2
