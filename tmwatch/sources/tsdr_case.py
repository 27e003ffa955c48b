"""One trademark object of TSDR JSON (tsdr-api dictionary) to CaseFile, and which source tells what.

Which TSDR answer speaks about which field group (`CaseFile.told`); "filled" means some value stands in the block:

| group                    | JSON                                       | ST.96 XML (st96.py)                     |
|--------------------------|--------------------------------------------|-----------------------------------------|
| status, events           | always (or the record is refused)          | always (or the record is refused)       |
| registration             | when a registration key is there           | always                                  |
| mark                     | when a mark key is there                   | always                                  |
| basis                    | when a basis flag is there                 | when NationalFilingBasis is there       |
| classes                  | when gsList is not empty                   | when GoodsServicesBag is not empty      |
| owners                   | when ownerGroups is not empty              | when ApplicantBag is not empty          |
| owner_emails             | when a current owner has emailList         | never                                   |
| attorney                 | when the correspondence block is filled    | when correspondent or attorney is filled|
| attorney_emails          | when attorneyEmail is there                | never                                   |
| correspondent            | when the correspondence block is filled    | when NationalCorrespondent is filled    |
| correspondent_emails     | when correspondantEmail is there           | when EmailAddressBag is there           |
| domestic_representative  | never                                      | when NationalRepresentative is there    |
| publication              | when the publication block is there        | always                                  |
| renewal                  | when dateRenewal is there                  | always                                  |
| madrid                   | when intlRegistrationList is not empty     | never                                   |
| assignments              | never                                      | when AssignmentBag is there and complete|
| proceedings              | never                                      | when LegalProceedingsBag is there       |
| statements, flags        | never (only a part of the daily files' set)| never                                   |

Inside a told group ST.96 has no status date of a class and no entry number of an owner.
"""

from __future__ import annotations

from dataclasses import replace

from tmwatch.errors import FormatError
from tmwatch.records import (
    CaseFile,
    GoodsClass,
    InternationalRegistration,
    ProsecutionEvent,
    Provenance,
)
from tmwatch.sources import fields, tsdr_parties
from tmwatch.sources.strict_json import Node
from tmwatch.text import say

KINDS = {
    "trademark": "trademark",
    "serviceMark": "service mark",
    "certificationMark": "certification mark",
    "collectiveTradeMark": "collective trademark",
    "collectiveServiceMark": "collective service mark",
    "collectiveMembershipMark": "collective membership mark",
}
_FILED = {
    "filedUse": "1a",
    "filedItu": "1b",
    "filed44d": "44d",
    "filed44e": "44e",
    "filed66a": "66a",
    "filedNoBasis": "none",
}
_CURRENT = {
    "useCurr": "1a",
    "ituCurr": "1b",
    "sect44dCurr": "44d",
    "sect44eCurr": "44e",
    "sect66aCurr": "66a",
    "noBasisCurr": "none",
}
# Known and not used: maintenance flags without dates (unreliable, events tell), the tm5 words (the status code
# decides), statements (a part of the daily files' set), where the paper file lies, the examiner.
_STATUS_IGNORED = (
    "tm5Status tm5StatusDesc tm5StatusDef intStatusDesc emptyStatus sect8Filed sect8Acpt sect8PartialAcpt sect15Filed "
    "sect15Ack sect71Filed sect71Acpt sect71PartialAcpt renewalFiled changeInReg useAmended ituAmended sect44dAmended "
    "sect44eAmended lawOffAsgnCd lawOffAssigned newLawOffAsgnCd currentLoc currLocationCd currLocationDt staff "
    "physicalLocationHistory phyLocation phyLocationDt chargeToLocation disclaimer descOfMark colorClaimed translation "
    "transliteration concurrentUse correction parentOf prevRegNumList designSearchList clsTotal clsCtActive "
    "filedAsTeasPlusApp filedAsTeasRfApp filedAsBaseApp currentlyAsTeasPlusApp currentlyAsTeasRfApp currentlyAsBaseApp "
    "section2f section2fPartial others publishedPrevRegMark publisehdPrevRegMarkDt colorDrawingCurr pseudoMark "
    "markDrawDesc amendPrincipal amendSupplemental dateAmendReg"
)
_TOP_IGNORED = (
    "foreignInfoList relationshipBundleList internationalData divisional usReference assignments proceedings soundFile "
    "multimediaFiles emptyStatus"
)
_CLASS_IGNORED = (
    "serialNumber internationalClassPrime pseudoClasses statusDescription classBasis firstUseDateDescription "
    "firstUseInCommerceDateDescription"
)


def read_case(top: Node, provenance: Provenance) -> CaseFile:
    """Parse one trademark object."""
    top.path = "trademark"
    status = top.node("status")
    events = tuple(_event(node) for node in top.nodes("prosecutionHistory"))
    if not events:
        raise FormatError(say("trademark.prosecutionHistory is empty: the record is not complete"))
    classes = tuple(_goods_class(node) for node in top.nodes("gsList"))
    publication, madrid = top.node("publication"), top.nodes("intlRegistrationList")
    number = status.whole("serialNumber")
    record = CaseFile(
        serial_number=fields.serial_number("" if number is None else number, "trademark.status.serialNumber"),
        status_code=fields.status_code(status.whole("status"), "trademark.status.status"),
        provenance=provenance,
        told=_told(top, status),
        registration_number=_registration(status),
        status_date=status.day("statusDate"),
        status_text=status.text("extStatusDesc"),
        filing_date=status.day("filingDate"),
        registration_date=status.day("usRegistrationDate"),
        abandonment_date=status.day("dateAbandoned"),
        cancellation_date=status.day("dateCancelled"),
        renewal_date=status.day("dateRenewal"),
        publication_date=publication.day("datePublished"),
        notice_of_allowance_date=publication.day("noticeOfAllowanceDate"),
        mark_text=status.text("markElement"),
        drawing_code=(status.text("markDrawingCd") or "")[:1] or None,
        standard_characters=status.flag("standardChar") if status.has("standardChar") else None,
        register=_register(status),
        kinds=_true_names(status, KINDS),
        basis_filed=_true_names(status, _FILED),
        basis_current=_true_names(status, _CURRENT),
        classes=classes,
        events=tuple(sorted(events, key=lambda event: -(event.number or 0))),
        international_registration=_madrid(madrid[0]) if madrid else None,
    )
    record = _with_parties(record, top, status)
    _finish(top, status, publication)
    return record


def _with_parties(record: CaseFile, top: Node, status: Node) -> CaseFile:
    """Add the owners and the correspondence, and the groups they tell."""
    owners = tsdr_parties.read_owners(top.node("parties"))
    letters = tsdr_parties.read_correspondence(status.node("correspondence"), status.text("attrnyDktNumber"))
    return replace(
        record,
        told=record.told | owners.told | letters.told,
        owners=owners.owners,
        owner_emails=owners.emails,
        attorney=letters.attorney,
        attorney_emails=letters.attorney_emails,
        correspondent=letters.correspondent,
        correspondent_emails=letters.correspondent_emails,
    )


def _finish(top: Node, status: Node, publication: Node) -> None:
    """Ignore by name what is known, report the rest."""
    top.ignore(_TOP_IGNORED)
    status.ignore(_STATUS_IGNORED)
    publication.ignore("serialNumber officialGazettes")
    for node in (top, status, publication):
        node.done()


def _told(top: Node, status: Node) -> frozenset[str]:
    """Return the groups this answer speaks about, parties aside (table at the top of the module)."""
    speaks = {
        "status": True,
        "events": True,
        "registration": status.has("usRegistrationNumber") or status.has("usRegistrationDate"),
        "mark": any(status.has(key) for key in ("markElement", "markDrawingCd", "standardChar")),
        "basis": any(status.has(key) for key in (*_FILED, *_CURRENT)),
        "classes": bool(top.data.get("gsList")),
        "publication": top.has("publication"),
        "renewal": status.has("dateRenewal"),
        "madrid": bool(top.data.get("intlRegistrationList")),
    }
    return frozenset(group for group, told in speaks.items() if told)


def _registration(status: Node) -> str | None:
    """Return the registration number; "" means none."""
    return fields.registration_number(status.text("usRegistrationNumber"), "trademark.status.usRegistrationNumber")


def _register(status: Node) -> str | None:
    """Return the register, None when the flag is absent."""
    if not status.has("supplementalRegister"):
        status.ignore("supplementalRegister")
        return None
    return "supplemental" if status.flag("supplementalRegister") else "principal"


def _true_names(status: Node, names: dict[str, str]) -> tuple[str, ...]:
    """Return our words for the flags that are true, in the order of the table."""
    return tuple(name for key, name in names.items() if status.flag(key))


def _event(node: Node) -> ProsecutionEvent:
    """Parse one entry of the prosecution history."""
    code, kind, day = node.text("entryCode"), node.text("entryType"), node.day("entryDate")
    if not code or not kind or day is None:
        raise FormatError(say("{place} has an entry without code, type or date", place=node.path))
    event = ProsecutionEvent(
        code=code,
        type=kind,
        date=day,
        number=node.whole("entryNumber"),
        description=node.text("entryDesc") or "",
        proceeding_number=fields.proceeding_number(node.whole("proceedingNum")),
    )
    node.ignore("serialNumber")
    node.done()
    return event


def _goods_class(node: Node) -> GoodsClass:
    """Parse one class; its code is the prime class, or the first class named."""
    international, us = _codes(node, "internationalClasses"), _codes(node, "usClasses")
    code = node.text("primeClassCode") or next(iter((*international, *us)), None)
    if not code:
        raise FormatError(say("{place} has a class without code", place=node.path))
    status_date = node.day("statusDate")
    goods = GoodsClass(
        code=code,
        international=international,
        us=us,
        status_code=node.text("statusCode"),
        status_date=status_date.isoformat() if status_date else None,
        description=node.text("description"),
        first_use=node.day_in_parts("firstUseDate"),
        first_use_in_commerce=node.day_in_parts("firstUseInCommerceDate"),
    )
    node.ignore(_CLASS_IGNORED)
    node.done()
    return goods


def _codes(node: Node, key: str) -> tuple[str, ...]:
    """Return the codes of a list of {code, description}."""
    return tuple(code for code in (item.text("code") for item in node.nodes(key)) if code)


def _madrid(node: Node) -> InternationalRegistration:
    """Parse the inbound international registration."""
    registration = InternationalRegistration(
        number=node.text("registrationNum"),
        registration_date=node.day("registrationDate"),
        renewal_date=node.day("renewalDt"),
        auto_protection_date=node.day("automaticProtectionDt"),
        death_date=node.day("registrationCancelledDt"),
        status_code=str(code).zfill(3) if (code := node.whole("statusCd")) is not None else None,
        status_date=node.day("regStatusDt"),
    )
    node.ignore(
        "serialNumber priorityClaimed sect67PriorityClaimDt regStatuDesc firstRefusal notificationOfDesignationDt"
    )
    node.done()
    return registration
