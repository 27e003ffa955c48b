"""Old record, new record -> what changed, field by field, after normalising; and how two records of one case merge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

INCIDENT_DAYS = 30  # how long a change of attorney, correspondence or owner stays an open finding


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one case. `kind`: field (name = field), event (name = code/type, new = the entry) or finding
    (name = rule|key, old and new = severity label or None). `old` and `new` are JSON-able values, None when absent."""

    serial_number: str
    kind: str
    name: str
    old: object
    new: object
    as_of: date
    id: int | None = None
    client: str = ""
    recorded_at: datetime | None = None
