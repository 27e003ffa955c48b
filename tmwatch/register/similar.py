"""New applications for the same or a very similar text: who files for a mark that is in danger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

from tmwatch.errors import UsageError
from tmwatch.register.keys import mark_key, name_key, words
from tmwatch.register.opened import SHOWN_COLUMNS, Register, Row

CUTOFF = 85.0  # of 100; below it the texts look different to a reader
SHORT = 5  # letters: shorter texts are compared for equality alone, or every second mark would be alike
_WHOLE_WORDS = 90.0


@dataclass(frozen=True, slots=True)
class Similar:
    """A new application whose text is like the one asked for. `score` 100 is the same text; `why` says it in words."""

    row: Row
    score: float
    why: str

    @property
    def serial_number(self) -> str:
        """Its serial number."""
        return f"{self.row['serial_number']:08}"


def similar(
    register: Register, text: str, since: date, *, owners: Iterable[str] = (), not_serial: str | None = None
) -> tuple[Similar, ...]:
    """Return the applications filed since a day for the same or a very similar text, the most similar first.

    `owners` are names whose own applications are left out. UsageError for a text without letters.
    """
    return similar_to(register, {text: (tuple(owners), not_serial)}, since)[text]


def similar_to(
    register: Register, texts: Mapping[str, tuple[Sequence[str], str | None]], since: date
) -> dict[str, tuple[Similar, ...]]:
    """Answer for many texts with one reading of the register: text -> (own names, own serial number)."""
    for text in texts:
        if not mark_key(text):
            raise UsageError(f"{text!r} holds no letters or digits to compare")
    fresh = register.ask(
        "SELECT serial_number, mark_text, mark_key FROM marks WHERE filing_date >= ? AND mark_key IS NOT NULL", [since]
    )
    keys = [row["mark_key"] for row in fresh]
    found = {text: _alike(text, fresh, keys) for text in texts}
    rows = {
        row["serial_number"]: row for row in register.rows((n for hits in found.values() for n in hits), SHOWN_COLUMNS)
    }
    return {
        text: tuple(
            Similar(rows[number], score, why)
            for number, (score, why) in sorted(found[text].items(), key=lambda hit: (-hit[1][0], -hit[0]))
            if f"{number:08}" != own and not _same_owner(rows[number], names)
        )
        for text, (names, own) in texts.items()
    }


def _alike(text: str, fresh: Sequence[Row], keys: Sequence[str]) -> dict[int, tuple[float, str]]:
    """Return serial number -> (score, why) of the texts like `text`."""
    key, asked = mark_key(text), words(text)
    found: dict[int, tuple[float, str]] = {}
    if len(key) < SHORT:
        return {row["serial_number"]: (100.0, "the same text") for row in fresh if row["mark_key"] == key}
    for _, score, position in process.extract_iter(key, keys, scorer=fuzz.ratio, score_cutoff=CUTOFF):
        why = "the same text" if score == 100.0 else f"{score:.0f} % of the letters agree"
        found[fresh[position]["serial_number"]] = (score, why)
    for row, other in zip(fresh, keys, strict=True):
        if key in other and row["serial_number"] not in found and _holds_words(row["mark_text"], asked):
            found[row["serial_number"]] = (_WHOLE_WORDS, "it holds the whole text as words")
    return found


def _holds_words(text: str, asked: Sequence[str]) -> bool:
    """Whether the words asked for stand in `text` one after the other."""
    return f" {' '.join(asked)} " in f" {' '.join(words(text))} "


def _same_owner(row: Row, names: Sequence[str]) -> bool:
    """Whether one of the owners bears one of these names."""
    own = {name_key(name) for name in names}
    return any(name_key(owner) in own for owner in row["owners"] or ())
