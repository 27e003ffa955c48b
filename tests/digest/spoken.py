"""A digest in the rules' own sentences, as a run makes it: for what must exist in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.digest import examples
from tests.digest.examples import TODAY, item
from tmwatch.codes import Standing
from tmwatch.digest.model import ChangeLine, Digest, Lookalike, Upcoming
from tmwatch.digest.record_changes import FIELDS
from tmwatch.exposure import BrandExposure, BrandMark
from tmwatch.findings import Finding
from tmwatch.rules import RULES
from tmwatch.sanction_words import order_text
from tmwatch.text import SEMICOLONS, Text, chain, say

_RULES = {rule.id: rule for rule in RULES}
CLIENT = "星野家居"


def found(rule: str, serial: str, evidence: Text, **more: object) -> Finding:
    """A finding in the words of its rule."""
    one = _RULES[rule]
    values: dict[str, object] = {"title": say(one.title), "action": say(one.action), "citation": one.citation}
    severity = more.pop("severity", one.severity)
    return Finding(
        serial_number=serial, rule=rule, key="", severity=severity, evidence=evidence, good_news=one.good_news,
        **(values | more),
    )  # type: ignore[arg-type]  # fmt: skip


EVENT = say('event {key} "{text}" of {date}', key="KSCO/O", text="ORDER TO SHOW CAUSE ISSUED", date=date(2026, 11, 19))
SHOW_CAUSE = found(
    "S16",
    "97000003",
    say(
        "{text}. The record shows: {stage} ({event} of {date})",
        text=say("Named in {order}", order=order_text("EX-2026-07", "2026-11-18", 12)),
        stage=say("order to show cause issued"),
        event="KSCO/O",
        date=date(2026, 11, 19),
    ),
    deadline=date(2026, 12, 2),
)
AT_RISK = found(
    "B01",
    "97000003",
    say(
        "{mark} carries the Brand Registry enrolment of {brand}. {reason}",
        mark="LUMENHAUS",
        brand="LUMENHAUS",
        reason=say("{title}: {evidence}", title=SHOW_CAUSE.title, evidence=SHOW_CAUSE.evidence),
    ),
    client=CLIENT,
    brand="LUMENHAUS",
    action=say(
        "Move the Brand Registry enrolment to a healthy mark within days; no term is published. Live marks of this "
        "brand: {marks}. Keep invoices and photos of the packaging ready and expect a video call",
        marks="LUMENHAUS HOME (97000002)",
    ),
)
PAPERS = found(
    "B08",
    "97000003",
    say("A review of {brand} may ask for these papers", brand="LUMENHAUS"),
    client=CLIENT,
    brand="LUMENHAUS",
)
STRANGE_MAIL = found(
    "C02",
    "97000004",
    say(
        "The {field} changed from {old} to {new}; seen in the record of {date}",
        field=say("correspondence e-mail"),
        old="docket@counsel.example",
        new="tm-office@post.example",
        date=TODAY,
    ),
)
SECTION_8 = found(
    "R02",
    "88000006",
    say(
        "Registered {registered}; the filing under {what} ({period}) is accepted from {opens} to {due}, with surcharge "
        "until {grace}",
        registered=date(2021, 2, 2),
        what=say("section 8"),
        period="year 6",
        opens=date(2026, 2, 2),
        due=date(2027, 2, 2),
        grace=date(2027, 8, 2),
    ),
    deadline=date(2027, 2, 2),
)
DEAD = found(
    "R05",
    "88000001",
    say('Status {code} "{text}" of {date}', code="710", text="CANCELLED SECTION 8", date=date(2026, 11, 20)),
)
BRAND = BrandExposure(
    client=CLIENT,
    brand="LUMENHAUS",
    state="in_danger",
    enrolled=True,
    reasons=(AT_RISK, SHOW_CAUSE),
    carrying=("97000003",),
    spare=("97000002",),
    marketplaces=("US", "CA", "MX"),
    asins=38,
    revenue_30d=Decimal("412000.40"),
    currency="USD",
    marks=(
        BrandMark(CLIENT, "LUMENHAUS", "97000003", Standing.live_pending, True, "LUMENHAUS"),
        BrandMark(CLIENT, "LUMENHAUS", "97000002", Standing.live_registered, False, "LUMENHAUS HOME", "7100002"),
    ),
    live=2,
)
OTHERS = (
    BrandExposure(
        CLIENT, "TAVOREN", "weakened", True, reasons=(STRANGE_MAIL,), carrying=("97000004",), asins=12, live=1
    ),
    BrandExposure(
        CLIENT,
        "ULMERA",
        "sound",
        True,
        carrying=("88000006",),
        asins=9,
        revenue_30d=Decimal(9000),
        currency="USD",
        live=1,
    ),
)
DUE = (
    Upcoming(
        "97000003", "LUMENHAUS", None, "XY-01", "order_response", date(2026, 12, 2), False, None, "37 CFR 11.18(b)"
    ),
    Upcoming(
        "97000005", "ULMERA LIGHT", None, None, "office_action", date(2026, 12, 20), False, None, "37 CFR 2.62(a)"
    ),
    Upcoming(
        "88000006",
        "ULMERA",
        "6123456",
        None,
        "section_8",
        date(2027, 2, 2),
        False,
        date(2027, 8, 2),
        "15 USC 1058(a)(1)",
    ),
)
FILED = say(
    "New applications since {since} by others for {mark} or a very similar text: {count} (register of {day}). {named}",
    since=date(2026, 8, 26),
    mark="LUMENHAUS",
    count=2,
    day=date(2026, 11, 22),
    named=chain(
        (
            say("{number} {mark} ({day}, {owner})", number=number, mark=mark, day=date(2026, 11, 3), owner=owner)
            for number, mark, owner in (
                ("99000101", "LUMENHAUS", "Stranger Trading Inc."),
                ("99000117", "LUMENHAUS PRO", "另一家公司"),
            )
        ),
        SEMICOLONS,
    ),
)
SPOKEN = Digest(
    client=CLIENT,
    kind="digest",
    number=17,
    local_date=TODAY,
    sequence=1,
    as_of=TODAY,
    language="zh-CN",
    coverage=examples.COMPLETE,
    exposures=(BRAND, *OTHERS),
    news=(
        item(SHOW_CAUSE, mark="LUMENHAUS", brands=("LUMENHAUS",)),
        item(AT_RISK, mark="LUMENHAUS", brands=("LUMENHAUS",)),
        item(PAPERS, mark="LUMENHAUS", brands=("LUMENHAUS",)),
        item(STRANGE_MAIL, mark="TAVOREN", brands=("TAVOREN",), reference="XY-02"),
    ),
    still_open=(item(SECTION_8, "open", mark="ULMERA", brands=("ULMERA",), since=TODAY - timedelta(30)),),
    cleared=(
        item(DEAD, "cleared", mark="VOSTRANE", brands=("VOSTRANE",), since=TODAY, corrects=TODAY - timedelta(1)),
        item(found("A05", "97000009", say("No response is on record")), "cleared", mark="ORLENTHA", since=TODAY),
    ),
    acknowledged=(
        item(
            found(
                "B04", "97000010", say("The brand is {brand}, the mark is {mark}", brand="Pendris", mark="PENDRISSA")
            ),
            "open",
            mark="PENDRISSA",
            ack_until=date(2027, 1, 31),
            ack_note="律师一月提交",
        ),
    ),
    changes=(
        ChangeLine("97000009", "ORLENTHA", say(FIELDS["owner_address"]), "12 Example Road", "9 Sample St", TODAY),
    ),
    timezone="Asia/Shanghai",
    upcoming=DUE,
    corrects="alert-1",
    replies_to=("<tmwatch.alert-1@tmwatch.example>",),
    lookalikes=(Lookalike("97000003", FILED),),
)
ALERT = replace(
    SPOKEN,
    kind="alert",
    news=SPOKEN.news[:3],
    still_open=(),
    cleared=(),
    acknowledged=(),
    upcoming=(),
    changes=(),
    lookalikes=(),
)
CALM = replace(
    SPOKEN,
    kind="all_clear",
    exposures=OTHERS[1:],
    news=(),
    still_open=(),
    cleared=(),
    acknowledged=(),
    changes=(),
    upcoming=DUE[2:],
    corrects=None,
    replies_to=(),
)
