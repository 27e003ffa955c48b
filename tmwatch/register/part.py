"""One source file -> one part. This is what a worker does, in a process of this machine or of another one.

The part (its record file, and just before it the key file) appears under its final name only when the source was read
to its last byte and its CRC was right, so that a worker may die at any moment; done again it gives the same part.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, BinaryIO

from tmwatch.errors import FormatError, UsageError
from tmwatch.register.engine import within_memory
from tmwatch.register.extract import summarize
from tmwatch.register.folder import Folder, Part
from tmwatch.register.parquet import MEMORY_MB, read_part, write_part
from tmwatch.register.summary import line_of
from tmwatch.sources.base import about
from tmwatch.sources.odp_files import data_day
from tmwatch.sources.watchpass import CutRecord, SetAside, Totals, cut_records
from tmwatch.sources.zipfiles import open_bulk
from tmwatch.text import Text, say

BATCH = 2_000  # records between two notes of progress
SHOWN_SET_ASIDE = 50


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is told: the source (a path, or a URL that fsspec knows), and the register's folder."""

    source: str
    folder: Path

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.source.rstrip("/").rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a job: the part, or why there is none. `seconds`, of the clock and of the processor, and `peak_mb`
    are the worker's own."""

    job: Job
    part: Part | None = None
    problem: str | Text = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    fresh: bool = True


@dataclass(slots=True)
class _Count:
    """How far a worker came."""

    records: int = 0
    set_aside: list[str] = field(default_factory=list)
    complete: bool = False


def build_part(job: Job) -> Built:
    """Read one source file into its part. A file that is damaged or something else is told, never raised."""
    begun, cpu = time.monotonic(), time.process_time()
    folder = Folder(job.folder)
    folder.make()
    try:
        with _local(job, folder) as path:
            digest = _digest(path)
            target = folder.parts / f"{Path(job.name).stem}-{digest[:16]}.parquet"
            if target.is_file() and (folder.keys / target.name).is_file():
                return Built(job, read_part(target), fresh=False)
            part = _build(job, path, digest, target, folder)
    except FormatError as error:
        return Built(job, None, error.said, time.monotonic() - begun, time.process_time() - cpu, peak_mb())
    finally:
        progress_file(job).unlink(missing_ok=True)
    return Built(job, part, "", time.monotonic() - begun, time.process_time() - cpu, peak_mb())


def progress_file(job: Job) -> Path:
    """Return where a worker notes how far it came, for whoever waits."""
    return Folder(job.folder).work / f"{job.name}.progress"


def peak_mb() -> float:
    """Return the most memory this process ever held, in MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _local(job: Job, folder: Folder) -> Iterator[Path]:
    """Give the source as a file of this machine; what lies elsewhere is copied for the time it is read."""
    if "://" not in job.source:
        yield Path(job.source)
        return
    try:
        import fsspec
    except ImportError as error:
        raise UsageError(say("files elsewhere need fsspec: pip install 'tmwatch[cluster]'")) from error
    copy = folder.work / f"{job.name}.{os.getpid()}.{secrets.token_hex(4)}.copy"
    try:
        with fsspec.open(job.source, "rb") as far, copy.open("wb") as near:
            shutil.copyfileobj(far, near, 1 << 20)
        yield copy
    except OSError as error:
        raise FormatError(
            say("{file} cannot be fetched: {reason}", file=job.name, reason=error.strerror or type(error).__name__)
        ) from error
    finally:
        copy.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FormatError(say("{path} cannot be read: {reason}", path=path.name, reason=error.strerror)) from error


def _build(job: Job, path: Path, digest: str, target: Path, folder: Folder) -> Part:
    """Write the rows of the source, turn them into Parquet, and put that in its place."""
    own = f"{target.stem}.{os.getpid()}.{secrets.token_hex(4)}"  # workers of several machines share the folder
    rows, fresh, keys = (folder.work / f"{own}.{kind}" for kind in ("rows", "parquet", "keys"))
    day = data_day(job.name)
    count = _Count()
    try:
        with path.open("rb") as source, rows.open("w", encoding="utf-8", newline="\n") as out:
            _write_rows(source, out, job, day, count)
        if not count.records:
            raise FormatError(say("{file} holds no record that can be read", file=job.name))
        read = Part(job.name, digest, target.name, count.records, tuple(count.set_aside[:SHOWN_SET_ASIDE]),
                    day, None, None)  # fmt: skip
        part = within_memory(lambda memory: write_part(rows, read, fresh, keys, folder.work, memory), MEMORY_MB)
        for made, name in ((keys, folder.keys / target.name), (fresh, target)):
            with made.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(made, name)
    finally:
        for left in (rows, fresh, keys):
            left.unlink(missing_ok=True)
    return part


def _write_rows(source: BinaryIO, out: IO[str], job: Job, day: date | None, count: _Count) -> None:
    """Write a line for each record; FormatError when the source is damaged, before or at its last byte."""
    edition = f"{day or '0000-00-00'} {job.name}"
    lines: list[str] = []
    try:
        for stream in open_bulk(source, job.name):
            for item in cut_records(stream, None):
                if isinstance(item, CutRecord):
                    _take(item, day, edition, lines, count)
                    if len(lines) >= BATCH:
                        _flush(lines, out, source, job, count)
                elif isinstance(item, SetAside):
                    count.set_aside.append(_aside(item.serial_number, item.reason))
                else:
                    count.complete = isinstance(item, Totals)
    except FormatError as error:
        raise FormatError(about(job.name, error)) from error
    if not count.complete:
        raise FormatError(say("{file} was not read to its end", file=job.name))
    _flush(lines, out, source, job, count)


def _take(cut: CutRecord, day: date | None, edition: str, lines: list[str], count: _Count) -> None:
    """Add the line of one record; one that nobody can read is set aside and named."""
    try:
        lines.append(line_of(summarize(cut, day), edition, count.records))
    except FormatError as error:
        count.set_aside.append(_aside(cut.serial_number, error.said))
        return
    count.records += 1


def _aside(serial: str | None, reason: str | Text) -> str:
    """Say whose record is set aside and why: in English, as the manifest keeps it."""
    return str(say("{serial}: {why}", serial=serial or say("without number"), why=reason))


def _flush(lines: list[str], out: IO[str], source: BinaryIO, job: Job, count: _Count) -> None:
    """Write the lines and note how far the worker came."""
    if lines:
        out.write("\n".join(lines))
        out.write("\n")
        lines.clear()
    note = {"records": count.records, "bytes": source.tell(), "peak_mb": round(peak_mb(), 1)}
    progress_file(job).write_text(json.dumps(note))
