"""Findings plus what the owner says is at stake -> the exposure of each brand."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tmwatch.findings import Finding


@dataclass(frozen=True, slots=True)
class BrandExposure:
    """One brand of one client. `state`: lost | in_danger | weakened | sound | unknown."""

    client: str
    brand: str
    state: str
    enrolled: bool
    reasons: tuple[Finding, ...] = ()
    carrying: tuple[str, ...] = ()  # serial numbers of the marks that carry the enrolment
    spare: tuple[str, ...] = ()  # other live marks of the brand that could take over
    marketplaces: tuple[str, ...] = ()
    asins: int | None = None
    revenue_30d: Decimal | None = None
    currency: str | None = None
