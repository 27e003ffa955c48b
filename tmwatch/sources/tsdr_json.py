"""TSDR JSON answers (info.json and caseMultiStatus) to CaseFile. Bytes in, values out.

Which groups of a record they tell: the table in tsdr_case.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tmwatch.errors import FormatError
from tmwatch.records import CaseFile, Provenance
from tmwatch.sources.strict_json import Node, load_object
from tmwatch.sources.tsdr_case import read_case
from tmwatch.text import say


class NoCase(FormatError):
    """A well-formed answer without a case: the number is unknown or not public."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One parsed record, and the places in it that the parser does not know (for the log)."""

    record: CaseFile
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MultiReading:
    """A parsed caseMultiStatus envelope, keyed by the number asked (`searchId`, digits only).

    `problems` holds each entry that could not be taken; the others are not harmed. `missed` are numbers the server
    names as not found.
    """

    cases: dict[str, CaseFile]
    problems: dict[str, FormatError]
    unknown: tuple[str, ...] = ()
    oversized: bool = False
    missed: tuple[str, ...] = ()


def read_info(body: bytes, provenance: Provenance) -> Reading:
    """Parse an info.json and tell the unknown fields too."""
    unknown: set[str] = set()
    top = Node(load_object(body, say("the TSDR answer")), "answer", unknown)
    if not top.has("trademarks"):
        raise FormatError(say('the TSDR answer has no "trademarks": it is no case record'))
    record = _only_case(top, provenance)
    top.done()
    return Reading(record, tuple(sorted(unknown)))


def parse_multi(body: bytes, provenance: Provenance) -> MultiReading:
    """Parse a caseMultiStatus envelope, each entry for itself; FormatError when the envelope itself is wrong.

    An entry whose case is not the number searched, and a number or case told twice, are problems and no cases.
    """
    unknown: set[str] = set()
    top = Node(load_object(body, say("the TSDR answer")), "answer", unknown)
    if not top.has("transactionList"):
        raise FormatError(say('the TSDR answer has no "transactionList": it is no answer for many cases'))
    basket = _Basket()
    for entry in top.nodes("transactionList"):
        basket.take(entry, provenance)
    oversized, missed = top.flag("oversized"), top.texts("missedElements")
    top.ignore("size")
    top.done()
    return MultiReading(basket.cases, basket.problems, tuple(sorted(unknown)), oversized, missed)


@dataclass(slots=True)
class _Basket:
    """Collects the entries of an envelope and turns doubled ones into problems."""

    cases: dict[str, CaseFile] = field(default_factory=dict)
    problems: dict[str, FormatError] = field(default_factory=dict)

    def take(self, entry: Node, provenance: Provenance) -> None:
        """Parse one entry; its failure is kept under its number."""
        number = _digits(entry.text("searchId") or "")
        if not number:
            raise FormatError(say("the TSDR answer has an entry without searchId"))
        try:
            record = _only_case(entry, provenance)
            same_case(number, record)
        except FormatError as error:
            self.problems[number] = error
        else:
            self._add(number, record)
        entry.done()

    def _add(self, number: str, record: CaseFile) -> None:
        """Keep the record unless its number or its case is there already."""
        twins = [key for key, known in self.cases.items() if known.serial_number == record.serial_number]
        if number in self.problems or twins:
            for key in (*twins, number):
                self.cases.pop(key, None)
                self.problems[key] = FormatError(
                    say("the TSDR answer holds case {number} twice", number=record.serial_number)
                )
        else:
            self.cases[number] = record


def same_case(number: str, record: CaseFile) -> None:
    """Refuse a record that is not the one searched: 8 digits are a serial, up to 7 a registration number."""
    if len(number) == 8:
        told: str | None = record.serial_number
    else:
        told, number = record.registration_number, number.zfill(7)
    if told is not None and told != number:
        raise FormatError(say("the TSDR answer for {number} holds another case ({told})", number=number, told=told))


def _digits(text: str) -> str:
    """Return the digits of "97123456" or "sn97123456"."""
    return "".join(char for char in text if char in "0123456789")


def _only_case(holder: Node, provenance: Provenance) -> CaseFile:
    """Parse the one trademark of a holder."""
    trademarks = holder.nodes("trademarks")
    if not trademarks:
        raise NoCase(say("the TSDR answer holds no case: the number is unknown or not public"))
    if len(trademarks) != 1:
        raise FormatError(say("the TSDR answer holds {count} cases where one was expected", count=len(trademarks)))
    return read_case(trademarks[0], provenance)
