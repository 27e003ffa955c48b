"""ST.96 XML of TSDR (casestatus/.../info.xml) to CaseFile. Bytes in, values out; elements are found by local name.

What it tells and what it does not: the table in tsdr_case.py. Shapes as in answers of 2018-2020.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tmwatch.errors import FormatError
from tmwatch.records import Assignment, Attorney, CaseFile, GoodsClass, PartialDate, ProsecutionEvent, Provenance
from tmwatch.sources import fields, st96_parties
from tmwatch.sources.st96_proceedings import read_proceedings
from tmwatch.sources.tsdr_json import Reading
from tmwatch.sources.xml import Element, child, children, local_name, parse_xml, text_at, texts_at
from tmwatch.text import say

_TRADEMARK = ("TrademarkTransactionBody", "TransactionContentBag", "TransactionData", "TrademarkBag", "Trademark")
_INFORMATION = "NationalTrademarkInformation"
_REGISTERS = {"Primary": "principal", "Principal": "principal", "Supplemental": "supplemental"}
_KINDS = (
    "trademark",
    "service mark",
    "certification mark",
    "collective trademark",
    "collective service mark",
    "collective membership mark",
)
_BASES = {
    "BasisUseIndicator": "1a",
    "BasisIntentToUseIndicator": "1b",
    "BasisForeignApplicationIndicator": "44d",
    "BasisForeignRegistrationIndicator": "44e",
    "BasisInternationalRegistrationIndicator": "66a",
    "NoBasisIndicator": "none",
}
_READ = (
    "ApplicationNumber RegistrationNumber ApplicationDate RegistrationDate MarkCurrentStatusCode "
    "MarkCurrentStatusDate MarkCategory MarkRepresentation GoodsServicesBag PublicationBag ApplicantBag "
    "NationalRepresentative NationalCorrespondent RecordAttorney MarkEventBag AssignmentBag LegalProceedingsBag "
    "NationalTrademarkInformation NationalFilingBasis "
    # known and not used: the Office's side, statements (a part of the daily files' set), Madrid and parent links
    "RegistrationOfficeCode FilingPlace AssociatedMarkBag MarkDisclaimerBag StaffBag NationalGoodsServices "
    "PriorityBag TrademarkDocumentBag PreviousRegistrationBag DivisionalApplicationBag"
)
_READ_INFORMATION = (
    "RegisterCategory MarkCurrentStatusExternalDescriptionText ApplicationAbandonedDate "
    "RegistrationCancelledDate RenewalDate AllowanceNoticeDate "
    "RegisterAmendedDate AmendedPrincipalRegisterIndicator AmendedSupplementalRegisterIndicator "
    "PreviouslyRegisteredMarkPublicationIndicator TradeDistinctivenessScopeText RestrictionStatementText "
    "FiledAsPlusApplicationIndicator CurrentlyPlusApplicationIndicator RegistrationChangeIndicator "
    "CertificateCorrectingRegistrationText RegistationCertificateAmendmentText MaintenanceFilingBag "
    "NationalCaseLocation FiledAsReducedFeeApplicationIndicator CurrentlyReducedFeeApplicationIndicator"
)


def read_st96(body: bytes, provenance: Provenance) -> Reading:
    """Parse an ST.96 case and tell the unknown elements too."""
    root = parse_xml(body, say("the ST.96 document"))
    if local_name(root) != "TrademarkTransaction":
        raise FormatError(say("the ST.96 document is no TrademarkTransaction: it is no case record"))
    found = children(root, *_TRADEMARK)
    if len(found) != 1:
        raise FormatError(say("the ST.96 document holds {count} cases where one was expected", count=len(found)))
    return Reading(_case(found[0], provenance), _unknown(found[0]))


def _case(mark: Element, provenance: Provenance) -> CaseFile:
    """Parse one Trademark element."""
    information = child(mark, _INFORMATION)
    events = tuple(_event(element) for element in children(mark, "MarkEventBag", "MarkEvent"))
    if not events:
        raise FormatError(say("the ST.96 document has no MarkEvent: the record is not complete"))
    serial = text_at(mark, "ApplicationNumber", "ApplicationNumberText") or ""
    representation = child(mark, "MarkRepresentation")
    words = child(representation, "MarkReproduction", "WordMarkSpecification")
    number = text_at(mark, "RegistrationNumber")
    record = CaseFile(
        serial_number=fields.serial_number(serial, "ApplicationNumberText"),
        status_code=fields.status_code(text_at(mark, "MarkCurrentStatusCode"), "MarkCurrentStatusCode"),
        provenance=provenance,
        told=_told(mark),
        registration_number=fields.registration_number(number, "RegistrationNumber"),
        status_date=_day(mark, "MarkCurrentStatusDate"),
        status_text=text_at(information, "MarkCurrentStatusExternalDescriptionText"),
        filing_date=_day(mark, "ApplicationDate"),
        registration_date=_day(mark, "RegistrationDate"),
        abandonment_date=_day(information, "ApplicationAbandonedDate"),
        cancellation_date=_day(information, "RegistrationCancelledDate"),
        renewal_date=_day(information, "RenewalDate"),
        publication_date=_day(mark, "PublicationBag", "Publication", "PublicationDate"),
        notice_of_allowance_date=_day(information, "AllowanceNoticeDate"),
        mark_text=text_at(words, "MarkVerbalElementText"),
        drawing_code=_drawing_code(representation),
        standard_characters=_flag(words, "MarkStandardCharacterIndicator"),
        register=_REGISTERS.get(text_at(information, "RegisterCategory") or ""),
        kinds=_kinds(mark),
        basis_filed=_basis(mark, "FilingBasis"),
        basis_current=_basis(mark, "CurrentBasis"),
        classes=tuple(_goods_class(element) for element in children(mark, "GoodsServicesBag", "GoodsServices")),
        events=tuple(sorted(events, key=lambda event: -(event.number or 0))),
        assignments=tuple(_assignment(element) for element in children(mark, "AssignmentBag", "Assignment")),
        proceedings=read_proceedings(mark, serial),
    )
    return _with_parties(record, mark)


def _with_parties(record: CaseFile, mark: Element) -> CaseFile:
    """Add owners, attorney, correspondent and domestic representative, and the groups they tell."""
    letters = st96_parties.read_letters(mark)
    attorney = st96_parties.person(child(mark, "RecordAttorney"))
    return replace(
        record,
        told=record.told | letters.told,
        owners=st96_parties.read_owners(mark),
        attorney=Attorney(attorney, text_at(mark, "RecordAttorney", "DocketText")) if attorney else None,
        correspondent=letters.correspondent,
        correspondent_emails=letters.emails,
        domestic_representative=st96_parties.person(child(mark, "NationalRepresentative")),
    )


def _told(mark: Element) -> frozenset[str]:
    """Return the groups this document speaks about, the correspondence aside."""
    declared = text_at(mark, "AssignmentBag", "NationalAssignmentTotalQuantity")
    speaks = {
        "basis": child(mark, "NationalFilingBasis") is not None,
        "classes": child(mark, "GoodsServicesBag", "GoodsServices") is not None,
        "owners": child(mark, "ApplicantBag", "Applicant") is not None,
        "domestic_representative": child(mark, "NationalRepresentative") is not None,
        "assignments": declared == str(len(children(mark, "AssignmentBag", "Assignment"))),
        "proceedings": child(mark, "LegalProceedingsBag") is not None,
    }
    always = {"status", "registration", "mark", "events", "publication", "renewal"}
    return frozenset(always | {group for group, told in speaks.items() if told})


def _unknown(mark: Element) -> tuple[str, ...]:
    """Return the elements that are neither read nor ignored by name, and words we have no meaning for."""
    found = {local_name(element) for element in mark} - set(_READ.split())
    found |= {
        f"{_INFORMATION}/{local_name(element)}"
        for parent in children(mark, _INFORMATION)
        for element in parent
        if local_name(element) not in _READ_INFORMATION.split()
    }
    register = text_at(mark, _INFORMATION, "RegisterCategory")
    if register and register not in _REGISTERS:
        found.add("RegisterCategory (unknown word)")
    if any(kind not in _KINDS for kind in _kinds(mark)):
        found.add("MarkCategory (unknown word)")
    return tuple(sorted(found))


def _day(element: Element | None, *path: str) -> date | None:
    """Return the day at `path`."""
    text = text_at(element, *path)
    return fields.iso_day(text, path[-1]) if text else None


def _flag(element: Element | None, name: str) -> bool | None:
    """Return an xsd:boolean, None when absent."""
    text = text_at(element, name)
    if text is None:
        return None
    if text not in ("true", "false", "1", "0"):
        raise FormatError(say("{place} is neither true nor false", place=name))
    return text in ("true", "1")


def _drawing_code(representation: Element | None) -> str | None:
    """Return the first character of the drawing code."""
    code = text_at(representation, "MarkDescriptionBag", "NationalMarkDescription", "MarkFeatureCode")
    return code[:1] if code else None


def _kinds(mark: Element) -> tuple[str, ...]:
    """Return the kinds of mark in the order of our list, unknown words last."""
    words = {word.lower() for word in texts_at(mark, "MarkCategory")}
    return (*(kind for kind in _KINDS if kind in words), *sorted(words - set(_KINDS)))


def _basis(mark: Element, which: str) -> tuple[str, ...]:
    """Return the filing bases that are true, of the case (each class repeats the element, mostly all false)."""
    block = child(mark, "NationalFilingBasis", which)
    return tuple(basis for name, basis in _BASES.items() if _flag(block, name))


def _event(element: Element) -> ProsecutionEvent:
    """Parse one event; the last character of the joined code is the type ("C8..O" = "C8.." + "O")."""
    entry = child(element, "NationalMarkEvent")
    joined, day = text_at(entry, "MarkEventCode") or "", _day(element, "MarkEventDate")
    if len(joined) < 2 or day is None:
        raise FormatError(say("MarkEvent without code, type or date"))
    number = text_at(entry, "MarkEventEntryNumber")
    return ProsecutionEvent(
        code=joined[:-1].strip(),
        type=joined[-1],
        date=day,
        number=int(number) if number and number.isascii() and number.isdigit() and len(number) < 10 else None,
        description=text_at(entry, "MarkEventDescriptionText") or "",
        proceeding_number=fields.proceeding_number(text_at(entry, "MarkEventAdditionalText")),
    )


def _goods_class(element: Element) -> GoodsClass:
    """Parse one class; its status stands in a ClassDescription of its own."""
    numbers: dict[str, list[str]] = {"Primary": [], "Nice": [], "Domestic": []}
    for entry in children(element, "GoodsServicesClassificationBag", "GoodsServicesClassification"):
        number = text_at(entry, "ClassNumber") or text_at(entry, "NationalClassNumber")
        if number:
            numbers.setdefault(text_at(entry, "ClassificationKindCode") or "", []).append(number)
    code = next(iter((*numbers["Primary"], *numbers["Nice"], *numbers["Domestic"])), None)
    if code is None:
        raise FormatError(say("GoodsServices without class number"))
    described = ("ClassDescriptionBag", "ClassDescription")
    status = ("NationalStatusBag", "NationalStatus", "NationalStatusCode")
    return GoodsClass(
        code=code,
        international=tuple(numbers["Nice"]),
        us=tuple(numbers["Domestic"]),
        status_code=text_at(element, *described, *status),
        description=text_at(element, *described, "GoodsServicesDescriptionText"),
        first_use=_partial(element, "FirstUsedDate"),
        first_use_in_commerce=_partial(element, "FirstUsedCommerceDate"),
    )


def _partial(element: Element, name: str) -> PartialDate | None:
    """Return a first-use date; nonsense counts as not stated."""
    try:
        return fields.partial_date((text_at(element, "NationalFilingBasis", name) or "").replace("-", ""))
    except ValueError:
        return None


def _assignment(element: Element) -> Assignment:
    """Parse one recorded assignment; "41910383" is reel 4191 frame 0383."""
    key = text_at(element, "AssignmentIdentifier") or ""
    if not (key.isascii() and key.isdigit() and len(key) > 4):
        raise FormatError(say("AssignmentIdentifier is no reel and frame"))
    return Assignment(
        reel_frame=f"{key[:-4]}/{key[-4:]}",
        conveyance=text_at(element, "AssignmentConveyanceCategory") or "",
        recorded=_day(element, "AssignmentRecordedDate"),
        executed=_day(element, "AssignmentExecutedDate"),
        assignors=st96_parties.names(element, "AssignorBag", "Assignor"),
        assignees=st96_parties.names(element, "AssigneeBag", "Assignee"),
    )
