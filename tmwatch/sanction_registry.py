"""The registry: reviewed package data plus the operator's own additions (config/sanctions.csv)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources

from tmwatch.codes import read_table
from tmwatch.errors import UsageError
from tmwatch.reading import Unfit
from tmwatch.records import CaseFile
from tmwatch.sanction_values import Identity, ListedNumber, Order, OrderHit, Registry
from tmwatch.sanction_words import ROLE_TEXTS
from tmwatch.text import N_, SEMICOLONS, Text, chain, say

ADDITION_COLUMNS = ("kind", "value", "order_id", "role", "source", "note")
IDENTITY_KINDS = ("email", "domain", "firm", "brand", "person", "address")
NUMBER_KINDS = {"serial": 8, "registration": 7}
_NO_NUMBER = {
    "serial": N_("{value} is no serial number of {digits} digits"),
    "registration": N_("{value} is no registration number of {digits} digits"),
}
_LISTS = {
    "emails": "email",
    "domains": "domain",
    "addresses": "address",
    "firms": "firm",
    "brands": "brand",
    "people": "person",
    "attorneys": "person",
    "clients_of_disciplined_attorneys": "firm",
}
_STRENGTHS = {"email": "strong", "domain": "strong", "person": "weak"}


@dataclass(frozen=True, slots=True)
class Additions:
    """What the operator added: identities and numbers, each with an order id and a source."""

    identities: tuple[Identity, ...] = ()
    numbers: tuple[ListedNumber, ...] = ()


@lru_cache(maxsize=8)
def load_registry(
    extra: tuple[Identity, ...] = (),
    extra_orders: tuple[Order, ...] = (),
    extra_numbers: tuple[ListedNumber, ...] = (),
) -> Registry:
    """Return the package's registry with the operator's additions; an order of the same id replaces the package's."""
    text = resources.files("tmwatch").joinpath("data", "sanctioned_parties.json").read_text("utf-8")
    parties = json.loads(text)
    orders = {order.order_id: order for order in (*_package_orders(), *extra_orders)}
    identities = (*_package_identities(parties), *_chinese_respondents(tuple(orders.values())), *extra)
    return Registry(parties["retrieved"], tuple(orders.values()), identities, (*_package_numbers(), *extra_numbers))


def _package_orders() -> tuple[Order, ...]:
    """Read orders.csv."""
    return tuple(
        Order(
            order_id=row["order_id"],
            date=row["date"],
            type=row["type"],
            respondents=_split(row["respondents_en"]),
            respondents_zh=_split(row["respondents_zh"]),
            affected_count=int(row["affected_count"]) if row["affected_count"] else None,
            count_note=row["count_note"] or None,
            pages=int(row["pages"]) if row["pages"] else None,
            response_due=date.fromisoformat(row["response_due"]) if row["response_due"] else None,
            source_url=row["source_url"] or None,
            confidence=row["confidence"],
        )
        for row in read_table("orders.csv")
    )


def _package_identities(parties: dict[str, list[dict[str, object]]]) -> tuple[Identity, ...]:
    """Read every list of sanctioned_parties.json."""
    found: list[Identity] = []
    for name, kind in _LISTS.items():
        for entry in parties[name]:
            ids = entry["order_ids"]
            assert isinstance(ids, list)
            found.append(
                Identity(
                    kind=kind,
                    value=str(entry["name"]),
                    role=str(entry["role"]),
                    order_ids=tuple(str(one) for one in ids),
                    strength=str(entry["match_strength"]),
                    source=str(entry["source_url"]) or None,
                )
            )
    return tuple(found)


def _chinese_respondents(orders: tuple[Order, ...]) -> tuple[Identity, ...]:
    """Make firm identities of the Chinese names of respondents; they are second hand, hence weak."""
    by_name: dict[str, list[Order]] = {}
    for order in orders:
        for name in order.respondents_zh:
            by_name.setdefault(name, []).append(order)
    return tuple(
        Identity("firm", name, "respondent", tuple(o.order_id for o in named), "weak", named[0].source_url)
        for name, named in by_name.items()
    )


def _package_numbers() -> tuple[ListedNumber, ...]:
    """Read known_serials.csv: a row with a serial number, or with a registration number only."""
    return tuple(
        ListedNumber(
            row["order_id"],
            "serial" if row["serial"] else "registration",
            row["serial"] or row["registration"],
            row["source_url"],
            row["where_seen"],
        )
        for row in read_table("known_serials.csv")
    )


def _split(text: str) -> tuple[str, ...]:
    """Split a cell at semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def read_additions(text: str, name: str = "config/sanctions.csv") -> Additions:
    """Read the operator's list from CSV text: a header row of ADDITION_COLUMNS in any order, then one value a row.

    `kind` is email, domain, firm, brand, person, address, serial or registration. `role` is one of the registry's
    roles (empty: respondent); `shared` takes a domain or address that unrelated people use out of the comparison.
    Raises UsageError naming the first rows that cannot be taken.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = [column.strip().lower() for column in reader.fieldnames or ()]
        rows = list(enumerate(reader, start=2))
    except csv.Error as error:
        raise UsageError(
            say(
                "{file}: no valid CSV ({reason}); look for a quotation mark that is not closed",
                file=name,
                reason=str(error),
            )
        ) from error
    unknown, missing = set(header) - set(ADDITION_COLUMNS), {"kind", "value"} - set(header)
    if header and (unknown or missing):
        raise UsageError(
            say(
                "{file}: the header must be {columns}, not {seen}",
                file=name,
                columns=",".join(ADDITION_COLUMNS),
                seen=",".join(header),
            )
        )
    identities: list[Identity] = []
    numbers: list[ListedNumber] = []
    problems: list[Text] = []
    for line, raw in rows:
        row = {str(key).strip().lower(): str(value or "").strip() for key, value in raw.items() if key}
        if not any(row.values()):
            continue
        try:
            added = _addition(row)
        except Unfit as problem:
            problems.append(say("row {row}: {problem}", row=line, problem=problem.said))
            continue
        if isinstance(added, Identity):
            identities.append(added)
        else:
            numbers.append(added)
    if problems:
        raise UsageError(_named(name, problems))
    return Additions(tuple(identities), tuple(numbers))


def _named(name: str, problems: Sequence[Text]) -> Text:
    """Name the first of the rows that cannot be taken."""
    first, more = chain(problems[:3], SEMICOLONS), len(problems) - 3
    if more > 0:
        return say("{file}: {problem} (and {more} more)", file=name, problem=first, more=more)
    return say("{file}: {problem}", file=name, problem=first)


def _addition(row: dict[str, str]) -> Identity | ListedNumber:
    """Read one row; Unfit says what is wrong with it."""
    kind, value, order_id = row["kind"].lower(), row["value"], row.get("order_id", "")
    role = row.get("role", "") or "respondent"
    if role not in ROLE_TEXTS:
        raise Unfit(say("role {value} is none of {choices}", value=repr(role), choices=", ".join(ROLE_TEXTS)))
    if not order_id and role != "shared":
        raise Unfit(say("order_id is empty: name the order in which the value stands"))
    if not value:
        raise Unfit(say("value is empty"))
    if kind in NUMBER_KINDS:
        digits = re.sub(r"[\s/,-]", "", value)
        if not digits.isdecimal() or len(digits) != NUMBER_KINDS[kind]:
            raise Unfit(say(_NO_NUMBER[kind], value=repr(value), digits=NUMBER_KINDS[kind]))
        return ListedNumber(order_id, kind, digits, row.get("source") or None, row.get("note") or None)
    if kind not in IDENTITY_KINDS:
        choices = ", ".join((*IDENTITY_KINDS, *NUMBER_KINDS))
        raise Unfit(say("kind {value} is none of {choices}", value=repr(kind), choices=choices))
    ids = tuple(part.strip() for part in order_id.split(";") if part.strip())
    return Identity(kind, value, role, ids, _STRENGTHS.get(kind, "medium"), row.get("source") or None)


def registry_hits(registry: Registry, mark: CaseFile) -> tuple[OrderHit, ...]:
    """Return the hits of a mark among the single numbers the registry knows without a whole list."""
    own = {("serial", mark.serial_number), ("registration", mark.registration_number)}
    hits = []
    for listed in registry.numbers:
        if (listed.kind, listed.number) in own:
            order = registry.order(listed.order_id)
            hits.append(
                OrderHit(
                    order_id=listed.order_id,
                    type=order.type if order else "",
                    date=order.date if order else "",
                    number=listed.number,
                    page=None,
                    reviewed=True,
                    response_due=order.response_due if order else None,
                    source=listed.source,
                )
            )
    return tuple(hits)
