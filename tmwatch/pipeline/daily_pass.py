"""The daily files: fetch each new one once, read the watched records, commit a day only after its last byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.errors import FetchError, FormatError, KeyRefused, UsageError
from tmwatch.pipeline.context import NEW_YORK, Context, new_york_day
from tmwatch.pipeline.tsdr_pass import Failure, PassResult
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile
from tmwatch.sources.casefile_xml import Origin, read_bulk
from tmwatch.sources.odp import Odp
from tmwatch.sources.odp_files import FileToDo, LedgerRow, complete_until, data_day, missing_days, plan
from tmwatch.sources.watchpass import SetAside, Totals, Wanted
from tmwatch.store import documents, files, marks, portfolio
from tmwatch.store.engine import reading

if TYPE_CHECKING:
    from sqlalchemy import Connection

PRODUCT = "TRTDXFAP"
NAME = "daily files"
CHUNK = 500  # records stored at a time: bounds memory
HASH_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class DayRead:
    """What one file gave: the watched marks seen, changes, records set aside, and how many records it holds."""

    seen: frozenset[str]
    changes: int
    set_aside: int
    records: int


def daily_pass(ctx: Context, odp: Odp, watches: Sequence[Watch], since: date | None = None) -> PassResult:
    """Fetch and read every daily file that is to do. A day that fails stays to do and is named; the others go on."""
    result = PassResult(NAME)
    today = new_york_day(ctx.now)
    try:
        listed = odp.list_files(PRODUCT, since)
    except (FetchError, FormatError) as error:
        result.failed.append(Failure(NAME, str(error)))
        return _dated(ctx, result)
    with reading(ctx.engine) as conn:
        known = files.list_files(conn, PRODUCT)
    ledger = [LedgerRow(one.name, one.state, one.size, None, 0, one.data_date) for one in known]
    todo = plan(listed, ledger, since, today)
    with ctx.engine.begin() as conn:
        files.note_files(conn, PRODUCT, [(t.file.name, t.file.data_date, t.file.size) for t in todo], ctx.now)
    for position, one in enumerate(todo):
        ctx.progress("reading daily files", position, len(todo))
        try:
            _fetch_and_read(ctx, odp, one, watches, result)
        except KeyRefused as error:
            result.failed.append(Failure(NAME, str(error), file=one.file.name))
            break
        except (FetchError, FormatError) as error:
            _note_failure(ctx, one.file.name, str(error))
            result.failed.append(Failure(NAME, str(error), file=one.file.name))
    return _dated(ctx, result)


def _fetch_and_read(ctx: Context, odp: Odp, one: FileToDo, watches: Sequence[Watch], result: PassResult) -> None:
    """Fetch one file, read it, and delete it once it is in the database."""
    if one.blocked:
        raise FetchError(f"{one.file.name} was asked for as often as the USPTO allows in a year; it stays to do")

    def count(name: str) -> int:
        with ctx.engine.begin() as conn:
            return files.count_download(conn, PRODUCT, name, ctx.now.astimezone(NEW_YORK).year)

    fetched = odp.fetch_file(one.file, download_folder(ctx), count, again=one.why == "reissued")
    read = read_file(ctx, fetched.path, watches, fetched.sha256)
    fetched.path.unlink(missing_ok=True)
    _add(result, read)


def ingest(ctx: Context, paths: Sequence[Path], watches: Sequence[Watch]) -> PassResult:
    """Read bulk files from disk, in the order given; a file whose very bytes were read before changes nothing."""
    result = PassResult(NAME)
    for position, path in enumerate(paths):
        ctx.progress("reading files", position, len(paths))
        try:
            _add(result, read_file(ctx, path, watches, _hash(path)))
        except FormatError as error:
            _note_failure(ctx, path.name, str(error))
            result.failed.append(Failure(NAME, str(error), file=path.name))
    return _dated(ctx, result)


def read_file(ctx: Context, path: Path, watches: Sequence[Watch], digest: str) -> DayRead | None:
    """Store the watched records of one file in one transaction that ends after the file's last byte.

    None when these bytes were read before. FormatError: the file is damaged or something else; nothing is stored.
    """
    day = data_day(path.name)
    serials = [watch.serial_number for watch in watches if watch.serial_number]
    registrations = {w.registration_number for w in watches if w.registration_number and not w.serial_number}
    wanted = Wanted.of(serials, registrations)
    origin = Origin(source="odp", url=path.name, sha256=digest, day=day)
    with ctx.engine.begin() as conn, path.open("rb") as file:
        row = files.open_file(conn, PRODUCT, path.name, digest, path.stat().st_size, day, ctx.now)
        if row is None:
            return None
        shelf = _Shelf(conn, ctx, path.name, registrations)
        for item in read_bulk(file, path.name, wanted, origin):
            shelf.take(item if isinstance(item, (SetAside, Totals)) else item.record)
        shelf.flush()
        if shelf.totals is None:
            raise FormatError(f"{path.name} was not read to its end")
        files.finish_file(
            conn, row.id, sha256=digest, records=shelf.totals.selected, now=ctx.clock(), set_aside=shelf.aside
        )
    return DayRead(frozenset(shelf.seen), shelf.changes, shelf.aside, shelf.totals.records)


class _Shelf:
    """Takes the records of one file and stores them by chunks within the caller's transaction."""

    def __init__(self, conn: Connection, ctx: Context, name: str, registrations: set[str]) -> None:
        """`registrations` are the numbers of rows whose serial number is not known yet."""
        self._conn, self._ctx, self._name, self._registrations = conn, ctx, name, registrations
        self._records: list[CaseFile] = []
        self.seen: set[str] = set()
        self.changes = 0
        self.aside = 0
        self.totals: Totals | None = None

    def take(self, item: CaseFile | SetAside | Totals) -> None:
        """Take one thing the file gave."""
        if isinstance(item, Totals):
            self.totals = item
        elif isinstance(item, SetAside):
            self.aside += 1
            documents.set_aside(
                self._conn,
                source=NAME,
                origin=self._name,
                body=item.body,
                reason=item.reason,
                at=self._ctx.now,
                serial=item.serial_number,
                run_id=self._ctx.run_id or None,
            )
        else:
            self._records.append(item)
            if len(self._records) >= CHUNK:
                self.flush()

    def flush(self) -> None:
        """Store what is at hand."""
        for record in self._records:
            if record.registration_number in self._registrations:
                portfolio.resolve_registration(self._conn, record.registration_number, record.serial_number)
        changes = marks.save_cases(self._conn, self._records, self._ctx.run_id or None, self._ctx.now)
        self.changes += len(changes)
        self.seen.update(record.serial_number for record in self._records)
        self._records = []


def _add(result: PassResult, read: DayRead | None) -> None:
    result.documents += 1
    if read is not None:
        result.checked |= read.seen
        result.changes += read.changes
        result.set_aside += read.set_aside


def _dated(ctx: Context, result: PassResult) -> PassResult:
    """Say up to which day the files were read without a gap, and which days are missing."""
    with reading(ctx.engine) as conn:
        known = files.list_files(conn, PRODUCT)
    read = [one.data_date for one in known if one.state == "done" and one.data_date]
    wanted = [one.data_date for one in known if one.data_date]
    result.until = complete_until(read)
    result.missing_days = missing_days(read, min(wanted, default=None), max(wanted, default=None))
    if result.until:
        result.data_as_of = datetime.combine(result.until, time(23, 59, 59), NEW_YORK).astimezone(ctx.now.tzinfo)
    return result


def _note_failure(ctx: Context, name: str, error: str) -> None:
    """Write why a file could not be read; it stays to do."""
    with ctx.engine.begin() as conn:
        files.note_files(conn, PRODUCT, [(name, data_day(name), None)], ctx.now)
        row = next(one for one in files.list_files(conn, PRODUCT) if one.name == name)
        if row.state != "done":
            files.fail_file(conn, row.id, error)


def download_folder(ctx: Context) -> Path:
    """Where files lie between download and reading: beside the backups."""
    beside = ctx.settings.store.backup_dir
    assert beside is not None  # settings.load fills it in
    folder = beside.parent / "downloads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _hash(path: Path) -> str:
    """Return the SHA-256 of a file; UsageError when it cannot be read."""
    digest = sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(HASH_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    return digest.hexdigest()
