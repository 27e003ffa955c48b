"""Office actions in examination: which one runs, until when, and what answered, extended, suspended or undid it.

Sources: 37 CFR 2.62(a), 2.63, 2.65; TMEP 711, 718.03, 1904.02(h).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tmwatch.deadlines.codes import groups_of, statuses
from tmwatch.deadlines.days import add_months, next_business_day
from tmwatch.deadlines.model import Deadline, deadline, running_state
from tmwatch.deadlines.standing import Case
from tmwatch.records import ProsecutionEvent

# Actions issued from this day on give three months, extendable once to six (uspto.gov notice of 2022-12-05).
THREE_MONTHS_SINCE = date(2022, 12, 3)
_LONG, _SHORT = 6, 3  # months
# Settled, appealed, or revived past it (the petition to revive brings the missing response).
_SETTLED = ("action.settled", "action.appeal", "restored.revived", "restored.reinstated")
_NOT_TAKEN = ("action.no_fresh_period", "action.unresponsive", "action.thirty_days")


@dataclass(frozen=True, slots=True)
class _Term:
    """Until when an action may be answered; `last` None: the letter says. `longest` only while an extension is free."""

    last: date | None
    longest: date | None = None


def office_action(case: Case) -> Iterator[Deadline]:
    """Yield the answer to the newest Office action, unless something has answered, suspended or undone it."""
    action = case.history.last("action.issued", "action.own_term")
    if action is None or case.history.after(action, *_SETTLED):
        return
    answer = case.history.after(action, "action.response")
    verdict = case.history.after(answer, *_NOT_TAKEN) if answer else None
    if (answer and not verdict) or _over_by_status(case, verdict or action, verdict is not None):
        return
    term = _term(case, action)
    if verdict:
        term = _after_verdict(verdict, term)
    yield deadline(
        "office_action",
        "open" if term.last is None else running_state(case.as_of, term.last),
        term.last,
        opens=action.date,
        period=action.date.isoformat(),
        extension_ends=term.longest,
        confidence=_confidence(case, action, term),
        basis="office_action_66a" if case.madrid else "office_action",
    )


def _confidence(case: Case, action: ProsecutionEvent, term: _Term) -> str | None:
    """Return the letter: that of the law when the status confirms the open action, less where it does not."""
    if term.last is None or "action.inquiry" in groups_of(action.code, action.type):
        return "L"
    return None if case.mark.status_code in statuses("action_open") else "M"


def _over_by_status(case: Case, newest: ProsecutionEvent, reopened: bool) -> bool:
    """Whether the status, entered since the `newest` letter, says answered, suspended or approved."""
    if case.mark.status_code not in statuses("action_over"):
        return False
    changed = case.mark.status_date
    return not reopened if changed is None else newest.date <= changed <= case.as_of


def _term(case: Case, action: ProsecutionEvent) -> _Term:
    """Return the response period of an action, extension included."""
    if "action.own_term" in groups_of(action.code, action.type):
        return _Term(None)
    six = add_months(action.date, _LONG)
    if case.madrid or action.date < THREE_MONTHS_SINCE:
        return _Term(six)
    three = add_months(action.date, _SHORT)
    asked = case.history.between(action.date, next_business_day(three), "action.extension_asked")
    if asked or case.history.after(action, "action.extended"):
        return _Term(six)
    return _Term(three, six if case.as_of <= next_business_day(three) else None)


def _after_verdict(verdict: ProsecutionEvent, term: _Term) -> _Term:
    """Return the period that runs although a response came, because the Office did not take it.

    A denied request for reconsideration and an unresponsive amendment start no fresh period; a notice of incomplete
    response gives 30 days or the rest of the period, whichever is longer (TMEP 711.01, 718.03).
    """
    groups = groups_of(verdict.code, verdict.type)
    if term.last and "action.thirty_days" in groups:
        return _Term(max(term.last, verdict.date + timedelta(days=30)))
    if term.last and "action.unresponsive" in groups and verdict.date > next_business_day(term.last):
        return _Term(None)
    return term
