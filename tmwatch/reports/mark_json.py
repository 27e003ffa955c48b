"""One mark with everything known of it, as the JSON object that other programs read (the design's section 8).

A key with nothing known is null or an empty list, never absent.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tmwatch.codes import standing, status_text
from tmwatch.deadlines import Deadline
from tmwatch.findings import Finding
from tmwatch.records import CaseFile, Party
from tmwatch.rules.base import Facts
from tmwatch.sanctions import AgentMatch, Ladder, OrderHit


def mark_json(facts: Facts, findings: tuple[Finding, ...], *, stored: bool = False) -> dict[str, Any]:
    """Return the object of one mark: record, ladder, agent matches, parties, deadlines, findings, risk and source.

    `stored` names the store as the source; address and moment stay those of the record.
    """
    mark = facts.mark
    return {
        "serial_number": mark.serial_number,
        "registration_number": mark.registration_number,
        "mark": mark.mark_text,
        "standing": standing(mark.status_code, mark.registration_number).value,
        "status": {
            "code": mark.status_code,
            "text": mark.status_text or status_text(mark.status_code),
            "date": iso(mark.status_date),
        },
        "filing_date": iso(mark.filing_date),
        "registration_date": iso(mark.registration_date),
        "abandonment_date": iso(mark.abandonment_date),
        "cancellation_date": iso(mark.cancellation_date),
        "owner": _owner(mark),
        "attorney_of_record": mark.attorney.name if mark.attorney else None,
        "correspondent": _correspondent(mark),
        "classes": [one.code for one in mark.classes],
        "sanctions": _sanctions(facts.ladder, facts.hits),
        "agent_matches": [_match(match) for match in facts.matches],
        "parties": [_party(party) for party in facts.parties],
        "deadlines": [_deadline(one) for one in facts.deadlines],
        "findings": [_finding(finding) for finding in findings],
        "risk": risk(mark, findings),
        "source": {
            "name": "store" if stored else mark.provenance.source,
            "as_of": instant(mark.provenance.as_of),
            "url": mark.provenance.url,
        },
    }


def risk(mark: CaseFile, findings: tuple[Finding, ...]) -> str:
    """The highest open severity, `none` without findings, `unknown` when the standing is."""
    if standing(mark.status_code, mark.registration_number).value == "unknown":
        return "unknown"
    return max(finding.severity for finding in findings).label if findings else "none"


def iso(day: date | None) -> str | None:
    """Return YYYY-MM-DD or None."""
    return day.isoformat() if day else None


def instant(moment: datetime | None) -> str | None:
    """Return an instant as YYYY-MM-DDTHH:MM:SSZ (UTC) or None."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _owner(mark: CaseFile) -> dict[str, Any]:
    owner = next(iter(mark.current_owners), None)
    return {"name": owner.name if owner else None, "country": owner.address.country if owner else None}


def _correspondent(mark: CaseFile) -> dict[str, Any]:
    known = mark.correspondent
    name = (known.name or (known.lines[0] if known.lines else None)) if known else None
    return {"name": name, "firm": known.firm if known else None, "emails": list(mark.correspondent_emails)}


def _sanctions(ladder: Ladder, hits: tuple[OrderHit, ...]) -> dict[str, Any]:
    return {
        "stage": ladder.stage,
        "steps": [
            {"stage": step.stage, "date": iso(step.date), "event": step.event, "text": step.text}
            for step in ladder.steps
        ],
        "orders": [
            {"order_id": hit.order_id, "type": hit.type, "date": hit.date, "page": hit.page, "reviewed": hit.reviewed}
            for hit in hits
        ],
    }


def _match(match: AgentMatch) -> dict[str, Any]:
    return {
        "tier": match.tier,
        "strength": match.strength,
        "what": match.what,
        "value": match.value,
        "order_id": match.order_ids[-1] if match.order_ids else None,
        "historical": match.historical,
        "why": str(match.why),
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "role": party.role,
        "name": party.name,
        "firm": party.firm,
        "email": party.email,
        "first_seen": iso(party.first_seen),
        "last_seen": iso(party.last_seen),
        "source": party.source,
    }


def _deadline(one: Deadline) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "state": one.state,
        "opens": iso(one.opens),
        "due": iso(one.due),
        "grace_ends": iso(one.grace_ends),
        "citation": one.citation,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "title": str(finding.title),
        "evidence": str(finding.evidence),
        "action": str(finding.action),
        "deadline": iso(finding.deadline),
        "citation": finding.citation,
    }
