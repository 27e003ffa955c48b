"""The child rows of one bulk <case-file>: events, statements, classes, owners, correspondent, Madrid block.

Every function takes the element (or None) and `unread`, a list that collects what could not be read, one line each.
"""

from __future__ import annotations

from datetime import date

from tmwatch import codes
from tmwatch.records import (
    Address,
    Correspondent,
    GoodsClass,
    InternationalRegistration,
    Owner,
    PartialDate,
    ProsecutionEvent,
    Statement,
)
from tmwatch.sources.fields import clean_text, joined, partial_date
from tmwatch.sources.xml import Element

OLD_CORRESPONDENT = 70  # a party type until 2004; since then the correspondent has its own element
_LONG_DAY = len("2026-01-31")


def text_of(element: Element | None) -> str | None:
    """Return the cleaned text of a leaf, None when it is missing, empty or blank."""
    text = None if element is None else element.text
    if not text or text.isspace():
        return None
    return text.strip() if text.isprintable() else clean_text(text)


def texts(parent: Element | None) -> dict[str, str]:
    """Return child name -> text of the filled leaves of `parent`; of repeated ones the first."""
    found: dict[str, str] = {}
    for child in () if parent is None else parent:
        text = child.text
        if text and not text.isspace():  # the same as text_of, without a call for each of 400 leaves
            clean = text.strip() if text.isprintable() else clean_text(text)
            if clean:
                found.setdefault(child.tag, clean)
    return found


def read_partial(text: str | None, where: str, unread: list[str]) -> PartialDate | None:
    """Return YYYYMMDD as "1996-10-13", "1996-01" or "1996"; None for zeros and for what is no date (then noted)."""
    try:
        return partial_date(text) if text else None
    except ValueError:
        unread.append(f"{where} is no date: {(text or '')[:20]!a}")
        return None


def read_day(text: str | None, where: str, unread: list[str]) -> date | None:
    """Return YYYYMMDD as a day; None for zeros, and for a partial or impossible date (then noted)."""
    if text and len(text) == 8 and text.isascii() and text.isdigit():
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass  # zeros, part of a date, or none
    partial = read_partial(text, where, unread)
    if partial is None:
        return None
    if len(partial) < _LONG_DAY:
        unread.append(f"{where} is only part of a date: {text!a}")
        return None
    return date.fromisoformat(partial)


def read_number(text: str | None, where: str, unread: list[str]) -> int | None:
    """Return a short whole number, None when there is none or it is none (then noted)."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        unread.append(f"{where} is no number: {text[:20]!a}")
        return None
    return int(text)


def read_events(parent: Element | None, unread: list[str]) -> tuple[ProsecutionEvent, ...]:
    """Return the prosecution history newest first: by number, for the order in the file is not reliable.

    Entries that repeat in every field are kept once; an entry without code, type or day is noted and left out.
    """
    found: dict[tuple[str, str, date, int | None], ProsecutionEvent] = {}
    for element in () if parent is None else parent:
        row = texts(element)
        number = read_number(row.get("number"), "event number", unread)
        day = read_day(row.get("date"), "event date", unread)
        code, type_ = row.get("code"), row.get("type")
        if code is None or type_ is None or day is None:
            unread.append(f"event without code, type or date: number {number}")
            continue
        event = ProsecutionEvent(code, type_, day, number, row.get("description-text", ""))
        found.setdefault((code, type_, day, number), event)
    return tuple(sorted(found.values(), key=_age, reverse=True))


def _age(event: ProsecutionEvent) -> tuple[int, date]:
    """Sort by number; an event without one lies before all others, by date."""
    return (-1 if event.number is None else event.number, event.date)


def read_statements(parent: Element | None, unread: list[str]) -> tuple[Statement, ...]:
    """Return the statements in the order of the file; several lines of one text are joined by a space."""
    found = []
    for element in () if parent is None else parent:
        lines = [text for child in element if child.tag == "text" and (text := text_of(child))]
        code = texts(element).get("type-code")
        if code is None:
            unread.append("statement without a type code")
        else:
            found.append(Statement(code, " ".join(lines)))
    return tuple(found)


def read_classes(
    parent: Element | None, statements: tuple[Statement, ...], unread: list[str]
) -> tuple[GoodsClass, ...]:
    """Return the classes; the code is the prime class (a US class for cases filed before 1973-09-01).

    The goods stand in the GS statements: positions 3-5 of their code are the prime class.
    """
    goods: dict[str, list[str]] = {}
    for statement in statements:
        if statement.code.startswith("GS"):
            goods.setdefault(_class_key(statement.code[2:5]), []).append(statement.text)
    found = []
    for element in () if parent is None else parent:
        one = _read_class(element, goods, unread)
        if one is None:
            unread.append("class without any code")
        else:
            found.append(one)
    return tuple(found)


def _read_class(element: Element, goods: dict[str, list[str]], unread: list[str]) -> GoodsClass | None:
    """Return one class, None when it names no code at all."""
    row = texts(element)
    international = tuple(text for child in element if child.tag == "international-code" and (text := text_of(child)))
    us = tuple(text for child in element if child.tag == "us-code" and (text := text_of(child)))
    code = row.get("primary-code") or next(iter(international + us), None)
    if code is None:
        return None
    return GoodsClass(
        code=code,
        international=international,
        us=us,
        status_code=row.get("status-code"),
        status_date=read_partial(row.get("status-date"), "class status-date", unread),
        description=" ".join(goods.get(_class_key(code), [])) or None,
        first_use=read_partial(row.get("first-use-anywhere-date"), "first-use-anywhere-date", unread),
        first_use_in_commerce=read_partial(row.get("first-use-in-commerce-date"), "first-use-in-commerce-date", unread),
    )


def _class_key(code: str) -> str:
    """Return a class code without its padding ("00A" and "A", "009" and "9")."""
    return code.strip().lstrip("0")


def read_owners(parent: Element | None, unread: list[str]) -> tuple[Owner, ...]:
    """Return the owners newest first (highest party type, then entry number); party type 70 is no owner."""
    found = []
    for element in () if parent is None else parent:
        row = texts(element)
        party_type = read_number(row.get("party-type"), "party-type", unread)
        if party_type == OLD_CORRESPONDENT:
            continue
        if "party-name" not in row:
            unread.append(f"owner of party type {party_type} without a name")
            continue
        found.append(_read_owner(row, party_type, _nationality(element), unread))
    return tuple(sorted(found, key=lambda owner: (-(owner.party_type or 0), owner.entry_number or 0)))


def _read_owner(row: dict[str, str], party_type: int | None, citizenship: str | None, unread: list[str]) -> Owner:
    """Return one owner from its leaves."""
    return Owner(
        name=row["party-name"],
        party_type=party_type,
        party_type_text=None if party_type is None else codes.party_type_text(party_type),
        entity_type=_entity(row.get("legal-entity-type-code"), row.get("entity-statement")),
        citizenship=citizenship,
        address=Address(
            lines=_lines(row, "address-1", "address-2"),
            city=row.get("city"),
            region=row.get("state"),
            postal_code=row.get("postcode"),
            country=_country(row),
        ),
        entry_number=read_number(row.get("entry-number"), "owner entry-number", unread),
        also_known_as=row.get("dba-aka-text"),
    )


def _entity(code: str | None, statement: str | None) -> str | None:
    """Return the legal entity in words; for "other" (99) and unknown codes the statement says what it is."""
    known = None if code is None or (code == "99" and statement) else codes.entity_text(code)
    return known or statement


def _country(row: dict[str, str]) -> str | None:
    """Return the country or other code; a state without one lies in the United States (documentation, table 2A)."""
    return row.get("country") or row.get("other") or ("US" if "state" in row else None)


def _nationality(owner: Element) -> str | None:
    """Return "DE, US" for a state and "DE" for a country, so that Delaware and Germany stay apart.

    The DTD allows one of state, country, other; records since 2023 hold state and country together.
    """
    for child in owner:
        if child.tag == "nationality":
            row = texts(child)
            return joined(row.get("state"), _country(row))
    return None


def read_correspondent(element: Element | None, owners: Element | None) -> Correspondent | None:
    """Return the address lines as they stand, None when none is filled.

    Until 2023 line 1 was the person and line 2 the firm, since 2024 line 1 holds both: no line is taken apart.
    Old records keep the correspondent among the owners under party type 70.
    """
    lines = _lines(texts(element), *(f"address-{n}" for n in range(1, 6)))
    if not lines:
        rows = [texts(owner) for owner in (() if owners is None else owners)]
        for row in rows:
            if row.get("party-type") == str(OLD_CORRESPONDENT):
                lines = _lines(row, "party-name", "address-1", "address-2", "city", "state", "country", "postcode")
    return Correspondent(lines=lines) if lines else None


def _lines(row: dict[str, str], *names: str) -> tuple[str, ...]:
    """Return the filled ones of the named leaves."""
    return tuple(row[name] for name in names if name in row)


def read_international(element: Element | None, unread: list[str]) -> InternationalRegistration | None:
    """Return the inbound Madrid block of a section 66(a) case, None when it is missing or empty."""
    row = texts(element)
    if not row:
        return None

    def day(name: str) -> date | None:
        return read_day(row.get(name), name, unread)

    return InternationalRegistration(
        number=row.get("international-registration-number"),
        registration_date=day("international-registration-date"),
        publication_date=day("international-publication-date"),
        renewal_date=day("international-renewal-date"),
        auto_protection_date=day("auto-protection-date"),
        death_date=day("international-death-date"),
        status_code=row.get("international-status-code"),
        status_date=day("international-status-date"),
    )
