"""The list of proofs and the sizes of their two forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.proof import kills
from tests.proof.verdict import Log, Verdict
from tests.proof.world import world

Fresh = Callable[[], tuple[Path, str]]


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the worlds are and how often things die."""

    name: str
    marks: int
    clients: int
    changes: int
    random_kills: int
    phase_kills: int

    @classmethod
    def named(cls, name: str, kills: str | None = None) -> Scale:
        """Return the full or the quick form, with another number of kills when given ("R,P")."""
        scale = cls("full", 5000, 50, 500, 200, 50) if name == "full" else cls("quick", 60, 6, 12, 3, 2)
        if kills:
            some, each = (int(word) for word in kills.split(","))
            scale = replace(scale, name=f"{name}, {some} + 6 x {each} kills", random_kills=some, phase_kills=each)
        return scale


def _kills(fresh: Fresh, log: Log, scale: Scale) -> Iterator[Verdict]:
    with world(*fresh(), scale.marks, scale.clients) as one:
        yield kills.prove(
            one, log, random_kills=scale.random_kills, phase_kills=scale.phase_kills, changes=scale.changes
        )


PROOFS: tuple[tuple[int, Callable[[Fresh, Log, Scale], Iterator[Verdict]]], ...] = ((1, _kills),)
