"""One bulk record -> its summary, by looking for what is kept instead of parsing everything.

Exact where it answers: the structure of the record is checked section by section, and whatever is not plain is left to
the strict parser.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from tmwatch.errors import FormatError
from tmwatch.records import Attorney
from tmwatch.register import children
from tmwatch.register.columns import NEW_YORK
from tmwatch.register.leaves import Odd, day_of, leaves, sections
from tmwatch.register.summary import Summary, of_case
from tmwatch.sources.casefile_elements import KNOWN
from tmwatch.sources.casefile_header import header_fields
from tmwatch.sources.casefile_parts import read_day
from tmwatch.sources.casefile_xml import Origin, parse_case_file
from tmwatch.sources.fields import registration_number, status_code
from tmwatch.sources.record_bytes import hidden_from
from tmwatch.sources.watchpass import CutRecord

_HEAD = re.compile(
    rb"<case-file>\s*<serial-number>(\d{8})</serial-number>\s*"
    rb"(?:<registration-number>(\d{1,7})</registration-number>\s*)?"
    rb"(?:<transaction-date>(\d{8})</transaction-date>\s*)?"
)
_HEADER_NAMES = KNOWN["case-file-header"]
_FLAG_NAMES = frozenset(name for name in _HEADER_NAMES if name.endswith("-in"))
_FIRST_FLAG, _FLAG_END = b"<principal-register-amended-in>", b"-in>"
_FROM_FLAGS = ("standard_characters", "register", "basis_filed", "basis_current")


def summarize(cut: CutRecord, origin_day: date | None) -> Summary:
    """Return the summary of a record; `origin_day` dates one that carries no transaction-date.

    FormatError when the strict parser cannot read it either.
    """
    try:
        return quick_summary(cut.body, origin_day)
    except ValueError:
        record = parse_case_file(cut.body, Origin(day=origin_day))
        return of_case(record, record.provenance.as_of.astimezone(NEW_YORK).date())


def quick_summary(body: bytes, origin_day: date | None) -> Summary:
    """Take the summary out of a plain record; ValueError (or a private error) when it is not plain."""
    if hidden_from(body, 0, len(body)) < len(body):
        raise Odd
    if not body.isascii():
        body.decode()  # bytes that are no UTF-8 are the strict parser's to judge, wherever they stand
    head = _HEAD.match(body)
    if head is None:
        raise Odd
    parts = sections(body, head.end())
    day = day_of(head[3].decode()) if head[3] else origin_day
    if day is None:
        raise Odd
    statements = parts.get(b"case-file-statements", b"")
    if b"<type-code>MK" in statements or b"<type-code> " in statements:
        raise Odd  # the mark's text goes on in a statement
    fields = _header(parts.get(b"case-file-header", b""))
    classes = children.read_classes(parts.get(b"classifications", b"").decode())
    owners, old_letters = children.read_owners(parts.get(b"case-file-owners", b"").decode())
    return Summary(
        head[1].decode(),
        registration_number(head[2].decode() if head[2] else None, ""),
        day,
        fields,
        bool(fields["mark_text"] or b"<case-file-statement>" in statements or classes or owners),
        classes,
        owners,
        children.read_correspondent(parts.get(b"correspondent", b"")) or old_letters,
        children.read_events(parts.get(b"case-file-event-statements", b"")),
    )


def _header(section: bytes) -> dict[str, Any]:
    """Return the fields of the header. The long run of flags is the same in many records and read once."""
    first, last = section.find(_FIRST_FLAG), section.rfind(_FLAG_END)
    if first < 0:
        first = last = len(section)
    else:
        last += len(_FLAG_END)
    row = leaves((section[:first] + section[last:]).decode(), _HEADER_NAMES)
    if not row.keys().isdisjoint(_FLAG_NAMES):  # some stand before the run or without it: read all together
        row = leaves(section.decode(), _HEADER_NAMES)
        flags = _flag_fields(row)
    else:
        flags = _flags(section[first:last])
    try:
        code = status_code(row.get("status-code"), "")
    except FormatError as error:
        raise Odd from error
    attorney, cancellation = row.get("attorney-name"), row.get("cancellation-code")
    return {
        "status_code": code,
        "status_date": _header_day(row.get("status-date")),
        "filing_date": _header_day(row.get("filing-date")),
        "registration_date": _header_day(row.get("registration-date")),
        "abandonment_date": _header_day(row.get("abandonment-date")),
        "cancellation_date": _header_day(row.get("cancellation-date")),
        "cancellation_code": (cancellation.strip("0") or None) if cancellation else None,
        "renewal_date": _header_day(row.get("renewal-date")),
        "publication_date": _header_day(row.get("published-for-opposition-date")),
        "mark_text": row.get("mark-identification"),
        "drawing_code": row.get("mark-drawing-code", "")[:1] or None,
        "attorney": Attorney(attorney, row.get("attorney-docket-number")) if attorney else None,
        "domestic_representative": row.get("domestic-representative-name"),
        **flags,
    }


@lru_cache(maxsize=4096)
def _flags(block: bytes) -> dict[str, Any]:
    """Return what a run of flags says, with the parser's own tables."""
    return _flag_fields(leaves(block.decode(), _FLAG_NAMES))


def _flag_fields(row: dict[str, str]) -> dict[str, Any]:
    """Return the fields that follow from flags."""
    fields = header_fields({**row, "status-code": "0"}, (), [])
    return {name: fields[name] for name in _FROM_FLAGS}


@lru_cache(maxsize=1 << 15)
def _header_day(digits: str | None) -> date | None:
    """Return a header date as casefile_parts.read_day does: None for zeros, partial and impossible ones."""
    return read_day(digits, "", [])
