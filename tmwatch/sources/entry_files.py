"""What the daily and annual files of the Board (TTAB) and of assignments have in common: a small frame around entries.

`root > version, action-key-code, transaction-date, information > (data-available-code | entry+)`. The file is read as a
stream and strictly: another root, a broken or short document, or one without entries that does not say so is an
error, and then nothing of it counts as read. One entry that cannot be used is set aside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo

from lxml import etree

from tmwatch.errors import FormatError
from tmwatch.records import CaseFile, Provenance
from tmwatch.sources.base import about
from tmwatch.sources.casefile_parts import read_day
from tmwatch.sources.casefile_xml import Origin
from tmwatch.sources.fields import clean_text, registration_number
from tmwatch.sources.watchpass import SetAside, Totals
from tmwatch.sources.xml import Element, child, iter_elements, parse_xml, text_at
from tmwatch.sources.zipfiles import CHUNK, Readable, open_bulk
from tmwatch.text import Text, say

NEW_YORK = ZoneInfo("America/New_York")
ROOTS = {
    "trademark-applications-daily": say("an applications file"),
    "ttab-proceedings": say("a TTAB file"),
    "trademark-assignments": say("an assignments file"),
}
_ROOT = re.compile(rb"<(" + "|".join(ROOTS).encode() + rb")[\s/>]")
_SERIAL = re.compile(r"\d{8}", re.ASCII)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)
_KEPT = 1 << 16  # bytes of the beginning that are kept: a file without entries has far fewer
_CHECKED = 1000  # entries looked through for unknown elements, watched or not: a moved format shows at once
_UNREAD = 50  # lines on what was not read; a moved format must not fill the memory
_ACTIONS = {"DA": "daily", "AN": "annual"}


@dataclass(frozen=True, slots=True)
class Watched:
    """Which marks are looked for: their serial numbers, and registration numbers (7 digits) with the serial number
    behind each, None while nobody told it."""

    serials: frozenset[str]
    registrations: Mapping[str, str | None] = field(default_factory=dict)

    def may_concern(self, element: Element, *tags: str) -> bool:
        """Whether a watched number stands in an element of these names: far cheaper than reading the entry."""
        for one in element.iter(*tags):
            number = (one.text or "").strip()
            if number and (number in self.serials or number.zfill(7) in self.registrations):
                return True
        return False

    def serial_of(self, serial: str | None, registration: str | None) -> str | None:
        """Return the serial number of a property whose mark is watched, by either of its numbers; else None."""
        if serial in self.serials:
            return serial
        if registration is None or registration not in self.registrations:
            return None
        plausible = serial if serial and _SERIAL.fullmatch(serial) else None
        return self.registrations[registration] or plausible


@dataclass(frozen=True, slots=True)
class Layout:
    """The names of one kind of file. `numbers` are the elements that tell whose an entry is; `known` maps each element
    to its children that are read or ignored by name."""

    root: str
    information: str
    entry: str
    numbers: tuple[str, ...]
    known: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says of itself: the provenance of its records, dated by the end of its day in New York, and the
    lines on what of it was not read."""

    provenance: Provenance
    unread: dict[str, None]

    def note(self, lines: Iterable[str]) -> None:
        """Add lines, each once."""
        for line in lines:
            if len(self.unread) < _UNREAD:
                self.unread[line] = None


ReadEntry = Callable[[Element, Told], Iterator[CaseFile | SetAside]]


def known_elements(**children: str) -> dict[str, frozenset[str]]:
    """Return the table of known elements; `proceeding_entry="number type-code"` stands for proceeding-entry."""
    return {parent.replace("_", "-"): frozenset(names.split()) for parent, names in children.items()}


def root_of(head: bytes) -> str | None:
    """Return which of the USPTO's bulk documents begins so, None for anything else (or when more bytes are needed)."""
    found = _ROOT.search(head)
    return found[1].decode() if found else None


def read_entries(
    file: BinaryIO, what: str, layout: Layout, watched: Watched, origin: Origin, read: ReadEntry
) -> Iterator[CaseFile | SetAside | Totals]:
    """Read with `read` every entry of a file, zip or XML, that names a watched number; the last value is the Totals.

    FormatError, one line that begins with `what`: the file itself is damaged or something else.
    """
    records = selected = aside = 0
    unread: dict[str, None] = {}
    try:
        for stream in open_bulk(file, what):
            for element, told in _elements(stream, what, layout, origin, unread):
                records += 1
                if records <= _CHECKED:
                    told.note(aliens(element, layout.known))
                if not watched.may_concern(element, *layout.numbers):
                    continue
                told.note(aliens(element, layout.known))
                for found in read(element, told):
                    selected += isinstance(found, CaseFile)
                    aside += isinstance(found, SetAside)
                    yield found
    except FormatError as error:
        raise FormatError(about(what, error)) from error
    yield Totals(records, selected, aside, (), "", tuple(unread))


def set_aside(element: Element, serial: str | None, reason: str | Text) -> SetAside:
    """Keep an entry that cannot be used, with its bytes."""
    return SetAside(serial, etree.tostring(element, with_tail=False), reason, element.tag)


def nameless(element: Element, registration: str) -> SetAside:
    """Keep an entry that names a watched registration alone, while nobody knows the serial number behind it."""
    reason = say("it names registration {number} alone, whose serial number is not known yet", number=registration)
    return set_aside(element, None, reason)


def registration_at(element: Element, name: str, told: Told) -> str | None:
    """Return the registration number in a child, padded to 7 digits; what is none cannot be ours and is noted."""
    try:
        return registration_number(text_at(element, name), f"{element.tag}/{name}")
    except FormatError as error:
        told.note([str(error)])
        return None


def day_at(element: Element, name: str, told: Told) -> date | None:
    """Return the day (YYYYMMDD) in a child; what is none is noted."""
    lines: list[str] = []
    day = read_day(text_at(element, name), f"{element.tag}/{name}", lines)
    told.note(lines)
    return day


def aliens(element: Element, known: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Yield a line for each element that is not known at its place."""
    parents = [element]
    for parent in parents:
        allowed = known.get(parent.tag, frozenset())
        for one in parent:
            if one.tag not in allowed:
                yield f"unknown element {parent.tag}/{one.tag[:60]}"
            elif len(one):
                parents.append(one)


class _Peeked:
    """A stream whose beginning is kept, to say what it is."""

    def __init__(self, stream: Readable) -> None:
        """Read the first bytes."""
        self._stream = stream
        self.head = b""
        while len(self.head) < _KEPT and (data := stream.read(CHUNK)):
            self.head += data
        self._left: bytes = self.head
        self.whole = len(self.head) < _KEPT

    def read(self, size: int = CHUNK, /) -> bytes:
        """Return the next bytes."""
        if self._left:
            data, self._left = self._left[:size], self._left[size:]
            return data
        return self._stream.read(size)


def _elements(
    stream: Readable, what: str, layout: Layout, origin: Origin, unread: dict[str, None]
) -> Iterator[tuple[Element, Told]]:
    """Yield the entries of one document with what the document says of itself."""
    peeked = _Peeked(stream)
    _check_root(peeked, what, layout)
    told: Told | None = None
    for element in iter_elements(cast(BinaryIO, peeked), layout.entry, what):
        parent = element.getparent()
        if parent is None or parent.tag != layout.information:
            raise FormatError(
                say("{what} is broken: an entry stands outside of {place}", what=what, place=layout.information)
            )
        if told is None:
            told = Told(_provenance(element.getroottree().getroot(), what, layout, origin), unread)
            told.note(_frame_aliens(element.getroottree().getroot(), layout))
        yield element, told
    if told is None:
        _check_says_empty(peeked, what, layout)


def _check_root(peeked: _Peeked, what: str, layout: Layout) -> None:
    """Refuse a document of another kind before it is read."""
    root = root_of(peeked.head)
    if root == layout.root:
        return
    if root is not None:
        raise FormatError(say("{what} is {kind}, not {wanted}", what=what, kind=ROOTS[root], wanted=ROOTS[layout.root]))
    if _WEB_PAGE.match(peeked.head):
        raise FormatError(say("{what} is a web page, not data: sign-in or a moved address", what=what))
    raise FormatError(
        say("{what} has no <{root}> element: it is cut short or no data file of the USPTO", what=what, root=layout.root)
    )


def _check_says_empty(peeked: _Peeked, what: str, layout: Layout) -> None:
    """A document without entries must say that there are none."""
    code = None
    if peeked.whole:
        code = text_at(parse_xml(peeked.head, what), layout.information, "data-available-code")
    if code != "N":
        raise FormatError(
            say("{what} holds no entries and does not say that there are none; it is not taken as read", what=what)
        )


def _frame_aliens(root: Element, layout: Layout) -> Iterator[str]:
    """Yield a line for each unknown element around the entries, and for an unknown action key."""
    for one in root:
        if one.tag not in layout.known.get(root.tag, frozenset()):
            yield f"unknown element {root.tag}/{one.tag[:60]}"
    action = text_at(root, "action-key-code")
    if action is not None and action not in _ACTIONS:
        yield f"unknown action-key-code {action[:20]!a}"
    version = child(root, "version")
    if version is not None:
        yield from aliens(version, layout.known)


def _provenance(root: Element, what: str, layout: Layout, origin: Origin) -> Provenance:
    """Date what the file tells by its transaction-date, else by the day in its name.

    An annual file is written weeks after the last day that it covers: the day in its name is its data's.
    """
    if root.tag != layout.root:
        raise FormatError(say("{what} is broken: its root is <{tag}>", what=what, tag=clean_text(root.tag[:40])))
    lines: list[str] = []
    day = read_day(text_at(root, "transaction-date"), "transaction-date", lines) or origin.day
    if day is not None and origin.day is not None and text_at(root, "action-key-code") == "AN":
        day = min(day, origin.day)
    if day is None:
        raise FormatError(say("{what} carries no transaction-date, so it cannot be put in order", what=what))
    as_of = datetime.combine(day, time(23, 59, 59), NEW_YORK).astimezone(UTC)
    return Provenance(origin.source, as_of, origin.url, origin.sha256)
