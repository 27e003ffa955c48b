"""R rules about keeping a registration alive: R01-R04, R06, R09-R11. The dates are those of tmwatch.deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from tmwatch.deadlines import Deadline, Period, maintenance
from tmwatch.findings import Severity
from tmwatch.rules.base import Facts, Hit, Rule, rule
from tmwatch.rules.evidence import both, deadlines_of, graded, standing_of, status_words, within
from tmwatch.text import N_, Text, say

_NEW_YORK = ZoneInfo("America/New_York")
_SOON = 90  # days before the end of a window from which R02 speaks instead of R01
_RENEWAL_SOON = 180  # days before the international renewal date
_LOSING = ("section_8", "section_8_9", "section_71", "section_71_9")
_NAMES = {
    "section_8": N_("section 8"),
    "section_8_9": N_("sections 8 and 9"),
    "section_71": N_("section 71"),
    "section_71_9": N_("section 71"),
    "international_renewal": N_("international renewal"),
}


def _phase(facts: Facts, deadline: Deadline) -> str:
    """Return where today lies: `early`, `window`, `grace` or `over`."""
    if deadline.opens is not None and facts.as_of < deadline.opens:
        return "early"
    if deadline.due is not None and facts.as_of <= deadline.due:
        return "window"
    return "grace" if deadline.grace_ends is not None and facts.as_of <= deadline.grace_ends else "over"


def _waiting(facts: Facts, *kinds: str) -> Iterator[tuple[Deadline, str]]:
    """Yield the deadlines of these kinds for which nothing (or only half) was filed, with their phase.

    Not those the Office answered (R08 speaks), nor the goods that a partial acceptance left out (R19).
    """
    for one in deadlines_of(facts, *kinds):
        if one.state != "refused" and not one.period.endswith("rest"):
            yield one, _phase(facts, one)


def _words(facts: Facts, deadline: Deadline, phase: str) -> Text:
    """Say from which day to which day, and that nothing is on record."""
    values = {
        "what": say(_NAMES[deadline.kind]),
        "period": deadline.period,
        "registered": facts.mark.registration_date or say("unknown date"),
        "opens": deadline.opens or say("unknown date"),
        "due": deadline.due or say("unknown date"),
        "grace": deadline.grace_ends or say("unknown date"),
    }
    if phase == "grace":
        words = say(
            "Registered {registered}; the filing under {what} ({period}) was due on {due}, the grace period with "
            "surcharge ends on {grace}",
            **values,
        )
    else:
        words = say(
            "Registered {registered}; the filing under {what} ({period}) is accepted from {opens} to {due}, with "
            "surcharge until {grace}",
            **values,
        )
    if deadline.satisfied_by:
        return both(words, say("Only one half is on record: {event}", event=deadline.satisfied_by))
    return both(words, say("No filing is on record"))


def _stepped(facts: Facts, deadline: Deadline, phase: str) -> Hit:
    """Make one hit for a whole period: INFO while the window is open, HIGH, CRITICAL, and CRITICAL in grace."""
    grace = phase == "grace"
    return Hit(
        _words(facts, deadline, phase),
        key=f"{deadline.kind} {deadline.period}".strip(),
        severity=Severity.CRITICAL if grace else graded(facts, deadline.due, Severity.INFO),
        deadline=deadline.grace_ends if grace else deadline.due,
        expires=deadline.grace_ends or deadline.due,
    )


@rule(
    "R01",
    Severity.INFO,
    action=N_("Specimens of use for every class can be gathered now; the window is open for one year"),
    citation="15 USC 1058(a)(1); 37 CFR 2.160(a)(1)(i)",
    letter="S",
)
def section_8_open(facts: Facts) -> Iterator[Hit]:
    """Section 8 window open.

    In its last 90 days R02 speaks instead.
    """
    for one, phase in _waiting(facts, "section_8"):
        if phase == "window" and one.due is not None and not within(facts, one.due, _SOON):
            yield Hit(
                _words(facts, one, phase),
                key=one.period,
                deadline=one.due,
                expires=one.due - timedelta(days=_SOON + 1),
            )


@rule(
    "R02",
    Severity.HIGH,
    action=N_(
        "The section 8 declaration (or sections 8 and 15 together), signed by the owner or its US attorney, is "
        "accepted until the day shown"
    ),
    citation="37 CFR 2.160-2.161",
    letter="S",
)
def section_8_due(facts: Facts) -> Iterator[Hit]:
    """Section 8 due soon."""
    for one, phase in _waiting(facts, "section_8"):
        if phase == "window" and one.due is not None and within(facts, one.due, _SOON):
            yield Hit(
                _words(facts, one, phase),
                key=one.period,
                severity=graded(facts, one.due, Severity.HIGH),
                deadline=one.due,
                expires=one.due,
            )


@rule(
    "R03",
    Severity.CRITICAL,
    action=N_("The declaration is still accepted, with a surcharge per class, until the day shown"),
    citation="37 CFR 2.160(a)(3)",
    letter="S",
)
def section_8_grace(facts: Facts) -> Iterator[Hit]:
    """Section 8 in grace period."""
    for one, phase in _waiting(facts, "section_8"):
        if phase == "grace":
            yield Hit(_words(facts, one, phase), key=one.period, deadline=one.grace_ends, expires=one.grace_ends)


@rule(
    "R04",
    Severity.CRITICAL,
    action=N_(
        "By law the registration is lost; the Office waits about 30 days after the grace period before it changes the "
        "record. A new application is the usual way back"
    ),
    citation="15 USC 1058(c); https://inventedly.com/index.php/resources/trademark-prosecution/responses/",
    letter="S",
)
def past_grace(facts: Facts) -> Iterator[Hit]:
    """Past grace, record still live.

    Never while a filing of the window or the grace is on record. A registration that lives more than three years after
    its grace without any event has an incomplete history: INFO.
    """
    if not standing_of(facts).is_live or facts.mark.registration_date is None:
        return
    for period in maintenance(facts.mark, facts.as_of):
        if period.kind not in _LOSING:
            continue
        key = f"{period.kind} {period.name}".strip()
        if period.state == "past_grace":
            yield Hit(_lost_words(facts, period), key=key)
        elif period.state == "history_incomplete":
            yield _incomplete(facts, period, key)


def _lost_words(facts: Facts, period: Period) -> Text:
    """Say that nothing is on record, and when the record is too old to show a filing on the last days."""
    words = say(
        "Nothing is on record under {what} ({period}); the grace period ended on {grace}. {status}",
        what=say(_NAMES[period.kind]),
        period=period.name,
        grace=period.last_grace_day or say("unknown date"),
        status=status_words(facts.mark),
    )
    told = facts.mark.provenance.as_of.astimezone(_NEW_YORK).date()
    if period.last_grace_day is None or told > period.last_grace_day:
        return words
    return both(words, say("The record is of {date}: it cannot show what was filed after that day", date=told))


def _incomplete(facts: Facts, period: Period, key: str) -> Hit:
    """Make the quiet form of R04."""
    evidence = say(
        "The record is live long after the grace period of {what} ({period}) ended on {grace}, and shows no filing: "
        "its history seems incomplete. {status}",
        what=say(_NAMES[period.kind]),
        period=period.name,
        grace=period.last_grace_day or say("unknown date"),
        status=status_words(facts.mark),
    )
    action = say("Nothing is known to be wrong; the documents in TSDR show what was filed")
    return Hit(evidence, key=key, severity=Severity.INFO, action=action)


@rule(
    "R06",
    Severity.HIGH,
    action=N_(
        "The combined filing under sections 8 and 9 is accepted until the day shown, within six months after it with a "
        "surcharge. Confirm with counsel"
    ),
    citation="15 USC 1059; 37 CFR 2.160(a)(2), 2.182",
    letter="K",
)
def renewal_due(facts: Facts) -> Iterator[Hit]:
    """10-year section 8 & 9 due."""
    for one, phase in _waiting(facts, "section_8_9"):
        if phase in ("window", "grace"):
            yield _stepped(facts, one, phase)


@rule(
    "R09",
    Severity.INFO,
    action=N_(
        "Optional: a section 15 declaration, alone or with section 8, limits later attacks on the registration. "
        "Confirm with counsel"
    ),
    citation="15 USC 1065; 37 CFR 2.167",
    letter="K",
)
def section_15_possible(facts: Facts) -> Iterator[Hit]:
    """Section 15 possible."""
    if facts.mark.register == "supplemental":
        return
    for one, phase in _waiting(facts, "section_15"):
        if phase != "early" and one.state == "open":
            evidence = say(
                "Registered {registered}; after five years of continuous use the declaration is possible from {opens}",
                registered=facts.mark.registration_date or say("unknown date"),
                opens=one.opens or say("unknown date"),
            )
            yield Hit(evidence, key=one.period, deadline=one.due, expires=one.due)


@rule(
    "R10",
    Severity.HIGH,
    action=N_(
        "The section 71 declaration is accepted at the USPTO until the day shown, within six months after it with a "
        "surcharge; it takes the place of section 8 for a registration based on section 66(a)"
    ),
    citation="15 USC 1141k; 37 CFR 7.36-7.39; TMEP 1613",
    letter="S",
)
def section_71_due(facts: Facts) -> Iterator[Hit]:
    """Section 71 due (66(a) registration)."""
    for one, phase in _waiting(facts, "section_71", "section_71_9"):
        if phase in ("window", "grace"):
            yield _stepped(facts, one, phase)


@rule(
    "R11",
    Severity.HIGH,
    action=N_("The renewal is filed at WIPO, not at the USPTO. Confirm with counsel"),
    citation="37 CFR 7.41",
    letter="K",
)
def international_renewal_due(facts: Facts) -> Iterator[Hit]:
    """International renewal due."""
    for one in deadlines_of(facts, "international_renewal"):
        if one.due is None or not within(facts, one.due, _RENEWAL_SOON):
            continue
        grace = facts.as_of > one.due
        if grace and (one.grace_ends is None or facts.as_of > one.grace_ends):
            continue
        last = one.grace_ends if grace else one.due
        yield Hit(
            say(
                "The international registration runs until {due}, with six months of grace until {grace}; no "
                "renewal is on record",
                due=one.due,
                grace=one.grace_ends or say("unknown date"),
            ),
            key=one.period,
            severity=Severity.CRITICAL if grace else graded(facts, one.due, Severity.HIGH),
            deadline=last,
            expires=one.grace_ends or one.due,
        )


MAINTENANCE_RULES: tuple[Rule, ...] = (
    section_8_open,
    section_8_due,
    section_8_grace,
    past_grace,
    renewal_due,
    section_15_possible,
    section_71_due,
    international_renewal_due,
)
