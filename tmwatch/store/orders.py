"""Sanctions orders that were imported, their lists of numbers with provenance, and which marks stand in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update

from tmwatch.sanctions import Order, OrderHit
from tmwatch.store import sql
from tmwatch.store.tables import CASE_FILES, ORDER_LISTS, ORDER_NUMBERS, ORDERS, WATCHES


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """One number of a list. `kind`: serial (8 digits) | registration (7 digits); `method`: text | ocr | csv ..."""

    number: str
    kind: str
    page: int | None
    method: str


@dataclass(frozen=True, slots=True)
class OrderList:
    """One imported list with its provenance. `id` is None until it is saved."""

    order_id: str
    file_name: str
    sha256: str
    method: str
    found_count: int
    stated_count: int | None = None
    expected_count: int | None = None
    duplicates: int = 0
    pages: int | None = None
    pages_without_text: tuple[int, ...] = ()
    reviewed: bool = False
    imported_at: datetime | None = None
    superseded_by: int | None = None
    id: int | None = None


def save_order(conn: Connection, order: Order, now: datetime) -> None:
    """Add or update an order; it keeps the day it was first seen."""
    row = {
        "order_id": order.order_id,
        "order_date": order.date,
        "type": order.type,
        "respondents": list(order.respondents),
        "respondents_zh": list(order.respondents_zh),
        "affected_count": order.affected_count,
        "count_note": order.count_note,
        "pages": order.pages,
        "response_due": order.response_due,
        "source_url": order.source_url,
        "confidence": order.confidence,
        "first_seen": now,
        "updated_at": now,
    }
    sql.upsert(conn, ORDERS, [row], ["order_id"], keep=["first_seen"])


def load_orders(conn: Connection) -> tuple[Order, ...]:
    """Return the imported orders, oldest first."""
    rows = conn.execute(select(ORDERS).order_by(ORDERS.c.order_date, ORDERS.c.order_id))
    return tuple(_order(row) for row in rows)


def save_list(conn: Connection, one: OrderList, numbers: Iterable[OrderNumber], now: datetime) -> int | None:
    """Save an imported list; the lists of the same order before it are superseded and stay. Return its id.

    None, and nothing changes, when this very file is the order's list already. A file that was superseded and is
    imported again becomes the list in force again.
    """
    o = ORDER_LISTS.c
    same = select(o.id, o.superseded_by).where(o.order_id == one.order_id, o.sha256 == one.sha256)
    have = conn.execute(same).first()
    if have is not None and have.superseded_by is None:
        return None
    if have is not None:
        saved = int(have.id)
        conn.execute(update(ORDER_LISTS).where(o.id == saved).values(superseded_by=None))
    else:
        statement = sql.insert(conn, ORDER_LISTS).returning(o.id)
        saved = int(conn.execute(statement, _list_row(one, now)).scalar_one())
        rows = {(n.kind, n.number): _number_row(saved, n) for n in numbers}
        if rows:
            conn.execute(sql.insert(conn, ORDER_NUMBERS), list(rows.values()))
    older = update(ORDER_LISTS).where(o.order_id == one.order_id, o.id != saved, o.superseded_by.is_(None))
    conn.execute(older.values(superseded_by=saved))
    return saved


def list_lists(conn: Connection, order_id: str | None = None) -> tuple[OrderList, ...]:
    """Return the imported lists, of one order or of all, oldest first, superseded ones too."""
    o = ORDER_LISTS.c
    query = select(ORDER_LISTS).order_by(o.imported_at, o.id)
    if order_id is not None:
        query = query.where(o.order_id == order_id)
    found = []
    for row in conn.execute(query):
        values = {name: getattr(row, name) for name in OrderList.__dataclass_fields__}
        found.append(OrderList(**(values | {"pages_without_text": tuple(row.pages_without_text)})))
    return tuple(found)


def numbers_of(conn: Connection, list_id: int) -> frozenset[tuple[str, str]]:
    """Return (kind, number) of everything in one list, in force or superseded."""
    n = ORDER_NUMBERS.c
    return frozenset(
        (row.kind, row.number) for row in conn.execute(select(n.kind, n.number).where(n.list_id == list_id))
    )


def mark_reviewed(conn: Connection, order_id: str, now: datetime) -> int:
    """Note that a person accepted the list in force of an order; return the lists concerned."""
    o = ORDER_LISTS.c
    query = update(ORDER_LISTS).where(o.order_id == order_id, o.superseded_by.is_(None), o.reviewed.is_(False))
    return conn.execute(query.values(reviewed=True, reviewed_at=now)).rowcount


def hits_for(conn: Connection, numbers: Iterable[str]) -> dict[str, tuple[OrderHit, ...]]:
    """Return the hits of serial (8 digits) and registration numbers (7 digits) in the lists in force, oldest order
    first; numbers without a hit are left out."""
    found: dict[str, list[OrderHit]] = {}
    for part in sql.chunks(sorted(set(numbers))):
        for row in conn.execute(_hits().where(ORDER_NUMBERS.c.number.in_(part))):
            found.setdefault(row.number, []).append(_hit(row))
    return {number: tuple(hits) for number, hits in found.items()}


def hits_of_watched(conn: Connection, order_id: str | None = None) -> dict[str, tuple[OrderHit, ...]]:
    """Return the hits of every watched mark by serial number, through its own number or its registration number: three
    statements for a portfolio of any size."""
    w, c, n = WATCHES.c, CASE_FILES.c, ORDER_NUMBERS.c
    active = (w.removed_at.is_(None), w.serial_number.is_not(None))
    by_serial = _hits(w.serial_number.label("serial")).join(WATCHES, w.serial_number == n.number).where(*active)
    by_watch = _hits(w.serial_number.label("serial")).join(WATCHES, w.registration_number == n.number).where(*active)
    by_record = _hits(c.serial_number.label("serial")).join(CASE_FILES, c.registration_number == n.number)
    by_record = by_record.where(select(w.id).where(w.serial_number == c.serial_number, *active).exists())
    found: dict[str, dict[OrderHit, None]] = {}
    for kind, query in (("serial", by_serial), ("registration", by_watch), ("registration", by_record)):
        query = query.where(n.kind == kind)
        if order_id is not None:
            query = query.where(ORDERS.c.order_id == order_id)
        for row in conn.execute(query):
            found.setdefault(row.serial, {})[_hit(row)] = None
    return {serial: tuple(hits) for serial, hits in sorted(found.items())}


def _hits(*more: Any) -> Select[Any]:
    """Return the query over the numbers of all lists in force."""
    o, entry, n = ORDERS.c, ORDER_LISTS.c, ORDER_NUMBERS.c
    columns = (o.order_id, o.type, o.order_date, o.response_due, n.number, n.page, entry.reviewed, entry.file_name)
    query = (
        select(*columns, *more)
        .join_from(ORDER_NUMBERS, ORDER_LISTS, n.list_id == entry.id)
        .join(ORDERS, entry.order_id == o.order_id)
    )
    return query.where(entry.superseded_by.is_(None)).order_by(o.order_date, o.order_id)


def _hit(row: Any) -> OrderHit:
    """Turn a row into an OrderHit."""
    return OrderHit(
        order_id=row.order_id,
        type=row.type,
        date=row.order_date,
        number=row.number,
        page=row.page,
        reviewed=row.reviewed,
        response_due=row.response_due,
        source=row.file_name,
    )


def _order(row: Any) -> Order:
    """Turn a row into an Order."""
    return Order(
        order_id=row.order_id,
        date=row.order_date,
        type=row.type,
        respondents=tuple(row.respondents),
        respondents_zh=tuple(row.respondents_zh),
        affected_count=row.affected_count,
        count_note=row.count_note,
        pages=row.pages,
        response_due=row.response_due,
        source_url=row.source_url,
        confidence=row.confidence,
    )


def _list_row(one: OrderList, now: datetime) -> dict[str, Any]:
    """Return the row of a list."""
    skipped = ("id", "superseded_by", "imported_at", "pages_without_text")
    values: dict[str, Any] = {n: getattr(one, n) for n in OrderList.__dataclass_fields__ if n not in skipped}
    values["pages_without_text"] = list(one.pages_without_text)
    return values | {"imported_at": now, "reviewed_at": now if one.reviewed else None}


def _number_row(list_id: int, one: OrderNumber) -> dict[str, Any]:
    """Return the row of a number."""
    return {"list_id": list_id, "kind": one.kind, "number": one.number, "page": one.page, "method": one.method}
