"""What a report is made of: values that the pipeline gathers from the store, and every writer turns into its format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tmwatch.changes import Change
from tmwatch.digest.model import Coverage
from tmwatch.digest.overview import ClientReport as ClientReport
from tmwatch.exposure import BrandExposure
from tmwatch.findings import Finding
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile
from tmwatch.rules.base import Facts

Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Tracked:
    """What the store remembers of an open finding: since when it is open, its alert and its acknowledgement.

    `acknowledged` says that the acknowledgement holds on the day of the report.
    """

    opened_at: datetime
    alerted_at: datetime | None = None
    ack_until: date | None = None
    ack_note: str | None = None
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a record that was known from `since` (UTC) on; `as_of` is its day in New York."""

    since: datetime
    as_of: date
    record: CaseFile


@dataclass(frozen=True, slots=True)
class MarkReport:
    """One watched mark. `findings` are those at or above the floor, worst first; `changes` the whole ledger of the
    mark, newest first (field, event and finding steps); `versions` the states of its record since it is watched, oldest
    first."""

    facts: Facts
    findings: tuple[Finding, ...]
    tracked: Mapping[Identity, Tracked] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    versions: tuple[Version, ...] = ()

    @property
    def record(self) -> CaseFile:
        """The last known record."""
        return self.facts.mark

    @property
    def watches(self) -> tuple[Watch, ...]:
        """The portfolio rows of this mark, of the clients reported on."""
        return self.facts.watches

    def tracking(self, finding: Finding) -> Tracked | None:
        """What the store remembers of one of the findings, None when it was never stored."""
        return self.tracked.get(finding.identity)


@dataclass(frozen=True, slots=True)
class Removed:
    """A mark that is no longer watched: its last record and since when (UTC)."""

    record: CaseFile
    removed_at: datetime
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class PortfolioReport:
    """The exposure of a portfolio on one day. `client` is None for all clients; clients stand in the order of what is
    at stake, marks worst first; `unread` are rows whose mark was never read, `removed` marks that left the
    portfolio."""

    generated_at: datetime
    as_of: date
    client: str | None
    min_severity: str
    coverage: Coverage
    clients: tuple[ClientReport, ...]
    marks: tuple[MarkReport, ...]
    unread: tuple[Watch, ...] = ()
    removed: tuple[Removed, ...] = ()

    @property
    def exposures(self) -> tuple[BrandExposure, ...]:
        """Every brand, client by client."""
        return tuple(one for client in self.clients for one in client.exposures)


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """A raw answer about a mark as it was fetched. `state`: good | bad (then `error` says why); `size` in bytes."""

    source: str
    url: str
    sha256: str
    content_type: str
    fetched_at: datetime
    size: int
    state: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class OfficePaper:
    """One entry of the USPTO's list of documents of a case."""

    document_id: str
    description: str
    mail_date: date | None
    pages: int | None
    url: str | None


@dataclass(frozen=True, slots=True)
class OrderSource:
    """The list of an order that was imported: which file, how it was read, and whether a person reviewed it."""

    order_id: str
    file_name: str
    sha256: str
    method: str
    imported_at: datetime | None
    reviewed: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything held of one mark, for a file that others must be able to follow step by step."""

    generated_at: datetime
    mark: MarkReport
    first_seen: datetime
    documents: tuple[DocumentSource, ...] = ()
    papers: tuple[OfficePaper, ...] = ()
    order_lists: tuple[OrderSource, ...] = ()
