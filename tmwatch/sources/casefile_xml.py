"""One <case-file> of the daily and annual applications files -> CaseFile; and every record of such a file.

A bulk record is the complete current record of its case and replaces child rows wholesale, with two exceptions: a
status-only record tells status alone, and what bulk data may lack although it exists (attorney, correspondent, owners,
domestic representative, events, Madrid block) is told only when it is there. E-mails, assignments and proceedings are
never told. Official text: Trademark Applications Daily XML DTD Element Documentation V2.3 (2024-10-18).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import BinaryIO
from zoneinfo import ZoneInfo

from tmwatch.errors import FormatError
from tmwatch.records import CaseFile, Provenance
from tmwatch.sources.base import about
from tmwatch.sources.casefile_elements import KNOWN
from tmwatch.sources.casefile_header import header_fields, header_leaves
from tmwatch.sources.casefile_parts import (
    read_classes,
    read_correspondent,
    read_day,
    read_events,
    read_international,
    read_owners,
    read_statements,
    texts,
)
from tmwatch.sources.fields import registration_number, serial_number, status_code
from tmwatch.sources.watchpass import MAX_RECORD, CutRecord, SetAside, Totals, Wanted, cut_records
from tmwatch.sources.xml import Element, parse_xml
from tmwatch.sources.zipfiles import open_bulk
from tmwatch.text import Text, say

NEW_YORK = ZoneInfo("America/New_York")
_HEAD_BYTES = 256
_LONE_RECORD = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>)?\s*<case-file>")

_COMPLETE = frozenset(
    {"status", "registration", "mark", "basis", "classes", "statements", "publication", "renewal", "flags"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A record and what of it could not be read, one line each (alien elements, impossible dates)."""

    record: CaseFile
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the records of one file come from. `day` dates a record that carries no transaction-date."""

    source: str = "odp"
    url: str | None = None
    sha256: str | None = None
    day: date | None = None


_FROM_FILE = Origin(source="file")


def read_case_file(body: bytes, origin: Origin) -> Reading:
    """Read the bytes of one <case-file>; FormatError when they are not well formed or identity or status is missing."""
    root = parse_xml(body, say("a bulk record"))
    if root.tag != "case-file":
        raise FormatError(say("a bulk record begins with <{tag}>, not with <case-file>", tag=root.tag[:40]))
    unread = _alien_elements(root)
    top = texts(root)
    serial = serial_number(top.get("serial-number", ""), say("the serial-number of a bulk record"))
    parts = {child.tag: child for child in root}
    header = header_leaves(parts.get("case-file-header"), unread)
    statements = read_statements(parts.get("case-file-statements"), unread)
    owners = parts.get("case-file-owners")
    record = CaseFile(
        serial_number=serial,
        status_code=status_code(header.get("status-code"), say("the status-code of record {serial}", serial=serial)),
        provenance=_provenance(top.get("transaction-date"), serial, origin, unread),
        told=frozenset(),
        registration_number=registration_number(
            top.get("registration-number"), say("the number of record {serial}", serial=serial)
        ),
        statements=statements,
        events=read_events(parts.get("case-file-event-statements"), unread),
        classes=read_classes(parts.get("classifications"), statements, unread),
        correspondent=read_correspondent(parts.get("correspondent"), owners),
        owners=read_owners(owners, unread),
        international_registration=read_international(parts.get("international-registration"), unread),
        **header_fields(header, statements, unread),
    )
    return Reading(_with_told(record), tuple(unread))


def parse_case_file(body: bytes, origin: Origin) -> CaseFile:
    """Read the bytes of one <case-file> where nobody asks what could not be read."""
    return read_case_file(body, origin).record


def _alien_elements(root: Element) -> list[str]:
    """Return a line for each element that the DTD does not have at its place (once a place)."""
    aliens: dict[str, None] = {}
    parents = [root]
    for parent in parents:
        known = KNOWN.get(parent.tag, frozenset())
        for child in parent:
            if child.tag not in known:
                aliens[f"unknown element {parent.tag}/{child.tag[:60]}"] = None
            elif len(child):
                parents.append(child)
    return list(aliens)


def _provenance(text: str | None, serial: str, origin: Origin, unread: list[str]) -> Provenance:
    """Date the record by its transaction-date: the end of that day in New York."""
    day = read_day(text, "transaction-date", unread) or origin.day
    if day is None:
        raise FormatError(
            say("record {serial} carries no transaction-date, so it cannot be put in order", serial=serial)
        )
    as_of = datetime.combine(day, time(23, 59, 59), NEW_YORK).astimezone(UTC)
    return Provenance(origin.source, as_of, origin.url, origin.sha256)


def _with_told(record: CaseFile) -> CaseFile:
    """Name the groups that the record tells.

    Status-only: no mark-identification and no statements, classes or owners. Such a record tells the registration
    only when it has both number and date, or a good record would lose one of them.
    """
    if not (record.mark_text or record.statements or record.classes or record.owners):
        numbered = record.registration_number and record.registration_date
        return replace(record, told=frozenset({"status", "registration"} if numbered else {"status"}))
    present = {
        "attorney": record.attorney,
        "correspondent": record.correspondent,
        "domestic_representative": record.domestic_representative,
        "events": record.events,
        "madrid": record.international_registration,
        "owners": record.owners,
    }
    return replace(record, told=_COMPLETE | {group for group, value in present.items() if value})


def read_bulk(
    file: BinaryIO, what: str | Text, wanted: Wanted | None, origin: Origin
) -> Iterator[Reading | SetAside | Totals]:
    """Read the wanted records (None: all) of a daily or annual file, zip or XML; the last value is the Totals.

    A record that cannot be read is set aside with its bytes. FormatError, one line that begins with `what`, when the
    file itself is damaged or something else: then nothing of it counts as read.
    """
    sums: list[Totals] = []
    broken = 0
    try:
        for stream in open_bulk(file, what):
            for found in cut_records(stream, wanted):
                if isinstance(found, Totals):
                    sums.append(found)
                    continue
                item = _read_or_set_aside(found, origin) if isinstance(found, CutRecord) else found
                broken += isinstance(found, CutRecord) and isinstance(item, SetAside)
                yield item
    except FormatError as error:
        raise FormatError(about(what, error)) from error
    yield _sum(sums, broken)


def parse_bulk(
    source: BinaryIO | bytes, *, origin: Origin = _FROM_FILE, report: Callable[[str | SetAside], None] | None = None
) -> Iterator[CaseFile]:
    """Yield every record of a daily or annual file (zip or XML), or of a lone <case-file>.

    `report` gets each record that is set aside, and a line for each thing not read; without it the first record that
    cannot be read raises FormatError.
    """
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    head = file.read(_HEAD_BYTES)
    if _LONE_RECORD.match(head):
        yield parse_case_file(head + file.read(MAX_RECORD), origin)
        return
    file.seek(0)
    for item in read_bulk(file, say("the bulk file"), None, origin):
        if isinstance(item, Reading):
            yield item.record
            if report is not None:
                for line in item.unread:
                    report(f"record {item.record.serial_number}: {line}")
        elif isinstance(item, SetAside):
            if report is None:
                raise FormatError(say("{what}: {why}", what=say("the bulk file"), why=item.reason))
            report(item)


def set_aside(item: SetAside) -> Text:
    """Say which record is set aside and why."""
    if item.serial_number is None:
        return say("record without number is set aside: {reason}", reason=item.reason)
    return say("record {serial} is set aside: {reason}", serial=item.serial_number, reason=item.reason)


def _read_or_set_aside(cut: CutRecord, origin: Origin) -> Reading | SetAside:
    """Read one record; what cannot be read is kept."""
    try:
        return read_case_file(cut.body, origin)
    except FormatError as error:
        return SetAside(cut.serial_number, cut.body, error.said, cut.group)


def _sum(parts: list[Totals], broken: int) -> Totals:
    """Add up the documents of one file (nearly always one), with `broken` records that the parser set aside."""
    groups: dict[str, int] = {}
    for name, count in (pair for part in parts for pair in part.groups):
        groups[name] = groups.get(name, 0) + count
    return Totals(
        sum(part.records for part in parts),
        sum(part.selected for part in parts) - broken,
        sum(part.set_aside for part in parts) + broken,
        tuple(groups.items()),
        max((part.created for part in parts), default=""),
        tuple(dict.fromkeys(line for part in parts for line in part.unread)),
    )
