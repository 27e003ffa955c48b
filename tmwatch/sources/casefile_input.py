"""A case file from disk (`check --file`): what the bytes are, and the records in them.

Reads TSDR JSON (one case or many), ST.96 XML (bare or in TSDR's zip) and the USPTO's daily and annual files. A file of
another kind, or a damaged one, is the user's to mend: UsageError with one line that says what it is and what is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from tmwatch.errors import FormatError, UsageError
from tmwatch.records import CaseFile, Provenance
from tmwatch.sources.st96 import read_st96
from tmwatch.sources.tsdr_json import parse_multi, read_info
from tmwatch.text import Text, say

MAX_RECORDS = 100
_MAX_BYTES = 256_000_000  # of one JSON or ST.96 document; the daily files are read as streams
_HEAD_BYTES = 65_536
_NEEDED = say("needed: a TSDR answer (info.json, info.xml) or a daily or annual applications file (apc*.zip, apc*.xml)")
_WEB_PAGE = say("a web page (perhaps a sign-in or maintenance page was saved)")
# First bytes -> what it is; judged in this order.
_SIGNS: tuple[tuple[re.Pattern[bytes], Text], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), kind)
    for pattern, kind in (
        (rb"%PDF-", say("a PDF")),
        (rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\x00|MM\x00\*", say("an image")),
        (rb"\x1f\x8b", say("a gzip file; unpack it first")),
        (rb"\xd0\xcf\x11\xe0", say("an old Office document")),
        (rb"\xff\xfe|\xfe\xff", say("UTF-16 text; save it as UTF-8")),
        (rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype\s+html|<html|<head|<body)", _WEB_PAGE),
    )
)
_XML_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_OTHER_ROOTS = {
    "DocumentList": say("a list of documents, not a case record"),
    "ttab-proceedings": say("a TTAB file, not case records"),
    "trademark-assignments": say("an assignment file, not case records"),
}
_BULK_ROOTS = ("trademark-applications-daily", "case-file")


@dataclass(frozen=True, slots=True)
class CaseInput:
    """What a file held. `kind`: info, multi, st96 or bulk. `problems` are numbers with why they have no record.

    `unread` are lines for the log: fields the parser does not know.
    """

    kind: str
    cases: tuple[CaseFile, ...]
    problems: tuple[tuple[str, FormatError], ...] = ()
    unread: tuple[str, ...] = ()


def read_input(path: Path, *, now: datetime, wanted: Collection[str] = (), limit: int = MAX_RECORDS) -> CaseInput:
    """Return the records in a file, or only the `wanted` ones (8-digit serials, or "rn" + 7 digits).

    A TSDR record is dated by the file's own time (never later than `now`), a bulk record by its transaction-date.
    UsageError for a file that is missing or of the wrong kind, and for more than `limit` records with none named.
    """
    name = ascii(path.name)[1:-1]
    try:
        with path.open("rb") as file:
            saved = min(datetime.fromtimestamp(path.stat().st_mtime, UTC), now)
            found = _read(file, name, saved, frozenset(wanted), limit)
    except OSError as error:
        raise UsageError(
            say("{path} cannot be read: {reason}", path=name, reason=error.strerror or say("no reason given"))
        ) from error
    except FormatError as error:
        raise UsageError(say("{path} cannot be used: {reason}", path=name, reason=error.said)) from error
    return _only(found, frozenset(wanted), name, limit)


def sniff(head: bytes) -> str:
    """Return info, multi, st96, bulk or zip for the first bytes of a file; FormatError says what else it is."""
    if not head.strip():
        raise FormatError(say("it is empty; {needed}", needed=_NEEDED))
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    other = next((kind for pattern, kind in _SIGNS if pattern.match(head[:4096])), None)
    if other is not None:
        raise _it_is(other)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"<":
        return _sniff_xml(text)
    if text[:1] == b"{":
        return _sniff_json(text)
    if b"\x00" in head:
        raise _it_is(say("a binary file of an unknown kind"))
    raise _it_is(say("text that is neither JSON nor XML"))


def _it_is(what: Text) -> FormatError:
    """Say what a file is instead of what is needed."""
    return FormatError(say("it is {what}; {needed}", what=what, needed=_NEEDED))


def _sniff_xml(text: bytes) -> str:
    """Tell the XML documents of the USPTO apart by their root (a DTD may stand before it)."""
    body = re.sub(rb"<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>|<!--.*?-->|<\?.*?\?>", b"", text, flags=re.DOTALL)
    found = _XML_ROOT.search(body)
    root = found[1].decode() if found else ""
    if root == "TrademarkTransaction":
        return "st96"
    if root in _BULK_ROOTS or b"<!DOCTYPE trademark-applications-daily" in text:
        return "bulk"
    raise _it_is(_OTHER_ROOTS.get(root) or say("XML of an unknown kind"))


def _sniff_json(text: bytes) -> str:
    """Tell TSDR's two JSON shapes apart by the first key that names one; many answers hold single ones inside."""
    if b'"transactionList"' in text:
        return "multi"
    if b'"trademarks"' in text:
        return "info"
    return "json"


def _read(file: BinaryIO, name: str, saved: datetime, wanted: frozenset[str], limit: int) -> CaseInput:
    """Read a file of any kind."""
    kind = sniff(file.read(_HEAD_BYTES))
    file.seek(0)
    if kind == "zip":
        case = _case_in_zip(file, name)
        if case is not None:
            return _document("st96", case, name, saved)
        kind = "bulk"
    if kind == "bulk":
        file.seek(0)
        return _bulk(file, name, saved, wanted, limit)
    return _document(kind, _whole(file.read), name, saved)


def _document(kind: str, body: bytes, name: str, saved: datetime) -> CaseInput:
    """Read one TSDR document."""
    origin = Provenance("file", saved, name, sha256(body).hexdigest())
    body = body.removeprefix(b"\xef\xbb\xbf")
    if kind == "json":
        kind = _whole_json_kind(body)
    if kind == "multi":
        many = parse_multi(body, origin)
        return CaseInput(kind, tuple(many.cases.values()), tuple(many.problems.items()), many.unknown)
    reading = read_st96(body, origin) if kind == "st96" else read_info(body, origin)
    return CaseInput(kind, (reading.record,), (), reading.unknown)


def _whole_json_kind(body: bytes) -> str:
    """Look at the keys of a document whose beginning names neither shape."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FormatError(say("it is not readable as JSON, it may be cut short; {needed}", needed=_NEEDED)) from error
    if isinstance(data, dict) and "transactionList" in data:
        return "multi"
    if isinstance(data, dict) and "trademarks" in data:
        return "info"
    raise _it_is(say("JSON but no TSDR case record"))


def _whole(read: Callable[[int], bytes]) -> bytes:
    """Read a document to its end, within the limit."""
    body = bytearray()
    while chunk := read(1 << 20):
        body += chunk
        if len(body) > _MAX_BYTES:
            raise FormatError(say("it is larger than {most} bytes, no case record is", most=f"{_MAX_BYTES:,}"))
    return bytes(body)


def _case_in_zip(file: BinaryIO, name: str) -> bytes | None:
    """Return the ST.96 document in TSDR's zip of one case, None when the zip holds something else."""
    from tmwatch.sources.zipfiles import members, open_member, open_zip

    with open_zip(file, name) as archive:
        inside = members(archive)
        if any(info.filename == "[Content_Types].xml" for info in inside):
            raise _it_is(say("an Office document (XLSX, DOCX)"))
        xml = [info for info in inside if info.filename.lower().endswith(".xml")]
        if not xml:
            raise _it_is(say("a zip without an XML file"))
        for info in xml:
            with open_member(archive, info, name) as member:
                head = member.read(_HEAD_BYTES)
                if sniff(head) == "st96":
                    return head + _whole(member.read)
    return None


def _bulk(file: BinaryIO, name: str, saved: datetime, wanted: frozenset[str], limit: int) -> CaseInput:
    """Read a daily or annual file, or a lone record; the newest record of a serial is kept."""
    from tmwatch.sources.casefile_xml import Origin, parse_bulk, set_aside
    from tmwatch.sources.watch_values import SetAside

    told: list[str | SetAside] = []
    records = parse_bulk(file, origin=Origin("file", name, None, saved.date()), report=told.append)
    newest: dict[str, CaseFile] = {}
    for record in _until(records, wanted, newest, limit):
        known = newest.get(record.serial_number)
        if known is None or known.provenance.as_of <= record.provenance.as_of:
            newest[record.serial_number] = record
    aside = [item for item in told if isinstance(item, SetAside)]
    problems = tuple((item.serial_number or "-", FormatError(set_aside(item))) for item in aside)
    return CaseInput("bulk", tuple(newest.values()), problems, tuple(line for line in told if isinstance(line, str)))


def _until(
    records: Iterable[CaseFile], wanted: frozenset[str], newest: dict[str, CaseFile], limit: int
) -> Iterator[CaseFile]:
    """Yield the records somebody wants; without a list stop when there are more than `limit`."""
    for record in records:
        if not wanted or _is_wanted(record, wanted):
            yield record
        if not wanted and len(newest) > limit:
            return


def _is_wanted(record: CaseFile, wanted: frozenset[str]) -> bool:
    """Whether a record is asked for by its serial or its registration number."""
    return record.serial_number in wanted or f"rn{record.registration_number}" in wanted


def _only(found: CaseInput, wanted: frozenset[str], name: str, limit: int) -> CaseInput:
    """Keep what is wanted and name what is not there; without a list refuse too many."""
    if not wanted:
        if len(found.cases) > limit:
            raise UsageError(
                say(
                    "{path} holds more than {most} records; name the ones you want after the command",
                    path=name,
                    most=limit,
                )
            )
        return found
    cases = tuple(record for record in found.cases if _is_wanted(record, wanted))
    there = {record.serial_number for record in cases} | {f"rn{record.registration_number}" for record in cases}
    failed = {number: error for number, error in found.problems if number in wanted}
    for number in sorted(wanted - there - failed.keys()):
        failed[number] = FormatError(say("{number} is not in {path}", number=number, path=name))
    return CaseInput(found.kind, cases, tuple(failed.items()), found.unread)
