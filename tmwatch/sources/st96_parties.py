"""The parties of an ST.96 document: applicants, correspondent, attorney, domestic representative."""

from __future__ import annotations

from dataclasses import dataclass

from tmwatch.errors import FormatError
from tmwatch.records import Address, Correspondent, Owner
from tmwatch.sources import fields
from tmwatch.sources.xml import Element, child, children, text_at, texts_at
from tmwatch.text import say

_SEQUENCE = "{http://www.wipo.int/standards/XMLSchema/ST96/Common}sequenceNumber"


@dataclass(frozen=True, slots=True)
class Letters:
    """Who gets the Office's letters, and which groups the document tells with it."""

    correspondent: Correspondent | None
    emails: tuple[str, ...]
    told: frozenset[str]


def read_letters(mark: Element) -> Letters:
    """Read NationalCorrespondent (the direct child; assignments have their own)."""
    contact = child(mark, "NationalCorrespondent", "Contact")
    address = child(contact, "PostalAddressBag", "PostalAddress")
    person_told = Correspondent(
        name=text_at(contact, "Name", "PersonName", "PersonFullName") or text_at(contact, "Name", "EntityName"),
        firm=text_at(contact, "Name", "OrganizationName", "OrganizationStandardName"),
        phone=text_at(contact, "PhoneNumberBag", "PhoneNumber"),
        fax=text_at(contact, "FaxNumberBag", "FaxNumber"),
        address=_address(child(address, "PostalStructuredAddress")),
        lines=texts_at(address, "PostalAddressText"),
    )
    emails = tuple(dict.fromkeys(texts_at(contact, "EmailAddressBag", "EmailAddressText")))
    known = person_told != Correspondent()
    filled = known or bool(emails)
    told = {
        "correspondent": filled,
        "correspondent_emails": child(contact, "EmailAddressBag") is not None,
        "attorney": filled or person(child(mark, "RecordAttorney")) is not None,
    }
    return Letters(
        correspondent=person_told if known else None,
        emails=emails,
        told=frozenset(group for group, spoken in told.items() if spoken),
    )


def read_owners(mark: Element) -> tuple[Owner, ...]:
    """Read all applicants, newest party type first as the document has them."""
    owners = tuple(_owner(element) for element in children(mark, "ApplicantBag", "Applicant"))
    return tuple(sorted(owners, key=lambda owner: -(owner.party_type or 0)))


def names(element: Element, *path: str) -> tuple[str, ...]:
    """Return the names of the parties at `path`, each once."""
    found = (_name(party) for party in children(element, *path))
    return tuple(dict.fromkeys(name for name in found if name))


def person(element: Element | None) -> str | None:
    """Return the name in a Contact: person, else organisation, else entity."""
    name = child(element, "Contact", "Name")
    return (
        text_at(name, "PersonName", "PersonFullName")
        or text_at(name, "OrganizationName", "OrganizationStandardName")
        or text_at(name, "EntityName")
    )


def _name(party: Element) -> str | None:
    """Return the name of an owner or of a side: entity and organisation are the same name, or only one is there."""
    return text_at(party, "Contact", "Name", "EntityName") or person(party)


def _owner(element: Element) -> Owner:
    """Parse one applicant; its sequence number is the party type."""
    name = _name(element)
    if name is None:
        raise FormatError(say("Applicant without name"))
    sequence = element.get(_SEQUENCE) or element.get("sequenceNumber") or ""
    return Owner(
        name=name,
        party_type=int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) <= 3 else None,
        party_type_text=text_at(element, "CommentText") or text_at(element, "Version", "CommentText"),
        entity_type=text_at(element, "LegalEntityName"),
        citizenship=fields.joined(
            fields.region_code(text_at(element, "IncorporationState")), text_at(element, "IncorporationCountryCode")
        ),
        address=_address(child(element, "Contact", "PostalAddressBag", "PostalAddress", "PostalStructuredAddress")),
    )


def _address(element: Element | None) -> Address:
    """Parse a structured address; US states in words become codes, as JSON and the daily files have them."""
    return Address(
        lines=texts_at(element, "AddressLineText"),
        city=text_at(element, "CityName"),
        region=fields.region_code(text_at(element, "GeographicRegionName")),
        postal_code=text_at(element, "PostalCode"),
        country=text_at(element, "CountryCode"),
    )
