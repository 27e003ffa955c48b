"""Tables of the runs themselves: the ledger and the leases that keep two of them apart."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from tmwatch.store.tables.base import Base, Json, Key


class RunRow(Base):
    """One run. `state`: running | done | incomplete | failed | dead (its process went away)."""

    __tablename__ = "runs"
    __table_args__ = (Index("ix_runs_started_at", "started_at"),)

    id: Mapped[Key] = mapped_column(primary_key=True)
    kind: Mapped[Key]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    state: Mapped[Key]
    pid: Mapped[int]
    host: Mapped[str]
    watched: Mapped[int | None]
    checked: Mapped[int | None]
    failed: Mapped[Json | None]
    sources: Mapped[Json | None]
    counts: Mapped[Json | None]
    anomaly: Mapped[str | None]
    exit_code: Mapped[int | None]


class LeaseRow(Base):
    """Who holds a named lock, until when. `token` grows with every take-over and fences off a late holder."""

    __tablename__ = "leases"

    name: Mapped[Key] = mapped_column(primary_key=True)
    holder: Mapped[str]
    token: Mapped[int]
    pid: Mapped[int]
    host: Mapped[str]
    since: Mapped[datetime]
    expires_at: Mapped[datetime]
