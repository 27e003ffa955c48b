"""The proof that nothing is missed silently: what the last pass asked, what it got, how fresh each source is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from tmwatch.digest.model import Coverage, SourceState, Unchecked
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.news import View, mark_name
from tmwatch.portfolio import Watch
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
    numbers = {watch.number for watch in view.watches}
    unchecked = numbers - info.checked
    named = tuple(
        Unchecked(number, mark_name(view, number) if number in view.records else None, _reason(info, number))
        for number in (sorted(unchecked) if info.tsdr_used else ())
    )
    return Coverage(
        watched=len(numbers),
        checked=len(numbers) - len(unchecked),
        unchecked=named,
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
    named = {watch.number for watch in view.watches if _is_named(info, view, watch)} if info.named else set()
    watched = len({watch.number for watch in view.watches})
    return order_statement(ctx.registry, loaded=info.orders_loaded, named=len(named), watched=watched)


def _is_named(info: PassInfo, view: View, watch: Watch) -> bool:
    """Whether a number of this mark stands in an order."""
    record = view.records.get(watch.serial_number or "")
    known = (watch.serial_number, watch.registration_number, record.registration_number if record else None)
    return any(number in info.named for number in known if number)


def _own(source: SourceState, unchecked: int) -> SourceState:
    """Count as failed what failed of this client's marks."""
    return replace(source, failed=unchecked) if source.name == "tsdr" else source


def _reason(info: PassInfo, number: str) -> str | Text:
    return info.reasons.get(number, say("not asked in the last pass"))
