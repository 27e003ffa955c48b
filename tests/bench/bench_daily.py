"""The daily run: one weekday file of 38,000 records on SQLite, from the zip to queued digests.

    python -m tests.bench.bench_daily [WATCHED] [CHANGED] [RECORDS] [EACH]

WATCHED (default 10,000; then ten times as many) marks are watched by clients with about EACH (default 20) marks, and
stored already, as after months of use; CHANGED of them (default 100), no matter whose, stand in the day's file, a step
further. The run reads the file, stores, judges and queues; nothing is sent. Unzipping the same file is measured in the
same run. Each in a fresh process. Prints what came of it; fails when a target is missed. The time goes by messages: few
large clients cost less (EACH 1,000), and a client of ten thousand marks a second.
"""

from __future__ import annotations

import cProfile
import json
import os
import pstats
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import big_files
from tests.bench.lives import PORTFOLIO
from tmwatch.cli.garbage import collect_late
from tmwatch.cli.opening import open_context
from tmwatch.pipeline.edges import channels_of
from tmwatch.pipeline.run import Edges, Options, RunResult, run
from tmwatch.portfolio import Client, Watch
from tmwatch.settings import load
from tmwatch.sources.zipfiles import CHUNK
from tmwatch.store import open_engine, portfolio, schema

FIRST, RECORDS, EACH = 90_000_000, 38_000, 20
TIMES, A_MARK = 3.0, 0.001  # of unzipping; seconds a changed mark
SEED = 99
GROWTH = 2.0  # 100,000 watched beside 10,000
BEFORE, NOW = datetime(2026, 1, 5, 10, tzinfo=UTC), datetime(2026, 1, 6, 10, tzinfo=UTC)


def once(folder: Path, file: Path, now: datetime, *, send: bool = False) -> RunResult:
    """Do the bulk step of a run on one file."""
    config = folder / "tmwatch.toml"
    config.touch()
    environ = {"TMWATCH_DATABASE_URL": f"sqlite:///{folder / 'tmwatch.db'}", "TMWATCH_MAIL_URL": f"file:{folder}/mail"}
    settings = load(config, environ, folder)
    with open_context(settings, lambda: now) as ctx:
        return run(ctx, Edges(None, None, channels_of(settings)), Options(send=send, files=(file,)))


def prepare(folder: Path, watched: int, changed: int, each: int) -> None:
    """Make a database in which the watched marks are stored and every client had the first digest."""
    url = f"sqlite:///{folder / 'tmwatch.db'}"
    schema.upgrade(url)
    serials = [FIRST + n for n in range(changed)] + [10_000_000 + FIRST - n for n in range(1, watched - changed + 1)]
    dice = random.Random(SEED)
    names = [f"Client {dice.randrange(watched // each):04}" for _ in range(watched)]
    watches = [Watch(names[n], f"Brand {n}", f"{serial:08}") for n, serial in enumerate(serials)]
    owners = [Client(name, emails=(f"{name[-4:]}@client.example",)) for name in sorted(set(names))]
    engine = open_engine(url)
    with engine.begin() as conn:
        portfolio.save_watches(conn, watches, owners, BEFORE)
    engine.dispose()
    before = folder / "apc260104.zip"
    lowest = min(serials[changed:])
    big_files.write(before, watched - changed, lowest, day="20260104", seed=1, mix=PORTFOLIO)
    known = folder / "apc260103.zip"
    big_files.write(known, changed, FIRST, day="20260103", seed=SEED, steps_back=1)
    for file in (before, known):
        once(folder, file, BEFORE, send=True)
        file.unlink()


def child(folder: Path, file: Path) -> None:
    """Measure one run in this process, which collects garbage as the command does, and print it."""
    collect_late()
    start, cpu = time.perf_counter(), time.process_time()
    profile = cProfile.Profile() if os.environ.get("PROFILE") else None
    if profile:
        profile.enable()
    result = once(folder, file, NOW)
    if profile:
        profile.disable()
        pstats.Stats(profile, stream=sys.stderr).sort_stats("cumtime").print_stats(60)
    changes = sum(source.changes for source in result.sources)
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, time.process_time() - cpu, result.checked, changes, result.queued]))


def unzip(file: Path) -> float:
    """Return the seconds that unzipping alone takes, the fastest of three."""
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        with zipfile.ZipFile(file) as archive, archive.open(archive.namelist()[0]) as member:
            while member.read(CHUNK):
                pass
        taken.append(time.perf_counter() - start)
    return min(taken)


def measure(base: Path, file: Path, watched: int, changed: int, each: int) -> float:
    """Prepare a database, run in a fresh process, print, and return the seconds."""
    folder = base / f"{watched}-{changed}"
    folder.mkdir()
    prepare(folder, watched, changed, each)
    command = [sys.executable, "-m", "tests.bench.bench_daily", "--child", str(folder), str(file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    seconds, cpu, seen, changes, queued = json.loads(done.stdout.splitlines()[-1])
    shutil.rmtree(folder)
    print(
        f"{watched:9,} watched by {watched // each:,} clients, {seen:,} in the file: {seconds:6.2f} s (CPU {cpu:.2f}), "
        f"{changes:,} changes, "
        f"{queued:,} messages queued, {seconds / watched * 1e6:,.0f} us a watched mark"
    )
    return float(seconds)


def main(watched: int = 10_000, changed: int = 100, records: int = RECORDS, each: int = EACH) -> int:
    """Measure two sizes; the exit code says whether the targets were met."""
    with tempfile.TemporaryDirectory() as made:
        base = Path(made)
        file = base / "apc260105.zip"
        size = big_files.write(file, records, FIRST, day="20260105", seed=SEED)
        alone = unzip(file)
        print(f"{records:,} records, {size / 1e6:.0f} MB of XML, unzipped alone in {alone:.2f} s")
        few = measure(base, file, watched, changed, each)
        many = measure(base, file, 10 * watched, changed, each)
    allowed = TIMES * alone + A_MARK * changed
    print(f"{few:.2f} s, allowed {allowed:.2f} s ({TIMES:g}x unzip and {A_MARK * 1000:g} ms a changed mark)")
    print(f"ten times as many watched: {many / few:.1f}x the time, allowed {GROWTH:g}x")
    return 0 if few <= allowed and many <= GROWTH * few else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        raise SystemExit(main(*map(int, sys.argv[1:])))
