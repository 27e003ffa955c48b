"""The S rules: what the record itself says of sanctions (S05-S07, S15-S22), gathered with those about orders
(sanction_orders.py) and about who filed (sanction_agents.py). Exactly one of S15-S20 is open on a mark at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from tmwatch import codes
from tmwatch.deadlines import add_months, next_business_day
from tmwatch.findings import Severity
from tmwatch.records import ProsecutionEvent
from tmwatch.rules.base import Facts, Hit, Rule, rule
from tmwatch.rules.sanction_agents import AGENT_RULES
from tmwatch.rules.sanction_orders import ORDER_RULES, story
from tmwatch.sanction_ladder import STAGE_OF_EVENT, UNDER_REVIEW, has_open_signal, is_restored, ladder, restoring_event
from tmwatch.text import N_, Text, say

_SINCE = date(2021, 1, 1)  # no order of this kind is older; a note to the file before it is about something else
_NOTE = re.compile(r"\b(NOTATION|NOTE) TO (THE )?FILE\b")
_ABOUT_ORDER = re.compile(r"SHOW CAUSE|SANCTION|RECONSIDER|ADMINISTRATIVE")
# Alone in a title these words must be plainer: requests for reconsideration are everyday papers.
_ORDER_TITLE = re.compile(r"SHOW CAUSE|SANCTION|RECONSIDERING|NOTICE OF RECONSIDERATION|ADMINISTRATIVE REVIEW")
_SANCTION_LIKE = re.compile(r"SANCTION|SHOW CAUSE|ADMINISTRATIVE REVIEW|RECONSIDER")
_RESTORED_WORDS = re.compile(r"RESTORED TO PENDENCY|CANCELLED RECONSIDERED|CANCELLED AS INADVERTENTLY ISSUED")
_REVIEW_WORDS = "SUSPENDED PENDING ADMINISTRATIVE REVIEW"
_ORDINARY_SUSPENSION = frozenset({652, 653, 654})
_PROCESS = "https://www.uspto.gov/trademarks/protect/administrative-sanctions-process"
_PRACTITIONER = {
    "NAAX/O": N_("exclusion or removal of a practitioner"),
    "NAAS/O": N_("suspension or removal of a practitioner"),
}


def _upper(text: str | None) -> str:
    """Return a text in capitals with single blanks."""
    return " ".join((text or "").upper().split())


def _event_text(event: ProsecutionEvent) -> Text:
    """Say an event with code, text and day."""
    text = event.description or codes.event_text(event.code, event.type) or ""
    return say('event {key} "{text}" of {date}', key=event.key, text=text, date=event.date)


def _ladder_hit(facts: Facts, stage: str, *, petition: bool = False) -> Iterator[Hit]:
    """Yield the finding of one stage when it is the present one, its steps as evidence."""
    now = facts.ladder.now
    if facts.ladder.stage != stage or now is None:
        return
    text = say('{event} "{text}" of {date}', event=now.event, text=now.text, date=now.date)
    earlier = [step for step in facts.ladder.steps if step is not now]
    for step in reversed(earlier):
        text = say("{text}; before: {event} of {date}", text=text, event=step.event, date=step.date)
    until = next_business_day(add_months(now.date, 2)) if petition else None
    yield Hit(
        story(facts, text),
        deadline=until if until and until >= facts.as_of else None,
        # Only a stage that rests on an unchecked list, not one the record shows by itself, is marked so.
        unreviewed=any(not hit.reviewed for hit in facts.hits) and ladder(facts.mark).stage != stage,
    )


@rule(
    "S05",
    Severity.HIGH,
    action=N_(
        "Treat the registration as gone although status 715 is not classed as dead; open the note in the case file "
        "today to learn the reason."
    ),
    citation="USPTO status code table 1 (2023-06-20)",
    letter="S",
)
def s05(facts: Facts) -> Iterator[Hit]:
    """Registration cancelled and restored to pendency, or cancelled on reconsideration."""
    mark = facts.mark
    worded = _RESTORED_WORDS.search(_upper(mark.status_text))
    if has_open_signal(mark, facts.hits) or facts.ladder.stage not in (None, "released"):
        return
    event = restoring_event(mark)
    if event is not None:
        yield Hit(say("The history shows {event}", event=_event_text(event)))
    elif is_restored(mark) or worded:
        code, text = mark.status_code, mark.status_text or codes.status_text(mark.status_code) or ""
        evidence = say('Status {code} "{text}"', code=code, text=text)
        if mark.cancellation_code:
            evidence = say("{text}, cancellation code {code}", text=evidence, code=mark.cancellation_code)
        yield Hit(evidence)


@rule(
    "S06",
    Severity.HIGH,
    action=N_(
        "Open the note today. The copy of an order in the case file has no exhibit: look for the serial number in the "
        "exhibit of the order itself."
    ),
    citation="https://www.uspto.gov/trademarks/protect/what-to-do-if-your-application-suspended-investigation",
    letter="S",
)
def s06(facts: Facts) -> Iterator[Hit]:
    """Order placed in the file."""
    for paper in facts.papers:
        title = _upper(paper.title)
        note, order = _NOTE.search(title), _ABOUT_ORDER.search(title)
        if paper.date >= _SINCE and (note or _ORDER_TITLE.search(title)):
            severity = Severity.HIGH if note and order else Severity.MEDIUM
            evidence = say('Paper "{title}" of {date} in the case file', title=paper.title, date=paper.date)
            yield Hit(evidence, f"{paper.date.isoformat()}|{title}", severity=severity)
    for event in _notes(facts):
        both = _NOTE.search(_upper(event.description)) and _ABOUT_ORDER.search(_upper(event.description))
        severity = Severity.HIGH if both else Severity.MEDIUM
        evidence = say("The history shows {event}", event=_event_text(event))
        yield Hit(evidence, f"{event.key}|{event.date.isoformat()}", severity=severity)


def _notes(facts: Facts) -> list[ProsecutionEvent]:
    """Return the events that speak of a note to the file, once a day and code."""
    notes = {
        (event.key, event.date): event
        for event in facts.mark.events
        if event.date >= _SINCE and (event.key == "CORV/7" or _NOTE.search(_upper(event.description)))
    }
    return list(notes.values())


@rule(
    "S07",
    Severity.HIGH,
    action=N_(
        "Papers are blocked and the correspondence e-mail cannot be changed; only express abandonment, withdrawal of "
        "attorney and a petition to the Director are accepted. Look at the case file every week."
    ),
    citation=_PROCESS,
    letter="S",
)
def s07(facts: Facts) -> Iterator[Hit]:
    """Suspended pending administrative review (text only)."""
    mark = facts.mark
    released = facts.ladder.stage == "released" and facts.ladder.since is not None
    again = released and mark.status_date is not None and mark.status_date > (facts.ladder.since or mark.status_date)
    if facts.ladder.stage is not None and not again:
        return
    worded = _REVIEW_WORDS in _upper(mark.status_text) and mark.status_code != UNDER_REVIEW
    noted = mark.status_code in _ORDINARY_SUSPENSION and any(hit.severity is Severity.HIGH for hit in s06.check(facts))
    if worded or noted:
        text = mark.status_text or codes.status_text(mark.status_code) or ""
        evidence = say('Status {code} "{text}"', code=mark.status_code, text=text)
        yield Hit(say("{text}, with a note about an order in the file", text=evidence) if noted else evidence)


@rule(
    "S15",
    Severity.HIGH,
    action=N_(
        "Papers are blocked except express abandonment, withdrawal of attorney and petition to the Director. Hire an "
        "independent US attorney, collect proof of use and of who signed, prepare a new application."
    ),
    citation=f"USPTO status code table 1 (973); {_PROCESS}",
    letter="S",
)
def s15(facts: Facts) -> Iterator[Hit]:
    """Sanctions stage 1: under administrative review."""
    yield from _ladder_hit(facts, "under_review")


@rule(
    "S16",
    Severity.CRITICAL,
    action=N_(
        "Find the order and the day until which it can be answered (14 and 30 days were seen); let an own US attorney "
        "answer for the owner; prepare a new application."
    ),
    citation=f"37 CFR 11.18(b)-(c), 2.193; 87 FR 431; {_PROCESS}",
    letter="S",
)
def s16(facts: Facts) -> Iterator[Hit]:
    """Sanctions stage 2: order to show cause issued."""
    yield from _ladder_hit(facts, "show_cause")


@rule(
    "S17",
    Severity.CRITICAL,
    action=N_(
        "Read the order: it may strike papers or end the case, the status tells which. File a new application with "
        "independent counsel and move the brand to a healthy mark. A petition to the Director within 2 months only "
        "helps when the number was listed in error."
    ),
    citation="37 CFR 11.18(c), 2.146(d)(1)",
    letter="S",
)
def s17(facts: Facts) -> Iterator[Hit]:
    """Sanctions stage 3: order for sanctions issued."""
    yield from _ladder_hit(facts, "ordered", petition=True)


@rule(
    "S18",
    Severity.CRITICAL,
    action=N_(
        "The registration is gone and termination may follow within days: file a new application with independent US "
        "counsel and move the Brand Registry enrolment now."
    ),
    citation="37 CFR 11.18(c); inherent authority to reconsider",
    letter="S",
)
def s18(facts: Facts) -> Iterator[Hit]:
    """Sanctions stage 3b: registration cancelled and restored to pendency under sanctions."""
    yield from _ladder_hit(facts, "restored_to_pendency")


@rule(
    "S19",
    Severity.CRITICAL,
    action=N_(
        "Treat the mark as lost. File a new application at once with independent US counsel. A petition to the "
        "Director within 2 months of the notice only helps when the number was listed in error."
    ),
    citation="USPTO status code table 1 (610); 37 CFR 11.18(c)(5), 2.146(d)(1)",
    letter="S",
)
def s19(facts: Facts) -> Iterator[Hit]:
    """Sanctions stage 4: terminated."""
    yield from _ladder_hit(facts, "terminated", petition=True)


@rule(
    "S20",
    Severity.INFO,
    action=N_("Good news: the suspension was released. Orders that name the mark stay open."),
    citation="USPTO Office of the Chief Economist, case file data 2023, event list",
    letter="S",
    good_news=True,
)
def s20(facts: Facts) -> Iterator[Hit]:
    """Sanctions suspension released."""
    yield from _ladder_hit(facts, "released")


@rule(
    "S21",
    Severity.MEDIUM,
    action=N_("Let a person look at the case file today: the code is not in the USPTO's tables known here."),
    citation="USPTO event list of 2023",
    letter="I",
)
def s21(facts: Facts) -> Iterator[Hit]:
    """Unknown sanctions-like event."""
    odd: dict[str, ProsecutionEvent] = {}
    for event in facts.mark.events:
        if event.key in STAGE_OF_EVENT:
            continue
        unlisted = not codes.is_known_event_code(event.code) and _SANCTION_LIKE.search(_upper(event.description))
        if event.code.startswith("K") or unlisted:
            held = odd.setdefault(event.key, event)
            odd[event.key] = max(held, event, key=lambda one: one.date)
    for key, event in sorted(odd.items()):
        yield Hit(say("The history shows {event}, which no known table explains", event=_event_text(event)), key)


@rule(
    "S22",
    Severity.HIGH,
    action=N_(
        "The power of attorney may be void: appoint an independent US attorney and correct the correspondence address."
    ),
    citation="37 CFR 2.17, 11.5; TMEP 608.02",
    letter="S",
)
def s22(facts: Facts) -> Iterator[Hit]:
    """Notice of administrative action against a practitioner."""
    appointed = max((event.date for event in facts.mark.events if event.key == "ARAA/I"), default=None)
    for event in facts.mark.events:
        if event.key in _PRACTITIONER and (appointed is None or appointed <= event.date):
            meaning = say(_PRACTITIONER[event.key])
            evidence = say("The history shows {event}: {meaning}", event=_event_text(event), meaning=meaning)
            yield Hit(evidence, f"{event.key}|{event.date.isoformat()}")


_RECORD_RULES = (s05, s06, s07, s15, s16, s17, s18, s19, s20, s21, s22)
SANCTION_RULES: tuple[Rule, ...] = tuple(sorted((*ORDER_RULES, *AGENT_RULES, *_RECORD_RULES), key=lambda one: one.id))
