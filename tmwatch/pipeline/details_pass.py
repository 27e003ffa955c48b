"""What is fetched beside the records, mark by mark and only when something calls for it: TSDR's XML for assignments and
proceedings, the list of papers for findings about sanctions, and the Office's maintenance dates for open windows.

A run asks for a bounded number; the rest waits its turn. A failure is named and never makes a mark "not checked".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from tmwatch.deadlines import add_years
from tmwatch.deadlines.days import add_months
from tmwatch.errors import FetchError, FormatError, KeyRefused, NotFound
from tmwatch.joined_lists import GROUPS
from tmwatch.pipeline.case_details import PAPERS, XML
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.tsdr_pass import Failure, PassResult
from tmwatch.rules.evidence import events
from tmwatch.sources.base import Document
from tmwatch.sources.tsdr import Tsdr
from tmwatch.sources.tsdr_documents import CaseDocument
from tmwatch.store import details, documents, marks
from tmwatch.store import findings as finding_store
from tmwatch.store.documents import MAINTENANCE
from tmwatch.store.engine import reading
from tmwatch.text import N_, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

NAME = "case details"
OLD = timedelta(days=3 * 365)  # entries from before are about proceedings and transfers long settled
AGAIN_PAPERS = timedelta(days=7)  # while the finding is open: an order lies in the file without an entry of its own
AGAIN_MAINTENANCE = timedelta(days=30)
SILENCES = 3  # answers missing in a row after which TSDR is left alone

# Entries that say: there is a proceeding before the Board, or an assignment (facts: deadlines 5 and 7, rule C03)
ELSEWHERE = events(
    "OP.I OPPF OP.N OP.D OP.S OP.T ETOF ETOP PETC CCCN CANG CAND CANT TTCG TTCD EXAF EXPI EXPA EXPR EXPT EXFB BARX "
    "BARR ASGN AOUM CHLD DCPN ADCH TRNC"
)
# What says that an order or a note may lie among the papers: entries, states and open findings
ORDER_ENTRIES = events("KSNS KSAD KSNR KSCO KOFS KONO KNOT KBOC KSDR CORV CRTP")
ORDER_STATES = frozenset({610, 715, 783, 973})
ORDER_RULES = frozenset({"S06", "S07", "S15", "S16", "S17", "S18", "S19"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How many questions of each kind one run asks: under four minutes in all at TSDR's wide rate."""

    xml: int = 100
    papers: int = 50
    dates: int = 50


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of question: its marks, most pressing first, and how one is asked and stored (returns its changes)."""

    serials: Sequence[str]
    ask: Callable[[Context, Tsdr, str], int]
    unverified: bool = False  # a call never seen live: it fails once, is named, and is left alone


def details_pass(ctx: Context, tsdr: Tsdr, serials: Collection[str], limits: Limits | None = None) -> PassResult:
    """Fetch what the stored records of `serials` call for."""
    result, most = PassResult(NAME), limits or Limits()
    with reading(ctx.engine) as conn:
        tasks = (
            Task(_wanting_xml(conn, ctx, serials)[: most.xml], _ask_xml),
            Task(_wanting_papers(conn, ctx, serials)[: most.papers], _ask_papers),
            Task(_wanting_dates(conn, ctx, serials)[: most.dates], _ask_dates, unverified=True),
        )
    total = sum(len(task.serials) for task in tasks)
    for task in tasks:
        silent = 0
        for serial in task.serials:
            ctx.progress(N_("asking for details"), result.documents + len(result.failed), total)
            try:
                result.changes += task.ask(ctx, tsdr, serial)
            except (FetchError, FormatError) as error:
                result.failed.append(Failure(NAME, say("{serial}: {why}", serial=serial, why=error.said)))
                silent += 1
                if isinstance(error, KeyRefused):
                    return result
                if silent >= SILENCES or task.unverified:
                    break
            else:
                silent = 0
                result.documents += 1
                result.data_as_of = ctx.clock()
    return result


def _wanting_xml(conn: Connection, ctx: Context, serials: Collection[str]) -> list[str]:
    """Return the marks with an entry about a proceeding or an assignment that came after their last XML."""
    seen = details.sightings(conn, serials, ELSEWHERE.keys(), ctx.as_of - OLD)
    return _newer(seen, details.fetched_at(conn, seen, XML))


def _wanting_papers(conn: Connection, ctx: Context, serials: Collection[str]) -> list[str]:
    """Return the marks whose papers are wanted: something came since the last list, or the finding is still open."""
    seen = details.sightings(conn, serials, ORDER_ENTRIES.keys(), ctx.as_of - OLD)
    calling = details.with_status(conn, serials, ORDER_STATES)
    for one in finding_store.open_findings(conn, serials):
        if one.finding.rule in ORDER_RULES:
            serial = one.finding.serial_number
            calling.add(serial)
            seen[serial] = max(one.opened_at, seen.get(serial, one.opened_at))
    fetched = details.fetched_at(conn, calling | seen.keys(), PAPERS)
    again = {serial for serial in calling if serial in fetched and ctx.now - fetched[serial] >= AGAIN_PAPERS}
    fresh = _newer({**dict.fromkeys(calling, ctx.now - AGAIN_PAPERS), **seen}, fetched)
    return [*fresh, *sorted(again - set(fresh), key=lambda serial: (fetched[serial], serial))]


def _wanting_dates(conn: Connection, ctx: Context, serials: Collection[str]) -> list[str]:
    """Return the registrations in a window (or its grace) whose dates were not compared for a month, oldest first."""
    open_now = [s for s, day in details.registered(conn, serials).items() if _in_window(day, ctx.as_of)]
    fetched = details.fetched_at(conn, open_now, MAINTENANCE)
    due = [s for s in open_now if s not in fetched or ctx.now - fetched[s] >= AGAIN_MAINTENANCE]
    return sorted(due, key=lambda serial: (fetched.get(serial, datetime.min.replace(tzinfo=ctx.now.tzinfo)), serial))


def _in_window(registered: date, today: date) -> bool:
    """Whether a filing for a registration of this day is possible: year 6, or the last year of a decade, and grace."""
    ends = (6, *range(10, 210, 10))
    return any(add_years(registered, n - 1) <= today <= add_months(registered, 12 * n + 6) for n in ends)


def _newer(seen: dict[str, datetime], fetched: dict[str, datetime]) -> list[str]:
    """Return the marks where something was seen after the last fetch, the newest first."""
    due = (serial for serial, at in seen.items() if serial not in fetched or at > fetched[serial])
    return sorted(due, key=lambda serial: (-seen[serial].timestamp(), serial))


def _ask_xml(ctx: Context, tsdr: Tsdr, serial: str) -> int:
    """Fetch the XML of a mark and keep of it what JSON does not tell; return the number of changes."""
    document, record = tsdr.fetch_st96(serial)
    told = record.told & GROUPS
    with ctx.engine.begin() as conn:
        documents.save_document(conn, replace(document, source=XML), [serial])
        if not told:
            return 0
        return len(marks.save_cases(conn, [replace(record, told=told)], ctx.run_id or None, ctx.now))


def _ask_papers(ctx: Context, tsdr: Tsdr, serial: str) -> int:
    """Fetch the list of papers of a mark."""
    document, listed = tsdr.fetch_documents(serial)
    with ctx.engine.begin() as conn:
        documents.save_document(conn, replace(document, source=PAPERS), [serial])
        documents.save_case_documents(conn, list(_papers(listed, document)), ctx.now)
    return 0


def _papers(listed: Iterable[CaseDocument], document: Document) -> Iterable[documents.CaseDocument]:
    """Yield the papers as the store keeps them. The list has no ids: TSDR's are the code and the day."""
    seen: Counter[str] = Counter()
    base = document.url.partition("/casedocs/")[0]
    for one in listed:
        day = f"{one.mail_room_date:%Y%m%d}" if one.mail_room_date else "undated"
        seen[name := f"{one.code}{day}"] += 1
        yield documents.CaseDocument(
            serial_number=one.serial_number,
            document_id=name if seen[name] == 1 else f"{name}-{seen[name]}",
            description=one.description,
            mail_date=one.mail_room_date,
            type_code=one.code,
            pages=one.pages,
            url=f"{base}/casedoc/sn{one.serial_number}/{name}/content.pdf" if one.mail_room_date else None,
        )


def _ask_dates(ctx: Context, tsdr: Tsdr, serial: str) -> int:
    """Fetch the Office's maintenance dates of a mark; that there are none is an answer too, kept empty."""
    try:
        document, _ = tsdr.fetch_maintenance(serial)
    except NotFound:
        document = Document("tsdr", f"maintenance/sn{serial}/info.json", b"", sha256(b"").hexdigest(), ctx.clock())
    with ctx.engine.begin() as conn:
        documents.save_document(conn, replace(document, source=MAINTENANCE), [serial])
    return 0
