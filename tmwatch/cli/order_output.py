"""What `tmwatch orders` prints for people. A mark is "named in order X of DATE (page N)"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tmwatch.cli import console

if TYPE_CHECKING:
    from tmwatch.pipeline.order_hits import KnownOrder, Named
    from tmwatch.pipeline.order_import import Imported, NamedMark
    from tmwatch.pipeline.order_watch import Seen
    from tmwatch.sanctions import Registry
    from tmwatch.sources.orders import OrderFile
    from tmwatch.store.orders import OrderList

_MOST_PROBLEMS = 5


def say_imported(done: Imported, typed: str) -> None:
    """Print what an import read, stored and found."""
    order, file = done.order, done.file
    due = f", answer due {order.response_due}" if order.response_due else ""
    console.out(f"{file.name}: order {order.order_id} of {order.date} ({order.type}{due})")
    console.out(_counts(file))
    if file.pages_without_text:
        console.out(_without_text(file))
    for problem in file.problems[:_MOST_PROBLEMS]:
        console.err(f"{file.name}: {problem}")
    for stated in file.counts[:3]:
        where = f" (page {stated.page})" if stated.page else ""
        console.out(f'the order\'s own text says "{stated.words}"{where}')
    console.out(
        done.verdict.text.removeprefix(f"{file.name}: ").replace("; accept it explicitly to import the list", "")
    )
    console.out(_state(done))
    _say_named(done)
    if not done.reviewed:
        again = f"tmwatch orders import {typed} --reviewed"
        console.out(f"no person has checked this list yet, and findings say so; when you have: {again}")
    console.out(f"{console.counted(done.opened, 'finding')} opened, {done.cleared} cleared")
    console.out(f"{console.counted(done.queued, 'message')} queued, {done.delivered.sent} delivered")


def _counts(file: OrderFile) -> str:
    """Say how many numbers were read, and on how many pages."""
    pages = {one.page for one in file.numbers if one.kind == "serial" and one.page is not None}
    where = f" on {console.counted(len(pages), 'page')}" if pages else ""
    read = sum(1 for one in file.numbers if one.method == "ocr")
    pictures = f" ({read:,} of the numbers read from pictures)" if read else ""
    return (
        f"{len(file.serials):,} distinct serial numbers{where}, {len(file.registrations):,} registration numbers, "
        f"{console.counted(len(file.duplicates), 'number')} listed more than once{pictures}"
    )


def _without_text(file: OrderFile) -> str:
    """Name the pages without text."""
    from tmwatch.pipeline.order_lists import pages_text

    count = len(file.pages_without_text)
    which = pages_text(file.pages_without_text)
    return (
        f"{console.counted(count, 'page')} without text: {which}; numbers on them are not read (--ocr reads pictures)"
    )


def _state(done: Imported) -> str:
    """Say what became of the list."""
    old = done.stored.replaced
    if done.stored.state == "again":
        return "this list was stored before: nothing changed"
    if done.stored.state == "reviewed":
        return "this list was stored before; it is marked as reviewed now"
    if old is None:
        return "the list is stored"
    gone = f", {done.stored.missing:,} of them not in this one" if done.stored.missing else ""
    day = f" of {old.imported_at:%Y-%m-%d}" if old.imported_at else ""
    counts = f"({old.found_count:,} numbers{gone})"
    return f"the list is stored; it replaces {old.file_name}{day} {counts}, which stays as history"


def _say_named(done: Imported) -> None:
    """Say how many watched marks are named, where, and what is still open to each."""
    from tmwatch.pipeline.order_lists import pages_text

    if not done.named:
        console.out(f"none of your {done.watched:,} marks is named")
        return
    pages = sorted({page for one in done.named for page in one.pages})
    where = f" ({pages_text(pages)})" if pages else ""
    verb = "is" if len(done.named) == 1 else "are"
    console.word(f"{len(done.named)} of your {console.counted(done.watched, 'mark')} {verb} named{where}:", "fail")
    for one in done.named:
        console.out(f"  {one.serial_number}  {one.mark or '(no record yet)'}  for {', '.join(one.clients)}")
        for line in _story(one):
            console.out(f"      {line}")


def _story(named: NamedMark) -> Iterable[str]:
    """Yield what the findings of one mark say."""
    from tmwatch.sanctions import order_text

    if named.mark is None or not named.findings:
        for hit in named.hits:
            yield f"number {hit.number} is named in {order_text(hit.order_id, hit.date, hit.page)}"
    if named.mark is None:
        yield "its record was never read: the owner is told after the next run"
    for finding in named.findings:
        yield f"{finding.severity.label.upper()} {finding.rule} {finding.title}: {finding.evidence}"
        yield f"still open: by {finding.deadline}" if finding.deadline else "no day to act is known or left"
        yield f"to do: {finding.action}"


def say_list(known: Sequence[KnownOrder]) -> None:
    """Print the orders known."""
    rows = [
        (
            one.order.date or "undated",
            one.order.order_id,
            one.order.type,
            f"{one.order.affected_count:,}" if one.order.affected_count else "",
            list_text(one),
            len(one.named) or "",
        )
        for one in known
    ]
    console.table(("date", "order", "type", "stated", "numbers loaded", "marks named"), rows)


def list_text(one: KnownOrder) -> str:
    """Say whether the numbers of an order are loaded."""
    loaded = one.in_force
    if loaded is None:
        return f"no list ({console.counted(one.single, 'single number')})" if one.single else "no"
    return f"{loaded.found_count:,}, {'reviewed' if loaded.reviewed else 'not reviewed yet'}"


def waiting_text(one: Seen) -> str:
    """Say what waits on the page of orders."""
    file = one.file or one.url
    return f"new on the page of orders: {console.clean_line(one.title)}: {one.note or 'not read yet'} ({file})"


def say_order(one: KnownOrder, registry: Registry) -> None:
    """Print everything about one order."""
    order = one.order
    lines = [
        ("date", order.date or "not known"),
        ("type", order.type),
        ("respondents", "; ".join(order.respondents) or "not known"),
        ("in Chinese", "; ".join(order.respondents_zh)),
        ("affected", f"{order.affected_count or ''} {f'({order.count_note})' if order.count_note else ''}".strip()),
        ("pages", order.pages or ""),
        ("answer due", order.response_due or ""),
        ("source", order.source_url or ""),
        ("confidence", {"H": "high", "M": "medium", "L": "low"}.get(order.confidence, order.confidence)),
        ("identities", f"{sum(1 for i in registry.identities if order.order_id in i.order_ids)} named in it"),
        ("numbers", list_text(one)),
    ]
    console.out(order.order_id)
    for name, value in lines:
        if value:
            console.out(f"  {name:<12} {console.clean_line(value)}")
    for held in reversed(one.lists):
        console.out(f"  {'list':<12} {_provenance(held)}")
    console.out(f"  {'marks named':<12} {len(one.named)}")
    for named in sorted(one.named, key=lambda n: ((n.hit.page or 0) if n.hit else 0, n.serial_number)):
        console.out(f"      {named.serial_number}  {named.mark or '(no record yet)'}  for {', '.join(named.clients)}")
        console.out(f"          {named.why}. Strength of the match: {round(named.strength * 100)} %")


def _provenance(held: OrderList) -> str:
    """Say where a list came from and whether it counts."""
    from tmwatch.pipeline.order_lists import pages_text

    read = f"{held.imported_at:%Y-%m-%d}" if held.imported_at else ""
    stated = f", {held.stated_count:,} stated" if held.stated_count else ""
    expected = f", {held.expected_count:,} expected" if held.expected_count else ""
    blank = f", {pages_text(held.pages_without_text)} without text" if held.pages_without_text else ""
    state = "replaced by a later list" if held.superseded_by else "reviewed" if held.reviewed else "not reviewed yet"
    return (
        f"{held.file_name} of {read} ({held.method}): {held.found_count:,} numbers{stated}{expected}{blank}; {state}; "
        f"sha256 {held.sha256[:12]}"
    )


def say_hits(found: Sequence[Named], registry: Registry) -> None:
    """Print where the portfolio meets the orders."""
    from tmwatch.sanction_match import TIERS

    what = {tier: name for name, tier in reversed(TIERS.items())} | {1: "number"}
    for one in found:
        kind = one.match.what if one.match else what[one.tier]
        past = ", historical" if one.historical else ""
        head = f"{round(one.strength * 100):>3} %  {kind:<8} {one.serial_number}  {one.mark or '(no record yet)'}"
        console.word(f"{head}  for {', '.join(one.clients)}{past}", "fail" if one.tier == 1 else "warn")
        console.out(f"       {one.why}")
    newest = registry.newest or "none"
    marks = len({one.serial_number for one in found})
    console.out(
        f"{console.counted(marks, 'mark')} concerned; {len(registry.orders)} orders held, the newest of {newest}"
    )
