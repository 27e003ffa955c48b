"""Maintenance of registrations: which period is due, and whether it is open, filed, refused, accepted or lost.

Only the newest period whose window has opened is judged: an accepted later one settles all earlier ones, and old
registrations lack old events. A period is never called past its grace while a paper filed in time is undecided.
Sources: 15 USC 1058, 1059, 1065, 1141k; 37 CFR 2.160-2.163, 2.182-2.184, 7.36-7.39.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from tmwatch.deadlines.codes import statuses
from tmwatch.deadlines.days import add_months, next_business_day
from tmwatch.deadlines.madrid import international_period
from tmwatch.deadlines.model import Deadline, Period, deadline
from tmwatch.deadlines.standing import Case
from tmwatch.deadlines.windows import Half, Window, opened
from tmwatch.records import CaseFile, ProsecutionEvent

# A registration that lived on this long after the grace of year 6 without a maintenance event lacks them in the record.
INCOMPLETE_AFTER = 78 + 36  # months from registration
_MAINTENANCE = tuple(
    f"{table}.{key}"
    for table, keys in {
        "section_8": ("filed", "accepted", "accepted_part"),
        "section_8_9": ("filed", "filed_8", "filed_9", "accepted", "accepted_8", "accepted_8_part", "accepted_9"),
        "section_71": ("filed", "accepted", "accepted_part"),
        "post_registration": ("refused",),
    }.items()
    for key in keys
)
_EARLY = tuple(f"{table}.{key}" for table in ("section_8", "section_71", "section_15") for key in ("filed", "accepted"))


@dataclass(frozen=True, slots=True)
class _Proof:
    """How far one half came: the first paper in time, and what accepted it."""

    filed: ProsecutionEvent | None = None
    accepted_by: str | None = None
    accepted_on: date | None = None
    partial: bool = False


def maintenance(mark: CaseFile, as_of: date) -> tuple[Period, ...]:
    """Return the maintenance periods of a live registration on the day `as_of`; empty for every other case.

    First the newest period whose window has opened (the only one that is judged), then the next one (`not_open`), then
    section 15 once its window has opened (Principal Register, nothing against it), then the international renewal of a
    66(a) registration. A period is `accepted` by event, by status or by the renewal date.
    """
    case = Case.of(mark, as_of)
    return periods(case) if case.registered else ()


def periods(case: Case) -> tuple[Period, ...]:
    """Return what `maintenance` promises, for a case that is registered."""
    judged, coming = _newest(case)
    found = [judged] if judged else []
    return (*found, coming, *_section_15(case), *international_period(case))


def maintenance_deadlines(case: Case) -> Iterator[Deadline]:
    """Yield the period that runs or is pending, the next one once that is settled, and section 15.

    Past the grace nothing is left to file: rule R04 speaks.
    """
    judged, coming = _newest(case)
    if judged and (judged.state in ("open", "grace", "filed", "refused") or _rest_open(case, judged)):
        yield _deadline(judged)
    if judged is None or judged.state in ("accepted", "history_incomplete"):
        yield _deadline(coming)
    yield from (_deadline(period) for period in _section_15(case) if period.state != "accepted")


def _newest(case: Case) -> tuple[Period | None, Period]:
    """Return the newest opened period, judged (None before the first window), and the one that comes next."""
    assert case.registered is not None
    seen, coming = opened(case.registered, case.history, case.madrid, case.as_of)
    return (_judge(case, seen, coming.opens) if seen else None), _period(coming, "not_open")


def _rest_open(case: Case, period: Period) -> bool:
    """Whether the goods that a partial acceptance left out may still be filed for."""
    return period.partial and period.last_grace_day is not None and case.as_of <= period.last_grace_day


def _deadline(period: Period) -> Deadline:
    """Turn a period into the deadline shown."""
    state = period.state if period.state in ("filed", "refused") else "open"
    rest = period.state == "accepted"
    return deadline(
        period.kind,
        state,
        period.due,
        opens=period.opens,
        grace_ends=period.grace_ends,
        satisfied_by=period.by,
        period=f"{period.name} rest" if rest else period.name,
        confidence="L" if rest else None,
    )


def _period(window: Window, state: str) -> Period:
    """Make a period of a window about which nothing else is known."""
    return Period(window.family.kind, window.number, window.opens, window.due, window.grace_ends, state)


def _judge(case: Case, seen: list[Window], next_opens: date) -> Period:
    """Say how far the newest opened window came."""
    window = seen[-1]
    earlier = seen[-2] if len(seen) > 1 else None
    proofs = [_prove(case, window, earlier, half, next_opens) for half in window.family.halves]
    period = replace(_period(window, "open"), partial=any(proof.partial for proof in proofs))
    filed = [proof.filed for proof in proofs if proof.filed]
    if filed:
        period = replace(period, filed_on=filed[0].date, by=filed[0].key)
    if all(proof.accepted_by for proof in proofs):
        last = max(proofs, key=lambda proof: proof.accepted_on or date.min)
        return replace(period, state="accepted", accepted_on=last.accepted_on, by=last.accepted_by)
    if all(proof.filed or proof.accepted_by for proof in proofs):
        return _refused(case, window, next_opens, replace(period, state="filed"))
    if any(proof.filed or proof.accepted_by for proof in proofs):
        lacking = [not (proof.filed or proof.accepted_by) for proof in proofs].index(True)
        there = period.by or next(proof.accepted_by for proof in proofs if proof.accepted_by)
        period = replace(period, missing=window.family.halves[lacking].name, by=there)
    return _unfiled(case, window, next_opens, period)


def _prove(case: Case, window: Window, earlier: Window | None, half: Half, next_opens: date) -> _Proof:
    """Find the paper and the acceptance of one half of a window: events, then renewal date, then status."""
    papers = case.history.between(window.opens, window.last_filing_day, *half.filed)
    filed = papers[0] if papers else None
    last = next_opens if papers else window.closes
    groups = (*half.accepted, half.accepted_part) if half.accepted_part else half.accepted
    decisions = [e for e in case.history.between(window.opens, last, *groups) if _own(case, window, earlier, e)]
    if decisions:
        part = set(case.history.of(half.accepted_part)) if half.accepted_part else set()
        whole = [event for event in decisions if event not in part]
        event = (whole or decisions)[0]
        return _Proof(filed, event.key, event.date, partial=not whole)
    renewal = case.mark.renewal_date
    if window.number and window.family.renewable and renewal is not None and renewal >= window.due:
        return _Proof(filed, "renewal date", None)
    changed = case.mark.status_date
    for name in half.proved_by:
        if case.mark.status_code in statuses(name) and changed and window.opens <= changed <= min(last, case.as_of):
            part_only = case.mark.status_code in statuses("proves_part")
            return _Proof(filed, f"status {case.mark.status_code}", changed, part_only)
    return _Proof(filed)


def _own(case: Case, window: Window, earlier: Window | None, decision: ProsecutionEvent) -> bool:
    """Whether a decision inside a window answers a paper of that window, and not a late one about the window before."""
    family = window.family
    if earlier is None or case.history.between(window.opens, decision.date, *family.any_filed):
        return True
    papers = case.history.between(earlier.opens, earlier.last_filing_day, *family.any_filed)
    decided = case.history.between(earlier.opens, window.opens, *family.any_accepted)
    return not papers or bool(decided)


def _refused(case: Case, window: Window, next_opens: date, period: Period) -> Period:
    """Turn `filed` into `refused` when the Office's last action on the papers of this window is unanswered."""
    actions = case.history.between(window.opens, next_opens, "post_registration.refused")
    if not actions:
        return period
    action = actions[-1]
    answer = case.history.after(action, "post_registration.response")
    again = case.history.between(action.date, window.last_filing_day, *window.family.any_filed)
    if answer or any(paper.date > action.date for paper in again):
        return period
    return replace(period, state="refused", by=action.key)


def _unfiled(case: Case, window: Window, next_opens: date, period: Period) -> Period:
    """Say where a period stands for which not everything was filed."""
    if not period.missing and case.history.between(window.opens, next_opens, "post_registration.refused"):
        # The Office acted on a paper that the record does not hold.
        return _refused(case, window, next_opens, replace(period, state="filed"))
    if case.as_of <= next_business_day(window.due):
        return period
    if case.as_of <= window.last_filing_day:
        return replace(period, state="grace")
    if period.filed_on:
        return replace(period, state="filed")
    back = case.history.last("restored.petition", "restored.reinstated", since=window.grace_ends)
    if back:
        return replace(period, state="filed", by=back.key)
    return replace(period, state="history_incomplete" if _incomplete(case) else "past_grace")


def _incomplete(case: Case) -> bool:
    """Whether the record cannot tell: its source told no events, or none of an old registration's maintenance."""
    if "events" not in case.mark.told:
        return True
    assert case.registered is not None
    return case.as_of > add_months(case.registered, INCOMPLETE_AFTER) and not case.history.has(*_MAINTENANCE)


def _section_15(case: Case) -> Iterator[Period]:
    """Yield the optional declaration of incontestability: possible from five years after registration on."""
    assert case.registered is not None
    opens = add_months(case.registered, 60)
    if opens > case.as_of or case.mark.register == "supplemental" or _attacked(case) or _no_early_events(case):
        return
    period = Period("section_15", 0, opens, None, None, "open")
    papers = case.history.between(opens, case.as_of, "section_15.filed")
    decision = case.history.last("section_15.accepted", since=opens)
    changed = case.mark.status_date
    if decision:
        period = replace(period, state="accepted", accepted_on=decision.date, by=decision.key)
    elif case.mark.status_code in statuses("proves_section_15") and changed and opens <= changed <= case.as_of:
        period = replace(period, state="accepted", accepted_on=changed, by=f"status {case.mark.status_code}")
    elif papers and not case.history.after(papers[-1], "section_15.given_up"):
        period = replace(period, state="filed", filed_on=papers[-1].date, by=papers[-1].key)
        action = case.history.after(papers[-1], "section_15.refused")
        if action and not case.history.after(action, "section_15.response"):
            period = replace(period, state="refused", by=action.key)
    yield period


def _no_early_events(case: Case) -> bool:
    """Whether an old registration shows nothing of its sixth year: then a declaration may be missing just as well."""
    assert case.registered is not None
    old = case.as_of > add_months(case.registered, INCOMPLETE_AFTER)
    return old and not case.history.has(*_EARLY) and case.mark.status_code not in statuses("proves_section_15")


def _attacked(case: Case) -> bool:
    """Whether a cancellation proceeding is pending, which bars section 15 (15 USC 1065)."""
    begun = case.history.last("cancellation.instituted")
    pending = begun is not None and case.history.after(begun, "cancellation.ended") is None
    return pending or case.mark.status_code in statuses("cancellation_pending")
