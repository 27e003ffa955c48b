"""`register build`: source files -> parts by workers, parts -> register. Interrupted, it goes on where it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tmwatch.errors import StoreError
from tmwatch.register.folder import Folder, Manifest, Part
from tmwatch.register.overlay import join_parts
from tmwatch.register.part import Built, Job, progress_file
from tmwatch.register.workers import Workers, build_all
from tmwatch.text import Text, say

PART_SHARE = 0.6  # a part is about a third of its zip; room for parts, overlay and sorting together
ROOM_PER_JOB = 400 << 20  # row file and spill file of one worker


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build came: files, records, bytes of the sources read, the largest worker's memory in MB."""

    files: int
    of_files: int
    records: int
    bytes: int
    of_bytes: int
    peak_mb: float


@dataclass(slots=True)
class BuildResult:
    """What a build did. `problems` has a line for each file that is not in the register."""

    manifest: Manifest
    built: list[Built] = field(default_factory=list)

    @property
    def problems(self) -> list[str | Text]:
        """Why files could not be taken."""
        return [one.problem for one in self.built if one.problem]

    @property
    def records(self) -> int:
        """Records read now, not those of files read before."""
        return sum(one.part.records for one in self.built if one.part and one.fresh)

    @property
    def set_aside(self) -> list[str]:
        """Records that could not be read, a line each."""
        return [f"{b.part.source}: {line}" for b in self.built if b.part and b.fresh for line in b.part.set_aside]


def build(
    folder: Folder,
    sources: Sequence[str],
    workers: Workers,
    now: datetime,
    report: Callable[[Progress], None],
    jobs: int,
) -> BuildResult:
    """Build the parts of `sources` and join those that were read to their end; Busy when another build is active.

    StoreError when the disk has not enough room, before anything is read.
    """
    folder.make()
    with folder.locked():
        todo = [Job(source, folder.path) for source in dict.fromkeys(sources)]
        check_room(folder, todo, jobs)
        _tidy(folder)
        watch = _Watch(todo, report)
        built: list[Built] = []
        for one in build_all(todo, workers, watch.tick):
            built.append(one)
            watch.done(one)
        parts: list[Part] = [one.part for one in built if one.part]
        parts.sort(key=lambda part: (str(part.day or ""), part.source))
        return BuildResult(join_parts(folder, parts, now), built)


def check_room(folder: Folder, jobs: Sequence[Job], workers: int) -> None:
    """Raise StoreError when the disk is too small for what is to come."""
    need = int(sum(size_of_source(job) for job in jobs) * PART_SHARE) + min(workers, len(jobs)) * ROOM_PER_JOB
    free = shutil.disk_usage(folder.path).free
    if free < need:
        raise StoreError(
            say(
                "{path} has {free} GB free and the build needs about {need} GB; make room or give another folder with "
                "--dir",
                path=str(folder.path),
                free=f"{free / 1e9:.1f}",
                need=f"{need / 1e9:.1f}",
            )
        )


def size_of_source(job: Job) -> int:
    """Return the bytes of a source on this machine, 0 for one elsewhere or missing (the worker names it)."""
    path = Path(job.source)
    return path.stat().st_size if "://" not in job.source and path.is_file() else 0


def _tidy(folder: Folder) -> None:
    """Remove what a build that died left in its work folder."""
    for left in folder.work.iterdir():
        if left.is_file():
            left.unlink(missing_ok=True)
        else:
            shutil.rmtree(left, ignore_errors=True)


class _Watch:
    """Sums up what the workers note and what is done."""

    def __init__(self, jobs: Sequence[Job], report: Callable[[Progress], None]) -> None:
        """Begin with nothing done."""
        self._left = {job.source: job for job in jobs}
        self._sizes = {job.source: size_of_source(job) for job in jobs}
        self._count = len(jobs)
        self._report = report
        self._records = self._bytes = 0
        self._peak = 0.0

    def done(self, one: Built) -> None:
        """Count a finished file."""
        self._left.pop(one.job.source, None)
        self._records += one.part.records if one.part and one.fresh else 0
        self._bytes += self._sizes[one.job.source]
        self._peak = max(self._peak, one.peak_mb)
        self.tick()

    def tick(self) -> None:
        """Report how far all came."""
        records, read = self._records, self._bytes
        for job in self._left.values():
            note = _note(job)
            records += int(note.get("records", 0))
            read += int(note.get("bytes", 0))
            self._peak = max(self._peak, note.get("peak_mb", 0.0))
        files = self._count - len(self._left)
        self._report(Progress(files, self._count, records, read, sum(self._sizes.values()), self._peak))


def _note(job: Job) -> dict[str, float]:
    """Return a worker's note; nothing while it is not there or half written."""
    try:
        told: dict[str, float] = json.loads(progress_file(job).read_text())
    except (OSError, ValueError):
        return {}
    return told
