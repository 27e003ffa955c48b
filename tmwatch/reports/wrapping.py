"""Lines that fit a screen: wrapped with a hanging indent, counted in columns (Chinese characters take two)."""

from __future__ import annotations

import unicodedata

SMALLEST = 30  # columns; a narrower screen wraps by itself
OPENING, CLOSING = (
    "（《「『“‘",
    "，。；：、！？）》」』”’",
)  # no line ends with one of these, or begins with one of those


def columns(text: str) -> int:
    """Return how many columns of a screen `text` takes: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def hanging(head: str, text: str, width: int | None) -> list[str]:
    """Return `head` and `text` in lines of at most `width` columns, the later ones indented as far as the head.

    All white space in `text`, line ends too, counts as one blank: nothing can forge a line of its own. Without a
    `width` there is one line. A word longer than the space stands alone and whole.
    """
    whole = " ".join(text.split())
    if width is None or columns(head) + columns(whole) <= width:
        return [(head + whole).rstrip()]
    indent = columns(head)
    room = max(width - indent, SMALLEST)
    lines = _filled(whole, room)
    return [(head if not at else " " * indent) + line for at, line in enumerate(lines)]


def _filled(text: str, room: int) -> list[str]:
    """Break `text` into lines of at most `room` columns where words, or wide characters, end."""
    lines, line, used = [], "", 0
    for blank, piece in _pieces(text):
        size = columns(piece)
        if line and used + bool(blank) + size > room:
            lines.append(line)
            line, used = piece, size
        else:
            line += (" " if blank and line else "") + piece
            used += (1 if blank and used else 0) + size
    return [*lines, line]


def _pieces(text: str) -> list[tuple[bool, str]]:
    """Cut `text` into what must not be torn, each with whether a blank stands before it."""
    return [(not at, piece) for word in text.split(" ") for at, piece in enumerate(_unbroken(word))]


def _unbroken(word: str) -> list[str]:
    """Cut a word before and after each wide character, but not from the punctuation that belongs to it."""
    pieces: list[str] = []
    wide = True  # whether the last piece takes no further narrow character
    for char in word:
        is_wide = columns(char) == 2
        tied = char in CLOSING or (pieces[-1:] and pieces[-1][-1] in OPENING)
        if pieces and (tied or not (is_wide or wide)):
            pieces[-1] += char
        else:
            pieces.append(char)
        wide = is_wide or char in CLOSING
    return pieces
