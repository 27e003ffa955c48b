"""Invented marks for the rule tests, written short: events as "MAB2/E 2026-09-01"."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tmwatch.changes import Change
from tmwatch.deadlines import deadlines
from tmwatch.findings import Finding
from tmwatch.records import FIELD_GROUPS, CaseFile, ProsecutionEvent, Provenance
from tmwatch.rules import RULES
from tmwatch.rules.base import Facts, evaluate

TODAY = date(2026, 11, 23)  # a Monday
SERIAL = "97123456"


def day(text: str) -> date:
    return date.fromisoformat(text)


def history(*entries: str) -> tuple[ProsecutionEvent, ...]:
    """Read "CODE/TYPE DATE [words]", oldest first; numbers as the Office gives them."""
    found = []
    for number, entry in enumerate(entries, 1):
        key, when, *words = entry.split(" ", 2)
        code, _, type_ = key.partition("/")
        found.append(ProsecutionEvent(code, type_, day(when), number, words[0] if words else ""))
    return tuple(reversed(found))


def mark(status: int, *events: str, **fields: Any) -> CaseFile:
    """An application unless a registration_date is given; its record is of today."""
    if "registration_date" in fields:
        fields["registration_date"] = day(fields["registration_date"])
        fields.setdefault("registration_number", "7123456")
        fields.setdefault("register", "principal")
    fields.setdefault("status_date", day("2026-11-02"))
    fields.setdefault("basis_current", ("1a",))
    fields.setdefault("provenance", Provenance("tsdr", datetime(2026, 11, 23, 12, tzinfo=UTC)))
    fields.setdefault("told", frozenset(FIELD_GROUPS))
    fields.setdefault("mark_text", "LUMO")
    return CaseFile(SERIAL, status, events=history(*events), **fields)


def facts(case: CaseFile, as_of: date | str = TODAY, **more: Any) -> Facts:
    when = day(as_of) if isinstance(as_of, str) else as_of
    more.setdefault("deadlines", deadlines(case, when))
    more.setdefault("checked_at", datetime(when.year, when.month, when.day, 12, tzinfo=UTC))
    return Facts(case, when, **more)


def findings(case: CaseFile, as_of: date | str = TODAY, families: str = "ARC", **more: Any) -> tuple[Finding, ...]:
    """All findings of the families under test, also those of the mark's own page."""
    rules = tuple(one for one in RULES if one.id[0] in families)
    return evaluate(rules, facts(case, as_of, **more))


def told(case: CaseFile, as_of: date | str = TODAY, **more: Any) -> list[str]:
    """ "A01 high" for each finding that reaches a digest, by rule."""
    found = findings(case, as_of, **more)
    return sorted(f"{f.rule} {f.severity.label}" for f in found if not f.card_only)


def one(case: CaseFile, rule: str, as_of: date | str = TODAY, **more: Any) -> Finding:
    """The only finding of a rule."""
    (found,) = (f for f in findings(case, as_of, **more) if f.rule == rule)
    return found


def change(name: str, old: object, new: object, as_of: str = "2026-11-20", kind: str = "field") -> Change:
    return Change(SERIAL, kind, name, old, new, day(as_of))
