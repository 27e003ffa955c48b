"""C rules: who speaks for the mark, who gets its mail, who owns it, and how well we know: C01-C06. C07 is in guard.py.

C01-C03 are incidents: open for INCIDENT_DAYS after the change or the entry, then gone; old history never fires.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tmwatch import codes, comparing
from tmwatch.changes import INCIDENT_DAYS
from tmwatch.codes import Standing
from tmwatch.comparing import normalise
from tmwatch.entry_words import assignment_words
from tmwatch.findings import Severity
from tmwatch.joined_lists import assignment_told
from tmwatch.records import Assignment, CaseFile
from tmwatch.rules.base import Facts, Hit, Rule, rule
from tmwatch.rules.evidence import both, event_words, events, recent, standing_of, status_words
from tmwatch.rules.guard import outside_expected
from tmwatch.rules.incidents import (
    assignments_arrived,
    entries,
    entry_hit,
    field_changes,
    incident_end,
    incidents,
)
from tmwatch.text import N_, say

_NEW_YORK = ZoneInfo("America/New_York")
_ATTORNEY_GONE = events("TWAR WOAG WDLA EWAG EWAF WOAR WOAM EWOR")
_ATTORNEY_NAMED = events("ARAA REAP")
_ADDRESS_CHANGED = events("TCCA ECCA CHAN COAE")
_MAIL_LOST = events("NEDF UNDC UNDN UNDR")
_OWNER_CHANGED = events("ASGN AOUM CHLD DCPN")
_NO_TITLE = re.compile(r"secur|\blien|releas|mortgage|collateral|change of (?:correspondence )?address", re.IGNORECASE)
_PO_BOX = re.compile(r"\bp\s*\.?\s*o\s*\.?\s*box\b|\bpost office box\b", re.IGNORECASE)
_FRESH_DAYS = {Standing.live_pending: 7, Standing.unknown: 7}
_SIGHTINGS = 3  # of "no such case" before a stored mark counts as gone
_FRESH_DAYS_ELSE = 30
_TSDR_LIKE = ("tsdr", "file", "demo")  # records that are a look at TSDR themselves


@rule(
    "C01",
    Severity.HIGH,
    action=N_(
        "Compare with what the owner ordered. Own counsel can be appointed; the documents show whether the Office "
        "wrote about a precluded or excluded representative"
    ),
    citation=(
        "37 CFR 2.17, 2.19; https://www.uspto.gov/trademarks/protect/"
        "non-attorneys-precluded-representing-applicants-and-registrants"
    ),
    letter="S",
)
def attorney_gone(facts: Facts) -> Iterator[Hit]:
    """Attorney removed, withdrawn or revoked.

    A first attorney is no loss; another name in place of the old one is.
    """
    gone = [change for change in field_changes(facts, "attorney") if change.old]
    named = {} if all(change.new is None for change in gone) else _ATTORNEY_NAMED
    yield from incidents(facts, {**_ATTORNEY_GONE, **named}, gone)


@rule(
    "C02",
    Severity.HIGH,
    action=N_(
        "Compare with what the owner ordered: a change nobody ordered is how a mark is taken over, because the "
        "Office's letters and verification codes go to the new address"
    ),
    citation="37 CFR 2.18, 2.23",
    letter="S",
)
def correspondence_changed(facts: Facts) -> Iterator[Hit]:
    """Correspondence e-mail changed."""
    names = ("correspondent", "correspondent_emails", "owner_emails", "owner_address")
    yield from incidents(facts, _ADDRESS_CHANGED, field_changes(facts, *names))
    for event, day in entries(facts, _MAIL_LOST):
        words = both(event_words(event), say("Mail of the Office did not arrive"))
        action = say("The Office's letters do not arrive: the correspondence address on record can be corrected")
        yield entry_hit(event, day, words, action)


@rule(
    "C03",
    Severity.HIGH,
    action=N_(
        "Compare with what the owner ordered, and the new owner with the one in Brand Registry. Confirm with counsel"
    ),
    citation="37 CFR Part 3; TMEP 501",
    letter="K",
)
def owner_changed(facts: Facts) -> Iterator[Hit]:
    """Assignment or owner name changed.

    A security interest, its release or a lien moves no title: INFO.
    """
    yield from incidents(facts, _OWNER_CHANGED, field_changes(facts, "owners"))
    arrived = assignments_arrived(facts)
    for one in facts.mark.assignments:
        day = max(filter(None, (one.recorded or one.executed, arrived.get(one.reel_frame))), default=None)
        if day is not None and not one.withdrawn and recent(facts, day, INCIDENT_DAYS):
            yield _assignment_hit(one, day)


def _assignment_hit(one: Assignment, day: date) -> Hit:
    """Make the hit of one recorded assignment."""
    severity = Severity.INFO if _NO_TITLE.search(one.conveyance) else None
    words = assignment_words(assignment_told(one))
    return Hit(words, key=f"assignment {one.reel_frame}", severity=severity, expires=incident_end(day))


@rule(
    "C04",
    Severity.MEDIUM,
    action=N_("The Office wants the owner's true domicile; a change of address can be filed. Confirm with counsel"),
    citation="37 CFR 2.32(a)(2), 2.189",
    letter="K",
)
def address_no_domicile(facts: Facts) -> Iterator[Hit]:
    """Owner address not a domicile.

    The agency's address counts only when another firm than the owner is the correspondent.
    """
    if not standing_of(facts).is_live:
        return
    boxed = [o for o in facts.mark.current_owners if any(_PO_BOX.search(line) for line in o.address.lines)]
    for owner in boxed[:1]:
        yield Hit(
            say("The owner's address is a post office box: {address}", address=owner.address.one_line()), key="po box"
        )
    if _lives_at_agency(facts.mark):
        one = facts.mark.correspondent
        words = say("The owner's address is that of the correspondent's firm, {firm}", firm=one.firm if one else "")
        yield Hit(words, key="agency")


def _lives_at_agency(mark: CaseFile) -> bool:
    """Whether an owner's address equals that of a correspondent's firm that is not the owner."""
    one = mark.correspondent
    if one is None or not one.firm or len(comparing.address_words(one.address)) < 3:
        return False
    if any(normalise(one.firm) in (normalise(o.name), normalise(o.also_known_as)) for o in mark.current_owners):
        return False
    return any(comparing.same_address(o.address, one.address) for o in mark.current_owners)


@rule(
    "C05",
    Severity.INFO,
    action=N_(
        "The next run fetches it again; an owner is expected to look every six months while something is pending. "
        "Confirm with counsel"
    ),
    citation="37 CFR 2.23(d)",
    letter="K",
)
def record_old(facts: Facts) -> Iterator[Hit]:
    """Record not refreshed.

    A pending (or unclear) case after 7 days, any other after 30. A mark that only bulk files told is quiet here: the
    coverage of every digest says up to which day they are complete. A stored mark that TSDR has not known three times,
    on two days at least, is gone until it is found again.
    """
    gone = sorted({moment.astimezone(_NEW_YORK).date() for moment in facts.missing})
    if len(facts.missing) >= _SIGHTINGS and len(gone) > 1:
        yield Hit(
            say(
                'The USPTO has answered "no such case" {times} times since {date}; shown is the last known record',
                times=len(facts.missing),
                date=gone[0],
            ),
            key="gone",
            severity=Severity.HIGH,
        )
    checked, told = facts.checked_at, facts.mark.provenance
    if checked is None and told.source in _TSDR_LIKE:
        checked = told.as_of
    if checked is None:
        return
    day = checked.astimezone(_NEW_YORK).date()
    limit = _FRESH_DAYS.get(standing_of(facts), _FRESH_DAYS_ELSE)
    if facts.as_of > day + timedelta(days=limit):
        yield Hit(say("Last checked at TSDR on {date}, more than {days} days ago", date=day, days=limit))


@rule(
    "C06",
    Severity.MEDIUM,
    action=N_(
        "A person looks at the case in TSDR today; until then its standing is unknown, never live. Confirm with counsel"
    ),
    citation="USPTO status code table 1",
    letter="I",
)
def status_unknown(facts: Facts) -> Iterator[Hit]:
    """Status code unknown."""
    if not codes.is_known_status(facts.mark.status_code):
        yield Hit(status_words(facts.mark), key=str(facts.mark.status_code))


CHANGE_RULES: tuple[Rule, ...] = (
    attorney_gone,
    correspondence_changed,
    owner_changed,
    address_no_domicile,
    record_old,
    status_unknown,
    outside_expected,
)
