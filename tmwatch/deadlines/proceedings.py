"""Answers owed in proceedings: post-registration actions, expungement and reexamination, the Board, orders.

Sources: 37 CFR 2.93(b)(1), 2.105, 2.113, 2.163(b), 2.184(b)(1), 7.39(a), 11.18; TMEP 1604.16, 1716.04(b).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tmwatch.deadlines.codes import groups_of, law, ttab_codes
from tmwatch.deadlines.days import add_months, next_business_day
from tmwatch.deadlines.model import Deadline, deadline, running_state
from tmwatch.deadlines.standing import Case
from tmwatch.deadlines.windows import opened
from tmwatch.records import Proceeding, ProceedingEntry, ProsecutionEvent

if TYPE_CHECKING:
    from tmwatch.sanctions import OrderHit

_ACTIONS = ("post_registration.refused", "post_registration.section_15", "post_registration.section_7")
_ACCEPTED = (
    "section_8.accepted",
    "section_8.accepted_part",
    "section_8_9.accepted",
    "section_71.accepted",
    "section_71.accepted_part",
    "restored.petition",
    "restored.reinstated",
)
_FILED = ("section_8.filed", "section_8_9.filed", "section_8_9.filed_8", "section_8_9.filed_9", "section_71.filed")
_ANSWER_MONTHS, _EXTENDED_MONTHS = 3, 4


def post_registration_action(case: Case) -> Iterator[Deadline]:
    """Yield the answer to the newest unanswered action on a paper of this registration.

    Six months from its issue, or the end of the filing period if that is later. A paper about section 15 or section 7
    that is not answered loses nothing, so it is never overdue. Actions from before the newest window are settled.
    """
    action = case.history.last(*_ACTIONS)
    if action is None or case.registered is None or _answered(case, action):
        return
    seen, _ = opened(case.registered, case.history, case.madrid, case.as_of)
    if len(seen) > 1 and action.date < seen[-1].opens:
        return
    due = add_months(action.date, 6)
    on_paper = "post_registration.refused" in groups_of(action.code, action.type)
    if on_paper and seen and seen[-1].opens <= action.date:
        due = max(due, seen[-1].due)
    state = "overdue" if case.history.after(action, "post_registration.no_answer") else running_state(case.as_of, due)
    if state == "overdue" and not on_paper:
        return
    yield deadline("post_registration_action", state, due, opens=action.date, period=action.date.isoformat())


def _answered(case: Case, action: ProsecutionEvent) -> bool:
    """Whether an answer, a decision, or a later filing of the paper followed the action."""
    groups = groups_of(action.code, action.type)
    settled = ["post_registration.response", *_ACCEPTED]
    if "post_registration.section_7" in groups:
        settled.append("post_registration.section_7_done")
    if "post_registration.section_15" in groups or "section_15.refused" in groups:
        settled.extend(("section_15.accepted", "section_15.given_up"))
    if case.history.after(action, *settled):
        return True
    again = case.history.last(*_FILED)
    return again is not None and again.date > action.date and "post_registration.section_7" not in groups


def institution_answers(case: Case) -> Iterator[Deadline]:
    """Yield the answers owed in expungement (16A) and reexamination (16B): three months, once one month more."""
    yield from _institution(case, "expungement")
    yield from _institution(case, "reexamination")


def _institution(case: Case, table: str) -> Iterator[Deadline]:
    """Yield the answer to the newest action of one proceeding; an institution without an action counts as one (L)."""
    action = case.history.last(f"{table}.issued") or case.history.last(f"{table}.instituted")
    if action is None or case.history.after(action, f"{table}.ended") or _paused(case, table, action):
        return
    three = add_months(action.date, _ANSWER_MONTHS)
    four = add_months(action.date, _EXTENDED_MONTHS)
    extended = case.history.between(action.date, next_business_day(four), "institution.extended")
    due = four if extended else three
    answer = case.history.after(action, f"{table}.response")
    if answer:
        incomplete = case.history.after(answer, f"{table}.incomplete")
        if incomplete is None:
            return
        due = max(due, incomplete.date + timedelta(days=30))
    first = f"{table}.issued" in groups_of(action.code, action.type)
    yield deadline(
        f"{table}_answer",
        running_state(case.as_of, due),
        due,
        opens=action.date,
        period=action.date.isoformat(),
        extension_ends=None if extended or answer else four,
        confidence=None if first and not answer else "L",
    )


def _paused(case: Case, table: str, action: ProsecutionEvent) -> bool:
    """Whether the proceeding was suspended after the action and not resumed."""
    suspended = case.history.after(action, f"{table}.suspended")
    return suspended is not None and case.history.after(suspended, "institution.resumed") is None


def ttab_answer(case: Case) -> Iterator[Deadline]:
    """Yield the answers owed to the Board where this case stands on the defendant's side: the date of the notice."""
    for proceeding in case.mark.proceedings:
        notice = _answer_notice(proceeding, case.as_of)
        if notice is None or notice.due_date is None:
            continue
        yield deadline(
            "ttab_answer",
            running_state(case.as_of, notice.due_date),
            notice.due_date,
            opens=notice.date,
            period=proceeding.number,
        )


def _answer_notice(proceeding: Proceeding, as_of: date) -> ProceedingEntry | None:
    """Return the newest entry that sets a day for the answer, unless an answer followed or the proceeding rests."""
    if proceeding.role == "P" or proceeding.status_code not in (*ttab_codes("running"), None):
        return None
    known = [entry for entry in proceeding.entries if entry.date is not None and entry.date <= as_of]
    dated = [e for e in known if e.due_date is not None and e.code.zfill(3) in ttab_codes("answer_due")]
    if not dated:
        return None
    notice = max(dated, key=lambda entry: (entry.date or date.min, entry.due_date or date.min))
    answered = [
        e
        for e in known
        if e.code.zfill(3) in ttab_codes("answered") and (e.date or date.min) >= (notice.date or date.min)
    ]
    return None if answered else notice


def order_response(hit: OrderHit, as_of: date | None = None) -> Deadline | None:
    """Return the answer to an order that lists the mark, due on the date printed in it; None when it prints none.

    The printed date is shown as it is. `overdue` once `as_of` lies after it.
    """
    if hit.response_due is None:
        return None
    source = law("order_response")
    late = as_of is not None and as_of > hit.response_due
    return Deadline(
        "order_response",
        "overdue" if late else "open",
        hit.response_due,
        source.citation,
        opens=date.fromisoformat(hit.date) if len(hit.date) == len("2026-01-27") else None,
        confidence=source.confidence if hit.reviewed else "M",
        period=hit.order_id,
    )
