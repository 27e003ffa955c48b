"""The Office's maintenance dates (TSDR `maintenance`) beside the computed ones: a disagreement is told, not hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tmwatch.deadlines.days import next_business_day
from tmwatch.deadlines.maintenance import maintenance
from tmwatch.deadlines.model import Period
from tmwatch.records import CaseFile
from tmwatch.text import Text, say

# nextFormToFile -> the kinds of period it can be about
_FORMS = {
    "8": ("section_8", "section_8_9"),
    "9": ("section_8_9",),
    "89": ("section_8_9",),
    "71": ("section_71", "section_71_9"),
}


@dataclass(frozen=True, slots=True)
class OfficeDates:
    """What the Office says comes next: earliestDate, latestDateWithoutFee, latestDateWithFee, nextFormToFile."""

    opens: date | None = None
    due: date | None = None
    grace_ends: date | None = None
    form: str | None = None


def disagreements(mark: CaseFile, as_of: date, office: OfficeDates) -> tuple[Text, ...]:
    """Return a sentence for each point in which the Office's dates differ from the computed ones; empty: they agree.

    It is unknown whether the Office moves its days to a business day, so both the plain and the moved day agree.
    """
    ours = next((one for one in maintenance(mark, as_of) if one.state != "accepted"), None)
    return tuple(_compare(ours, office)) if ours and ours.kind not in ("section_15", "international_renewal") else ()


def _compare(ours: Period, office: OfficeDates) -> Iterator[Text]:
    """Yield the differences one by one."""
    if office.form in _FORMS and ours.kind not in _FORMS[office.form]:
        yield say("The USPTO asks for form {form} next, the computed next filing is another one", form=office.form)
    if _differ(office.opens, ours.opens):
        yield say("The USPTO opens the window on {office}, computed {ours}", office=office.opens, ours=ours.opens)
    if _differ(office.due, ours.due):
        yield say("The USPTO closes the window on {office}, computed {ours}", office=office.due, ours=ours.due)
    if _differ(office.grace_ends, ours.grace_ends):
        yield say(
            "The USPTO ends the grace on {office}, computed {ours}", office=office.grace_ends, ours=ours.grace_ends
        )


def _differ(office: date | None, ours: date | None) -> bool:
    """Whether two days differ, moved to a business day or not; a day that is not told differs from nothing."""
    return None not in (office, ours) and ours is not None and office not in (ours, next_business_day(ours))
