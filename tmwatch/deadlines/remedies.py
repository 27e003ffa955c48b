"""What may still be done about a dead mark: revival, petition to the Director, reconsideration.

Both petitions have two forms: two months from the notice, and when no notice came two months from knowledge, at most
six months after the record shows the loss. The second is shown as a deadline of its own, with that outermost day.
Sources: 37 CFR 2.66, 2.68, 2.146(d), (j); TMEP 1714.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tmwatch.deadlines.codes import law, statuses
from tmwatch.deadlines.days import add_months, next_business_day
from tmwatch.deadlines.model import Deadline, deadline
from tmwatch.deadlines.standing import Case
from tmwatch.deadlines.use import LAST_MONTH, allowed_on, granted_extensions
from tmwatch.records import ProsecutionEvent

_FROM_NOTICE, _FROM_RECORD = 2, 6  # months
NOT_RECEIVED = "notice not received"
_NO_STATEMENT_OF_USE = 606


@dataclass(frozen=True, slots=True)
class _Loss:
    """When a mark was lost: the day of the notice, and the day the record shows it (with or without an event)."""

    notice: date
    shown: date
    on_record: bool = True


def remedies(case: Case) -> Iterator[Deadline]:
    """Yield the remedies that a dead case still has; one whose last day has gone by is not shown."""
    status = case.mark.status_code
    if status in statuses("revivable") | statuses("revival_pending"):
        yield from _revival(case)
    if status in statuses("express"):
        yield from _petition(case, _abandoned(case), "director_petition_express")
    if status in statuses("petitionable") | statuses("terminated"):
        yield from _petition(case, _lost(case), "director_petition")
    yield from _reconsideration(case)


def _revival(case: Case) -> Iterator[Deadline]:
    """Yield the petition to revive (37 CFR 2.66), or that it is filed."""
    loss = _abandoned(case)
    pending = f"status {case.mark.status_code}" if case.mark.status_code in statuses("revival_pending") else None
    if pending and not (loss and loss.on_record):
        yield deadline("revival", "filed", None, opens=None, period="", satisfied_by=pending, confidence="L")
        return
    if loss is None or _allowance_ran_out(case) or case.history.last("restored.revived", since=loss.shown):
        return
    filed = case.history.last("petition.revive", since=loss.shown)
    yield from _two_forms(case, "revival", "revival", loss, filed.key if filed else pending)


def _allowance_ran_out(case: Case) -> bool:
    """Whether the 36 months after the notice of allowance are the reason: then no petition helps (37 CFR 2.66(d))."""
    allowed = allowed_on(case) if case.mark.status_code == _NO_STATEMENT_OF_USE else None
    if allowed is None:
        return False
    end = next_business_day(add_months(allowed, LAST_MONTH))
    return granted_extensions(case, allowed) == 5 or case.as_of > end


def _petition(case: Case, loss: _Loss | None, basis: str) -> Iterator[Deadline]:
    """Yield the petition to the Director (37 CFR 2.146(d)) unless it was decided."""
    if loss is None or case.history.last("petition.director_refused", "petition.withdrawn", since=loss.shown):
        return
    filed = case.history.last("petition.director", since=loss.shown)
    yield from _two_forms(case, "director_petition", basis, loss, filed.key if filed else None)


def _two_forms(case: Case, kind: str, basis: str, loss: _Loss, filed: str | None) -> Iterator[Deadline]:
    """Yield the term from the notice and, while nothing is filed, the outermost one for a notice that never came."""
    due = add_months(loss.notice, _FROM_NOTICE)
    if filed or case.as_of <= next_business_day(due):
        yield deadline(
            kind,
            "filed" if filed else "open",
            due,
            opens=loss.notice,
            period=loss.notice.isoformat(),
            satisfied_by=filed,
            basis=basis,
            confidence=None if loss.on_record else "L",
        )
    latest = add_months(loss.shown, _FROM_RECORD)
    if not filed and case.as_of <= next_business_day(latest):
        confidence = "M" if loss.on_record and law(basis).confidence == "H" else "L"
        yield deadline(kind, "open", latest, opens=loss.shown, period=NOT_RECEIVED, basis=basis, confidence=confidence)


def _reconsideration(case: Case) -> Iterator[Deadline]:
    """Yield the request to reconsider a denied petition, two months from the decision (37 CFR 2.146(j))."""
    status = case.mark.status_code
    denied = _denied(case)
    if denied is None and status not in statuses("revival_denied") | statuses("petition_decided"):
        return
    day = denied.date if denied else case.mark.status_date
    if day is None or day > case.as_of or case.history.last("petition.reconsidered", since=day):
        return
    asked = case.history.last("petition.reconsider", since=day)
    due = add_months(day, 2)
    if asked or case.as_of <= next_business_day(due):
        yield deadline(
            "reconsideration",
            "filed" if asked else "open",
            due,
            opens=day,
            period=day.isoformat(),
            satisfied_by=asked.key if asked else None,
        )


def _denied(case: Case) -> ProsecutionEvent | None:
    """Return the refusal of a petition that made or left this case dead."""
    status = case.mark.status_code
    if status in statuses("revival_denied"):
        return case.history.last("petition.revive_refused")
    if status in statuses("petition_decided"):
        return case.history.last("petition.director_refused", "petition.revive_refused")
    if status in statuses("petitionable") | statuses("terminated") | statuses("express"):
        loss = _abandoned(case) if status in statuses("express") else _lost(case)
        return case.history.last("petition.director_refused", since=loss.shown if loss else None)
    return None


def _abandoned(case: Case) -> _Loss | None:
    """Return the newest abandonment; its notice starts the term, else its record does."""
    recorded = case.history.last("abandonment.recorded")
    if recorded:
        notice = case.history.last("abandonment.notice", since=recorded.date)
        return _Loss((notice or recorded).date, recorded.date)
    notice = case.history.last("abandonment.notice")
    return _Loss(notice.date, notice.date) if notice else _by_status(case, None)


def _lost(case: Case) -> _Loss | None:
    """Return the cancellation, expiry or termination; its notice starts the term, else its record does."""
    notice = case.history.last("loss.notice")
    if case.mark.status_code in statuses("terminated"):
        recorded = case.history.last("loss.by_sanctions")
        sent = case.history.last("loss.termination_sent")
        return _Loss((sent or recorded).date, recorded.date) if recorded else _by_status(case, None)
    recorded = case.history.last("loss.recorded")
    if recorded:
        late = notice if notice and notice.date >= recorded.date else None
        return _Loss((late or recorded).date, recorded.date)
    return _Loss(notice.date, notice.date) if notice else _by_status(case, case.mark.cancellation_date)


def _by_status(case: Case, cancelled: date | None) -> _Loss | None:
    """Return a loss of which no event tells: from the cancellation date, else from the day the status was entered."""
    for day in (cancelled, case.mark.status_date):
        if day and day <= case.as_of:
            return _Loss(day, day, on_record=False)
    return None
