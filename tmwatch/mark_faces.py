"""What a list of marks shows of each mark, whether its whole record is at hand or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tmwatch.records import WITHOUT_WORDS


class MarkFace(Protocol):
    """What a list of marks shows of each: a whole CaseFile has it, a BriefCase has nothing else."""

    @property
    def serial_number(self) -> str:
        """8 digits."""

    @property
    def status_code(self) -> int:
        """As in CaseFile."""

    @property
    def registration_number(self) -> str | None:
        """7 digits."""

    @property
    def sentence(self) -> str:
        """Mark text, or a stand-in for a mark without words."""


@dataclass(frozen=True, slots=True)
class BriefCase:
    """The face of a stored case, read without its record; `first_seen` is when it was stored first."""

    serial_number: str
    status_code: int
    registration_number: str | None
    mark_text: str | None
    first_seen: datetime

    @property
    def sentence(self) -> str:
        """Mark text, or a stand-in for a mark without words."""
        return self.mark_text or WITHOUT_WORDS
