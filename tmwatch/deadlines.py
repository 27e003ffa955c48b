"""Legal date arithmetic: what must be filed, when the window opens and closes, which event clears it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing to file. `opens` is the plain day; `due` and `grace_ends` are moved to the next business day
    (37 CFR 2.196). `state`: open | filed | refused | overdue. `confidence`: the letter of facts/deadlines.md."""

    kind: str
    state: str
    due: date | None
    citation: str
    opens: date | None = None
    grace_ends: date | None = None
    satisfied_by: str | None = None
    confidence: str = "H"
    period: str = ""  # what tells two deadlines of one kind apart: "year 6", "decade 1", an event's date
