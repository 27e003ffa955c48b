"""A brand in danger as a card: what happened, why, what to do first, by when; one screen of a phone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from tmwatch.digest import rows
from tmwatch.digest.model import Digest, Item
from tmwatch.digest.wording import Label, Words, clean
from tmwatch.exposure import BrandExposure, BrandMark, Stake, brand_key
from tmwatch.findings import Finding

IN_CARD = ("B01", "B02", "B08")  # rules whose findings a card says in its own place
Identity = tuple[str, str, str, str]
Reviews: TypeAlias = Mapping[str, Sequence[Item]]


@dataclass(frozen=True, slots=True)
class Card:
    """One brand in words. `why` is the evidence, `do` the first step, `then` the step at Brand Registry."""

    state: Label
    brand: str
    stake: str
    mark: str
    what: str
    status: str  # "New", "open since ...", "alerted ..., still open"
    why: str
    do: str
    by: str
    citation: str
    then: str
    then_source: str
    spare: str
    gather: str
    others: str  # who files for the same text
    link: str
    caution: str
    enrolled: bool


def card(one: BrandExposure, items: Mapping[Identity, Item], reviews: Reviews, digest: Digest, words: Words) -> Card:
    """Return the card of a brand that is lost or in danger."""
    cause, registry = _cause(one), _registry(one)
    lead = cause or registry
    number = lead.serial_number if lead else (one.carrying or tuple(m.number for m in one.marks) or ("",))[0]
    gather = _review(one, reviews)
    return Card(
        state=words.state(one.state),
        brand=clean(one.brand),
        stake=brand_stake(one, words),
        mark=_mark(one, number, words),
        what=words.text(lead.title) if lead else words.gettext("The record shows the mark as dead"),
        status=_status(lead, registry, items, words),
        why=words.text(lead.evidence) if lead else "",
        do=words.text(lead.action) if lead else words.gettext("Open the record and ask your counsel for the reason"),
        by=_by(lead, digest, words),
        citation=rows.citation(lead, words) if lead else "",
        then=words.text(registry.action) if registry and cause else "",
        then_source=words.source_note(registry.citation) if registry and cause else "",
        spare="" if _names_spare(registry, one) else _spare(one, words),
        gather=words.text(gather.finding.action) if gather else "",
        others=_others(one, digest, words),
        link=rows.case_page(number, lead.rule if lead else ""),
        caution=rows.caution(lead, words) if lead else "",
        enrolled=one.enrolled,
    )


def consumed(one: BrandExposure, reviews: Reviews) -> set[Identity]:
    """Return the findings that the card of this brand says whole, so that no list repeats them."""
    cause = _cause(one)
    own = {f.identity for f in one.reasons if f.rule in IN_CARD and f.client == one.client}
    gather = _review(one, reviews)
    return own | ({cause.identity} if cause else set()) | ({gather.finding.identity} if gather else set())


def stake_line(stake: Stake, words: Words) -> str:
    """Return "38 ASINs · $412,000 in 30 days", "" when the owner gave no figures."""
    parts = []
    if stake.asins:
        count = words.ngettext("{n} ASIN", "{n} ASINs", stake.asins)
        parts.append(count if stake.asins_complete else words.say("at least {count}", count=count))
    if stake.money:
        amounts = " + ".join(words.money(amount, currency) for currency, amount in stake.money)
        parts.append(words.say("{amounts} in 30 days", amounts=amounts))
    return " · ".join(parts)


def brand_stake(one: BrandExposure, words: Words) -> str:
    """Return "38 ASINs · $412,000 in 30 days · US, CA" of one brand."""
    parts = [words.gettext("number of ASINs not given")]
    if one.asins is not None:
        parts = [words.ngettext("{n} ASIN", "{n} ASINs", one.asins)]
    if one.revenue_30d is not None:
        amount = words.money(Decimal(one.revenue_30d), one.currency or "")
        parts.append(words.say("{amounts} in 30 days", amounts=amount))
    if one.marketplaces:
        parts.append(words.join(clean(place, 20) for place in one.marketplaces[:25]))
    return " · ".join(parts)


def _cause(one: BrandExposure) -> Finding | None:
    """The finding that put the brand in danger: the first that is no B rule."""
    return next((f for f in one.reasons if not f.rule.startswith("B")), None)


def _registry(one: BrandExposure) -> Finding | None:
    return next((f for f in one.reasons if f.rule in ("B01", "B02")), None)


def reviews_of(items: Iterable[Item]) -> Reviews:
    """Return what to gather before a review (rule B08), by the mark it is said of."""
    found: dict[str, list[Item]] = {}
    for item in items:
        if item.finding.rule == "B08":
            found.setdefault(item.finding.serial_number, []).append(item)
    return found


def _review(one: BrandExposure, reviews: Reviews) -> Item | None:
    """What to gather for this brand."""
    marks = dict.fromkeys((*(mark.number for mark in one.marks), *one.carrying))
    mine = (i for number in marks for i in reviews.get(number, ()) if i.finding.client == one.client)
    return next((i for i in mine if brand_key(i.finding.brand) in ("", brand_key(one.brand))), None)


def _others(one: BrandExposure, digest: Digest, words: Words) -> str:
    """Say who filed lately for the texts of the marks of this brand."""
    marks = {mark.number for mark in one.marks} | set(one.carrying)
    return " · ".join(words.text(found.told) for found in digest.lookalikes if found.serial_number in marks)


def _by(lead: Finding | None, digest: Digest, words: Words) -> str:
    given = rows.by(lead.deadline if lead else None, digest.as_of, words)
    return given or words.gettext("no date is set: act within days")


def _status(lead: Finding | None, registry: Finding | None, items: Mapping[Identity, Item], words: Words) -> str:
    """Return "New" when the cause or the danger is news of this message, else since when it is known."""
    known = [items[f.identity] for f in (lead, registry) if f and f.identity in items]
    if any(item.state == "new" for item in known):
        return words.gettext("New")
    return next((text for text in (rows.status(item, words) for item in known) if text), "")


def _mark(one: BrandExposure, number: str, words: Words) -> str:
    """Return "ZORVEXA, Reg. No. 6,723,159 (Serial No. 97123456), carries the Brand Registry enrolment"."""
    mark = next((m for m in one.marks if m.number == number), None)
    name = _name(mark, number, words)
    if number in one.carrying:
        return words.say("{mark} carries the Brand Registry enrolment", mark=name)
    return name


def _name(mark: BrandMark | None, number: str, words: Words) -> str:
    serial = words.say("Serial No. {number}", number=number)
    if mark is None or not mark.mark:
        return serial
    if mark.registration_number:
        reg = words.say("Reg. No. {number}", number=rows.registration(mark.registration_number))
        serial = words.join((serial, reg))
    return words.say("{name} ({number})", name=mark.mark, number=serial)


def _names_spare(registry: Finding | None, one: BrandExposure) -> bool:
    """Whether the step at Brand Registry already names every mark that could take over."""
    return bool(one.spare) and registry is not None and all(number in str(registry.action) for number in one.spare)


def _spare(one: BrandExposure, words: Words) -> str:
    """Name the marks that could take over, or say that there is none."""
    if not one.enrolled:
        return ""
    by_number = {m.number: m for m in one.marks}
    names = [_name(by_number.get(number), number, words) for number in one.spare[:5]]
    if not names:
        return words.gettext("no other live mark of this brand is watched")
    return words.join(names)
