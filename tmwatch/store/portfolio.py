"""Clients and watches: what the owners gave, saved, updated, softly removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, or_, select, update

from tmwatch.portfolio import Client, Membership, Numbers, Watch
from tmwatch.store import judgements, news, sql
from tmwatch.store.tables import CLIENTS, WATCHES

_SAME = (
    "client",
    "brand",
    "serial_number",
    "registration_number",
    "brand_registry_id",
    "brand_registry_status",
    "enrolled_with_this_mark",
    "asins",
    "currency",
    "reference",
    "owner_expected",
    "attorney_expected",
    "notes",
)
_FIELDS = tuple(Watch.__dataclass_fields__)
_LISTS = (_FIELDS.index("marketplaces"), _FIELDS.index("correspondents_expected"))
_MONEY = _FIELDS.index("revenue_30d")


@dataclass(frozen=True, slots=True)
class SavedWatches:
    """How many rows an import added (or brought back) and how many it met again."""

    added: int
    updated: int


def save_watches(conn: Connection, watches: Sequence[Watch], clients: Iterable[Client], now: datetime) -> SavedWatches:
    """Add or update rows of the portfolio and the clients they belong to.

    A row removed before starts anew at `now`. A client who is only named in `watches` is added without settings;
    one already there keeps hers. The serial number found for a registration number is kept.
    """
    _save_clients(conn, tuple(clients), {watch.client for watch in watches}, now)
    aliases = _active_keys(conn, {watch.client for watch in watches})
    known = {(client, brand, number) for (client, brand, _), number in aliases.items()}
    rows = {}
    for watch in watches:
        number = next((aliases[key] for key in _aliases(watch) if key in aliases), watch.number)
        rows[(watch.client, watch.brand, number)] = _row(watch, now) | {"number": number}
    if rows:
        statement = sql.insert(conn, WATCHES)
        new = statement.excluded
        old = WATCHES.c
        values: dict[str, Any] = {name: new[name] for name in next(iter(rows.values())) if name != "added_at"}
        values["serial_number"] = func.coalesce(new.serial_number, old.serial_number)
        values["added_at"] = case((old.removed_at.is_(None), old.added_at), else_=new.added_at)
        statement = statement.on_conflict_do_update(index_elements=["client", "brand", "number"], set_=values)
        conn.execute(statement, list(rows.values()))
    _begin_anew(conn, {watch.client for watch in watches})
    return SavedWatches(len(rows.keys() - known), len(rows.keys() & known))


def load_watches(conn: Connection, client: str | None = None, serial: str | None = None) -> tuple[Watch, ...]:
    """Return the active rows, of one client or of all, of one mark or of all, in the order they were first added."""
    query = select(*(WATCHES.c[name] for name in _FIELDS))
    query = query.where(WATCHES.c.removed_at.is_(None)).order_by(WATCHES.c.id)
    if client is not None:
        query = query.where(WATCHES.c.client == client)
    if serial is not None:
        query = query.where(WATCHES.c.serial_number == serial)
    return tuple(_watch(row) for row in conn.execute(query).all())


def rows_of(conn: Connection, clients: Iterable[str]) -> dict[str, tuple[Watch, ...]]:
    """Return the active rows of some clients by client, each client's in the order they were first added."""
    found: dict[str, list[Watch]] = {}
    query = select(*(WATCHES.c[name] for name in _FIELDS)).where(WATCHES.c.removed_at.is_(None)).order_by(WATCHES.c.id)
    for part in sql.chunks(sorted(set(clients))):
        for row in conn.execute(query.where(WATCHES.c.client.in_(part))).all():
            found.setdefault(row.client, []).append(_watch(row))
    return {client: tuple(rows) for client, rows in found.items()}


def watches_of(conn: Connection, serials: Iterable[str]) -> tuple[Watch, ...]:
    """Return the active rows of some marks, in the order they were first added."""
    query = select(WATCHES.c.id, *(WATCHES.c[name] for name in _FIELDS)).where(WATCHES.c.removed_at.is_(None))
    parts = sql.chunks(sorted(set(serials)))
    rows = [row for part in parts for row in conn.execute(query.where(WATCHES.c.serial_number.in_(part))).all()]
    return tuple(_watch(row[1:]) for row in sorted(rows, key=lambda row: row.id))


def load_numbers(conn: Connection) -> tuple[Numbers, ...]:
    """Return the numbers of each active row: many times faster than the rows."""
    query = select(WATCHES.c.serial_number, WATCHES.c.registration_number).where(WATCHES.c.removed_at.is_(None))
    return tuple(Numbers(*row) for row in conn.execute(query.order_by(WATCHES.c.id)).all())


def load_memberships(conn: Connection) -> tuple[Membership, ...]:
    """Return which brand each watched mark with a serial number stands behind, many times faster than the rows."""
    w = WATCHES.c
    query = select(w.client, w.brand, w.serial_number).where(w.removed_at.is_(None), w.serial_number.is_not(None))
    rows = conn.execute(query.order_by(w.id)).all()
    return tuple(Membership(client, brand, str(serial)) for client, brand, serial in rows)


def watching_clients(conn: Connection) -> dict[str, int]:
    """Return the clients who watch anything, by name, with the number of their rows."""
    w = WATCHES.c
    query = select(w.client, func.count()).where(w.removed_at.is_(None)).group_by(w.client).order_by(w.client)
    return {client: int(count) for client, count in conn.execute(query)}


def load_clients(conn: Connection) -> dict[str, Client]:
    """Return every client by name, those without active rows too."""
    found = {}
    for row in conn.execute(select(CLIENTS).order_by(CLIENTS.c.client)).mappings():
        values = {name: row[name] for name in Client.__dataclass_fields__}
        values["emails"] = tuple(values["emails"])
        values["channels"] = tuple(values["channels"])
        found[row["client"]] = Client(**values)
    return found


def channels_of(conn: Connection, client: str) -> tuple[str, ...]:
    """Return the apprise addresses of a client. They hold secrets: for the channel alone, never for showing."""
    found = conn.execute(select(CLIENTS.c.channels).where(CLIENTS.c.client == client)).scalar()
    return tuple(found or ())


def remove_watches(conn: Connection, number: str, client: str | None, now: datetime) -> int:
    """Stop watching a number (8 digits, or `rn` and 7 digits) for one client, or for all; return the rows removed.

    The rows and everything known about the mark stay.
    """
    these = [_number_is(number), WATCHES.c.removed_at.is_(None)]
    if client is not None:
        these.append(WATCHES.c.client == client)
    _begin_anew(conn, conn.scalars(select(WATCHES.c.client).where(*these)).all())
    return conn.execute(update(WATCHES).where(*these).values(removed_at=now, updated_at=now)).rowcount


def resolve_registration(conn: Connection, registration_number: str, serial_number: str) -> int:
    """Fill in the serial number that the USPTO gave for a registration number; return the rows it filled."""
    these = (WATCHES.c.registration_number == registration_number, WATCHES.c.serial_number.is_(None))
    clients = conn.scalars(select(WATCHES.c.client).where(*these)).all()
    filled = conn.execute(update(WATCHES).where(*these).values(serial_number=serial_number)).rowcount
    _begin_anew(conn, clients)
    return filled


def watched_serials(conn: Connection) -> tuple[str, ...]:
    """Return the serial number of every mark watched by anybody, each once, sorted."""
    query = select(WATCHES.c.serial_number).where(WATCHES.c.removed_at.is_(None), WATCHES.c.serial_number.is_not(None))
    return tuple(map(str, conn.scalars(query.distinct().order_by(WATCHES.c.serial_number)).all()))


def _begin_anew(conn: Connection, clients: Iterable[str]) -> None:
    """Have the marks of clients whose rows change judged again, and look again at what they were not told."""
    names = set(clients)
    judgements.forget_clients(conn, names)
    news.look_again(conn, names)


def _save_clients(conn: Connection, clients: tuple[Client, ...], named: set[str], now: datetime) -> None:
    """Update the clients given; add those that are only named."""
    rows = [_client_row(client, now) for client in clients]
    sql.upsert(conn, CLIENTS, rows, ["client"], keep=["created_at"])
    missing = sorted(named - {client.client for client in clients})
    sql.insert_new(conn, CLIENTS, [_client_row(Client(name), now) for name in missing])


def _client_row(client: Client, now: datetime) -> dict[str, Any]:
    """Turn a Client into a row."""
    values: dict[str, Any] = {name: getattr(client, name) for name in Client.__dataclass_fields__}
    values["emails"] = list(client.emails)
    values["channels"] = list(client.channels)
    return values | {"created_at": now, "updated_at": now}


def _active_keys(conn: Connection, clients: set[str]) -> dict[tuple[str, str, str], str]:
    """Return the key number of each active row of some clients, by (client, brand, any number that means this row)."""
    keys: dict[tuple[str, str, str], str] = {}
    w = WATCHES.c
    for part in sql.chunks(sorted(clients)):
        query = select(w.client, w.brand, w.number, w.serial_number, w.registration_number)
        for row in conn.execute(query.where(w.client.in_(part), w.removed_at.is_(None)).order_by(w.id.desc())):
            registration = f"rn{row.registration_number}" if row.registration_number else None
            for number in (registration, row.serial_number, row.number):
                if number:
                    keys[(row.client, row.brand, number)] = row.number
    return keys


def _aliases(watch: Watch) -> Iterator[tuple[str, str, str]]:
    """Yield the keys under which a row may be known: as the owner writes it now, by serial, by registration number."""
    registration = f"rn{watch.registration_number}" if watch.registration_number else None
    for number in (watch.number, watch.serial_number, registration):
        if number:
            yield (watch.client, watch.brand, number)


def _row(watch: Watch, now: datetime) -> dict[str, Any]:
    """Turn a Watch into a row."""
    values: dict[str, Any] = {name: getattr(watch, name) for name in _SAME}
    values["number"] = watch.number
    values["marketplaces"] = list(watch.marketplaces)
    values["correspondents_expected"] = list(watch.correspondents_expected)
    values["revenue_30d"] = None if watch.revenue_30d is None else str(watch.revenue_30d)
    return values | {"added_at": now, "updated_at": now, "removed_at": None}


def _watch(row: Sequence[Any]) -> Watch:
    """Turn a row, its columns in the order of the fields, into a Watch."""
    values: list[Any] = list(row)
    for at in _LISTS:
        values[at] = tuple(values[at])
    values[_MONEY] = None if values[_MONEY] is None else Decimal(values[_MONEY])
    return Watch(*values)


def _number_is(number: str) -> ColumnElement[bool]:
    """Match what the owner gave, or the serial or registration number known for it."""
    if number.startswith("rn"):
        return or_(WATCHES.c.number == number, WATCHES.c.registration_number == number.removeprefix("rn"))
    return or_(WATCHES.c.number == number, WATCHES.c.serial_number == number)
