"""What a digest is made of: values that the pipeline fills from the store and the composer turns into a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tmwatch.exposure import BrandExposure
from tmwatch.findings import Finding
from tmwatch.text import Text

OVERVIEW = "overview"  # kind of the operator's messages, which tell of every client


@dataclass(frozen=True, slots=True)
class SourceState:
    """How fresh one source is. `data_as_of` is the newest data it gave (UTC), None when it never did."""

    name: str  # a key of wording.SOURCES
    data_as_of: datetime | None
    failed: int = 0
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A mark that could not be checked, and why."""

    number: str
    mark: str | None
    reason: str | Text


@dataclass(frozen=True, slots=True)
class Coverage:
    """The proof that nothing is missed silently. `checked` counts valid TSDR records of this run; without a TSDR key
    (`tsdr_used` False) `checked` counts the marks seen in the daily files up to `daily_files_until`."""

    watched: int
    checked: int
    unchecked: tuple[Unchecked, ...] = ()
    sources: tuple[SourceState, ...] = ()
    tsdr_used: bool = True
    daily_files_until: date | None = None
    missing_days: tuple[date, ...] = ()
    registry_version: str = ""
    orders_held: int = 0
    newest_order: str | None = None
    orders: Text | None = None  # the statement of rule S14; without it the three values above are told
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A finding as one client reads it. `state`: new | worse | open | alerted | cleared. `since` is the day it was
    opened (or cleared), `alerted` the day of its alert."""

    finding: Finding
    state: str
    mark: str
    registration_number: str | None
    brands: tuple[str, ...]
    reference: str | None
    since: date | None = None
    alerted: date | None = None
    was: str | None = None  # the severity before, when it got worse
    corrects: date | None = None  # cleared after an alert of this day: told as its correction
    ack_until: date | None = None  # acknowledged by the owner until then
    ack_note: str | None = None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One deadline of the next 90 days. `day` is the last day that counts: the due day, or the end of the grace period
    when that runs (`grace`); `grace_ends` is what is possible after a due day that still lies ahead."""

    serial_number: str
    mark: str
    registration_number: str | None
    reference: str | None
    kind: str  # a deadline kind: section_8, office_action, ...
    day: date
    grace: bool
    grace_ends: date | None
    citation: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A change of the record without a finding of its own, in words."""

    serial_number: str
    mark: str
    what: Text
    old: str | None
    new: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Who filed lately for the text of one mark, told on the card of its brand."""

    serial_number: str
    told: Text


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything one message says. `kind`: baseline | digest | alert | all_clear | notice. `number` counts a
    client's messages; `local_date` is the client's day."""

    client: str
    kind: str
    number: int
    local_date: date
    sequence: int
    as_of: date
    language: str
    coverage: Coverage
    exposures: tuple[BrandExposure, ...] = ()
    news: tuple[Item, ...] = ()
    still_open: tuple[Item, ...] = ()
    cleared: tuple[Item, ...] = ()
    changes: tuple[ChangeLine, ...] = ()
    notes: tuple[Text, ...] = ()
    min_severity: str = "low"  # findings below are left out of the lists (never coverage, C05, S14, S20, good news)
    timezone: str = "America/New_York"  # in which moments are shown
    upcoming: tuple[Upcoming, ...] = ()  # deadlines of the next 90 days, soonest first
    acknowledged: tuple[Item, ...] = ()  # open findings that the owner has set aside until a day
    corrects: str | None = None  # id of the newest alert that this message corrects
    replies_to: tuple[str, ...] = ()  # Message-IDs of the alerts it corrects, oldest first
    lookalikes: tuple[Lookalike, ...] = ()  # new applications by others for the texts of brands in danger


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to freeze: `raw` is the complete RFC 5322 form, the same bytes for every recipient."""

    id: str  # deterministic: client, local date, sequence
    client: str
    kind: str
    local_date: date
    sequence: int
    subject: str
    message_id: str
    raw: bytes
    html: str
    text: str
    short: str = ""  # what channels without MIME send
    corrects: str | None = None  # id of the alert that this message corrects
