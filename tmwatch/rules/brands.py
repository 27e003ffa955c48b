"""B rules: what the record of a mark means for a Brand Registry enrolment that stands on it.

They run after the mark rules and read their findings (`facts.found`). Amazon publishes little: what is known comes
from its guide and from sellers, so every sentence says what was seen and none says when anybody acts. The key of a
finding is the brand, because one mark may carry two brands of one client.
"""

from __future__ import annotations

from collections.abc import Iterator

from tmwatch import hygiene
from tmwatch.codes import is_lost, standing
from tmwatch.exposure import brand_key, endangers
from tmwatch.findings import Finding, Severity
from tmwatch.portfolio import Watch
from tmwatch.rules.base import Facts, Hit, rule
from tmwatch.text import N_, Text, say

_SELLER_REPORTS = (
    "https://sellercentral.amazon.de/seller-forums/discussions/t/3a574dfc-75ac-44b6-b0f5-a3a5f42cfda8 (seen by sellers)"
)
_GUIDE = "https://manuals.plus/amazon/registry-application-manual (Brand Registry guide)"
_NAMED_IN_ORDER = ("S08", "S09", "S10")
_DEAD_REGISTRATION = N_("The registration is dead")
_DEAD_APPLICATION = N_("The application is dead")


@rule(
    "B01",
    Severity.CRITICAL,
    action=N_(
        "Move the Brand Registry enrolment to a healthy mark within days; no term is published. Keep invoices and "
        "photos of the packaging ready and expect a video call"
    ),
    citation=_SELLER_REPORTS,
    letter="S",
    brand=True,
)
def brand_registry_at_risk(facts: Facts) -> Iterator[Hit]:
    """Brand Registry enrolment at risk.

    An empty ASIN field counts as some; 0 means that nothing is sold under the enrolment (then see B02).
    """
    reason = _lost(facts) or _endangered(facts)
    for watch in _carrying(facts):
        if reason and watch.asins != 0:
            evidence = say(
                "{mark} carries the Brand Registry enrolment of {brand}. {reason}",
                mark=facts.mark.sentence,
                brand=_brand(watch, facts),
                reason=reason,
            )
            yield _hit(watch, evidence, action=_move_to(watch, facts))


@rule(
    "B02",
    Severity.HIGH,
    action=N_("Replace the number in Brand Registry with that of a live filing"),
    citation=_GUIDE,
    letter="S",
    brand=True,
)
def enrolled_on_dead_application(facts: Facts) -> Iterator[Hit]:
    """Enrolled on a pending mark that is now dead.

    Where B01 applies it alone speaks, and its reason says that the application is dead.
    """
    lost = _lost(facts)
    for watch in _carrying(facts):
        if lost and watch.asins == 0 and not facts.mark.registration_number:
            yield _hit(
                watch, say("{brand} is enrolled on this mark. {reason}", brand=_brand(watch, facts), reason=lost)
            )


@rule(
    "B03",
    Severity.LOW,
    action=N_("File a second mark (word and design, or in a second office) with independent counsel"),
    citation="none (inference from the requirements of Brand Registry)",
    letter="I",
    brand=True,
)
def single_mark_dependency(facts: Facts) -> Iterator[Hit]:
    """The brand rests on one live mark."""
    if facts.peers is None or not _alive(facts):
        return
    live = {(m.client, brand_key(m.brand)) for m in facts.peers if m.standing.is_live}
    for watch in _carrying(facts):
        if watch.brand.strip() and (watch.client, brand_key(watch.brand)) not in live:
            evidence = say(
                "No other live US mark is watched for {brand}: if this one falls, nothing takes its place",
                brand=watch.brand,
            )
            yield _hit(watch, evidence)


@rule(
    "B04",
    Severity.HIGH,
    action=N_("File a mark that matches, or change the brand name; the two are compared character by character"),
    citation=_GUIDE,
    letter="S",
    brand=True,
)
def brand_differs_from_mark(facts: Facts) -> Iterator[Hit]:
    """Brand name and mark text differ.

    Letter case, blanks and punctuation count. Only where the owner uses this mark for Brand Registry, has asked for it
    or was removed.
    """
    if not _alive(facts):
        return
    for watch in _meant_for_registry(facts):
        found = hygiene.text(watch, facts.mark)
        if found.words:
            yield _hit(watch, found.words)


@rule(
    "B05",
    Severity.MEDIUM,
    action=N_("File a word mark on the Principal Register; this one is seen to be refused by Brand Registry"),
    citation="https://joshua-ip.com/?p=14674 (seen by practitioners)",
    letter="S",
    brand=True,
)
def not_accepted_by_registry(facts: Facts) -> Iterator[Hit]:
    """Supplemental Register, or a design without letters."""
    why = hygiene.register(facts.mark).words or hygiene.letters(facts.mark).words
    if why and _alive(facts):
        for watch in _meant_for_registry(facts):
            yield _hit(watch, why)


@rule(
    "B06",
    Severity.MEDIUM,
    action=N_(
        "Ask who signed the filings, and consider replacing the counsel of record before the next Brand Registry "
        "review; removal notices have been seen to give this reason"
    ),
    citation=_SELLER_REPORTS,
    letter="S",
    brand=True,
)
def enrolled_with_agent_named_in_order(facts: Facts) -> Iterator[Hit]:
    """An attorney, firm or address on the record of an enrolled mark is named in an order."""
    named = next((f for f in _by_severity(facts) if f.rule in _NAMED_IN_ORDER), None)
    if named:
        for watch in _carrying(facts):
            yield _hit(
                watch,
                say("{brand} is enrolled on this mark. {reason}", brand=_brand(watch, facts), reason=named.evidence),
            )


@rule(
    "B07",
    Severity.MEDIUM,
    action=N_("Record the assignment, or keep a letter of authorisation for each store ready for a review"),
    citation="none (inference from the requirements of Brand Registry)",
    letter="I",
    brand=True,
)
def owner_is_not_the_seller(facts: Facts) -> Iterator[Hit]:
    """The owner on the record is not the seller, or several stores share the mark.

    The other stores are counted, never named: each belongs to another client.
    """
    if not _alive(facts):
        return
    stores = {watch.client for watch in _carrying(facts)}
    for watch in _meant_for_registry(facts):
        found = hygiene.owner(watch, facts.mark)
        if found.words:
            yield _hit(watch, found.words)
        elif watch.client in stores and len(stores) > 1:
            yield _hit(watch, say("{count} other clients have an enrolment on this mark", count=len(stores) - 1))


@rule(
    "B08",
    Severity.INFO,
    action=N_(
        "Gather now: filing receipt or certificate, letters of authorisation, photos of the mark on product and "
        "packaging, VAT invoices of 6 months, purchase contract, business licence; be ready for a video call"
    ),
    citation=_SELLER_REPORTS,
    letter="S",
    brand=True,
)
def what_to_gather(facts: Facts) -> Iterator[Hit]:
    """What to gather before a Brand Registry review."""
    open_for = {(hit.client, hit.brand) for one in _ASKS_FOR_PAPERS for hit in one.check(facts)}
    for watch in _carrying(facts):
        if (watch.client, watch.brand) in open_for:
            yield _hit(watch, say("A review of {brand} may ask for these papers", brand=_brand(watch, facts)))


_ASKS_FOR_PAPERS = (
    brand_registry_at_risk,
    enrolled_on_dead_application,
    brand_differs_from_mark,
    not_accepted_by_registry,
    enrolled_with_agent_named_in_order,
    owner_is_not_the_seller,
)
BRAND_RULES = (
    brand_registry_at_risk,
    enrolled_on_dead_application,
    single_mark_dependency,
    brand_differs_from_mark,
    not_accepted_by_registry,
    enrolled_with_agent_named_in_order,
    owner_is_not_the_seller,
    what_to_gather,
)


def _hit(watch: Watch, evidence: Text, action: Text | None = None) -> Hit:
    return Hit(evidence, key=brand_key(watch.brand), client=watch.client, brand=watch.brand, action=action)


def _carrying(facts: Facts) -> Iterator[Watch]:
    """The rows whose enrolment stands on this mark."""
    return (watch for watch in facts.watches if watch.carries_enrolment)


def _meant_for_registry(facts: Facts) -> Iterator[Watch]:
    """The rows that speak of Brand Registry with this mark."""
    return (watch for watch in facts.watches if hygiene.meant_for_registry(watch))


def _brand(watch: Watch, facts: Facts) -> str:
    return watch.brand or facts.mark.sentence


def _alive(facts: Facts) -> bool:
    return standing(facts.mark.status_code, facts.mark.registration_number).is_live and not _lost(facts)


def _lost(facts: Facts) -> Text | None:
    """Why the mark counts as lost, None while it does not."""
    mark = facts.mark
    if not is_lost(mark.status_code, mark.registration_number):
        return None
    what = _DEAD_REGISTRATION if mark.registration_number else _DEAD_APPLICATION
    if mark.status_date is None:
        return say("{what}: status {code}", what=say(what), code=mark.status_code)
    return say("{what}: status {code} of {date}", what=say(what), code=mark.status_code, date=mark.status_date)


def _endangered(facts: Facts) -> Text | None:
    """The worst finding that puts the enrolment at risk, in its own words."""
    worst = next((f for f in _by_severity(facts) if endangers(f)), None)
    return say("{title}: {evidence}", title=worst.title, evidence=worst.evidence) if worst else None


def _by_severity(facts: Facts) -> list[Finding]:
    return sorted(facts.found, key=lambda f: (-f.severity, f.rule, f.key))


def _move_to(watch: Watch, facts: Facts) -> Text | None:
    """The action of B01 with the live marks of the brand that could take over, None when they are not known."""
    same = [m for m in facts.peers or () if m.client == watch.client and brand_key(m.brand) == brand_key(watch.brand)]
    live = sorted({f"{m.mark or m.number} ({m.number})" for m in same if m.standing.is_live})
    if not live:
        return None
    return say(
        "Move the Brand Registry enrolment to a healthy mark within days; no term is published. Live marks of this "
        "brand: {marks}. Keep invoices and photos of the packaging ready and expect a video call",
        marks=", ".join(live),
    )
