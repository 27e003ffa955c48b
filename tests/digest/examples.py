"""Invented digests: two brands in danger, a calm day, a first report, hostile text and many rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tmwatch.codes import Standing
from tmwatch.digest.model import ChangeLine, Coverage, Digest, Item, SourceState, Unchecked
from tmwatch.exposure import BrandExposure, BrandMark
from tmwatch.findings import Finding, Severity
from tmwatch.text import say

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
SENDER = "tmwatch <watch@tmwatch.example>"


def finding(rule: str, severity: Severity, serial: str = "97000001", **more: object) -> Finding:
    """A finding with plain words; any field may be set."""
    values: dict[str, object] = {
        "key": "",
        "title": say("Title of {rule}", rule=rule),
        "evidence": say("Evidence of {rule} on {serial}", rule=rule, serial=serial),
        "action": say("Action for {rule}", rule=rule),
        "citation": f"37 CFR {rule}",
    }
    return Finding(serial_number=serial, rule=rule, severity=severity, **(values | more))  # type: ignore[arg-type]


def item(one: Finding, state: str = "new", mark: str = "ZORVEXA", **more: object) -> Item:
    """An item of a digest for a finding."""
    values: dict[str, object] = {"registration_number": None, "brands": ("Zorvexa",), "reference": None}
    return Item(finding=one, state=state, mark=mark, **(values | more))  # type: ignore[arg-type]


CANCELLED = finding(
    "R05",
    Severity.CRITICAL,
    "88000001",
    title=say("Cancelled under section 8 or 71"),
    evidence=say(
        "Status {code} (Cancelled - Section 8) of {day}; no declaration of use is on the record",
        code=710,
        day=date(2026, 11, 20),
    ),
    action=say(
        "File a new application now. A petition to the Director is for extraordinary cases only, "
        "such as an action that was never received"
    ),
    citation="37 CFR 2.146(d)(1)-(2); TMEP 1714.01(f)(ii)(D)",
    deadline=date(2027, 1, 20),
)
AT_RISK = finding(
    "B01",
    Severity.CRITICAL,
    "88000001",
    key="zorvexa",
    client="Nordlicht Trading",
    brand="Zorvexa",
    title=say("Brand Registry enrolment at risk"),
    evidence=say("ZORVEXA carries the Brand Registry enrolment of Zorvexa. The registration is dead: status 710"),
    action=say(
        "Move the Brand Registry enrolment to a healthy mark within days; no term is published. Live marks of this "
        "brand: ZORVEXA HOME (97000002). Keep invoices and photos of the packaging ready and expect a video call"
    ),
    citation="https://sellercentral.example/discussions/t/3a574dfc (seen by sellers)",
)
SHOW_CAUSE = finding(
    "S16",
    Severity.CRITICAL,
    "97000003",
    title=say("Sanctions stage 2: order to show cause issued"),
    evidence=say(
        "Event KSCO/O of {day}; named in order EX-2026-07 of {order} (page 12)",
        day=date(2026, 11, 19),
        order=date(2026, 11, 18),
    ),
    action=say(
        "Find the order and its response date; your own US attorney answers for the owner; prepare a new application"
    ),
    citation="37 CFR 11.18(b)-(c), 2.193; 87 FR 431",
    deadline=date(2026, 12, 2),
)
AT_RISK_TOO = finding(
    "B01",
    Severity.CRITICAL,
    "97000003",
    key="kelmori",
    client="Nordlicht Trading",
    brand="Kelmori",
    title=say("Brand Registry enrolment at risk"),
    evidence=say("KELMORI carries the Brand Registry enrolment of Kelmori. Order to show cause issued"),
    action=say(
        "Move the Brand Registry enrolment to a healthy mark within days; no term is published. Keep invoices and "
        "photos of the packaging ready and expect a video call"
    ),
    citation="https://sellercentral.example/discussions/t/3a574dfc (seen by sellers)",
)
PAPERS = finding(
    "B08",
    Severity.INFO,
    "97000003",
    key="kelmori",
    client="Nordlicht Trading",
    brand="Kelmori",
    title=say("What to gather before a Brand Registry review"),
    action=say(
        "Gather now: filing receipt or certificate, letters of authorisation, photos of the mark on product and "
        "packaging, VAT invoices of 6 months, purchase contract, business licence; be ready for a video call"
    ),
)
STRANGE_MAIL = finding(
    "C02",
    Severity.HIGH,
    "97000004",
    title=say("Correspondence e-mail changed"),
    evidence=say(
        "Was {old}, now {new}; seen {day}", old="docket@counsel.example", new="tm-office@post.example", day=TODAY
    ),
    action=say("Confirm that you ordered it; a change nobody ordered is how a mark is taken over"),
    citation="37 CFR 2.18, 2.23",
    deadline=TODAY,
)
OFFICE_ACTION = finding(
    "A05",
    Severity.MEDIUM,
    "97000005",
    title=say("Office action unanswered"),
    evidence=say("Non-final action e-mailed {day}", day=date(2026, 9, 9)),
    action=say("Respond or buy the extension"),
    citation="37 CFR 2.62(a), 2.63",
    deadline=date(2026, 12, 9),
)
SECTION_8 = finding("R02", Severity.HIGH, "88000006", title=say("Section 8 due soon"), deadline=date(2027, 2, 1))
ABANDONED = finding("A01", Severity.HIGH, "97000007", title=say("Application abandoned, may be revived"))
REVIVED = finding("A14", Severity.INFO, "97000007", title=say("Application revived or reinstated"), good_news=True)


def _mark(number: str, mark: str, standing: Standing, carries: bool, registration: str | None = None) -> BrandMark:
    return BrandMark("Nordlicht Trading", mark.title(), number, standing, carries, mark, registration)


ZORVEXA = BrandExposure(
    client="Nordlicht Trading",
    brand="Zorvexa",
    state="lost",
    enrolled=True,
    reasons=(AT_RISK, CANCELLED),
    carrying=("88000001",),
    spare=("97000002",),
    marketplaces=("US", "CA", "MX"),
    asins=31,
    revenue_30d=Decimal("388000.40"),
    currency="USD",
    marks=(
        _mark("88000001", "ZORVEXA", Standing.dead, True, "6723159"),
        _mark("97000002", "ZORVEXA HOME", Standing.live_pending, False),
    ),
)
KELMORI = BrandExposure(
    client="Nordlicht Trading",
    brand="Kelmori",
    state="in_danger",
    enrolled=True,
    reasons=(AT_RISK_TOO, SHOW_CAUSE),
    carrying=("97000003",),
    marketplaces=("US",),
    asins=7,
    revenue_30d=Decimal("24000"),
    currency="USD",
    marks=(_mark("97000003", "KELMORI", Standing.live_pending, True),),
)
CALM = (
    BrandExposure("Nordlicht Trading", "Tavoren", "weakened", True, reasons=(STRANGE_MAIL,), carrying=("97000004",)),
    BrandExposure("Nordlicht Trading", "Ulmera", "sound", True, carrying=("88000006",)),
    BrandExposure("Nordlicht Trading", "Pendrissa", "unknown", True, carrying=("97000008",)),
)
SOURCES = (SourceState("tsdr", NOW, failed=1),)
COVERAGE = Coverage(
    watched=12,
    checked=11,
    unchecked=(Unchecked("97000008", "PENDRISSA", "the answer was an HTML page, not a record"),),
    sources=SOURCES,
    registry_version="2026-11-20",
    orders_held=42,
    newest_order="2026-11-18",
)
COMPLETE = Coverage(
    watched=12,
    checked=12,
    sources=(SourceState("tsdr", NOW),),
    registry_version="2026-11-20",
    orders_held=42,
    newest_order="2026-11-18",
)
DANGER = Digest(
    client="Nordlicht Trading",
    kind="digest",
    number=17,
    local_date=TODAY,
    sequence=1,
    as_of=TODAY,
    language="en",
    coverage=COVERAGE,
    exposures=(ZORVEXA, KELMORI, *CALM),
    news=(
        item(CANCELLED, registration_number="6723159"),
        item(AT_RISK, registration_number="6723159"),
        item(PAPERS, mark="KELMORI", brands=("Kelmori",)),
        item(STRANGE_MAIL, mark="TAVOREN", brands=("Tavoren",), reference="NT-0042"),
        item(OFFICE_ACTION, "worse", mark="ULMERA LIGHT", brands=("Ulmera",), was="low", since=date(2026, 11, 1)),
        item(REVIVED, mark="VOSTRANE", brands=("Vostrane",)),
    ),
    still_open=(
        item(SHOW_CAUSE, "alerted", mark="KELMORI", since=date(2026, 11, 20), alerted=date(2026, 11, 20)),
        item(AT_RISK_TOO, "alerted", mark="KELMORI", since=date(2026, 11, 20), alerted=date(2026, 11, 20)),
        item(
            SECTION_8, "open", mark="ULMERA", brands=("Ulmera",), registration_number="6123456", since=date(2026, 11, 3)
        ),
    ),
    cleared=(item(ABANDONED, "cleared", mark="VOSTRANE", brands=("Vostrane",), since=TODAY),),
    changes=(
        ChangeLine(
            "97000009",
            "ORLENTHA",
            say("Owner's address"),
            "12 Example Road, Springfield",
            "9 Sample Street, Springfield",
            TODAY,
        ),
    ),
)
QUIET = Digest(
    "Nordlicht Trading",
    "all_clear",
    18,
    date(2026, 11, 30),
    1,
    date(2026, 11, 30),
    "en",
    COMPLETE,
    exposures=(CALM[1],),
)
