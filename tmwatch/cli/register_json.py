"""What `tmwatch register --json` prints. A key with nothing known is null or an empty list, never absent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tmwatch import codes

if TYPE_CHECKING:
    from tmwatch.register.agents import Agent
    from tmwatch.register.folder import Manifest
    from tmwatch.register.search import Answer
    from tmwatch.register.similar import Similar
    from tmwatch.register.status import Status


def status_json(state: Status) -> dict[str, Any]:
    """Return the state as JSON."""
    return {
        "marks": state.marks,
        "files": state.files,
        "daily_files": state.deltas,
        "newest": _iso(state.newest),
        "daily_files_until": _iso(state.days_until),
        "missing_days": [day.isoformat() for day in state.missing],
        "set_aside": list(state.set_aside),
        "bytes": state.bytes,
        "updated_at": None if state.updated_at is None else f"{state.updated_at:%Y-%m-%dT%H:%M:%SZ}",
    }


def answer_json(answer: Answer, manifest: Manifest) -> dict[str, Any]:
    """Return the marks found as JSON."""
    return {"total": answer.total, "newest": _iso(manifest.last), "marks": [_mark_json(row) for row in answer.rows]}


def _mark_json(row: dict[str, Any]) -> dict[str, Any]:
    """Return one mark as JSON."""

    return {
        "serial_number": f"{row['serial_number']:08}",
        "registration_number": number_of(row),
        "mark": row["mark_text"],
        "standing": str(codes.standing(row["status_code"], number_of(row))),
        "status": {
            "code": row["status_code"],
            "text": codes.status_text(row["status_code"]),
            "date": _iso(row["status_date"]),
        },
        "filing_date": _iso(row["filing_date"]),
        "registration_date": _iso(row["registration_date"]),
        "classes": row["classes"] or [],
        "owners": row["owners"] or [],
        "attorney_of_record": row["attorney"],
        "correspondent": row["correspondent"] or [],
        "sanctions": [
            {"event": f"{event['code']}/{event['type']}", "date": _iso(event["date"])}
            for event in row["sanction_events"] or ()
        ],
        "source": {"name": "register", "as_of": _iso(row["transaction_date"])},
    }


def agents_json(found: Sequence[Agent], manifest: Manifest) -> dict[str, Any]:
    """Return the agents as JSON."""
    names = ("name", "fingerprint", "filed", "live", "abandoned", "cancelled", "sanctioned")
    return {
        "newest": _iso(manifest.last),
        "agents": [
            {
                **{name: getattr(one, name) for name in names},
                "first": _iso(one.first),
                "last": _iso(one.last),
                "orders": list(one.orders),
                "matches": [{"what": m.what, "strength": m.strength, "why": str(m.why)} for m in one.matches],
            }
            for one in found
        ],
    }


def similar_json(found: Sequence[Similar], since: date, manifest: Manifest) -> dict[str, Any]:
    """Return the new applications as JSON."""
    return {
        "since": since.isoformat(),
        "newest": _iso(manifest.last),
        "applications": [{**_mark_json(one.row), "score": round(one.score), "why": str(one.why)} for one in found],
    }


def number_of(row: dict[str, Any]) -> str | None:
    """Return a row's registration number in 7 digits."""
    return None if row["registration_number"] is None else f"{row['registration_number']:07}"


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
