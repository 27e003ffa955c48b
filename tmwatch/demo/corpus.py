"""The invented portfolio of the demonstration: twelve marks of three brand owners on two days.

Marks, people, firms and addresses are made up; only the codes and texts are the USPTO's own. Dates are counted from
the second day, so that the deadlines shown lie ahead of whoever reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from tmwatch.demo.cases import DemoCase

MISSING = "88000009"
MAINTENANCE = "88000010"

PORTFOLIO_CSV = """\
client,emails,language,brand,serial_number,brand_registry_status,enrolled_with_this_mark,marketplaces,asins,revenue_30d,currency
Northpine Outdoor,owner@northpine.example,en,NORTHPINE,88000001,enrolled,yes,US;CA,38,412000,USD
Northpine Outdoor,owner@northpine.example,en,TRAILFERN,88000002,enrolled,yes,US,12,58000,USD
Northpine Outdoor,owner@northpine.example,en,TRAILFERN,88000011,enrolled,no,US,,,
Northpine Outdoor,owner@northpine.example,en,CAMPLARK,88000005,pending,yes,US,3,4100,USD
Lumenhaus,brand@lumenhaus.example;counsel@lumenhaus.example,en,LUMENHAUS,88000003,enrolled,yes,US;MX,21,130500,USD
Lumenhaus,brand@lumenhaus.example;counsel@lumenhaus.example,en,GLOWMOTH,88000004,enrolled,yes,US,9,22700,USD
Lumenhaus,brand@lumenhaus.example;counsel@lumenhaus.example,en,WICKLANE,88000006,not_enrolled,,US,4,,
Lumenhaus,brand@lumenhaus.example;counsel@lumenhaus.example,en,WICKLANE,88000012,not_enrolled,,US,,,
Kestrel Pet,hello@kestrelpet.example,en,KESTRELPET,88000007,enrolled,yes,US,17,96000,USD
Kestrel Pet,hello@kestrelpet.example,en,PAWDRIFT,88000008,enrolled,yes,US,6,15900,USD
Kestrel Pet,hello@kestrelpet.example,en,FETCHFJORD,88000009,not_enrolled,,US,,,
Kestrel Pet,hello@kestrelpet.example,en,MEADOWPURR,88000010,not_enrolled,,US,,,
"""

NAMED = "88000012"  # its number stands in the invented order
ORDER_ID = "DEMO-ORDER"
SANCTIONS_ROW = {
    "kind": "email",
    "value": "filings@brightlane-ip.example",
    "order_id": ORDER_ID,
    "role": "respondent",
    "source": "demonstration: an invented order",
    "note": "invented",
}


@dataclass(frozen=True, slots=True)
class DemoDays:
    """What the stand-in serves on each day."""

    first: dict[str, DemoCase]
    second: dict[str, DemoCase]


def days(today: date, entered: date | None = None) -> DemoDays:
    """Return the cases of both days; `today` is the second one. What moved was entered by the Office on `entered`
    (default `today`): on the day before, it stands in that day's bulk file as well."""
    first = {case.serial_number: case for case in _before(today)}
    second = {**first, **{case.serial_number: case for case in _after(first, entered or today)}}
    return DemoDays(first, second)


def daily_file(played: DemoDays) -> list[DemoCase]:
    """Return the cases in the bulk file of the night: what moved, what TSDR will not answer, and a stranger's mark."""
    moved = [case for serial, case in played.second.items() if case != played.first[serial]]
    stranger = replace(
        played.first["88000006"], serial_number="88009999", mark="FERNWICK", registration_number="7109999"
    )
    return [*moved, played.first[MAINTENANCE], stranger]


def _application(serial: str, mark: str, owner: str, filed: date, **more: Any) -> DemoCase:
    events = (
        ("NWAP", "I", filed, "NEW APPLICATION ENTERED"),
        ("DOCK", "D", filed + timedelta(days=150), "ASSIGNED TO EXAMINER"),
    )
    text = "A non-final Office action has been sent. This is a letter from the examining attorney."
    case = DemoCase(serial, mark, 641, filed + timedelta(days=160), text, filed, owner, events=events)
    return replace(case, **more)


def _registration(serial: str, mark: str, owner: str, number: str, registered: date, **more: Any) -> DemoCase:
    filed = registered - timedelta(days=400)
    events = (
        ("NWAP", "I", filed, "NEW APPLICATION ENTERED"),
        ("PUBO", "A", registered - timedelta(days=80), "PUBLISHED FOR OPPOSITION"),
        ("R.PR", "A", registered, "REGISTERED-PRINCIPAL REGISTER"),
    )
    text = "The trademark application has been registered with the Office."
    case = DemoCase(
        serial,
        mark,
        700,
        registered,
        text,
        filed,
        owner,
        registration_number=number,
        registered=registered,
        events=events,
    )
    return replace(case, **more)


def _years(today: date, count: int) -> date:
    return today - relativedelta(years=count)


def _before(today: date) -> list[DemoCase]:
    """The first day: everything as an owner would like it, but for one application abandoned before."""
    northpine, lumenhaus, kestrel = (
        "NORTHPINE OUTDOOR GOODS CO., LTD.",
        "LUMENHAUS LIGHTING LTD.",
        "KESTREL PET SUPPLIES LLC",
    )
    action = today - timedelta(days=113)
    return [
        _registration("88000001", "NORTHPINE", northpine, "7100001", _years(today, 7) + timedelta(days=60)),
        _application(
            "88000002",
            "TRAILFERN",
            northpine,
            today - timedelta(days=420),
            events=(
                ("NWAP", "I", today - timedelta(days=420), "NEW APPLICATION ENTERED"),
                ("GNRT", "F", action, "NON-FINAL ACTION E-MAILED"),
            ),
            status_date=action,
        ),
        _application("88000003", "LUMENHAUS", lumenhaus, today - timedelta(days=500)),
        _registration("88000004", "GLOWMOTH", lumenhaus, "7100004", _years(today, 2)),
        _abandoned(
            _application("88000005", "CAMPLARK", northpine, today - timedelta(days=600)), today - timedelta(days=33)
        ),
        _registration("88000006", "WICKLANE", lumenhaus, "7100006", _years(today, 3)),
        _registration(
            "88000007", "KESTRELPET", kestrel, "7100007", _years(today, 2) - timedelta(days=40), owner_country="US"
        ),
        _registration(
            "88000008",
            "PAWDRIFT",
            kestrel,
            "7100008",
            _years(today, 3) - timedelta(days=9),
            owner_country="US",
            attorney="Orrin Blackwood",
            firm="",
            emails=("filings@brightlane-ip.example",),
        ),
        _registration("88000009", "FETCHFJORD", kestrel, "7100009", _years(today, 1), owner_country="US"),
        _registration("88000010", "MEADOWPURR", kestrel, "7100010", _years(today, 4), owner_country="US"),
        _registration("88000011", "TRAILFERN TENTS", northpine, "7100011", _years(today, 6) + timedelta(days=55)),
        _registration("88000012", "WICKLANE HOME", lumenhaus, "7100012", _years(today, 1) + timedelta(days=100)),
    ]


def _abandoned(case: DemoCase, day: date) -> DemoCase:
    """Abandoned for want of a response: the Office enters it on `day`, effective two weeks before."""
    return replace(
        case,
        status=602,
        status_date=day,
        abandoned=day - timedelta(days=14),
        status_text="Abandoned because the applicant failed to respond or filed a late response to an Office action.",
        events=(
            *case.events,
            ("ABN2", "O", day, "ABANDONMENT - FAILURE TO RESPOND OR LATE RESPONSE"),
            ("MAB2", "E", day, "ABANDONMENT NOTICE E-MAILED - FAILURE TO RESPOND"),
        ),
    )


def _after(first: dict[str, DemoCase], today: date) -> list[DemoCase]:
    """The second day: what each mark that moved looks like now."""
    return [
        _abandoned(first["88000002"], today),
        _cancelled(first["88000001"], today),
        _ladder(
            first["88000003"],
            today,
            973,
            "Suspended pending administrative review.",
            (
                ("KSAD", "S", today, "SUSPENDED PENDING ADMINISTRATIVE REVIEW"),
                ("KSNS", "O", today, "NOTICE OF SUSPENSION SENT - PENDING REVIEW"),
            ),
        ),
        _ladder(
            first["88000004"],
            today,
            610,
            "Terminated after sanctions.",
            (
                ("KOFS", "O", today - timedelta(days=1), "ORDER FOR SANCTIONS"),
                ("KBOC", "S", today, "TERMINATED AFTER SANCTIONS"),
            ),
        ),
        _revived(first["88000005"], today),
        _new_attorney(first["88000006"], today),
        replace(
            first["88000007"],
            emails=(*first["88000007"].emails, "tm.update.desk@freemail.example"),
            events=(
                *first["88000007"].events,
                ("TCCA", "I", today, "TEAS CHANGE OF CORRESPONDENCE RECEIVED"),
            ),
        ),
    ]


def _new_attorney(case: DemoCase, day: date) -> DemoCase:
    done = (
        ("REAP", "I", day, "TEAS REVOKE/APP/CHANGE ADDR OF ATTY/DOM REP RECEIVED"),
        ("ARAA", "I", day, "ATTORNEY/DOM.REP.REVOKED AND/OR APPOINTED"),
    )
    found = ("mail@ashgrove.example",)
    return replace(case, attorney="Milo Ashgrove", firm="Ashgrove Law", emails=found, events=(*case.events, *done))


def _cancelled(case: DemoCase, day: date) -> DemoCase:
    text = "Registration cancelled because registrant did not file an acceptable declaration under Section 8."
    done = ("C8..", "O", day, "CANCELLED SEC. 8 (6-YR)")
    return replace(case, status=710, status_date=day, cancelled=day, status_text=text, events=(*case.events, done))


def _ladder(
    case: DemoCase, day: date, status: int, text: str, events: tuple[tuple[str, str, date, str], ...]
) -> DemoCase:
    return replace(case, status=status, status_date=day, status_text=text, events=(*case.events, *events))


def _revived(case: DemoCase, day: date) -> DemoCase:
    text = "Application has been revived and is awaiting further action."
    granted = (
        ("PROA", "I", day - timedelta(days=9), "TEAS PETITION TO REVIVE RECEIVED"),
        ("PETG", "O", day, "PETITION TO REVIVE-GRANTED"),
        ("NREV", "E", day, "NOTICE OF REVIVAL - E-MAILED"),
    )
    return replace(case, status=616, status_date=day, abandoned=None, status_text=text, events=(*case.events, *granted))
