"""From publication to use: the opposition window and the statement of use with its extensions.

Sources: 15 USC 1051(d), 1063; 37 CFR 2.88, 2.89, 2.101(c), 2.102(c); TMEP 1108.01.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tmwatch.deadlines.codes import statuses
from tmwatch.deadlines.days import add_months, next_business_day
from tmwatch.deadlines.history import follows
from tmwatch.deadlines.model import Deadline, deadline, running_state
from tmwatch.deadlines.standing import Case
from tmwatch.records import ProsecutionEvent

_STEP = 6  # months of each extension
_EXTENSIONS = 5
LAST_MONTH = _STEP * (_EXTENSIONS + 1)  # from the notice of allowance: the end


def opposition_window(case: Case) -> Iterator[Deadline]:
    """Yield the time in which others may oppose; nothing is to be filed by the owner.

    30 days from publication; once somebody asked for more time, up to 180 days from publication.
    """
    published = case.history.last("publication.published")
    day = published.date if published else case.mark.publication_date
    if day is None or case.mark.status_code in statuses("publication_withdrawn") | statuses("opposed"):
        return
    if case.history.last("publication.withdrawn", "publication.closed", since=day):
        return
    more = case.history.last("publication.more_time", since=day)
    extended = more is not None and case.history.after(more, "publication.time_ended") is None
    due = day + timedelta(days=180 if extended else 30)
    if case.as_of > next_business_day(due):
        return
    yield deadline(
        "opposition_window",
        "open",
        due,
        opens=day,
        period=day.isoformat(),
        extension_ends=day + timedelta(days=180),
        confidence="L" if extended else None,
    )


def allowed_on(case: Case) -> date | None:
    """Return the day of the notice of allowance that stands: the Office's own date, else the newest NOAM event."""
    day = case.mark.notice_of_allowance_date
    if day is not None and day <= case.as_of:
        return day
    notice = case.history.last("allowance.issued")
    return notice.date if notice else None


def granted_extensions(case: Case, allowed: date) -> int:
    """Return how many extensions were granted since the notice: by number, by notices of approval, or by status."""
    numbered = [int(event.code[2]) for event in case.history.of("allowance.extension_granted") if event.date >= allowed]
    notices = {event.date for event in case.history.of("allowance.extension_notice") if event.date >= allowed}
    by_status = sorted(statuses("extension_granted"))
    shown = by_status.index(case.mark.status_code) + 1 if case.mark.status_code in by_status else 0
    return min(max([*numbered, len(notices), shown]), _EXTENSIONS)


def statement_of_use(case: Case) -> Iterator[Deadline]:
    """Yield the statement of use: six months from the notice of allowance, six more for each extension granted.

    It is `filed` while a statement, an extension asked in time or a granted petition to revive waits for the Office,
    and `refused` after an extension was denied.
    """
    allowed = allowed_on(case)
    if allowed is None or _needless(case, allowed):
        return
    granted = granted_extensions(case, allowed)
    due = add_months(allowed, min(_STEP * (granted + 1), LAST_MONTH))
    pending = _statement(case, allowed) or _extension_pending(case, allowed, due) or _revival(case, due)
    denied = None if pending else _denied(case, allowed)
    if pending:
        state = "filed"
    elif (denied or case.mark.status_code in statuses("extension_refused")) and case.as_of <= next_business_day(due):
        state = "refused"
    else:
        state = running_state(case.as_of, due)
    yield deadline(
        "statement_of_use",
        state,
        due,
        opens=allowed,
        period=allowed.isoformat(),
        extension_ends=add_months(allowed, LAST_MONTH),
        satisfied_by=pending,
    )
    if denied:
        yield from _petition(case, denied)


def _needless(case: Case, allowed: date) -> bool:
    """Whether no statement is owed: accepted, allowance undone, or the 1(b) basis dropped."""
    groups = ("allowance.undone", "allowance.not_needed", "allowance.statement_accepted")
    over = statuses("allowance_undone") | statuses("statement_accepted")
    return case.mark.status_code in over or case.history.last(*groups, since=allowed) is not None


def _statement(case: Case, allowed: date) -> str | None:
    """Return what shows a statement of use on file: an event since the notice, not refused as late, or the status."""
    filed = case.history.last("allowance.statement_filed", since=allowed)
    if filed and not case.history.after(filed, "allowance.statement_late", "allowance.statement_early"):
        return filed.key
    if case.mark.status_code in statuses("statement_on_file"):
        return f"status {case.mark.status_code}"
    return None


def _extension_pending(case: Case, allowed: date, due: date) -> str | None:
    """Return the request for an extension, asked in time and undecided, that holds the case."""
    asked = case.history.between(allowed, next_business_day(due), "allowance.extension_filed")
    if not asked or case.mark.status_code in statuses("extension_refused"):
        return None
    decided = case.history.last(
        "allowance.extension_granted", "allowance.extension_notice", "allowance.extension_denied"
    )
    request = asked[-1]
    if decided and (decided.date > request.date or (decided.date == request.date and follows(decided, request))):
        return None
    late = case.history.after(request, "allowance.extension_late")
    return None if late else request.key


def _revival(case: Case, due: date) -> str | None:
    """Return the revival granted after the last day; its petition had to bring the missing paper (37 CFR 2.66)."""
    back = case.history.last("restored.revived", "restored.reinstated", since=due)
    return back.key if back else None


def _denied(case: Case, allowed: date) -> ProsecutionEvent | None:
    """Return the denial of an extension that stands."""
    denied = case.history.last("allowance.extension_denied", since=allowed)
    if denied is None or case.history.after(denied, "allowance.extension_granted", "restored.petition"):
        return None
    return denied


def _petition(case: Case, denied: ProsecutionEvent) -> Iterator[Deadline]:
    """Yield the petition against a denied extension, two months from the denial (37 CFR 2.89(g))."""
    due = add_months(denied.date, 2)
    filed = case.history.after(denied, "petition.director")
    if not filed and case.as_of > next_business_day(due):
        return
    yield deadline(
        "director_petition",
        "filed" if filed else "open",
        due,
        opens=denied.date,
        period=f"extension denied {denied.date.isoformat()}",
        satisfied_by=filed.key if filed else None,
        basis="director_petition_extension",
    )
