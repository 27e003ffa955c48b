"""Proof 8: the disk fills up at any point, a migration is killed at any statement, a backup is restored row by row.

The full disk is a small tmpfs, which only root can mount: elsewhere that part says so and is not run.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, event

from tests.proof.verdict import Ended, Log, Verdict
from tests.proof.world import DAY, MORNING, World, run_once
from tests.proof.zygote import forked
from tmwatch.errors import StoreError
from tmwatch.pipeline.run import Options
from tmwatch.store import open_engine, schema

BALLAST = "ballast"
FITTED = "it fitted"


class CannotMount(Exception):
    """No small disk can be made here."""


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a tmpfs of this size; CannotMount where that is not allowed."""
    folder.mkdir(exist_ok=True)
    options = f"size={kilobytes}k"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotMount(done.stderr.strip() or "mount failed")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, leave: int) -> None:
    """Leave so many bytes on the disk."""
    free = os.statvfs(folder)
    size = free.f_bavail * free.f_frsize - leave
    with (folder / BALLAST).open("wb") as file:
        file.write(b"\0" * max(size, 0))


def full(world: World, log: Log, points: int, dice: random.Random) -> Verdict:
    """Fill the disk so that a run ends after more and more bytes; then make room and run again."""
    kept = Path(world.database_url.removeprefix("sqlite:///"))
    broken: list[str] = []
    done = refused = need = 0
    partial = False
    with small_disk(world.folder / "small", 64_000) as disk:
        path = disk / "proof.db"
        shutil.copy(kept, path)
        world.database_url = f"sqlite:///{path}"
        world.environ["TMWATCH_STORE_BACKUP_DIR"] = str(world.folder)
        world.prepare()
        world.run(MORNING)
        need = _growth(world, path, dice)
        try:
            for point in range(points):
                said = _point(world, disk, log, point, 4096 + need * point // points, dice, broken)
                refused += said != FITTED
                done += 1
        except Ended:
            partial = True
    figures = {"points": done, "runs refused": refused, "bytes a run needs": need}
    holds = not broken and refused > points // 2
    return Verdict(8, "disk full", holds, figures, broken, partial)


def _point(world: World, disk: Path, log: Log, point: int, leave: int, dice: random.Random, broken: list[str]) -> str:
    """Let a run have `leave` bytes and fail, make room, run again and look; return what the run said."""
    path = disk / "proof.db"
    now = MORNING + (point + 2) * DAY
    world.post.arrived.clear()
    expected = world.change(f"Full{point:02}", world.marks // 4, dice)
    fill(disk, leave)
    try:
        world.run(now, Options())
        said = FITTED
    except StoreError as error:
        said = str(error)
        if "disk is full" not in said and "disk I/O" not in said:
            broken.append(f"point {point}: {said}")
    (disk / BALLAST).unlink()
    with closing(sqlite3.connect(path)) as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
    world.run(now + DAY / 24)
    world.run(now + DAY / 12)
    told = world.told()
    lost = [name for name in expected if not told.get(name)]
    twice = [name for name in expected if len(told.get(name, ())) > 1]
    log.line(point=point, said=said, whole=whole, lost=len(lost), twice=len(twice))
    if whole != "ok" or lost or twice:
        broken.append(f"point {point}: {whole}, {len(lost)} lost, {len(twice)} seen twice")
    return said


def _growth(world: World, path: Path, dice: random.Random) -> int:
    """Do a run with changes and return how many bytes it needed on the disk at most, roughly."""
    before = sum(one.stat().st_size for one in path.parent.iterdir())
    world.change("Measure", world.marks // 4, dice)
    most = 0

    def measure(_: object = None) -> None:
        nonlocal most
        most = max(most, sum(one.stat().st_size for one in path.parent.iterdir()))

    run_once(
        world.settings,
        MORNING + DAY,
        lambda: MORNING + DAY,
        listen=lambda engine: event.listen(engine, "checkin", lambda *_: measure()),
    )
    return max(most - before, 64_000)


def killed_migrations(url: str, step: int) -> Verdict:
    """Kill the migration of an empty database before each `step`-th statement, in a forked child; then migrate again.

    What is in the database is lost.
    """
    broken: list[str] = []
    kills, number, partial = 0, step, False
    try:
        while (code := _killed_at(emptied(url), number)) != 0:
            if code != -signal.SIGKILL:
                broken.append(f"statement {number}: the child ended with {code}")
            elif said := _mended(url):
                broken.append(f"statement {number}: {said}")
            kills += 1
            number += step
    except Ended:
        partial = True
    figures = {"kills": kills, "every": step}
    return Verdict(8, "SIGKILL in a migration", not broken and kills > 1, figures, broken, partial)


def _mended(url: str) -> str:
    """Migrate again; return what is wrong then, empty when nothing is."""
    try:
        schema.upgrade(url)
        schema.differences(url)
        schema.check(url)
    except Exception as error:  # whatever it is, the other statements are tried too
        return f"{type(error).__name__} {error}"
    return ""


def emptied(url: str) -> str:
    """Take a database back to nothing, so that the migrations begin at their beginning."""
    from sqlalchemy import text

    if url.startswith("sqlite"):
        for one in Path(url.removeprefix("sqlite:///")).parent.glob("*.db*"):
            one.unlink()
        return url
    engine = open_engine(url)
    with engine.begin() as conn:
        conn.execute(text("DROP SCHEMA public CASCADE"))
        conn.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


def _killed_at(url: str, statement: int) -> int:
    """Migrate in a forked child that kills itself before a statement; return its exit code."""
    count = 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1
        if count == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def migrate() -> None:
        event.listen(Engine, "before_cursor_execute", note)
        schema.upgrade(url)

    return os.waitstatus_to_exitcode(os.waitpid(forked(migrate), 0)[1])


def restored_backup(world: World) -> Verdict:
    """Compare a backup with its source row by row, put it in place, and run: nothing is told again."""
    world.prepare()
    world.run(MORNING)
    world.change("Kept", world.marks // 2, random.Random(4))
    world.run(MORNING + DAY)
    copy = schema.back_up(world.database_url, "proof", world.folder)
    assert copy is not None
    source = Path(world.database_url.removeprefix("sqlite:///"))
    different = [table for table in _tables(source) if _rows(source, table) != _rows(copy, table)]
    counts = sum(len(_rows(copy, table)) for table in _tables(copy))
    arrived = len(world.post.arrived)
    for side in ("", "-wal", "-shm"):
        Path(f"{source}{side}").unlink(missing_ok=True)
    shutil.copy(copy, source)
    schema.check(world.database_url)
    result = world.run(MORNING + DAY + DAY / 24)
    broken = [f"{table} differs" for table in different]
    if _tables(source) != _tables(copy):
        broken.append("other tables")
    if result.queued or len(world.post.arrived) != arrived:
        broken.append(f"{result.queued} messages after the restore")
    return Verdict(8, "backup restored", not broken, {"tables": len(_tables(copy)), "rows": counts}, broken)


def _tables(path: Path) -> list[str]:
    """Return the tables of a database file."""
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        return [name for (name,) in connection.execute(query)]


def _rows(path: Path, table: str) -> list[tuple[object, ...]]:
    """Return all rows of a table, sorted."""
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)
