"""Pages that are only pictures: drawn by our own child process, read by tesseract or by a stand-in of it."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.order_pdfs import Sheet, assemble, columns, image_only, lines, pdf, stream
from tmwatch.errors import UsageError
from tmwatch.sanctions import load_registry
from tmwatch.sources.order_ocr import PROGRAM, find_program, joined, read_pictures
from tmwatch.sources.orders import read_order

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = [str(97_100_000 + 7 * at) for at in range(40)]
TITLE = Sheet(lines(["FINAL ORDER FOR SANCTIONS", "Issued: November 20, 2026"]))


def silent(message: str, done: int, total: int) -> None:
    """No progress is shown."""


def stand_in(folder: Path, answer: str, code: int = 0) -> str:
    """A program named tesseract that checks that it got a picture, then says `answer`."""
    path = folder / PROGRAM
    path.write_text(f"#!/bin/sh\nhead -c 2 \"$1\" | grep -q P5 || exit 9\ncat <<'END'\n{answer}\nEND\nexit {code}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def scanned(tmp_path: Path, sheet: Sheet) -> Path:
    """A PDF whose only page is a picture of `sheet`, as a scanner makes it."""
    source, picture = tmp_path / "typed.pdf", tmp_path / "page.pgm"
    source.write_bytes(pdf([sheet]))
    script = ROOT / "tmwatch" / "sources" / "orders_picture.py"
    subprocess.run([sys.executable, "-I", script, source, "1", "200", picture, "512", "60"], check=True, timeout=60)
    _, size, _, pixels = picture.read_bytes().split(b"\n", 3)
    width, height = size.split()
    head = b"/Type /XObject /Subtype /Image /BitsPerComponent 8 /ColorSpace /DeviceGray /Width %b /Height %b"
    image = zlib.compress(pixels)
    body = b"<< " + head % (width, height) + b" /Filter /FlateDecode /Length %d >>\nstream\n" % len(image)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        4: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        b"/Resources << /XObject << /X 6 0 R >> >> >>",
        5: stream(b"q 612 0 0 792 0 0 cm /X Do Q"),
        6: body + image + b"\nendstream",
    }
    path = tmp_path / "scan.pdf"
    path.write_bytes(assemble(objects))
    return path


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason="NOT TESTED: the program tesseract is not installed")
def test_a_scanned_list_is_read_whole(tmp_path: Path) -> None:
    path = scanned(tmp_path, Sheet(columns(NUMBERS, 4, rows=10)))
    order = read_order(path)
    assert (order.numbers, order.pages_without_text) == ((), (1,))
    read = read_pictures(path, order, load_registry(), find_program(None), silent)
    assert set(read.serials) == set(NUMBERS)
    assert {(one.method, one.page) for one in read.numbers} == {("ocr", 1)}
    assert (read.pages_without_text, read.problems) == ((), ())


def test_only_pages_without_text_are_read_and_their_numbers_say_how(tmp_path: Path) -> None:
    path = tmp_path / "order.pdf"
    path.write_bytes(pdf([TITLE, image_only(), Sheet(columns(NUMBERS, 4, rows=10))]))
    program = stand_in(tmp_path, f"EXHIBIT A\n{NUMBERS[0]} 97999999\nReg. No. 6123456")
    read = read_pictures(path, read_order(path), load_registry(), program, silent)
    by_number = {one.number: (one.kind, one.page, one.method) for one in read.numbers}
    assert by_number["97999999"] == ("serial", 2, "ocr")
    assert by_number["6123456"] == ("registration", 2, "ocr")
    assert by_number[NUMBERS[0]] == ("serial", 3, "pdf-text"), "text is surer than a picture"
    assert read.duplicates == (NUMBERS[0],)
    assert (len(read.serials), read.pages_without_text, read.type) == (41, (), "final_sanctions")


def test_a_page_nobody_can_read_stays_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "order.pdf"
    path.write_bytes(pdf([TITLE, image_only(), Sheet(columns(NUMBERS, 4, rows=10))]))
    empty = read_pictures(path, read_order(path), load_registry(), stand_in(tmp_path, ""), silent)
    assert (empty.pages_without_text, empty.problems, len(empty.serials)) == ((2,), (), 40)
    failed = read_pictures(path, read_order(path), load_registry(), stand_in(tmp_path, "97999999", 1), silent)
    assert failed.pages_without_text == (2,)
    assert tuple(map(str, failed.problems)) == ("page 2: tesseract failed on it",)
    assert "97999999" not in failed.serials


def test_a_file_whose_pages_all_have_text_needs_no_program(tmp_path: Path) -> None:
    path = tmp_path / "order.pdf"
    path.write_bytes(pdf([TITLE, Sheet(columns(NUMBERS, 4, rows=10))]))
    order = read_order(path)
    assert read_pictures(path, order, load_registry(), "/nowhere/tesseract", silent) == order


def test_a_scanned_body_tells_type_day_and_count_and_a_typed_one_is_believed_first(tmp_path: Path) -> None:
    path = tmp_path / "order.pdf"
    path.write_bytes(pdf([image_only(), Sheet(columns(NUMBERS, 4, rows=10))]))
    words = "FINAL ORDER FOR SANCTIONS\nIssued: August 6, 2025\nmore than 52,000 applications"
    order = joined(read_order(path), {1: words}, load_registry())
    assert (order.type, str(order.date), order.order_id) == (
        "final_sanctions",
        "2025-08-06",
        "USPTO-2025-08-06-SELLERGROWTH-FINAL",
    )
    assert [one.count for one in order.counts] == [52_000]
    path.write_bytes(pdf([TITLE, image_only(), Sheet(columns(NUMBERS, 4, rows=10))]))
    typed = joined(read_order(path), {2: words}, load_registry())
    assert (typed.type, str(typed.date), typed.order_id) == ("final_sanctions", "2026-11-20", None)


def test_without_the_program_one_line_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="apt-get install tesseract-ocr"):
        find_program(str(tmp_path))
    assert find_program(str(Path(stand_in(tmp_path, "")).parent)) == str(tmp_path / PROGRAM)
