"""What a row of the register is made of, and its text: one line of the row file that DuckDB turns into Parquet."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

from tmwatch import codes
from tmwatch.records import CaseFile, Owner
from tmwatch.register.columns import ITEM, PART
from tmwatch.register.keys import address_key, mark_key, name_key
from tmwatch.sanction_ladder import SANCTION_CODES

FIELD = "\x1f"  # between the columns of a line; cannot stand in XML
_REPRESENTATION = ("representation_change", "correspondence_change")
_ADMINISTRATIVE = ("NAAS", "NAAX")
_SANCTIONS = SANCTION_CODES | {*_ADMINISTRATIVE}
_FLAG = {True: "true", False: "false", None: ""}


class OwnerEntry(NamedTuple):
    """One owner: name, party type ("" unknown), country ("" untold), address in one line without country."""

    name: str
    party_type: str
    country: str
    address: str


class EventEntry(NamedTuple):
    """One kept event; `day` is an ISO date, `number` "" when there is none."""

    code: str
    type: str
    day: str
    number: str


class Summary(NamedTuple):
    """What the register keeps of one record. `header` holds the fields that casefile_header.header_fields names."""

    serial: str
    registration: str | None
    day: date
    header: dict[str, Any]
    complete: bool
    classes: tuple[tuple[str, str], ...]
    owners: tuple[OwnerEntry, ...]
    correspondent: tuple[str, ...]
    events: tuple[EventEntry, ...]


@cache
def kept_codes() -> frozenset[str]:
    """Return the codes of kept events: representation, correspondence, sanctions (beside any other K code)."""
    table = codes.event_codes().values()
    return _SANCTIONS | {event.code for event in table if event.family in _REPRESENTATION}


def is_sanction(code: str) -> bool:
    """Whether an event of this code is about a sanction: listed as such, or any K code."""
    return code in _SANCTIONS or code.startswith("K")


def of_case(record: CaseFile, day: date) -> Summary:
    """Return the summary of a record that the strict parser read; `day` is its transaction date."""
    header = {name: getattr(record, name) for name in HEADER_FIELDS}
    kept = kept_codes()
    classes = tuple((one.international[0] if one.international else one.code, one.status_code or "")
                    for one in record.classes)  # fmt: skip
    return Summary(
        record.serial_number,
        record.registration_number,
        day,
        header,
        "mark" in record.told,
        classes,
        tuple(_entry(owner) for owner in record.owners),
        record.correspondent.lines if record.correspondent else (),
        tuple(
            EventEntry(
                event.code, event.type, event.date.isoformat(), "" if event.number is None else str(event.number)
            )
            for event in record.events
            if event.code in kept or event.code.startswith("K")
        ),
    )


HEADER_FIELDS = (
    "status_code",
    "status_date",
    "filing_date",
    "registration_date",
    "abandonment_date",
    "cancellation_date",
    "cancellation_code",
    "renewal_date",
    "publication_date",
    "mark_text",
    "drawing_code",
    "standard_characters",
    "register",
    "basis_filed",
    "basis_current",
    "attorney",
    "domestic_representative",
)


def _entry(owner: Owner) -> OwnerEntry:
    """Return the entry of a parsed owner."""
    place = owner.address
    line = ", ".join(part for part in (*place.lines, place.city, place.region, place.postal_code) if part)
    kind = "" if owner.party_type is None else str(owner.party_type)
    return OwnerEntry(owner.name, kind, place.country or "", line)


def line_of(one: Summary, edition: str, position: int) -> str:
    """Return the text of a row: the columns of columns.COLUMNS in order, then the position in the file."""
    head, owners = one.header, one.owners
    attorney = head["attorney"]
    day, mark = one.day.isoformat(), head["mark_text"] or ""
    letters, letters_key, letters_address_key = _letters(one.correspondent)
    sanctions = [event for event in one.events if is_sanction(event.code)]
    others = [event for event in one.events if event not in sanctions] if len(sanctions) < len(one.events) else []
    return FIELD.join(
        (
            one.serial,
            one.registration or "",
            day,
            edition,
            day if one.complete else "",
            edition if one.complete else "",
            str(head["status_code"]),
            _iso(head["status_date"]),
            _iso(head["filing_date"]),
            _iso(head["registration_date"]),
            _iso(head["abandonment_date"]),
            _iso(head["cancellation_date"]),
            head["cancellation_code"] or "",
            _iso(head["renewal_date"]),
            _iso(head["publication_date"]),
            mark,
            head["drawing_code"] or "",
            _FLAG[head["standard_characters"]],
            head["register"] or "",
            ITEM.join(head["basis_filed"]),
            ITEM.join(head["basis_current"]),
            ITEM.join([code for code, _ in one.classes]),
            ITEM.join([status for _, status in one.classes]),
            ITEM.join([owner.name for owner in owners]),
            ITEM.join([owner.party_type for owner in owners]),
            ITEM.join([owner.country for owner in owners]),
            ITEM.join([owner.address for owner in owners]),
            attorney.name if attorney else "",
            (attorney.docket_number or "") if attorney else "",
            letters,
            head["domestic_representative"] or "",
            ITEM.join([PART.join(event) for event in sanctions]),
            ITEM.join([PART.join(event) for event in others]),
            mark_key(mark) if mark else "",
            _keys([name_key(owner.name) for owner in owners]),
            name_key(attorney.name) if attorney else "",
            letters_key,
            _keys([address_key(owner.address) for owner in owners if owner.address]),
            letters_address_key,
            str(position),
        )
    )


@lru_cache(maxsize=1 << 12)  # who files much is the correspondent of many records
def _letters(lines: tuple[str, ...]) -> tuple[str, str, str]:
    """Return what stands in the columns of a correspondent: the lines, the normal form of the first two (person and
    firm), and that of the address, which is all lines but the first."""
    address = [address_key(", ".join(lines[1:]))] if len(lines) > 1 else []
    return ITEM.join(lines), _keys([name_key(text) for text in lines[:2]]), _keys(address)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _keys(keys: list[str]) -> str:
    """Join different keys; a bar keeps them apart, for no key holds one."""
    return "|".join([key for key in dict.fromkeys(keys) if key and not key.isspace()])
