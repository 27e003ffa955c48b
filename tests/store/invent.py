"""Invented marks, owners and messages for the store's tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tmwatch.digest.model import Message
from tmwatch.findings import Finding, Severity
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
from tmwatch.text import say

NOW = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BULK = frozenset({"status", "registration", "mark", "basis", "classes", "owners", "events", "publication"})
BULK |= {"attorney", "correspondent"}
TSDR = BULK | {"owner_emails", "attorney_emails", "correspondent_emails"}


def event(
    code: str = "CNSA", type: str = "P", day: date = date(2024, 3, 1), number: int | None = 1
) -> ProsecutionEvent:
    """One entry of a prosecution history."""
    return ProsecutionEvent(code, type, day, number, f"{code} {type} ENTERED")


def mark(serial: str = "97000001", *, source: str = "tsdr", as_of: datetime = NOW, **fields: Any) -> CaseFile:
    """A registered mark of an invented seller."""
    base = CaseFile(
        serial_number=serial,
        status_code=700,
        provenance=Provenance(source, as_of, f"https://tsdrapi.example/{serial}", "ab" * 32),
        told=TSDR if source == "tsdr" else BULK,
        registration_number=f"7{serial[2:]}",
        status_date=date(2024, 5, 7),
        filing_date=date(2022, 1, 10),
        registration_date=date(2024, 5, 7),
        mark_text=f"LANTERNFISH {serial[-4:]}",
        drawing_code="4",
        register="principal",
        basis_filed=("1a",),
        basis_current=("1a",),
        classes=(GoodsClass("009", ("009",), ("021",), "6"), GoodsClass("025", ("025",), (), "6")),
        owners=(
            Owner(
                "Shenzhen Blue Heron Trading Co., Ltd.",
                30,
                address=Address(("1 Harbour Rd",), "Shenzhen", None, "518000", "CN"),
            ),
        ),
        owner_emails=("owner@blueheron.example",) if source == "tsdr" else (),
        attorney=Attorney("Jane Q. Counsel"),
        attorney_emails=("jane@counsel.example",) if source == "tsdr" else (),
        correspondent=Correspondent(
            "Jane Q. Counsel", "Counsel & Co.", address=Address(("5 Main St",), "Dover", "DE", "19901", "US")
        ),
        correspondent_emails=("docket@counsel.example",) if source == "tsdr" else (),
        events=(
            event("R.PR", "A", date(2024, 5, 7), 3),
            event("NPUB", "O", date(2024, 2, 1), 2),
            event("NWAP", "I", date(2022, 1, 14), 1),
        ),
    )
    return replace(base, **fields)


def marks(count: int, **fields: Any) -> list[CaseFile]:
    """Many marks."""
    return [mark(f"{97000001 + n}", **fields) for n in range(count)]


def finding(
    serial: str = "97000001", rule: str = "A01", key: str = "", severity: Severity = Severity.HIGH, **fields: Any
) -> Finding:
    """One finding."""
    words = {"title": say("Title"), "evidence": say("Seen on {day}", day=date(2026, 11, 1)), "action": say("Act")}
    return Finding(serial, rule, key, severity, **(words | {"citation": "37 CFR 2.66"} | fields))


def message(client: str = "acme", day: date = date(2026, 11, 20), sequence: int = 1, kind: str = "digest") -> Message:
    """One composed message."""
    name = f"{client}-{day.isoformat()}-{sequence}"
    return Message(
        id=name,
        client=client,
        kind=kind,
        local_date=day,
        sequence=sequence,
        subject=f"Digest {sequence}",
        message_id=f"<{name}@tmwatch.example>",
        raw=f"Subject: Digest\r\n\r\n{name}\x00\xff".encode("latin-1"),
        html="<p>hello</p>",
        text="hello",
    )
