"""What `tmwatch orders --json` prints. A key with nothing known is null or an empty list, never absent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tmwatch.pipeline.order_hits import KnownOrder, Named
    from tmwatch.pipeline.order_import import Imported
    from tmwatch.pipeline.order_watch import Seen
    from tmwatch.sanctions import Registry


def imported_json(done: Imported) -> dict[str, Any]:
    """Return what an import did."""
    file = done.file
    return {
        "order_id": done.order.order_id,
        "type": done.order.type,
        "date": done.order.date,
        "response_due": _iso(done.order.response_due),
        "file": file.name,
        "sha256": file.sha256,
        "state": done.stored.state,
        "reviewed": done.reviewed,
        "serial_numbers": len(file.serials),
        "registration_numbers": len(file.registrations),
        "duplicates": list(file.duplicates),
        "pages": file.pages,
        "pages_without_text": list(file.pages_without_text),
        "stated": [{"count": one.count, "words": one.words, "page": one.page} for one in file.counts],
        "verdict": {"ok": done.verdict.ok, "text": done.verdict.text},
        "watched": done.watched,
        "named": [
            {
                "serial_number": one.serial_number,
                "mark": one.mark,
                "clients": list(one.clients),
                "pages": list(one.pages),
                "findings": [
                    {"rule": f.rule, "severity": f.severity.label, "evidence": str(f.evidence),
                     "action": str(f.action), "deadline": _iso(f.deadline)}
                    for f in one.findings
                ],
            }
            for one in done.named
        ],
        "findings": {"opened": done.opened, "cleared": done.cleared},
        "messages": {
            "queued": done.queued,
            "delivered": done.delivered.sent,
            "failed": done.delivered.failed + done.delivered.deferred,
        },
    }  # fmt: skip


def list_json(known: Sequence[KnownOrder], registry: Registry, waiting: Sequence[Seen], stale: bool) -> dict[str, Any]:
    """Return the orders known."""
    return {
        "registry_version": registry.version,
        "newest": registry.newest,
        "stale": stale,
        "orders": [order_json(one) for one in known],
        "waiting": [{"title": one.title, "url": one.url, "state": one.state, "note": one.note} for one in waiting],
    }


def order_json(one: KnownOrder, named: bool = False) -> dict[str, Any]:
    """Return one order; with `named` the watched marks too."""
    order = one.order
    told: dict[str, Any] = {
        "order_id": order.order_id,
        "date": order.date or None,
        "type": order.type,
        "respondents": list(order.respondents),
        "respondents_zh": list(order.respondents_zh),
        "affected_count": order.affected_count,
        "count_note": order.count_note,
        "pages": order.pages,
        "response_due": _iso(order.response_due),
        "source_url": order.source_url,
        "confidence": order.confidence,
        "single_numbers": one.single,
        "marks_named": len(one.named),
        "lists": [
            {"file": held.file_name, "sha256": held.sha256, "method": held.method, "numbers": held.found_count,
             "stated": held.stated_count, "expected": held.expected_count,
             "imported_at": held.imported_at.strftime("%Y-%m-%dT%H:%M:%SZ") if held.imported_at else None,
             "reviewed": held.reviewed, "in_force": held.superseded_by is None}
            for held in one.lists
        ],
    }  # fmt: skip
    return told | ({"named": [hit_json(found) for found in one.named]} if named else {})


def hit_json(one: Named) -> dict[str, Any]:
    """Return one named mark or agent match, as `agent_matches` of check --json with the mark."""
    hit, found = one.hit, one.match
    return {
        "serial_number": one.serial_number,
        "mark": one.mark,
        "clients": list(one.clients),
        "tier": one.tier,
        "strength": one.strength,
        "what": found.what if found else "number",
        "value": found.value if found else hit.number if hit else None,
        "order_ids": list(found.order_ids) if found else [hit.order_id] if hit else [],
        "page": hit.page if hit else None,
        "reviewed": hit.reviewed if hit else None,
        "historical": one.historical,
        "why": str(one.why),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
