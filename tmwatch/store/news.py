"""Which changes a client has not been told of yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, or_, select

from tmwatch.changes import Change
from tmwatch.store import ledger, sql
from tmwatch.store.tables import ChangeRow, MessageItemRow, WatchRow


def unreported(conn: Connection, client: str) -> tuple[Change, ...]:
    """Return the changes a client has not been told of, oldest first: of marks watched for her since before the change,
    meant for all or for her, and in no message of hers."""
    c = ChangeRow
    rows = conn.execute(_untold(select(sql.table(c)), client).order_by(c.id))
    return tuple(ledger.to_change(row) for row in rows)


def clients_with_news(conn: Connection) -> tuple[str, ...]:
    """Return the clients for whom `unreported` holds something, sorted."""
    w, c = WatchRow, ChangeRow
    query = _untold(select(w.client).join_from(w, c, w.serial_number == c.serial_number), None)
    return tuple(conn.scalars(query.distinct().order_by(w.client)))


def _untold(query: Select[Any], client: str | None) -> Select[Any]:
    """Restrict a query over changes to those a client (None: the client of the joined watch) was not told of."""
    c, w, i = ChangeRow, WatchRow, MessageItemRow
    who: Any = w.client if client is None else client
    told = select(i.change_id).where(i.change_id == c.id, i.client == who).exists()
    watched = (w.serial_number == c.serial_number, w.removed_at.is_(None), w.added_at <= c.recorded_at)
    query = query.where(or_(c.client == "", c.client == who), c.pruned_at.is_(None), ~told)
    if client is None:
        return query.where(*watched)
    return query.where(select(w.id).where(w.client == client, *watched).exists())
