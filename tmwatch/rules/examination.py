"""A rules about living applications: A05-A10, and A11 (the international registration behind one was lost)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tmwatch.deadlines import Deadline
from tmwatch.findings import Severity
from tmwatch.rules.base import Facts, Hit, Rule, rule
from tmwatch.rules.evidence import (
    both,
    day_of,
    deadlines_of,
    doubted,
    event_words,
    events,
    follows,
    found,
    graded,
    is_pending,
    newest,
    open_event,
    remedy,
    standing_of,
    status_words,
    within,
)
from tmwatch.rules.proceedings_before_board import answer_due, pending
from tmwatch.text import N_, Text, say

_ACTION_STATUS = frozenset({641, 645, 649, 651, 656, 658, 660, 666, 807, 809, 813, 817, 821, 823, 825})
# deadlines.md section 4: what starts the clock (with letters that name their own term), and what stops it.
_ISSUED = events(
    "CNRT/F,O,S,* GNRT/F,O,S,* CNFR/F,O,S GNFR/F,O,S CFRC/O,S GNSF/O,S CEAP/F,O GEAP/F,O CPEA/F,O GNPE/F,O GNPA/F,O "
    "CPRA/F,O GPRA/F,O CNRU/F,O GNRU/F,O SEAP/F,O GSEA/F,O SPEA/F,O SPRA/F,O GSPR/F,O SSFR/O,S SSRR/O GSSF/O,S "
    "CNSI/F,O,S GNSI/F,O,S RFCS/P INCS/O INCE/O INCD/O PRIC RRDX/O NAUD/F,O,S GAUD/F,O,S"
)
_ALLOWANCE = frozenset({688, *range(718, 735)})
_ALLOWED = events("NOAM/E,O")
_USE_STATED = events("EISU/I IUSF/P IUAF/S")
_OPPOSED = events("OP.I/T OPPF/T")
_OPPOSITION_ENDED = events("OP.N/T OP.D/T OP.D/S OP.S/T OP.T/T TTOD/P")
_IR_LOST = events("CBNT/M DETH/P DENA DENC")
_IR_SAVED = events("RNWL/P TRPT/S TRPP/S TRFL/S ERFT/I")
_LAST_DAYS = 30  # A06 takes over from A05


def _action_words(facts: Facts, deadline: Deadline) -> Text:
    """Say which action waits for an answer."""
    issued = [e for e in found(facts, _ISSUED) if e.date.isoformat() in deadline.period] or found(facts, _ISSUED)
    words = event_words(issued[0]) if issued else say("Office action ({period})", period=deadline.period)
    if facts.mark.status_code in _ACTION_STATUS:
        words = both(words, status_words(facts.mark))
    if deadline.due is not None and deadline.due < facts.as_of:
        words = both(words, say("No answer is on record and the last day, {date}, has passed", date=deadline.due))
    elif deadline.extension_ends is not None:
        words = both(words, say("With the extension, asked in time, until {date}", date=deadline.extension_ends))
    return doubted(words, deadline)


@rule(
    "A05",
    Severity.MEDIUM,
    action=N_(
        "A response is accepted until the day shown; where the three-month term applies, one extension of three months "
        "can be bought before that day"
    ),
    citation="37 CFR 2.62(a), 2.63; 7.39 for post-registration",
    letter="S",
)
def office_action_unanswered(facts: Facts) -> Iterator[Hit]:
    """Office action unanswered.

    In the last 30 days A06 speaks instead.
    """
    for one in deadlines_of(facts, "office_action"):
        if one.due is None:
            yield Hit(both(_action_words(facts, one), say("The last day stands in the letter")), key=one.period)
        elif not within(facts, one.due, _LAST_DAYS):
            yield Hit(
                _action_words(facts, one),
                key=one.period,
                deadline=one.due,
                expires=one.due - timedelta(days=_LAST_DAYS + 1),
            )
    known = any(d.kind == "office_action" for d in facts.deadlines) or newest(facts, _ISSUED)
    if not known and facts.mark.status_code in _ACTION_STATUS:
        yield Hit(both(status_words(facts.mark), say("The record shows no date of issue")), key="status")


@rule(
    "A06",
    Severity.CRITICAL,
    action=N_("A response is accepted until the day shown; without one the application is abandoned"),
    citation="37 CFR 2.62(a)",
    letter="S",
)
def office_action_due(facts: Facts) -> Iterator[Hit]:
    """Office action due in <= 30 days."""
    for one in deadlines_of(facts, "office_action"):
        if one.due is not None and within(facts, one.due, _LAST_DAYS):
            yield Hit(_action_words(facts, one), key=one.period, deadline=one.due)


@rule(
    "A07",
    Severity.MEDIUM,
    action=N_(
        "The statement of use or the next extension request is accepted until the day shown; 36 months after the "
        "notice of allowance nothing more is. Confirm with counsel"
    ),
    citation="15 USC 1051(d); 37 CFR 2.88, 2.89",
    letter="K",
)
def allowance_running(facts: Facts) -> Iterator[Hit]:
    """Notice of allowance running."""
    allowed = newest(facts, _ALLOWED)
    for one in deadlines_of(facts, "statement_of_use"):
        words = both(status_words(facts.mark), event_words(allowed) if allowed else None)
        if one.due is not None and one.due < facts.as_of:
            words = both(words, say("No statement of use is on record; the last day, {date}, has passed", date=one.due))
        petition = day_of(remedy(facts, "director_petition"))
        if petition is not None:
            words = both(words, say("An extension was denied; a petition is accepted until {date}", date=petition))
        yield Hit(words, key=one.period, severity=graded(facts, one.due, Severity.MEDIUM), deadline=one.due)
    known = any(d.kind == "statement_of_use" for d in facts.deadlines)
    if facts.mark.status_code in _ALLOWANCE and not known and not allowed and not newest(facts, _USE_STATED):
        yield Hit(both(status_words(facts.mark), say("The record shows no date of allowance")), key="status")


@rule(
    "A08",
    Severity.INFO,
    action=N_("Nothing to file; oppositions appear in TTABVUE. Confirm with counsel"),
    citation="37 CFR 2.101(c), 2.102(c)",
    letter="K",
)
def published(facts: Facts) -> Iterator[Hit]:
    """Published for opposition."""
    if facts.mark.status_code in (680, 686):
        yield Hit(status_words(facts.mark), deadline=day_of(remedy(facts, "opposition_window")))


@rule(
    "A09",
    Severity.HIGH,
    action=N_("An answer is due on the date in the notice of the Board, usually 40 days. Confirm with counsel"),
    citation="37 CFR 2.105, 2.106",
    letter="K",
)
def opposition(facts: Facts) -> Iterator[Hit]:
    """Opposition filed or sustained."""
    if not is_pending(facts):
        return
    mark = facts.mark
    sustained = open_event(facts, events("OP.S/T"), events("R.PR/A R.SR/A NREV PETG/O"))
    if mark.status_code == 779 or sustained:
        words = both(status_words(mark), event_words(sustained) if sustained else None)
        yield Hit(
            words,
            key="sustained",
            action=say("The opposition was sustained: abandonment follows unless appealed. Confirm with counsel"),
        )
        return
    running = pending(facts, "OPP", _OPPOSED, _OPPOSITION_ENDED)
    for one in running:
        due = answer_due(facts, one.key)
        yield Hit(
            both(one.evidence, status_words(mark)),
            key=one.key,
            severity=graded(facts, due, Severity.HIGH),
            deadline=due,
        )
    if not running and mark.status_code in (774, 801):
        due = answer_due(facts, "")
        yield Hit(status_words(mark), severity=graded(facts, due, Severity.HIGH), deadline=due)


@rule(
    "A10",
    Severity.INFO,
    action=N_("The suspension letter says what the Office waits for; a look every six months keeps the case in view"),
    citation="37 CFR 2.67, 2.23(d)",
    letter="S",
)
def ordinary_suspension(facts: Facts) -> Iterator[Hit]:
    """Ordinary suspension.

    Quiet when the record or an order shows sanctions: the S rules speak then.
    """
    if facts.mark.status_code in (653, 654) and facts.ladder.stage is None and not facts.hits:
        letter = newest(facts, events("CNSL GNSL"))
        yield Hit(both(status_words(facts.mark), event_words(letter) if letter else None))


@rule(
    "A11",
    Severity.HIGH,
    action=N_(
        "A request for transformation is accepted within three months of the cancellation of the international "
        "registration. Confirm with counsel"
    ),
    citation="15 USC 1141j(c); 37 CFR 7.31",
    letter="K",
)
def international_registration_lost(facts: Facts) -> Iterator[Hit]:
    """Madrid parent lost.

    401 is lost for good: no transformation was filed (CRITICAL, without a date).
    """
    mark = facts.mark
    lost = newest(facts, _IR_LOST)
    words = both(status_words(mark), event_words(lost) if lost else None)
    if mark.status_code == 401:
        action = say("No transformation was filed: a new application is the usual way back. Confirm with counsel")
        yield Hit(words, severity=Severity.CRITICAL, action=action)
    elif mark.status_code in (400, 403, 410, 413):
        term = remedy(facts, "transformation")
        yield Hit(doubted(words, term), deadline=day_of(term))
    elif lost is not None and standing_of(facts).is_live:
        saved = newest(facts, _IR_SAVED)
        if not follows(saved, lost):
            term = remedy(facts, "transformation")
            yield Hit(doubted(words, term), deadline=day_of(term))


EXAMINATION_RULES: tuple[Rule, ...] = (
    office_action_unanswered,
    office_action_due,
    allowance_running,
    published,
    opposition,
    ordinary_suspension,
    international_registration_lost,
)
