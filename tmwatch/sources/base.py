"""The contract of a source: `fetch` (I/O) gives a Document, `parse` (pure) takes its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes with where and when they came from. `sha256` is the hex digest of `body`; `fetched_at` is UTC."""

    source: str
    url: str
    body: bytes
    sha256: str
    fetched_at: datetime
    content_type: str = ""
