"""One mark as the store holds it, and one on its way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tmwatch.changes import Change
from tmwatch.records import CaseFile


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A record with what the store knows about it. `revision` counts its contents, `checked_at` is the last valid TSDR
    record, `as_of` the moment the data is from."""

    record: CaseFile
    revision: int
    checked_at: datetime | None
    first_seen: datetime
    as_of: datetime


@dataclass(slots=True)
class Saving:
    """One mark on its way into the store: what was there, what it becomes, and what this call told."""

    old: StoredCase | None
    old_hash: str
    record: CaseFile
    hash: str
    told: list[CaseFile]
    changes: list[Change]

    @property
    def changed(self) -> bool:
        """Whether the content, not only its date or source, is another one."""
        return self.old is None or self.hash != self.old_hash or self.record.told != self.old.record.told
