"""What is in the register and how fresh it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tmwatch.register.folder import Folder, size_of


@dataclass(frozen=True, slots=True)
class Status:
    """`marks` counted once each; `newest` transaction date; `missing` days without a daily file after the base (of
    the last 60); `set_aside` records that could not be read; bytes on disk."""

    marks: int
    files: int
    deltas: int
    overlay_records: int
    newest: date | None
    days_until: date | None
    missing: tuple[date, ...]
    set_aside: tuple[str, ...]
    bytes: int
    updated_at: datetime | None


def status(folder: Folder) -> Status:
    """Return the state of the register; UsageError when there is none. Reads nothing but the manifest."""
    held = folder.existing()
    days = sorted({part.day for part in held.parts if part.is_delta and part.day})
    return Status(
        held.marks,
        len(held.parts),
        sum(part.is_delta for part in held.parts),
        held.overlay_records,
        held.last,
        days[-1] if days else None,
        _missing(days),
        tuple(f"{part.source}: {line}" for part in held.parts for line in part.set_aside),
        size_of(folder.all_files(held)),
        held.updated_at,
    )


def _missing(days: list[date]) -> tuple[date, ...]:
    """Return the days between the first and the last daily file that have none (there is one every day)."""
    if not days:
        return ()
    first = max(days[0], days[-1] - timedelta(days=60))
    every = (first + timedelta(days=n) for n in range((days[-1] - first).days))
    return tuple(day for day in every if day not in days)
