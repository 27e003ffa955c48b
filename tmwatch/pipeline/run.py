"""One daily pass: fetch, store, judge, queue, deliver. Every step commits by itself; a kill repeats it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tmwatch.channels.base import Channel
from tmwatch.digest.model import SourceState
from tmwatch.pipeline.bulk_products import PRODUCTS
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.coverage import PassInfo
from tmwatch.pipeline.daily_pass import NAME, daily_pass, ingest
from tmwatch.pipeline.deliver import Delivered, deliver, even_so
from tmwatch.pipeline.details_pass import details_pass
from tmwatch.pipeline.evaluate import basis_of, judge
from tmwatch.pipeline.fingerprints import listed_prints
from tmwatch.pipeline.groups import together
from tmwatch.pipeline.last_pass import last_pass
from tmwatch.pipeline.lease import held
from tmwatch.pipeline.order_watch import look
from tmwatch.pipeline.overview import queue_overview
from tmwatch.pipeline.queueing import Wanted, queue_all
from tmwatch.pipeline.registry import read_registry
from tmwatch.pipeline.tsdr_pass import Failure, PassResult, tsdr_pass
from tmwatch.sources.odp import Odp
from tmwatch.sources.order_page import OrderPage
from tmwatch.sources.tsdr import Tsdr
from tmwatch.store import findings as finding_store
from tmwatch.store import health, judgements, orders, portfolio, runs
from tmwatch.store.engine import reading
from tmwatch.text import Text, say

LOCK = "run"
RESUME = timedelta(hours=6)  # a pass that died no longer ago is gone on with: what it checked is not asked again
SOURCES = ("tsdr", "odp", "orders")
ORDER_WATCH = "order watch"  # kind of a look at the page of orders alone: no pass over the marks, it makes alerts only


@dataclass(frozen=True, slots=True)
class Edges:
    """What a run talks to: TSDR and the Open Data Portal (None without their keys), the channel of each name, and the
    page of orders (None when its address is empty)."""

    tsdr: Tsdr | None
    odp: Odp | None
    channels: Callable[[str], Channel]
    orders: OrderPage | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """`send` False leaves messages queued; `digests` False makes alerts only; `sources` limits what is read; `since`
    is the first daily file of a first run; `files` are bulk files on disk, read instead of any source."""

    send: bool = True
    digests: bool = True
    sources: tuple[str, ...] = SOURCES
    since: date | None = None
    kind: str = "run"  # as the ledger names it: "run" is a whole pass, "files" the daily files alone, or ORDER_WATCH
    files: tuple[Path, ...] = ()


@dataclass(slots=True)
class RunResult:
    """What a run did, as `run --json` prints it."""

    run_id: str
    started_at: datetime
    begun: datetime | None = None  # when the pass began that this run goes on with, after it died
    watched: int = 0
    sources: list[PassResult] = field(default_factory=list)
    opened: int = 0
    cleared: int = 0
    open: int = 0
    queued: int = 0
    delivered: Delivered = field(default_factory=Delivered)
    warnings: list[Text] = field(default_factory=list)
    notices: list[Text] = field(default_factory=list)  # for the operator; they never make a run incomplete
    finished_at: datetime | None = None

    @property
    def anomaly(self) -> Text | None:
        """What the anomaly guard saw, one line."""
        return next((source.anomaly for source in self.sources if source.anomaly), None)

    @property
    def checked(self) -> int:
        """Marks with a valid TSDR record of this run; without a TSDR key, those seen in the daily files read."""
        return len(checked_of(self.sources))

    @property
    def failed(self) -> list[Failure]:
        """Everything that could not be read."""
        return [failure for source in self.sources if not source.advisory for failure in source.failed]

    @property
    def complete(self) -> bool:
        """Whether every mark was checked and nothing waits undelivered."""
        return not (self.failed or self.delivered.failed or self.delivered.deferred or self.warnings)

    def to_json(self) -> dict[str, Any]:
        """Return the object of the design's section 8."""
        return {
            "run_id": self.run_id,
            "started_at": stamp(self.started_at),
            "finished_at": stamp(self.finished_at),
            "watched": self.watched,
            "checked": self.checked,
            "failed": [failure.to_json() for failure in self.failed],
            "sources": [
                {"name": s.name, "documents": s.documents, "failed": len(s.failed), "data_as_of": stamp(s.data_as_of)}
                for s in self.sources
            ],
            "changes": sum(source.changes for source in self.sources),
            "findings": {"opened": self.opened, "cleared": self.cleared, "open": self.open},
            "messages": {
                "queued": self.queued,
                "delivered": self.delivered.sent,
                "failed": self.delivered.failed + self.delivered.deferred,
            },
            "anomaly": None if self.anomaly is None else str(self.anomaly),
        }


def stamp(moment: datetime | None) -> str | None:
    """Return an instant as the JSON of tmwatch writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def run(
    ctx: Context,
    edges: Edges,
    options: Options = Options(),  # noqa: B008 - frozen
    begun: Callable[[], object] = lambda: None,
) -> RunResult:
    """Do one pass; `begun` is called when no other is active. Raises Busy when another run is; a StoreError ends the
    run, and the next one goes on."""
    with held_lock(ctx, LOCK) as ctx:
        begun()
        with ctx.engine.begin() as conn:
            ctx = replace(ctx, run_id=runs.start_run(conn, options.kind, ctx.now))
            since = runs.unfinished_since(conn, options.kind, ctx.run_id, ctx.now - RESUME)
        result = RunResult(ctx.run_id, ctx.now, since)
        _fetch(ctx, edges, options, result)
        ctx = _watch_orders(ctx, edges, options, result)
        delta, result.open = judge_all(ctx)
        result.opened, result.cleared = len(delta.opened), len(delta.cleared)
        info = _last_info(ctx) if options.kind == ORDER_WATCH else pass_info(result)
        digests = options.digests and options.kind != ORDER_WATCH
        with even_so(ctx, edges.channels) if options.send else nullcontext():
            result.queued = queue_all(ctx, info, Wanted(digest=digests))
            result.queued += queue_overview(ctx, info) if digests else 0
        if options.send:
            result.delivered = deliver(ctx, edges.channels)
        result.finished_at = ctx.clock()
        _finish(ctx, result)
    return result


@contextmanager
def held_lock(ctx: Context, name: str) -> Iterator[Context]:
    """Hold the lease `name`; the context given stops (Busy) at its next step when the lease is lost, and what it would
    write then is refused."""
    with held(ctx.engine, name, ctx.clock) as lease:

        def progress(message: str, done: int, total: int) -> None:
            lease.check()
            ctx.progress(message, done, total)

        yield replace(ctx, progress=progress, engine=lease.fenced())


def pass_info(result: RunResult) -> PassInfo:
    """Return what the digests must say of this run's coverage."""
    daily = next((source for source in result.sources if source.name == NAME), None)
    return PassInfo(
        checked=checked_of(result.sources),
        reasons={f.serial_number: f.error for f in result.failed if f.serial_number},
        sources=tuple(SourceState(s.name, s.data_as_of, len(s.failed)) for s in result.sources),
        tsdr_used=any(source.name == "tsdr" for source in result.sources),
        daily_files_until=daily.until if daily else None,
        missing_days=tuple(sorted({day for source in result.sources for day in source.missing_days})),
    )


def checked_of(sources: Sequence[PassResult]) -> frozenset[str]:
    """Return the marks checked: by TSDR where it was asked, else those seen in the daily files."""
    tsdr = [source for source in sources if source.name == "tsdr"]
    return frozenset(serial for source in (tsdr or sources) for serial in source.checked)


def _fetch(ctx: Context, edges: Edges, options: Options, result: RunResult) -> None:
    """Read every source once; a source that fails is named and the others go on."""
    with reading(ctx.engine) as conn:
        rows = portfolio.load_numbers(conn)
    serials = sorted({row.serial_number for row in rows if row.serial_number})
    unresolved = [row for row in rows if not row.serial_number]
    result.watched = len({row.number for row in rows})
    if options.files:
        result.sources.extend(ingest(ctx, options.files, rows))
        return
    if "odp" in options.sources and edges.odp is not None:
        result.sources.extend(daily_pass(ctx, edges.odp, rows, options.since, product) for product in PRODUCTS)
    if "tsdr" in options.sources and edges.tsdr is not None:
        result.sources.append(tsdr_pass(ctx, edges.tsdr, serials, unresolved, result.begun))
        if result.sources[-1].checked:
            result.sources.append(details_pass(ctx, edges.tsdr, sorted(result.sources[-1].checked)))
    if not result.sources and options.kind != ORDER_WATCH:
        result.warnings.append(say("no key: nothing was asked (tmwatch doctor says how to get one)"))


def _watch_orders(ctx: Context, edges: Edges, options: Options, result: RunResult) -> Context:
    """Look at the page of orders; the context returned knows the orders it brought."""
    if edges.orders is None or options.files or "orders" not in options.sources:
        return ctx
    watched = look(ctx, edges.orders)
    result.sources.append(watched.result)
    result.notices.extend(watched.notices)
    if not watched.stored:
        return ctx
    with reading(ctx.engine) as conn:
        return replace(ctx, registry=read_registry(ctx.settings, orders.load_orders(conn)))


def _last_info(ctx: Context) -> PassInfo:
    """Return the coverage of the last pass over the marks."""
    with reading(ctx.engine) as conn:
        return last_pass(conn, ctx.now) or PassInfo()


def judge_all(ctx: Context) -> tuple[finding_store.FindingDelta, int]:
    """Judge the watched marks on their last known records and write what changed; also the number of findings open.

    Judged again are the marks whose last judgement does not hold any more, with those of the same brands.
    """
    with ctx.engine.begin() as conn:  # read and begun as one: what changes later makes the judgement void
        judgements.alone(conn)
        serials = portfolio.watched_serials(conn)
        listed = listed_prints(conn, ctx.registry)
        basis = basis_of(ctx.registry, judgements.order_state(conn), listed)
        stale = set(serials) - judgements.holding(conn, basis, ctx.as_of)
        concerned = together(stale, portfolio.load_memberships(conn)) if stale else []
        watches = portfolio.watches_of(conn, concerned)
        judgements.begin(conn, concerned, basis, ctx.as_of, ctx.run_id)
    with reading(ctx.engine) as conn:
        judged = judge(conn, ctx, concerned, watches, listed)
    with ctx.engine.begin() as conn:
        delta = finding_store.apply(conn, concerned, judged.findings, ctx.run_id, ctx.now, ctx.as_of)
        judgements.fill(conn, judged.terms, ctx.run_id)
        return delta, finding_store.count_open(conn)


def _finish(ctx: Context, result: RunResult) -> None:
    """Write the run's row in the ledger."""
    told = result.to_json()
    failed = [*result.failed, *(Failure("run", warning) for warning in result.warnings)]
    with ctx.engine.begin() as conn:
        runs.finish_run(
            conn,
            ctx.run_id,
            result.finished_at or ctx.now,
            state="done" if result.complete else "incomplete",
            watched=result.watched,
            checked=result.checked,
            failed=[failure.to_json() | failure.sentence() for failure in failed],
            sources=told["sources"],
            counts={name: told[name] for name in ("changes", "findings", "messages")}
            | ({"begun": result.begun.isoformat()} if result.begun else {}),
            anomaly=told["anomaly"],
            exit_code=0 if result.complete else 3,
        )
        for source in result.sources:
            if source.data_as_of is not None:
                health.note_ok(conn, source.name, ctx.now, source.data_as_of)
            elif source.failed:
                health.note_failure(conn, source.name, ctx.now, source.failed[0].error)
