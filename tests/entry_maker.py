"""Invented files of the Board and of assignments, in the shape of the real ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

TTAB_DTD = """<!DOCTYPE ttab-proceedings [
<!-- DOCUMENT TYPE DEFINITION, made short -->
<!ELEMENT ttab-proceedings (version , action-key-code , transaction-date , proceeding-information)>
<!ELEMENT version (version-no , version-date)>
]>"""
ASSIGNMENTS_DTD = """<!DOCTYPE trademark-assignments [<!-- made short -->
<!ELEMENT trademark-assignments (version, action-key-code, transaction-date, assignment-information)>
<!ELEMENT composed-of-statement (#PCDATA | sub-party)*>
]>"""


def tag(name: str, inside: str | None) -> str:
    """Return an element whose inside is markup; nothing for None."""
    return f"<{name}>{inside}</{name}>" if inside is not None else ""


def leaf(name: str, text: str | None) -> str:
    """Return an element with text; nothing for None."""
    return tag(name, None if text is None else escape(text))


@dataclass(frozen=True)
class Side:
    """One party of a proceeding with the properties it brings: (serial, registration) pairs."""

    role: str
    name: str
    marks: tuple[tuple[str | None, str | None], ...] = ()
    tma: tuple[str, str] | None = None
    orgname: str | None = None

    def xml(self) -> str:
        marks = "".join(tag("property", self._property(*one)) for one in self.marks)
        address = "<proceeding-address><identifier>2</identifier><type-code>C</type-code><name>AVERY QUILLON</name>"
        return tag(
            "party",
            leaf("identifier", "1206405")
            + leaf("role-code", self.role)
            + leaf("name", self.name)
            + leaf("orgname", self.orgname)
            + tag("property-information", marks)
            + tag("address-information", f"{address}<city>AUSTIN</city></proceeding-address>"),
        )

    def _property(self, serial: str | None, registration: str | None) -> str:
        tma = None
        if self.tma:
            tma = leaf("proceeding-number", self.tma[0]) + leaf("proceeding-type-code", self.tma[1])
        return (
            leaf("identifier", "7")
            + leaf("serial-number", serial)
            + leaf("registration-number", registration)
            + leaf("mark-text", "LUMENVALE")
            + tag("tma-proceeding", tma)
        )


NOTICE = ("707", "N", "20261122", "20270101", "NOTICE AND TRIAL DATES SENT; ANSWER DUE:")


def proceeding(
    number: str,
    kind: str | None,
    *sides: Side,
    filed: str = "20261120",
    status: str = "2",
    entries: Iterable[tuple[str, str, str, str | None, str]] = (NOTICE,),
    extra: str = "",
) -> str:
    """Return one proceeding-entry; entries are (code, type, date, due date, text)."""
    history = "".join(
        tag(
            "prosecution-entry",
            leaf("identifier", str(place))
            + leaf("code", code)
            + leaf("type-code", type_)
            + leaf("due-date", due)
            + leaf("date", day)
            + leaf("history-text", text),
        )
        for place, (code, type_, day, due, text) in enumerate(entries, 1)
    )
    return tag(
        "proceeding-entry",
        leaf("number", number)
        + leaf("type-code", kind)
        + leaf("filing-date", filed)
        + leaf("employee-number", "12345")
        + leaf("location-code", "845")
        + leaf("status-update-date", "20261122")
        + leaf("status-code", status)
        + tag("party-information", "".join(side.xml() for side in sides))
        + tag("prosecution-history", history)
        + extra,
    )


def assignment(
    reel: str,
    frame: str,
    marks: Iterable[tuple[str | None, str | None]],
    *,
    conveyance: str = "ASSIGNS THE ENTIRE INTEREST",
    assignors: Iterable[str] = ("Lumenvale Trading LLC",),
    assignees: Iterable[str] = ("Brightmoor Holdings Inc.",),
    recorded: str = "20261118",
    updated: str = "20261123",
    purge: str = "N",
    more: str = "",
) -> str:
    """Return one assignment-entry; marks are (serial, registration) as written there. `more` stands in each party."""

    def parties(role: str, names: Iterable[str]) -> str:
        signed = leaf("execution-date", "20261101") if role == "assignor" else ""
        each = (
            tag(role, leaf("person-or-organization-name", name) + more + leaf("city", "DOVER") + signed)
            for name in names
        )
        return tag(f"{role}s", "".join(each))

    head = (
        leaf("reel-no", reel)
        + leaf("frame-no", frame)
        + leaf("last-update-date", updated)
        + leaf("purge-indicator", purge)
        + leaf("date-recorded", recorded)
        + leaf("page-count", "3")
        + tag("correspondent", leaf("person-or-organization-name", ""))
        + leaf("conveyance-text", conveyance)
    )
    properties = "".join(tag("property", leaf("serial-no", s) + leaf("registration-no", r)) for s, r in marks)
    return tag(
        "assignment-entry",
        tag("assignment", head)
        + parties("assignor", assignors)
        + parties("assignee", assignees)
        + tag("properties", properties),
    )


def ttab_file(*entries: str, day: str | None = "20261123", action: str = "DA", dtd: bool = True) -> bytes:
    """Return a whole file of the Board; without entries it says that there are none."""
    return _file(
        "ttab-proceedings", "proceeding-information", TTAB_DTD if dtd else "", entries, day, action, "20211227"
    )


def assignment_file(*entries: str, day: str | None = "20261123", action: str = "DA", dtd: bool = True) -> bytes:
    """Return a whole file of assignments; without entries it says that there are none."""
    dtd_text = ASSIGNMENTS_DTD if dtd else ""
    return _file("trademark-assignments", "assignment-information", dtd_text, entries, day, action, "20130905")


def _file(
    root: str, information: str, dtd: str, entries: tuple[str, ...], day: str | None, action: str, version: str
) -> bytes:
    inside = "\n".join(entries) if entries else leaf("data-available-code", "N")
    head = tag("version", leaf("version-no", "v1.0") + leaf("version-date", version))
    body = head + leaf("action-key-code", action) + leaf("transaction-date", day) + tag(information, inside)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{dtd}\n{tag(root, body)}\n'.encode()
