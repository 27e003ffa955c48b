"""New applications for the same or a very similar text: who files for a mark that is in danger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

from tmwatch.errors import UsageError
from tmwatch.register.keys import mark_key, name_key, words
from tmwatch.register.opened import SHOWN_COLUMNS, Register, Row
from tmwatch.text import Text, say

CUTOFF = 85.0  # of 100; below it the texts look different to a reader
SHORT = 5  # letters: shorter texts are compared for equality alone, or every second mark would be alike
_WHOLE_WORDS = 90.0
SAME_TEXT = say("the same text")
HOLDS_TEXT = say("it holds the whole text as words")


@dataclass(frozen=True, slots=True)
class Similar:
    """A new application whose text is like the one asked for. `score` 100 is the same text; `why` says it in words."""

    row: Row
    score: float
    why: Text

    @property
    def serial_number(self) -> str:
        """Its serial number."""
        return f"{self.row['serial_number']:08}"


def similar(register: Register, text: str, since: date, *, owners: Iterable[str] = ()) -> tuple[Similar, ...]:
    """Return the applications filed since a day for the same or a very similar text, the most similar first.

    `owners` are names whose own applications are left out. UsageError for a text without letters.
    """
    return applications(register, since).like(register, {text: (tuple(owners), None)})[text]


@dataclass(frozen=True, slots=True)
class Applications:
    """The applications filed since a day (serial numbers, and beside them the normal forms of their texts), read once:
    ask as often as there are texts."""

    serials: Sequence[int]
    keys: Sequence[str]

    def like(
        self, register: Register, texts: Mapping[str, tuple[Sequence[str], str | None]]
    ) -> dict[str, tuple[Similar, ...]]:
        """Return those for the same or a very similar text: text -> (own names, own serial number)."""
        for text in texts:
            if not mark_key(text):
                raise UsageError(say("{text} holds no letters or digits to compare", text=repr(text)))
        found = {text: _alike(text, self.serials, self.keys) for text in texts}
        numbers = (number for hits in found.values() for number in hits)
        rows = {row["serial_number"]: row for row in register.rows(numbers, SHOWN_COLUMNS)}
        return {
            text: tuple(
                Similar(rows[number], score, why)
                for number, (score, why) in sorted(found[text].items(), key=lambda hit: (-hit[1][0], -hit[0]))
                if f"{number:08}" != own
                and not _same_owner(rows[number], names)
                and (why is not HOLDS_TEXT or _holds_words(rows[number]["mark_text"], words(text)))
            )
            for text, (names, own) in texts.items()
        }


def applications(register: Register, since: date) -> Applications:
    """Read the applications filed since a day."""
    sql = "SELECT serial_number, mark_key FROM keys WHERE filing_date >= ? AND mark_key IS NOT NULL"
    rows = register.ask(sql, [since])
    return Applications([row["serial_number"] for row in rows], [row["mark_key"] for row in rows])


def _alike(text: str, serials: Sequence[int], keys: Sequence[str]) -> dict[int, tuple[float, Text]]:
    """Return serial number -> (score, why) of the texts like `text`.

    For HOLDS_TEXT only the letters were looked at: whether they are words, the record tells.
    """
    key = mark_key(text)
    found: dict[int, tuple[float, Text]] = {}
    if len(key) < SHORT:
        return {number: (100.0, SAME_TEXT) for number, other in zip(serials, keys, strict=True) if other == key}
    for _, score, position in process.extract_iter(key, keys, scorer=fuzz.ratio, score_cutoff=CUTOFF):
        same = score == 100.0
        why = SAME_TEXT if same else say("{share} % of the letters agree", share=f"{score:.0f}")
        found[serials[position]] = (score, why)
    for number, other in zip(serials, keys, strict=True):
        if key in other and number not in found:
            found[number] = (_WHOLE_WORDS, HOLDS_TEXT)
    return found


def _holds_words(text: str, asked: Sequence[str]) -> bool:
    """Whether the words asked for stand in `text` one after the other."""
    return f" {' '.join(asked)} " in f" {' '.join(words(text))} "


def _same_owner(row: Row, names: Sequence[str]) -> bool:
    """Whether one of the owners bears one of these names."""
    own = {name_key(name) for name in names}
    return any(name_key(owner) in own for owner in row["owners"] or ())
