"""The record of one trademark case, in the USPTO's own words: values only, the same whatever source told them.

Dates are `datetime.date` (days in America/New_York); a date that the Office gives only in part (`19960100`) is a
`PartialDate` string "1996-01" or "1996". Absent is None or an empty tuple.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

PartialDate: TypeAlias = str
OLD_CORRESPONDENT = 70  # party type (party_types.csv): legacy records list the correspondent among the owners
Day: TypeAlias = date  # where a field named `date` hides the type

WITHOUT_WORDS = "(design mark)"
STATUS_NOT_TOLD = -1  # of a case known from the files of the Board or of assignments alone: its standing is unknown

# Field groups a source may or may not speak about. A record's `told` names those it does; the rest is "not told",
# never "removed". `status` covers the code, its date and text and the abandonment and cancellation data.
FIELD_GROUPS = (
    "status",
    "registration",
    "mark",
    "basis",
    "classes",
    "owners",
    "owner_emails",
    "attorney",
    "attorney_emails",
    "correspondent",
    "correspondent_emails",
    "domestic_representative",
    "events",
    "statements",
    "madrid",
    "publication",
    "renewal",
    "assignments",
    "proceedings",
    "flags",
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record came from. `as_of` (UTC) orders records: a TSDR answer by its fetch, a bulk record by its
    transaction-date at 23:59:59 New York time."""

    source: str  # tsdr | odp | file | store | register | demo
    as_of: datetime
    url: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address as recorded; `country` is the code or the words the source gives."""

    lines: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None

    def one_line(self) -> str:
        """Return the parts joined by commas, empty when nothing is known."""
        parts = (*self.lines, self.city, self.region, self.postal_code, self.country)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class ProsecutionEvent:
    """One entry of the prosecution history. Meaning lies in code + type (USPTO event table)."""

    code: str
    type: str
    date: date
    number: int | None = None
    description: str = ""
    proceeding_number: str | None = None

    @property
    def key(self) -> str:
        """`code/type`, as the tables write it."""
        return f"{self.code}/{self.type}"


@dataclass(frozen=True, slots=True)
class GoodsClass:
    """One class of goods or services with its own status (USPTO documentation V2.3, class status)."""

    code: str  # prime class, "009", "A", "200"
    international: tuple[str, ...] = ()
    us: tuple[str, ...] = ()
    status_code: str | None = None
    status_date: PartialDate | None = None
    description: str | None = None
    first_use: PartialDate | None = None
    first_use_in_commerce: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner entry; the current owners are those with the highest `party_type` (party_types.csv)."""

    name: str
    party_type: int | None = None
    party_type_text: str | None = None
    entity_type: str | None = None
    citizenship: str | None = None
    address: Address = Address()
    entry_number: int | None = None
    also_known_as: str | None = None


@dataclass(frozen=True, slots=True)
class Attorney:
    """The attorney of record."""

    name: str
    docket_number: str | None = None


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Who gets the Office's letters. `lines` are the address lines of bulk records, which name no fields."""

    name: str | None = None
    firm: str | None = None
    phone: str | None = None
    fax: str | None = None
    address: Address = Address()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A case-file statement: type code (statement_types.csv) and text."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class InternationalRegistration:
    """The inbound Madrid block of a section 66(a) case."""

    number: str | None = None
    registration_date: date | None = None
    publication_date: date | None = None
    renewal_date: date | None = None
    auto_protection_date: date | None = None
    death_date: date | None = None
    status_code: str | None = None
    status_date: date | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """A recorded assignment; key = reel and frame. `as_of` (UTC) orders what two sources or files say of it; a
    `withdrawn` one (purge-indicator Y) names no parties and stays, so that no older file brings it back."""

    reel_frame: str  # "4191/0383"
    conveyance: str
    recorded: date | None = None
    executed: date | None = None
    assignors: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    as_of: datetime | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class ProceedingEntry:
    """One entry of a TTAB proceeding's history (ttab_entry_codes.csv); `due_date` is the answer date."""

    code: str
    type: str | None
    date: Day | None
    due_date: Day | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Proceeding:
    """A TTAB proceeding in which the case stands; key = number and kind, because appeals and extensions of time carry
    the serial number. `as_of` (UTC) orders what two sources or files say of it; `expungements` are the numbers of the
    expungement (E) and reexamination (R) proceedings it belongs to, "2024-101552R"."""

    number: str
    kind: str  # OPP, CAN, EXT, CNU, EXA
    filing_date: date | None = None
    status_code: str | None = None
    status_date: date | None = None
    role: str | None = None  # P or D: the side on which this case stands
    plaintiffs: tuple[str, ...] = ()
    defendants: tuple[str, ...] = ()
    entries: tuple[ProceedingEntry, ...] = ()
    as_of: datetime | None = None
    expungements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case as a source told it. `told` names the FIELD_GROUPS this source speaks about (see there)."""

    serial_number: str  # 8 digits
    status_code: int  # STATUS_NOT_TOLD while no source has told it
    provenance: Provenance
    told: frozenset[str]
    registration_number: str | None = None  # 7 digits
    status_date: date | None = None
    status_text: str | None = None
    filing_date: date | None = None
    registration_date: date | None = None
    abandonment_date: date | None = None
    cancellation_date: date | None = None
    cancellation_code: str | None = None
    renewal_date: date | None = None
    publication_date: date | None = None
    notice_of_allowance_date: date | None = None
    mark_text: str | None = None
    drawing_code: str | None = None  # first character only
    standard_characters: bool | None = None
    register: str | None = None  # principal | supplemental
    kinds: tuple[str, ...] = ()  # trademark, service mark, certification mark, collective ...
    basis_filed: tuple[str, ...] = ()  # 1a 1b 44d 44e 66a none
    basis_current: tuple[str, ...] = ()
    classes: tuple[GoodsClass, ...] = ()
    owners: tuple[Owner, ...] = ()
    owner_emails: tuple[str, ...] = ()
    attorney: Attorney | None = None
    attorney_emails: tuple[str, ...] = ()
    correspondent: Correspondent | None = None
    correspondent_emails: tuple[str, ...] = ()
    domestic_representative: str | None = None
    events: tuple[ProsecutionEvent, ...] = ()  # newest first
    statements: tuple[Statement, ...] = ()
    international_registration: InternationalRegistration | None = None
    assignments: tuple[Assignment, ...] = ()
    proceedings: tuple[Proceeding, ...] = ()
    flags: tuple[str, ...] = ()  # bulk flags that are T and matter: cancellation-pending-in, opposition-pending-in ...

    @property
    def current_owners(self) -> tuple[Owner, ...]:
        """The owners with the highest party type (facts: "current owner = highest numeric key"); type 70 is the
        correspondent of legacy records, never an owner."""
        known = [kind for owner in self.owners if (kind := owner.party_type) is not None and kind != OLD_CORRESPONDENT]
        if not known:
            return tuple(owner for owner in self.owners if owner.party_type != OLD_CORRESPONDENT)
        return tuple(owner for owner in self.owners if owner.party_type == max(known))

    @property
    def sentence(self) -> str:
        """Mark text, or a stand-in for a mark without words."""
        return self.mark_text or WITHOUT_WORDS


@dataclass(frozen=True, slots=True)
class Party:
    """One person, firm, e-mail or address seen on a case, kept for ever ("ever touched by")."""

    serial_number: str
    role: str  # owner | attorney | correspondent | domestic_representative | assignor | assignee
    name: str | None
    firm: str | None
    email: str | None
    address: str | None
    first_seen: date
    last_seen: date
    source: str
    current: bool = True
