"""Writes an invented order of the USPTO as a real PDF: a page of text, then the numbers of its exhibit."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date, timedelta

NUMBERS = 60
NAMED_AT = 43  # where in the list the named number stands: on the second page of the exhibit
_FIRST = 88_004_110  # the other numbers are invented like the marks
_STEP = 37
_A_PAGE = 30
_COLUMNS = 3
_WIDTH, _HEIGHT = 612, 792  # points: a page of US letter
_ANSWER_DAYS = 21
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def order_pdf(day: date, named: str) -> bytes:
    """Return an order of `day` to show cause whose exhibit lists the serial number `named` among NUMBERS in all."""
    numbers = exhibit(named)
    pages = [_text_page(_body(day))]
    for first in range(0, len(numbers), _A_PAGE):
        pages.append(_list_page(numbers[first : first + _A_PAGE]))
    return _file(pages)


def exhibit(named: str) -> list[str]:
    """Return the numbers of the list in its order."""
    numbers = [str(_FIRST + _STEP * n) for n in range(NUMBERS - 1)]
    numbers.insert(NAMED_AT, named)
    return numbers


def _body(day: date) -> Sequence[str]:
    due = day + timedelta(days=_ANSWER_DAYS)
    return (
        "UNITED STATES PATENT AND TRADEMARK OFFICE",
        "",
        "DEMONSTRATION: this order is invented, like every number in it.",
        "",
        "ORDER TO SHOW CAUSE",
        "",
        f"Issued: {_long(day)}",
        "",
        "The applications and registrations listed in Exhibit A were submitted",
        "through one USPTO.gov account. Cause must be shown why they should not",
        "be sanctioned under 37 CFR 11.18(c).",
        "",
        f"A response must be submitted no later than {_long(due)}.",
    )


def _long(day: date) -> str:
    """Return the day as orders write it, the same in every locale."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _text_page(lines: Sequence[str]) -> bytes:
    return b"".join(_put(72, 720 - 16 * at, line, 11) for at, line in enumerate(lines) if line)


def _list_page(numbers: Sequence[str]) -> bytes:
    """Return a page of the exhibit: columns that are read from the top."""
    rows = -(-len(numbers) // _COLUMNS)
    head = _put(72, 740, "EXHIBIT A", 12) + _put(72, 715, "Application Serial Nos.", 10)
    places = ((72 + 160 * (at // rows), 690 - 22 * (at % rows), number) for at, number in enumerate(numbers))
    return head + b"".join(_put(x, y, f"{number[:2]}/{number[2:5]},{number[5:]}", 9) for x, y, number in places)


def _put(x: int, y: int, text: str, size: int) -> bytes:
    """Return the operators that show one line of text at a place."""
    shown = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({shown}) Tj ET\n".encode("latin-1")


def _file(pages: Sequence[bytes]) -> bytes:
    """Return a PDF: catalog, page tree, font, then page and content of each page, and where they all stand."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for at, content in enumerate(pages):
        packed = zlib.compress(content)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}] /Contents {5 + 2 * at} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        head = f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
        objects.append(head + packed + b"\nendstream")
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
