"""`orders import`: reads an order's list, stores it, judges the marks it names and tells their owners, in one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tmwatch.channels.base import Channel
from tmwatch.findings import Finding
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.coverage import PassInfo
from tmwatch.pipeline.deliver import Delivered, deliver
from tmwatch.pipeline.evaluate import judge
from tmwatch.pipeline.groups import together
from tmwatch.pipeline.last_pass import last_pass
from tmwatch.pipeline.order_lists import Given, Stored, checked, identify, store
from tmwatch.pipeline.queueing import Wanted, queue_all
from tmwatch.pipeline.registry import read_registry
from tmwatch.pipeline.run import LOCK, held_lock
from tmwatch.portfolio import Watch
from tmwatch.sanctions import Order, OrderHit
from tmwatch.sources.order_ocr import read_pictures
from tmwatch.sources.orders import OrderFile, Verdict, read_order
from tmwatch.store import findings as finding_store
from tmwatch.store import judgements, marks, orders, portfolio, runs
from tmwatch.store.engine import reading

if TYPE_CHECKING:
    from sqlalchemy import Connection

KIND = "orders import"  # in the ledger of runs


@dataclass(frozen=True, slots=True)
class NamedMark:
    """A watched mark that the order names: where, for whom, and what its findings say (none before its first pass).

    `pages` are those of its numbers, None where the file has no pages.
    """

    serial_number: str
    mark: str | None
    clients: tuple[str, ...]
    hits: tuple[OrderHit, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages on which its numbers stand."""
        return tuple(sorted({hit.page for hit in self.hits if hit.page is not None}))


@dataclass(slots=True)
class Imported:
    """What one import did."""

    order: Order
    file: OrderFile
    verdict: Verdict
    stored: Stored
    run_id: str = ""
    reviewed: bool = False
    watched: int = 0
    named: tuple[NamedMark, ...] = ()
    opened: int = 0
    cleared: int = 0
    queued: int = 0
    delivered: Delivered = field(default_factory=Delivered)

    @property
    def complete(self) -> bool:
        """Whether nothing waits undelivered."""
        return not (self.delivered.failed or self.delivered.deferred)


def import_order(
    ctx: Context,
    path: Path,
    given: Given,
    channels: Callable[[str], Channel] | None,
    ocr: str | None = None,
) -> Imported:
    """Read `path`, store its list, judge the marks concerned, queue what their owners must hear, and send it.

    `channels` None leaves messages queued; `ocr` is the program that reads pictures of pages. UsageError, FormatError:
    nothing was stored. Busy when another run is active.
    """
    file = read_order(path, registry=ctx.registry)
    if ocr is not None and file.method == "pdf-text":
        file = read_pictures(path, file, ctx.registry, ocr, ctx.progress)
    with reading(ctx.engine) as conn:
        lists = orders.list_lists(conn)
    order = identify(file, given, ctx.registry, lists)
    judged = checked(file, given, lists)
    with held_lock(ctx, LOCK) as ctx:
        with ctx.engine.begin() as conn:
            ctx = replace(ctx, run_id=runs.start_run(conn, KIND, ctx.now))
        with ctx.engine.begin() as conn:
            before = orders.hits_of_watched(conn, order.order_id)
            stored = store(conn, order, file, judged, given, ctx.now)
        done = Imported(order, file, judged, stored, ctx.run_id)
        _tell(ctx, done, before, channels)
        _finish(ctx, done)
    return done


def renewed(ctx: Context) -> Context:
    """Return the context with a registry that knows the orders stored meanwhile."""
    with reading(ctx.engine) as conn:
        return replace(ctx, registry=read_registry(ctx.settings, orders.load_orders(conn)))


def _tell(
    ctx: Context,
    done: Imported,
    before: Mapping[str, Sequence[OrderHit]],
    channels: Callable[[str], Channel] | None,
) -> None:
    """Judge the marks the order names or named, with those of the same brands; queue alerts and send them."""
    ctx = renewed(ctx)
    with reading(ctx.engine) as conn:
        watches = portfolio.load_watches(conn)
        hits = orders.hits_of_watched(conn, done.order.order_id)
        concerned = together({*before, *hits}, portfolio.load_memberships(conn))
        found = judge(conn, ctx, concerned, watches).findings
        done.named = _named(conn, hits, found, watches)
        done.reviewed = _is_reviewed(conn, done.order)
        info = last_pass(conn, ctx.now) or PassInfo()
    with ctx.engine.begin() as conn:
        delta = finding_store.apply(conn, concerned, found, ctx.run_id, ctx.now, ctx.as_of)
        judgements.forget(conn, concerned)  # what must be filed is another thing now
    done.watched = len({watch.number for watch in watches})
    done.opened, done.cleared = len(delta.opened), len(delta.cleared)
    judged = set(concerned)
    clients = frozenset(watch.client for watch in watches if watch.serial_number in judged)
    done.queued = queue_all(ctx, info, Wanted(digest=False, only=clients))
    if channels is not None:
        done.delivered = deliver(ctx, channels)


def _is_reviewed(conn: Connection, order: Order) -> bool:
    """Whether a person has checked the list in force."""
    return any(one.reviewed for one in orders.list_lists(conn, order.order_id) if one.superseded_by is None)


def _named(
    conn: Connection, hits: Mapping[str, Sequence[OrderHit]], found: Sequence[Finding], watches: Sequence[Watch]
) -> tuple[NamedMark, ...]:
    """Join the hits of one order with names, clients and findings of the marks, by page."""
    cases = marks.load_cases(conn, hits)
    named = []
    for serial, these in hits.items():
        ids = {hit.order_id for hit in these}
        about = tuple(one for one in found if one.serial_number == serial and one.rule[0] == "S" and one.key in ids)
        named.append(
            NamedMark(
                serial_number=serial,
                mark=cases[serial].record.sentence if serial in cases else None,
                clients=tuple(sorted({watch.client for watch in watches if watch.serial_number == serial})),
                hits=tuple(these),
                findings=about,
            )
        )
    return tuple(sorted(named, key=lambda one: (one.pages or (0,), one.serial_number)))


def _finish(ctx: Context, done: Imported) -> None:
    """Write the run's row in the ledger."""
    counts: dict[str, Any] = {
        "order": done.order.order_id,
        "numbers": len(done.file.numbers),
        "named": len(done.named),
        "findings": {"opened": done.opened, "cleared": done.cleared},
        "messages": {"queued": done.queued, "delivered": done.delivered.sent},
    }
    with ctx.engine.begin() as conn:
        runs.finish_run(
            conn,
            ctx.run_id,
            ctx.clock(),
            state="done" if done.complete else "incomplete",
            counts=counts,
            exit_code=0 if done.complete else 3,
        )
