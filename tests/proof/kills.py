"""Proof 1: SIGKILL at random moments and inside each phase of a run; then run again until one lives.

Each night some marks get another attorney, one run after another is killed, and the last one ends. Each run goes on
where the dead one stopped, so that the kills of a night, taken in the order of a run that was left alone, lie spread
over the whole of it. Then what the mail server got is compared with what was changed.
"""

from __future__ import annotations

import bisect
import math
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.proof.nursery import AGAIN, Nursery, Steps, nursery
from tests.proof.verdict import Ended, Log, Verdict
from tests.proof.world import DAY, MORNING, World

PHASES = ("fetch", "store", "evaluate", "freeze", "DATA", "commit")
RANDOM = "random"
MOST_A_NIGHT = 50  # the last run must begin within the hours in which a dead pass is gone on with


@dataclass(frozen=True, slots=True, order=True)
class Aim:
    """Where to kill: `delay` seconds behind a step of the run that was left alone (-1: behind its start)."""

    index: int
    delay: float
    kind: str


@dataclass(frozen=True, slots=True)
class Course:
    """The steps of a run that was left alone, in their order: moments since its start, and the phase of each."""

    moments: tuple[float, ...]
    phases: tuple[str, ...]
    seconds: float

    @classmethod
    def of(cls, steps: Steps, begin: float, end: float) -> Course:
        """Put the steps of a run into their order."""
        steps = sorted(steps)
        return cls(tuple(at - begin for at, _ in steps), tuple(phase for _, phase in steps), end - begin)

    def aims(self, kinds: Sequence[str], dice: random.Random) -> list[Aim]:
        """Draw a place for each kill, the first one first: a random moment of the whole run, or a step of a phase."""
        found = []
        for kind in kinds:
            if kind == RANDOM:
                moment = dice.uniform(0.0, self.seconds)
                index = bisect.bisect(self.moments, moment) - 1
                found.append(Aim(index, moment - (self.moments[index] if index >= 0 else 0.0), kind))
            else:
                steps = [n for n, phase in enumerate(self.phases) if phase == kind]
                found.append(Aim(dice.choice(steps), 0.0, kind))
        return sorted(found)

    def order(self, aim: Aim, after: int) -> tuple[str, int]:
        """Return the phase and how many of its steps a run does before it dies, which goes on behind step `after`.

        What a run does before it asks anything is done again by each, and so is all judging until it is written down.
        """
        if aim.index < 0:
            return "", 0
        phase = self.phases[aim.index]
        if phase == "evaluate":
            return phase, self.phases[: aim.index + 1].count(phase)
        again = self.phases[: self.phases.index("fetch")].count(phase) if "fetch" in self.phases else 0
        return phase, max(1, self.phases[after + 1 : aim.index + 1].count(phase) + (again if after >= 0 else 0))


@dataclass
class Toll:
    """What the audited nights found."""

    nights: int = 0
    lived: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def verdict(self, world: World, partial: bool) -> Verdict:
        """Sum up."""
        figures = {
            "marks": world.marks,
            "clients": world.clients,
            "nights": self.nights,
            "changes": self.total["changes"],
            "kills": sum(self.killed.values()),
            **{f"kills in {kind}": count for kind, count in sorted(self.killed.items())},
            "lost": self.total["lost"],
            "seen twice": self.total["twice"],
            "raw repeats": self.total["repeats"],
            "not identical": self.total["not_identical"],
            "extra API calls": self.total["extra"],
        }
        return Verdict(1, "SIGKILL anywhere", not self.failures and not partial, figures, self.failures, partial)


def prove(
    world: World,
    log: Log,
    *,
    random_kills: int,
    phase_kills: int,
    changes: int,
    a_night: int = MOST_A_NIGHT,
    seed: int = 1,
) -> Verdict:
    """Kill as often as asked, at random moments and inside each phase. Ended early, it tells the audited nights."""
    dice = random.Random(seed)
    todo = [RANDOM] * random_kills + [phase for phase in PHASES for _ in range(phase_kills)]
    dice.shuffle(todo)
    toll = Toll()
    with nursery(world) as runs:
        world.prepare()
        assert runs.run(MORNING).code == 0
        try:
            course = _left_alone(runs, log, toll, changes, dice)
            while todo:
                tonight = [todo.pop() for _ in range(min(a_night, len(todo)))]
                todo = _night(runs, course, tonight, log, toll, changes, dice) + todo
        except Ended:
            return toll.verdict(world, partial=True)
    return toll.verdict(world, partial=False)


def _left_alone(runs: Nursery, log: Log, toll: Toll, changes: int, dice: random.Random) -> Course:
    """Let one night pass without a kill, and note its course."""
    expected = _evening(runs.world, toll, changes, dice)
    begin = time.monotonic()
    done = runs.run(MORNING + DAY, record=True)
    course = Course.of(done.steps, begin, time.monotonic())
    assert done.code == 0
    log.line(seconds=round(course.seconds, 2), steps=dict(Counter(course.phases)))
    _audit_night(runs, expected, Counter(), log, toll, MORNING + DAY)
    return course


def _night(
    runs: Nursery, course: Course, kinds: Sequence[str], log: Log, toll: Toll, changes: int, dice: random.Random
) -> list[str]:
    """Kill one run after another, let the last one live, audit; return the kinds of kills that are still to be done,
    because a run came to its end before."""
    expected = _evening(runs.world, toll, changes, dice)
    now = first = MORNING + (toll.nights + 1) * DAY
    killed: Counter[str] = Counter()
    aims, behind = course.aims(kinds, dice), -1
    while aims:
        aim = aims.pop(0)
        phase, nth = course.order(aim, behind)
        done = runs.run(now, phase, nth, aim.delay)
        now += AGAIN
        log.line(night=toll.nights, kind=aim.kind, phase=phase, step=nth, delay=round(aim.delay, 4), code=done.code)
        if done.code == 0:
            aims.insert(0, aim)
            toll.lived += 1
            break
        assert done.code == -signal.SIGKILL, f"a run ended with {done.code}"
        killed[aim.kind] += 1
        behind = max(behind, aim.index)
    done = runs.run(now)
    assert done.code == 0, f"the run after the kills ended with {done.code}"
    _audit_night(runs, expected, killed, log, toll, first, now)
    return [aim.kind for aim in aims]


def _evening(world: World, toll: Toll, changes: int, dice: random.Random) -> dict[str, str]:
    """Clear the tables and change some marks; return what must be told to whom."""
    world.post.arrived.clear()
    world.post.accepted.clear()
    world.office.requests.clear()
    return world.change(f"Night{toll.nights:03}", changes, dice)


def _audit_night(
    runs: Nursery,
    expected: dict[str, str],
    killed: Counter[str],
    log: Log,
    toll: Toll,
    first: datetime,
    last: datetime | None = None,
) -> None:
    """Run once more, which must tell nothing anew; then count what arrived."""
    done = runs.run((last or first) + AGAIN)
    assert done.code == 0, f"the run after the last one ended with {done.code}"
    kills = sum(killed.values())
    figures = audit(runs.world, expected, kills, first)
    log.line(night=toll.nights, kills=kills, **figures)
    toll.total.update(figures)
    toll.killed.update(killed)
    if failure := broken(figures):
        toll.failures.append(f"night {toll.nights}: {failure}")
    toll.nights += 1


def audit(world: World, expected: dict[str, str], kills: int, since: datetime) -> dict[str, int]:
    """Compare what the mail server got with what was changed; also the cost in API calls beyond those of the passes
    that ended (one that was killed behind its last commit has ended)."""
    told = world.told()
    wrong = [name for name, where in told.items() if name in expected and len(where) > 1]
    astray = [
        name
        for name, client in expected.items()
        if {f"c{client.split()[-1]}@client.example"} != {r for r, _ in told.get(name, [])}
    ]
    repeats, different = world.repeats()
    ended = world.query(f"SELECT count(*) FROM runs WHERE state = 'done' AND started_at >= '{since:%Y-%m-%d %H:%M:%S}'")
    due = int(str(ended[0][0])) * math.ceil(world.marks / int(world.settings.tsdr.batch_size))
    waiting = world.query("SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'superseded')")[0][0]
    return {
        "changes": len(expected),
        "lost": len(astray),
        "twice": len(wrong),
        "strangers": len(told.keys() - expected.keys()),
        "repeats": repeats,
        "not_identical": different,
        "extra": max(0, world.office.calls - due),
        "waiting": int(str(waiting)),
        "killed": kills,
    }


def broken(figures: dict[str, int]) -> str:
    """Say what does not hold, empty when everything does."""
    zero = ("lost", "twice", "strangers", "not_identical", "waiting")
    found = [f"{name} {figures[name]}" for name in zero if figures[name]]
    found += [
        f"{name} {figures[name]} for {figures['killed']} kills"
        for name in ("repeats", "extra")
        if figures[name] > figures["killed"]
    ]
    return ", ".join(found)
