"""Finding serial and registration numbers in the text of an order, and nothing that only looks like one.

A serial number is two digits 60-99 followed by six, written 97123456, 97/123,456, 97-123456 or 97 123 456; a number of
seven digits is a registration number. Dates, phones, page, docket, account and citation numbers are left alone. No real
exhibit page has been seen: the layouts this was tried on are synthetic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

SERIAL, REGISTRATION = "serial", "registration"

_SERIAL = re.compile(r"(?<!\d)([6-9]\d)(?:(\d{6})|[/-](\d{3}),?(\d{3}))(?!\d)")
_REGISTRATION = re.compile(r"(?<!\d)(\d{7})(?!\d)")
_COMMA_REGISTRATION = re.compile(r"(?<![\d,.])(\d),(\d{3}),(\d{3})(?![\d,])")
_SPACED_RUN = re.compile(r"(?<![\w@.,/+$-])\d+(?:[ \u00a0]\d+)+(?![\w@,/-]|\.\d)")
_REGISTRATION_COLUMN = re.compile(r"\breg(?:istration|\.)?s?\s*(?:nos?\b|numbers?|#)", re.IGNORECASE)

_WHOLE = r"(?<!\d)(?:\d{7,8}|\d{2}[/-]\d{3},?\d{3}|\d,\d{3},\d{3})"
# A word before a number takes it away from the list, but marks bear such words too (SNACK BAR, PHONE): without "No." or
# a colon only the plain words count, and not in capitals, as marks are written.
_LABELS = (
    r"tel|telephone|phone|fax|facsimile|mobile|cell|whatsapp|wechat|qq|zip|postal[ ]code|postcode|docket|bar|account|"
    r"opposition|cancellation|proceeding|patent|invoice|control|receipt|transaction|international[ ]registration|"
    r"int'?l\.?[ ]reg(?:istration|\.)?|ir"
)
_PLAIN_LABELS = (
    r"[Tt]el|[Tt]elephone|[Pp]hone|[Ff]ax|[Ff]acsimile|[Mm]obile|[Cc]all|[Dd]ial|WhatsApp|WeChat|[Dd]ocket|[Pp]atent|"
    r"[Dd]eposit[ ][Aa]ccount"
)
_AS_LABEL = r"(?:\.?[ \t]*(?:nos?\b|numbers?|id\b)[.:\#]*|\.?[ \t]*[:\#])"
_BAD_BEFORE = re.compile(
    rf"""(?: (?i:(?<![A-Za-z])(?:{_LABELS}){_AS_LABEL})[ \t]*[+\d(). -]{{0,16}}$
           | (?<![A-Za-z])(?:{_PLAIN_LABELS})\.?[ \t]*[+\d(). -]{{0,16}}$
           | \+(?:\d[\d(). -]{{0,13}})?$
           | [^\s\d].*(?<!\d)0\d{{2,3}}[ ]$   # an area code behind words; alone at the start of a line it is a counter
           | \(0\d{{3}}\)[- ]?$
           | [@_]$
           | [$€£¥§]\s?$
           | (?<!\d{{8}})(?<=\d)[-./:]$
           | (?<!\bSN)(?<!\bSn)(?<!\bsn)(?<!\bUS)(?<![A-Z]/N)(?<=[A-Za-z])$
           | (?<=[A-Za-z])[-./]$
         )""",
    re.VERBOSE,
)
_GOOD_COMMA_BEFORE = re.compile(rf"(?:{_WHOLE}|[^\d]),$")
_BAD_AFTER = re.compile(
    r"""(?: [A-Za-z_@]
          | [-./:]\d(?!\d{6,7}(?!\d))
          | -[A-Za-z]
          | ,\d(?!(?:\d{6,7}|\d[/-]\d{3},?\d{3}|,\d{3},\d{3})(?!\d))
          | \s?(?:%|ext\.?\s?\d{1,5}\b|(?:US\ )?dollars\b)
        )""",
    re.VERBOSE,
)
_COUNTED_AFTER = re.compile(r"\s+(?:applications|registrations|marks|records|matters|papers|filings|decisions)\b", re.I)

# PDFium writes U+FFFE or U+0002 for a hyphen at the end of a line and may leave the line break out.
_BREAK = r"(?:-[ \t]*\r?\n[ \t]*|[\u00ad\ufffe\x02][ \t]*(?:\r?\n)?[ \t]*|(?<=[/,])[ \t]*\r?\n[ \t]*)"
_MARKED_BREAK = re.compile(
    rf"(?<![\w@.$+/,)-])([6-9]\d(?:[/-]?\d{{0,3}},?\d{{0,3}})){_BREAK}(\d{{1,3}},?\d{{0,3}})(?![\w@/-])"
)
_NUMBER_LINE = re.compile(r"[\d/,\s-]+")
_OPEN_END = re.compile(r"(?<!\S)([6-9]\d[/-]?\d{1,3},?\d{0,2})\s*$")
_CLOSING_START = re.compile(r"^\s*(\d{1,3},?\d{0,3})(?!\S)")
_ENOUGH_TO_BE_A_LIST = 5


@dataclass(frozen=True, slots=True)
class Scanned:
    """A number found in a text: 8 digits (kind serial) or 7 (kind registration)."""

    kind: str
    number: str


def scan(text: str) -> Iterator[Scanned]:
    """Yield the numbers of one page, cell or line: first the serial numbers, then the registration numbers."""
    text = _join_marked(text)
    text = _join_lists(text)
    for found in _SERIAL.finditer(text):
        if _stands_alone(text, found.start(), found.end()):
            yield Scanned(SERIAL, re.sub(r"\D", "", found.group()))
    yield from _spaced(text)
    for found in _REGISTRATION.finditer(text):
        if _stands_alone(text, found.start(), found.end()) and found[1].strip("0"):
            yield Scanned(REGISTRATION, found[1])
    if _REGISTRATION_COLUMN.search(text):
        for found in _COMMA_REGISTRATION.finditer(text):
            counted = _COUNTED_AFTER.match(text, found.end())
            if not counted and _stands_alone(text, found.start(), found.end()):
                yield Scanned(REGISTRATION, "".join(found.groups()))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether what surrounds a number leaves it a number of its own (no phone, date, amount, longer token)."""
    before = text[max(0, start - 48) : start].rsplit("\n", 1)[-1]
    if before.endswith(",") and not _GOOD_COMMA_BEFORE.search(before):
        return False
    return not _BAD_BEFORE.search(before) and not _BAD_AFTER.match(text, end)


def _spaced(text: str) -> Iterator[Scanned]:
    """Yield the serial numbers written 97 123 456. The whole run of groups must read so, after at most one counter."""
    for run in _SPACED_RUN.finditer(text):
        groups = run.group().replace("\u00a0", " ").split(" ")
        numbers, left = _read_groups(groups)
        if numbers and not left and _stands_alone(text, run.start(), run.end()):
            yield from (Scanned(SERIAL, number) for number in numbers)


def _read_groups(groups: list[str]) -> tuple[list[str], list[str]]:
    """Return the spaced serial numbers of a run and the groups that fit nowhere (a counter at the front fits)."""
    numbers: list[str] = []
    left: list[str] = []
    at = 0
    while at < len(groups):
        three = groups[at : at + 3]
        if [len(group) for group in three] == [2, 3, 3] and three[0] >= "60":
            numbers.append("".join(three))
            at += 3
            continue
        if len(groups[at]) not in (7, 8) and not (at == 0 and len(groups[at]) < 6):
            left.append(groups[at])
        at += 1
    return numbers, left


def _join_marked(text: str) -> str:
    """Join a serial number that a hyphen, slash or comma at the end of the line breaks in two."""

    def joined(found: re.Match[str]) -> str:
        """Return the whole number when the two parts make one."""
        digits = re.sub(r"\D", "", found[1] + found[2])
        return f"{digits}\n" if len(digits) == 8 else found.group()

    return _MARKED_BREAK.sub(joined, text)


def _join_lists(text: str) -> str:
    """Join serial numbers broken without a mark between two lines of digits only, on pages that are lists."""
    if len(_SERIAL.findall(text)) < _ENOUGH_TO_BE_A_LIST:
        return text
    lines = text.splitlines()
    for at in range(len(lines) - 1):
        if not (_NUMBER_LINE.fullmatch(lines[at]) and _NUMBER_LINE.fullmatch(lines[at + 1])):
            continue
        end, start = _OPEN_END.search(lines[at]), _CLOSING_START.search(lines[at + 1])
        if end and start and len(digits := re.sub(r"\D", "", end[1] + start[1])) == 8:
            lines[at] = f"{lines[at][: end.start(1)]}{digits}"
            lines[at + 1] = lines[at + 1][start.end(1) :]
    return "\n".join(lines)
