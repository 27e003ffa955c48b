"""Invented case files for the tests of records: one full case as TSDR and as a bulk record tell it, and any case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from tmwatch.records import (
    FIELD_GROUPS,
    Address,
    Assignment,
    Attorney,
    CaseFile,
    Correspondent,
    GoodsClass,
    InternationalRegistration,
    Owner,
    Proceeding,
    ProceedingEntry,
    ProsecutionEvent,
    Provenance,
    Statement,
)

NO_EMAILS = ("owner_emails", "attorney_emails", "correspondent_emails")
BULK_GROUPS = frozenset(FIELD_GROUPS) - {*NO_EMAILS, "assignments", "proceedings"}
TSDR_GROUPS = frozenset(FIELD_GROUPS) - {"domestic_representative", "assignments", "proceedings", "flags"}


def at(day: int, hour: int = 12) -> datetime:
    """A moment of November 2026, UTC."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def tsdr(day: int = 1, **fields: Any) -> CaseFile:
    """The case as TSDR tells it."""
    case = CaseFile(
        serial_number="97123456",
        status_code=700,
        provenance=Provenance("tsdr", at(day), "https://tsdrapi.example/97123456", "ab" * 32),
        told=TSDR_GROUPS,
        registration_number="7123456",
        status_date=date(2024, 1, 2),
        status_text="The trademark application has been registered.",
        filing_date=date(2022, 9, 1),
        registration_date=date(2024, 1, 2),
        publication_date=date(2023, 10, 17),
        notice_of_allowance_date=None,
        mark_text="LUMO",
        drawing_code="4",
        standard_characters=True,
        register="principal",
        kinds=("trademark",),
        basis_filed=("1a",),
        basis_current=("1a",),
        classes=(
            GoodsClass("009", ("009",), ("021", "023"), "6", "2022-09-05", "Lamps"),
            GoodsClass("011", ("011",), ("013",), "6", "2022-09-05", "Lights"),
        ),
        owners=(
            Owner("Lumo Lighting, LLC", 30, "Original registrant", "16", "US", HOME_TSDR, 1),
            Owner("Lumo Lighting, LLC", 10, "Original applicant", "16", "US", HOME_TSDR, 1),
        ),
        owner_emails=("owner@lumo.example",),
        attorney=Attorney("Jo Q. Doe", "L-1"),
        attorney_emails=("docket@doe.example",),
        correspondent=Correspondent("Jo Q. Doe", "Doe & Roe LLP", "555-0100", None, FIRM_TSDR),
        correspondent_emails=("docket@doe.example", "jo@doe.example"),
        events=(
            ProsecutionEvent("R.PR", "A", date(2024, 1, 2), 12, "REGISTERED-PRINCIPAL REGISTER"),
            ProsecutionEvent("PUBO", "A", date(2023, 10, 17), 9, "PUBLISHED FOR OPPOSITION"),
            ProsecutionEvent("GNRT", "F", date(2023, 4, 3), 5, "NON-FINAL ACTION E-MAILED"),
        ),
        statements=(Statement("GS0091", "Lamps"),),
    )
    return replace(case, **fields)


def bulk(day: int = 2, **fields: Any) -> CaseFile:
    """The same facts as a daily file tells them: other spellings, no e-mail, lines instead of fields."""
    case = replace(
        tsdr(),
        provenance=Provenance("odp", at(day, 23), "apc261102.zip", "cd" * 32),
        told=BULK_GROUPS,
        registration_number="7123456",
        status_text=None,
        owners=(
            Owner("LUMO LIGHTING, L.L.C.", 30, None, "16", "DE", HOME_BULK, 1),
            Owner("LUMO LIGHTING, L.L.C.", 10, None, "16", "DE", HOME_BULK, 1),
        ),
        owner_emails=(),
        attorney=Attorney("JO Q DOE"),
        attorney_emails=(),
        correspondent=Correspondent(lines=("JO Q. DOE DOE & ROE LLP", "9 ELM STREET", "CHICAGO, IL 60601")),
        correspondent_emails=(),
        events=tuple(reversed(tsdr().events)),
        flags=("renewal-filed-in",),
    )
    return replace(case, **fields)


def status_only(day: int = 3, **fields: Any) -> CaseFile:
    """A record of numbers, dates and status alone."""
    bare = CaseFile(
        "97123456",
        710,
        Provenance("odp", at(day, 23)),
        frozenset({"status", "registration"}),
        registration_number="7123456",
        registration_date=date(2024, 1, 2),
        status_date=date(2026, 11, 3),
        cancellation_date=date(2026, 11, 3),
    )
    return replace(bare, **fields)


HOME_TSDR = Address(("1 Main Street", "Suite 4"), "Springfield", "ILLINOIS", "62701-0001", "US")
HOME_BULK = Address(("1 MAIN STREET", "SUITE 4"), "SPRINGFIELD", "IL", "627010001", None)
FIRM_TSDR = Address(("9 Elm Street",), "Chicago", "IL", "60601", "UNITED STATES")

_text = st.text(max_size=12)
_maybe = st.none() | _text
_day = st.dates(date(1950, 1, 1), date(2030, 1, 1))
_maybe_day = st.none() | _day
_address = st.builds(Address, st.lists(_text, max_size=2).map(tuple), _maybe, _maybe, _maybe, _maybe)


def _many(strategy: st.SearchStrategy[Any], size: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=size).map(tuple)


def any_case() -> st.SearchStrategy[CaseFile]:
    """Any case file that the types allow."""
    entry = st.builds(ProceedingEntry, _text, _maybe, _maybe_day, _maybe_day, _text)
    values: dict[str, st.SearchStrategy[Any]] = {
        "serial_number": st.from_regex(r"[6-9]\d{7}", fullmatch=True),
        "status_code": st.integers(0, 999),
        "provenance": st.builds(
            Provenance,
            st.sampled_from(["tsdr", "odp", "file"]),
            st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
            _maybe,
            _maybe,
        ),
        "told": st.frozensets(st.sampled_from(FIELD_GROUPS)),
        "standard_characters": st.none() | st.booleans(),
        "classes": _many(
            st.builds(GoodsClass, _text, _many(_text), _many(_text), _maybe, _maybe, _maybe, _maybe, _maybe)
        ),
        "owners": _many(
            st.builds(
                Owner,
                _text,
                st.none() | st.integers(10, 69),
                _maybe,
                _maybe,
                _maybe,
                _address,
                st.none() | st.integers(),
            )
        ),
        "attorney": st.none() | st.builds(Attorney, _text, _maybe),
        "correspondent": st.none() | st.builds(Correspondent, _maybe, _maybe, _maybe, _maybe, _address, _many(_text)),
        "events": _many(st.builds(ProsecutionEvent, _text, _text, _day, st.none() | st.integers(), _text, _maybe)),
        "statements": _many(st.builds(Statement, _text, _text)),
        "international_registration": st.none()
        | st.builds(InternationalRegistration, _maybe, *[_maybe_day] * 5, _maybe, _maybe_day),
        "assignments": _many(st.builds(Assignment, _text, _text, _maybe_day, _maybe_day, _many(_text), _many(_text))),
        "proceedings": _many(
            st.builds(
                Proceeding,
                _text,
                _text,
                _maybe_day,
                _maybe,
                _maybe_day,
                _maybe,
                _many(_text),
                _many(_text),
                _many(entry),
            )
        ),
    }
    dates = ("status", "filing", "registration", "abandonment", "cancellation", "renewal", "publication")
    values |= {f"{name}_date": _maybe_day for name in dates} | {"notice_of_allowance_date": _maybe_day}
    texts = ("registration_number", "status_text", "cancellation_code", "mark_text", "drawing_code", "register")
    values |= dict.fromkeys((*texts, "domestic_representative"), _maybe)
    lists = ("kinds", "basis_filed", "basis_current", *NO_EMAILS, "flags")
    values |= dict.fromkeys(lists, _many(_text))
    return st.builds(CaseFile, **values)
