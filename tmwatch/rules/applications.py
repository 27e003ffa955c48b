"""A rules about applications that died or came back: A01-A04, A12-A14. Those about living applications are in
examination.py. A dead mark shows only what may still save it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tmwatch.changes import INCIDENT_DAYS
from tmwatch.deadlines import add_months, next_business_day
from tmwatch.findings import Severity
from tmwatch.records import ProsecutionEvent
from tmwatch.rules.base import Facts, Hit, Rule, rule
from tmwatch.rules.evidence import (
    both,
    day_of,
    doubted,
    event_words,
    events,
    follows,
    newest,
    recent,
    remedy,
    remedy_words,
    standing_of,
    status_words,
    transformed_into,
    within,
)
from tmwatch.rules.examination import EXAMINATION_RULES
from tmwatch.text import N_, Text, say

REVIVABLE = frozenset({600, 602, 606, 607})
_NOTICE = events("MAB0/E,O MAB1/E,O MAB2/E,O MAB3/E,O MAB4/E,O MAB5/E,O MAB6/E,O MAB7/E,O MAB8/E,O MAB9/E,O")
_ABANDONED = events("ABN0 ABN1 ABN2 ABN3 ABN4 ABN5 ABN6 ABN7 ABN8 ABN9")
_PETITION = events("PROA/I PETR/I TPET/I TPOA/I TPSE/I EPGS/I RFRR/I ERRS/I")
_REVIVED = events("PETG/O NREV")
_BOARD_DECISION = {603: events("EXPA/T EXAR/T EXFB/T EXDM"), 604: events("OP.S/T OP.D/S")}
_DEAD = frozenset({402, 411, 412, 603, 604, 608, 609, 618, 632, 901, 968})
_TRANSFORMED = frozenset({405, 416})
_CLOSING_DAYS = 14  # A02 takes over from A01
AT_ONCE = date.min  # good news that the status tells ends quietly with that status
_NEW_APPLICATION = N_("A new application is the usual way back, with a new filing date")


def _notice(facts: Facts) -> ProsecutionEvent | None:
    """Return the notice of the newest abandonment, else its entry."""
    entry = newest(facts, _ABANDONED)
    return newest(facts, _NOTICE, since=entry.date if entry else None) or entry


def _petitioned(facts: Facts, notice: ProsecutionEvent | None) -> ProsecutionEvent | None:
    """Return the petition to revive that was filed after the abandonment, while the status still shows it."""
    petition = newest(facts, _PETITION)
    return petition if petition is not None and notice is not None and follows(petition, notice) else None


def _abandonment(facts: Facts, notice: ProsecutionEvent | None) -> Text:
    """Say status, abandonment date and notice."""
    words = status_words(facts.mark)
    if facts.mark.abandonment_date is not None:
        words = both(words, say("Abandoned as of {date}", date=facts.mark.abandonment_date))
    return both(words, event_words(notice) if notice else None)


@rule(
    "A01",
    Severity.HIGH,
    action=N_(
        "A petition to revive, with the missing paper and the fee, is accepted until the day shown: two months from "
        "the notice of abandonment"
    ),
    citation="37 CFR 2.66(a)(1)-(2); 2.6(a)(15)",
    letter="S",
)
def application_abandoned(facts: Facts) -> Iterator[Hit]:
    """Application abandoned, may be revived.

    In the last 14 days A02 speaks instead; after the window the finding goes on under the key "lapsed".
    """
    if facts.mark.status_code not in REVIVABLE:
        return
    notice, term = _notice(facts), remedy(facts, "revival")
    words = _abandonment(facts, notice)
    petition = _petitioned(facts, notice)
    if petition is not None:
        yield Hit(
            both(words, event_words(petition)), action=say("A petition to revive is on file; its decision is awaited")
        )
    elif term is None or term.due is None:
        yield Hit(_lapsed_words(facts, words, notice), key="lapsed", action=say(_NEW_APPLICATION))
    elif not within(facts, term.due, _CLOSING_DAYS):
        expires = term.due - timedelta(days=_CLOSING_DAYS + 1)
        yield Hit(doubted(words, term), deadline=term.due, expires=expires)


def _lapsed_words(facts: Facts, words: Text, notice: ProsecutionEvent | None) -> Text:
    """Say since when no petition to revive is accepted, and the way that is left when no notice came."""
    if notice is not None:
        ended = next_business_day(add_months(notice.date, 2))
        if ended < facts.as_of:
            words = both(words, say("The two months for a petition to revive ended on {date}", date=ended))
        else:
            words = both(words, say("No petition to revive is open: the 36 months after the allowance have run out"))
    return remedy_words(facts, words, "revival")


@rule(
    "A02",
    Severity.CRITICAL,
    action=N_(
        "The petition to revive is accepted until the day shown; after it only a new application is left, with a new "
        "filing date"
    ),
    citation="37 CFR 2.66",
    letter="S",
)
def revival_window_closing(facts: Facts) -> Iterator[Hit]:
    """Revival window closing."""
    if facts.mark.status_code not in REVIVABLE:
        return
    notice, term = _notice(facts), remedy(facts, "revival")
    due = day_of(term)
    if due is None or not within(facts, due, _CLOSING_DAYS) or _petitioned(facts, notice):
        return
    words = both(_abandonment(facts, notice), say("The last day to revive is {date}", date=due))
    yield Hit(doubted(words, term), deadline=due, expires=due)


@rule(
    "A03",
    Severity.HIGH,
    action=N_(
        "A request for reconsideration is accepted within two months of the decision; otherwise a new application is "
        "left. Confirm with counsel"
    ),
    citation="37 CFR 2.146(j)",
    letter="K",
)
def revival_refused(facts: Facts) -> Iterator[Hit]:
    """Revival refused."""
    if facts.mark.status_code == 614:
        decision = newest(facts, events("PETD/O PR.D/T"))
        words = both(status_words(facts.mark), event_words(decision) if decision else None)
        yield Hit(remedy_words(facts, words, "reconsideration"), deadline=day_of(remedy(facts, "reconsideration")))


@rule(
    "A04",
    Severity.HIGH,
    action=N_(
        "Compare with what the owner ordered. If nobody was asked, a petition to the Director to reinstate is accepted "
        "within two months of the notice. Confirm with counsel"
    ),
    citation="37 CFR 2.68, 2.146",
    letter="K",
)
def express_abandonment(facts: Facts) -> Iterator[Hit]:
    """Express abandonment not ordered by owner.

    Quiet when the notes of the portfolio row speak of the abandonment: then the owner knows of it.
    """
    if facts.mark.status_code not in (601, 605):
        return
    notes = " ".join(watch.notes or "" for watch in facts.watches).casefold()
    if "abandon" not in notes and "放弃" not in notes:
        asked = newest(facts, events("EXAR/I EXAB/I LOAP/I")) or _notice(facts)
        words = remedy_words(facts, _abandonment(facts, asked), "director_petition")
        yield Hit(words, deadline=day_of(remedy(facts, "director_petition")))


@rule(
    "A12",
    Severity.HIGH,
    action=N_("The file shows the reason; a new application is the usual way back"),
    citation="37 CFR 2.145(d); USPTO status code table 1",
    letter="S",
)
def application_dead(facts: Facts) -> Iterator[Hit]:
    """Application dead for another reason.

    405 and 416 were transformed into a new case (MEDIUM). 603 and 604 can be taken to court for 63 days.
    """
    mark = facts.mark
    if mark.status_code in _TRANSFORMED:
        yield Hit(
            both(status_words(mark), transformed_into(mark)),
            severity=Severity.MEDIUM,
            action=say("The application lives on in the case it was transformed into; that case is the one to watch"),
        )
    if mark.status_code not in _DEAD:
        return
    decision = newest(facts, _BOARD_DECISION.get(mark.status_code, {}))
    due = next_business_day(decision.date + timedelta(days=63)) if decision else None
    words = both(status_words(mark), event_words(decision) if decision else None)
    if due is not None and due >= facts.as_of:
        action = say(
            "An appeal from the Board's decision is accepted for 63 days; otherwise a new application is the usual way "
            "back. Confirm with counsel"
        )
        yield Hit(words, deadline=due, action=action)
    else:
        words = remedy_words(facts, words, "reconsideration")
        yield Hit(words, deadline=day_of(remedy(facts, "reconsideration")))


@rule(
    "A13",
    Severity.HIGH,
    action=N_("Nothing to file: the application is dead until the petition is granted; its decision is awaited"),
    citation="37 CFR 2.66",
    letter="S",
)
def revival_pending(facts: Facts) -> Iterator[Hit]:
    """Petition to revive or reinstate pending."""
    if facts.mark.status_code == 612:
        petition = newest(facts, _PETITION)
        yield Hit(both(status_words(facts.mark), event_words(petition) if petition else None))


@rule(
    "A14",
    Severity.INFO,
    action=N_("Good news: the application lives again. Brand Registry can be told when the enrolment was affected"),
    citation="37 CFR 2.66, 2.64",
    letter="S",
    good_news=True,
)
def application_revived(facts: Facts) -> Iterator[Hit]:
    """Application revived or reinstated.

    Told while the status says so, and for a month after the granting event when the status has moved on.
    """
    granted, abandoned = newest(facts, _REVIVED), newest(facts, _ABANDONED)
    if facts.mark.status_code in (616, 672):
        yield Hit(both(status_words(facts.mark), event_words(granted) if granted else None), expires=AT_ONCE)
    elif granted is None or abandoned is None or not standing_of(facts).is_live:
        return
    elif follows(granted, abandoned) and recent(facts, granted.date, INCIDENT_DAYS):
        yield Hit(event_words(granted), expires=granted.date + timedelta(days=INCIDENT_DAYS))


_OWN = (
    application_abandoned,
    revival_window_closing,
    revival_refused,
    express_abandonment,
    application_dead,
    revival_pending,
    application_revived,
)
APPLICATION_RULES: tuple[Rule, ...] = tuple(sorted((*_OWN, *EXAMINATION_RULES), key=lambda one: one.id))
