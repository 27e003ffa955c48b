"""What the commands print: results on stdout, troubles on stderr; tables on a terminal, plain text in a pipe.

Foreign strings (mark names, error texts of servers) lose control and direction-changing characters on their way out.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any, TextIO

# C0 and C1 controls but tab and newline, zero-width and bidirectional marks, line separators, tags.
_HARMFUL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def clean(text: object) -> str:
    """Return `text` without control and direction-changing characters; tabs and line ends stay."""
    return _HARMFUL.sub("", str(text))


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
    err(f"warning: {text}")


def counted(number: int, noun: str) -> str:
    """Return "1 row" or "3 rows"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def json_out(value: Any) -> None:
    """Print one JSON value and nothing else. Control characters are escaped by JSON itself."""
    print(json.dumps(value, ensure_ascii=False, indent=2), file=sys.stdout)


def on_terminal(stream: TextIO | None = None) -> bool:
    """Whether `stream` (default stdout) is a terminal that people read."""
    return (stream or sys.stdout).isatty()


def word(text: str, style: str | None = None) -> None:
    """Print one line, on a terminal in the style of ok, warn or fail (NO_COLOR is honoured)."""
    if style is None or not on_terminal():
        out(text)
        return
    from rich.console import Console
    from rich.text import Text

    Console(highlight=False, soft_wrap=True).print(Text(clean(text), style=STYLES.get(style, style)))


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None) -> None:
    """Print rows under `columns`: a table on a terminal, else aligned text, one line a row."""
    cells = [[clean_line("" if cell is None else cell) for cell in row] for row in rows]
    if on_terminal():
        _rich_table(columns, cells, title)
        return
    widths = [max([_width(name), *(_width(row[at]) for row in cells)]) for at, name in enumerate(columns)]
    for row in ([*columns], *cells):
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip(), file=sys.stdout)


def _rich_table(columns: Sequence[str], cells: list[list[str]], title: str | None) -> None:
    """Draw the table with rich; cells are text, never markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, title=title, title_justify="left")
    for row in cells:
        drawn.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(drawn)


def _width(text: str) -> int:
    """Return how many columns `text` takes: Chinese characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
