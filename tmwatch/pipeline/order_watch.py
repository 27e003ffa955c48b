"""The watch over the USPTO's page of orders, a source of the daily pass: notices new documents, tells the operator at
once, downloads PDFs from the page's own host and imports them as *unreviewed*.

Its failure is a warning and never makes a pass incomplete. What was seen is remembered in the health of the source, in
the same transaction as the list it led to: a kill at any point repeats a step and loses none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tmwatch.errors import FetchError, FormatError, StoreError, UsageError
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.daily_pass import download_folder
from tmwatch.pipeline.order_lists import (
    Given,
    checked,
    identify,
    known_id,
    mark_of,
    new_id,
    path_text,
    store,
    without_file,
)
from tmwatch.pipeline.tsdr_pass import Failure, PassResult
from tmwatch.sources.order_page import NAME, OrderLink, OrderPage, find_links
from tmwatch.sources.order_text import read_facts
from tmwatch.sources.orders import OrderFile, read_order
from tmwatch.store import health, orders
from tmwatch.store.engine import reading
from tmwatch.text import N_, Text, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_AT_ONCE = 5  # documents read in one pass; the others wait for the next one
GIVE_UP = 5  # attempts to download one document
WAITING, IMPORTED, HELD, NO_ORDER, BY_HAND = "waiting", "imported", "held", "no order", "by hand"
OPEN = (WAITING, BY_HAND)


@dataclass(frozen=True, slots=True)
class Seen:
    """A document of the page. `state`: waiting (to be read, or to be tried again) | imported | held (its very bytes
    were imported before) | no order (it lists no numbers) | by hand (the operator must look; `note` says why)."""

    url: str
    title: str
    date: str | None
    noticed: str  # the moment, ISO
    state: str = WAITING
    note: str | None = None
    said: dict[str, Any] | None = None  # the note as a sentence that can be translated (Text.to_json)
    file: str | None = None
    sha256: str | None = None
    attempts: int = 0

    @property
    def why(self) -> str | Text | None:
        """The note in the reader's language; what an older program noted is English."""
        return Text.from_json(self.said) if self.said else self.note


@dataclass(slots=True)
class Watched:
    """What one look at the page gave. `notices` are lines for the operator; `stored`: a list was imported."""

    result: PassResult
    notices: list[Text]
    stored: bool = False


def look(ctx: Context, page: OrderPage) -> Watched:
    """Read the page and the documents that are new on it. Whatever the world does, this returns."""
    watched = Watched(PassResult(NAME, advisory=True), [])
    try:
        document = page.fetch()
        links = find_links(document.body, document.url)
        known = _known(ctx)
        if not links:
            raise FormatError(_shows_nothing(page.host, len(known)))
    except (FetchError, FormatError) as error:
        with ctx.engine.begin() as conn:
            health.note_failure(conn, NAME, ctx.now, error.said)  # now, because the digests of this run tell it
        watched.result.failed.append(Failure(NAME, error.said))
        watched.notices.append(say("page of orders not read: {why}; newer orders may be missing", why=error.said))
        return watched
    watched.result.documents, watched.result.data_as_of = 1, document.fetched_at
    known = _note_new(ctx, known, links)
    _read_waiting(ctx, page, known, links, watched)
    return watched


def _shows_nothing(host: str, before: int) -> Text:
    """Say that no document is to be seen, and how many were."""
    if before:
        return say(
            "the page of orders ({host}) shows no order document; it listed {count} before: its shape or its address "
            "changed. Look at it, set orders.page_url, and import new orders by hand",
            host=host,
            count=before,
        )
    return say(
        "the page of orders ({host}) shows no order document: its shape or its address changed. Look at it, set "
        "orders.page_url, and import new orders by hand",
        host=host,
    )


def seen_documents(conn: Connection) -> dict[str, Seen]:
    """Return every document of the page ever seen, by address."""
    found = health.load_health(conn).get(NAME)
    rows: Mapping[str, Any] = (found.detail or {}).get("documents", {}) if found else {}
    return {url: Seen(url=url, **row) for url, row in rows.items()}


def open_documents(conn: Connection) -> tuple[Seen, ...]:
    """Return the documents that were noticed and are not compared with the portfolio yet, oldest notice first.

    One that was imported by hand meanwhile is done.
    """
    held = {one.sha256.partition(":")[0] for one in orders.list_lists(conn)}
    found = (one for one in seen_documents(conn).values() if one.state in OPEN and one.sha256 not in held)
    return tuple(sorted(found, key=lambda one: (one.noticed, one.url)))


def failure_of(conn: Connection) -> tuple[datetime, str | Text] | None:
    """Return when and why the page could not be read, None when the last reading was good or none was tried."""
    found = health.load_health(conn).get(NAME)
    if found is None or found.last_error_at is None or found.last_error is None:
        return None
    return (
        None
        if found.last_ok_at and found.last_ok_at >= found.last_error_at
        else (found.last_error_at, found.why or found.last_error)
    )


def _known(ctx: Context) -> dict[str, Seen]:
    with reading(ctx.engine) as conn:
        return seen_documents(conn)


def _save(conn: Connection, ctx: Context, known: Mapping[str, Seen]) -> None:
    """Write what was seen; the page did answer."""
    rows = {url: {k: v for k, v in asdict(one).items() if k != "url"} for url, one in known.items()}
    health.note_ok(conn, NAME, ctx.now, None, {"documents": rows})


def _note_new(ctx: Context, known: dict[str, Seen], links: Iterable[OrderLink]) -> dict[str, Seen]:
    """Remember every new link before anything is done about it."""
    moment = ctx.now.isoformat()
    new = {
        link.url: Seen(link.url, link.title, link.date.isoformat() if link.date else None, moment)
        for link in links
        if link.url not in known
    }
    known = {**known, **new}
    with ctx.engine.begin() as conn:
        _save(conn, ctx, known)
    return known


def _read_waiting(
    ctx: Context, page: OrderPage, known: dict[str, Seen], links: Iterable[OrderLink], watched: Watched
) -> None:
    """Download and import what waits, the least tried first; documents that left the page are left alone."""
    there = {link.url: link for link in links}
    waiting = sorted((one for one in known.values() if one.state == WAITING), key=lambda one: one.attempts)
    for position, one in enumerate(waiting):
        ctx.progress(N_("reading new orders"), position, len(waiting))
        if position >= MOST_AT_ONCE:
            more = len(waiting) - position
            watched.notices.append(say("{count} more documents of the page wait for the next run", count=more))
            return
        link = there.get(one.url) or OrderLink(one.url, one.title, date.fromisoformat(one.date) if one.date else None)
        after, imported = _read_one(ctx, page, one, link, known)
        known[one.url] = after
        watched.stored = watched.stored or imported
        watched.result.documents += 1
        line = _notice(after)
        if line:
            watched.notices.append(line)


def _read_one(
    ctx: Context, page: OrderPage, one: Seen, link: OrderLink, known: Mapping[str, Seen]
) -> tuple[Seen, bool]:
    """Download one document and import it; return what is to be remembered of it, and whether a list was stored."""
    try:
        path = page.download(link, _folder(ctx)) if page.is_own(link) else None
    except (FetchError, FormatError, StoreError) as error:
        tried = one.attempts + 1
        state = BY_HAND if tried >= GIVE_UP or isinstance(error, FormatError) else WAITING
        return _remembered(ctx, known, _noted(replace(one, attempts=tried), state, error.said)), False
    if path is None:
        elsewhere = say("it lies on another host, where nothing is fetched")
        return _remembered(ctx, known, _noted(one, BY_HAND, elsewhere)), False
    one = replace(one, file=str(path), attempts=one.attempts + 1)
    try:
        file = read_order(path, registry=ctx.registry)
    except (FormatError, UsageError) as error:
        return _remembered(ctx, known, _noted(one, BY_HAND, error.said)), False
    with ctx.engine.begin() as conn:
        after = _import(conn, ctx, replace(one, sha256=file.sha256), file)
        _save(conn, ctx, {**known, one.url: after})
    return after, after.state == IMPORTED


def _noted(one: Seen, state: str, why: str | Text) -> Seen:
    """Return a document with its new state and why."""
    return replace(one, state=state, note=str(why), said=why.to_json() if isinstance(why, Text) else None)


def _remembered(ctx: Context, known: Mapping[str, Seen], one: Seen) -> Seen:
    with ctx.engine.begin() as conn:
        _save(conn, ctx, {**known, one.url: one})
    return one


def _import(conn: Connection, ctx: Context, one: Seen, file: OrderFile) -> Seen:
    """Store the list of a downloaded file as unreviewed, unless a person must decide."""
    lists = orders.list_lists(conn)
    if any(held.sha256.partition(":")[0] == file.sha256 for held in lists):
        return replace(one, state=HELD)
    if not file.numbers:
        scanned = bool(file.pages_without_text)
        if scanned:
            return _noted(one, BY_HAND, say("it has pages without text; read them with --ocr"))
        return _noted(one, NO_ORDER, say("it lists no serial numbers"))
    given = _given(ctx, one, file)
    try:
        order = identify(file, given, ctx.registry, lists)
        judged = checked(file, given, lists)
    except UsageError as error:
        return _noted(one, BY_HAND, without_file(error.said))
    if any(held.order_id == order.order_id and held.superseded_by is None for held in lists):
        loaded = say("a list of order {order} is loaded already; replace it by hand", order=order.order_id)
        return _noted(one, BY_HAND, loaded)
    store(conn, order, file, judged, given, ctx.now)
    count = f"{len(file.numbers):,}"
    return _noted(one, IMPORTED, say("{count} numbers read, order {order}", count=count, order=order.order_id))


def _given(ctx: Context, one: Seen, file: OrderFile) -> Given:
    """Let the page's own words tell what the document does not; an order nobody named yet gets an id of ours."""
    told = read_facts([(None, one.title)], ctx.registry)
    kind = file.type or told.type
    day = file.date.isoformat() if file.date else one.date
    order_id = None
    if kind and day and file.order_id is None and known_id(kind, day, ctx.registry) is None:
        order_id = new_id(kind, day, ctx.registry)
    return Given(order_id, None if file.type else kind, None if file.date else day, source_url=one.url)


def _folder(ctx: Context) -> Path:
    """Where the documents stay, for the operator to look at."""
    folder = download_folder(ctx) / "orders"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _notice(one: Seen) -> Text | None:
    """Tell the operator what became of a document and what to do."""
    if one.state == HELD:
        return None
    return say("new document on the page of orders: {title}: {news}", title=one.title, news=_news(one))


def _news(one: Seen) -> str | Text | None:
    """Say what became of a document."""
    if one.state == NO_ORDER:
        return one.why
    command = f"tmwatch orders import {path_text(Path(one.file)) if one.file else 'FILE'}"
    if one.state == IMPORTED:
        return say("{why}, not reviewed; look at it, then: {command} --reviewed", why=one.why, command=command)
    if one.state == WAITING:
        return say("not read yet ({why}); the next run tries again: {url}", why=one.why, url=one.url)
    if one.file:
        return say("{why}; import it by hand: {command}", why=one.why, command=command)
    return say("{why}; import it by hand (download {url}): {command}", why=one.why, url=one.url, command=command)


__all__ = ["NAME", "Seen", "Watched", "failure_of", "look", "mark_of", "open_documents", "seen_documents"]
