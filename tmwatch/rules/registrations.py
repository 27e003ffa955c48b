"""R rules about registrations that were lost, or are being decided: R05, R07, R08, R12, R13, R18, R19.

Maintenance (R01-R04, R06, R09-R11) is in maintenance.py, proceedings (R14-R17) in attacks.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tmwatch import comparing
from tmwatch.deadlines import Deadline, next_business_day
from tmwatch.findings import Severity
from tmwatch.records import ProsecutionEvent
from tmwatch.rules.attacks import ATTACK_RULES
from tmwatch.rules.base import Facts, Hit, Rule, rule
from tmwatch.rules.evidence import (
    Events,
    both,
    day_of,
    deadlines_of,
    doubted,
    event_words,
    events,
    found,
    graded,
    is_registered,
    newest,
    open_event,
    recent,
    remedy,
    remedy_words,
    standing_of,
    status_words,
    transformed_into,
)
from tmwatch.rules.maintenance import MAINTENANCE_RULES
from tmwatch.rules.office_dates import OFFICE_DATE_RULES
from tmwatch.text import N_, Text, say

# What brings a registration back; an entry of loss before one of these no longer counts.
_RESTORED = events("PCGR/O RRGG/O RGRR/O RGRN/O REIN MREI 8.OK/O C15A/O 89AG/O 71AG/O RNL1/Q RNL2/Q RNL3/Q")
_STATUS_LAG = 60  # days in which the status may still lag behind an entry (15 to 50 seen)
_CANCELLED = events("C8../O C8.T/O C71T/O CAEX/O NCS8 NC71")
_EXPIRED = events("EXRG/O CAEX/O")
_SURRENDER = events("ES7S/I C7RF/I C7PF/I")
_SURRENDERED = events("C7../O C7P./O NCS7 NCP7 7.PR/O")
_ENDED = events("C7../O C18./O C24./O C37./O C6AF/O C6BF/O CANG/T TTCG/R")
_BOARD_DECISION = events("CANG/T CANG/D TTCG/R TTCG/P")
_WITHDRAWN = events("IIRN/O CIIG/O")
_PART_LOST = events("C8P./O C71P/O C18P/O C24P/O C37P/O C7P./O C6AP/O C6BP/O 8.PR/O 8PRT/O 71.P/O C15P/O C75P/O")
_CLASS_LOST = frozenset("ABCDEG789JKX")
_PART_STATUS = frozenset({704, 705, 707, 708})
_ACTIONS = events(
    "PR15/O PR23/O PR71/O PR75/O PR89/O PRA8/O PRA9/O PRAM/O QR15/O QR23/O QR71/O QR75/O QRA8/O QRA9/O QRAM/O OQ89/O "
    "806I/O 810I/O 815I/O 89IA/O 9INF/O 715I/O 71IA/O 15IA/O PUM1/O PUM2/O PUM3/O PUMI/O"
)


def _lost_by(facts: Facts, loss: Events) -> ProsecutionEvent | None:
    """Return the newest entry of loss that still counts: none while the mark lives, unless the status may lag."""
    event = open_event(facts, loss, _RESTORED)
    if event is None or (standing_of(facts).is_live and not recent(facts, event.date, _STATUS_LAG)):
        return None
    return event


@rule(
    "R05",
    Severity.CRITICAL,
    action=N_(
        "A new application is the usual way back; a petition to the Director is accepted only in an extraordinary "
        "case, such as an action that was not received. A Brand Registry enrolment on this registration is at risk "
        "at once"
    ),
    citation="37 CFR 2.146(d)(1)-(2); TMEP 1714.01(f)(ii)(D)",
    letter="S",
)
def cancelled_for_maintenance(facts: Facts) -> Iterator[Hit]:
    """Cancelled section 8 / 71."""
    event = _lost_by(facts, _CANCELLED)
    by_code = facts.mark.cancellation_code == "2" and not standing_of(facts).is_live
    if facts.mark.status_code in (709, 710) or event or by_code:
        words = both(status_words(facts.mark), event_words(event) if event else None)
        words = remedy_words(facts, words, "director_petition")
        yield Hit(words, deadline=day_of(remedy(facts, "director_petition")))


@rule(
    "R07",
    Severity.CRITICAL,
    action=N_("A new application is the only way back"),
    citation="15 USC 1059(a)",
    letter="S",
)
def expired(facts: Facts) -> Iterator[Hit]:
    """Expired."""
    event = _lost_by(facts, _EXPIRED)
    if facts.mark.status_code == 900 or event:
        words = both(status_words(facts.mark), event_words(event) if event else None)
        words = remedy_words(facts, words, "director_petition")
        yield Hit(words, deadline=day_of(remedy(facts, "director_petition")))


@rule(
    "R08",
    Severity.HIGH,
    action=N_("A response is accepted until the day shown; without one the registration is cancelled, with no revival"),
    citation="37 CFR 2.163(b), 2.184(b)(1), 7.39(a); TMEP 1613.16",
    letter="S",
)
def post_registration_action(facts: Facts) -> Iterator[Hit]:
    """Post-registration Office action."""
    for one in deadlines_of(facts, "post_registration_action"):
        severity = graded(facts, one.due, Severity.HIGH)
        yield Hit(_action_words(facts, one), key=one.period, severity=severity, deadline=one.due)


def _action_words(facts: Facts, deadline: Deadline) -> Text:
    """Say which action waits for an answer, and that none is on record."""
    issued = [e for e in found(facts, _ACTIONS) if e.date.isoformat() in deadline.period] or found(facts, _ACTIONS)
    words = event_words(issued[0]) if issued else say("Post-registration action ({period})", period=deadline.period)
    words = both(words, say("No response is on record"))
    return both(words, status_words(facts.mark)) if facts.mark.status_code == 740 else words


@rule(
    "R12",
    Severity.HIGH,
    action=N_(
        "The file shows who asked for it. A petition to the Director is accepted within two months, an appeal or civil "
        "action within 63 days of a final decision of the Board. Confirm with counsel"
    ),
    citation="37 CFR 2.172, 2.145(d), 2.146; 15 USC 1119, 1066a-1066b",
    letter="K",
)
def surrendered_or_cancelled(facts: Facts) -> Iterator[Hit]:
    """Surrendered, court order, Board or Director cancellation.

    The entry that ends the registration counts while the status lags behind it; a request to surrender for a year.
    """
    mark = facts.mark
    if mark.status_code in (711, 712, 713, 714, 781, 782):
        decision = newest(facts, _BOARD_DECISION) if mark.status_code in (713, 714) else None
        due = next_business_day(decision.date + timedelta(days=63)) if decision else None
        open_until = due if due is not None and due >= facts.as_of else day_of(remedy(facts, "director_petition"))
        words = both(status_words(mark), event_words(decision) if decision else None)
        yield Hit(remedy_words(facts, words, "director_petition"), deadline=open_until)
        return
    done = _lost_by(facts, _ENDED) if standing_of(facts).is_live else None
    if done is not None:
        words = both(event_words(done), status_words(mark))
        yield Hit(words, deadline=day_of(remedy(facts, "director_petition")))
        return
    request = open_event(facts, _SURRENDER, _SURRENDERED)
    if request is not None and is_registered(facts) and recent(facts, request.date, 365):
        words = both(event_words(request), status_words(mark))
        yield Hit(
            words,
            key=f"request {request.date.isoformat()}",
            action=say(
                "Compare with what the owner ordered: a surrender of the registration was asked. Confirm with counsel"
            ),
        )


@rule(
    "R13",
    Severity.HIGH,
    action=N_(
        "The letter in the file says why; the mark may be registered again or returned to examination. Confirm with "
        "counsel"
    ),
    citation="TMEP 1609.10",
    letter="K",
)
def number_withdrawn(facts: Facts) -> Iterator[Hit]:
    """Registration number withdrawn as inadvertently issued."""
    event = open_event(facts, _WITHDRAWN, events("R.PR/A R.SR/A"))
    if event is not None and is_registered(facts) and not recent(facts, event.date, _STATUS_LAG):
        event = None
    if facts.mark.status_code == 716 or event or facts.mark.cancellation_code == "6":
        yield Hit(both(status_words(facts.mark), event_words(event) if event else None))


@rule(
    "R18",
    Severity.CRITICAL,
    action=N_("The file shows the reason; for a lost international registration a transformation may still be open"),
    citation="15 USC 1141j(c); USPTO status code table 1",
    letter="S",
)
def registration_dead(facts: Facts) -> Iterator[Hit]:
    """Registration dead for another reason.

    406 and 417 were transformed into a new case (MEDIUM).
    """
    mark = facts.mark
    if mark.status_code in (406, 417):
        yield Hit(
            both(status_words(mark), transformed_into(mark)),
            severity=Severity.MEDIUM,
            action=say("The registration lives on in the case it was transformed into; that case is the one to watch"),
        )
    elif mark.status_code in (404, 414, 415, 626):
        term = remedy(facts, "transformation")
        yield Hit(doubted(status_words(mark), term), deadline=day_of(term))


@rule(
    "R19",
    Severity.HIGH,
    action=N_("Compare the remaining classes and goods with what the brand sells"),
    citation="15 USC 1058, 1141k; USPTO documentation V2.3, class status",
    letter="S",
)
def part_lost(facts: Facts) -> Iterator[Hit]:
    """Part of the registration lost.

    The classes tell best which part; else the newest entry, the status or the cancellation code does.
    """
    mark = facts.mark
    if not standing_of(facts).is_live:
        return
    status = {comparing.class_code(c.code): comparing.class_status(c.status_code) or "" for c in mark.classes}
    lost = sorted(code for code, value in status.items() if value in _CLASS_LOST)
    event = newest(facts, _PART_LOST)
    if lost:
        for code in lost:
            words = say("Class {code} has class status {value}", code=code, value=status[code])
            yield Hit(both(words, event_words(event) if event else None), key=f"class {code}")
    elif event is not None:
        yield Hit(event_words(event), key=f"{event.key} {event.date.isoformat()}")
    elif mark.status_code in _PART_STATUS:
        yield Hit(status_words(mark), key=f"status {mark.status_code}")
    elif (mark.cancellation_code or "-") in "ABCDE":
        yield Hit(
            both(say("Cancellation code {code}", code=mark.cancellation_code), status_words(mark)),
            key=f"cancellation {mark.cancellation_code}",
        )


_OWN = (
    cancelled_for_maintenance,
    expired,
    post_registration_action,
    surrendered_or_cancelled,
    number_withdrawn,
    registration_dead,
    part_lost,
)
REGISTRATION_RULES: tuple[Rule, ...] = tuple(
    sorted((*_OWN, *MAINTENANCE_RULES, *ATTACK_RULES, *OFFICE_DATE_RULES), key=lambda one: one.id)
)
