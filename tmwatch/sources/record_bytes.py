"""Looking at a bulk record without parsing it: patterns of its head and end, and what could hide the end."""

from __future__ import annotations

import re

CLOSE = b"</case-file>"
SERIAL, SERIAL_END = b"<serial-number", b"</serial-number"
NUMBER = re.compile(rb"</serial-number>\s*<registration-number>(\d{7})<")
NOT_HERE, ODD = -1, -2
HEAD = re.compile(
    rb"\s*+(<case-file>)\s*<serial-number>(\d{8})</serial-number>\s*"
    rb"(?:<registration-number>(\d{7})</registration-number>|(?!<registration-number)(?=<))"
)
OPEN = re.compile(rb"\s*+(<case-file(?:\s[^<>]*?)?(/?)>)")
INSIDE = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<case-file[\s/>]|</case-file\s*>|<!--|<!\[|<\?", re.DOTALL
)
GUESS = re.compile(rb"<serial-number>\s*(\d{8})\s*<(?:/serial-number>\s*<registration-number>\s*(\d{7})\s*<)?")
NO_NUMBER = b"0000000"


def plain_end(data: bytes, start: int) -> int:
    """Return where the `</case-file>` of the record stands whose head ends at `start`, NOT_HERE, or ODD when its
    bytes hold markup that may hide the end, or another serial number."""
    end = data.find(CLOSE, start)
    if end < 0:
        return NOT_HERE
    return ODD if hidden_from(data, start, end) < end or data.find(SERIAL, start, end) >= 0 else end


def hidden_from(data: bytes, start: int, end: int) -> int:
    """Return where the first comment, CDATA or processing instruction begins, `end` when there is none before it.

    `!` and `?` are rare and found at memory speed; only where one stands are the two characters searched.
    """
    first = end
    for rare, markup in ((b"!", b"<!"), (b"?", b"<?")):
        if data.find(rare, start, end) >= 0 and (found := data.find(markup, start, end)) >= 0:
            first = min(first, found)
    return first


def number_at(data: bytes, digits: int) -> bytes | None:
    """Return the registration number behind the serial number at `digits`."""
    found = NUMBER.match(data, digits + 8)
    return found and found[1]
