"""Legal date arithmetic: what must be filed, when the window opens and closes, which event clears it."""

from tmwatch.deadlines.days import add_months, add_years, federal_holidays, next_business_day
from tmwatch.deadlines.engine import deadlines
from tmwatch.deadlines.maintenance import maintenance
from tmwatch.deadlines.model import Coming, Deadline, Period
from tmwatch.deadlines.office_dates import OfficeDates, disagreements
from tmwatch.deadlines.proceedings import order_response

__all__ = [
    "Coming",
    "Deadline",
    "OfficeDates",
    "Period",
    "add_months",
    "add_years",
    "deadlines",
    "disagreements",
    "federal_holidays",
    "maintenance",
    "next_business_day",
    "order_response",
]
