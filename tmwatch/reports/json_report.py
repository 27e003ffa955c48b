"""A portfolio, or the evidence pack of one mark, as JSON for other programs. Texts are English, dates ISO, moments UTC.

Portfolio:
    generated_at, as_of, client (null: all), min_severity,
    coverage: {watched, checked, tsdr_used, unchecked: [{number, mark, reason}], sources: [{name, data_as_of, failed}]},
    clients: [{client, state, marks, brands, in_danger, at_stake, findings: {SEVERITY: count},
               next_deadline: {date, kind, serial_number, mark}, last_sent, waiting}], most at stake first,
    at_stake: {brands, asins, asins_complete, money: [{currency, amount}]} (of everything),
    brands: [{client, brand, state, enrolled, carrying, spare, marks, marketplaces, asins, revenue_30d, currency,
              reasons: [{serial_number, rule, severity, title}]}], worst first,
    marks: [mark], worst first,
    unread: [{client, brand, serial_number, registration_number}] (never read yet)

A mark is what `check --json` says of it, and more: checked_at, watches: [{client, brand, reference, enrolled}],
brand_registry: [{client, brand, requirement, met (null: not known), found}] (requirement: live, text, register,
letters, owner, basis, office);
each deadline has period, extension_ends and confidence; each finding has key, client, brand, unreviewed, good_news,
opened_at, alerted_at, acknowledged_until, acknowledgement (null when there is none).

Evidence pack:
    generated_at, as_of, first_seen, mark (as above), events: [{date, code, type, description}] newest first,
    changes: [{as_of, recorded_at, kind, name, old, new, client}] newest first (kind: field, event, finding),
    documents: [{source, url, sha256, content_type, fetched_at, size, state, error}] newest first,
    papers: [{document_id, description, mail_date, pages, url}],
    order_lists: [{order_id, file_name, sha256, method, imported_at, reviewed}]

A key with nothing known is null or an empty list, never absent. Amounts are decimal strings.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tmwatch.changes import Change
from tmwatch.digest.model import Coverage
from tmwatch.exposure import BrandExposure, Stake, at_stake
from tmwatch.findings import Finding
from tmwatch.reports.mark_json import instant, iso, mark_json
from tmwatch.reports.model import ClientReport, DocumentSource, Evidence, MarkReport, OfficePaper, PortfolioReport
from tmwatch.reports.requirements import checked

# What a terminal or an editor could obey, and what UTF-8 cannot say: C1 controls, direction marks, half surrogates.
_UNSAFE = re.compile(r"[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def dumps(value: dict[str, Any]) -> str:
    """Return the object as text; characters that could do harm where they are shown stand as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def portfolio_json(report: PortfolioReport) -> dict[str, Any]:
    """Return the portfolio's object."""
    return {
        "generated_at": instant(report.generated_at),
        "as_of": iso(report.as_of),
        "client": report.client,
        "min_severity": report.min_severity,
        "coverage": _coverage(report.coverage),
        "at_stake": _stake(at_stake(report.exposures)),
        "clients": [_client(one) for one in report.clients],
        "brands": [_brand(one) for one in report.exposures],
        "marks": [_mark(one) for one in report.marks],
        "unread": [
            {
                "client": watch.client,
                "brand": watch.brand,
                "serial_number": watch.serial_number,
                "registration_number": watch.registration_number,
            }
            for watch in report.unread
        ],
    }


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """Return the object of an evidence pack."""
    mark = evidence.mark
    newest = sorted(mark.record.events, key=lambda event: (event.date, event.number or 0), reverse=True)
    events = [{"date": iso(e.date), "code": e.code, "type": e.type, "description": e.description} for e in newest]
    return {
        "generated_at": instant(evidence.generated_at),
        "as_of": iso(mark.facts.as_of),
        "first_seen": instant(evidence.first_seen),
        "mark": _mark(mark),
        "events": events,
        "changes": [_change(one) for one in mark.changes],
        "documents": [_document(one) for one in evidence.documents],
        "papers": [_paper(one) for one in evidence.papers],
        "order_lists": [
            {
                "order_id": one.order_id,
                "file_name": one.file_name,
                "sha256": one.sha256,
                "method": one.method,
                "imported_at": instant(one.imported_at),
                "reviewed": one.reviewed,
            }
            for one in evidence.order_lists
        ],
    }


def _mark(mark: MarkReport) -> dict[str, Any]:
    """Join what `check` says of a mark with what the store remembers."""
    told = mark_json(mark.facts, mark.findings)
    more = {
        "deadlines": [
            {**said, "period": one.period, "extension_ends": iso(one.extension_ends), "confidence": one.confidence}
            for said, one in zip(told["deadlines"], mark.facts.deadlines, strict=True)
        ],
        "findings": [
            {**said, **_tracking(mark, one)} for said, one in zip(told["findings"], mark.findings, strict=True)
        ],
        "checked_at": instant(mark.facts.checked_at),
        "watches": [
            {
                "client": watch.client,
                "brand": watch.brand,
                "reference": watch.reference,
                "enrolled": watch.carries_enrolment,
            }
            for watch in mark.watches
        ],
        "brand_registry": [
            {
                "client": watch.client,
                "brand": watch.brand,
                "requirement": one.name,
                "met": one.ok,
                "found": str(one.words) if one.words else None,
            }
            for watch, found in checked(mark)
            for one in found
        ],
    }
    return {**told, **more}


def _tracking(mark: MarkReport, finding: Finding) -> dict[str, Any]:
    known = mark.tracking(finding)
    noted = known if known and known.acknowledged else None
    return {
        "key": finding.key,
        "client": finding.client or None,
        "brand": finding.brand or None,
        "unreviewed": finding.unreviewed,
        "good_news": finding.good_news,
        "opened_at": instant(known.opened_at) if known else None,
        "alerted_at": instant(known.alerted_at) if known else None,
        "acknowledged_until": iso(noted.ack_until) if noted else None,
        "acknowledgement": noted.ack_note if noted else None,
    }


def _coverage(one: Coverage) -> dict[str, Any]:
    return {
        "watched": one.watched,
        "checked": one.checked,
        "tsdr_used": one.tsdr_used,
        "unchecked": [{"number": u.number, "mark": u.mark, "reason": str(u.reason)} for u in one.unchecked],
        "sources": [{"name": s.name, "data_as_of": instant(s.data_as_of), "failed": s.failed} for s in one.sources],
    }


def _client(one: ClientReport) -> dict[str, Any]:
    counts = dict(one.findings)
    return {
        "client": one.client,
        "state": one.state,
        "marks": one.marks,
        "brands": len(one.exposures),
        "in_danger": len(one.in_danger),
        "at_stake": _stake(one.stake),
        "findings": {severity.label: counts[severity] for severity in sorted(counts, reverse=True)},
        "next_deadline": {
            "date": iso(one.ahead.day),
            "kind": one.ahead.kind,
            "serial_number": one.ahead.serial_number,
            "mark": one.ahead.mark,
        }
        if one.ahead
        else None,
        "last_sent": instant(one.last_sent),
        "waiting": one.waiting,
    }


def _stake(stake: Stake) -> dict[str, Any]:
    return {
        "brands": stake.brands,
        "asins": stake.asins,
        "asins_complete": stake.asins_complete,
        "money": [{"currency": currency or None, "amount": str(amount)} for currency, amount in stake.money],
    }


def _brand(one: BrandExposure) -> dict[str, Any]:
    return {
        "client": one.client,
        "brand": one.brand,
        "state": one.state,
        "enrolled": one.enrolled,
        "carrying": list(one.carrying),
        "spare": list(one.spare),
        "marks": [mark.number for mark in one.marks],
        "marketplaces": list(one.marketplaces),
        "asins": one.asins,
        "revenue_30d": str(one.revenue_30d) if one.revenue_30d is not None else None,
        "currency": one.currency,
        "reasons": [
            {
                "serial_number": finding.serial_number,
                "rule": finding.rule,
                "severity": finding.severity.label,
                "title": str(finding.title),
            }
            for finding in one.reasons
        ],
    }


def _change(one: Change) -> dict[str, Any]:
    return {
        "as_of": iso(one.as_of),
        "recorded_at": instant(one.recorded_at),
        "kind": one.kind,
        "name": one.name,
        "old": one.old,
        "new": one.new,
        "client": one.client or None,
    }


def _document(one: DocumentSource) -> dict[str, Any]:
    return {
        "source": one.source,
        "url": one.url,
        "sha256": one.sha256,
        "content_type": one.content_type,
        "fetched_at": instant(one.fetched_at),
        "size": one.size,
        "state": one.state,
        "error": one.error,
    }


def _paper(one: OfficePaper) -> dict[str, Any]:
    return {
        "document_id": one.document_id,
        "description": one.description,
        "mail_date": iso(one.mail_date),
        "pages": one.pages,
        "url": one.url,
    }
