"""One bulk record -> its summary, by looking for what is kept instead of parsing everything.

Exact where it answers: the structure of the record is checked section by section, and whatever is not plain (an
unknown or repeated element, a comment, an odd entity, a missing number) is left to the strict parser.
"""

from __future__ import annotations

import re
from datetime import date

from tmwatch import codes
from tmwatch.errors import FormatError
from tmwatch.register.columns import NEW_YORK
from tmwatch.register.summary import EventEntry, OwnerEntry, Summary, kept_codes, of_case
from tmwatch.sources.casefile_elements import KNOWN
from tmwatch.sources.casefile_header import header_fields
from tmwatch.sources.casefile_parts import OLD_CORRESPONDENT
from tmwatch.sources.casefile_xml import Origin, parse_case_file
from tmwatch.sources.fields import clean_text, partial_date, registration_number, status_code
from tmwatch.sources.record_bytes import hidden_from
from tmwatch.sources.watchpass import CutRecord

_HEAD = re.compile(
    r"<case-file>\s*<serial-number>(\d{8})</serial-number>\s*"
    r"(?:<registration-number>(\d{1,7})</registration-number>\s*)?"
    r"(?:<transaction-date>(\d{8})</transaction-date>\s*)?"
)
_SECTION = re.compile(r"<([a-z-]+)(/?)>")
_BLANK = re.compile(r"\s*")
_LEAF = re.compile(r"<([a-z0-9-]+)(?:>([^<]*)</\1>|/>)")
_CODES = re.compile(r"<code>\s*([^<]*?)\s*</code>")
_EVENT = re.compile(
    r"<case-file-event-statement>\s*<code>([^<]*)</code>\s*<type>([^<]*)</type>\s*"
    r"(?:<description-text>[^<]*</description-text>\s*)?<date>(\d{8})</date>\s*<number>(\d{1,9})</number>\s*"
    r"</case-file-event-statement>"
)
_NATIONALITY = re.compile(r"<nationality>[^!]*?</nationality>|<nationality/>")
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_TOP = KNOWN["case-file"]
_HEADER_NAMES = KNOWN["case-file-header"]
_OWNER_NAMES = KNOWN["case-file-owner"]
_CLASS_NAMES = KNOWN["classification"]
_LINES = tuple(f"address-{number}" for number in range(1, 6))
_REPEATED = frozenset({"international-code", "us-code"})


class _Odd(Exception):
    """The record is not plain; the strict parser decides."""


def summarize(cut: CutRecord, origin_day: date | None) -> Summary:
    """Return the summary of a record; `origin_day` dates one that carries no transaction-date.

    FormatError when the strict parser cannot read it either.
    """
    try:
        return _quick(cut.body, origin_day)
    except (_Odd, UnicodeDecodeError, ValueError):
        record = parse_case_file(cut.body, Origin(day=origin_day))
        return of_case(record, record.provenance.as_of.astimezone(NEW_YORK).date())


def _quick(body: bytes, origin_day: date | None) -> Summary:
    """Take the summary out of a plain record; _Odd (or ValueError) when it is none."""
    if hidden_from(body, 0, len(body)) < len(body):
        raise _Odd
    text = body.decode()
    head = _HEAD.match(text)
    if head is None:
        raise _Odd
    parts = _sections(text, head.end())
    leaves = _leaves(parts.get("case-file-header", ""), _HEADER_NAMES)
    day = _day(head[3]) if head[3] else origin_day
    if day is None:
        raise _Odd
    statements = parts.get("case-file-statements", "")
    if "<type-code>MK" in statements or "<type-code> " in statements:
        raise _Odd  # the mark's text goes on in a statement
    try:
        code = status_code(leaves.get("status-code"), "")
        number = registration_number(head[2], "")
    except FormatError as error:
        raise _Odd from error
    fields = header_fields(leaves, (), [])
    fields["status_code"] = code
    classes, owners = _classes(parts.get("classifications", "")), _owners(parts.get("case-file-owners", ""))
    return Summary(
        head[1],
        number,
        day,
        fields,
        bool(fields["mark_text"] or "<case-file-statement>" in statements or classes or owners),
        classes,
        owners,
        _correspondent(parts.get("correspondent", "")),
        _events(parts.get("case-file-event-statements", "")),
    )


def _sections(text: str, at: int) -> dict[str, str]:
    """Return the record's sections by name; every one is known, stands once and is closed."""
    found: dict[str, str] = {}
    while not text.startswith("</case-file>", at):
        opened = _SECTION.match(text, at)
        if opened is None or opened[1] not in _TOP or opened[1] in found:
            raise _Odd
        name, begin = opened[1], opened.end()
        end = begin
        if not opened[2]:
            end = text.find(f"</{name}>", begin)
            if end < 0:
                raise _Odd
        found[name] = text[begin:end]
        at = end if opened[2] else end + len(name) + 3
        blank = _BLANK.match(text, at)
        at = blank.end() if blank else at
    return found


def _leaves(text: str, known: frozenset[str], repeated: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return the filled leaves of a section that holds nothing else, names in `known`; of `repeated` ones the first."""
    rows = _LEAF.findall(text)
    if text.count("<") != 2 * len(rows) - text.count("/>"):
        raise _Odd
    found: dict[str, str] = {}
    for name, value in reversed(rows) if repeated else rows:
        found[name] = value
    if not found.keys() <= known:
        raise _Odd
    if len(found) != len(rows) and len(rows) - len(found) != sum(name in repeated for name, _ in rows) - len(
        repeated & found.keys()
    ):
        raise _Odd
    return {name: cleaned for name, value in found.items() if (cleaned := _clean(value))}


def _clean(text: str) -> str | None:
    """Return a leaf's text as casefile_parts.text_of does."""
    if "&" in text:
        if text.count("&") != len(_ENTITY.findall(text)):
            raise _Odd
        text = _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)
    if not text or text.isspace():
        return None
    return text.strip() if text.isprintable() else clean_text(text)


def _day(digits: str) -> date | None:
    """Return YYYYMMDD as a day, None for zeros; ValueError or _Odd for what is none."""
    whole = partial_date(digits)
    if whole is not None and len(whole) < 10:
        raise _Odd
    return None if whole is None else date.fromisoformat(whole)


def _classes(text: str) -> tuple[tuple[str, str], ...]:
    """Return (class, its status): the international class, for old cases the US class."""
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
        row = _leaves(_NATIONALITY.sub("", block), _OWNER_NAMES)
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


def _events(text: str) -> tuple[EventEntry, ...]:
    """Return the kept events newest first; the others are only counted."""
    if not text:
        return ()
    seen = _CODES.findall(text)
    if len(seen) != text.count("<case-file-event-statement>"):
        raise _Odd
    kept = kept_codes()
    wanted = [code for code in seen if code in kept or code[:1] == "K"]
    if not wanted:
        return ()
    found = {}
    for code, kind, digits, number in _EVENT.findall(text):
        code, kind = _clean(code) or "", _clean(kind) or ""
        if code in kept or code[:1] == "K":
            day = _day(digits)
            if day is None or not kind or not codes:
                raise _Odd
            found[(int(number), day, code, kind)] = wanted.pop()
    if wanted:
        raise _Odd
    ordered = sorted(found, key=lambda one: one[:2], reverse=True)
    return tuple([EventEntry(code, kind, day.isoformat(), str(number)) for number, day, code, kind in ordered])


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
