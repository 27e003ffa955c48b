"""What is known of all orders, and where the portfolio meets them: for the commands that list and show. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tmwatch.portfolio import Watch
from tmwatch.sanctions import AgentMatch, Order, OrderHit, Registry, match, order_text, registry_hits
from tmwatch.store import marks, orders, portfolio
from tmwatch.store.orders import OrderList
from tmwatch.store.sql import chunks
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LISTED, _UNREVIEWED = 1.0, 0.9  # a number in a list that a person has checked; one that a machine read


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order with its lists, oldest first, and the watched marks it names. `single`: numbers of it known without a
    list (package data, config/sanctions.csv)."""

    order: Order
    lists: tuple[OrderList, ...]
    single: int
    named: tuple[Named, ...]

    @property
    def in_force(self) -> OrderList | None:
        """The list that counts, None when none is loaded."""
        return next((one for one in self.lists if one.superseded_by is None), None)


@dataclass(frozen=True, slots=True)
class Named:
    """A watched mark and one order that names it, or an identity of one that it meets. `tier`: 1 the number stands in
    the order, 3-6 as AgentMatch; `strength` 0..1 is not the risk."""

    serial_number: str
    mark: str | None
    clients: tuple[str, ...]
    tier: int
    strength: float
    hit: OrderHit | None = None
    match: AgentMatch | None = None

    @property
    def why(self) -> Text:
        """The sentence that says where it is named, with what is doubtful about it."""
        if self.match is not None:
            return self.match.why
        assert self.hit is not None  # one of the two is there
        text = say("Number {number} is named in {order}", number=self.hit.number, order=_order_of(self.hit))
        return text if self.hit.reviewed else say("{text}; the list is not reviewed yet", text=text)

    @property
    def historical(self) -> bool:
        """Whether the match is with somebody who is no longer on the record."""
        return self.match is not None and self.match.historical


def known_orders(conn: Connection, registry: Registry) -> tuple[KnownOrder, ...]:
    """Return every order and decision known, newest first; those without a date last."""
    by_order: dict[str, list[OrderList]] = {}
    for one in orders.list_lists(conn):
        by_order.setdefault(one.order_id, []).append(one)
    single = Counter(listed.order_id for listed in registry.numbers)
    named: dict[str, list[Named]] = {}
    for found in named_marks(conn, registry):
        if found.hit is not None:
            named.setdefault(found.hit.order_id, []).append(found)
    known = (
        KnownOrder(order, tuple(by_order.get(order.order_id, ())), single[order.order_id],
                   tuple(named.get(order.order_id, ())))
        for order in registry.orders
    )  # fmt: skip
    return tuple(sorted(known, key=lambda one: (one.order.date, one.order.order_id), reverse=True))


def named_marks(conn: Connection, registry: Registry, client: str | None = None) -> tuple[Named, ...]:
    """Return the watched marks whose number stands in an order, newest order first."""
    who = _clients(portfolio.load_watches(conn, client))
    found = {serial: dict.fromkeys(hits) for serial, hits in orders.hits_of_watched(conn).items() if serial in who}
    cases = {serial: case.record for serial, case in marks.load_cases(conn, {*found, *_single(conn, registry)}).items()}
    for serial, record in cases.items():
        if serial in who and (hits := registry_hits(registry, record)):
            found.setdefault(serial, {}).update(dict.fromkeys(hits))
    named = [
        Named(
            serial_number=serial,
            mark=cases[serial].sentence if serial in cases else None,
            clients=who[serial],
            tier=1,
            strength=_LISTED if hit.reviewed else _UNREVIEWED,
            hit=hit,
        )
        for serial, listed in found.items()
        for hit in _one_an_order(listed)
    ]
    return tuple(sorted(named, key=lambda one: (one.hit.date if one.hit else "", one.serial_number), reverse=True))


def agent_matches(conn: Connection, registry: Registry, client: str | None = None) -> Iterator[Named]:
    """Yield the identities named in orders that parties ever seen on the watched marks equal."""
    who = _clients(portfolio.load_watches(conn, client))
    for part in chunks(sorted(who)):
        parties = marks.load_parties(conn, part)
        matches = {serial: found for serial, seen in parties.items() if (found := match(seen, registry))}
        cases = marks.load_cases(conn, matches)
        for serial, found in matches.items():
            mark = cases[serial].record.sentence if serial in cases else None
            yield from (Named(serial, mark, who[serial], m.tier, m.strength, match=m) for m in found)


def strongest_first(found: Iterable[Named]) -> list[Named]:
    """Sort by tier, then what is on the record now, then strength."""
    return sorted(found, key=lambda one: (one.tier, one.historical, -one.strength, one.serial_number))


def _single(conn: Connection, registry: Registry) -> set[str]:
    """Return the serial numbers of the single numbers the registry knows without a list."""
    found = {listed.number for listed in registry.numbers if listed.kind == "serial"}
    registered = (listed.number for listed in registry.numbers if listed.kind == "registration")
    return found | {serial for number in registered if (serial := marks.serial_of_registration(conn, number))}


def _one_an_order(hits: Iterable[OrderHit]) -> list[OrderHit]:
    """Return one hit an order and number, the one with a page before that of the registry."""
    best: dict[tuple[str, str], OrderHit] = {}
    for hit in sorted(hits, key=lambda one: one.page is None):
        best.setdefault((hit.order_id, hit.number), hit)
    return list(best.values())


def _order_of(hit: OrderHit) -> Text:
    return order_text(hit.order_id, hit.date, hit.page)


def _clients(watches: Sequence[Watch]) -> Mapping[str, tuple[str, ...]]:
    """Return the clients who watch each mark."""
    who: dict[str, set[str]] = {}
    for watch in watches:
        if watch.serial_number:
            who.setdefault(watch.serial_number, set()).add(watch.client)
    return {serial: tuple(sorted(names)) for serial, names in who.items()}
