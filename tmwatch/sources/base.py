"""The contract of a source: `fetch` (I/O) gives a Document, `parse` (pure) takes its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tmwatch.errors import FormatError
from tmwatch.text import Text, say


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes with where and when they came from. `sha256` is the hex digest of `body`; `fetched_at` is UTC."""

    source: str
    url: str
    body: bytes
    sha256: str
    fetched_at: datetime
    content_type: str = ""


def about(what: str | Text, error: FormatError) -> str | Text:
    """Return what an error says with `what` it is about in front, unless its sentence begins with that."""
    return error.said if str(error).startswith(str(what)) else say("{what}: {why}", what=what, why=error.said)
