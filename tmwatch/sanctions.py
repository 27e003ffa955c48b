"""USPTO sanctions: orders, identities named in them, the ladder of stages on a record, and matching with evidence.

A name is not an accusation: every statement is "named in order X of DATE (page N)", and a bare name match is never
more than MEDIUM (facts: many attorneys named in orders are victims).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
    response_due: date | None = None
    source_url: str | None = None
    confidence: str = "H"


@dataclass(frozen=True, slots=True)
class Identity:
    """An e-mail, domain, firm, brand, address or person named in orders, with its role (sanctioned_parties.json)."""

    kind: str  # email | domain | firm | brand | address | person
    value: str
    role: str
    order_ids: tuple[str, ...]
    strength: str  # strong | medium | weak
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """Every order known, with the identities named in them. `version` is the retrieval date of the package data."""

    version: str = ""
    orders: tuple[Order, ...] = ()
    identities: tuple[Identity, ...] = ()

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
    response_due: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class LadderStep:
    """One step of the sanctions ladder as the record shows it."""

    stage: str  # under_review | show_cause | ordered | restored_to_pendency | terminated | released
    date: date
    event: str  # code/type, or "status 973"
    text: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where a mark stands on the ladder: its stage now (None: not on it) and every step, oldest first."""

    stage: str | None = None
    steps: tuple[LadderStep, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentMatch:
    """A party of the mark that equals an identity named in an order. `strength` (0..1) is not the risk.

    `tier`: 3 e-mail or domain, 4 firm or brand, 5 address, 6 person name alone. `historical`: no longer on the record.
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
