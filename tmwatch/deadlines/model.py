"""What the engine says: a deadline of one thing to file, and how far a maintenance period came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tmwatch.deadlines.codes import law
from tmwatch.deadlines.days import next_business_day


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing to file. `opens` is the plain day; `due` and `grace_ends` are moved to the next business day
    (37 CFR 2.196). `state`: open | filed | refused | overdue. `confidence`: H seen in USPTO data or an official text,
    M one first-hand source, L not re-read or inferred ("check with counsel").

    `due` is None where the last day stands only in the letter, or where there is none (section 15). `extension_ends` is
    the last day that remains possible when every extension is asked in time.
    """

    kind: str
    state: str
    due: date | None
    citation: str
    opens: date | None = None
    grace_ends: date | None = None
    satisfied_by: str | None = None
    confidence: str = "H"
    period: str = ""  # what tells two deadlines of one kind apart: "year 6", "decade 1", an event's date
    extension_ends: date | None = None


class Coming(NamedTuple):
    """What is still to be filed of one deadline, as of a day: `day` is the last day that counts, the due day or the end
    of the grace period when that runs (`grace`); `grace_ends` is what is possible after a due day that lies ahead."""

    kind: str
    day: date
    grace: bool
    grace_ends: date | None
    citation: str


@dataclass(frozen=True, slots=True)
class Period:
    """One maintenance period of a live registration and how far it came.

    `kind` is a deadline kind: section_8, section_8_9, section_71, section_71_9, section_15, international_renewal.
    `opens`, `due` and `grace_ends` are plain days; the state is judged with the ones moved to a business day.
    `state`: not_open | open | grace | filed | refused | accepted | past_grace | history_incomplete.
    `by` is the event ("C15A/O"), status ("status 702") or "renewal date" that the state rests on. `missing` names the
    half of a decade's filing that is not there ("section 8" or "section 9") when the other one is.
    """

    kind: str
    number: int  # 0: year 6; k: decade k, which ends on the anniversary 10 k
    opens: date
    due: date | None
    grace_ends: date | None
    state: str
    filed_on: date | None = None
    accepted_on: date | None = None
    by: str | None = None
    partial: bool = False
    missing: str = ""

    @property
    def name(self) -> str:
        """`year 6` or `decade 2`; what Deadline.period says of the same thing."""
        if self.kind == "section_15":
            return ""
        return f"decade {self.number}" if self.number else "year 6"

    @property
    def last_day(self) -> date | None:
        """`due`, moved to the next business day."""
        return None if self.due is None else next_business_day(self.due)

    @property
    def last_grace_day(self) -> date | None:
        """`grace_ends`, moved to the next business day."""
        return None if self.grace_ends is None else next_business_day(self.grace_ends)


def deadline(
    kind: str,
    state: str,
    due: date | None,
    *,
    opens: date | None,
    period: str,
    grace_ends: date | None = None,
    extension_ends: date | None = None,
    satisfied_by: str | None = None,
    confidence: str | None = None,
    basis: str | None = None,
) -> Deadline:
    """Make a Deadline with the plain days `due`, `grace_ends`, `extension_ends` moved to a business day.

    Citation and confidence are those of `basis` (default: the kind) in the table of laws.
    """
    source = law(basis or kind)
    return Deadline(
        kind=kind,
        state=state,
        due=due and next_business_day(due),
        citation=source.citation,
        opens=opens,
        grace_ends=grace_ends and next_business_day(grace_ends),
        satisfied_by=satisfied_by,
        confidence=confidence or source.confidence,
        period=period,
        extension_ends=extension_ends and next_business_day(extension_ends),
    )


def running_state(as_of: date, due: date) -> str:
    """`open` up to the business day on which `due` falls, `overdue` after it."""
    return "open" if as_of <= next_business_day(due) else "overdue"
