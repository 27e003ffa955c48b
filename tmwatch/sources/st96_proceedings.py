"""The TTAB proceedings in an ST.96 document."""

from __future__ import annotations

import re
from datetime import date

from tmwatch.errors import FormatError
from tmwatch.records import Proceeding, ProceedingEntry
from tmwatch.sources import fields, st96_parties
from tmwatch.sources.xml import Element, children, local_name, text_at, texts_at
from tmwatch.text import say

# Beginning of the element's name -> TTAB type code. The longer name comes first.
_KINDS = (
    ("OppositionExtension", "EXT"),
    ("ExtensionOfTime", "EXT"),
    ("Opposition", "OPP"),
    ("Cancellation", "CAN"),
    ("ConcurrentUse", "CNU"),
    ("ExParte", "EXA"),
)
_DUE = re.compile(r"Due Date\s*-\s*(\d{4}-\d{2}-\d{2})")


def read_proceedings(mark: Element, serial_number: str) -> tuple[Proceeding, ...]:
    """Read each proceeding in the order of the document; the role is the side that lists this serial number."""
    found = (element for bag in children(mark, "LegalProceedingsBag", "LegalProceedings") for element in bag)
    return tuple(_proceeding(element, serial_number) for element in found)


def _proceeding(element: Element, serial_number: str) -> Proceeding:
    """Parse one proceeding element (OppositionProceedingBag, CancellationProceedingBag, ...)."""
    name = local_name(element)
    kind = next((code for start, code in _KINDS if name.startswith(start)), None)
    number = _first_ending(element, "Identifier")
    if kind is None or number is None:
        raise FormatError(say("LegalProceedings holds {name} of an unknown shape", name=ascii(name[:40])))
    filed = _first_ending(element, "Date")
    entries = (_entry(entry) for entry in children(element, "ProceedingEventBag", "ProceedingEvent"))
    return Proceeding(
        number=number,
        kind=kind,
        filing_date=fields.iso_day(filed, f"{name} date") if filed else None,
        status_code=text_at(element, "ProceedingStatus", "NationalStatusCode"),
        status_date=_day(element, "ProceedingStatus", "NationalStatusDate"),
        role=_role(element, serial_number),
        plaintiffs=st96_parties.names(element, "Plaintiff"),
        defendants=st96_parties.names(element, "Defendant"),
        entries=tuple(entries),
    )


def _entry(element: Element) -> ProceedingEntry:
    """Parse one history entry; the answer date stands in words ("Due Date - 2009-12-07")."""
    due = _DUE.search(text_at(element, "NationalMarkEvent", "CommentText") or "")
    return ProceedingEntry(
        code=text_at(element, "NationalMarkEvent", "MarkEventCode") or "",
        type=None,
        date=_day(element, "MarkEventDate"),
        due_date=fields.iso_day(due[1], "Due Date") if due else None,
        text=text_at(element, "NationalMarkEvent", "MarkEventDescriptionText") or "",
    )


def _role(element: Element, serial_number: str) -> str | None:
    """Return P or D, None when neither side, or both, list the case."""
    listed = ("AssociatedMarkBag", "AssociatedMark", "NationalApplicationNumber", "ApplicationNumberText")
    sides = [side for side in ("Plaintiff", "Defendant") if serial_number in texts_at(element, side, *listed)]
    return sides[0][0] if len(sides) == 1 else None


def _first_ending(element: Element, ending: str) -> str | None:
    """Return the text of the first direct child whose name ends so (OppositionIdentifier, CancellationDate)."""
    name = next((local_name(found) for found in element if local_name(found).endswith(ending)), None)
    return text_at(element, name) if name else None


def _day(element: Element, *path: str) -> date | None:
    """Return the day at `path`."""
    text = text_at(element, *path)
    return fields.iso_day(text, path[-1]) if text else None
