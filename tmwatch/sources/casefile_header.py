"""The <case-file-header> of a bulk record: dates, status, mark, kinds, bases, flags, attorney of record."""

from __future__ import annotations

from datetime import date
from typing import Any

from tmwatch import codes
from tmwatch.records import Attorney, Statement
from tmwatch.sources.casefile_parts import read_day, texts
from tmwatch.sources.xml import Element

# Flags that say something no date or event says; the others are ignored by name (casefile_elements).
_FLAGS = (
    "cancellation-pending-in",
    "concurrent-use-in",
    "concurrent-use-proceeding-in",
    "interference-pending-in",
    "opposition-pending-in",
    "published-concurrent-in",
    "section-2f-in",
    "section-2f-in-part-in",
)
_KINDS = (
    ("trademark-in", "trademark"),
    ("service-mark-in", "service mark"),
    ("certification-mark-in", "certification mark"),
    ("collective-trademark-in", "collective trademark"),
    ("collective-service-mark-in", "collective service mark"),
    ("collective-membership-mark-in", "collective membership mark"),
)
_FILED = (
    ("filed-as-use-application-in", "1a"),
    ("intent-to-use-in", "1b"),
    ("filing-basis-filed-as-44d-in", "44d"),
    ("filing-basis-filed-as-44e-in", "44e"),
    ("filing-basis-filed-as-66a-in", "66a"),
    # The name misleads: the documentation calls it "filed without basis".
    ("without-basis-currently-in", "none"),
)
_CURRENT = (
    ("use-application-currently-in", "1a"),
    ("intent-to-use-current-in", "1b"),
    ("filing-basis-current-44d-in", "44d"),
    ("filing-basis-current-44e-in", "44e"),
    ("filing-basis-current-66a-in", "66a"),
    ("filing-current-no-basis-in", "none"),
)


def header_leaves(header: Element | None, unread: list[str]) -> dict[str, str]:
    """Return the header's leaves; one that stands twice is noted, for then one of the two is not read."""
    tags = [] if header is None else [child.tag for child in header]
    if len(set(tags)) < len(tags):
        unread.extend(f"case-file-header/{tag} stands twice" for tag in sorted({t for t in tags if tags.count(t) > 1}))
    return texts(header)


def header_fields(header: dict[str, str], statements: tuple[Statement, ...], unread: list[str]) -> dict[str, Any]:
    """Return the fields of a record that the header tells."""

    def day(name: str) -> date | None:
        return read_day(header.get(name), name, unread)

    attorney = header.get("attorney-name")
    code = header.get("status-code", "")
    return {
        "status_date": day("status-date"),
        "status_text": codes.status_text(int(code)),
        "filing_date": day("filing-date"),
        "registration_date": day("registration-date"),
        "abandonment_date": day("abandonment-date"),
        "cancellation_date": day("cancellation-date"),
        "cancellation_code": header.get("cancellation-code", "0").strip("0") or None,
        "renewal_date": day("renewal-date"),
        "publication_date": day("published-for-opposition-date"),
        "mark_text": _mark_text(header.get("mark-identification"), statements),
        "drawing_code": header.get("mark-drawing-code", "")[:1] or None,
        "standard_characters": _flag(header, "standard-characters-claimed-in", unread),
        "register": _register(_flag(header, "supplemental-register-in", unread)),
        "kinds": _flagged(header, _KINDS, unread),
        "basis_filed": _flagged(header, _FILED, unread),
        "basis_current": _flagged(header, _CURRENT, unread),
        "flags": _flagged(header, tuple((name, name) for name in _FLAGS), unread),
        "attorney": Attorney(attorney, header.get("attorney-docket-number")) if attorney else None,
        "domestic_representative": header.get("domestic-representative-name"),
    }


def _mark_text(text: str | None, statements: tuple[Statement, ...]) -> str | None:
    """Return the words of the mark; what overflows stands in MK statements. None for a design."""
    overflow = [statement.text for statement in statements if statement.code.startswith("MK")]
    return " ".join([text, *overflow]) if text else None


def _register(supplemental: bool | None) -> str | None:
    """Return the register on which the mark is or will be, None when the flag is missing."""
    return None if supplemental is None else "supplemental" if supplemental else "principal"


def _flag(header: dict[str, str], name: str, unread: list[str]) -> bool | None:
    """Return T as True, F as False, a missing flag as None; anything else is noted."""
    value = header.get(name)
    if value not in (None, "T", "F"):
        unread.append(f"{name} is neither T nor F: {(value or '')[:20]!a}")
    return {"T": True, "F": False}.get(value or "")


def _flagged(header: dict[str, str], table: tuple[tuple[str, str], ...], unread: list[str]) -> tuple[str, ...]:
    """Return the words of `table` whose flag is T."""
    return tuple(word for name, word in table if _flag(header, name, unread))
