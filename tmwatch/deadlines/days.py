"""Days as the Office counts them: month steps and the next business day in Washington, DC.

All days are days in America/New_York. Sources: 37 CFR 2.196, 35 USC 21(b), TMEP 310, TBMP 112, 5 USC 6103.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache, lru_cache

from tmwatch.codes import read_table

_EMANCIPATION = "Emancipation Day"


@lru_cache(maxsize=65536)
def add_months(day: date, months: int) -> date:
    """Step `months` (may be negative) from `day`: same day of the month, else that month's last day (TMEP 310).

    Step once from the start date; a chain of steps may drift (31 December + 6 + 6 months is not 31 December).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """Step `years` from `day`; 29 February becomes 28 February in a common year."""
    return add_months(day, 12 * years)


@cache
def federal_holidays(year: int) -> frozenset[date]:
    """The federal holidays in DC of one year: 5 USC 6103 with observed days and Inauguration Day.

    Emancipation Day is a holiday of the District, not a federal one, and does not count.
    """
    return _table().get(year) or compute_holidays(year)


@cache
def _table() -> dict[int, frozenset[date]]:
    """The days of the years that matter, computed beforehand: the library takes a tenth of a second to start."""
    years: dict[int, set[date]] = {}
    for row in read_table("federal_holidays.csv"):
        day = date.fromisoformat(row["day"])
        years.setdefault(day.year, set()).add(day)
    return {year: frozenset(days) for year, days in years.items()}


def compute_holidays(year: int) -> frozenset[date]:
    """Compute the holidays of one year, as the table of package data was made."""
    import holidays

    table = holidays.country_holidays("US", subdiv="DC", observed=True, years=year)
    return frozenset(day for day in table if any(_EMANCIPATION not in name for name in table.get_list(day)))


@lru_cache(maxsize=65536)
def next_business_day(day: date) -> date:
    """Return `day`, or the next day that is no Saturday, Sunday or federal holiday in DC (37 CFR 2.196)."""
    while day.weekday() >= 5 or day in federal_holidays(day.year):
        day += timedelta(days=1)
    return day
