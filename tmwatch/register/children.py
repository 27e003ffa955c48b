"""The child rows of a plain bulk record that the register keeps: classes, owners, correspondent, kept events."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from tmwatch.register.leaves import Odd, blocks, day_of, leaves
from tmwatch.register.summary import EventEntry, OwnerEntry, kept_codes
from tmwatch.sources.casefile_elements import KNOWN
from tmwatch.sources.casefile_parts import OLD_CORRESPONDENT

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
_OWNER_NAMES = KNOWN["case-file-owner"]
_CLASS_NAMES = KNOWN["classification"]
_LINES = tuple(f"address-{number}" for number in range(1, 6))
_PLACE = ("address-1", "address-2", "city", "state", "postcode")
_OLD_LINES = ("party-name", "address-1", "address-2", "city", "state", "country", "postcode")
_REPEATED = frozenset({"international-code", "us-code"})
_OWNER_REPEATED = frozenset({"name-change-explanation"})


def read_classes(text: str) -> tuple[tuple[str, str], ...]:
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
    for block in blocks(text, "classification"):
        row = leaves(block, _CLASS_NAMES, _REPEATED)
        code = row.get("international-code") or row.get("primary-code") or row.get("us-code")
        if code is None:
            raise Odd
        found.append((code, row.get("status-code", "")))
    return tuple(found)


def read_owners(text: str) -> tuple[tuple[OwnerEntry, ...], tuple[str, ...]]:
    """Return the owners newest first, as casefile_parts.read_owners does, and the correspondent of old records, who
    stands among them."""
    found: list[tuple[int, int, OwnerEntry]] = []
    old_letters: tuple[str, ...] = ()
    for block in blocks(text, "case-file-owner"):
        before, opened, rest = block.partition("<nationality>")
        _, closed, after = rest.partition("</nationality>")
        if opened and not closed:
            raise Odd
        row = leaves(before + after, _OWNER_NAMES, _OWNER_REPEATED)
        kind, entry, name = row.get("party-type", ""), row.get("entry-number", "0"), row.get("party-name")
        if name is None or not (entry.isdigit() and kind.isdigit() and len(kind) < 9):
            raise Odd
        if int(kind) == OLD_CORRESPONDENT:
            old_letters = old_letters or tuple([row[part] for part in _OLD_LINES if part in row])
            continue
        country = row.get("country") or row.get("other") or ("US" if "state" in row else "")
        address = ", ".join([row[part] for part in _PLACE if part in row])
        found.append((-int(kind), int(entry), OwnerEntry(name, str(int(kind)), country, address)))
    found.sort(key=lambda one: one[:2])
    return tuple([one[2] for one in found]), old_letters


def read_correspondent(text: str) -> tuple[str, ...]:
    """Return the filled address lines."""
    if not text:
        return ()
    row = leaves(text, KNOWN["correspondent"])
    return tuple([row[name] for name in _LINES if name in row])


def read_events(text: bytes) -> tuple[EventEntry, ...]:
    """Return the kept events newest first; the others are only counted."""
    if not text:
        return ()
    seen = _CODES.findall(text)
    if len(seen) != text.count(b"<case-file-event-statement>"):
        raise Odd
    kept = _kept()
    wanted = sum([code in kept or code[:1] in b" K" for code in seen])
    if not wanted:
        return ()
    found: dict[tuple[int, date, str, str], None] = {}
    for code, kind, digits, number in _EVENT.findall(text):
        if code in kept or code[:1] in b" K":
            day = day_of(digits.decode())
            if day is None or not kind.isalnum() or b" " in code or b"&" in code:
                raise Odd
            found[(int(number), day, code.decode(), kind.decode())] = None
            wanted -= 1
    if wanted:
        raise Odd
    ordered = sorted(found, key=lambda one: one[:2], reverse=True)
    return tuple([EventEntry(code, kind, day.isoformat(), str(number)) for number, day, code, kind in ordered])


@cache
def _kept() -> frozenset[bytes]:
    """Return the kept codes as they stand in a file."""
    return frozenset(code.encode() for code in kept_codes())
