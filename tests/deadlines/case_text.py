"""Records written as one line, for tables of cases: "reg=2020-03-03 status=701@2025-07-01 ES8R/I@2025-04-01".

Words: `reg`, `status` (code or code@date), `basis`, `serial`, `register`, `renewal`, `cancelled`, `pub`, `noa`, `ir`,
`irrenewal`, `irdeath`, `told=-group`, `ttab=number/role/status:code@date>due;...`; every other word is an event
code/type@date, with #number when the order on one day matters.
"""

import re
from datetime import UTC, date, datetime

from tmwatch.records import (
    FIELD_GROUPS,
    CaseFile,
    InternationalRegistration,
    Proceeding,
    ProceedingEntry,
    ProsecutionEvent,
    Provenance,
)

EVENT = re.compile(r"^(?P<code>[^/]+)/(?P<type>.)@(?P<date>\d{4}-\d\d-\d\d)(#(?P<number>\d+))?$")
DATES = {
    "reg": "registration_date",
    "renewal": "renewal_date",
    "cancelled": "cancellation_date",
    "pub": "publication_date",
    "noa": "notice_of_allowance_date",
}
INTERNATIONAL = {"ir": "registration_date", "irrenewal": "renewal_date", "irdeath": "death_date"}


def read_case(text: str) -> CaseFile:
    """Read one line into a record; a word that is not understood is an error."""
    fields: dict = {"serial_number": "90123456", "basis_filed": ("1a",), "register": "principal"}
    told, events, international = set(FIELD_GROUPS), [], {}
    for word in text.split():
        match = EVENT.match(word)
        name, _, value = word.partition("=")
        if match:
            events.append(event(word))
        elif name in DATES:
            fields[DATES[name]] = date.fromisoformat(value)
        elif name in INTERNATIONAL:
            international[INTERNATIONAL[name]] = date.fromisoformat(value)
        elif name == "status":
            code, _, day = value.partition("@")
            fields |= {"status_code": int(code), "status_date": date.fromisoformat(day) if day else None}
        elif name == "basis":
            fields["basis_filed"] = (value,) if value else ()
        elif name == "serial":
            fields["serial_number"] = value
        elif name == "register":
            fields["register"] = value
        elif name == "told":
            told.discard(value.removeprefix("-"))
        elif name == "ttab":
            fields["proceedings"] = (proceeding(value),)
        else:
            raise ValueError(f"not understood: {word}")
    if "registration_date" in fields:
        fields["registration_number"] = "6123456"
        fields.setdefault("status_code", 700)
    return CaseFile(
        provenance=Provenance("file", datetime(2026, 11, 1, tzinfo=UTC)),
        told=frozenset(told),
        events=tuple(reversed(events)),
        international_registration=InternationalRegistration(**international) if international else None,
        **fields,
    )


def event(word: str) -> ProsecutionEvent:
    """Read `code/type@date#number`."""
    found = EVENT.match(word)
    assert found, word
    number = int(found["number"]) if found["number"] else None
    return ProsecutionEvent(found["code"], found["type"], date.fromisoformat(found["date"]), number)


def proceeding(text: str) -> Proceeding:
    """Read `number/role/status:code@date>due;code@date`."""
    head, _, entries = text.partition(":")
    number, role, status = head.split("/")
    read = []
    for entry in entries.split(";"):
        code, _, days = entry.partition("@")
        day, _, due = days.partition(">")
        read.append(ProceedingEntry(code, None, date.fromisoformat(day), date.fromisoformat(due) if due else None))
    return Proceeding(
        number, "OPP" if number.startswith("91") else "CAN", status_code=status, role=role, entries=tuple(read)
    )
