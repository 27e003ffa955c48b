"""The watch pass: cut the records of a daily or annual applications file as bytes and hand out only the watched ones.

A day holds 38,000 records in 530 MB of XML and a portfolio needs a hundred of them, so records are found by searching
for `</case-file>` in large buffers and looking at nothing but the numbers at their head. The short way is taken only
where it is exact: a record with a comment, CDATA, a processing instruction or a second serial number inside, or with
an unusual head, is cut token by token and identified by the strict parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmwatch.errors import FormatError
from tmwatch.sources.bulk_frame import Frame, check_prolog, next_token
from tmwatch.sources.fields import registration_number, serial_number
from tmwatch.sources.record_bytes import (
    CLOSE,
    GUESS,
    HEAD,
    INSIDE,
    NO_NUMBER,
    NOT_HERE,
    ODD,
    OPEN,
    SERIAL_END,
    hidden_from,
    number_at,
    plain_end,
)
from tmwatch.sources.watch_values import CutRecord, SetAside, Totals, Wanted
from tmwatch.sources.xml import parse_xml, text_at
from tmwatch.sources.zipfiles import CHUNK, Readable
from tmwatch.text import say

__all__ = ["MAX_RECORD", "CutRecord", "SetAside", "Totals", "Wanted", "cut_records"]

MAX_RECORD = 64 << 20  # bytes; the largest real record has 11 MB

_LOOKAHEAD = 4096  # more than the head of any record


def cut_records(stream: Readable, wanted: Wanted | None) -> Iterator[CutRecord | SetAside | Totals]:
    """Yield the wanted records (None: all) of an XML stream, then its Totals.

    FormatError when the document is not what it should be or ends early: then nothing of it counts as read.
    """
    yield from _Pass(stream, wanted).run()


class _Pass:
    """One pass over one document; `_data[_at:]` is what was read and not yet used."""

    def __init__(self, stream: Readable, wanted: Wanted | None) -> None:
        """Start before the first byte."""
        self._stream = stream
        self._wanted = wanted
        self._data = b""
        self._at = 0
        self._ended = False
        self._frame = Frame()
        self._groups: dict[str, int] = {}
        self._selected = 0
        self._set_aside = 0

    def run(self) -> Iterator[CutRecord | SetAside | Totals]:
        """Read prolog, frame and records to the end of the document."""
        self._skip_prolog()
        going = True
        while going:
            if self._frame.in_group:
                yield from self._plain_records()
                opened = OPEN.match(self._data, self._at)
                if opened is not None:
                    yield from self._odd_record(opened)
                    continue
            going = self._take_token()
        yield self._totals()

    def _more(self) -> bool:
        """Read on behind what is left; False at the end of the stream. Large records make large steps."""
        if self._ended:
            return False
        rest = self._data[self._at :]
        if len(rest) > MAX_RECORD:
            raise FormatError(
                say(
                    "the daily file is broken: what follows record {count} does not end within {most} MB",
                    count=self._where,
                    most=MAX_RECORD >> 20,
                )
            )
        chunk = self._stream.read(max(CHUNK, len(rest)))
        if not chunk:
            self._ended = True
            return False
        self._data, self._at = rest + chunk, 0
        return True

    @property
    def _where(self) -> str:
        """How many records the pass has seen, for messages."""
        return f"{sum(self._groups.values()):,}"

    def _skip_prolog(self) -> None:
        """Go behind the root's start tag."""
        while (begin := check_prolog(self._data, self._ended)) is None:
            self._more()
        self._at = begin

    def _take_token(self) -> bool:
        """Give one token to the frame; False when document and stream have both ended."""
        token = next_token(self._data, self._at)
        open_ended = token is None or (token.end() == len(self._data) and token["text"] is not None)
        if open_ended and self._more():
            return True
        if token is None:
            if self._at == len(self._data) and self._frame.done:
                return False
            raise FormatError(say("the daily file is cut short or broken after record {count}", count=self._where))
        self._frame.take(token)
        self._at = token.end()
        return True

    def _plain_records(self) -> Iterator[CutRecord]:
        """Yield the wanted ones of a run of records that are what they look like; stop before anything else."""
        group = self._frame.group
        while True:
            head = HEAD.match(self._data, self._at)
            end = NOT_HERE if head is None else plain_end(self._data, head.end())
            if head is None or end == NOT_HERE:
                if (head is not None or len(self._data) - self._at < _LOOKAHEAD) and self._more():
                    continue
                return
            if end == ODD:
                return
            start, serial, number = head.start(1), *head.group(2, 3)
            # Records of one file follow each other in one way: what stands before this serial number is the pattern.
            lead = CLOSE + self._data[self._at : head.start(2)]
            self._at = end + len(CLOSE)
            self._count(group, 1)
            if self._is_wanted(serial, number):
                self._selected += 1
                yield _cut(serial, number, self._data[start : self._at], group)
            if self._wanted is not None:
                self._count(group, self._skip_unwanted(self._wanted, lead))

    def _skip_unwanted(self, wanted: Wanted, lead: bytes) -> int:
        """Go over records that nobody wants as long as each begins with exactly `lead`; return how many.

        One search a record: the next serial number, wherever it stands, so that none can hide in what is skipped.
        What stands before it must be `lead`. Anything else, and every wanted record, is left to the careful way. (A
        record without any serial number goes with the unwanted one before it: nobody can have asked for it.)
        """
        data, at, count, size = self._data, self._at, 0, len(lead)
        serials, registrations = wanted.serials, wanted.registrations
        with_number = registrations | {None}  # a record whose number is not plain to see is left to the careful way
        digits = at - len(CLOSE) + size
        if not data.startswith(lead, at - len(CLOSE)):
            return 0
        look, markup = digits + 8, hidden_from(data, at, len(data))
        while True:
            after = data.find(SERIAL_END, look + 1)
            if after < 0:
                self._at, seen = at, max(look, len(data) - len(SERIAL_END))
                if not self._more():
                    return count
                data, digits, look, at = self._data, digits - at, seen - at, 0
                markup = hidden_from(data, 0, len(data))
                continue
            following = after - 8
            serial = data[digits : digits + 8]
            if (
                data[following - size : following] != lead
                or serial in serials
                or not serial.isdigit()
                or following > markup
                or (registrations and number_at(data, digits) in with_number)
            ):
                self._at = at
                return count
            at, digits, look, count = following - size + len(CLOSE), following, after, count + 1

    def _odd_record(self, opened: re.Match[bytes]) -> Iterator[CutRecord | SetAside]:
        """Cut one record exactly and let the strict parser name it; when it is not whole, only read on."""
        end = opened.end() if opened[2] else self._exact_end(opened.end())
        if end is None:
            if not self._more():
                raise FormatError(
                    say("the daily file is cut short in the record after record {count}", count=self._where)
                )
            return
        body, group = self._data[opened.start(1) : end], self._frame.group
        self._at = end
        self._count(group, 1)
        yield from self._judge(body, group)

    def _judge(self, body: bytes, group: str) -> Iterator[CutRecord | SetAside]:
        """Yield an odd record when it is wanted, or set it aside when it cannot be told or is broken."""
        try:
            found = _identify(body, group)
        except FormatError as error:
            guess = GUESS.search(body)
            if guess is None or self._is_wanted(guess[1], guess[2]):
                self._set_aside += 1
                yield SetAside(guess[1].decode() if guess else None, body, error.said, group)
        else:
            if self._is_wanted(found.serial_number.encode(), (found.registration_number or "").encode()):
                self._selected += 1
                yield found

    def _exact_end(self, at: int) -> int | None:
        """Return where the record that was opened before `at` ends, None when more bytes are needed.

        Comments, CDATA and processing instructions are the only places where `</case-file>` is no end.
        """
        while (token := INSIDE.search(self._data, at)) is not None:
            text = token[0]
            if text.startswith(b"</"):
                return token.end()
            if text.startswith(b"<case-file"):
                raise FormatError(
                    say("the daily file is broken: the record after record {count} is never closed", count=self._where)
                )
            if text in (b"<!--", b"<![", b"<?"):
                return None
            at = token.end()
        return None

    def _is_wanted(self, serial: bytes, number: bytes | None) -> bool:
        """Whether a record with these numbers is handed out."""
        return self._wanted is None or serial in self._wanted.serials or number in self._wanted.registrations

    def _count(self, group: str, records: int) -> None:
        """Count records of a group, whether wanted or not."""
        if records:
            self._groups[group] = self._groups.get(group, 0) + records

    def _totals(self) -> Totals:
        """Sum up; a file that holds no record must say so itself."""
        records = sum(self._groups.values())
        leaves = self._frame.leaves
        if not records and (self._frame.segments or leaves.get("data-available-code") != "N"):
            raise FormatError(
                say("the daily file holds no records and does not say that there are none; it is not taken as read")
            )
        return Totals(
            records,
            self._selected,
            self._set_aside,
            tuple(self._groups.items()),
            leaves.get("creation-datetime", ""),
            tuple(self._frame.unread),
        )


def _cut(serial: bytes, number: bytes | None, body: bytes, group: str) -> CutRecord:
    """Make the value of a plain record."""
    named = None if number is None or number == NO_NUMBER else number.decode()
    return CutRecord(serial.decode(), named, body, group)


def _identify(body: bytes, group: str) -> CutRecord:
    """Read the numbers of an odd record with the strict parser; FormatError when it is broken or has no number."""
    root = parse_xml(body, say("the record"))
    serial = serial_number(text_at(root, "serial-number") or "", say("the serial-number of the record"))
    where = say("the registration-number of record {serial}", serial=serial)
    number = registration_number(text_at(root, "registration-number"), where)
    return CutRecord(serial, number, body, group)
