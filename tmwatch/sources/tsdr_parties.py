"""The parties of a TSDR JSON record: owners and the correspondence block, with what they tell and what they do not.

An empty block means "not told", never "removed": a recorder or a lighter answer may leave it out.
"""

from __future__ import annotations

from dataclasses import dataclass

from tmwatch.errors import FormatError
from tmwatch.records import Address, Attorney, Correspondent, Owner
from tmwatch.sources import fields
from tmwatch.sources.strict_json import Node
from tmwatch.text import say


@dataclass(frozen=True, slots=True)
class Owners:
    """All owners, newest party type first; the e-mails are those of the current ones."""

    owners: tuple[Owner, ...]
    emails: tuple[str, ...]
    told: frozenset[str]


@dataclass(frozen=True, slots=True)
class Letters:
    """Who represents the owner and who gets the Office's letters."""

    attorney: Attorney | None
    attorney_emails: tuple[str, ...]
    correspondent: Correspondent | None
    correspondent_emails: tuple[str, ...]
    told: frozenset[str]


def read_owners(parties: Node) -> Owners:
    """Read `parties.ownerGroups`, an object keyed by party type ("10", "31")."""
    groups = parties.node("ownerGroups")
    parties.done()
    by_type = {_party_type(key, groups.path): groups.nodes(key) for key in groups.data}
    owners: list[Owner] = []
    emails: tuple[str, ...] = ()
    told = set[str]()
    for rank, kind in enumerate(sorted((kind for kind, nodes in by_type.items() if nodes), reverse=True)):
        for node in by_type[kind]:
            if rank == 0 and node.has("emailList"):
                emails += _emails(node, "emailList") or ()
                told.add("owner_emails")
            owners.append(_owner(node, kind))
    if owners:
        told.add("owners")
    return Owners(tuple(owners), tuple(dict.fromkeys(emails)), frozenset(told))


def read_correspondence(block: Node, docket_number: str | None) -> Letters:
    """Read `status.correspondence`; the docket number stands outside of it."""
    name, firm = block.text("individualFullName"), block.text("firmName")
    phone, fax = block.text("correspondantPhone"), block.text("correspondantFax")
    address, lines = _letter_address(block.node("address")), block.texts("freeFormAddress")
    attorney = block.text("attorneyName")
    attorney_emails = _emails(block, "attorneyEmail")
    correspondent_emails = _emails(block, "correspondantEmail")
    block.done()
    told = {
        "attorney_emails": attorney_emails is not None,
        "correspondent_emails": correspondent_emails is not None,
    }
    person = Correspondent(name, firm, phone, fax, address, lines)
    known = person != Correspondent()
    told["attorney"] = told["correspondent"] = known or bool(attorney or attorney_emails or correspondent_emails)
    return Letters(
        attorney=Attorney(attorney, docket_number) if attorney else None,
        attorney_emails=attorney_emails or (),
        correspondent=person if known else None,
        correspondent_emails=correspondent_emails or (),
        told=frozenset(group for group, spoken in told.items() if spoken),
    )


def _emails(block: Node, key: str) -> tuple[str, ...] | None:
    """Return the addresses of an e-mail list, None when the key or the list in it is absent (not told)."""
    if not block.has(key):
        block.ignore(key)
        return None
    found = block.node(key)
    addresses = found.texts("addresses") if found.has("addresses") else None
    found.ignore("addresses")
    found.ignore("authIndicator")
    found.done()
    return addresses


def _party_type(key: str, path: str) -> int:
    """Return the party type of a group key."""
    if not (key.isascii() and key.isdigit() and len(key) <= 3):
        raise FormatError(say("{place} has a key that is no party type", place=path))
    return int(key)


def _owner(node: Node, party_type: int) -> Owner:
    """Parse one owner; the group's key is the party type."""
    name = node.text("name")
    if name is None:
        raise FormatError(say("{place} has an owner without name", place=node.path))
    entity, place = node.node("entityType"), node.node("addressStateCountry")
    citizenship = node.node("citizenship")
    owner = Owner(
        name=name,
        party_type=party_type,
        party_type_text=node.text("partyTypeDescription"),
        entity_type=entity.text("description"),
        citizenship=fields.joined(_region(citizenship), _country(citizenship)),
        address=Address(
            lines=tuple(line for line in (node.text("address1"), node.text("address2")) if line),
            city=node.text("city"),
            region=_region(place),
            postal_code=node.text("zip"),
            country=_country(place),
        ),
        entry_number=node.whole("entityNum"),
        also_known_as=node.text("dbaAkaFormerly"),
    )
    node.ignore("serialNumber partyType composedOf assignment reelFrame emailList")
    node.ignore("partyTypeString entityNumString addressPresent")
    entity.ignore("code individual org")
    entity.done()
    node.done()
    return owner


def _letter_address(node: Node) -> Address:
    """Parse the address of the correspondence block."""
    region = node.node("region")
    address = Address(
        lines=tuple(line for line in (node.text("line1"), node.text("line2"), node.text("line3")) if line),
        city=node.text("city"),
        region=_region(region),
        postal_code=node.text("postalCode"),
        country=node.text("countryCode") or _country(region) or node.text("countryName"),
    )
    node.ignore("countryName")
    node.done()
    return address


def _country(place: Node) -> str | None:
    """Return the ISO country code; the Office's own code where ISO is not told."""
    return place.node("iso").text("code") or place.node("wipo").text("code")


def _region(place: Node) -> str | None:
    """Return the code of the state or province; foreign places mostly have none."""
    code = place.node("isoRegion").text("code")
    place.ignore("iso wipo stateCountry state country")
    place.done()
    if code is None and place.node("iso").text("code") == "US":
        code = place.node("stateCountry").text("code")
    return code if code != "US" else None
