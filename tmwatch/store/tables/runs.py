"""Tables of the runs themselves: the ledger and the leases that keep two of them apart."""

from __future__ import annotations

from sqlalchemy import Index, TypedColumns

from tmwatch.store.tables.base import JSON, KEY, MOMENT, NUMBER, TEXT, optional, primary, required, table


class RunColumns(TypedColumns):
    """One run. `state`: running | done | incomplete | failed | dead (its process went away)."""

    id = primary(KEY)
    kind = required(KEY)
    started_at = required(MOMENT)
    finished_at = optional(MOMENT)
    state = required(KEY)
    pid = required(NUMBER)
    host = required(TEXT)
    watched = optional(NUMBER)
    checked = optional(NUMBER)
    failed = optional(JSON)
    sources = optional(JSON)
    counts = optional(JSON)
    anomaly = optional(TEXT)
    exit_code = optional(NUMBER)


RUNS = table("runs", RunColumns, Index("ix_runs_started_at", "started_at"))


class LeaseColumns(TypedColumns):
    """Who holds a named lock, until when. `token` grows with every take-over and fences off a late holder."""

    name = primary(KEY)
    holder = required(TEXT)
    token = required(NUMBER)
    pid = required(NUMBER)
    host = required(TEXT)
    since = required(MOMENT)
    expires_at = required(MOMENT)


LEASES = table("leases", LeaseColumns)
