"""What the last finished pass over the portfolio did, read back from the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from tmwatch.digest.model import SourceState
from tmwatch.pipeline.bulk_products import PRODUCTS
from tmwatch.pipeline.coverage import PassInfo
from tmwatch.pipeline.daily_pass import days_read
from tmwatch.store import marks, portfolio, runs, unconfirmed

if TYPE_CHECKING:
    from sqlalchemy import Connection


def last_pass(conn: Connection, now: datetime | None = None) -> PassInfo | None:
    """Return the coverage of the last finished pass, for digests that are made at another hour; None without one."""
    last = runs.last_run(conn, "run", now=now)
    if last is None:
        return None
    tsdr = any(source["name"] == "tsdr" for source in last.sources)
    serials = portfolio.watched_serials(conn)
    begun = (last.counts or {}).get("begun")
    if tsdr:
        seen = marks.checked_since(conn, serials, datetime.fromisoformat(begun) if begun else last.started_at)
    else:
        seen = set(unconfirmed.standings(conn, serials))  # the marks some daily file told of
    days = [days_read(conn, product) for product in PRODUCTS]
    return PassInfo(
        checked=frozenset(seen),
        daily_files_until=days[0][0],
        missing_days=tuple(sorted({day for _, missing in days for day in missing})),
        reasons={row["serial_number"]: runs.why_of(row) for row in last.failed if row["serial_number"]},
        sources=tuple(
            SourceState(s["name"], datetime.fromisoformat(s["data_as_of"]) if s["data_as_of"] else None, s["failed"])
            for s in last.sources
        ),
        tsdr_used=tsdr,
    )
