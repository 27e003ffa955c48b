"""The daily and annual files of recorded assignments: those that name a watched mark.

Key is reel and frame. The record made tells of assignments alone. Numbers are not padded there, and an entry with
purge-indicator Y takes an earlier one back. Recording is evidence of a transfer, not title. Official text: trademark
assignments DTD V1.0 of 2013-09-05.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import BinaryIO

from tmwatch.errors import FormatError
from tmwatch.records import STATUS_NOT_TOLD, Assignment, CaseFile
from tmwatch.sources.casefile_xml import Origin
from tmwatch.sources.entry_files import (
    NEW_YORK,
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
from tmwatch.sources.xml import Element, child, children, text_at
from tmwatch.text import say

_PARTY = """person-or-organization-name address-1 address-2 city state country-name postcode execution-date
    date-acknowledged legal-entity-text nationality"""
# ignored by name: free text about a party whose name is read
_STATEMENTS = "formerly-statement dba-aka-ta-statement composed-of-statement"
LAYOUT = Layout(
    root="trademark-assignments",
    information="assignment-information",
    entry="assignment-entry",
    numbers=("serial-no", "registration-no"),
    known=known_elements(
        trademark_assignments="version action-key-code transaction-date assignment-information",
        version="version-no version-date",  # ignored: unchanged since 2013
        assignment_entry="assignment assignors assignees properties",
        # page-count and correspondent (whoever sent the papers in) are ignored
        assignment="""reel-no frame-no last-update-date purge-indicator date-recorded conveyance-text page-count
            correspondent""",
        correspondent="person-or-organization-name address-1 address-2 address-3 address-4",
        assignors="assignor",
        assignees="assignee",
        assignor=f"{_PARTY} {_STATEMENTS}",
        assignee=f"{_PARTY} {_STATEMENTS}",
        composed_of_statement="sub-party",
        sub_party="name entity stctry composed-of",
        composed_of="sub-party",
        properties="property",
        # a mark under the Trademark Law Treaty has no number yet; an international number is not ours
        property="serial-no registration-no trademark-law-treaty-property intl-reg-no",
        trademark_law_treaty_property="tlt-mark-name tlt-mark-description",
    ),
)


def read_assignments(
    file: BinaryIO, what: str, watched: Watched, origin: Origin
) -> Iterator[CaseFile | SetAside | Totals]:
    """Read the assignments of watched marks, one record a mark and assignment; the last value is the Totals.

    An assignment of a watched mark that cannot be read is set aside with its bytes. FormatError, one line that begins
    with `what`, when the file itself is damaged or something else: then nothing of it counts as read.
    """

    def read(element: Element, told: Told) -> Iterator[CaseFile | SetAside]:
        marks, alone = _marks(element, watched, told)
        yield from (nameless(element, registration) for registration in sorted(alone))
        if not marks:
            return
        try:
            assignment = _assignment(element, told)
        except FormatError as error:
            yield set_aside(element, min(marks), error.said)
            return
        for serial, number in marks.items():
            yield CaseFile(
                serial_number=serial,
                status_code=STATUS_NOT_TOLD,
                provenance=told.provenance,
                told=frozenset({"assignments"}),
                registration_number=number,
                assignments=(assignment,),
            )

    return read_entries(file, what, LAYOUT, watched, origin, read)


def _marks(element: Element, watched: Watched, told: Told) -> tuple[dict[str, str | None], set[str]]:
    """Return the watched marks among the properties (serial -> registration number), and watched registrations whose
    serial number nobody tells."""
    found: dict[str, str | None] = {}
    alone: set[str] = set()
    for one in children(element, "properties", "property"):
        registration = registration_at(one, "registration-no", told)
        serial = watched.serial_of(text_at(one, "serial-no"), registration)
        if serial is not None:
            found[serial] = found.get(serial) or registration
        elif registration is not None and registration in watched.registrations:
            alone.add(registration)
    return found, alone


def _assignment(element: Element, told: Told) -> Assignment:
    """Parse one assignment-entry."""
    head = child(element, "assignment")
    if head is None:
        raise FormatError(say("an entry holds no assignment"))
    key = _reel_frame(head)
    purge = text_at(head, "purge-indicator")
    if purge not in ("Y", "N"):
        raise FormatError(
            say(
                "the purge-indicator of assignment {key} is neither Y nor N: {text}",
                key=key,
                text=ascii((purge or "")[:20]),
            )
        )
    withdrawn = purge == "Y"
    return Assignment(
        reel_frame=key,
        conveyance=text_at(head, "conveyance-text") or "",
        recorded=day_at(head, "date-recorded", told),
        executed=_executed(element, told),
        assignors=() if withdrawn else _names(element, "assignors", "assignor"),
        assignees=() if withdrawn else _names(element, "assignees", "assignee"),
        as_of=_moment(head, told),
        withdrawn=withdrawn,
    )


def _reel_frame(head: Element) -> str:
    """Return "4191/0383": the reel without zeros before it, the frame with four digits, as TSDR has them."""
    reel, frame = text_at(head, "reel-no") or "", text_at(head, "frame-no") or ""
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (reel, frame)):
        raise FormatError(
            say(
                "an assignment without reel and frame number: {reel}, {frame}",
                reel=ascii(reel[:20]),
                frame=ascii(frame[:20]),
            )
        )
    return f"{int(reel)}/{int(frame):04}"


def _moment(head: Element, told: Told) -> datetime:
    """Return when the entry was last updated (end of that day in New York), never later than the file itself."""
    day = day_at(head, "last-update-date", told)
    if day is None:
        return told.provenance.as_of
    return min(datetime.combine(day, time(23, 59, 59), NEW_YORK).astimezone(UTC), told.provenance.as_of)


def _executed(element: Element, told: Told) -> date | None:
    """Return the last day on which an assignor signed, or acknowledged it where no signing is told."""
    parties = children(element, "assignors", "assignor")
    for name in ("execution-date", "date-acknowledged"):
        days = [day for one in parties if (day := day_at(one, name, told)) is not None]
        if days:
            return max(days)
    return None


def _names(element: Element, *path: str) -> tuple[str, ...]:
    """Return the names of one side, each once."""
    names = (text_at(one, "person-or-organization-name") for one in children(element, *path))
    return tuple(dict.fromkeys(name for name in names if name))
