"""What a proof found, and the raw log behind it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Ended(BaseException):
    """The proofs were told to end: a long one gives the figures of what it has audited, the others nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One proof: its number in the list, whether it holds, its figures, and what did not hold. `partial` says that it
    was ended before its time."""

    number: int
    name: str
    holds: bool
    figures: dict[str, Any]
    failures: list[str] = field(default_factory=list)
    partial: bool = False

    def line(self, database: str, seconds: float) -> str:
        """Return one row of the table in RESULTS.md."""
        told = ", ".join(f"{name} {value}" for name, value in self.figures.items())
        told += "".join(f"; FAILED {one}" for one in self.failures[:5]).replace("|", "/").replace("\n", " ")
        result = "so far" if self.partial and not self.failures else "holds" if self.holds else "FAILS"
        return f"| {self.number} | {self.name} | {database} | {result} | {told} | {seconds:.0f} s |"


class Log:
    """A raw log: one JSON object a line."""

    def __init__(self, path: Path | None = None) -> None:
        """None: nothing is kept."""
        self.path = path
        self._file = path.open("a", encoding="utf-8") if path else None

    def line(self, **values: Any) -> None:
        """Write one line at once."""
        if self._file:
            self._file.write(json.dumps(values, default=str) + "\n")
            self._file.flush()

    def close(self) -> str:
        """Close it and return its SHA-256, "" without a file."""
        if not self._file or not self.path:
            return ""
        self._file.close()
        return hashlib.sha256(self.path.read_bytes()).hexdigest()
