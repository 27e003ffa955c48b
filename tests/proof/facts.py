"""Proof 2: what the world says twice, in another order, by another way or later again: the right number of messages."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.bulk_maker import Case, daily, zipped
from tests.proof.office import ODP_KEY
from tests.proof.verdict import Verdict
from tests.proof.world import DAY, MORNING, World
from tmwatch.demo.cases import DemoCase, info_json
from tmwatch.pipeline.run import Options
from tmwatch.store import ledger, open_engine

HOUR = timedelta(hours=1)


def messages(world: World) -> int:
    """How many distinct messages arrived."""
    return len({one.message_id for one in world.post.arrived})


def back_and_forth(world: World) -> list[str]:
    """A->B->A in a day: each step is told; a step nobody saw is not."""
    world.prepare()
    world.run(MORNING)
    serial = world.serials[0]
    first = world.served[serial]
    other = replace(first, attorney="Another Attorney")
    broken = []
    for hours, (served, expected) in enumerate(((other, 2), (first, 3), (other, 4), (other, 4)), start=1):
        world.office.serve([served])
        world.run(MORNING + hours * HOUR)
        if messages(world) != expected:
            broken.append(f"step {hours}: {messages(world)} messages, {expected} are right")
    world.office.serve([first])
    world.office.serve([other])  # A again between two runs: nobody saw it
    world.run(MORNING + 6 * HOUR)
    return broken + ([] if messages(world) == 4 else ["a step nobody saw was told"])


def reordered(case: DemoCase, dice: random.Random) -> bytes:
    """Say the same in another order, with other white space."""

    def turn(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            dice.shuffle(keys)
            return {key: turn(value[key]) for key in keys}
        return [turn(one) for one in value] if isinstance(value, list) else value

    told = info_json(case)
    told["prosecutionHistory"] = told["prosecutionHistory"][::-1]
    known = told["status"]["correspondence"]
    known["attorneyName"] = f"  {known['attorneyName'].upper().replace(' ', '  ')} "
    known["address"]["line1"] = known["address"]["line1"].upper() + " "
    owner = told["parties"]["ownerGroups"]["30"][0]
    owner["name"] = owner["name"].upper().replace(" ", "  ")
    owner["addressStateCountry"]["stateCountry"]["name"] = "China"
    told["status"]["markElement"] = f" {told['status']['markElement'].replace(' ', '  ')}"
    return json.dumps(turn(told), indent=dice.choice([None, 1, 7])).encode()


def same_in_other_words(world: World, dice: random.Random) -> list[str]:
    """Order and white space changed, every day for a week."""
    world.prepare()
    world.run(MORNING)
    broken = []
    for day in range(1, 7):
        world.office.cases.update({str(n): reordered(case, dice) for n, case in world.served.items()})
        changes = sum(source.changes for source in world.run(MORNING + day * DAY).sources)
        if changes:
            told = world.query("SELECT name, old, new FROM changes ORDER BY id DESC LIMIT 1")
            broken.append(f"day {day}: {changes} changes, such as {told}")
    return broken + ([] if messages(world) == world.clients else [f"{messages(world)} messages"])


def bulk_case(case: DemoCase, transaction: date) -> Case:
    """Return the record of a daily file that tells what a TSDR answer tells."""
    told: dict[str, str] = {
        "filing-date": f"{case.filed:%Y%m%d}",
        "registration-date": f"{case.registered:%Y%m%d}",
        "status-code": str(case.status),
        "status-date": f"{case.status_date:%Y%m%d}",
        "mark-identification": case.mark,
        "mark-drawing-code": "4000",
        "attorney-name": case.attorney,
    }
    return Case(
        serial=case.serial_number,
        registration=case.registration_number,
        transaction=f"{transaction:%Y%m%d}",
        header=told,
        true_flags=frozenset({"trademark-in", "standard-characters-claimed-in", "use-application-currently-in"}),
        statements=(("GS0091", case.goods),),
        classes=(
            (
                ("international-code-total-no", "1"),
                ("us-code-total-no", "0"),
                ("international-code", "009"),
                ("status-code", "6"),
                ("status-date", f"{case.filed:%Y%m%d}"),
                ("primary-code", "009"),
            ),
        ),
        events=tuple((c, t, text, f"{day:%Y%m%d}", str(n)) for n, (c, t, day, text) in enumerate(case.events, 1)),
        correspondent=(
            case.attorney.upper(),
            *(("VALE & FINCH PLLC",) if case.firm else ()),
            "400 EXAMPLE AVENUE, SUITE 12",
            "SPRINGFIELD 00001",
        ),
        owners=(
            (
                (("entry-number", "01"), ("party-type", "30")),
                (
                    ("legal-entity-type-code", "16"),
                    ("party-name", case.owner.upper()),
                    ("address-1", "8 INVENTED ROAD, BLOCK 3"),
                    ("city", "SHENZHEN"),
                    ("country", "CN"),
                    ("postcode", "000000"),
                ),
            ),
        ),
    )


def publish(world: World, cases: Iterable[DemoCase], day: date) -> None:
    """Put a daily file into the portal."""
    name = f"apc{day:%y%m%d}"
    body = zipped(daily(("TX", [bulk_case(case, day) for case in cases])), f"{name}.xml")
    world.office.files[f"{name}.zip"] = body


def two_ways(world: World, *, bulk_first: bool) -> list[str]:
    """The same new attorney told by a daily file and by the API, in either order: one message."""
    world.environ["TMWATCH_ODP_API_KEY"] = ODP_KEY
    world.prepare()
    day = MORNING.date()
    publish(world, world.served.values(), day - DAY)
    world.run(MORNING)
    serial = world.serials[0]
    old, new = (
        world.served[serial],
        replace(world.served[serial], attorney="Another Attorney", emails=("new@another.example",)),
    )
    if bulk_first:
        publish(world, [new], day)
        world.run(MORNING + DAY, Options(sources=("odp",)))
        world.office.serve([new])
        world.run(MORNING + 2 * DAY)
    else:
        world.office.serve([new])
        world.run(MORNING + DAY)
        publish(world, [new], day + DAY)
        world.run(MORNING + 2 * DAY)
    told = world.told().get("Another Attorney", [])
    names = world.query("SELECT name, old, new FROM changes WHERE kind = 'field'")
    broken = [] if len(told) == 1 else [f"told {len(told)} times"]
    attorneys = [row for row in names if row[0] == "attorney"]
    if len(attorneys) != 1:
        broken.append(f"{len(attorneys)} changes of attorney from {old.attorney}")
    strangers = sorted(
        {str(row[0]) for row in names} - {"attorney", "correspondent", "correspondent_emails", "attorney_emails"}
    )
    read = world.query("SELECT count(*) FROM source_files WHERE state = 'done'")[0][0]
    if read != 2:
        broken.append(f"{read} daily files were read")
    return broken + [f"false change of {name}" for name in strangers]


def pruned(world: World) -> list[str]:
    """A change whose row was emptied long ago comes back: an event is known, a step made again is told again."""
    world.prepare()
    world.run(MORNING)
    serial = world.serials[0]
    first = world.served[serial]
    event = ("ARAA", "I", MORNING.date(), "ATTORNEY/DOM.REP.REVOKED AND/OR APPOINTED")
    world.office.serve([replace(first, events=(*first.events, event))])
    world.run(MORNING + DAY)
    told = messages(world)
    engine = open_engine(world.database_url)
    with engine.begin() as conn:
        ledger.prune(conn, MORNING + 2 * DAY, MORNING + 400 * DAY)
    engine.dispose()
    world.office.serve([first])
    world.run(MORNING + 401 * DAY)
    between = messages(world)
    world.office.serve([replace(first, events=(*first.events, event))])
    world.run(MORNING + 402 * DAY)
    rows = world.query("SELECT count(*) FROM changes WHERE kind = 'event' AND name = 'ARAA/I'")[0][0]
    counts = (told, between, messages(world))  # an all-clear after more than a year, and nothing for what came back
    broken = [] if rows == 1 else [f"the event stands {rows} times in the ledger"]
    right = (world.clients + 1, 2 * world.clients + 1, 2 * world.clients + 1)
    return broken + ([] if counts == right else [f"{counts} messages, {right} are right"])


def restored(world: World) -> list[str]:
    """Yesterday's backup is put in place after today's digest went out: its copy is known by its Message-ID."""
    world.prepare()
    world.run(MORNING)
    path = Path(world.database_url.removeprefix("sqlite:///"))
    engine = open_engine(world.database_url)
    with engine.begin():
        shutil.copy(path, path.with_suffix(".yesterday"))
    engine.dispose()
    expected = world.change("Restored", 3, random.Random(3))
    world.run(MORNING + DAY)
    for side in ("-wal", "-shm"):
        Path(f"{path}{side}").unlink(missing_ok=True)
    shutil.copy(path.with_suffix(".yesterday"), path)
    world.run(MORNING + DAY + HOUR)
    told = world.told()
    return [f"{name} told {len(told.get(name, []))} times" for name in expected if len(told.get(name, [])) != 1]


def verdict(name: str, broken: list[str], world: World) -> Verdict:
    """Join what was found."""
    return Verdict(2, name, not broken, {"messages": messages(world)}, broken)
