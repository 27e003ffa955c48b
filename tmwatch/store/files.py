"""The ledger of bulk files: which were read, which are still to do, which failed and how often they were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from tmwatch.store import sql
from tmwatch.store.tables import DOWNLOAD_ATTEMPTS, SOURCE_FILES


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One issue of a bulk file. `state`: todo | done | failed (tried again like todo)."""

    id: int
    product: str
    name: str
    issue: int
    data_date: date | None
    size: int | None
    sha256: str | None
    state: str
    attempts: int
    error: str | None
    records: int | None
    set_aside: int
    first_seen: datetime
    finished_at: datetime | None


def note_files(
    conn: Connection, product: str, listed: Sequence[tuple[str, date | None, int | None]], now: datetime
) -> int:
    """Note files a source lists: (name, data date, size in bytes). Return how many are new to do.

    A name that was read with another size is a re-issue: a new row with the next issue number.
    """
    known = {one.name: one for one in list_files(conn, product)}
    rows = []
    for name, data_date, size in dict.fromkeys(listed):
        have = known.get(name)
        if have is None:
            rows.append(_row(product, name, 1, data_date, size, now))
        elif have.state == "done" and None not in (size, have.size) and size != have.size:
            rows.append(_row(product, name, have.issue + 1, data_date, size, now))
    sql.insert_new(conn, SOURCE_FILES, rows)
    return len(rows)


def open_file(
    conn: Connection, product: str, name: str, sha256: str, size: int, data_date: date | None, now: datetime
) -> SourceFile | None:
    """Return the row under which these bytes are to be read; None when these very bytes were read before.

    The same name with other bytes than those read is a re-issue and gets a row of its own.
    """
    issues = [one for one in list_files(conn, product, newest_only=False) if one.name == name]
    if any(one.state == "done" and one.sha256 == sha256 for one in issues):
        return None
    unread = [one for one in issues if one.state != "done"]
    if unread:
        row_id = unread[-1].id
    else:
        row = _row(product, name, max((one.issue for one in issues), default=0) + 1, data_date, size, now)
        row_id = conn.execute(sql.insert(conn, SOURCE_FILES).returning(SOURCE_FILES.c.id), row).scalar_one()
    f = SOURCE_FILES.c
    values: dict[str, Any] = {"sha256": sha256, "size": size}
    if data_date is not None:
        values["data_date"] = data_date
    conn.execute(update(SOURCE_FILES).where(f.id == row_id).values(**values))
    return SourceFile(*conn.execute(select(*_columns()).where(f.id == row_id)).one())


def list_files(conn: Connection, product: str, newest_only: bool = True) -> tuple[SourceFile, ...]:
    """Return the files of a product, oldest data first; of each name the newest issue only, or all."""
    f = SOURCE_FILES.c
    query = select(*_columns()).where(f.product == product).order_by(f.data_date, f.name, f.issue)
    rows = [SourceFile(*row) for row in conn.execute(query)]
    return tuple({one.name: one for one in rows}.values()) if newest_only else tuple(rows)


def finish_file(
    conn: Connection, file_id: int, *, sha256: str, records: int, now: datetime, set_aside: int = 0
) -> None:
    """Note that a file was read to its end: `records` selected of it, `set_aside` of them unreadable."""
    values = {"state": "done", "sha256": sha256, "records": records, "set_aside": set_aside, "error": None}
    f = SOURCE_FILES.c
    conn.execute(update(SOURCE_FILES).where(f.id == file_id).values(**values, finished_at=now, attempts=f.attempts + 1))


def fail_file(conn: Connection, file_id: int, error: str) -> None:
    """Note why a file could not be read; it stays to do."""
    f = SOURCE_FILES.c
    values = {"state": "failed", "error": error, "attempts": f.attempts + 1}
    conn.execute(update(SOURCE_FILES).where(f.id == file_id).values(**values))


def count_download(conn: Connection, product: str, name: str, year: int) -> int:
    """Count one download of a file in a calendar year, before it starts; return how many that makes (limit: 20)."""
    statement = sql.insert(conn, DOWNLOAD_ATTEMPTS)
    attempts = DOWNLOAD_ATTEMPTS.c.attempts
    statement = statement.on_conflict_do_update(
        index_elements=["product", "name", "year"], set_={"attempts": attempts + 1}
    )
    row = {"product": product, "name": name, "year": year, "attempts": 1}
    return int(conn.execute(statement.returning(attempts), row).scalar_one())


def _columns() -> list[Any]:
    """Return the columns of a SourceFile in its order."""
    return [SOURCE_FILES.c[name] for name in SourceFile.__dataclass_fields__]


def _row(
    product: str, name: str, issue: int, data_date: date | None, size: int | None, now: datetime
) -> dict[str, Any]:
    """Return the row of a file to do."""
    return {
        "product": product,
        "name": name,
        "issue": issue,
        "data_date": data_date,
        "size": size,
        "sha256": None,
        "state": "todo",
        "attempts": 0,
        "set_aside": 0,
        "first_seen": now,
    }
