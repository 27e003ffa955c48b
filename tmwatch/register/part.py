"""One source file -> one Parquet file. This is what a worker does, in a process of this machine or of another one.

The part appears under its final name only when the source was read to its last byte and its CRC was right, so that a
worker may die at any moment; done again it gives the same part.
"""

# ruff: noqa: S608 - the SQL is put together from our own column names and quoted paths, never from what users type

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from tmwatch.errors import FormatError, UsageError
from tmwatch.register.columns import COLUMNS, expression, row_type
from tmwatch.register.engine import one_of, open_duckdb, quoted
from tmwatch.register.extract import summarize
from tmwatch.register.folder import Folder, Part, part_of
from tmwatch.register.merge import merged
from tmwatch.register.summary import FIELD, line_of
from tmwatch.sources.odp_files import data_day
from tmwatch.sources.watchpass import CutRecord, SetAside, Totals, cut_records
from tmwatch.sources.zipfiles import open_bulk

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_MB = 200  # of DuckDB in one worker
GROUP = 8_192  # rows a group: fetching one mark unpacks one group, however large the register
BATCH = 2_000  # records between two notes of progress
SHOWN_SET_ASIDE = 50
_LINE_BYTES = 16 << 20  # the longest row: a record has at most 64 MB, its summary far less
_META = "tmwatch"


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
    problem: str = ""
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
            if target.is_file():
                return Built(job, read_part(target), fresh=False)
            part = _build(job, path, digest, target, folder)
    except FormatError as error:
        return Built(job, None, str(error), time.monotonic() - begun, time.process_time() - cpu, peak_mb())
    finally:
        progress_file(job).unlink(missing_ok=True)
    return Built(job, part, "", time.monotonic() - begun, time.process_time() - cpu, peak_mb())


def read_part(path: Path) -> Part:
    """Return what a part says of itself."""
    with open_duckdb(memory_mb=MEMORY_MB, threads=1) as conn:
        sql = f"SELECT value FROM parquet_kv_metadata({quoted(str(path))}) WHERE key = '{_META}'"
        (value,) = one_of(conn, sql)
    return part_of(json.loads(bytes(value).decode()))


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
        raise UsageError("files elsewhere need fsspec: pip install 'tmwatch[cluster]'") from error
    copy = folder.work / f"{job.name}.{os.getpid()}.{secrets.token_hex(4)}.copy"
    try:
        with fsspec.open(job.source, "rb") as far, copy.open("wb") as near:
            shutil.copyfileobj(far, near, 1 << 20)
        yield copy
    except OSError as error:
        raise FormatError(f"{job.name} cannot be fetched: {error.strerror or type(error).__name__}") from error
    finally:
        copy.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FormatError(f"{path.name} cannot be read: {error.strerror}") from error


def _build(job: Job, path: Path, digest: str, target: Path, folder: Folder) -> Part:
    """Write the rows of the source, turn them into Parquet, and put that in its place."""
    own = f"{target.stem}.{os.getpid()}.{secrets.token_hex(4)}"  # workers of several machines share the folder
    rows, fresh = folder.work / f"{own}.rows", folder.work / f"{own}.parquet"
    day = data_day(job.name)
    count = _Count()
    try:
        with path.open("rb") as source, rows.open("w", encoding="utf-8", newline="\n") as out:
            _write_rows(source, out, job, day, count)
        if not count.records:
            raise FormatError(f"{job.name} holds no record that can be read")
        part = Part(job.name, digest, target.name, count.records, tuple(count.set_aside[:SHOWN_SET_ASIDE]),
                    day, None, None)  # fmt: skip
        part = _write_parquet(rows, fresh, part, folder)
        with fresh.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(fresh, target)
    finally:
        rows.unlink(missing_ok=True)
        fresh.unlink(missing_ok=True)
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
                    count.set_aside.append(f"{item.serial_number or 'without number'}: {item.reason}")
                else:
                    count.complete = isinstance(item, Totals)
    except FormatError as error:
        line = str(error)
        raise FormatError(line if line.startswith(job.name) else f"{job.name}: {line}") from error
    if not count.complete:
        raise FormatError(f"{job.name} was not read to its end")
    _flush(lines, out, source, job, count)


def _take(cut: CutRecord, day: date | None, edition: str, lines: list[str], count: _Count) -> None:
    """Add the line of one record; one that nobody can read is set aside and named."""
    try:
        lines.append(line_of(summarize(cut, day), edition, count.records))
    except FormatError as error:
        count.set_aside.append(f"{cut.serial_number}: {error}")
        return
    count.records += 1


def _flush(lines: list[str], out: IO[str], source: BinaryIO, job: Job, count: _Count) -> None:
    """Write the lines and note how far the worker came."""
    if lines:
        out.write("\n".join(lines))
        out.write("\n")
        lines.clear()
    note = {"records": count.records, "bytes": source.tell(), "peak_mb": round(peak_mb(), 1)}
    progress_file(job).write_text(json.dumps(note))


def _write_parquet(rows: Path, fresh: Path, part: Part, folder: Folder) -> Part:
    """Turn the row file into Parquet sorted by serial number; a mark that stands in it twice is merged."""
    types = {name: row_type(name) for name in COLUMNS} | {"position": "INTEGER"}
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    read = (
        f"read_csv({quoted(str(rows))}, delim = '{FIELD}', quote = '', escape = '', header = false, nullstr = '', "
        f"auto_detect = false, max_line_size = {_LINE_BYTES}, parallel = false, columns = {{{columns}}})"
    )
    expressions = ", ".join(expression(name) for name in COLUMNS)
    with open_duckdb(folder.work, memory_mb=MEMORY_MB, threads=1) as conn:
        conn.execute(f"CREATE TABLE rows AS SELECT * FROM {read}")
        serials, first, last = one_of(
            conn, "SELECT count(DISTINCT serial_number), min(transaction_date), max(transaction_date) FROM rows"
        )
        what = "rows"
        if serials < part.records:
            _merge_twice(conn)
            what = "once"
        part = replace(part, records=serials, first=first, last=last)
        _copy(conn, f"SELECT {expressions} FROM {what} ORDER BY serial_number", fresh, part)
    return part


def _merge_twice(conn: DuckDBPyConnection) -> None:
    """Make the table `once`: marks that stand twice in the file are merged."""
    conn.execute("CREATE TABLE twice AS SELECT serial_number FROM rows GROUP BY serial_number HAVING count(*) > 1")
    conn.execute("CREATE VIEW versions AS SELECT rows.* FROM rows SEMI JOIN twice USING (serial_number)")
    conn.execute("CREATE TABLE once AS SELECT * EXCLUDE (position) FROM rows ANTI JOIN twice USING (serial_number)")
    conn.execute(f"INSERT INTO once BY NAME {merged('versions', 'position')}")


def _copy(conn: DuckDBPyConnection, query: str, path: Path, part: Part | None) -> None:
    """Write a query's rows as Parquet (zstd), with what the part says of itself."""
    about = quoted(json.dumps(asdict(part), default=str)) if part else None
    meta = f", KV_METADATA {{{_META}: {about}}}" if about else ""
    conn.execute(
        f"COPY ({query}) TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP}{meta})"
    )


def write_parquet(conn: DuckDBPyConnection, query: str, path: Path) -> int:
    """Write a query's rows as Parquet and return how many they are."""
    _copy(conn, query, path, None)
    (count,) = one_of(conn, f"SELECT count(*) FROM read_parquet({quoted(str(path))})")
    return int(count)
