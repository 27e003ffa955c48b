"""The child rows of a plain bulk record that the register keeps: classes, owners, correspondent, kept events."""

from __future__ import annotations

import re
from datetime import date
from functools import cache, lru_cache

from tmwatch.register.leaves import Odd, blocks, day_of, leaves
from tmwatch.register.summary import EventEntry, OwnerEntry, kept_codes
from tmwatch.sources.casefile_elements import KNOWN
from tmwatch.sources.casefile_parts import OLD_CORRESPONDENT

_STATEMENT = b"<case-file-event-statement>"
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
    found, at = [], 0
    while (one := _CLASS.match(text, at)) is not None:
        international, us, status, primary = one.groups("")
        code, at = international or primary or us, one.end()
        if not (code.isalnum() and (status.isalnum() or not status)):
            return _unusual_classes(text)
        found.append((code, status))
    return tuple(found) if found and not text[at:].strip() else _unusual_classes(text)


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


@lru_cache(maxsize=1 << 12)  # who files much is the correspondent of many records
def read_correspondent(text: bytes) -> tuple[str, ...]:
    """Return the filled address lines."""
    if not text:
        return ()
    row = leaves(text.decode(), KNOWN["correspondent"])
    return tuple([row[name] for name in _LINES if name in row])


def read_events(text: bytes) -> tuple[EventEntry, ...]:
    """Return the kept events newest first; of the others only the codes are looked at."""
    if not text:
        return ()
    seen, kept = _CODES.findall(text), _kept()
    if len(seen) != text.count(_STATEMENT):
        raise Odd
    listed = b"<%b<" % b"<".join(seen)
    if seen and (b"<<" in listed or b"&" in listed or len(listed.split()) > 1):
        raise Odd  # a code is missing, or needs cleaning
    if kept.isdisjoint(seen) and b"<K" not in listed:
        return ()
    found: dict[tuple[int, date, str, str], None] = {}
    for at in _CODES.finditer(text):
        if at[1] in kept or at[1].startswith(b"K"):
            found[_read_event(text, at)] = None
    ordered = sorted(found, key=lambda one: one[:2], reverse=True)
    return tuple([EventEntry(code, kind, day.isoformat(), str(number)) for number, day, code, kind in ordered])


def _read_event(text: bytes, at: re.Match[bytes]) -> tuple[int, date, str, str]:
    """Return number, day, code and type of the event whose code stands at `at`."""
    event = _EVENT.match(text, max(text.rfind(_STATEMENT, 0, at.start()), 0))
    if event is None or event.start(1) != at.start(1) or not event[2].isalnum():
        raise Odd
    day = day_of(event[3].decode())
    if day is None:
        raise Odd
    return int(event[4]), day, event[1].decode(), event[2].decode()


@cache
def _kept() -> frozenset[bytes]:
    """Return the kept codes as they stand in a file."""
    return frozenset(code.encode() for code in kept_codes())
