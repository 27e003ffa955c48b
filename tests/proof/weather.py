"""Proof 3: whatever HTTP does to a client, nothing is missed or invented and nobody is asked too often."""

from __future__ import annotations

import copy
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx

from tests.proof.office import KEY, PAGE, Fault, cut, drip, reset, says
from tests.proof.post import closed_port
from tests.proof.verdict import Verdict
from tests.proof.world import DAY, MORNING, World, no_wait
from tmwatch.demo.cases import info_json
from tmwatch.errors import FetchError, FormatError
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.run import Edges, RunResult, run
from tmwatch.records import CaseFile
from tmwatch.sources.http import REQUESTS, LocalPace, PoliteClient
from tmwatch.sources.http_deadline import DeadlineTransport
from tmwatch.sources.tsdr import Tsdr

MOST_ATTEMPTS = 5


def tsdr_of(world: World, *, attempts: int = 5, timeout: float = 20.0, transport: Any = None, batch: int = 1) -> Tsdr:
    """Return a client of the world's TSDR; close its `_client` with the process."""
    pace = LocalPace({REQUESTS: 6e9}, time.monotonic)
    client = PoliteClient(
        timeout=timeout, proxy=None, ca_file=None, pace=pace, clock=time.monotonic, sleep=no_wait, transport=transport
    )
    return Tsdr(
        client, base_url=world.office.url, api_key=KEY, clock=lambda: MORNING, batch_size=batch, attempts=attempts
    )


def too_fast(world: World) -> Verdict:
    """429 in five forms, each twice in a row, with a batch in the middle of the pass: everything is checked."""
    forms: dict[str, dict[str, str]] = {
        "seconds": {"Retry_After": "7"},
        "HTTP date": {"Retry_After": format_datetime(MORNING + timedelta(seconds=30), usegmt=True)},
        "none": {},
        "nonsense": {"Retry_After": "soon"},
        "a day": {"Retry_After": "86400"},
    }
    world.prepare()
    broken = []
    for number, (name, headers) in enumerate(forms.items()):
        world.office.requests.clear()
        fault = says(429, b"slow down", "text/plain", **headers)
        world.office.script = lambda n, path, fault=fault: fault if n in (2, 3) else None  # type: ignore[misc]
        result = world.run(MORNING + number * DAY)
        batches = -(-world.marks // 20)
        if result.checked != world.marks or world.office.calls != batches + 2:
            broken.append(f"{name}: {result.checked} checked with {world.office.calls} calls")
        tat = float(str(world.query("SELECT max(tat) FROM pace")[0][0]))
        pause = tat - (MORNING + number * DAY).timestamp()
        least = {"seconds": 7, "HTTP date": 0, "none": 60, "nonsense": 60, "a day": 900}[name]
        if pause < least or pause > 2 * 901 + 60:
            broken.append(f"{name}: the pace was pushed by {pause:.0f} s")
    world.office.script = lambda n, path: None
    return Verdict(3, "429 in five forms", not broken, {"forms": 5, "marks": world.marks}, broken)


class Storm(httpx.BaseTransport):
    """The real transport, led astray now and then: to a closed port, a name nobody has, a port without TLS."""

    def __init__(self, dice: random.Random, share: float) -> None:
        """Spoil a share of all requests."""
        self._real = DeadlineTransport(None, None, time.monotonic)
        self._dice, self._share = dice, share
        self.spoiled: Counter[str] = Counter()
        self._closed = closed_port()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, or send it astray."""
        if self._dice.random() < self._share:
            kind = self._dice.choice(["refused", "DNS", "TLS"])
            self.spoiled[kind] += 1
            url = request.url
            astray = {
                "refused": url.copy_with(port=self._closed),
                "DNS": url.copy_with(host="nobody.invalid"),
                "TLS": url.copy_with(scheme="https"),
            }[kind]
            request = httpx.Request("GET", astray, headers=request.headers)
        return self._real.handle_request(request)

    def close(self) -> None:
        """Close the real one."""
        self._real.close()


def storms(world: World, dice: random.Random, share: float = 0.05) -> Verdict:
    """500, 502, 503, 504, reset, and refused, TLS, DNS on 5 % of requests each group: coverage 100 %."""
    world.environ["TMWATCH_TSDR_BATCH_SIZE"] = "1"
    world.prepare()
    faults: list[Fault] = [says(status, b"trouble") for status in (500, 502, 503, 504)] + [reset]
    spoiled: Counter[str] = Counter()

    def script(number: int, path: str) -> Fault | None:
        if dice.random() >= share:
            return None
        at = dice.randrange(len(faults))
        spoiled[("500", "502", "503", "504", "reset")[at]] += 1
        return faults[at]

    world.office.script = script
    storm = Storm(dice, share)

    def act(ctx: Context, edges: Edges) -> RunResult:
        return run(ctx, Edges(tsdr_of(world, transport=storm), None, edges.channels))

    result = world.run(MORNING, act=act)
    world.office.script = lambda n, path: None
    asked = Counter(path.rpartition("ids=")[2] for path in world.office.requests)
    most = max(asked.values())
    broken = []
    if result.checked != world.marks or result.failed:
        broken.append(f"{result.checked} of {world.marks} checked")
    if most > MOST_ATTEMPTS:
        broken.append(f"{most} attempts at one mark")
    figures = {"marks": world.marks, "coverage": f"{100 * result.checked / world.marks:.0f} %", "most attempts": most}
    return Verdict(3, "5 % of requests fail", not broken, {**figures, **spoiled, **storm.spoiled}, broken)


def web_page(world: World) -> Verdict:
    """A web page for everything: no change, no "no changes" mail."""
    world.prepare()
    world.run(MORNING)
    before = len(world.post.arrived)
    world.change("Unseen", world.marks // 2, random.Random(2))
    world.office.script = lambda n, path: says(200, PAGE, "text/html")
    broken = []
    for day in range(1, 10):  # a whole week: an all-clear would be due
        result = world.run(MORNING + day * DAY)
        if result.checked or sum(source.changes for source in result.sources) or result.complete:
            broken.append(f"day {day}: {result.checked} checked")
    kinds = [str(kind) for (kind,) in world.query("SELECT kind FROM messages WHERE kind != 'baseline'")]
    clear = kinds.count("all_clear")
    texts = [one.text for one in world.post.arrived[before:]]
    if any(f"{world.marks // world.clients} of {world.marks // world.clients} marks checked" in text for text in texts):
        broken.append("a mail claims a check")
    events = world.query("SELECT count(*) FROM changes WHERE kind != 'finding'")[0][0]
    if events:
        broken.append(f"{events} change events")
    if clear:
        broken.append(f"{clear} all-clear mails while nothing could be checked")
    world.office.script = lambda n, path: None
    return Verdict(3, "web page for everything", not broken, {"days": 9, "events": events, "mails": kinds}, broken)


def long_case() -> dict[str, Any]:
    """Return a record of about 20 kB."""
    from tests.proof.world import case

    told = info_json(case(88_100_000))
    for number in range(2, 106):
        entry = dict(told["prosecutionHistory"][0], entryNumber=number, entryDate=f"2023-{1 + number % 12:02}-10")
        told["prosecutionHistory"].insert(0, dict(entry, entryDesc="NOTICE MAILED TO THE APPLICANT ONCE AGAIN"))
    return told


def cut_bodies(world: World, step: int) -> Verdict:
    """A body cut at every `step`-th byte, with its length promised and without: never a wrong record."""
    whole = json.dumps(long_case()).encode()
    world.office.cases["88100000"] = whole
    tsdr = tsdr_of(world, attempts=1)
    _, right = tsdr.fetch_one("88100000")
    size = len(b'{"trademarks": [' + whole + b"]}")
    wrong, refused = 0, 0
    for at, honest in itertools.product(range(0, size, step), (True, False)):
        world.office.script = lambda n, path, at=at, honest=honest: cut(at, honest=honest)  # type: ignore[misc]
        try:
            wrong += same(tsdr.fetch_one("88100000")[1]) != same(right)
        except (FetchError, FormatError):
            refused += 1
    world.office.script = lambda n, path: None
    figures = {"bytes": size, "cuts": len(range(0, size, step)) * 2, "refused": refused, "wrong records": wrong}
    return Verdict(3, "body cut at every byte", not wrong and refused == figures["cuts"], figures)


def same(record: CaseFile) -> str:
    """Return what makes two records the same."""
    from tmwatch.changes import to_json

    return to_json(record)


def slow(world: World) -> Verdict:
    """One byte now and then: given up in time."""
    world.office.cases["88100000"] = json.dumps(long_case()).encode()
    world.office.script = lambda n, path: drip
    tsdr = tsdr_of(world, attempts=1, timeout=1.0)
    begin = time.monotonic()
    try:
        tsdr.fetch_one("88100000")
        broken = ["a drip was read as a record"]
    except FetchError:
        broken = []
    seconds = time.monotonic() - begin
    world.office.script = lambda n, path: None
    if seconds > 3:
        broken.append(f"given up after {seconds:.1f} s")
    return Verdict(3, "one byte at a time", not broken, {"timeout": 1.0, "given up after": f"{seconds:.2f} s"}, broken)


def mutations(case: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Return a damaged copy of a record: a value of another type, null, a list twice, a key more, deeper nesting."""
    damaged = copy.deepcopy(case)
    places = list(_places(damaged))
    holder, key = dice.choice([place for place in places if place[0][place[1]] is not None])
    kinds: list[Callable[[Any], Any]] = [
        lambda old: None if isinstance(old, (list, dict)) else [old],
        lambda old: {"value": old},
        lambda old: [old, old],
        lambda old: 3.5 if isinstance(old, (str, bool)) else "text",
        lambda old: [[[[]]]],
        lambda old: True if not isinstance(old, bool) else "yes",
    ]
    if isinstance(holder, dict) and str(key).endswith(("Date", "Number", "Num")):  # free text may be any text
        kinds += [lambda old: 10**30, lambda old: "9" * 500, lambda old: "2026-13-45"]
    holder[key] = dice.choice(kinds)(holder[key])
    if dice.random() < 0.3:
        damaged[f"new-{dice.randrange(99)}"] = {"deep": [1, {"er": None}]}
    return damaged


def _places(value: Any) -> Any:
    """Yield every (holder, key) of a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        yield value, key
        yield from _places(inner)


def mutants(world: World, count: int, dice: random.Random) -> Verdict:
    """Damaged records for stored marks: no crash; what is stored never becomes what no sound record said."""
    world.prepare()
    world.run(MORNING)
    crashed: list[str] = []
    events: Counter[str] = Counter()
    made = checked = 0
    day = 0
    while made < count:
        day += 1
        for serial in world.serials:
            damaged = mutations(info_json(world.served[serial]), dice)
            world.office.cases[str(serial)] = json.dumps(damaged).encode()
            made += 1
        try:
            result = world.run(MORNING + day * DAY)
        except Exception as error:  # anything that ends a run is a crash
            crashed.append(f"{type(error).__name__}: {error}"[:200])
            continue
        checked += result.checked
        rows = world.query("SELECT name, old, new FROM changes WHERE kind != 'finding'")
        events.update(f"{name}: {old} -> {new}" for name, old, new in rows)
        world.query("SELECT 1")
        world.office.serve(world.served.values())
        _forget(world)
        world.run(MORNING + day * DAY + timedelta(hours=1))
        _forget(world)
    figures = {"records": made, "read all the same": checked, "crashes": len(crashed), "events": sum(events.values())}
    return Verdict(3, "mutated records", not crashed and not events, figures, [*crashed, *events][:12])


def _forget(world: World) -> None:
    """Empty the ledger, so that the next round counts its own."""
    from sqlalchemy import text

    from tmwatch.store import open_engine

    engine = open_engine(world.database_url)
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM message_items"))
        conn.execute(text("DELETE FROM changes"))
    engine.dispose()
