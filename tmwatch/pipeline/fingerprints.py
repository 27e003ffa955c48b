"""Gathers for rule S12 what the marks named in orders have in common: mail domain and address of who filed them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tmwatch.records import Party
from tmwatch.sanctions import Fingerprint, OrderHit, Registry, fingerprints, shared_fingerprints
from tmwatch.store import marks, orders

if TYPE_CHECKING:
    from sqlalchemy import Connection

Print = tuple[str, str]  # mail domain, address
Listed = tuple[str, str, frozenset[Print]]  # order id, serial number, its prints


@dataclass(frozen=True, slots=True)
class ListedPrints:
    """The prints of the stored marks that stand in an order's list, by print."""

    by_print: dict[Print, list[Listed]] = field(default_factory=dict)

    def shared(self, serial_number: str, parties: Iterable[Party], hits: Iterable[OrderHit]) -> tuple[Fingerprint, ...]:
        """Return what a mark shares with others of one order. An order that names the mark itself says more, so its
        other marks are left out."""
        if not self.by_print:
            return ()
        own = fingerprints(parties)
        named_in = {hit.order_id for hit in hits}
        near = {(one[0], one[1]): one for mine in own for one in self.by_print.get(mine, ()) if one[0] not in named_in}
        return shared_fingerprints(serial_number, own, near.values())


def listed_prints(conn: Connection, registry: Registry) -> ListedPrints:
    """Gather the prints of every watched mark that an order names; a few statements for each 500 of them."""
    named = {serial: {hit.order_id for hit in hits} for serial, hits in orders.hits_of_watched(conn).items()}
    for listed in registry.numbers:
        if listed.kind == "serial":
            named.setdefault(listed.number, set()).add(listed.order_id)
    found: dict[Print, list[Listed]] = {}
    for serial, parties in marks.load_parties(conn, named).items():
        prints = fingerprints(parties)
        for one in prints:
            found.setdefault(one, []).extend((order_id, serial, prints) for order_id in sorted(named[serial]))
    return ListedPrints(found)
