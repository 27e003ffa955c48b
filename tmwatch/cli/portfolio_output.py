"""How the watched marks are shown: rows of a table, JSON, and CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tmwatch.cli.invocation import Invocation
from tmwatch.cli.opening import known_client, open_database
from tmwatch.digest.vocabulary import ANSWERS, ENROLMENTS, coded
from tmwatch.text import say

if TYPE_CHECKING:
    from tmwatch.portfolio import Client, Watch

COLUMNS = (say("number"), say("registration"), say("brand"), say("client"), say("brand registry"), say("this mark"),
           say("marketplaces"), say("reference"))  # fmt: skip
FIELDS = (
    "serial_number",
    "registration_number",
    "brand",
    "client",
    "emails",
    "language",
    "marketplaces",
    "brand_registry_id",
    "brand_registry_status",
    "enrolled_with_this_mark",
    "asins",
    "revenue_30d",
    "currency",
    "reference",
    "owner_expected",
    "attorney_expected",
    "correspondents_expected",
    "notes",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def load(call: Invocation, client: str | None) -> tuple[tuple[Watch, ...], dict[str, Client]]:
    """Return the watched rows of one client or of all, with every client by name; UsageError for an unknown one."""
    from tmwatch.store import portfolio, reading

    with open_database(call.settings) as engine, reading(engine) as conn:
        known_client(conn, client)
        return portfolio.load_watches(conn, client), portfolio.load_clients(conn)


def row(watch: Watch) -> tuple[object, ...]:
    """Return a watch as a row of COLUMNS."""
    return (
        watch.number,
        watch.registration_number,
        watch.brand,
        watch.client,
        coded(ENROLMENTS, watch.brand_registry_status or ""),
        coded(ANSWERS, _word(watch.enrolled_with_this_mark)),
        ";".join(watch.marketplaces),
        watch.reference,
    )


def as_json(watch: Watch, client: Client | None) -> dict[str, Any]:
    """Return a watch with its client's e-mails and language; amounts are text, so that no digit is lost."""
    values = {field: getattr(watch, field, None) for field in FIELDS}
    values["emails"] = list(client.emails) if client else []
    values["language"] = client.language if client else None
    values["revenue_30d"] = None if watch.revenue_30d is None else str(watch.revenue_30d)
    return {field: list(value) if isinstance(value, tuple) else value for field, value in values.items()}


def as_csv(watches: Iterable[Watch], clients: Mapping[str, Client]) -> str:
    """Return the rows as CSV in the portfolio's own columns."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(FIELDS)
    for watch in watches:
        values = as_json(watch, clients.get(watch.client))
        writer.writerow([_cell(values[field]) for field in FIELDS])
    return file.getvalue()


def _cell(value: object) -> str:
    """Return a value as a cell; what a spreadsheet would take for a formula gets a ' before it."""
    if isinstance(value, list):
        value = ";".join(value)
    text = "" if value is None else _word(value) if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _word(value: object) -> str:
    """Return yes, no or nothing."""
    return "" if value is None else "yes" if value else "no"
