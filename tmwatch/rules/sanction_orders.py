"""Rules about orders whose lists name the mark: S01-S04, S11, and what the list of orders itself says: S12, S14.

An order hit outranks a live status. A serial number walks from one type of order to the next; each order is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from tmwatch import codes
from tmwatch.codes import Standing
from tmwatch.deadlines import Deadline, add_months, next_business_day, order_response
from tmwatch.findings import Severity
from tmwatch.rules.base import Facts, Hit, rule
from tmwatch.sanction_values import OrderHit
from tmwatch.sanction_words import hit_text, order_text, outlook, stage_text
from tmwatch.text import N_, Text, say

FINAL = "final_sanctions"
RECONSIDERING = "order_reconsidering_registration_decisions"
_OLD_ORDER = timedelta(days=183)  # a status that still lives so long after the order is no mere delay of the record
_LAST_PETITION_STEP = 2  # months, 37 CFR 2.146(d)(1)

_NEW_APPLICATION = N_(
    "The time for a petition to the Director has passed. Treat the mark as lost even if TSDR still shows it live; "
    "file a new application with independent US counsel (new filing date) and put a fall-back mark into Brand "
    "Registry."
)


def first_day(partial: str) -> date:
    """Return the day of an order; the first day of its month or year where only that is known."""
    return date.fromisoformat(f"{partial}-01-01"[:10] if len(partial) == 4 else f"{partial}-01"[:10])


def walk(facts: Facts, *types: str) -> list[OrderHit]:
    """Return the hits of these order types, one an order, oldest first (undated ones first)."""
    chosen: dict[str, OrderHit] = {}
    for hit in sorted(facts.hits, key=lambda hit: (hit.date, hit.page is None)):
        if hit.type in types:
            chosen.setdefault(hit.order_id, hit)
    return list(chosen.values())


def show_causes(facts: Facts) -> list[OrderHit]:
    """Return the hits in orders to show cause; an order of unknown type counts as one, so that no hit goes silent."""
    others = {hit.type for hit in facts.hits} - {FINAL, RECONSIDERING}
    return walk(facts, *(kind for kind in others if not kind.startswith("oed_")))


def final_follows(facts: Facts, hit: OrderHit) -> bool:
    """Whether a final order names the mark on or after the day of `hit`; an undated final order counts."""
    return any(not final.date or final.date >= hit.date for final in walk(facts, FINAL))


def response_due(facts: Facts, hit: OrderHit) -> date | None:
    """Return the day until which an order may be answered, from its list or from the registry."""
    order = facts.registry.order(hit.order_id)
    return hit.response_due or (order.response_due if order else None)


def answers_due(facts: Facts) -> Iterator[Deadline]:
    """Yield by when the orders to show cause that list the mark ask for an answer, while it lives and no final order
    names it."""
    dead = codes.is_lost(facts.mark.status_code, facts.mark.registration_number)
    for hit in show_causes(facts):
        if not dead and not final_follows(facts, hit):
            found = order_response(replace(hit, response_due=response_due(facts, hit)), facts.as_of)
            yield from (found,) if found else ()


def named(facts: Facts, hit: OrderHit) -> Text:
    """Say where the mark is named, whether a person has checked the list, and what the record itself shows."""
    text = _listed(hit)
    now = facts.ladder.now
    if now is not None and facts.ladder.stage is not None:
        stage = stage_text(facts.ladder.stage)
        return say(
            "{text}. The record shows: {stage} ({event} of {date})",
            text=text,
            stage=stage,
            event=now.event,
            date=now.date,
        )
    status = codes.status_text(facts.mark.status_code) or facts.mark.status_text or ""
    code = f"{facts.mark.status_code:03}"
    return say(
        "{text}. The record shows status {code} {status}, no sanctions stage", text=text, code=code, status=status
    )


def _listed(hit: OrderHit) -> Text:
    """Say that a number is named in an order, and whether the list is still unchecked."""
    text = say("Number {number} is named in {order}", number=hit.number, order=hit_text(hit))
    if hit.reviewed:
        return text
    return say("{text}. The list was read by machine and no person has checked it yet", text=text)


def petition_until(facts: Facts, hit: OrderHit) -> date | None:
    """Return the last day of a petition to the Director, None when it has passed or the day of the order is unknown."""
    if len(hit.date) != len("2025-08-06"):
        return None
    last = next_business_day(add_months(date.fromisoformat(hit.date), _LAST_PETITION_STEP))
    return last if last >= facts.as_of else None


@rule(
    "S01",
    Severity.CRITICAL,
    action=N_(
        "Treat the mark as lost even if TSDR still shows it live. A petition to the Director only helps when the "
        "number was listed in error; otherwise hire a new US attorney, file a new application at once (new filing "
        "date) and put a fall-back mark into Brand Registry."
    ),
    citation="37 CFR 11.18(c)(5), 2.146(d)(1); 87 FR 431",
    letter="S",
)
def s01(facts: Facts) -> Iterator[Hit]:
    """Terminated by final sanctions order."""
    for hit in walk(facts, FINAL):
        until = petition_until(facts, hit)
        action = None if until else say(_NEW_APPLICATION)
        yield Hit(named(facts, hit), hit.order_id, action=action, deadline=until, unreviewed=not hit.reviewed)


@rule(
    "S02",
    Severity.CRITICAL,
    action=N_(
        "Act within days: in the one known case the final order came 9 days later. Hire a new US attorney, find out "
        "who signed each paper, prepare the new application and move the Brand Registry enrolment."
    ),
    citation="37 CFR 11.18(c); inherent authority to reconsider",
    letter="S",
)
def s02(facts: Facts) -> Iterator[Hit]:
    """Registration decision vacated."""
    for hit in walk(facts, RECONSIDERING):
        if not final_follows(facts, hit):
            yield Hit(named(facts, hit), hit.order_id, unreviewed=not hit.reviewed)


@rule(
    "S03",
    Severity.CRITICAL,
    action=N_(
        "Let an own US attorney file the owner's response with evidence of real use and of who signed. File nothing "
        "else (papers are blocked) and prepare the new application."
    ),
    citation="87 FR 431; 37 CFR 11.18(b)-(c), 2.193",
    letter="S",
)
def s03(facts: Facts) -> Iterator[Hit]:
    """Named in show-cause order, response open."""
    for hit in show_causes(facts):
        due = response_due(facts, hit)
        if due is not None and facts.as_of <= due and not final_follows(facts, hit):
            evidence = say("{text}. Responses are due by {due}", text=named(facts, hit), due=due)
            yield Hit(evidence, hit.order_id, deadline=due, unreviewed=not hit.reviewed)


@rule(
    "S04",
    Severity.CRITICAL,
    action=N_(
        "Assume that termination follows. File a new application now with independent US counsel (a second "
        "application for the same mark and goods is not forbidden) and plan a fall-back mark for the brand."
    ),
    citation="87 FR 431; 37 CFR 11.18(b)-(c), 2.193",
    letter="S",
)
def s04(facts: Facts) -> Iterator[Hit]:
    """Named in show-cause order, response closed, no final order."""
    for hit in show_causes(facts):
        due = response_due(facts, hit)
        if (due is not None and facts.as_of <= due) or final_follows(facts, hit):
            continue
        text = named(facts, hit)
        evidence = (
            say("{text}. The time to respond ended on {due}", text=text, due=due)
            if due
            else say("{text}. The day until which it could be answered is not known: read it in the order", text=text)
        )
        yield Hit(evidence, hit.order_id, unreviewed=not hit.reviewed)


@rule(
    "S11",
    Severity.MEDIUM,
    action=N_(
        "Keep a latent risk in mind: marks that outlived an order of 2021 were taken up again in 2026. File a new "
        "application or keep a fall-back mark ready."
    ),
    citation="37 CFR 11.18(c); consolidated show cause order of 2026-01-27",
    letter="S",
)
def s11(facts: Facts) -> Iterator[Hit]:
    """Old final order, mark still registered."""
    if codes.standing(facts.mark.status_code, facts.mark.registration_number) is not Standing.live_registered:
        return
    for hit in walk(facts, FINAL):
        if hit.date and first_day(hit.date) < facts.as_of - _OLD_ORDER:
            yield Hit(named(facts, hit), hit.order_id, unreviewed=not hit.reviewed)


@rule(
    "S12",
    Severity.LOW,
    action=N_("Ask the filing firm for the signed engagement letter and for proof of which attorney acted."),
    citation="87 FR 431",
    letter="I",
)
def s12(facts: Facts) -> Iterator[Hit]:
    """Filing pattern shared with records in an order."""
    for shared in facts.fingerprints:
        order = facts.registry.order(shared.order_id)
        evidence = say(
            "Mail domain {domain} and address {address} (normal form) stand on {records} records named in {order}",
            domain=shared.domain,
            address=shared.address,
            records=shared.records,
            order=order_text(shared.order_id, order.date if order else ""),
        )
        yield Hit(evidence, f"{shared.order_id}|{shared.domain}|{shared.address}")


@rule(
    "S14",
    Severity.INFO,
    action=N_("Nothing to do: this is the proof that the newest orders were compared."),
    citation="tmwatch list of orders",
    letter="I",
    good_news=True,
)
def s14(facts: Facts) -> Iterator[Hit]:
    """New order published, portfolio not hit.

    A statement about a whole portfolio (`order_statement`); no single mark yields it.
    """
    yield from ()


def story(facts: Facts, text: Text) -> Text:
    """Join a ladder statement with the orders that name the mark and with what came next in the known cases."""
    for hit in walk(facts, *{hit.type for hit in facts.hits if not hit.type.startswith("oed_")}):
        text = say("{text}. {listed}", text=text, listed=_listed(hit))
    next_step = outlook(facts.ladder)
    return say("{text}. {outlook}", text=text, outlook=next_step) if next_step else text


ORDER_RULES = (s01, s02, s03, s04, s11, s12, s14)
