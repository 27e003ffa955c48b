"""How long a TSDR that stays silent is still asked."""

from __future__ import annotations

from dataclasses import dataclass

from tmwatch.errors import FetchError, KeyRefused


@dataclass(slots=True)
class Patience:
    """How often a silent TSDR is still asked in one pass: fully, then once each, then not at all."""

    full: int
    silent: int = 0
    deaf: bool = False  # the last envelope had no answer
    key_works: bool = False

    def answered(self) -> None:
        """TSDR is there."""
        self.silent, self.deaf, self.key_works = 0, False, True

    def silence(self, error: FetchError, *, many: bool) -> None:
        """A number, or a whole batch, was given up without an answer; a key that never worked ends the pass."""
        if isinstance(error, KeyRefused) and not self.key_works:
            raise error
        self.silent, self.deaf = self.silent + 1, self.deaf or many

    @property
    def attempts(self) -> int:
        """After three silences each question is put once."""
        return self.full if self.silent < 3 else 1

    @property
    def over_for_one(self) -> bool:
        """After eight silences in a row no single number is asked."""
        return self.silent >= 8

    @property
    def over_for_many(self) -> bool:
        """A batch is still asked when the last batch had an answer and only single numbers had none."""
        return self.silent >= 8 and self.deaf
