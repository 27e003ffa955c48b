"""Labelled rows on one screen: laid out in columns, wrapped, and said in the language of the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tmwatch.reports.wrapping import columns, hanging
from tmwatch.text import Text

if TYPE_CHECKING:
    from tmwatch.digest.tongue import Tongue

LABEL = 17  # columns before the text


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen and its style (None, ok, warn or fail)."""

    text: str
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled text of any length; a row without a label goes on with the one before it."""

    label: str | Text
    text: object
    style: str | None = None
    deeper: str | Text = ""  # what stands before the text and is indented with it, as a date
    room: int = 0  # columns of `deeper` in English


def laid_out(rows: Iterable[Row], width: int | None, tongue: Tongue | None, *, labelled: bool = True) -> Iterator[Line]:
    """Lay rows out, wrapped at `width` columns (None: one line a row); without a `tongue` they speak English.

    A legal term in a text stands beside its English once; labels are too narrow for that.
    """
    label = tongue.plain if tongue else str
    text = tongue.explained if tongue else str
    for row in rows:
        room = row.room * 4 // 3 if tongue else row.room  # Chinese writes days wider
        head = f"  {_padded(label(row.label), LABEL - 2)}" if labelled else ""
        for line in hanging(head + _padded(label(row.deeper), room), text(row.text), width):
            yield Line(line, row.style)


def _padded(text: str, room: int) -> str:
    return text + " " * (room - columns(text))
