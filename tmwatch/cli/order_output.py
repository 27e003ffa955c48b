"""What `tmwatch orders` prints for people. A mark is "named in order X of DATE (page N)"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tmwatch.cli import console
from tmwatch.cli.counts import FINDINGS, LISTED_TWICE, MARKS, MESSAGES, PAGES, SINGLE_NUMBERS, counted, grouped
from tmwatch.digest.vocabulary import CONFIDENCES, MATCHES, METHODS, ORDER_TYPES, SEVERITIES, coded
from tmwatch.text import COMMAS, N_, SEMICOLONS, Text, chain, say

if TYPE_CHECKING:
    from tmwatch.pipeline.order_hits import KnownOrder, Named
    from tmwatch.pipeline.order_import import Imported, NamedMark
    from tmwatch.pipeline.order_watch import Seen
    from tmwatch.sanctions import Order, Registry
    from tmwatch.sources.orders import OrderFile
    from tmwatch.store.orders import OrderList

_MOST_PROBLEMS = 5
SURE = {"H": "high", "M": "medium", "L": "low"}


def say_imported(done: Imported, typed: str) -> None:
    """Print what an import read, stored and found."""
    order, file = done.order, done.file
    named = {"order": order.order_id, "day": order.date, "type": coded(ORDER_TYPES, order.type)}
    head = say("order {order} of {day} ({type})", **named)
    if order.response_due:
        head = say("order {order} of {day} ({type}, answer due {due})", **named, due=order.response_due)
    console.out(say("{file}: {what}", file=file.name, what=head))
    console.out(_counts(file))
    if file.pages_without_text:
        console.out(_without_text(file))
    for problem in file.problems[:_MOST_PROBLEMS]:
        console.err(say("{file}: {what}", file=file.name, what=problem))
    for stated in file.counts[:3]:
        words = say('the order\'s own text says "{words}"', words=stated.words)
        console.out(say("{text} (page {page})", text=words, page=stated.page) if stated.page else words)
    console.out(done.verdict.said)
    console.out(_state(done))
    _say_named(done)
    if not done.reviewed:
        again = f"tmwatch orders import {typed} --reviewed"
        console.out(
            say("no person has checked this list yet, and findings say so; when you have: {command}", command=again)
        )
    opened, queued = counted(done.opened, FINDINGS), counted(done.queued, MESSAGES)
    console.out(say("{findings} opened, {cleared} cleared", findings=opened, cleared=done.cleared))
    console.out(say("{messages} queued, {delivered} delivered", messages=queued, delivered=done.delivered.sent))


def _counts(file: OrderFile) -> Text:
    """Say how many numbers were read, and on how many pages."""
    pages = {one.page for one in file.numbers if one.kind == "serial" and one.page is not None}
    serials = say("{count} distinct serial numbers", count=grouped(len(file.serials)))
    if pages:
        serials = say("{numbers} on {pages}", numbers=serials, pages=counted(len(pages), PAGES))
    text = say(
        "{serials}, {registrations} registration numbers, {twice}",
        serials=serials,
        registrations=grouped(len(file.registrations)),
        twice=counted(len(file.duplicates), LISTED_TWICE),
    )
    read = sum(1 for one in file.numbers if one.method == "ocr")
    return say("{text} ({count} of the numbers read from pictures)", text=text, count=grouped(read)) if read else text


def _without_text(file: OrderFile) -> Text:
    """Name the pages without text."""
    from tmwatch.pipeline.order_lists import pages_text

    return say(
        "{count} without text: {pages}; numbers on them are not read (--ocr reads pictures)",
        count=counted(len(file.pages_without_text), PAGES),
        pages=pages_text(file.pages_without_text),
    )


def _state(done: Imported) -> Text:
    """Say what became of the list."""
    old = done.stored.replaced
    if done.stored.state == "again":
        return say("this list was stored before: nothing changed")
    if done.stored.state == "reviewed":
        return say("this list was stored before; it is marked as reviewed now")
    if old is None:
        return say("the list is stored")
    numbers = say("{count} numbers", count=grouped(old.found_count))
    if done.stored.missing:
        gone = grouped(done.stored.missing)
        numbers = say("{numbers}, {missing} of them not in this one", numbers=numbers, missing=gone)
    file: object = old.file_name
    if old.imported_at:
        file = say("{what} of {date}", what=file, date=old.imported_at.date())
    return say("the list is stored; it replaces {file} ({numbers}), which stays as history", file=file, numbers=numbers)


def _say_named(done: Imported) -> None:
    """Say how many watched marks are named, where, and what is still open to each."""
    from tmwatch.pipeline.order_lists import pages_text

    if not done.named:
        console.out(say("none of your {count} marks is named", count=grouped(done.watched)))
        return
    pages = sorted({page for one in done.named for page in one.pages})
    one_is, many_are = N_("{count} of your {marks} is named"), N_("{count} of your {marks} are named")
    text: Text = say(
        one_is if len(done.named) == 1 else many_are, count=len(done.named), marks=counted(done.watched, MARKS)
    )
    if pages:
        text = say("{text} ({pages})", text=text, pages=pages_text(pages))
    console.word(say("{text}:", text=text), "fail")
    for one in done.named:
        console.out(f"  {console.spoken(_mark_line(one))}")
        for line in _story(one):
            console.out(f"      {console.spoken(line)}")


def _mark_line(one: NamedMark | Named) -> Text:
    """Return number and text of a mark, and whose it is."""
    return say(
        "{number}  {mark}  for {clients}",
        number=one.serial_number,
        mark=one.mark or say("(no record yet)"),
        clients=chain(one.clients, COMMAS),
    )


def _story(named: NamedMark) -> Iterable[Text]:
    """Yield what the findings of one mark say."""
    from tmwatch.sanctions import order_text

    if named.mark is None or not named.findings:
        for hit in named.hits:
            order = order_text(hit.order_id, hit.date, hit.page)
            yield say("number {number} is named in {order}", number=hit.number, order=order)
    if named.mark is None:
        yield say("its record was never read: the owner is told after the next run")
    for finding in named.findings:
        label = finding.severity.label
        yield say(
            "{severity} {rule} {title}: {evidence}",
            severity=coded(SEVERITIES, label, label.upper()),
            rule=finding.rule,
            title=finding.title,
            evidence=finding.evidence,
        )
        due = finding.deadline
        yield say("still open: by {day}", day=due) if due else say("no day to act is known or left")
        yield say("to do: {action}", action=finding.action)


def say_list(known: Sequence[KnownOrder]) -> None:
    """Print the orders known."""
    rows = [
        (
            _day(one.order.date) if one.order.date else say("undated"),
            one.order.order_id,
            coded(ORDER_TYPES, one.order.type),
            f"{one.order.affected_count:,}" if one.order.affected_count else "",
            list_text(one),
            len(one.named) or "",
        )
        for one in known
    ]
    heads = (say("date"), say("order"), say("type"), say("stated"), say("numbers loaded"), say("marks named"))
    console.table(heads, rows)


def _day(day: str) -> Text:
    """Return the day of an order, of which only month or year may be known."""
    return say("{day}", day=day)


def list_text(one: KnownOrder) -> Text:
    """Say whether the numbers of an order are loaded."""
    loaded = one.in_force
    if loaded is None:
        return say("no list ({numbers})", numbers=counted(one.single, SINGLE_NUMBERS)) if one.single else say("no")
    return say("{count}, {state}", count=grouped(loaded.found_count), state=_reviewed(loaded))


def _reviewed(held: OrderList) -> Text:
    """Say whether a person has checked a list."""
    return say("reviewed") if held.reviewed else say("not reviewed yet")


def waiting_text(one: Seen) -> Text:
    """Say what waits on the page of orders."""
    return say(
        "new on the page of orders: {title}: {why} ({file})",
        title=console.clean_line(one.title),
        why=console.recalled(one.why) if one.why else say("not read yet"),
        file=one.file or one.url,
    )


def say_order(one: KnownOrder, registry: Registry) -> None:
    """Print everything about one order."""
    order = one.order
    identities = sum(1 for identity in registry.identities if order.order_id in identity.order_ids)
    lines: list[tuple[Text, object]] = [
        (say("date"), _day(order.date) if order.date else say("not known")),
        (say("type"), coded(ORDER_TYPES, order.type)),
        (say("respondents"), chain(order.respondents, SEMICOLONS) or say("not known")),
        (say("in Chinese"), chain(order.respondents_zh, SEMICOLONS)),
        (say("affected"), _affected(order)),
        (say("pages"), order.pages),
        (say("answer due"), order.response_due),
        (say("source"), order.source_url),
        (say("confidence"), coded(CONFIDENCES, order.confidence, SURE.get(order.confidence))),
        (say("identities"), say("{count} named in it", count=identities)),
        (say("numbers"), list_text(one)),
    ]
    lines += [(say("list"), _provenance(held)) for held in reversed(one.lists)]
    console.out(order.order_id)
    for name, value in (*lines, (say("marks named"), str(len(one.named)))):
        if value:
            console.out(f"  {console.padded(name, 12)} {console.clean_line(value)}")
    for named in sorted(one.named, key=lambda n: ((n.hit.page or 0) if n.hit else 0, n.serial_number)):
        console.out(f"      {console.spoken(_mark_line(named))}")
        percent = round(named.strength * 100)
        why = say("{why}. Strength of the match: {percent} %", why=named.why, percent=percent)
        console.out(f"          {console.spoken(why)}")


def _affected(order: Order) -> object:
    """Return how many applications an order concerns, and in which words it says so."""
    count, note = order.affected_count, order.count_note
    if count and note:
        return say("{count} ({note})", count=count, note=note)
    return say("({note})", note=note) if note else count


def _provenance(held: OrderList) -> object:
    """Say where a list came from and whether it counts."""
    from tmwatch.pipeline.order_lists import pages_text

    read = held.imported_at.date() if held.imported_at else ""
    file = say("{what} of {date}", what=held.file_name, date=read)
    parts = [say("{count} numbers", count=grouped(held.found_count))]
    if held.stated_count:
        parts.append(say("{count} stated", count=grouped(held.stated_count)))
    if held.expected_count:
        parts.append(say("{count} expected", count=grouped(held.expected_count)))
    if held.pages_without_text:
        parts.append(say("{pages} without text", pages=pages_text(held.pages_without_text)))
    told = say(
        "{file} ({method}): {numbers}", file=file, method=coded(METHODS, held.method), numbers=chain(parts, COMMAS)
    )
    state = say("replaced by a later list") if held.superseded_by else _reviewed(held)
    return chain((told, state, f"sha256 {held.sha256[:12]}"), SEMICOLONS)


def say_hits(found: Sequence[Named], registry: Registry) -> None:
    """Print where the portfolio meets the orders."""
    from tmwatch.sanction_match import TIERS

    what = {tier: name for name, tier in reversed(TIERS.items())} | {1: "number"}
    for one in found:
        kind = console.padded(coded(MATCHES, one.match.what if one.match else what[one.tier]), 8)
        line = _mark_line(one)
        text = console.spoken(say("{text}, historical", text=line) if one.historical else line)
        console.word(f"{round(one.strength * 100):>3} %  {kind} {text}", "fail" if one.tier == 1 else "warn")
        console.out(f"       {console.spoken(one.why)}")
    console.out(
        say(
            "{marks} concerned; {orders} orders held, the newest of {day}",
            marks=counted(len({one.serial_number for one in found}), MARKS),
            orders=len(registry.orders),
            day=registry.newest or say("none"),
        )
    )
