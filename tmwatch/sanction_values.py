"""The values of the sanctions part: orders, identities named in them, hits, the ladder, matches. No behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Day

from tmwatch.text import Text


@dataclass(frozen=True, slots=True)
class Order:
    """One order or disciplinary decision. `date` may be a year or a month ("2022-07"), "" when unknown."""

    order_id: str
    date: str
    type: str
    respondents: tuple[str, ...] = ()
    respondents_zh: tuple[str, ...] = ()
    affected_count: int | None = None
    count_note: str | None = None
    pages: int | None = None
    response_due: Day | None = None
    source_url: str | None = None
    confidence: str = "H"

    @property
    def is_discipline(self) -> bool:
        """Whether it disciplines one practitioner (OED); such a decision lists no marks."""
        return self.type.startswith("oed_")


@dataclass(frozen=True, slots=True)
class Identity:
    """An e-mail, domain, firm, brand, address or person named in orders, with its role (sanctioned_parties.json)."""

    kind: str  # email | domain | firm | brand | address | person
    value: str
    role: str
    order_ids: tuple[str, ...]
    strength: str  # strong | medium | weak
    source: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ListedNumber:
    """A number known to stand in an order whose whole list is not loaded (known_serials.csv, config/sanctions.csv).

    `kind`: serial (8 digits) or registration (7 digits).
    """

    order_id: str
    kind: str
    number: str
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """Every order known, with the identities named in them. `version` is the retrieval date of the package data."""

    version: str = ""
    orders: tuple[Order, ...] = ()
    identities: tuple[Identity, ...] = ()
    numbers: tuple[ListedNumber, ...] = ()

    def __hash__(self) -> int:
        """Cheap on purpose: a registry is the key of the matching index, once a mark."""
        return hash((self.version, len(self.orders), len(self.identities)))

    def order(self, order_id: str) -> Order | None:
        """Return the order with this id."""
        return next((order for order in self.orders if order.order_id == order_id), None)

    @property
    def newest(self) -> str | None:
        """The date of the newest order known."""
        return max((order.date for order in self.orders if order.date), default=None)


@dataclass(frozen=True, slots=True)
class OrderHit:
    """A number of a watched mark standing in an order's list."""

    order_id: str
    type: str
    date: str
    number: str
    page: int | None
    reviewed: bool
    response_due: Day | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One step of the sanctions ladder as the record shows it."""

    stage: str  # under_review | show_cause | ordered | restored_to_pendency | terminated | released
    date: Day
    event: str  # code/type, or "status 973"
    text: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where a mark stands on the ladder: its stage now (None: not on it) and every step, oldest first."""

    stage: str | None = None
    steps: tuple[LadderStep, ...] = ()

    @property
    def since(self) -> Day | None:
        """The day of the newest step of the present stage."""
        return max((step.date for step in self.steps if step.stage == self.stage), default=None)

    @property
    def now(self) -> LadderStep | None:
        """The newest step of the present stage."""
        return next((step for step in reversed(self.steps) if step.stage == self.stage), None)


@dataclass(frozen=True, slots=True)
class AgentMatch:
    """A party of the mark that equals an identity named in an order. `strength` (0..1) is not the risk.

    `tier`: 3 e-mail or domain, 4 firm or brand, 5 address, 6 person name alone. `historical`: no longer on the record.
    `value` is the identity as the order names it, `seen` what stands on the record.
    """

    tier: int
    strength: float
    what: str  # e-mail | domain | firm | brand | address | person
    value: str
    order_ids: tuple[str, ...]
    role: str
    historical: bool
    why: Text
    party_role: str
    source: str | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Mail domain and address that `records` marks of one order share with this mark (rule S12)."""

    order_id: str
    domain: str
    address: str
    records: int


@dataclass(frozen=True, slots=True)
class FilePaper:
    """A paper in the case file as its list of documents names it (rule S06)."""

    date: Day
    title: str
