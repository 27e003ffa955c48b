"""Once a day: drop raw answers that are old enough, back the database up, and try whether the backup can be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from tmwatch.errors import StoreError
from tmwatch.pipeline.context import NEW_YORK, Context
from tmwatch.store import documents, runs, schema
from tmwatch.store.engine import reading
from tmwatch.text import say

KIND = "housekeeping"
AT = time(3, 30)  # New York, behind the nightly pass
KEPT_BACKUPS = 7


@dataclass(frozen=True, slots=True)
class Kept:
    """What was done: raw answers dropped, and the backup made (None on PostgreSQL, which has its own tools)."""

    pruned: int
    backup: Path | None


def due(now: datetime, last: datetime | None) -> bool:
    """Whether today's housekeeping (New York, from 03:30) was not done yet."""
    local = now.astimezone(NEW_YORK)
    begin = datetime.combine(local.date(), AT, NEW_YORK)
    return local >= begin and (last is None or last.astimezone(NEW_YORK) < begin)


def tidy_if_due(ctx: Context) -> Kept | None:
    """Do today's housekeeping once; None when it was done. StoreError: the backup failed, and says how."""
    with reading(ctx.engine) as conn:
        last = runs.last_run(conn, KIND, now=ctx.now)
    if not due(ctx.now, last.started_at if last else None):
        return None
    with ctx.engine.begin() as conn:
        run_id = runs.start_run(conn, KIND, ctx.now)
        pruned = documents.prune(conn, ctx.now - timedelta(days=ctx.settings.store.keep_raw_days))
    try:
        backup = back_up(ctx)
    except StoreError as error:
        with ctx.engine.begin() as conn:
            failed = [{"source": KIND, "serial_number": None, "file": None, "error": str(error)}]
            runs.finish_run(conn, run_id, ctx.clock(), state="incomplete", failed=failed, exit_code=3)
        raise
    with ctx.engine.begin() as conn:
        counts = {"pruned": pruned, "backup": str(backup) if backup else None}
        runs.finish_run(conn, run_id, ctx.clock(), counts=counts, exit_code=0)
    return Kept(pruned, backup)


def back_up(ctx: Context) -> Path | None:
    """Copy an SQLite database, read the copy back, and keep the newest seven; None on PostgreSQL."""
    folder = ctx.settings.store.backup_dir
    backup = schema.back_up(ctx.settings.database.url, f"{ctx.now:%Y%m%d}", folder)
    if backup is None:
        return None
    try:
        restored(backup)
    except StoreError:
        backup.unlink(missing_ok=True)
        raise
    stem = backup.name.partition(".backup-")[0]
    daily = sorted(path for path in backup.parent.glob(f"{stem}.backup-[0-9]*"))
    for old in daily[:-KEPT_BACKUPS]:
        old.unlink(missing_ok=True)
    return backup


def restored(backup: Path) -> dict[str, int]:
    """Open a backup, check it whole, and return the rows of each table; StoreError when it is no good."""
    try:
        with closing(sqlite3.connect(f"{backup.as_uri()}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise StoreError(say("the backup {path} is damaged: {reason}", path=str(backup), reason=verdict))
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
    except sqlite3.Error as error:
        raise StoreError(
            say("the backup {path} cannot be read: {reason}", path=str(backup), reason=str(error))
        ) from error
