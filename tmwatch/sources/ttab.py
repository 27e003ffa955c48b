"""The daily and annual files of the Trademark Trial and Appeal Board: proceedings of watched marks.

A mark stands in a proceeding when a party's property names its serial or registration number; an ex parte appeal or an
extension of time to oppose carries the serial number itself. The record made tells of proceedings alone. Official
text: TTAB XML DTD Element Mapping V1.0; tma-proceeding as in files of 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from tmwatch.errors import FormatError
from tmwatch.records import STATUS_NOT_TOLD, CaseFile, Proceeding, ProceedingEntry
from tmwatch.sources.casefile_xml import Origin
from tmwatch.sources.entry_files import (
    Layout,
    Told,
    Watched,
    day_at,
    known_elements,
    nameless,
    read_entries,
    registration_at,
    set_aside,
)
from tmwatch.sources.watchpass import SetAside, Totals
from tmwatch.sources.xml import Element, children, text_at
from tmwatch.text import say

KINDS = ("OPP", "CAN", "CNU", "INT", "EXT", "EXA")  # type codes met or documented; others are kept and noted
_UNDER_SERIAL = ("EXA", "EXT")  # kinds whose number is the serial number of the application
_ROLES = ("P", "D")
_NUMBER = re.compile(r"\d{8}", re.ASCII)
_EXPUNGEMENT = re.compile(r"\d{4}-\d{5,7}", re.ASCII)
LAYOUT = Layout(
    root="ttab-proceedings",
    information="proceeding-information",
    entry="proceeding-entry",
    numbers=("number", "serial-number", "registration-number"),
    known=known_elements(
        ttab_proceedings="version action-key-code transaction-date proceeding-information",
        version="version-no version-date",  # ignored: unchanged since 2021
        proceeding_entry="""number type-code filing-date status-update-date status-code party-information
            prosecution-history"""
        # ignored: who at the Board has the file
        """ employee-number interlocutory-attorney-name location-code day-in-location charge-to-location-code
            charge-to-employee-name""",
        party_information="party",
        # ignored: the Board's own ids, and where it writes to
        party="role-code name orgname property-information identifier address-information",
        address_information="proceeding-address",
        proceeding_address="identifier type-code name orgname address-1 city state country postcode",
        property_information="property",
        property="serial-number registration-number tma-proceeding identifier mark-text",
        tma_proceeding="proceeding-number proceeding-type-code",
        prosecution_history="prosecution-entry",
        prosecution_entry="code type-code due-date date history-text identifier",
    ),
)


@dataclass(slots=True)
class _Standing:
    """How one watched mark stands in a proceeding."""

    roles: set[str] = field(default_factory=set)
    registration_number: str | None = None
    expungements: dict[str, None] = field(default_factory=dict)

    @property
    def role(self) -> str | None:
        """The side that lists the mark, None when neither or both do."""
        return next(iter(self.roles)) if len(self.roles) == 1 else None


def read_ttab(file: BinaryIO, what: str, watched: Watched, origin: Origin) -> Iterator[CaseFile | SetAside | Totals]:
    """Read the proceedings of watched marks, one record a mark and proceeding; the last value is the Totals.

    A proceeding of a watched mark that cannot be read is set aside with its bytes. FormatError, one line that begins
    with `what`, when the file itself is damaged or something else: then nothing of it counts as read.
    """

    def read(element: Element, told: Told) -> Iterator[CaseFile | SetAside]:
        standing, alone = _standing(element, watched, told)
        yield from (nameless(element, registration) for registration in sorted(alone))
        if not standing:
            return
        try:
            proceeding = _proceeding(element, told)
        except FormatError as error:
            yield set_aside(element, min(standing), error.said)
            return
        for serial, one in standing.items():
            yield _record(serial, one, proceeding, told)

    return read_entries(file, what, LAYOUT, watched, origin, read)


def _record(serial: str, one: _Standing, proceeding: Proceeding, told: Told) -> CaseFile:
    """Make the record of one mark: it tells of this proceeding alone."""
    own = replace(proceeding, role=one.role, expungements=tuple(one.expungements))
    return CaseFile(
        serial_number=serial,
        status_code=STATUS_NOT_TOLD,
        provenance=told.provenance,
        told=frozenset({"proceedings"}),
        registration_number=one.registration_number,
        proceedings=(own,),
    )


def _standing(element: Element, watched: Watched, told: Told) -> tuple[dict[str, _Standing], set[str]]:
    """Return the watched marks of a proceeding by serial number, and watched registrations without one."""
    found: dict[str, _Standing] = {}
    alone: set[str] = set()
    for party in children(element, "party-information", "party"):
        for one in children(party, "property-information", "property"):
            registration = registration_at(one, "registration-number", told)
            serial = watched.serial_of(text_at(one, "serial-number"), registration)
            if serial is not None:
                _add(found.setdefault(serial, _Standing()), party, one, registration, told)
            elif registration is not None and registration in watched.registrations:
                alone.add(registration)
    number, kind = text_at(element, "number") or "", text_at(element, "type-code")
    if kind in _UNDER_SERIAL and number in watched.serials:
        found.setdefault(number, _Standing())
    return found, alone


def _add(standing: _Standing, party: Element, one: Element, number: str | None, told: Told) -> None:
    """Note on which side a mark stands, its registration and the expungement proceeding it is in."""
    role = text_at(party, "role-code")
    if role in _ROLES:
        standing.roles.add(str(role))
    elif role is not None:
        told.note([f"unknown role-code {role[:20]!a}"])
    standing.registration_number = standing.registration_number or number
    for tma in children(one, "tma-proceeding"):
        name, kind = text_at(tma, "proceeding-number") or "", text_at(tma, "proceeding-type-code") or ""
        if not _EXPUNGEMENT.fullmatch(name):
            told.note([f"unknown form of tma-proceeding/proceeding-number {name[:20]!a}"])
        standing.expungements[f"{name}{kind}"] = None


def _proceeding(element: Element, told: Told) -> Proceeding:
    """Parse one proceeding-entry without the sight of a mark."""
    number, kind = text_at(element, "number") or "", text_at(element, "type-code") or ""
    if not _NUMBER.fullmatch(number):
        raise FormatError(say("the number of a proceeding is none of 8 digits: {text}", text=ascii(number[:20])))
    if not kind:
        raise FormatError(say("proceeding {number} carries no type-code", number=number))
    if kind not in KINDS:
        told.note([f"unknown type-code {kind[:20]!a}"])
    return Proceeding(
        number=number,
        kind=kind,
        filing_date=day_at(element, "filing-date", told),
        status_code=text_at(element, "status-code"),
        status_date=day_at(element, "status-update-date", told),
        plaintiffs=_names(element, "P"),
        defendants=_names(element, "D"),
        entries=tuple(_entry(one, told) for one in children(element, "prosecution-history", "prosecution-entry")),
        as_of=told.provenance.as_of,
    )


def _names(element: Element, role: str) -> tuple[str, ...]:
    """Return the names of one side, each once."""
    parties = (one for one in children(element, "party-information", "party") if text_at(one, "role-code") == role)
    names = (text_at(one, "name") or text_at(one, "orgname") for one in parties)
    return tuple(dict.fromkeys(name for name in names if name))


def _entry(one: Element, told: Told) -> ProceedingEntry:
    """Parse one entry of the history; `due-date` of a notice is the answer date."""
    return ProceedingEntry(
        code=text_at(one, "code") or "",
        type=text_at(one, "type-code"),
        date=day_at(one, "date", told),
        due_date=day_at(one, "due-date", told),
        text=text_at(one, "history-text") or "",
    )
