"""The maintenance windows of a registration: year 6, then every term of 10 (once 20) years.

Every date is one step from the registration date. Sources: 15 USC 1058, 1059, 1141k; 37 CFR 2.160, 2.182, 7.36.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tmwatch.deadlines.days import add_months, add_years, next_business_day
from tmwatch.deadlines.history import History

# Registrations issued or renewed before this day got terms of 20 years (Trademark Law Revision Act of 1988).
TEN_YEAR_TERMS_SINCE = date(1989, 11, 16)
GRACE = 6  # months
SLOW_DECISION = 24  # months after the grace within which a decision is taken to belong to the window


@dataclass(frozen=True, slots=True)
class Half:
    """A part of a period that is judged on its own: its event groups and the statuses that prove it."""

    name: str  # "section 8"
    filed: tuple[str, ...]
    accepted: tuple[str, ...]
    accepted_part: str
    proved_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """The papers of one kind of period. `renewable`: the record's renewal date proves a decade."""

    kind: str
    halves: tuple[Half, ...]
    renewable: bool
    any_filed: tuple[str, ...]
    any_accepted: tuple[str, ...]


def _family(kind: str, renewable: bool, *halves: Half) -> Family:
    """Join the groups of the halves, so that "any paper" is one look-up."""
    filed = tuple(dict.fromkeys(group for half in halves for group in half.filed))
    accepted = dict.fromkeys(group for half in halves for group in (*half.accepted, half.accepted_part) if group)
    return Family(kind, halves, renewable, filed, tuple(accepted))


_SECTION_71 = Half(
    "section 71", ("section_71.filed",), ("section_71.accepted",), "section_71.accepted_part", ("proves_section_71",)
)
YEAR_6 = _family(
    "section_8",
    False,
    Half("section 8", ("section_8.filed",), ("section_8.accepted",), "section_8.accepted_part", ("proves_section_8",)),
)
DECADE = _family(
    "section_8_9",
    True,
    Half(
        "section 8",
        ("section_8_9.filed", "section_8_9.filed_8"),
        ("section_8_9.accepted", "section_8_9.accepted_8"),
        "section_8_9.accepted_8_part",
        ("proves_section_8", "proves_renewal"),
    ),
    Half(
        "section 9",
        ("section_8_9.filed", "section_8_9.filed_9"),
        ("section_8_9.accepted", "section_8_9.accepted_9"),
        "",
        ("proves_renewal",),
    ),
)
YEAR_6_MADRID = _family("section_71", False, _SECTION_71)
DECADE_MADRID = _family("section_71_9", False, _SECTION_71)  # renewed at WIPO, which settles no affidavit


@dataclass(frozen=True, slots=True)
class Window:
    """One window with its plain dates. `number`: 0 for year 6, k for the decade that ends on the anniversary 10 k."""

    family: Family
    number: int
    opens: date
    due: date
    grace_ends: date
    closes: date  # plain day up to which a decision without a filing on record is taken to belong here

    @property
    def last_filing_day(self) -> date:
        """The last day on which a filing is in time, surcharge paid."""
        return next_business_day(self.grace_ends)


def _window(family: Family, number: int, registered: date, first: int, last: int) -> Window:
    """Make the window from month `first` to month `last` after registration."""
    return Window(
        family,
        number,
        opens=add_months(registered, first),
        due=add_months(registered, last),
        grace_ends=add_months(registered, last + GRACE),
        closes=add_months(registered, last + GRACE + SLOW_DECISION),
    )


def windows(registered: date, history: History, madrid: bool) -> Iterator[Window]:
    """Yield the windows of a registration in order, without end."""
    yield _window(YEAR_6_MADRID if madrid else YEAR_6, 0, registered, 60, 72)
    months = 0
    while True:
        start = add_months(registered, months)
        months += 240 if _ran_twenty_years(start, history) else 120
        yield _window(DECADE_MADRID if madrid else DECADE, months // 120, registered, months - 12, months)


def _ran_twenty_years(start: date, history: History) -> bool:
    """Whether the term that began on `start` ran 20 years: by its date, unless a renewal event there says otherwise."""
    by_date = start < TEN_YEAR_TERMS_SINCE
    if abs((start - TEN_YEAR_TERMS_SINCE).days) > 1100:
        return by_date
    near = (add_years(start, -1), add_years(start, 2))
    twenty = history.between(*near, "renewal.twenty_years")
    ten = history.between(*near, "renewal.ten_years")
    return not ten if by_date else bool(twenty and not ten)


def opened(registered: date, history: History, madrid: bool, as_of: date) -> tuple[list[Window], Window]:
    """Return the windows that have opened by `as_of`, oldest first, and the next one, which has not."""
    found: list[Window] = []
    for window in windows(registered, history, madrid):
        if window.opens > as_of:
            return found, window
        found.append(window)
    raise AssertionError("windows have no end")
