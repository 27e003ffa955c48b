"""Invented records, hits and parties for the tests of the sanctions part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from tmwatch.records import (
    FIELD_GROUPS,
    Address,
    Attorney,
    CaseFile,
    Correspondent,
    Owner,
    Party,
    ProsecutionEvent,
    Provenance,
)
from tmwatch.rules.base import Facts
from tmwatch.sanctions import Identity, Order, OrderHit, Registry, ladder

TODAY = date(2026, 11, 23)
MARK = CaseFile(
    serial_number="97000001",
    status_code=700,
    provenance=Provenance("demo", datetime(2026, 11, 23, 12, tzinfo=UTC)),
    told=frozenset(FIELD_GROUPS),
    registration_number="6900001",
    status_date=date(2022, 3, 1),
    attorney=Attorney("Ada Example"),
    correspondent=Correspondent("Ada Example"),
    owners=(Owner("Larkwing Ltd.", 30, address=Address(country="CN")),),
)
OSC = Order("TEST-2025-03-03-OSC", "2025-03-03", "show_cause", response_due=date(2025, 4, 2))
RECONSIDERED = Order("TEST-2025-07-01-RECON", "2025-07-01", "order_reconsidering_registration_decisions")
FINAL = Order("TEST-2025-07-10-FINAL", "2025-07-10", "final_sanctions")
OLD_FINAL = Order("TEST-2021-12-01-FINAL", "2021-12-01", "final_sanctions")
OPEN_OSC = Order("TEST-2026-11-10-OSC", "2026-11-10", "consolidated_show_cause_and_notice_of_reconsideration",
                 response_due=date(2026, 12, 10))  # fmt: skip
DECISION = Order("OED-TEST-2022", "2022", "oed_suspension")
IDENTITIES = (
    Identity("email", "filing@larkfiling.test", "respondent", (OSC.order_id, FINAL.order_id), "strong"),
    Identity("firm", "Shenzhen Larkfiling Network Technology Co., Ltd.", "respondent", (OSC.order_id,), "medium"),
    Identity("brand", "Trademark Larkspur", "brand_of_respondent", (OSC.order_id,), "medium"),
    Identity("address", "No. 77 Haitang Road, 8th Floor, Shenzhen 518000", "respondent", (OSC.order_id,), "weak"),
    Identity("person", "Gregory Allan Whitcombe", "credentials_misused", (OSC.order_id,), "weak", page=12),
    Identity("person", "Lu Pei", "credentials_misused", (OSC.order_id,), "weak"),
    Identity("person", "Marta Osgood", "disciplined", (DECISION.order_id,), "weak"),
    Identity("email", "counsel@oakbridge.test", "counsel_address", (OSC.order_id,), "weak"),
    Identity("firm", "Shenzhen Pearlwave Consulting Service", "client_of_disciplined", (DECISION.order_id,), "weak"),
)  # fmt: skip
REGISTRY = Registry("2026-11", (OSC, RECONSIDERED, FINAL, OLD_FINAL, OPEN_OSC, DECISION), IDENTITIES)


def event(key: str, day: date = date(2025, 3, 4), number: int | None = None, text: str = "") -> ProsecutionEvent:
    code, _, kind = key.partition("/")
    return ProsecutionEvent(code, kind, day, number, text)


def history(*keys: str) -> tuple[ProsecutionEvent, ...]:
    """Events a month apart from January 2025, numbered, newest first as a record has them."""
    made = [event(key, date(2025, 1 + at, 5), at + 1) for at, key in enumerate(keys)]
    return tuple(reversed(made))


def hit(order: Order, page: int | None = 177, reviewed: bool = True, number: str = "97000001") -> OrderHit:
    return OrderHit(order.order_id, order.type, order.date, number, page, reviewed, order.response_due)


def party(role: str = "attorney", current: bool = True, **values: str) -> Party:
    said = {field: values.get(field) for field in ("name", "firm", "email", "address")}
    return Party("97000001", role, said["name"], said["firm"], said["email"], said["address"],
                 date(2021, 5, 1), date(2023, 6, 1), "tsdr", current)  # fmt: skip


def facts(mark: CaseFile = MARK, hits: Sequence[OrderHit] = (), as_of: date = TODAY) -> Facts:
    return Facts(mark, as_of, hits=tuple(hits), ladder=ladder(mark, tuple(hits)), registry=REGISTRY)


def at_status(code: int, day: date | None = date(2025, 6, 1), *keys: str, **more: object) -> CaseFile:
    return replace(MARK, status_code=code, status_date=day, events=history(*keys), **more)  # type: ignore[arg-type]  # any field
