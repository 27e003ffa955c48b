"""The proof that nothing is missed silently: what the last pass asked, what it got, how fresh each source is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from tmwatch.digest.model import Coverage, SourceState, Unchecked
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.news import View, mark_name
from tmwatch.sanctions import order_statement
from tmwatch.store import health
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tmwatch.pipeline.lookalikes import Filings


@dataclass(frozen=True, slots=True)
class PassInfo:
    """What the last pass over the portfolio did. `checked` are serials with a valid TSDR record of that pass (or,
    without a TSDR key, seen in the daily files); `reasons` say why a number was not read. `orders_loaded` counts the
    orders whose numbers are held (None: not gathered), `named` are the serial and registration numbers in them."""

    checked: frozenset[str] = frozenset()
    reasons: Mapping[str, str | Text] = field(default_factory=dict)
    sources: tuple[SourceState, ...] = ()
    tsdr_used: bool = True
    daily_files_until: date | None = None
    missing_days: tuple[date, ...] = ()
    newest_list: datetime | None = None
    orders_loaded: int | None = None
    named: frozenset[str] = frozenset()
    warnings: tuple[Text, ...] = ()
    filings: Filings | None = None  # who files for the texts of marks in danger


def dated(conn: Connection, info: PassInfo) -> PassInfo:
    """Say of each source that gave nothing in the last pass how old the data are that it gave before."""
    if all(source.data_as_of for source in info.sources):
        return info
    known = {name: one.data_as_of for name, one in health.load_health(conn).items()}
    sources = tuple(replace(one, data_as_of=one.data_as_of or known.get(one.name)) for one in info.sources)
    return replace(info, sources=sources)


def coverage(ctx: Context, info: PassInfo, view: View) -> Coverage:
    """Return the coverage of one client's marks."""
    numbers = sorted({watch.number for watch in view.watches})
    unchecked = tuple(
        Unchecked(number, mark_name(view, number) if number in view.records else None, _reason(info, number))
        for number in numbers
        if number not in info.checked
    )
    return Coverage(
        watched=len(numbers),
        checked=len(numbers) - len(unchecked),
        unchecked=unchecked if info.tsdr_used else (),
        sources=tuple(_own(source, len(unchecked)) for source in info.sources),
        tsdr_used=info.tsdr_used,
        daily_files_until=info.daily_files_until,
        missing_days=info.missing_days,
        registry_version=ctx.registry.version,
        orders_held=len(ctx.registry.orders),
        newest_order=ctx.registry.newest,
        orders=_orders(ctx, info, view),
        warnings=info.warnings,
    )


def _orders(ctx: Context, info: PassInfo, view: View) -> Text | None:
    """Return the statement of rule S14 about this client's own marks."""
    if info.orders_loaded is None:
        return None
    known = {watch.number: {watch.serial_number, watch.registration_number} for watch in view.watches}
    for numbers in known.values():
        numbers.update(view.records[one].registration_number for one in tuple(numbers) if one and one in view.records)
    named = sum(1 for numbers in known.values() if numbers & info.named)
    return order_statement(ctx.registry, loaded=info.orders_loaded, named=named, watched=len(known))


def _own(source: SourceState, unchecked: int) -> SourceState:
    """Count as failed what failed of this client's marks."""
    return replace(source, failed=unchecked) if source.name == "tsdr" else source


def _reason(info: PassInfo, number: str) -> str | Text:
    return info.reasons.get(number, say("not asked in the last pass"))
