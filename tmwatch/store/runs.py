"""The ledger of runs, and the lease that keeps two of them apart."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from tmwatch.store import sql
from tmwatch.store.leases import acquire_lock, process_lives, release_lock, renew_lock
from tmwatch.store.tables import RUNS
from tmwatch.text import Text

__all__ = [
    "Run",
    "acquire_lock",
    "finish_run",
    "last_run",
    "list_runs",
    "mark_dead_runs",
    "release_lock",
    "renew_lock",
    "start_run",
    "unfinished_since",
    "why_of",
]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the ledger. `state`: running | done | incomplete | failed | dead."""

    id: str
    kind: str
    started_at: datetime
    finished_at: datetime | None
    state: str
    pid: int
    host: str
    watched: int | None = None
    checked: int | None = None
    failed: Sequence[Mapping[str, Any]] = ()
    sources: Sequence[Mapping[str, Any]] = ()
    counts: Mapping[str, Any] | None = None
    anomaly: str | None = None
    exit_code: int | None = None


def start_run(conn: Connection, kind: str, now: datetime) -> str:
    """Open a run of this process and return its id; runs whose process is gone are marked dead first."""
    mark_dead_runs(conn, now)
    run_id = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    row = {"id": run_id, "kind": kind, "started_at": now, "state": "running"}
    conn.execute(sql.insert(conn, RUNS).values(**row, pid=os.getpid(), host=socket.gethostname()))
    return run_id


def finish_run(
    conn: Connection,
    run_id: str,
    now: datetime,
    *,
    state: str = "done",
    watched: int | None = None,
    checked: int | None = None,
    failed: Sequence[Mapping[str, Any]] = (),
    sources: Sequence[Mapping[str, Any]] = (),
    counts: Mapping[str, Any] | None = None,
    anomaly: str | None = None,
    exit_code: int | None = None,
) -> None:
    """Close a run with its figures. `failed`, `sources` and `counts` are JSON-able, as DESIGN's `run --json` names
    them."""
    values = {
        "finished_at": now,
        "state": state,
        "watched": watched,
        "checked": checked,
        "failed": [dict(one) for one in failed],
        "sources": [dict(one) for one in sources],
        "counts": dict(counts or {}),
        "anomaly": anomaly,
        "exit_code": exit_code,
    }
    conn.execute(update(RUNS).where(RUNS.c.id == run_id).values(**values))


def mark_dead_runs(conn: Connection, now: datetime) -> tuple[str, ...]:
    """Mark runs of this host that say "running" although their process is gone; return their ids."""
    here = socket.gethostname()
    query = select(RUNS.c.id, RUNS.c.pid).where(RUNS.c.state == "running", RUNS.c.host == here)
    dead = tuple(row.id for row in conn.execute(query.order_by(RUNS.c.started_at)) if not process_lives(row.pid))
    for part in sql.chunks(dead):
        conn.execute(update(RUNS).where(RUNS.c.id.in_(part)).values(state="dead", finished_at=now))
    return dead


def list_runs(conn: Connection, limit: int = 20) -> tuple[Run, ...]:
    """Return the newest runs, newest first."""
    query = select(RUNS).order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc()).limit(limit)
    return tuple(_run(row._mapping) for row in conn.execute(query))


def last_run(conn: Connection, kind: str, *, now: datetime | None = None) -> Run | None:
    """Return the newest finished run of a kind; with `now`, none that a clock ahead of its time dated after it."""
    query = select(RUNS).where(RUNS.c.kind == kind, RUNS.c.state.in_(["done", "incomplete"]))
    if now is not None:
        query = query.where(RUNS.c.started_at <= now + sql.DOUBTFUL)
    row = conn.execute(query.order_by(RUNS.c.started_at.desc()).limit(1)).first()
    return None if row is None else _run(row._mapping)


def unfinished_since(conn: Connection, kind: str, run_id: str, earliest: datetime) -> datetime | None:
    """Return when the first of the passes began that died in a row right before `run_id`; None when the one before
    ended, or began before `earliest`. The caller holds the lease of the kind, so none of them lives."""
    r = RUNS.c
    query = select(r.state, r.started_at).where(r.kind == kind, r.id != run_id, r.started_at >= earliest)
    since = None
    for row in conn.execute(query.order_by(r.started_at.desc(), r.id.desc())):
        if row.state not in ("dead", "running"):
            break
        since = row.started_at
    return since


def why_of(entry: Mapping[str, Any]) -> str | Text:
    """Read from an entry of `failed` why something failed; an older program kept the English alone."""
    return Text.from_json(entry["said"]) if entry.get("said") else str(entry["error"])


def _run(row: Any) -> Run:
    """Turn a row into a Run."""
    values = {name: row[name] for name in Run.__dataclass_fields__}
    return Run(**(values | {"failed": tuple(row["failed"] or ()), "sources": tuple(row["sources"] or ())}))
