"""A change of the record in words: which field, what it was, what it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tmwatch.changes import Change
from tmwatch.codes import event, status_text
from tmwatch.digest.model import ChangeLine
from tmwatch.entry_words import assignment_words, proceeding_words, state_words
from tmwatch.text import N_, Text, say

FIELDS = {
    "status": N_("Status"),
    "abandonment_date": N_("Abandonment date"),
    "cancellation_date": N_("Cancellation date"),
    "registration_number": N_("Registration number"),
    "registration_date": N_("Registration date"),
    "renewal_date": N_("Renewal date"),
    "mark_text": N_("Words of the mark"),
    "register": N_("Register"),
    "basis": N_("Filing basis"),
    "classes": N_("Classes"),
    "class_status": N_("Status of the classes"),
    "owners": N_("Owner"),
    "owner_address": N_("Address of the owner"),
    "owner_emails": N_("E-mail of the owner"),
    "attorney": N_("Attorney of record"),
    "attorney_emails": N_("E-mail of the attorney"),
    "correspondent": N_("Correspondent"),
    "correspondent_emails": N_("Correspondence e-mail"),
    "domestic_representative": N_("Domestic representative"),
    "assignments": N_("Assignments"),
    "proceedings": N_("Proceedings before the Board"),
}
_ENTRIES = ("assignments", "proceedings")  # told entry by entry, in a sentence of its own


def change_line(change: Change, mark: str) -> ChangeLine:
    """Return the line of a field change or of a new entry in the prosecution history."""
    if change.kind == "event":
        return ChangeLine(change.serial_number, mark, _entry(change), None, None, _day(change))
    if change.name in _ENTRIES and isinstance(change.new, Mapping):
        return ChangeLine(
            change.serial_number, mark, _moved(change.name, change.old, change.new), None, None, _day(change)
        )
    what = say(FIELDS[change.name]) if change.name in FIELDS else say("Field {name}", name=change.name)
    old, new = (_value(change.name, value) for value in (change.old, change.new))
    return ChangeLine(change.serial_number, mark, what, old, new, change.as_of)


def _moved(name: str, old: object, new: Mapping[str, Any]) -> Text:
    """Say what came or moved in the list of assignments or of proceedings."""
    if name == "assignments":
        what = N_("New: {what}") if old is None else N_("Changed: {what}")
        return say(what, what=assignment_words(new))
    if not isinstance(old, Mapping):
        return say("New before the Board: {what}", what=proceeding_words(new))
    return say("Moved before the Board: {what}; before: {was}", what=proceeding_words(new), was=state_words(old))


def _entry(change: Change) -> Text:
    """Name a new entry of the prosecution history by its text and code."""
    code, _, kind = change.name.partition("/")
    told = change.new.get("description") if isinstance(change.new, Mapping) else None
    known = event(code, kind)
    return say(
        "New entry in the file: {text} ({code})", text=told or (known.description if known else ""), code=change.name
    )


def _day(change: Change) -> date:
    """Return the day the entry carries, else the day of the record."""
    told = change.new.get("date") if isinstance(change.new, Mapping) else None
    return date.fromisoformat(told) if isinstance(told, str) else change.as_of


def _value(name: str, value: object) -> str | None:
    """Show one value on one line; a status code with the table's text."""
    if value is None or value == []:
        return None
    if name == "status" and isinstance(value, int):
        return f"{value} {status_text(value) or ''}".strip()
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value)
    return str(value)
