"""Proof 7: mail in every failure it can have, an outage of three days, and a recipient who refuses everything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.proof.post import HangUp, Script, closed_port, polite
from tests.proof.verdict import Verdict
from tests.proof.world import DAY, MORNING, TOLD, World

LATER = timedelta(hours=1, minutes=1)  # behind every back-off of one failure


def answers(phase: str, line: str) -> Script:
    """Answer one phase with a line."""
    return lambda at, recipient: line if at == phase else None


def hangs_up(phase: str) -> Script:
    """Hang up in one phase."""

    def script(at: str, recipient: str) -> str | None:
        if at == phase:
            raise HangUp
        return None

    return script


# The twelve: what the server does, whether the message may have arrived, and whether it is refused for good.
FAILURES: tuple[tuple[str, Script | None, bool, bool], ...] = (
    ("nobody listens", None, False, False),
    ("421 as greeting", answers("connect", "421 too busy"), False, False),
    ("hangs up at once", hangs_up("connect"), False, False),
    ("hangs up at EHLO", hangs_up("EHLO"), False, False),
    ("451 to the sender", answers("MAIL", "451 try later"), False, False),
    ("530 wants a login", answers("MAIL", "530 authentication required"), False, False),
    ("450 to the recipient", answers("RCPT", "450 mailbox busy"), False, False),
    ("550 to the recipient", answers("RCPT", "550 no such mailbox"), False, True),
    ("451 to DATA", answers("DATA", "451 out of space"), False, False),
    ("hangs up in the middle of the message", hangs_up("half"), False, False),
    ("452 to the whole message", answers("dot", "452 out of space"), False, False),
    ("554 to the whole message", answers("dot", "554 looks like spam"), False, True),
    ("takes the message and hangs up", hangs_up("arrived"), True, False),
    ("hangs up at the final dot", hangs_up("dot"), False, False),
)


@contextmanager
def nobody_listens(world: World) -> Iterator[None]:
    """Let the mail server's port be closed."""
    world.environ["TMWATCH_MAIL_URL"] = f"smtp://127.0.0.1:{closed_port()}"
    try:
        yield
    finally:
        del world.environ["TMWATCH_MAIL_URL"]


def fail_once(world: World, name: str, script: Script | None, now_number: int, dice: random.Random) -> list[str]:
    """Let one night's mail fail as scripted, heal the server, and return what does not hold."""
    arrives, refused = next((a, r) for title, _, a, r in FAILURES if title == name)
    now = MORNING + now_number * DAY
    world.post.arrived.clear()
    expected = world.change(f"{name.title().replace(' ', '')}", world.marks // 3, dice)
    if script is None:
        with nobody_listens(world):
            ill = world.run(now)
    else:
        world.post.script = script
        ill = world.run(now)
        world.post.script = polite
    found = []
    if ill.complete:
        found.append("the run called itself complete")
    if world.told() and not arrives:
        found.append("a message arrived that should not have")
    if not ill.delivered.errors:
        found.append("nobody is told why")
    if refused:
        world.run(now + LATER)
        if world.told():
            found.append("a message refused for good was sent again")
        world.run(now + timedelta(hours=20))  # the next digest takes its news
    else:
        world.run(now + LATER)
    found += counted(world, expected)
    repeats, different = world.repeats()
    if different or repeats > (world.clients if arrives else 0):
        found.append(f"{repeats} repeats, {different} not identical")
    return [f"{name}: {one}" for one in found]


def counted(world: World, expected: dict[str, str]) -> list[str]:
    """Return what was lost or seen twice after de-duplication by Message-ID."""
    told = world.told()
    lost = [name for name in expected if len(told.get(name, ())) == 0]
    twice = [name for name in expected if len(told.get(name, ())) > 1]
    return [f"{len(lost)} lost"] * bool(lost) + [f"{len(twice)} seen twice"] * bool(twice)


def failures(world: World, dice: random.Random) -> Verdict:
    """Let mail fail in every way, one after another."""
    world.prepare()
    world.run(MORNING)
    broken: list[str] = []
    for number, (name, script, _, _) in enumerate(FAILURES, start=1):
        broken += fail_once(world, name, script, number, dice)
    figures = {"failures": len(FAILURES), "messages": len(world.query("SELECT id FROM messages"))}
    return Verdict(7, "SMTP fails in every phase", not broken, figures, broken)


def three_days(world: World, dice: random.Random) -> Verdict:
    """Nobody listens for three days, while things change every day; then the server is back."""
    world.prepare()
    world.run(MORNING)
    world.post.arrived.clear()
    days: list[dict[str, str]] = []
    with nobody_listens(world):
        for day in (1, 2, 3):
            days.append(world.change(f"Outage{day}", world.marks // 4, dice))
            for hours in (0, 2, 4):  # a cron line that runs again and again
                world.run(MORNING + day * DAY + timedelta(hours=hours))
    world.run(MORNING + 3 * DAY + timedelta(hours=6))
    broken = counted(world, {name: client for day in days for name, client in day.items()})
    told = {name for day in days for name in day}
    ids = {one.message_id for one in world.post.arrived}
    concerned = {client for day in days for client in day.values()}
    if len(ids) != len(concerned) or len(world.post.arrived) != len(concerned):
        broken.append(f"{len(world.post.arrived)} messages for {len(concerned)} clients")
    for one in world.post.arrived:
        text = " ".join(one.text.split())
        labels = [name.split()[0] for name in TOLD.findall(text)]
        if labels != sorted(labels):
            broken.append("not oldest first")
        if {"Outage1", "Outage2"} & set(labels) and "could not be delivered in time" not in text:
            broken.append("a merged digest does not say so")
    figures = {"clients": len(concerned), "changes": len(told), "messages": len(world.post.arrived)}
    return Verdict(7, "three days without mail", not broken, figures, broken)


def bad_recipient(world: World, dice: random.Random) -> Verdict:
    """One address refuses for good, one is busy for ever; everybody else is served at once."""
    world.prepare()
    world.run(MORNING)

    def script(phase: str, recipient: str) -> str | None:
        if phase == "RCPT" and recipient == "c0@client.example":
            return "550 no such mailbox"
        return "450 busy" if phase == "RCPT" and recipient == "c1@client.example" else None

    broken: list[str] = []
    for day in range(1, 6):
        world.post.script = script
        world.post.arrived.clear()
        expected = world.change(f"Bad{day}", world.marks // 2, dice)
        result = world.run(MORNING + day * DAY)
        others = {name: client for name, client in expected.items() if client not in ("Client 0", "Client 1")}
        broken += [f"day {day}: {one}" for one in counted(world, others)]
        if result.complete:
            broken.append(f"day {day}: the run called itself complete")
    rows = world.query("SELECT recipient, max(suppressed_at) FROM suppressions GROUP BY recipient")
    states = {str(recipient): at for recipient, at in rows}
    if not states.get("c0@client.example") or states.get("c1@client.example"):
        broken.append(f"suppressed: {sorted(map(str, states))}")
    return Verdict(7, "a bad recipient delays nobody", not broken, {"days": 5, "clients": world.clients}, broken)
