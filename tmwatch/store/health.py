"""How fresh each source is: when it last answered, how old its data is, what went wrong last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from tmwatch.store import sql
from tmwatch.store.tables import SOURCE_HEALTH
from tmwatch.text import Text

SAID = "said"  # key of `detail` with the last error as a sentence


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What is known of one source. Times are UTC; `detail` is the source's own (JSON-able)."""

    source: str
    last_ok_at: datetime | None = None
    data_as_of: datetime | None = None
    last_error: str | None = None
    last_error_at: datetime | None = None
    detail: Mapping[str, Any] | None = None

    @property
    def why(self) -> str | Text | None:
        """The last error as a sentence; what an older program noted is English."""
        said = (self.detail or {}).get(SAID)
        return Text.from_json(said) if said else self.last_error


def note_ok(
    conn: Connection,
    source: str,
    at: datetime,
    data_as_of: datetime | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note that a source answered at `at` with data of `data_as_of`; what is not given stays as it was."""
    statement = sql.insert(conn, SOURCE_HEALTH)
    new, old = statement.excluded, SOURCE_HEALTH.c
    values: dict[str, Any] = {
        "last_ok_at": new.last_ok_at,
        "data_as_of": func.coalesce(new.data_as_of, old.data_as_of),
        "detail": func.coalesce(new.detail, old.detail),
    }
    row = {"source": source, "last_ok_at": at, "data_as_of": data_as_of, "detail": detail and dict(detail)}
    conn.execute(statement.on_conflict_do_update(index_elements=["source"], set_=values), row)


def note_failure(conn: Connection, source: str, at: datetime, error: str | Text) -> None:
    """Note what a source said when it failed: the English, and in `detail` the sentence, for readers of another
    language."""
    known = conn.execute(select(SOURCE_HEALTH.c.detail).where(SOURCE_HEALTH.c.source == source)).scalar()
    detail = {name: value for name, value in (known or {}).items() if name != SAID}
    if isinstance(error, Text):
        detail[SAID] = error.to_json()
    row = {"source": source, "last_error": str(error), "last_error_at": at, "detail": detail or None}
    sql.upsert(conn, SOURCE_HEALTH, [row], ["source"])


def load_health(conn: Connection) -> dict[str, SourceHealth]:
    """Return what is known of every source, by name."""
    rows = conn.execute(select(SOURCE_HEALTH).order_by(SOURCE_HEALTH.c.source))
    return {row.source: SourceHealth(**row._mapping) for row in rows}
