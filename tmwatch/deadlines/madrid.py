"""Section 66(a): the renewal at WIPO and the transformation after the international registration is lost.

Sources: 37 CFR 7.31, 7.41; 15 USC 1141j(c).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tmwatch.deadlines.codes import law, statuses
from tmwatch.deadlines.days import add_months, add_years, next_business_day
from tmwatch.deadlines.model import Deadline, Period, deadline
from tmwatch.deadlines.standing import Case

_EARLY = 12  # months before the last day from which a renewal event is taken to be about this term
_GRACE = 6  # months at WIPO


def international_period(case: Case) -> Iterator[Period]:
    """Yield the current term of the international registration, which WIPO renews: decade k, six months of grace.

    The last day is the recorded renewal date, else the anniversary of the international registration; RNWL/P moves it.
    """
    term = _term(case) if case.madrid else None
    if term is None:
        return
    number, due, following = term
    if case.history.last("madrid.renewed", since=add_months(due, -_EARLY)):
        number, due = number + 1, following
    grace_ends = add_months(due, _GRACE)
    state = "open" if case.as_of <= due else "grace" if case.as_of <= grace_ends else "past_grace"
    yield Period("international_renewal", number, add_months(due, -_EARLY), due, grace_ends, state)


def _term(case: Case) -> tuple[int, date, date] | None:
    """Return number and last day of the term that runs (or is in grace), and the last day of the one after it."""
    block = case.mark.international_registration
    if block is None:
        return None
    start, due = block.registration_date, block.renewal_date
    if start is None:
        return (1, due, add_years(due, 10)) if due else None
    number = 1
    while add_years(start, 10 * number) < due if due else add_months(start, 120 * number + _GRACE) < case.as_of:
        number += 1
    return number, due or add_years(start, 10 * number), add_years(start, 10 * (number + 1))


def international_renewal(case: Case) -> Iterator[Deadline]:
    """Yield the renewal at WIPO. Its days are WIPO's: they are not moved for holidays of Washington."""
    for period in international_period(case):
        if period.state != "past_grace":
            source = law("international_renewal")
            yield Deadline(
                "international_renewal",
                "open",
                period.due,
                source.citation,
                grace_ends=period.grace_ends,
                confidence=source.confidence,
                period=period.name,
            )


def transformation(case: Case) -> Iterator[Deadline]:
    """Yield the request to transform: three months from the cancellation of the international registration."""
    status = case.mark.status_code
    if status in statuses("transformation_over") or case.history.has("madrid.transformation_done"):
        return
    if not case.madrid and status not in statuses("transformable"):
        return
    lost = _lost_on(case)
    if lost is None:
        return
    day, confidence = lost
    due = add_months(day, 3)
    filed = case.history.last("madrid.transformation_filed", since=day)
    refused = case.history.last("madrid.transformation_refused", since=day)
    if not filed and case.as_of > next_business_day(due):
        return
    state = "refused" if refused else "filed" if filed else "open"
    event = refused or filed
    yield deadline(
        "transformation",
        state,
        due,
        opens=day,
        period=day.isoformat(),
        satisfied_by=event.key if event else None,
        confidence=confidence,
    )


def _lost_on(case: Case) -> tuple[date, str] | None:
    """Return the day on which the international registration was lost, and how sure it is."""
    block = case.mark.international_registration
    if block and block.death_date and block.death_date <= case.as_of:
        return block.death_date, "H"
    events = case.history.of("madrid.lost") or case.history.of("madrid.lost_notice")
    if events:
        return events[0].date, "M"  # the earliest: the Office learns of it later than it happens
    changed = case.mark.status_date
    if case.mark.status_code in statuses("transformable") and changed and changed <= case.as_of:
        return changed, "L"
    return None
