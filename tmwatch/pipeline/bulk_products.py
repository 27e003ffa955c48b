"""The USPTO's daily products that are read, one line each: what readers call it, its ids and its reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tmwatch.errors import FormatError
from tmwatch.records import CaseFile
from tmwatch.sources.assignments import read_assignments
from tmwatch.sources.casefile_xml import Origin, Reading, read_bulk
from tmwatch.sources.entry_files import Watched, root_of
from tmwatch.sources.ttab import read_ttab
from tmwatch.sources.watchpass import SetAside, Totals, Wanted
from tmwatch.sources.zipfiles import CHUNK, Readable, open_bulk
from tmwatch.text import N_

Reader = Callable[[BinaryIO, str, Watched, Origin], Iterator[CaseFile | SetAside | Totals]]
_HEAD = 1 << 16  # bytes in which the root of a bulk document stands; the real DTD before it has 15 kB


@dataclass(frozen=True, slots=True)
class Product:
    """One kind of bulk file. `name` is the source's name in messages, `id` and `annual_id` are the portal's products of
    its daily and annual files, `prefix` begins the file names, `root` is the root element, `progress` says that they
    are read.

    `tells_case`: its records are complete case records, so a mark seen in one counts as seen.
    """

    id: str
    annual_id: str
    name: str
    prefix: str
    root: str
    read: Reader
    progress: str
    tells_case: bool = False

    def ledger_id(self, file_name: str) -> str:
        """Return under which product a file is noted: an annual file is no day among the daily ones."""
        annual = re.fullmatch(self.prefix + r"\d{8}-\d{8}-\d{1,3}\.(?:zip|xml)", file_name.lower(), re.ASCII)
        return self.annual_id if annual else self.id


def _read_applications(
    file: BinaryIO, what: str, watched: Watched, origin: Origin
) -> Iterator[CaseFile | SetAside | Totals]:
    """Read the watched records of an applications file."""
    unknown = (number for number, serial in watched.registrations.items() if serial is None)
    for item in read_bulk(file, what, Wanted.of(watched.serials, unknown), origin):
        yield item.record if isinstance(item, Reading) else item


APPLICATIONS = Product(
    "TRTDXFAP",
    "TRTYRAP",
    "daily files",
    "apc",
    "trademark-applications-daily",
    _read_applications,
    N_("reading daily files"),
    tells_case=True,
)
TTAB = Product(
    "TTABTDXF", "TTABYR", "TTAB daily files", "tt", "ttab-proceedings", read_ttab, N_("reading TTAB daily files")
)
ASSIGNMENTS = Product(
    "TRTDXFAG",
    "TRTYRAG",
    "assignment daily files",
    "asb",
    "trademark-assignments",
    read_assignments,
    N_("reading assignment daily files"),
)
PRODUCTS = (APPLICATIONS, TTAB, ASSIGNMENTS)


def product_of(path: Path) -> Product:
    """Return the product of a file on disk: by its content, else by its name, else applications (whose reader says
    best what is wrong with the file)."""
    root = _root(path)
    by_content = next((one for one in PRODUCTS if one.root == root), None)
    by_name = next((one for one in PRODUCTS if re.match(one.prefix + r"\d", path.name.lower())), APPLICATIONS)
    return by_content or by_name


def _root(path: Path) -> str | None:
    """Return the root of the first document in a file, None when it cannot be told."""
    try:
        with path.open("rb") as file:
            heads = (_beginning(stream) for stream in open_bulk(file, path.name))
            with closing(heads):
                return root_of(next(heads, b""))
    except FormatError:
        return None  # the reader will say what is wrong


def _beginning(stream: Readable) -> bytes:
    """Return the first bytes of a document."""
    head = b""
    while len(head) < _HEAD and (data := stream.read(CHUNK)):
        head += data
    return head
