"""Invented reports: a mark in trouble, a calm one, and any text wherever something foreign stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.invented_cases import tsdr
from tmwatch.changes import Change
from tmwatch.deadlines import deadlines
from tmwatch.digest.model import Coverage, SourceState, Unchecked
from tmwatch.digest.wording import Words, words
from tmwatch.exposure import exposure
from tmwatch.findings import Finding, Severity
from tmwatch.parties import parties_of
from tmwatch.portfolio import Watch
from tmwatch.records import Attorney, CaseFile, Correspondent, Owner, ProsecutionEvent
from tmwatch.reports.model import (
    ClientReport,
    DocumentSource,
    Evidence,
    MarkReport,
    OfficePaper,
    OrderSource,
    PortfolioReport,
    Tracked,
    Version,
)
from tmwatch.rules.base import Facts
from tmwatch.sanctions import AgentMatch, Ladder, LadderStep, OrderHit
from tmwatch.text import say

NOW = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
TODAY = date(2026, 11, 24)
ENGLISH: Words = words("en", "America/New_York")
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>body{display:none}",
    "</script><script>alert(1)</script><!--<script>",
    "{{ 7*7 }}{% raw %}{0}%(x)s%s",
    "X\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Hello",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "http://evil.example/",
    "abc\u202egnp.exe\u2066\u2069",
    "M" * 10_000,
    "🙂👩‍👩‍👧‍👦",
    "nul\x00bell\x07esc\x1b[31m\x9b31m",
    "\ud800 lone",
    "line\u2028sep\u2029\x85\v\f",
    "商标" * 400,
    "a;b,c\\n\\,d:e",
]
INVISIBLE = set("\x00\x07\x1b\x9b\x0b\x0c\x85\u2028\u2029\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def finding(rule: str, severity: Severity, serial: str = "97123456", **more: object) -> Finding:
    """A finding with plain words; any field may be set."""
    values: dict[str, object] = {
        "key": "",
        "title": say("Title of {rule}", rule=rule),
        "evidence": say("Evidence of {rule}", rule=rule),
        "action": say("Action for {rule}", rule=rule),
        "citation": f"37 CFR 2.1 ({rule})",
    }
    return Finding(serial_number=serial, rule=rule, severity=severity, **(values | more))  # type: ignore[arg-type]


def mark(record: CaseFile, *findings: Finding, watch: Watch | None = None, **more: object) -> MarkReport:
    """What a report says of one record; `more` are other fields of Facts."""
    values: dict[str, object] = {
        "watches": (watch or Watch("Nordlicht", "Lumo", record.serial_number),),
        "parties": parties_of(record, TODAY),
        "deadlines": deadlines(record, TODAY),
        "checked_at": NOW,
    }
    facts = Facts(mark=record, as_of=TODAY, **(values | more))  # type: ignore[arg-type]
    return MarkReport(facts, findings, versions=(Version(NOW, TODAY, record),))


def report(*marks: MarkReport, coverage: Coverage | None = None, **more: object) -> PortfolioReport:
    """A report on marks, with the exposure of every client who watches one."""
    watches = [watch for one in marks for watch in one.watches]
    records = {one.record.serial_number: one.record for one in marks}
    findings = [finding for one in marks for finding in one.findings]
    clients = tuple(
        ClientReport(name, exposure(name, watches, records, findings), sum(watch.client == name for watch in watches))
        for name in dict.fromkeys(watch.client for watch in watches)
    )
    base = PortfolioReport(
        generated_at=NOW,
        as_of=TODAY,
        client=None,
        min_severity="info",
        coverage=coverage or Coverage(len(marks), len(marks), sources=(SourceState("tsdr", NOW),)),
        clients=clients,
        marks=marks,
    )
    return replace(base, **more)  # type: ignore[arg-type]


CALM = mark(tsdr(serial_number="97000001", mark_text="CALMORA", registration_number="7000001"))
TROUBLE = mark(
    tsdr(),
    finding("R05", Severity.CRITICAL, deadline=date(2027, 1, 25)),
    finding("B08", Severity.INFO, client="Nordlicht", brand="Lumo"),
    watch=Watch(
        "Nordlicht",
        "Lumo",
        "97123456",
        marketplaces=("US", "CA"),
        brand_registry_status="enrolled",
        enrolled_with_this_mark=True,
        asins=38,
        revenue_30d=Decimal("412000.50"),
        currency="USD",
        reference="A-12",
    ),
    ladder=Ladder("show_cause", (LadderStep("show_cause", date(2026, 11, 2), "KSCO/O", "ORDER TO SHOW CAUSE"),)),
    hits=(OrderHit("EX-2026-07", "show_cause", "2026-11-01", "97123456", 12, True, response_due=date(2026, 12, 1)),),
)
TROUBLE = replace(
    TROUBLE,
    tracked={
        TROUBLE.findings[0].identity: Tracked(NOW, NOW, date(2026, 12, 24), "counsel is on it", acknowledged=True),
        TROUBLE.findings[1].identity: Tracked(NOW),
    },
    changes=(
        Change("97123456", "field", "status", 700, 710, TODAY, id=2, recorded_at=NOW),
        Change("97123456", "finding", "R05|", None, "critical/90", TODAY, id=3, recorded_at=NOW),
    ),
)
PORTFOLIO = report(TROUBLE, CALM)


def hostile(text: str) -> PortfolioReport:
    """A report with `text` wherever something foreign stands."""
    record = tsdr(
        mark_text=text,
        status_text=text,
        owners=(Owner(text, 30), Owner(text, 10)),
        attorney=Attorney(text),
        correspondent=Correspondent(text, text, lines=(text,)),
        correspondent_emails=(text,),
        attorney_emails=(text,),
        events=(ProsecutionEvent("CNRT", "F", date(2026, 9, 1), 1, text), *tsdr().events),
    )
    watch = Watch(
        text, text, record.serial_number, marketplaces=(text,), currency=text, reference=text, revenue_30d=Decimal(5)
    )
    said = say("Was {old}, now {new}", old=text, new=text)
    one = finding("C02", Severity.HIGH, title=say("{x}", x=text), evidence=said, action=said, citation=text, brand=text)
    match = AgentMatch(3, 0.9, "firm", text, (text,), "respondent", False, said, "attorney")
    made = mark(
        record,
        replace(one, client=text, unreviewed=True),
        watch=watch,
        ladder=Ladder("ordered", (LadderStep("ordered", TODAY, text, text),)),
        hits=(OrderHit(text, text, text, record.serial_number, 1, False, source=text),),
        matches=(match,),
    )
    made = replace(
        made,
        tracked={made.findings[0].identity: Tracked(NOW, None, TODAY, text, acknowledged=True)},
        changes=(
            Change(record.serial_number, "field", "owners", [text], [text, text], TODAY, id=1, recorded_at=NOW),
            Change(record.serial_number, "field", text, text, None, TODAY, id=2, recorded_at=NOW),
            Change(record.serial_number, "finding", f"C02|{text}", None, "high", TODAY, client=text, recorded_at=NOW),
        ),
    )
    seen = Coverage(2, 1, (Unchecked(text, text, text),), (SourceState("tsdr", NOW),), registry_version=text)
    return report(
        made, coverage=seen, client=text, unread=(replace(watch, serial_number=None, registration_number="1"),)
    )


def evidence(text: str = "harmless") -> Evidence:
    """An evidence pack with `text` wherever something foreign stands."""
    return Evidence(
        generated_at=NOW,
        mark=hostile(text).marks[0],
        first_seen=NOW,
        documents=(
            DocumentSource("tsdr", f"https://tsdrapi.example/{text}", "ab" * 32, text, NOW, 1234, "good"),
            DocumentSource("tsdr", text, "cd" * 32, text, NOW, 12, "bad", text),
        ),
        papers=(
            OfficePaper("NOA1", text, TODAY, 3, "https://tsdr.example/NOA1"),
            OfficePaper(text, text, None, None, f"javascript:{text}"),
        ),
        order_lists=(OrderSource(text, text, "ef" * 32, "text", NOW, False),),
    )
