"""One bulk record -> its summary, by looking for what is kept instead of parsing everything.

Exact where it answers: the structure of the record is checked section by section, and whatever is not plain (an
unknown or repeated element, a comment, an odd entity, a missing number) is left to the strict parser.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache
from typing import Any

from tmwatch.errors import FormatError
from tmwatch.records import Attorney
from tmwatch.register.columns import NEW_YORK
from tmwatch.register.summary import EventEntry, OwnerEntry, Summary, kept_codes, of_case
from tmwatch.sources.casefile_elements import KNOWN
from tmwatch.sources.casefile_header import header_fields
from tmwatch.sources.casefile_parts import OLD_CORRESPONDENT, read_day
from tmwatch.sources.casefile_xml import Origin, parse_case_file
from tmwatch.sources.fields import clean_text, partial_date, registration_number, status_code
from tmwatch.sources.record_bytes import hidden_from
from tmwatch.sources.watchpass import CutRecord

_HEAD = re.compile(
    rb"<case-file>\s*<serial-number>(\d{8})</serial-number>\s*"
    rb"(?:<registration-number>(\d{1,7})</registration-number>\s*)?"
    rb"(?:<transaction-date>(\d{8})</transaction-date>\s*)?"
)
_SECTION = re.compile(rb"\s*<([a-z-]+)\s*(/?)>")
_END = re.compile(rb"\s*</case-file>")
_LEAF = re.compile(r"<([a-z0-9-]+)(?:>([^<]*)</\1>|\s*/>)")
_CODES = re.compile(rb"<code>([^<]*)</code>")
_EVENT = re.compile(
    rb"<case-file-event-statement>\s*<code>([^<]*)</code>\s*<type>([^<]*)</type>\s*"
    rb"(?:<description-text>[^<]*</description-text>\s*)?<date>(\d{8})</date>\s*<number>(\d{1,9})</number>\s*"
    rb"</case-file-event-statement>"
)
# In the order of the DTD: first international code, first US code, status, primary code.
_CLASS = re.compile(
    r"\s*<classification>\s*(?:<international-code-total-no>[^<]*</international-code-total-no>\s*)?"
    r"(?:<us-code-total-no>[^<]*</us-code-total-no>\s*)?"
    r"(?:<international-code>([^<]*)</international-code>\s*)?"
    r"(?:<international-code>[^<]*</international-code>\s*)*"
    r"(?:<us-code>([^<]*)</us-code>\s*)?(?:<us-code>[^<]*</us-code>\s*)*"
    r"(?:<status-code>([^<]*)</status-code>\s*)?(?:<status-date>[^<]*</status-date>\s*)?"
    r"(?:<first-use-anywhere-date>[^<]*</first-use-anywhere-date>\s*)?"
    r"(?:<first-use-in-commerce-date>[^<]*</first-use-in-commerce-date>\s*)?"
    r"(?:<primary-code>([^<]*)</primary-code>\s*)?</classification>"
)
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_TOP = frozenset(name.encode() for name in KNOWN["case-file"])
_HEADER_NAMES = KNOWN["case-file-header"]
_FLAG_NAMES = frozenset(name for name in _HEADER_NAMES if name.endswith("-in"))
_FIRST_FLAG, _FLAG_END = b"<principal-register-amended-in>", b"-in>"
_FROM_FLAGS = ("standard_characters", "register", "basis_filed", "basis_current")
_OWNER_NAMES = KNOWN["case-file-owner"]
_CLASS_NAMES = KNOWN["classification"]
_LINES = tuple(f"address-{number}" for number in range(1, 6))
_REPEATED = frozenset({"international-code", "us-code"})
_OWNER_REPEATED = frozenset({"name-change-explanation"})
_ONCE: frozenset[str] = frozenset()


class _Odd(Exception):
    """The record is not plain; the strict parser decides."""


def summarize(cut: CutRecord, origin_day: date | None) -> Summary:
    """Return the summary of a record; `origin_day` dates one that carries no transaction-date.

    FormatError when the strict parser cannot read it either.
    """
    try:
        return quick_summary(cut.body, origin_day)
    except (_Odd, ValueError):
        record = parse_case_file(cut.body, Origin(day=origin_day))
        return of_case(record, record.provenance.as_of.astimezone(NEW_YORK).date())


def quick_summary(body: bytes, origin_day: date | None) -> Summary:
    """Take the summary out of a plain record; ValueError (or a private error) when it is not plain."""
    if hidden_from(body, 0, len(body)) < len(body):
        raise _Odd
    if not body.isascii():
        body.decode()  # bytes that are no UTF-8 are the strict parser's to judge, wherever they stand
    head = _HEAD.match(body)
    if head is None:
        raise _Odd
    parts = _sections(body, head.end())
    day = _day(head[3].decode()) if head[3] else origin_day
    if day is None:
        raise _Odd
    statements = parts.get(b"case-file-statements", b"")
    if b"<type-code>MK" in statements or b"<type-code> " in statements:
        raise _Odd  # the mark's text goes on in a statement
    fields = _header(parts.get(b"case-file-header", b""))
    classes = _classes(parts.get(b"classifications", b"").decode())
    owners = _owners(parts.get(b"case-file-owners", b"").decode())
    return Summary(
        head[1].decode(),
        registration_number(head[2].decode() if head[2] else None, ""),
        day,
        fields,
        bool(fields["mark_text"] or b"<case-file-statement>" in statements or classes or owners),
        classes,
        owners,
        _correspondent(parts.get(b"correspondent", b"").decode()),
        _events(parts.get(b"case-file-event-statements", b"")),
    )


def _sections(body: bytes, at: int) -> dict[bytes, bytes]:
    """Return the record's sections by name; every one is known, stands once and is closed."""
    found: dict[bytes, bytes] = {}
    while (opened := _SECTION.match(body, at)) is not None:
        name, at = opened[1], opened.end()
        if name not in _TOP or name in found:
            raise _Odd
        if opened[2]:
            found[name] = b""
            continue
        end = body.find(b"</%b>" % name, at)
        if end < 0:
            raise _Odd
        found[name] = body[at:end]
        at = end + len(name) + 3
    if _END.match(body, at) is None:
        raise _Odd
    return found


def _header(section: bytes) -> dict[str, Any]:
    """Return the fields of the header. The long run of flags is the same in many records and read once."""
    first, last = section.find(_FIRST_FLAG), section.rfind(_FLAG_END)
    if first < 0:
        first = last = len(section)
    else:
        last += len(_FLAG_END)
    leaves = _leaves((section[:first] + section[last:]).decode(), _HEADER_NAMES)
    if not leaves.keys().isdisjoint(_FLAG_NAMES):  # some stand before the run or without it: read all together
        leaves = _leaves(section.decode(), _HEADER_NAMES)
        flags = _flag_fields(leaves)
    else:
        flags = _flags(section[first:last])
    try:
        code = status_code(leaves.get("status-code"), "")
    except FormatError as error:
        raise _Odd from error
    attorney, cancellation = leaves.get("attorney-name"), leaves.get("cancellation-code")
    return {
        "status_code": code,
        "status_date": _header_day(leaves.get("status-date")),
        "filing_date": _header_day(leaves.get("filing-date")),
        "registration_date": _header_day(leaves.get("registration-date")),
        "abandonment_date": _header_day(leaves.get("abandonment-date")),
        "cancellation_date": _header_day(leaves.get("cancellation-date")),
        "cancellation_code": (cancellation.strip("0") or None) if cancellation else None,
        "renewal_date": _header_day(leaves.get("renewal-date")),
        "publication_date": _header_day(leaves.get("published-for-opposition-date")),
        "mark_text": leaves.get("mark-identification"),
        "drawing_code": leaves.get("mark-drawing-code", "")[:1] or None,
        "attorney": Attorney(attorney, leaves.get("attorney-docket-number")) if attorney else None,
        "domestic_representative": leaves.get("domestic-representative-name"),
        **flags,
    }


@lru_cache(maxsize=4096)
def _flags(block: bytes) -> dict[str, Any]:
    """Return what a run of flags says, with the parser's own tables."""
    return _flag_fields(_leaves(block.decode(), _FLAG_NAMES))


def _flag_fields(leaves: dict[str, str]) -> dict[str, Any]:
    """Return the fields that follow from flags."""
    fields = header_fields({**leaves, "status-code": "0"}, (), [])
    return {name: fields[name] for name in _FROM_FLAGS}


@lru_cache(maxsize=1 << 15)
def _header_day(digits: str | None) -> date | None:
    """Return a header date as casefile_parts.read_day does: None for zeros, partial and impossible ones."""
    return read_day(digits, "", [])


def _leaves(text: str, known: frozenset[str], repeated: frozenset[str] = _ONCE) -> dict[str, str]:
    """Return the filled leaves of a section that holds nothing else, names in `known`.

    Only those in `repeated` may stand twice; of them the first counts.
    """
    rows = _LEAF.findall(text)
    if text.count("<") != 2 * len(rows) - text.count("/>"):
        raise _Odd
    if repeated:
        rows.reverse()
    found = dict(rows)
    if not found.keys() <= known:
        raise _Odd
    extra = len(rows) - len(found)
    if extra and extra != sum(name in repeated for name, _ in rows) - len(repeated & found.keys()):
        raise _Odd
    return {name: clean for name, value in found.items() if (clean := value if value.isalnum() else _clean(value))}


def _clean(text: str) -> str | None:
    """Return a leaf's text as casefile_parts.text_of does."""
    if "&" in text:
        if text.count("&") != len(_ENTITY.findall(text)):
            raise _Odd
        text = _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)
    if not text or text.isspace():
        return None
    return text.strip() if text.isprintable() else clean_text(text)


@lru_cache(maxsize=1 << 15)
def _day(digits: str) -> date | None:
    """Return YYYYMMDD as a day, None for zeros; ValueError for what is none."""
    whole = partial_date(digits)
    return None if whole is None else date.fromisoformat(whole)


def _classes(text: str) -> tuple[tuple[str, str], ...]:
    """Return (class, its status): the international class, for old cases the US class."""
    if not text or text.isspace():
        return ()
    usual = _CLASS.findall(text)
    if usual and _CLASS.sub("", text).isspace():
        found = [(one[0] or one[3] or one[1], one[2]) for one in usual]
        if all(code.isalnum() and (status.isalnum() or not status) for code, status in found):
            return tuple(found)
    return _unusual_classes(text)


def _unusual_classes(text: str) -> tuple[tuple[str, str], ...]:
    """Return the same where elements stand in another order, or values need cleaning."""
    found = []
    for block in _blocks(text, "classification"):
        row = _leaves(block, _CLASS_NAMES, _REPEATED)
        code = row.get("international-code") or row.get("primary-code") or row.get("us-code")
        if code is None:
            raise _Odd
        found.append((code, row.get("status-code", "")))
    return tuple(found)


def _owners(text: str) -> tuple[OwnerEntry, ...]:
    """Return the owners newest first, as casefile_parts.read_owners does."""
    found = []
    for block in _blocks(text, "case-file-owner"):
        before, opened, rest = block.partition("<nationality>")
        _, closed, after = rest.partition("</nationality>")
        if opened and not closed:
            raise _Odd
        row = _leaves(before + after, _OWNER_NAMES, _OWNER_REPEATED)
        kind, entry, name = row.get("party-type", ""), row.get("entry-number", "0"), row.get("party-name")
        if name is None or kind == str(OLD_CORRESPONDENT) or not (entry.isdigit() and kind.isdigit() and len(kind) < 9):
            raise _Odd
        country = row.get("country") or row.get("other") or ("US" if "state" in row else "")
        lines = (row.get(part) for part in ("address-1", "address-2", "city", "state", "postcode"))
        address = ", ".join([line for line in lines if line])
        found.append((-int(kind), int(entry), OwnerEntry(name, str(int(kind)), country, address)))
    found.sort(key=lambda one: one[:2])
    return tuple([one[2] for one in found])


def _correspondent(text: str) -> tuple[str, ...]:
    """Return the filled address lines."""
    if not text:
        return ()
    row = _leaves(text, KNOWN["correspondent"])
    return tuple([row[name] for name in _LINES if name in row])


def _events(text: bytes) -> tuple[EventEntry, ...]:
    """Return the kept events newest first; the others are only counted."""
    if not text:
        return ()
    seen = _CODES.findall(text)
    if len(seen) != text.count(b"<case-file-event-statement>"):
        raise _Odd
    kept = _kept()
    wanted = sum([code in kept or code[:1] in b" K" for code in seen])
    if not wanted:
        return ()
    found: dict[tuple[int, date, str, str], None] = {}
    for code, kind, digits, number in _EVENT.findall(text):
        if code in kept or code[:1] in b" K":
            day = _day(digits.decode())
            if day is None or not kind.isalnum() or b" " in code or b"&" in code:
                raise _Odd
            found[(int(number), day, code.decode(), kind.decode())] = None
            wanted -= 1
    if wanted:
        raise _Odd
    ordered = sorted(found, key=lambda one: one[:2], reverse=True)
    return tuple([EventEntry(code, kind, day.isoformat(), str(number)) for number, day, code, kind in ordered])


@cache
def _kept() -> frozenset[bytes]:
    """Return the kept codes as they stand in a file."""
    return frozenset(code.encode() for code in kept_codes())


def _blocks(text: str, name: str) -> list[str]:
    """Return what stands inside each element `name` of a section that holds nothing else."""
    if not text or text.isspace():
        return []
    blocks = text.split(f"</{name}>")
    tail = blocks.pop()
    opening = f"<{name}>"
    inside = []
    for block in blocks:
        before, found, rest = block.partition(opening)
        if not found or before.strip():
            raise _Odd
        inside.append(rest)
    if tail.strip():
        raise _Odd
    return inside
