"""Rows of portfolio and clients files -> watches and clients, with one line for each thing that is wrong.

Nothing is decided here about taking or refusing a file: a `Portfolio` holds what is good beside what is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tmwatch import case_numbers, portfolio_cells, reading
from tmwatch.errors import PortfolioError
from tmwatch.portfolio import Client, Watch
from tmwatch.portfolio_columns import CLIENTS, PORTFOLIO, Columns, columns
from tmwatch.portfolio_words import placed, twice, wrong_header
from tmwatch.text import Text, say

NO_CLIENT = "default"  # the client of rows that name none

Reader = Callable[[object], Any]

_WATCH_CELLS: Mapping[str, Reader] = {
    "brand": portfolio_cells.text,
    "marketplaces": portfolio_cells.marketplaces,
    "brand_registry_id": portfolio_cells.text,
    "brand_registry_status": portfolio_cells.registry_status,
    "enrolled_with_this_mark": portfolio_cells.yes_no,
    "asins": portfolio_cells.whole_number,
    "currency": portfolio_cells.currency,
    "reference": portfolio_cells.text,
    "owner_expected": portfolio_cells.text,
    "attorney_expected": portfolio_cells.text,
    "correspondents_expected": portfolio_cells.correspondents,
    "notes": portfolio_cells.text,
}
_CLIENT_CELLS: Mapping[str, Reader] = {
    "emails": portfolio_cells.emails,
    "language": reading.language,
    "timezone": reading.timezone,
    "send_at": reading.clock_time,
    "frequency": lambda value: reading.choice(value, reading.FREQUENCIES),
    "min_severity": lambda value: reading.choice(value, reading.SEVERITIES),
    "channels": portfolio_cells.channels,
    "reply_to": reading.email,
    "sender_name": portfolio_cells.text,
}
_NUMBERS: Mapping[str, Callable[[object], case_numbers.CaseNumber]] = {
    "serial_number": case_numbers.serial_number,
    "registration_number": case_numbers.registration_number,
    "number": case_numbers.case_number,
}


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file as read: header and rows of cells (text, number, boolean, date or None) with their row numbers. `name` is
    the file as the user knows it."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[object, ...]], ...]
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What files said: good watches, clients by name with the place of their first word, problems and notes.

    `whole` names the clients of a clients file: it says all about them, a portfolio only what its columns have.
    """

    watches: tuple[Watch, ...] = ()
    clients: Mapping[str, Client] | None = None
    places: Mapping[str, Text] | None = None  # client -> "FILE row N"
    problems: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    refused: int = 0  # rows that are not in `watches`
    whole: frozenset[str] = frozenset()


def read_watches(table: RawTable, client: str | None = None) -> Portfolio:
    """Read a portfolio; `client` is whose rows are that name none. PortfolioError when the header is no header."""
    found = _columns(table, PORTFOLIO)
    if not {"serial_number", "registration_number", "number"} & found.places.keys():
        raise wrong_header(table.name, table.header, say("serial_number or registration_number"), PORTFOLIO)
    problems = list(found.problems)
    watches: dict[tuple[str, str, str], tuple[int, Watch]] = {}
    clients: dict[str, Client] = {}
    places: dict[str, Text] = {}
    notes = [*table.notes, *(placed(table.name, hint) for hint in found.unknown)]
    refused = 0
    for number, row in table.rows:
        cells = _cells(row, found)
        watch, wrong, said = _watch(cells, client)
        owner, more = _client(cells, watch.client, ("emails", "language", "channels"))
        wrong += more
        key = (watch.number, watch.client.casefold(), watch.brand.casefold())
        if not wrong and key in watches:
            wrong.append(twice(watch, watches[key][0]))
        place = say("row {row}", row=number)
        if not wrong:
            wrong.extend(_agree(owner, place, clients, places))
        problems.extend(placed(place, line) for line in wrong)
        notes.extend(placed(place, line) for line in said)
        if wrong:
            refused += 1
        else:
            watches[key] = (number, watch)
    _need_rows(table, found)
    kept = tuple(watch for _, watch in watches.values())
    return Portfolio(kept, clients, places, tuple(problems), tuple(notes), refused)


def read_clients(table: RawTable) -> Portfolio:
    """Read a clients file (no watches). PortfolioError when it has no client column."""
    found = _columns(table, CLIENTS)
    if "client" not in found.places:
        raise wrong_header(table.name, table.header, "client", CLIENTS)
    problems = [placed(table.name, line) for line in found.problems]
    clients: dict[str, Client] = {}
    places: dict[str, Text] = {}
    rows: dict[str, int] = {}
    refused = 0
    for number, row in table.rows:
        cells = _cells(row, found)
        name = portfolio_cells.text(cells.get("client"))
        owner, wrong = _client(cells, name, tuple(_CLIENT_CELLS))
        if not name:
            wrong.append(say("client is empty"))
        elif name in clients:
            wrong.append(say("client {client} stands in row {row} already", client=repr(name), row=rows[name]))
        place = say("{file} row {row}", file=table.name, row=number)
        problems.extend(placed(place, line) for line in wrong)
        if wrong:
            refused += 1
        else:
            clients[name], places[name], rows[name] = owner, place, number
    notes = (*table.notes, *(placed(table.name, hint) for hint in found.unknown))
    return Portfolio((), clients, places, tuple(problems), notes, refused, frozenset(clients))


def joined(portfolio: Portfolio, clients: Portfolio) -> Portfolio:
    """Join a portfolio with its clients file; where both speak of a client they must agree."""
    known = dict(clients.clients or {})
    places = dict(clients.places or {})
    problems = [*clients.problems, *portfolio.problems]
    for name, owner in (portfolio.clients or {}).items():
        place = (portfolio.places or {})[name]
        problems.extend(placed(place, line) for line in _agree(owner, place, known, places))
    notes = (*portfolio.notes, *clients.notes)
    refused = portfolio.refused + clients.refused
    return Portfolio(portfolio.watches, known, places, tuple(problems), notes, refused, clients.whole)


def renewed(stored: Client | None, said: Client, whole: bool) -> Client:
    """Return a client as she is after an import: a clients file says all, a portfolio changes what it speaks of."""
    if stored is None or whole:
        return said
    spoken = {name: value for name in _CLIENT_CELLS if (value := getattr(said, name))}
    return replace(stored, **spoken)


def _columns(table: RawTable, known: Mapping[str, tuple[str, ...]]) -> Columns:
    """Read the header of a file, which must have one."""
    if not table.header and not table.rows:
        raise PortfolioError(say("{file} is empty; it needs a header row and a row for each mark", file=table.name))
    return columns(table.header, known)


def _need_rows(table: RawTable, found: Columns) -> None:
    """Refuse a file that has a header and nothing below it."""
    if not table.rows and found.places:
        raise PortfolioError(say("{file} has a header but no rows below it", file=table.name))


def _cells(row: tuple[object, ...], found: Columns) -> dict[str, object]:
    """Return the filled cells of a row by field."""
    cells = {field: row[at] for field, at in found.places.items() if at < len(row)}
    return {field: cell for field, cell in cells.items() if portfolio_cells.text(cell)}


def _watch(cells: Mapping[str, object], client: str | None) -> tuple[Watch, list[Text], list[Text]]:
    """Read one row: the watch, what is wrong, and what was put right."""
    values: dict[str, Any] = {}
    wrong: list[Text] = []
    notes: list[Text] = []
    for field, number_reader in _NUMBERS.items():
        if field in cells:
            read = _try(number_reader, field, cells[field], wrong)
            if read is not None:
                _take_number(read, cells[field], values, wrong, notes)
    if not any(field in cells for field in _NUMBERS):
        wrong.append(say("needs a serial_number or a registration_number"))
    for field, reader in _WATCH_CELLS.items():
        if field in cells:
            values[field] = _try(reader, field, cells[field], wrong)
    if "revenue_30d" in cells:
        _take_revenue(cells["revenue_30d"], values, wrong)
    name = portfolio_cells.text(cells.get("client")) or client or NO_CLIENT
    return Watch(client=name, brand=values.pop("brand", None) or "", **values), wrong, notes


def _take_number(
    read: case_numbers.CaseNumber, cell: object, values: dict[str, Any], wrong: list[Text], notes: list[Text]
) -> None:
    """Put a number into `values`; a second one of the same kind must be the same."""
    for field, number in (("serial_number", read.serial_number), ("registration_number", read.registration_number)):
        if number and values.setdefault(field, number) != number:
            wrong.append(
                say(
                    "gives two different values of {field}: {one} and {other}",
                    field=field,
                    one=values[field],
                    other=number,
                )
            )
    if read.restored:
        notes.append(
            say(
                "registration number {typed} read as {number} (lost zeros)",
                typed=portfolio_cells.text(cell),
                number=read.registration_number,
            )
        )


def _take_revenue(cell: object, values: dict[str, Any], wrong: list[Text]) -> None:
    """Read the amount; a currency written with it must agree with the column."""
    read = _try(portfolio_cells.amount, "revenue_30d", cell, wrong)
    if read is None:
        return
    values["revenue_30d"], sign = read
    if sign and (values.setdefault("currency", sign) or sign) != sign:
        wrong.append(say("revenue_30d is in {sign} but currency says {other}", sign=sign, other=values["currency"]))


def _client(cells: Mapping[str, object], name: str, fields: tuple[str, ...]) -> tuple[Client, list[Text]]:
    """Read what a row says about its client."""
    wrong: list[Text] = []
    values = {field: _try(_CLIENT_CELLS[field], field, cells[field], wrong) for field in fields if field in cells}
    owner = Client(client=name, **{field: value for field, value in values.items() if value is not None})
    if owner.send_at and owner.timezone and not wrong:
        warning = reading.night_hour_warning(owner.send_at, owner.timezone)
        wrong.extend([placed("send_at", warning)] if warning else [])
    return owner, wrong


def _try(reader: Reader, field: str, cell: object, wrong: list[Text]) -> Any:
    """Read a cell; None, and a line in `wrong`, when it cannot be read."""
    try:
        return reader(cell)
    except ValueError as error:
        wrong.append(placed(field, reading.said_by(error)))
        return None


def _agree(owner: Client, place: Text, known: dict[str, Client], places: dict[str, Text]) -> list[Text]:
    """Take what a place says about a client; return a line for each thing another place says otherwise."""
    if owner.client not in known:
        known[owner.client], places[owner.client] = owner, place
        return []
    wrong = []
    for field in ("emails", "language", "channels"):
        mine, theirs = getattr(owner, field), getattr(known[owner.client], field)
        if mine and theirs and (set(mine) != set(theirs) if field != "language" else mine != theirs):
            wrong.append(
                say(
                    "says otherwise about the {field} of {client} than {place}",
                    field=field,
                    client=repr(owner.client),
                    place=places[owner.client],
                )
            )
        elif mine and not theirs:
            known[owner.client] = replace(known[owner.client], **{field: mine})
            places[owner.client] = place
    return wrong
