"""The summary record of a mark: its columns, their types in Parquet, and how a row becomes a CaseFile again.

`transaction_date` dates the status, `complete_date` the rest (NULL: only status was ever told); `edition` and
`complete_edition` name the files both came from ("2026-01-05 apc260105.zip"), later ones winning a tie.
Lists that belong together have equal length (`owners` and `owner_addresses`; `classes` and `class_status`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from tmwatch import codes
from tmwatch.records import (
    Address,
    Attorney,
    CaseFile,
    Correspondent,
    GoodsClass,
    Owner,
    ProsecutionEvent,
    Provenance,
)

FORMAT = 2
ITEM, PART = "\x1e", "\x1d"  # cannot stand in XML: between the items of a list, and between the parts of an item
_EVENT = "STRUCT(code VARCHAR, type VARCHAR, date DATE, number INTEGER)"

# name -> type in Parquet, in the order of a row.
COLUMNS: dict[str, str] = {
    "serial_number": "INTEGER",
    "registration_number": "INTEGER",
    "transaction_date": "DATE",
    "edition": "VARCHAR",
    "complete_date": "DATE",
    "complete_edition": "VARCHAR",
    "status_code": "SMALLINT",
    "status_date": "DATE",
    "filing_date": "DATE",
    "registration_date": "DATE",
    "abandonment_date": "DATE",
    "cancellation_date": "DATE",
    "cancellation_code": "VARCHAR",
    "renewal_date": "DATE",
    "publication_date": "DATE",
    "mark_text": "VARCHAR",
    "drawing_code": "VARCHAR",
    "standard_characters": "BOOLEAN",
    "register": "VARCHAR",
    "basis_filed": "VARCHAR[]",
    "basis_current": "VARCHAR[]",
    "classes": "VARCHAR[]",
    "class_status": "VARCHAR[]",
    "owners": "VARCHAR[]",
    "owner_types": "VARCHAR[]",
    "owner_countries": "VARCHAR[]",
    "owner_addresses": "VARCHAR[]",
    "attorney": "VARCHAR",
    "docket_number": "VARCHAR",
    "correspondent": "VARCHAR[]",
    "domestic_representative": "VARCHAR",
    "sanction_events": f"{_EVENT}[]",
    "representation_events": f"{_EVENT}[]",
    "mark_key": "VARCHAR",
    "owner_key": "VARCHAR",
    "attorney_key": "VARCHAR",
    "correspondent_key": "VARCHAR",
    "owner_address_key": "VARCHAR",
    "correspondent_address_key": "VARCHAR",
}
# What a record is made of: all but the normal forms. These stand in the record files (parts/, overlay).
RECORD_COLUMNS = tuple(name for name in COLUMNS if not name.endswith("_key"))
NORMAL_FORMS = tuple(name for name in COLUMNS if name.endswith("_key"))
# What questions look through: name -> its SQL, made of COLUMNS. These stand in the key files (keys/).
KEY_COLUMNS: dict[str, str] = {
    "serial_number": "serial_number",
    "registration_number": "registration_number",
    "filing_date": "filing_date",
    "status_code": "status_code",
    "status_date": "status_date",
    "has_sanction_events": "sanction_events IS NOT NULL",
    "classes": "classes",
    **{name: name for name in NORMAL_FORMS},
}
STATUS_COLUMNS = (
    "transaction_date",
    "edition",
    "status_code",
    "status_date",
    "abandonment_date",
    "cancellation_date",
    "cancellation_code",
)
NEW_YORK = ZoneInfo("America/New_York")
_TOLD = frozenset(
    {"status", "registration", "mark", "basis", "classes", "owners", "publication", "renewal", "correspondent"}
)


def expression(name: str) -> str:
    """Return the SQL that makes a column of its text in a row file."""
    kind = COLUMNS[name]
    if kind == "VARCHAR[]":
        return f"string_split({name}, '{ITEM}') AS {name}"
    if kind == f"{_EVENT}[]":
        item = f"string_split(item, '{PART}')"
        parts = (
            f"'code': {item}[1], 'type': {item}[2], 'date': CAST({item}[3] AS DATE), "
            f"'number': CAST(nullif({item}[4], '') AS INTEGER)"
        )
        return f"list_transform(string_split({name}, '{ITEM}'), lambda item: {{{parts}}}) AS {name}"
    return name


def row_type(name: str) -> str:
    """Return the type of a column in a row file: lists are still text there."""
    kind = COLUMNS[name]
    return "VARCHAR" if kind.endswith("[]") else kind


def case_file(row: Mapping[str, Any], url: str | None = None) -> CaseFile:
    """Return the record a row tells. Its events are a selection, so `told` does not name them."""
    complete = row["complete_date"] is not None
    told = _TOLD if complete else {"status"}
    if complete and row["attorney"]:
        told |= {"attorney"}
    number = row["registration_number"]
    return CaseFile(
        serial_number=f"{row['serial_number']:08}",
        status_code=row["status_code"],
        provenance=Provenance("register", end_of(row["transaction_date"]), url),
        told=frozenset(told),
        registration_number=None if number is None else f"{number:07}",
        status_text=codes.status_text(row["status_code"]),
        mark_text=row["mark_text"],
        drawing_code=row["drawing_code"],
        standard_characters=row["standard_characters"],
        register=row["register"],
        basis_filed=tuple(row["basis_filed"] or ()),
        basis_current=tuple(row["basis_current"] or ()),
        classes=tuple(
            GoodsClass(code, (code,), status_code=status or None)
            for code, status in zip(row["classes"] or (), _beside(row, "class_status", "classes"), strict=True)
        ),
        owners=tuple(_owners(row)),
        attorney=Attorney(row["attorney"], row["docket_number"]) if row["attorney"] else None,
        correspondent=Correspondent(lines=tuple(row["correspondent"])) if row["correspondent"] else None,
        domestic_representative=row["domestic_representative"],
        events=tuple(_events(row)),
        **{name: row[name] for name in _DATES},
        cancellation_code=row["cancellation_code"],
    )


_DATES = (
    "status_date",
    "filing_date",
    "registration_date",
    "abandonment_date",
    "cancellation_date",
    "renewal_date",
    "publication_date",
)


def end_of(day: date) -> datetime:
    """Return the instant that orders a record of `day`: the end of that day in New York, in UTC."""
    return datetime.combine(day, time(23, 59, 59), NEW_YORK).astimezone(UTC)


def _beside(row: Mapping[str, Any], name: str, first: str) -> list[str]:
    """Return the list that belongs to the list `first`; NULL where all its items are empty."""
    return list(row[name] or [""] * len(row[first] or ()))


def _owners(row: Mapping[str, Any]) -> list[Owner]:
    """Return the owners of a row, newest first."""
    beside = (_beside(row, name, "owners") for name in ("owner_types", "owner_countries", "owner_addresses"))
    return [
        Owner(
            name,
            int(kind) if kind else None,
            address=Address(lines=(address,) if address else (), country=country or None),
        )
        for name, kind, country, address in zip(row["owners"] or (), *beside, strict=True)
    ]


def _events(row: Mapping[str, Any]) -> list[ProsecutionEvent]:
    """Return the selected events of a row, newest first."""
    found = [
        ProsecutionEvent(one["code"], one["type"], one["date"], one["number"])
        for name in ("sanction_events", "representation_events")
        for one in row[name] or ()
    ]
    return sorted(found, key=lambda event: (event.number is not None, event.number or 0, event.date), reverse=True)
