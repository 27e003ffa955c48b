"""What the commands print: results on stdout, troubles on stderr; tables on a terminal, plain text in a pipe.

A sentence (`tmwatch.text.Text`) is shown in the language of the terminal, a plain string as it is. Foreign strings
(mark names, error texts of servers) lose control and direction-changing characters on their way out.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

from tmwatch.reports import wrapping
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from tmwatch.digest.tongue import Tongue

# C0 and C1 controls but tab and newline, zero-width and bidirectional marks, line separators, tags.
_HARMFUL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}
_tongue: Tongue | None = None  # None: English, which needs no words


def speak(language: str) -> None:
    """Say everything from here on in `language` ("en", "zh-CN")."""
    global _tongue
    if language == "en":
        _tongue = None
    elif _tongue is None or _tongue.language != language:
        from tmwatch.digest.tongue import tongue

        _tongue = tongue(language)


def spoken_now() -> Tongue | None:
    """Return the language that is spoken, None for English."""
    return _tongue


def language() -> str:
    """Return the code of the language that is spoken."""
    return _tongue.language if _tongue else "en"


def spoken(text: object) -> str:
    """Return a sentence, a code or a day in the language of the terminal; a plain string is quoted as it is."""
    return str(text) if _tongue is None or isinstance(text, str) else _tongue.plain(text)


def recalled(text: str | Text) -> str | Text:
    """Return what was kept in English, as an error in the ledger, in the language of the terminal."""
    return _tongue.recalled(text) if _tongue and isinstance(text, str) else text


def clean(text: object) -> str:
    """Return `text` without control and direction-changing characters; tabs and line ends stay."""
    return _HARMFUL.sub("", spoken(text))


def clean_line(text: object) -> str:
    """Return `text` cleaned, on one line."""
    return " ".join(clean(text).split())


def out(text: object = "") -> None:
    """Print one line (or several) of result."""
    print(clean(text), file=sys.stdout)


def err(text: object) -> None:
    """Print a line of trouble, after what was printed before it."""
    sys.stdout.flush()
    print(clean(text), file=sys.stderr)


def warn(text: object) -> None:
    """Print a warning on stderr."""
    err(say("warning: {text}", text=text))


def json_out(value: Any) -> None:
    """Print one JSON value and nothing else. Control characters are escaped by JSON itself."""
    print(json.dumps(value, ensure_ascii=False, indent=2), file=sys.stdout)


def on_terminal(stream: TextIO | None = None) -> bool:
    """Whether `stream` (default stdout) is a terminal that people read."""
    return (stream or sys.stdout).isatty()


def word(text: object, style: str | None = None) -> None:
    """Print one line, on a terminal in the style of ok, warn or fail (NO_COLOR is honoured)."""
    if style is None or not on_terminal():
        out(text)
        return
    from rich import text as rich_text
    from rich.console import Console

    Console(highlight=False, soft_wrap=True).print(rich_text.Text(clean(text), style=STYLES.get(style, style)))


def padded(text: object, width: int) -> str:
    """Return `text` cleaned, on one line, with blanks up to `width` columns."""
    line = clean_line(text)
    return line + " " * (width - wrapping.columns(line))


def table(columns: Sequence[object], rows: Sequence[Sequence[object]], *, title: object = None) -> None:
    """Print rows under `columns`: a table on a terminal, else aligned text, one line a row."""
    heads = [clean_line(name) for name in columns]
    cells = [[clean_line("" if cell is None else cell) for cell in row] for row in rows]
    if on_terminal():
        _rich_table(heads, cells, None if title is None else clean_line(title))
        return
    widths = [
        max([wrapping.columns(name), *(wrapping.columns(row[at]) for row in cells)]) for at, name in enumerate(heads)
    ]
    for row in (heads, *cells):
        print("  ".join(padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip(), file=sys.stdout)


def _rich_table(columns: Sequence[str], cells: list[list[str]], title: str | None) -> None:
    """Draw the table with rich; cells are text, never markup."""
    from rich import text as rich_text
    from rich.console import Console
    from rich.table import Table

    drawn = Table(*columns, title=title, title_justify="left")
    for row in cells:
        drawn.add_row(*(rich_text.Text(cell) for cell in row))
    Console(highlight=False).print(drawn)
