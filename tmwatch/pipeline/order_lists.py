"""One order's file on its way into the database: which order it is, whether its count is right, and what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as Day
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.errors import UsageError
from tmwatch.sanctions import Order, Registry
from tmwatch.sources.order_ocr import METHOD as OCR
from tmwatch.sources.order_text import accept_it
from tmwatch.sources.orders import OrderFile, Verdict, verdict
from tmwatch.store import orders
from tmwatch.store.orders import OrderList, OrderNumber
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

# The types of orders that list marks, with the word that ends an id made up for one.
TYPES = {
    "show_cause": "OSC",
    "supplemental_show_cause": "SUPP-OSC",
    "supplemental_show_cause_and_notice_of_reconsideration": "SUPP-RECONSID-OSC",
    "consolidated_show_cause_and_notice_of_reconsideration": "CONSOL-OSC",
    "order_reconsidering_registration_decisions": "RECONSID",
    "final_sanctions": "FINAL",
}
_PAGE_RUNS = 12  # so many pages or runs of pages are named


@dataclass(frozen=True, slots=True)
class Given:
    """What is said about a file beside its own text. `date` is a day, month or year; `expected` a count of numbers;
    `accept` takes a count that is off; `reviewed`: a person has checked the list."""

    order_id: str | None = None
    type: str | None = None
    date: str | None = None
    response_due: Day | None = None
    expected: int | None = None
    accept: bool = False
    reviewed: bool = False
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing did. `state`: new | corrected (an older list was replaced, and stays as history) | reviewed (only
    the check by a person is new) | again (nothing changed). `missing`: numbers of the `replaced` list that are gone."""

    state: str
    replaced: OrderList | None = None
    missing: int = 0


def mark_of(file: OrderFile) -> str:
    """Return what tells one reading of a file from another: its hash, and whether pictures of pages were read."""
    return f"{file.sha256}:{OCR}" if any(one.method == OCR for one in file.numbers) else file.sha256


def held_list(file: OrderFile, lists: Sequence[OrderList]) -> OrderList | None:
    """Return the list in force that was read from this very file."""
    return next((one for one in lists if one.superseded_by is None and one.sha256 == mark_of(file)), None)


def identify(file: OrderFile, given: Given, registry: Registry, lists: Sequence[OrderList]) -> Order:
    """Return the order a file belongs to, from what is given, the registry and the file's own text, in this order.

    UsageError names the options that are missing.
    """
    same = [one.order_id for one in lists if one.sha256.partition(":")[0] == file.sha256]
    day = given.date or (file.date.isoformat() if file.date else None)
    order_id = given.order_id or next(reversed(same), None) or file.order_id
    order_id = order_id or known_id(given.type or file.type, day, registry)
    known = registry.order(order_id) if order_id else None
    kind = given.type or (known.type if known else None) or file.type
    written = given.date or (known.date if known else None) or day
    if order_id is None or kind is None or not written:
        raise _refused(file, _missing(order_id, kind, written))
    if kind not in TYPES:
        raise _refused(
            file,
            say("{order} is a decision about a practitioner, which lists no marks ({type})", order=order_id, type=kind),
        )
    stated = next(iter(file.counts), None)
    base = known or Order(order_id, written, kind, confidence="H" if given.reviewed else "M")
    return replace(
        base,
        date=written,
        type=kind,
        affected_count=base.affected_count or (stated.count if stated else None),
        count_note=base.count_note or (stated.words if stated else None),
        pages=base.pages or file.pages,
        response_due=given.response_due or base.response_due or file.response_due,
        source_url=base.source_url or given.source_url,
    )


def known_id(kind: str | None, day: str | None, registry: Registry) -> str | None:
    """Return the one known order of this type and day."""
    ids = [order.order_id for order in registry.orders if kind and day and (order.type, order.date) == (kind, day)]
    return ids[0] if len(ids) == 1 else None


def new_id(kind: str, day: str, registry: Registry) -> str:
    """Make up an id for an order that nobody has named yet."""
    wanted = f"USPTO-{day}-{TYPES[kind]}"
    taken = {order.order_id for order in registry.orders}
    return next(one for n in range(1, len(taken) + 2) if (one := wanted if n == 1 else f"{wanted}-{n}") not in taken)


def _missing(order_id: str | None, kind: str | None, day: str | None) -> Text:
    """Say which options are asked for, and what could be read."""
    asked = [
        f"--order-id {f'USPTO-{day}-{TYPES[kind]}' if kind in TYPES and day else 'ID'}" if order_id is None else "",
        "--type TYPE" if kind is None else "",
        "--date DATE" if not day else "",
    ]
    options = " ".join(word for word in asked if word)
    told = say("{seen}; say which order it is: {options}", seen=_seen(kind, day), options=options)
    return say("{told} (TYPE is one of {types})", told=told, types=", ".join(TYPES)) if kind is None else told


def _seen(kind: str | None, day: str | None) -> Text:
    """Say what could be read of type and day."""
    if kind and day:
        return say("the file reads as {type} of {day}, which is no known order", type=kind, day=day)
    if kind or day:
        return say("the file reads as {what}, which is no known order", what=kind or day)
    return say("neither the file nor the registry tells")


def checked(file: OrderFile, given: Given, lists: Sequence[OrderList]) -> Verdict:
    """Compare the count; UsageError when it is off and neither accepted now nor stored before. Nothing is written."""
    judged = verdict(file, given.expected)
    if judged.ok or (file.numbers and (given.accept or held_list(file, lists) is not None)):
        return judged
    if file.numbers:
        told = say("{verdict}: --accept", verdict=accept_it(judged.said))
    else:
        told = say("{verdict}; nothing was stored", verdict=judged.said)
    if file.pages_without_text:
        pages = pages_text(file.pages_without_text)
        told = say("{told}; {pages} without text: --ocr may read them", told=told, pages=pages)
    raise _refused(file, told)


def _refused(file: OrderFile, problem: Text) -> UsageError:
    """Return the error about a file."""
    return UsageError(say("{file}: {problem}", file=file.name, problem=problem))


def without_file(said: str | Text) -> str | Text:
    """Return what an error of `identify` or `checked` says, without the file's name before it."""
    values = dict(said.values) if isinstance(said, Text) else {}
    problem = values.get("problem")
    return problem if isinstance(problem, Text) else said


def pages_text(pages: Sequence[int]) -> Text:
    """Return `page 3` or `pages 3, 7-9 and 4 more`."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    shown = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in runs[:_PAGE_RUNS])
    left = sum(last - first + 1 for first, last in runs[_PAGE_RUNS:])
    if len(set(pages)) == 1:
        return say("page {pages}", pages=shown)
    return (
        say("pages {pages} and {left} more", pages=shown, left=f"{left:,}")
        if left
        else say("pages {pages}", pages=shown)
    )


def store(conn: Connection, order: Order, file: OrderFile, judged: Verdict, given: Given, now: datetime) -> Stored:
    """Write order and list within the caller's transaction; a list in force before is superseded and stays."""
    before = next((one for one in orders.list_lists(conn, order.order_id) if one.superseded_by is None), None)
    if order not in orders.load_orders(conn):
        orders.save_order(conn, order, now)
    one = OrderList(
        order_id=order.order_id,
        file_name=Path(file.name).name,
        sha256=mark_of(file),
        method=OCR if any(number.method == OCR for number in file.numbers) else file.method,
        found_count=len(file.numbers),
        stated_count=judged.compared_with.count if judged.compared_with and file.counts else None,
        expected_count=given.expected,
        duplicates=len(file.duplicates),
        pages=file.pages,
        pages_without_text=file.pages_without_text,
        reviewed=given.reviewed,
    )
    numbers = [OrderNumber(number.number, number.kind, number.page, number.method) for number in file.numbers]
    listed = {(number.kind, number.number) for number in numbers}
    missing = len(orders.numbers_of(conn, before.id) - listed) if before is not None and before.id is not None else 0
    saved = orders.save_list(conn, one, numbers, now)
    newly = orders.mark_reviewed(conn, order.order_id, now) if given.reviewed else 0
    if saved is None:
        return Stored("reviewed" if newly else "again")
    return Stored("corrected" if before else "new", before, missing)


def path_text(path: Path) -> str:
    """Return a path as it can be typed in a shell."""
    text = str(path)
    return f"'{text}'" if " " in text else text
