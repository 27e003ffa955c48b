"""From a record and a day to its deadlines: which families apply to what the case is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tmwatch.codes import Standing
from tmwatch.deadlines.codes import statuses
from tmwatch.deadlines.examination import office_action
from tmwatch.deadlines.madrid import international_renewal, transformation
from tmwatch.deadlines.maintenance import maintenance_deadlines
from tmwatch.deadlines.model import Deadline
from tmwatch.deadlines.proceedings import institution_answers, post_registration_action, ttab_answer
from tmwatch.deadlines.remedies import remedies
from tmwatch.deadlines.standing import Case
from tmwatch.deadlines.use import opposition_window, statement_of_use
from tmwatch.records import CaseFile


def deadlines(mark: CaseFile, as_of: date) -> tuple[Deadline, ...]:
    """Return what can or must be filed for `mark` on the day `as_of` (America/New_York), soonest first.

    Events after that day are not looked at, so a day of the past shows what was owed then, as far as status and dates
    of the record allow. A dead mark has only remedies; a mark without a standing (unknown code) keeps the deadlines of
    its kind, because a new code must not hide one. What has no last day, or has it only in a letter, comes last.
    """
    found = _families(Case.of(mark, as_of))
    return tuple(sorted(found, key=lambda one: (one.due or date.max, one.kind, one.period)))


def _families(case: Case) -> Iterator[Deadline]:
    """Yield the deadlines of every family that applies to the case."""
    if case.standing is Standing.indifferent:
        return
    yield from transformation(case)
    if case.standing is Standing.dead or case.mark.status_code in statuses("transformable"):
        yield from remedies(case)
        return
    yield from ttab_answer(case)
    yield from international_renewal(case)
    if case.registered:
        yield from maintenance_deadlines(case)
        yield from post_registration_action(case)
        yield from institution_answers(case)
    else:
        yield from office_action(case)
        yield from opposition_window(case)
        yield from statement_of_use(case)
