"""The code lists that decide deadlines (data/deadline_codes.toml): which event belongs to which group."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Law:
    """Where a deadline comes from and how well that is sourced (H, M, L)."""

    citation: str
    confidence: str


@cache
def _table() -> dict[str, Any]:
    """Read the package table once."""
    return tomllib.loads(resources.files("tmwatch").joinpath("data", "deadline_codes.toml").read_text("utf-8"))


def _pairs(entries: str) -> Iterator[tuple[str, str]]:
    """Take "CNRT/F,O PRIC" apart into (code, type); an entry without types gives the type ""."""
    for entry in entries.split():
        code, _, types = entry.partition("/")
        for one in types.split(","):
            yield code, one


@cache
def event_groups() -> dict[str, frozenset[tuple[str, str]]]:
    """Return every group ("section_8.filed") with its (code, type) pairs; type "" stands for every type."""
    return {
        f"{table}.{key}": frozenset(_pairs(entries))
        for table, keys in _table()["events"].items()
        for key, entries in keys.items()
    }


@cache
def _groups_by_pair() -> dict[tuple[str, str], tuple[str, ...]]:
    """Turn the groups round: (code, type) -> names of its groups."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, pairs in event_groups().items():
        for pair in pairs:
            found.setdefault(pair, []).append(name)
    return {pair: tuple(names) for pair, names in found.items()}


@lru_cache(maxsize=4096)
def groups_of(code: str, type: str) -> tuple[str, ...]:
    """Return the names of the groups an event belongs to; empty for an event no deadline looks at."""
    table = _groups_by_pair()
    return table.get((code, type), ()) + table.get((code, ""), ())


@cache
def statuses(name: str) -> frozenset[int]:
    """Return a list of status codes of the table ("revivable")."""
    return frozenset(_table()["statuses"][name])


@cache
def ttab_codes(name: str) -> frozenset[str]:
    """Return a list of TTAB codes of the table ("answer_due"); entry codes have at least three digits."""
    return frozenset(_table()["ttab"][name])


@cache
def law(name: str) -> Law:
    """Return citation and confidence of a kind of deadline, or of one of its special cases."""
    row = _table()["law"][name]
    return Law(row["citation"], row["confidence"])
