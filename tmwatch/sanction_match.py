"""Matching the parties ever seen on a mark against the identities named in orders: tiers, strength and the reason why.

Strength says how surely two spellings are the same; it is not the risk. Tier 3: e-mail, or a domain that neither free
mail nor strangers use. Tier 4: firm or brand. Tier 5: address. Tier 6: a person's name alone, which proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from tmwatch.names import (
    FirmForm,
    PersonForm,
    domain_form,
    domain_of,
    email_form,
    firm_forms,
    is_common_name,
    is_public_domain,
    person_form,
    web_name,
)
from tmwatch.postal import AddressForm, address_form, same_address
from tmwatch.records import Party
from tmwatch.sanction_values import AgentMatch, Fingerprint, Identity, Registry
from tmwatch.sanction_words import NOT_COMPARED, orders_text, party_role_text, role_text
from tmwatch.text import N_, Text, say

TIERS = {"e-mail": 3, "domain": 3, "firm": 4, "brand": 4, "address": 5, "person": 6}
COMMON_NAME_STRENGTH = 0.25
MIN_FINGERPRINT_RECORDS = 3
# What a firm's name must have to be compared when only one side names the city: letters, and letters of its own words.
_LONG_CORE, _OWN_LETTERS = 16, 8
_BASE = {"strong": 0.95, "medium": 0.85, "weak": 0.7}


@dataclass(frozen=True, slots=True)
class _Index:
    """The identities of a registry by normal form."""

    emails: dict[str, Identity] = field(default_factory=dict)
    domains: dict[str, Identity] = field(default_factory=dict)
    firms: dict[str, list[tuple[FirmForm, Identity]]] = field(default_factory=dict)
    addresses: dict[tuple[str, str], list[tuple[AddressForm, Identity]]] = field(default_factory=dict)
    people: dict[str, list[tuple[PersonForm, Identity]]] = field(default_factory=dict)
    families: dict[tuple[str, str], list[tuple[PersonForm, Identity]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """One agreement of a value on the record with an identity, before it is worded."""

    what: str
    seen: str
    identity: Identity
    strength: float
    reason: Text


def match(parties: tuple[Party, ...], registry: Registry) -> tuple[AgentMatch, ...]:
    """Return the identities of `registry` that parties of one mark equal, strongest tier first.

    One match an identity and role on the record; a party still on the record stands before a historical one.
    """
    index = _index(registry)
    best: dict[tuple[str, str, str], AgentMatch] = {}
    for party in parties:
        for found in _look_up(party, index):
            one = _worded(found, party, registry)
            key = (one.what, one.value, one.party_role)
            held = best.get(key)
            if held is None or (one.historical, -one.strength) < (held.historical, -held.strength):
                best[key] = one
    return tuple(sorted(best.values(), key=lambda one: (one.tier, one.historical, -one.strength, one.value)))


@lru_cache(maxsize=8)
def _index(registry: Registry) -> _Index:
    """Build the index of a registry once. Roles that are no respondents are left out."""
    index = _Index()
    shared = {domain_form(i.value) for i in registry.identities if i.role == "shared" and i.kind == "domain"}
    for identity in _merged(i for i in registry.identities if i.role not in NOT_COMPARED):
        _add(index, identity, shared)
    return index


def _merged(identities: Iterable[Identity]) -> Iterator[Identity]:
    """Yield the identities; one listed twice in one spelling and role is yielded once with all its orders."""
    merged: dict[tuple[str, str, str], Identity] = {}
    for one in identities:
        key = (one.kind, _spelling(one), "" if one.kind in ("email", "domain") else one.role)
        held = merged.get(key)
        if held:
            ids = tuple(dict.fromkeys((*held.order_ids, *one.order_ids)))
            one = Identity(held.kind, held.value, held.role, ids, held.strength, held.source, held.page)
        merged[key] = one
    yield from merged.values()


def _spelling(one: Identity) -> str:
    """Return what two listings of one firm or brand share; other kinds keep their own words."""
    if one.kind in ("firm", "brand"):
        return "|".join(f"{form.core}@{form.city}" for form in firm_forms(one.value))
    return one.value.casefold()


def _add(index: _Index, identity: Identity, shared: set[str]) -> None:
    """Put one identity under its normal forms."""
    if identity.kind == "email":
        email = email_form(identity.value)
        if email:
            index.emails.setdefault(email, identity)
            if not is_public_domain(domain_of(email)) and domain_of(email) not in shared:
                index.domains.setdefault(domain_of(email), identity)
    elif identity.kind == "domain":
        domain = domain_form(identity.value)
        if not is_public_domain(domain) and domain not in shared:
            index.domains[domain] = identity
    elif identity.kind in ("firm", "brand"):
        for form in firm_forms(identity.value):
            index.firms.setdefault(form.core, []).append((form, identity))
    elif identity.kind == "address":
        address = address_form(identity.value)
        if address:
            index.addresses.setdefault(address.place, []).append((address, identity))
    elif identity.kind == "person":
        _add_person(index, identity)


def _add_person(index: _Index, identity: Identity) -> None:
    """Put a person under every order of the name, and under first and last word when there is a middle name."""
    form = person_form(identity.value)
    if form:
        for order in form.orders:
            index.people.setdefault(order, []).append((form, identity))
        index.families.setdefault((form.words[0], form.words[-1]), []).append((form, identity))


def _look_up(party: Party, index: _Index) -> Iterator[_Found]:
    """Yield every agreement of one party."""
    if party.email:
        yield from _emails(party.email, index)
    for name in dict.fromkeys(n for n in (party.firm, party.name) if n):
        yield from _firms(name, index)
    if party.address:
        yield from _addresses(party.address, index)
    if party.name:
        yield from _people(party.name, index)


def _emails(text: str, index: _Index) -> Iterator[_Found]:
    """Compare whole addresses, then domains (a subdomain counts)."""
    for part in text.replace(";", ",").split(","):
        email = email_form(part)
        if email is None:
            continue
        if email in index.emails:
            yield _Found("e-mail", email, index.emails[email], 0.98, say("the whole address is equal"))
            continue
        labels = domain_of(email).split(".")
        suffixes = (".".join(labels[at:]) for at in range(len(labels) - 1))
        domain = next((one for one in suffixes if one in index.domains), None)
        if domain:
            reason = say("the domain {domain} is equal and is no public mail service", domain=domain)
            yield _Found("domain", email, index.domains[domain], 0.9, reason)


def _firms(name: str, index: _Index) -> Iterator[_Found]:
    """Compare firm and brand names as a whole, in normal form."""
    for form in firm_forms(web_name(name)):
        for listed, identity in index.firms.get(form.core, ()):
            what = "brand" if identity.kind == "brand" else "firm"
            if form.city == listed.city:
                yield _Found(what, name, identity, _BASE[identity.strength], say("the name is equal in normal form"))
            elif (
                (form.city is None or listed.city is None) and len(form.core) >= _LONG_CORE and form.own >= _OWN_LETTERS
            ):
                reason = say("the name is equal in normal form, but only one of the two names a city")
                yield _Found(what, name, identity, _BASE[identity.strength] - 0.2, reason)


def _addresses(text: str, index: _Index) -> Iterator[_Found]:
    """Compare street number, street, city and postcode, and floor or room where both tell."""
    form = address_form(text)
    if form is None:
        return
    for listed, identity in index.addresses.get(form.place, ()):
        agreement = same_address(form, listed)
        if agreement:
            reason = say("street number, street and city or postcode are equal")
            if agreement == 1.0:
                reason = say("street number, street, city, postcode and floor or room are equal")
            yield _Found("address", text, identity, round(0.9 * agreement, 2), reason)


def _people(name: str, index: _Index) -> Iterator[_Found]:
    """Compare a person's name in either order; a missing middle name weakens it further."""
    form = person_form(name)
    if form is None:
        return
    common = is_common_name(name)
    for listed, identity in index.people.get(form.orders[0], ()):
        same = form.orders[0] == listed.orders[0]
        reason = say("the name is equal") if same else say("the name is equal with its words in another order")
        if common:
            reason = say("{reason}; it is a common name and proves nothing alone", reason=reason)
        yield _Found("person", name, identity, COMMON_NAME_STRENGTH if common else 0.5 if same else 0.4, reason)
    for listed, identity in index.families.get((form.words[0], form.words[-1]), ()):
        if listed.words != form.words and _middles_agree(form.words, listed.words):
            reason = say("first and last name are equal, a middle name is given on one side only or as an initial")
            yield _Found("person", name, identity, 0.35, reason)


def _middles_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the middle names do not contradict: one side has none, or an initial fits."""
    first, second = one[1:-1], other[1:-1]
    if not first or not second:
        return True
    return len(first) == len(second) and all(
        a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in zip(first, second, strict=True)
    )


def _worded(found: _Found, party: Party, registry: Registry) -> AgentMatch:
    """Turn an agreement into a match with its sentence."""
    identity = found.identity
    # Of a person only the name is named: who bears it on this record is another question.
    msgid = (
        N_("The name {value} ({party_role}) is named in {orders}: {role}; {reason}")
        if found.what == "person"
        else N_("{value} ({party_role}) is named in {orders}: {role}; {reason}")
    )
    named = say(
        msgid,
        value=found.seen,
        party_role=party_role_text(party.role),
        orders=orders_text(identity.order_ids, registry, identity.page),
        role=role_text(identity.role),
        reason=found.reason,
    )
    why = named
    if not party.current:
        why = say(
            "{named}; historical: on the record from {first} to {last}, no longer now",
            named=named,
            first=party.first_seen,
            last=party.last_seen,
        )
    return AgentMatch(
        tier=TIERS[found.what],
        strength=round(found.strength, 2),
        what=found.what,
        value=identity.value,
        order_ids=identity.order_ids,
        role=identity.role,
        historical=not party.current,
        why=why,
        party_role=party.role,
        source=identity.source,
        seen=found.seen,
    )


def fingerprints(parties: Iterable[Party]) -> frozenset[tuple[str, str]]:
    """Return the pairs (mail domain, address) of the filing side of one mark; public mail domains make none."""
    filing = [party for party in parties if party.role in ("attorney", "correspondent", "domestic_representative")]
    emails = [email for party in filing if party.email and (email := email_form(party.email))]
    domains = {domain_of(email) for email in emails if not is_public_domain(domain_of(email))}
    forms = [form for party in filing if party.address and (form := address_form(party.address))]
    places = {f"{form.place[0]} {form.place[1]} {form.city or form.postcode or ''}".strip() for form in forms}
    return frozenset((domain, place) for domain in domains for place in places)


def shared_fingerprints(
    serial_number: str,
    own: frozenset[tuple[str, str]],
    listed: Iterable[tuple[str, str, frozenset[tuple[str, str]]]],
) -> tuple[Fingerprint, ...]:
    """Return the fingerprints a mark shares with at least three records of one order.

    `listed`: (order id, serial number, its fingerprints) of records that stand in an order's list.
    """
    sharing: dict[tuple[str, str, str], set[str]] = {}
    for order_id, serial, prints in listed:
        if serial != serial_number:
            for domain, place in own & prints:
                sharing.setdefault((order_id, domain, place), set()).add(serial)
    return tuple(
        Fingerprint(order_id, domain, place, len(serials))
        for (order_id, domain, place), serials in sorted(sharing.items())
        if len(serials) >= MIN_FINGERPRINT_RECORDS
    )
