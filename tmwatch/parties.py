"""Who stands on a record: one fact a party, as the record tells it (names, firms, addresses; e-mails by themselves).

A person (name, firm, address) and an e-mail address are facts of their own, because bulk records tell the one and not
the other: so no fact claims a day on which only half of it was told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tmwatch import comparing
from tmwatch.records import OLD_CORRESPONDENT, CaseFile, Party

GROUPS = (
    "owners",
    "owner_emails",
    "attorney",
    "attorney_emails",
    "correspondent",
    "correspondent_emails",
    "domestic_representative",
    "assignments",
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One fact about a party as one record tells it; `field_group` is the group that told it."""

    serial_number: str
    field_group: str
    role: str
    name: str | None = None
    firm: str | None = None
    email: str | None = None
    address: str | None = None
    current: bool = True

    @property
    def fingerprint(self) -> str:
        """The same for the same facts in any spelling, whatever the mark and role."""
        return fingerprint(self.name, self.firm, self.email, self.address)


def seen_on(record: CaseFile, told: frozenset[str] = frozenset(GROUPS)) -> Iterator[Seen]:
    """Yield what a record tells about parties in the groups `told`, each fact once."""
    found = (seen for group in GROUPS if group in told for seen in _group(record, group))
    yield from {(seen.role, seen.fingerprint): seen for seen in found}.values()


def parties_of(record: CaseFile, day: date) -> tuple[Party, ...]:
    """Return the parties of one record by itself, seen on `day`."""
    source = record.provenance.source
    return tuple(
        Party(s.serial_number, s.role, s.name, s.firm, s.email, s.address, day, day, source, s.current)
        for s in seen_on(record)
    )


def fingerprint(*facts: str | None) -> str:
    """Return one hash for all spellings of the same facts."""
    normal = "\x1f".join(comparing.normalise(fact) for fact in facts)
    return hashlib.sha256(normal.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _group(record: CaseFile, group: str) -> Iterator[Seen]:
    """Yield the facts of one field group."""
    serial = record.serial_number
    if group == "owners":
        yield from _owners(record)
    elif group == "attorney":
        if record.attorney is not None:
            yield Seen(serial, group, "attorney", record.attorney.name)
    elif group == "correspondent":
        yield from _correspondent(record)
    elif group == "domestic_representative":
        if record.domestic_representative:
            yield Seen(serial, group, group, record.domestic_representative)
    elif group == "assignments":
        for one in record.assignments:
            yield from (Seen(serial, group, "assignor", name, current=False) for name in one.assignors)
            yield from (Seen(serial, group, "assignee", name, current=False) for name in one.assignees)
    else:
        role = group.removesuffix("_emails")
        yield from (Seen(serial, group, role, email=email) for email in getattr(record, group))


def _owners(record: CaseFile) -> Iterator[Seen]:
    """Yield the owners; the current ones come last: where a former one says the same, it is current."""
    current = record.current_owners
    for owner in sorted(record.owners, key=lambda one: one in current):
        old_letters = owner.party_type == OLD_CORRESPONDENT
        role, is_current = ("correspondent", False) if old_letters else ("owner", owner in current)
        address = owner.address.one_line() or None
        yield Seen(record.serial_number, "owners", role, owner.name, address=address, current=is_current)


def _correspondent(record: CaseFile) -> Iterator[Seen]:
    """Yield the correspondent in fields (TSDR) and in lines (bulk), whose first line is the person or firm."""
    one, group = record.correspondent, "correspondent"
    if one is None:
        return
    if comparing.has_fields(one):
        address = one.address.one_line() or None
        yield Seen(record.serial_number, group, group, one.name, one.firm, address=address)
    if comparing.has_lines(one):
        lines = [line.strip() for line in one.lines if line.strip()]
        yield Seen(record.serial_number, group, group, lines[0], address=", ".join(lines[1:]) or None)
