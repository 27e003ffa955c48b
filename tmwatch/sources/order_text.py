"""What an order's own text says of it: type, date, day to answer, and how many numbers its list should have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime

from tmwatch.sanction_values import Registry
from tmwatch.text import Text, say

TOLERANCE = 0.01
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = rf"(?:{_MONTHS})\s+\d{{1,2}},?\s+\d{{4}}"
_ANY_DATE = re.compile(_DATE, re.IGNORECASE)
_LABELLED_DATE = re.compile(
    rf"\b(?:dated?|issued?|mailed|signed|entered)\b[^\w]{{0,4}}(?:on\s+)?({_DATE})", re.IGNORECASE
)
_DUE = re.compile(
    rf"(?:respon\w+|answer|reply|submi\w+)[^.]{{0,160}}?\b(?:by|before|no later than|on or before|due)\s+"
    rf"(?:[\d:]+\s*[ap]\.?m\.?[^.]{{0,30}}?\bon\s+)?({_DATE})",
    re.IGNORECASE,
)
_TYPES = (
    ("consolidated_show_cause_and_notice_of_reconsideration",
     r"CONSOLIDATED (?:ORDER TO )?SHOW CAUSE(?: ORDER)?.{0,40}RECONSIDERATION"),
    ("supplemental_show_cause_and_notice_of_reconsideration",
     r"SUPPLEMENTAL (?:ORDER TO )?SHOW CAUSE(?: ORDER)?.{0,40}RECONSIDERATION"),
    ("supplemental_show_cause", r"SUPPLEMENTAL (?:ORDER TO )?SHOW CAUSE"),
    ("order_reconsidering_registration_decisions", r"ORDERS? RECONSIDERING"),
    ("final_sanctions", r"(?:FINAL )?ORDERS? (?:FOR|IMPOSING|OF) SANCTIONS|FINAL ORDER"),
    ("show_cause", r"ORDER TO SHOW CAUSE|SHOW CAUSE ORDER"),
)  # fmt: skip
_COUNT = re.compile(
    r"(?:(more than|over|in excess of|at least|approximately|about|nearly|almost|around)\s+)?"
    r"(?<![\d,.$/-])(\d{1,3}(?:,\d{3})+|\d{3,6})\s+"
    r"(?:(?:trademark|distinct|unique|pending|live|active|affected|U\.?S\.?|listed|such)\s+){0,3}"
    r"(applications?\b(?:\s+and(?:/or)?\s+registrations?)?|registrations?|records?|serial numbers?|marks|matters|"
    r"trademarks|registration decisions|decisions to register)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d{2}")  # "of June 8, 2021 applications ..." states no count
_EXPECTED = "expected {count}"  # in place of words that an order states
_AT_LEAST = frozenset({"more than", "over", "in excess of", "at least"})
_ABOUT = frozenset({"approximately", "about", "nearly", "almost", "around"})


@dataclass(frozen=True, slots=True)
class StatedCount:
    """A count the order's text states: `words` as printed, `lowest` and `highest` what a list may hold to agree."""

    count: int
    words: str
    page: int | None
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What the text says; None where it says nothing plain."""

    order_id: str | None = None
    type: str | None = None
    date: Day | None = None
    response_due: Day | None = None
    counts: tuple[StatedCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the numbers read agree with the count expected or stated; `said` tells it. `ok` False needs the operator
    to accept it."""

    ok: bool
    found: int
    compared_with: StatedCount | None
    said: Text

    @property
    def text(self) -> str:
        """The verdict in English with what to do about it, for programs."""
        return str(self.said if self.ok or not self.found else accept_it(self.said))


def accept_it(said: Text) -> Text:
    """Say what to do about a count that is off."""
    return say("{verdict}; accept it explicitly to import the list", verdict=said)


def read_facts(pages: list[tuple[int | None, str]], registry: Registry) -> OrderFacts:
    """Read the facts from the first pages (`(page number, text)`, exhibits left out) and name the known order."""
    flat = [(number, " ".join(text.split())) for number, text in pages]
    whole = " ".join(text for _, text in flat)
    kind = _type_of(whole)
    day = _issued(whole, kind, registry)
    due = _DUE.search(whole)
    order_id = _order_id(kind, day, registry)
    counts = tuple(count for number, text in flat for count in _counts(number, text))
    return OrderFacts(order_id, kind, day, _day(due[1]) if due else None, counts)


def _type_of(text: str) -> str | None:
    """Return the type whose title stands first in the text; the longer title wins at one place."""
    upper = text.upper()
    found = [
        (match.start(), at, kind) for at, (kind, pattern) in enumerate(_TYPES) if (match := re.search(pattern, upper))
    ]
    return min(found)[2] if found else None


def _issued(text: str, kind: str | None, registry: Registry) -> Day | None:
    """Return the day of the order: one of a known order of this type, else the labelled one, else the only one."""
    days = [day for match in _ANY_DATE.findall(text) if (day := _day(match))]
    known = {order.date for order in registry.orders if order.type == kind}
    for day in days:
        if day.isoformat() in known:
            return day
    labelled = _LABELLED_DATE.search(text)
    if labelled:
        return _day(labelled[1])
    return days[0] if len(set(days)) == 1 else None


def _order_id(kind: str | None, day: Day | None, registry: Registry) -> str | None:
    """Return the one known order of this type and day."""
    ids = [order.order_id for order in registry.orders if day and order.date == day.isoformat() and order.type == kind]
    return ids[0] if len(ids) == 1 else None


def _day(text: str) -> Day | None:
    """Read `August 6, 2025`; None when the day does not exist."""
    try:
        return datetime.strptime(" ".join(text.replace(",", " ").split()), "%B %d %Y").date()  # noqa: DTZ007 - a day
    except ValueError:
        return None


def _counts(page: int | None, text: str) -> list[StatedCount]:
    """Return the counts a page of the body states."""
    found = (match for match in _COUNT.finditer(text) if match[1] or not _YEAR.fullmatch(match[2]))
    return [_stated(int(match[2].replace(",", "")), match, page) for match in found]


def _stated(count: int, found: re.Match[str], page: int | None) -> StatedCount:
    """Give a count its bounds: `more than 52,000` reaches to the next round number, `about` five per cent each way."""
    word = (found[1] or "").lower()
    digits = str(count)
    unit = 10 ** (len(digits) - len(digits.rstrip("0")))
    if word in _AT_LEAST:
        low, high = count, count + unit
    elif word in _ABOUT:
        low, high = round(count * 0.95), round(count * 1.05)
    else:
        low = high = count
    slack = max(1, round(count * TOLERANCE))
    return StatedCount(count, found.group(), page, low - slack, high + slack)


def expected_count(count: int) -> StatedCount:
    """Return the bounds of a count the operator gave."""
    slack = max(1, round(count * TOLERANCE)) if count >= 100 else 0
    return StatedCount(count, _EXPECTED.format(count=f"{count:,}"), None, count - slack, count + slack)


def judge(serials: int, registrations: int, counts: tuple[StatedCount, ...], expected: int | None = None) -> Verdict:
    """Compare what was read with the count expected, else with those stated; one that agrees is enough.

    Serial numbers are counted; an order that lists registrations by their own number agrees by the sum as well.
    """
    against = (expected_count(expected),) if expected is not None else counts
    found = serials or registrations
    if not against:
        nothing = say("{count} numbers read; the order's text states no count to compare with", count=f"{found:,}")
        return Verdict(True, found, None, nothing)
    for stated in against:
        for number in dict.fromkeys((found, serials + registrations)):
            if stated.lowest <= number <= stated.highest:
                agrees = say(
                    "{count} numbers read; this agrees with {stated}", count=f"{number:,}", stated=_quoted(stated)
                )
                return Verdict(True, number, stated, agrees)
    nearest = min(against, key=lambda stated: abs(stated.count - found))
    off = say("{count} numbers read, which is more than 1 % off {stated}", count=f"{found:,}", stated=_quoted(nearest))
    return Verdict(False, found, nearest, off)


def _quoted(stated: StatedCount) -> str | Text:
    """Return the order's own words in quotes, or the count that the operator expects."""
    if stated.words == _EXPECTED.format(count=f"{stated.count:,}"):
        return say("'expected {count}'", count=f"{stated.count:,}")
    return repr(stated.words)
