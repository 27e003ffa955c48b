"""Proof 6: several programs at one database. On SQLite a daemon, a second daemon and cron lines; on PostgreSQL four
instances whose leader is killed again and again, stopped once, and whose connections are cut at random."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import create_engine, text

from tests.proof.crowd import Crowd, crowd, until
from tests.proof.verdict import Ended, Log, Verdict
from tests.proof.world import World

DAY_SECONDS, AGAIN_SECONDS = 86_400.0, 400.0  # a day; behind the lease of a dead sender


@dataclass
class Tally:
    """What the cycles did. `told` is the news of the cycles that are over."""

    cycles: int = 0
    told: dict[str, str] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)
    killed: int = 0
    stopped: int = 0
    cut: int = 0
    takeovers: list[float] = field(default_factory=list)


def arrived(world: World, expected: dict[str, str]) -> bool:
    """Whether all news is with the mail server."""
    return expected.keys() <= world.told().keys()


def comes(all_of_them: Crowd, expected: dict[str, str]) -> bool:
    """Wait for the news; what a dead sender had in its hands goes out behind its lease."""

    def true() -> bool:
        return arrived(all_of_them.world, expected)

    if until(true, 4):
        return True
    all_of_them.jump(AGAIN_SECONDS)
    return until(true, 40)


def one_file(world: World, log: Log, cycles: int, dice: random.Random) -> Verdict:
    """SQLite: a daemon that lives, a second one each cycle, and cron lines beside them."""
    world.prepare()
    tally = Tally()
    partial = False
    with crowd(world) as all_of_them:
        daemon = all_of_them.start("daemon")
        assert until(lambda: len(world.post.arrived) >= world.clients, 60), "the daemon does not work"
        try:
            while tally.cycles < cycles:
                expected = world.change(f"Cycle{tally.cycles:03}", max(1, world.marks // 6), dice)
                all_of_them.jump(DAY_SECONDS)
                until(all_of_them.renewed, 20, 0.05)  # a clock that jumps ends every lease until it is renewed
                jobs = ("daemon", "due", "run") if tally.cycles % 5 == 0 else ("due",)
                beside = {what: all_of_them.start(what) for what in jobs}
                for what, process in beside.items():
                    tally.codes[f"{what} {process.wait()}"] += 1
                assert daemon.code is None, "the daemon has died"
                came = comes(all_of_them, expected)
                log.line(cycle=tally.cycles, came=came, codes=dict(tally.codes))
                tally.told |= expected
                tally.cycles += 1
        except Ended:
            partial = True
        all_of_them.jump(3600)
        until(lambda: arrived(world, tally.told), 20)
        locked = all_of_them.said("is locked")
        daemon.send(signal.SIGTERM)
        stopped = daemon.wait(20)
    broken = _audit(world, tally.told)
    broken += [f"{locked} times locked"] if locked else []
    broken += [f"{what} ended {n} times" for what, n in tally.codes.items() if what.split()[1] not in ("0", "75")]
    if not partial and tally.codes["daemon 75"] != -(-cycles // 5):
        broken.append(f"a second daemon ended with {tally.codes}")
    broken += [f"SIGTERM ended with {stopped}"] if stopped else []
    figures = {"cycles": tally.cycles, "changes": len(tally.told), **tally.codes, "repeats": world.repeats()[0]}
    name = "daemon, second daemon and cron on one file"
    return Verdict(6, name, not broken and not partial, figures, broken, partial)


def one_server(world: World, log: Log, kills: int, dice: random.Random) -> Verdict:
    """PostgreSQL: four instances; the leader is killed each cycle, stopped once, and connections are cut."""
    world.prepare()
    tally = Tally()
    partial = False
    with crowd(world) as all_of_them:
        for _ in range(4):
            all_of_them.start("daemon")
        assert until(lambda: len(world.post.arrived) >= world.clients, 90), "nobody works"
        try:
            while tally.killed < kills or not tally.stopped:
                expected = world.change(f"Cycle{tally.cycles:03}", max(1, world.marks // 6), dice)
                _cycle(all_of_them, tally, expected, dice, stop=tally.killed >= kills // 2 and not tally.stopped)
                came = comes(all_of_them, expected)
                last = tally.takeovers[-1] if tally.takeovers else None
                log.line(cycle=tally.cycles, killed=tally.killed, came=came, cut=tally.cut, last_take_over=last)
                tally.told |= expected
                tally.cycles += 1
        except Ended:
            partial = True
        all_of_them.jump(3600)  # behind the leases of dead senders and every back-off
        until(lambda: arrived(world, tally.told), 60)
        until(lambda: not world.query("SELECT 1 FROM deliveries WHERE state NOT IN ('sent', 'superseded')"), 60)
        crashes = all_of_them.said("Traceback")
    broken = _audit(world, tally.told)
    repeats, different = world.repeats()
    broken += [f"{different} repeats are not identical"] if different else []
    slowest = max(tally.takeovers, default=0.0)
    broken += [f"a take-over took {slowest:.1f} s"] if slowest > 15 else []
    broken += [f"{crashes} tracebacks"] if crashes else []
    figures = {
        "leaders killed": tally.killed,
        "stopped": tally.stopped,
        "connections cut": tally.cut,
        "changes": len(tally.told),
        "repeats": repeats,
        "take-over at most": f"{slowest:.1f} s",
        "on average": f"{sum(tally.takeovers) / max(1, len(tally.takeovers)):.1f} s",
    }
    return Verdict(6, "four instances on one server", not broken and not partial, figures, broken, partial)


def _cycle(all_of_them: Crowd, tally: Tally, expected: dict[str, str], dice: random.Random, *, stop: bool) -> None:
    """Turn the clock to the next day, and let the leader die in the middle of its work (or stop for a while)."""
    all_of_them.jump(DAY_SECONDS)
    threading.Event().wait(dice.uniform(0.0, 1.2))
    leader = all_of_them.members.get(all_of_them.leader())
    if leader is None or leader.code is not None:
        return
    begin = time.monotonic()
    if stop:
        leader.send(signal.SIGSTOP)
        until(lambda: arrived(all_of_them.world, expected), 40)
        overtaken = until(lambda: all_of_them.leader() not in (0, leader.pid), 15)
        leader.send(signal.SIGCONT)
        tally.stopped += overtaken  # else it was not stopped past its lease, and another one is
    else:
        leader.send(signal.SIGKILL)
        if until(lambda: all_of_them.leader() not in (0, leader.pid), 30, 0.03):
            tally.takeovers.append(round(time.monotonic() - begin, 2))
        tally.killed += 1
        all_of_them.start("daemon")
    if dice.random() < 0.5:
        tally.cut += _cut_connections(all_of_them.world, dice)


def _cut_connections(world: World, dice: random.Random) -> int:
    """Terminate some of the connections the instances have."""
    engine = create_engine(world.database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tmwatch'"
        pids = [pid for (pid,) in conn.execute(text(query))]
        some = dice.sample(pids, min(len(pids), dice.randint(1, 3)))
        for pid in some:
            conn.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    engine.dispose()
    return len(some)


def _audit(world: World, expected: dict[str, str]) -> list[str]:
    """Return what was lost or seen twice, and local dates with two digests."""
    told = world.told()
    lost = [name for name in expected if not told.get(name)]
    twice = [name for name in expected if len(told.get(name, ())) > 1]
    found = [f"{len(lost)} lost: {lost[:3]}"] * bool(lost) + [f"{len(twice)} seen twice: {twice[:3]}"] * bool(twice)
    rows = world.query(
        "SELECT client, local_date, count(*) FROM messages WHERE kind IN ('baseline', 'digest', 'all_clear') "
        "GROUP BY client, local_date HAVING count(*) > 1"
    )
    return found + ([f"{len(rows)} days with two digests"] if rows and world.database_url.startswith("post") else [])
