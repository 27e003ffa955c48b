"""One mark on one screen: what it is, who acts for it, sanctions, deadlines and findings, and their sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tmwatch.codes import standing, status_text
from tmwatch.findings import Finding
from tmwatch.records import CaseFile
from tmwatch.reports.mark_json import instant, iso, risk
from tmwatch.rules.base import Facts
from tmwatch.sanctions import outlook, stage_text

LAST_EVENTS = 6
_STANDINGS = {
    "live_pending": "live, pending application",
    "live_registered": "live, registered",
    "dead": "DEAD",
    "indifferent": "neither live nor dead by the USPTO's table",
    "unknown": "UNKNOWN: the status code is not in the USPTO's table",
}
_SOURCES = {"tsdr": "TSDR", "odp": "daily bulk file", "file": "file", "store": "stored record", "register": "register"}
_STYLES = {"critical": "fail", "high": "fail", "medium": "warn"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen and its style (None, ok, warn or fail)."""

    text: str
    style: str | None = None


def mark_card(facts: Facts, findings: tuple[Finding, ...]) -> Iterator[Line]:
    """Yield the lines of one mark."""
    mark = facts.mark
    yield from _head(mark, findings)
    yield from _people(mark)
    yield from _history(mark)
    yield from _sanctions(facts)
    yield from _parties(facts)
    yield from _deadlines(facts)
    yield from _findings(findings)
    yield from _source(facts)


def _head(mark: CaseFile, findings: tuple[Finding, ...]) -> Iterator[Line]:
    number = f", registration {mark.registration_number}" if mark.registration_number else ""
    yield Line(f"{mark.sentence}   serial {mark.serial_number}{number}")
    kind = standing(mark.status_code, mark.registration_number).value
    level = risk(mark, findings)
    style = "fail" if kind in ("dead", "unknown") else None
    yield Line(f"  standing    {_STANDINGS[kind]}; risk {level}", style or _STYLES.get(level, "ok"))
    text = mark.status_text or status_text(mark.status_code) or "no text known"
    yield Line(f"  status      {mark.status_code} of {iso(mark.status_date) or 'unknown date'}: {text}")
    days = (
        ("filed", mark.filing_date),
        ("registered", mark.registration_date),
        ("abandoned", mark.abandonment_date),
        ("cancelled", mark.cancellation_date),
        ("renewed to run from", mark.renewal_date),
    )
    yield Line("  dates       " + ", ".join(f"{word} {day}" for word, day in days if day))
    yield Line("  classes     " + (", ".join(one.code for one in mark.classes) or "none told"))


def _people(mark: CaseFile) -> Iterator[Line]:
    for owner in mark.current_owners:
        where = f" ({owner.address.country})" if owner.address.country else ""
        yield Line(f"  owner       {owner.name}{where}")
    yield Line(f"  attorney    {mark.attorney.name if mark.attorney else _none(mark, 'attorney')}")
    known = mark.correspondent
    parts = (known.name, known.firm, *known.lines) if known else ()
    yield Line(
        "  letters to  " + (", ".join(dict.fromkeys(part for part in parts if part)) or _none(mark, "correspondent"))
    )
    emails = dict.fromkeys((*mark.correspondent_emails, *mark.attorney_emails))
    yield Line("  e-mails     " + (", ".join(emails) or _none(mark, "correspondent_emails")))


def _none(mark: CaseFile, group: str) -> str:
    """Tell "there is none" from "this source does not say"."""
    return "none of record" if group in mark.told else "not told by this source"


def _history(mark: CaseFile) -> Iterator[Line]:
    for position, event in enumerate(mark.events[:LAST_EVENTS]):
        head = "last events" if position == 0 else ""
        yield Line(f"  {head:<11} {event.date}  {event.description or '(no text)'} ({event.key})")


def _sanctions(facts: Facts) -> Iterator[Line]:
    ladder = facts.ladder
    if ladder.stage:
        yield Line(f"  sanctions   {stage_text(ladder.stage)}, since {iso(ladder.since)}", "fail")
        for step in ladder.steps:
            yield Line(f"              {step.date}  {step.text} ({step.event})")
        ahead = outlook(ladder)
        if ahead:
            yield Line(f"              {ahead}")
    for hit in facts.hits:
        page = f", page {hit.page}" if hit.page else ""
        doubt = "" if hit.reviewed else " - list not reviewed yet"
        yield Line(f"  named in    order {hit.order_id} of {hit.date} ({hit.type}{page}){doubt}", "fail")
    for match in facts.matches:
        yield Line(f"  agent       {match.why}", "warn")
    if not ladder.stage and not facts.hits and not facts.matches:
        newest = facts.registry.newest or "none"
        held = len(facts.registry.orders)
        yield Line(f"  sanctions   no sign on the record; not in the {held} orders held (newest {newest})")


def _parties(facts: Facts) -> Iterator[Line]:
    seen = [party for party in facts.parties if party.role != "owner"]
    for position, party in enumerate(seen):
        head = "ever seen" if position == 0 else ""
        who = ", ".join(part for part in (party.name, party.firm, party.email, party.address) if part)
        span = (
            f"{party.first_seen} to {party.last_seen}" if party.first_seen != party.last_seen else str(party.last_seen)
        )
        yield Line(f"  {head:<11} {party.role.replace('_', ' ')}: {who} ({span}, {party.source})")


def _deadlines(facts: Facts) -> Iterator[Line]:
    for position, one in enumerate(facts.deadlines):
        head = "deadlines" if position == 0 else ""
        parts = [f"opens {one.opens}" if one.opens else "", f"due {one.due}" if one.due else ""]
        parts.append(f"grace to {one.grace_ends}" if one.grace_ends else "")
        told = ", ".join(part for part in parts if part) or "no day computed"
        kind = one.kind.replace("_", " ") + (f" ({one.period})" if one.period else "")
        yield Line(f"  {head:<11} {kind}: {one.state}, {told} ({one.citation}; confirm with counsel)")


def _findings(findings: tuple[Finding, ...]) -> Iterator[Line]:
    if not findings:
        yield Line("  findings    none", "ok")
    for position, finding in enumerate(findings):
        head = "findings" if position == 0 else ""
        level = finding.severity.label.upper() if not finding.good_news else "GOOD NEWS"
        yield Line(f"  {head:<11} {level} {finding.rule} {finding.title}", _STYLES.get(finding.severity.label))
        yield Line(f"              {finding.evidence}")
        due = f" By {finding.deadline}." if finding.deadline else ""
        yield Line(f"              To do: {finding.action}{due} [{finding.citation}]")


def _source(facts: Facts) -> Iterator[Line]:
    told = facts.mark.provenance
    where = f", {told.url}" if told.url else ""
    yield Line(f"  source      {_SOURCES.get(told.source, told.source)} as of {instant(told.as_of)}{where}")
    yield Line("              tmwatch informs and gives no legal advice; deadlines are to be confirmed with counsel.")
