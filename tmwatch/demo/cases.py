"""Builds TSDR answers (info.json shape) from a few words, so that the invented corpus reads like a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoCase:
    """One invented case. `events` are (code, type, date, description), oldest first; everything else as recorded."""

    serial_number: str
    mark: str
    status: int
    status_date: date
    status_text: str
    filed: date
    owner: str
    owner_country: str = "CN"
    owner_city: str = "Shenzhen"
    registration_number: str = ""
    registered: date | None = None
    abandoned: date | None = None
    cancelled: date | None = None
    attorney: str = "Harriet Vale"
    firm: str = "Vale & Finch PLLC"
    emails: tuple[str, ...] = ("docket@valefinch.example",)
    owner_email: str = ""
    class_code: str = "009"
    goods: str = "Cases for mobile phones"
    basis: str = "use"
    events: tuple[tuple[str, str, date, str], ...] = field(default=())


def info_json(case: DemoCase) -> dict[str, Any]:
    """Return the `trademarks[0]` object that TSDR would give for `case`."""
    return {
        "status": _status(case),
        "parties": {"ownerGroups": {"30" if case.registered else "10": [_owner(case)]}},
        "gsList": [_goods(case)],
        "foreignInfoList": [],
        "prosecutionHistory": _history(case),
        "relationshipBundleList": [],
        "internationalData": False,
        "publication": {"serialNumber": int(case.serial_number), "officialGazettes": []},
        "divisional": {"serialNumber": int(case.serial_number), "childOf": None, "parentOfList": []},
    }


def _status(case: DemoCase) -> dict[str, Any]:
    status: dict[str, Any] = {
        "serialNumber": int(case.serial_number),
        "status": case.status,
        "statusDate": case.status_date.isoformat(),
        "extStatusDesc": case.status_text,
        "filingDate": case.filed.isoformat(),
        "usRegistrationNumber": case.registration_number,
        "markElement": case.mark,
        "markDrawingCd": "4",
        "markDrawDesc": "STANDARD CHARACTER MARK",
        "standardChar": True,
        "trademark": True,
        "serviceMark": False,
        "supplementalRegister": False,
        "filedUse": case.basis == "use",
        "filedItu": case.basis == "itu",
        "useCurr": case.basis == "use",
        "ituCurr": case.basis == "itu",
        "filed66a": False,
        "sect66aCurr": False,
        "clsTotal": 5,
        "correspondence": _correspondence(case),
    }
    for key, day in (
        ("usRegistrationDate", case.registered),
        ("dateAbandoned", case.abandoned),
        ("dateCancelled", case.cancelled),
    ):
        if day:
            status[key] = day.isoformat()
    return status


def _correspondence(case: DemoCase) -> dict[str, Any]:
    known: dict[str, Any] = {
        "individualFullName": case.attorney or case.owner,
        "correspondantEmail": {"authIndicator": "Y", "addresses": list(case.emails)},
        "address": {"line1": "400 Example Avenue, Suite 12", "city": "Springfield", "postalCode": "00001", **_us()},
        "freeFormAddress": [],
    }
    if case.attorney:
        known["attorneyName"] = case.attorney
        known["attorneyEmail"] = {"authIndicator": "Y", "addresses": list(case.emails[:1])}
    if case.firm:
        known["firmName"] = case.firm
    return known


def _us() -> dict[str, Any]:
    return {"countryCode": "US", "countryName": "UNITED STATES"}


def _owner(case: DemoCase) -> dict[str, Any]:
    country = {"code": case.owner_country, "name": {"CN": "CHINA", "US": "UNITED STATES"}[case.owner_country]}
    region = {"stateCountry": country, "isoRegion": None, "iso": country, "wipo": None}
    party = 30 if case.registered else 10
    return {
        "serialNumber": int(case.serial_number),
        "partyType": party,
        "partyTypeDescription": "ORIGINAL REGISTRANT" if case.registered else "ORIGINAL APPLICANT",
        "reelFrame": None,
        "entityNum": 1,
        "entityType": {"code": 16, "description": "LIMITED COMPANY"},
        "name": case.owner,
        "composedOf": None,
        "dbaAkaFormerly": None,
        "assignment": None,
        "address1": "8 Invented Road, Block 3",
        "address2": None,
        "city": case.owner_city,
        "addressStateCountry": region,
        "zip": "000000",
        "citizenship": region,
        "emailList": {"authIndicator": "Y", "addresses": [case.owner_email] if case.owner_email else []},
    }


def _goods(case: DemoCase) -> dict[str, Any]:
    return {
        "serialNumber": int(case.serial_number),
        "internationalClassPrime": True,
        "usClasses": [],
        "internationalClasses": [{"code": case.class_code, "description": ""}],
        "pseudoClasses": [],
        "statusCode": "6",
        "statusDescription": "ACTIVE",
        "statusDate": case.filed.isoformat(),
        "firstUseDate": None,
        "firstUseInCommerceDate": None,
        "firstUseDateDescription": None,
        "firstUseInCommerceDateDescription": None,
        "description": case.goods,
        "classBasis": None,
        "primeClassCode": case.class_code,
    }


def _history(case: DemoCase) -> list[dict[str, Any]]:
    entries = [
        {
            "entryNumber": number,
            "entryCode": code,
            "entryType": kind,
            "proceedingNum": 0,
            "entryDate": f"{day.isoformat()}T05:00:00.000+0000",
            "entryDesc": text,
        }
        for number, (code, kind, day, text) in enumerate(case.events, start=1)
    ]
    return entries[::-1]
