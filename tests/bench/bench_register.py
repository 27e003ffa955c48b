"""The register: build beside chktm, a large build with its projection to 14.0 million, searches, one daily file.

    python -m tests.bench.bench_register [RECORDS] [FOLDER]

1. Two files of 20,000 records, two processes; chktm loads the same two files in the same run (in one process, which
   is all it has). Speed is compared with it as measured here, the fastest of three rounds of each: other work on the
   machine only adds. Processor time is printed beside it, for when there is much other work.
2. RECORDS (default 1,000,000) generated records in eight files, built, searched, and updated by a daily file of 38,000
   records. Files and register lie in FOLDER (default: a temporary one) and are removed.
Prints ratios and projections; fails when a target is missed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path

from tests.bench import big_files, chktm
from tmwatch.register.agents import agents
from tmwatch.register.build import BuildResult, build
from tmwatch.register.folder import Folder, size_of
from tmwatch.register.opened import Register, open_register
from tmwatch.register.search import Question, search
from tmwatch.register.similar import similar
from tmwatch.register.workers import processes
from tmwatch.sanctions import load_registry

NOW = datetime(2026, 1, 6, tzinfo=UTC)
WHOLE = 14_000_000
FILES, SMALL, DAY = 8, 20_000, 38_000
TIMES, MINUTES, GIGABYTES, MEMORY_MB = 4.0, 30.0, 3.0, 400.0
ROUNDS = 5
SEARCH, SEARCH_WHOLE = 0.3, 1.5  # seconds
OWNER = Question(owner="Kettle Outdoor 4242 Trading Co")


def built(place: Path, paths: list[Path]) -> tuple[BuildResult, float]:
    """Build with two processes; the result and the seconds."""
    start = time.perf_counter()
    result = build(Folder(place), [str(path) for path in paths], processes(2), NOW, lambda counts: None, 2)
    assert not result.problems, result.problems
    return result, time.perf_counter() - start


def beside_chktm(folder: Path) -> bool:
    """Build two small files and load them with chktm."""
    paths = [folder / "apc260103.zip", folder / "apc260104.zip"]
    sizes = [big_files.write(path, SMALL, 90_000_000 + n * SMALL, seed=n) for n, path in enumerate(paths)]
    rates: dict[str, list[float]] = {"tmwatch": [], "chktm": []}
    cpu: dict[str, list[float]] = {"tmwatch": [], "chktm": []}
    peak = 0.0
    for round_ in range(3):
        result, seconds = built(folder / f"small{round_}", paths)
        rates["tmwatch"].append(2 * SMALL / seconds)
        peak = max([peak, *(one.peak_mb for one in result.built)])
        loaded = [chktm.load(path) for path in paths]
        rates["chktm"].append(sum(one[0] for one in loaded) / sum(one[1] for one in loaded))
        cpu["tmwatch"].append(sum(one.cpu_seconds for one in result.built))
        cpu["chktm"].append(sum(one[2] for one in loaded))
    ours, theirs = max(rates["tmwatch"]), max(rates["chktm"])
    print(f"two files of {SMALL:,} records, {sum(sizes) / SMALL / 2 / 1000:.1f} kB a record, two processes")
    print(f"  tmwatch {ours:8,.0f} records/s (owners, attorney, correspondent, sanction events kept), {peak:.0f} MB")
    print(f"  chktm   {theirs:8,.0f} records/s (which drops them), one process: {ours / theirs:.1f}x")
    spent = {name: min(seconds) / 2 / SMALL * 1e6 for name, seconds in cpu.items()}
    share = spent["chktm"] / spent["tmwatch"]
    print(f"  processor time a record: {spent['tmwatch']:.0f} us beside {spent['chktm']:.0f} us: {share:.1f}x a core")
    busy(result)
    return checked("build beside chktm", ours / theirs, TIMES, at_least=True) & checked("MB a process", peak, MEMORY_MB)


def busy(result: BuildResult) -> None:
    """Say so when the workers had no core each, for other work on the machine then counts as theirs."""
    had = sum(one.cpu_seconds for one in result.built) / sum(one.seconds for one in result.built)
    if had < 0.8:
        print(f"  the machine was busy: each process had {had:.2f} of a core; compare processor times")


def checked(what: str, value: float, target: float, *, at_least: bool = False) -> bool:
    """Say whether a target holds."""
    met = value >= target if at_least else value <= target
    print(f"  {'met   ' if met else 'MISSED'} {what}: {value:.2f} (target {'>=' if at_least else '<='} {target:g})")
    return met


def write_large(folder: Path, records: int) -> list[Path]:
    """Make the files of the large build, two at a time."""
    each = records // FILES
    paths = [folder / f"apc18840407-20251231-{n + 1:02}.zip" for n in range(FILES)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        done = [
            pool.submit(big_files.write, path, each, 70_000_000 + n * each, day="20251230", seed=n, of=records)
            for n, path in enumerate(paths)
        ]
        size = sum(one.result() for one in done)
    packed = sum(path.stat().st_size for path in paths)
    print(f"{records:,} records in {FILES} files, {size / 1e9:.1f} GB of XML, {packed / 1e6:.0f} MB of zips")
    return paths


def large(folder: Path, records: int) -> bool:
    """Build, measure the disk, search, and take in one day."""
    paths = write_large(folder, records)
    place = Folder(folder / "large")
    result, seconds = built(place.path, paths)
    for path in paths:
        path.unlink()
    peak = max(one.peak_mb for one in result.built)
    disk = size_of(place.all_files(result.manifest))
    rate = records / seconds
    cpu = sum(one.cpu_seconds for one in result.built)
    print(f"  built in {seconds:.0f} s: {rate:,.0f} records/s, {peak:.0f} MB a process, {disk / records:.0f} B a mark")
    minutes = WHOLE / records * cpu / 2 / 60
    print(
        f"  {cpu / records * 1e6:.0f} us of processor time a mark: {minutes:.0f} min for 14.0 million on two free cores"
    )
    busy(result)
    met = checked("minutes for 14.0 million, projected", WHOLE / records * seconds / 60, MINUTES)
    met &= checked("GB for 14.0 million, projected", WHOLE / records * disk / 1e9, GIGABYTES)
    met &= checked("MB a process", peak, MEMORY_MB)
    met &= searches(place, records)
    return met & one_day(folder, place, records)


def searches(place: Folder, records: int) -> bool:
    """Ask each kind of question several times on an open register; the fastest of them."""
    start = time.perf_counter()
    with open_register(place) as register:
        opened = time.perf_counter() - start
        print(f"  register of {register.manifest.marks:,} opened in {opened * 1000:.0f} ms")
        questions = {
            "owner": OWNER,
            "attorney": Question(attorney="Lumen Worksson 17"),
            "correspondent": Question(correspondent="North Law 13"),
            "mark": Question(mark="QUIETLAMP works 77"),
            "address": Question(address="Room 123, No. 323 Vale Rd"),
            "class and status": Question(class_code="25", status="registered"),
            "sanctioned": Question(sanctioned=True),
        }
        met = True
        for name, question in questions.items():
            cpu = time.process_time()
            seconds, found = timed(lambda asked=question: search(register, asked).total)  # type: ignore[misc]
            cpu = (time.process_time() - cpu) / ROUNDS
            print(
                f"  search {name:17} {seconds * 1000:6.0f} ms ({cpu * 1000:.0f} ms of processor time), {found:,} found"
            )
            if name in ("owner", "attorney", "correspondent", "mark"):
                met &= checked(f"search by {name}", seconds, SEARCH * max(records, 10**6) / 1e6)
                # Looking through the keys grows with the register; fetching what is shown touches at most as many
                # files and groups as there are rows to show.
                scan, _ = timed(lambda asked=question: search(register, replace(asked, limit=0)).total)  # type: ignore[misc]
                whole = scan * WHOLE / records + max(seconds - scan, 0.0)
                met &= checked(f"search by {name}, 14.0 million projected", whole, SEARCH_WHOLE)
        _others(register)
    return met


def _others(register: Register) -> None:
    """Time what has no target."""
    registry = load_registry()
    seconds, _ = timed(lambda: len(agents(register, registry, date(2026, 1, 6))))
    print(f"  agents --top 50          {seconds * 1000:6.0f} ms")
    seconds, found = timed(lambda: len(similar(register, "QUIETLAMP WORKS 77", date(2025, 10, 1))))
    print(f"  watch, three months      {seconds * 1000:6.0f} ms, {found} found")
    seconds, _ = timed(lambda: int(register.case("70001234") is not None))
    print(f"  one mark                 {seconds * 1000:6.0f} ms")


def timed(work: Callable[[], int], times: int = ROUNDS) -> tuple[float, int]:
    """Return the seconds of a piece of work at its fastest, and its last result."""
    taken, result = [], 0
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - start)
    return min(taken), result


def one_day(folder: Path, place: Folder, records: int) -> bool:
    """Take in a weekday file: nine in ten of its marks are in the register already."""
    path = folder / "apc260105.zip"
    big_files.write(path, DAY, 70_000_000 + records - DAY * 9 // 10, seed=99, of=records)
    result, seconds = built(place.path, [path])
    print(
        f"  daily file of {DAY:,} records joined in {seconds:.1f} s; {result.manifest.overlay_records:,} marks merged"
    )
    with open_register(place) as register:
        seconds, _ = timed(lambda: search(register, OWNER).total)
    return checked("search by owner after a day", seconds, SEARCH * max(records, 10**6) / 1e6)


def main(records: int = 1_000_000, folder: str | None = None) -> int:
    """Run both parts; the exit code says whether the targets were met."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        met = beside_chktm(Path(made))
        met &= large(Path(made), records)
    return 0 if met else 1


if __name__ == "__main__":
    words = sys.argv[1:]
    raise SystemExit(main(*map(int, words[:1]), *words[1:2]))
