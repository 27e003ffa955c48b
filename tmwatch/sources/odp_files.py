"""Which files the Open Data Portal lists, which of them are to be fetched, which days are missing. Values only.

Field names of the portal have moved more than once, so its reply is walked for objects with a `fileName`; what counts
is the type "Data" and the name pattern of the product, because documentation and two annual generations are mixed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tmwatch.errors import FormatError
from tmwatch.text import say

DOWNLOADS_A_YEAR = 20  # the same file, one key (USPTO download rules)

_DAILY = {"TRTDXFAP": "apc", "TTABTDXF": "tt", "TRTDXFAG": "asb"}
_ANNUAL = {"TRTYRAP": "apc", "TTABYR": "tt", "TRTYRAG": "asb"}
PRODUCTS = (*_DAILY, *_ANNUAL)


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A data file of a product. `data_date` is the day of a daily file, the last day of an annual one.

    `size` in bytes and `released` (as the portal writes it) are None when it does not tell.
    """

    product: str
    name: str
    data_date: date
    size: int | None = None
    released: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What we know of a file: `state` is todo, done or failed; `asked` counts its downloads of this calendar year."""

    name: str
    state: str
    size: int | None = None
    released: str | None = None
    asked: int = 0
    data_date: date | None = None


@dataclass(frozen=True, slots=True)
class FileToDo:
    """A file to fetch and read. `why`: new, failed (tried before) or reissued (same name, another size or release).

    `blocked`: it was asked for as often as the USPTO allows in a year; it stays to do and is named.
    """

    file: ListedFile
    why: str
    blocked: bool = False


def parse_listing(body: Any, product: str) -> tuple[ListedFile, ...]:
    """Return the data files in the portal's reply, newest first, each name once.

    Of annual products only the generation with the newest end date. FormatError when the reply names no product.
    """
    pattern = _pattern(product)
    objects = tuple(_objects(body))
    if not any("productIdentifier" in one or "fileName" in one for one in objects):
        raise FormatError(
            say(
                "the Open Data Portal's list of {product} has another shape than known: it names no product",
                product=product,
            )
        )
    found: dict[str, ListedFile] = {}
    for one in objects:
        name = one.get("fileName")
        kind = one.get("fileTypeText", "Data")
        match = pattern.fullmatch(name) if isinstance(name, str) and kind == "Data" else None
        day = _day(match[1]) if match else None
        if match and day:
            found.setdefault(match[0], ListedFile(product, match[0], day, _size(one), _released(one)))
    files = sorted(found.values(), key=lambda file: (-file.data_date.toordinal(), file.name))
    if product in _ANNUAL:
        files = [file for file in files if file.data_date == files[0].data_date]
    return tuple(files)


def listed_count(body: Any) -> tuple[int, int | None]:
    """Return how many files a reply holds, data or not, and how many it says there are."""
    objects = tuple(_objects(body))
    names = sum("fileName" in one for one in objects)
    totals = [one["count"] for one in objects if "fileDataBag" in one and isinstance(one.get("count"), int)]
    return names, max(totals, default=None)


def plan(
    listed: Sequence[ListedFile], ledger: Sequence[LedgerRow], since: date | None, today: date
) -> tuple[FileToDo, ...]:
    """Return what is to be fetched, newest first.

    With an empty ledger only the newest file, or all from `since`; later all from the first day the ledger knows (or
    `since`). A file that was read is fetched again only when its size or release differs from what was read. Files
    dated after `today` (New York) are left out: a mistyped name must not become the newest day.
    """
    known = {row.name: row for row in ledger}
    usable = [file for file in listed if file.data_date <= today]
    first = since or _start(usable, ledger)
    todo = []
    for file in sorted(usable, key=lambda one: (-one.data_date.toordinal(), one.name)):
        row = known.get(file.name)
        why = _why(file, row)
        if why is not None and (first is None or file.data_date >= first):
            todo.append(FileToDo(file, why, row is not None and row.asked >= DOWNLOADS_A_YEAR))
    return tuple(todo)


def missing_days(have: Iterable[date], first: date | None = None, last: date | None = None) -> tuple[date, ...]:
    """Return the calendar days without a file between the first and last of `have`, or the days given.

    Daily files come on weekends too, so every gap is one.
    """
    days = set(have)
    begin, end = first or min(days, default=None), last or max(days, default=None)
    if begin is None or end is None:
        return ()
    span = (begin + timedelta(days=n) for n in range((end - begin).days + 1))
    return tuple(day for day in span if day not in days)


def complete_until(read: Iterable[date]) -> date | None:
    """Return the last day of the unbroken run of days that were read, from the earliest on."""
    days = set(read)
    day = min(days, default=None)
    if day is None:
        return None
    while day + timedelta(days=1) in days:
        day += timedelta(days=1)
    return day


def data_day(name: str) -> date | None:
    """Return the data date in the name of any known bulk file, None for other names (files given by hand)."""
    for product in PRODUCTS:
        match = _pattern(product).fullmatch(name.lower().replace(".xml", ".zip"))
        if match:
            return _day(match[1])
    return None


def _why(file: ListedFile, row: LedgerRow | None) -> str | None:
    """Return why a file is to be fetched, None when it was read as it is listed."""
    if row is None:
        return "new"
    if row.state != "done":
        return "failed" if row.state == "failed" else "new"
    pairs = ((file.size, row.size), (file.released, row.released))
    return "reissued" if any(None not in pair and pair[0] != pair[1] for pair in pairs) else None


def _start(usable: Sequence[ListedFile], ledger: Sequence[LedgerRow]) -> date | None:
    """Return the first day to fetch when none is asked: the ledger's first, else the newest listed."""
    seen = [row.data_date or data_day(row.name) for row in ledger]
    dates = [day for day in seen if day is not None]
    if dates:
        return min(dates)
    return max((file.data_date for file in usable), default=None)


def _pattern(product: str) -> re.Pattern[str]:
    """Return the pattern of a product's data file names; group 1 is the data date."""
    if product in _DAILY:
        return re.compile(_DAILY[product] + r"(\d{6})\.zip", re.ASCII)
    return re.compile(_ANNUAL[product] + r"\d{8}-(\d{8})-\d{1,3}\.zip", re.ASCII)


def _day(digits: str) -> date | None:
    """Return YYMMDD or YYYYMMDD as a day, None when it is none."""
    try:
        return datetime.strptime(digits, "%y%m%d" if len(digits) == 6 else "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every JSON object in the reply, however it is nested."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            yield one
            stack.extend(reversed(one.values()))
        elif isinstance(one, list):
            stack.extend(reversed(one))


def _size(one: dict[str, Any]) -> int | None:
    """Return the size in bytes, a number or digits; None when it is not told or is no size."""
    size = one.get("fileSize")
    if isinstance(size, str) and size.isascii() and size.isdigit():
        size = int(size)
    return size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else None


def _released(one: dict[str, Any]) -> str | None:
    """Return when the file was released, whatever the field is called today."""
    for name in ("fileReleaseDate", "fileLastModifiedDateTime", "fileLastModified"):
        text = one.get(name)
        if isinstance(text, str) and text.strip():
            return text.strip()
    return None
