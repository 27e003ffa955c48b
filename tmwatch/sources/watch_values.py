"""What the watch pass is asked for, and what it gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tmwatch.sources.record_bytes import NO_NUMBER
from tmwatch.text import Text


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are handed out: those with one of these serial or (7-digit) registration numbers."""

    serials: frozenset[bytes]
    registrations: frozenset[bytes] = frozenset()

    @classmethod
    def of(cls, serials: Iterable[str], registrations: Iterable[str] = ()) -> Wanted:
        """Take the numbers as text."""
        numbers = {number.zfill(7).encode() for number in registrations}
        return cls(frozenset(serial.encode() for serial in serials), frozenset(numbers - {NO_NUMBER}))


@dataclass(frozen=True, slots=True)
class CutRecord:
    """One watched record: its numbers, its bytes from <case-file> to </case-file>, and the group it stood in."""

    serial_number: str
    registration_number: str | None
    body: bytes
    group: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """One record that cannot be used, kept with its bytes. `serial_number` is None when not even that is sure."""

    serial_number: str | None
    body: bytes
    reason: str | Text
    group: str


@dataclass(frozen=True, slots=True)
class Totals:
    """The last value of a pass: only a file whose Totals came was read to its end.

    `records` counts all, `selected` those handed out. `created` is the file's creation-datetime (YYYYMMDDHHMM, "" when
    missing). `groups` are (action key, records). `unread` names elements of the frame that are not in the DTD.
    """

    records: int
    selected: int
    set_aside: int
    groups: tuple[tuple[str, int], ...]
    created: str
    unread: tuple[str, ...]
