"""Reading the file of a sanctions order: which serial and registration numbers it lists, on which page, read how.

PDF, CSV, TXT and XLSX, told apart by their bytes. The text layer of a PDF is read in a child process with limits; pages
without text are named and the rest goes on. **No real exhibit page has been seen**: columns, headings and the way
registration numbers stand there are unknown, so the count the order itself states is the check on everything else.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date as Day
from pathlib import Path

from tmwatch.errors import FormatError, UsageError
from tmwatch.sanction_values import Registry
from tmwatch.sources.order_numbers import REGISTRATION, SERIAL, scan
from tmwatch.sources.order_pages import Limits, Pages, read_csv, read_pdf, read_text, read_xlsx
from tmwatch.sources.order_text import OrderFacts, StatedCount, Verdict, judge, read_facts
from tmwatch.text import Text, say

__all__ = ["Limits", "Listed", "OrderFile", "StatedCount", "Verdict", "read_order", "verdict"]

_BODY_PAGES = 60  # where the body of the order is looked for; the exhibits behind it state no counts
_MOSTLY_LIST = 20  # numbers on a page that make it a page of the list, not of the body


@dataclass(frozen=True, slots=True)
class Listed:
    """One number of the list at its first place. `page` counts the file's pages from 1 (None outside PDFs and paged
    text), `where` says page or row in words, `method` how it was read."""

    number: str
    kind: str  # serial | registration
    page: int | None
    where: str
    method: str


@dataclass(frozen=True, slots=True)
class OrderFile:
    """What one file says. `numbers` are distinct, in the order of their first place.

    `occurrences`: how often a number was read at all; `duplicates`: the numbers read more than once.
    """

    name: str
    sha256: str
    method: str
    numbers: tuple[Listed, ...]
    occurrences: int
    duplicates: tuple[str, ...]
    pages: int | None
    pages_without_text: tuple[int, ...]
    problems: tuple[Text, ...]
    counts: tuple[StatedCount, ...]
    order_id: str | None
    type: str | None
    date: Day | None
    response_due: Day | None

    @property
    def serials(self) -> tuple[str, ...]:
        """The distinct serial numbers."""
        return tuple(listed.number for listed in self.numbers if listed.kind == SERIAL)

    @property
    def registrations(self) -> tuple[str, ...]:
        """The distinct registration numbers."""
        return tuple(listed.number for listed in self.numbers if listed.kind == REGISTRATION)


def read_order(
    source: Path | bytes, name: str | None = None, registry: Registry | None = None, limits: Limits | None = None
) -> OrderFile:
    """Read an order's file. UsageError: it cannot be opened. FormatError: it is none, protected, damaged or too big.

    `registry` helps to name a known order by type and date.
    """
    limits = limits or Limits()
    name = name or (source.name if isinstance(source, Path) else "the file")
    body = _load(source, name, limits)
    with tempfile.TemporaryDirectory(prefix="tmwatch-") as folder:
        pages = _pages(body, name, Path(folder), limits)
    facts = read_facts(_body(pages), registry or Registry())
    return _gathered(name, hashlib.sha256(body).hexdigest(), pages, facts)


def verdict(order: OrderFile, expected: int | None = None) -> Verdict:
    """Compare the list with the count `expected`, else with what the order states; beyond 1 % it is not ok."""
    if not order.numbers:
        return Verdict(False, 0, None, say("no serial or registration number was found"))
    return judge(len(order.serials), len(order.registrations), order.counts, expected)


def _load(source: Path | bytes, name: str, limits: Limits) -> bytes:
    """Return the bytes of the file, if it is not absurdly big."""
    if isinstance(source, bytes):
        body = source
    else:
        try:
            if source.stat().st_size > limits.max_bytes:
                raise FormatError(
                    say(
                        "{file}: larger than {most} MB; split it and import the parts",
                        file=name,
                        most=limits.max_bytes // 1_000_000,
                    )
                )
            body = source.read_bytes()
        except OSError as error:
            raise UsageError(
                say("{file}: cannot be read ({reason}); check the path", file=name, reason=error.strerror)
            ) from error
    if not body.strip():
        raise FormatError(say("{file}: the file is empty", file=name))
    return body


def _pages(body: bytes, name: str, folder: Path, limits: Limits) -> Pages:
    """Tell the format by the first bytes and read it."""
    head = body[:1024]
    if b"%PDF-" in head:
        return read_pdf(_saved(body, folder / "order.pdf"), name, limits)
    if head.startswith(b"PK\x03\x04"):
        return read_xlsx(_saved(body, folder / "order.xlsx"), name, limits)
    text = read_text(body, name)
    return read_csv(body, name) if name.lower().endswith((".csv", ".tsv")) else text


def _saved(body: bytes, path: Path) -> Path:
    """Write the bytes where a reader that wants a file finds them."""
    path.write_bytes(body)
    return path


def _body(pages: Pages) -> list[tuple[int | None, str]]:
    """Return the pages of the body: those at the front that are no list of numbers."""
    if pages.method in ("csv", "xlsx"):
        return []
    front: list[tuple[int | None, str]] = []
    for page in pages.pages[:_BODY_PAGES]:
        if sum(1 for _ in scan(page.text)) < _MOSTLY_LIST:
            front.append((page.number, page.text))
    return front


def _gathered(name: str, sha256: str, pages: Pages, facts: OrderFacts) -> OrderFile:
    """Collect the numbers of all pages with their first place."""
    first: dict[tuple[str, str], Listed] = {}
    seen: dict[str, int] = {}
    for page in pages.pages:
        for found in scan(page.text):
            seen[found.number] = seen.get(found.number, 0) + 1
            listed = Listed(found.number, found.kind, page.number, page.where, pages.method)
            first.setdefault((found.kind, found.number), listed)
    return OrderFile(
        name=name,
        sha256=sha256,
        method=pages.method,
        numbers=tuple(first.values()),
        occurrences=sum(seen.values()),
        duplicates=tuple(number for number, times in seen.items() if times > 1),
        pages=pages.count,
        pages_without_text=tuple(
            page.number for page in pages.pages if page.number is not None and not page.text.strip()
        ),
        problems=pages.problems,
        counts=facts.counts,
        order_id=facts.order_id,
        type=facts.type,
        date=facts.date,
        response_due=facts.response_due,
    )
