"""The list of proofs and the sizes of their two forms."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tests.proof import disk, facts, instances, kills, outage, pacing, weather, year
from tests.proof.post import closed_port
from tests.proof.verdict import Log, Verdict
from tests.proof.world import World, world
from tests.security import hostile

Fresh = Callable[[], tuple[Path, str]]
Prove = Callable[[Fresh, Log, "Scale"], Iterator[Verdict]]


@dataclass(frozen=True, slots=True)
class Scale:
    """How large the worlds are and how often things die."""

    name: str
    marks: int
    clients: int
    changes: int
    random_kills: int
    phase_kills: int
    full: bool = True

    @classmethod
    def named(cls, name: str, kills: str | None = None, marks: int | None = None) -> Scale:
        """Return the full or the quick form, with other kills ("R,P") or another number of marks when given."""
        scale = cls("full", 5000, 50, 500, 200, 50) if name == "full" else cls("quick", 60, 6, 12, 3, 2, False)
        if kills:
            some, each = (int(word) for word in kills.split(","))
            scale = replace(scale, name=f"{scale.name}, {some} + 6 x {each} kills", random_kills=some, phase_kills=each)
        if marks:
            clients, changes = max(1, marks // 100), max(1, marks // 10)
            scale = replace(scale, name=f"{scale.name}, {marks} marks", marks=marks, clients=clients, changes=changes)
        return scale


def _kills(fresh: Fresh, log: Log, scale: Scale) -> Iterator[Verdict]:
    with world(*fresh(), scale.marks, scale.clients) as one:
        yield kills.prove(
            one, log, random_kills=scale.random_kills, phase_kills=scale.phase_kills, changes=scale.changes
        )


def _facts(fresh: Fresh, log: Log, scale: Scale) -> Iterator[Verdict]:
    cases: list[tuple[str, Callable[[World], list[str]]]] = [
        ("there and back in a day", facts.back_and_forth),
        ("another order, other white space", lambda one: facts.same_in_other_words(one, random.Random(5))),
        ("daily file, then API", lambda one: facts.two_ways(one, bulk_first=True)),
        ("API, then daily file", lambda one: facts.two_ways(one, bulk_first=False)),
        ("a pruned change comes back", facts.pruned),
    ]
    for name, prove in cases:
        with world(*fresh(), 6, 1) as one:
            yield facts.verdict(name, prove(one), one)
    folder, url = fresh()
    if url.startswith("sqlite"):
        with world(folder, url, 6, 2) as one:
            yield facts.verdict("yesterday's backup restored", facts.restored(one), one)


def _weather(fresh: Fresh, log: Log, scale: Scale) -> Iterator[Verdict]:
    marks = 2000 if scale.full else 100
    with world(*fresh(), 200, 4) as one:
        yield weather.too_fast(one)
    with world(*fresh(), marks, 10) as one:
        yield weather.storms(one, random.Random(11))
    with world(*fresh(), 40, 4) as one:
        yield weather.web_page(one)
    with world(*fresh(), 1, 1) as one:
        yield weather.cut_bodies(one, step=1 if scale.full else 200)
    with world(*fresh(), 1, 1) as one:
        yield weather.slow(one)
    with world(*fresh(), 100, 4) as one:
        yield weather.mutants(one, 1000 if scale.full else 100, random.Random(12))


def _pacing(fresh: Fresh, log: Log, scale: Scale) -> Iterator[Verdict]:
    with world(*fresh(), 1, 1) as one:
        yield pacing.prove(one, minutes=10 if scale.full else 1, speed=8)


def _year(fresh: Fresh, log: Log, scale: Scale) -> Iterator[Verdict]:
    with world(*fresh(), len(year.PLACES), len(year.PLACES)) as one:
        yield year.prove(one, year.PLACES, date(2026, 1, 1), 366 if scale.full else 10)


def _instances(fresh: Fresh, log: Log, scale: Scale) -> Iterator[Verdict]:
    folder, url = fresh()
    with world(folder, url, 24, 4) as one:
        if url.startswith("sqlite"):
            yield instances.one_file(one, log, 200 if scale.full else 5, random.Random(21))
        else:
            yield instances.one_server(one, log, 101 if scale.full else 5, random.Random(22))


def _outage(fresh: Fresh, log: Log, scale: Scale) -> Iterator[Verdict]:
    for prove in (outage.failures, outage.three_days, outage.bad_recipient):
        with world(*fresh(), 60, 6) as one:
            yield prove(one, random.Random(7))


def _disk(fresh: Fresh, log: Log, scale: Scale) -> Iterator[Verdict]:
    url = fresh()[1]
    yield disk.killed_migrations(url, 1 if scale.full else 20)
    if url.startswith("sqlite"):
        with world(*fresh(), 200, 5) as one:
            yield disk.full(one, log, 20 if scale.full else 4, random.Random(31))
        with world(*fresh(), 200, 5) as one:
            yield disk.restored_backup(one)


def _hostile(fresh: Fresh, log: Log, scale: Scale) -> Iterator[Verdict]:
    folder, url = fresh()
    if url.startswith("sqlite"):
        yield hostile.prove(folder, closed_port(), log, once=not scale.full)


PROOFS: tuple[tuple[int, Prove], ...] = (
    (1, _kills),
    (2, _facts),
    (3, _weather),
    (4, _pacing),
    (5, _year),
    (6, _instances),
    (7, _outage),
    (8, _disk),
    (9, _hostile),
)
