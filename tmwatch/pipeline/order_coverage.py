"""What a digest and the operator must know of the orders themselves: how many are loaded, which marks they name, what
was noticed on the USPTO's page and is not compared yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tmwatch.pipeline.context import Context, new_york_day
from tmwatch.pipeline.coverage import PassInfo
from tmwatch.pipeline.order_watch import failure_of, open_documents
from tmwatch.sanctions import Registry, order_text
from tmwatch.store import orders
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

NEWS = timedelta(days=14)  # how long owners are told of a document that waits for the operator; `doctor` never stops


def with_orders(conn: Connection, ctx: Context, info: PassInfo) -> PassInfo:
    """Return the coverage with the orders' part, in a bounded number of statements."""
    hits = orders.hits_of_watched(conn)
    numbers = {listed.number for listed in ctx.registry.numbers}
    watching = bool(ctx.settings.orders.page_url)
    return replace(
        info,
        orders_loaded=len(loaded(conn)),
        named=frozenset((*hits, *numbers)),
        warnings=tuple(warnings(conn, ctx.registry, ctx.now)) if watching else unreviewed(conn, ctx.registry, ctx.now),
    )


def loaded(conn: Connection) -> dict[str, orders.OrderList]:
    """Return the list in force of each order whose numbers are loaded."""
    return {one.order_id: one for one in orders.list_lists(conn) if one.superseded_by is None}


def warnings(conn: Connection, registry: Registry, now: datetime) -> list[Text]:
    """Return what owners should know: the page was not read, or shows something that is not compared yet."""
    told: list[Text] = []
    failure = failure_of(conn)
    if failure is not None:
        told.append(
            say(
                "The USPTO's page of orders could not be read ({reason}). An order newer than the last one known may "
                "be missing.",
                reason=failure[1],
            )
        )
    for one in open_documents(conn):
        noticed = datetime.fromisoformat(one.noticed)
        if now - noticed <= NEWS:
            told.append(
                say(
                    "A document is new on the USPTO's page of orders since {day} and not compared with the marks yet: "
                    "{title}",
                    day=new_york_day(noticed),
                    title=one.title,
                )
            )
    return [*told, *unreviewed(conn, registry, now)]


def unreviewed(conn: Connection, registry: Registry, now: datetime) -> tuple[Text, ...]:
    """Return a warning for each list that came in of late and that no person has checked yet."""
    return tuple(
        say(
            "The numbers of {order} were read by machine on {day}; no person has checked them yet.",
            order=order_text(one.order_id, day_of(registry, one.order_id)),
            day=new_york_day(one.imported_at) if one.imported_at else date.min,
        )
        for one in loaded(conn).values()
        if not one.reviewed and one.imported_at and now - one.imported_at <= NEWS
    )


def day_of(registry: Registry, order_id: str) -> str:
    """Return the day of an order as it is known, "" when it is not."""
    order = registry.order(order_id)
    return order.date if order else ""
