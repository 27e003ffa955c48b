"""The daily files, three products of one kind: fetch each new one once, read what concerns watched marks, commit a day
only after its last byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.errors import FetchError, FormatError, KeyRefused, UsageError
from tmwatch.pipeline.bulk_products import APPLICATIONS, PRODUCTS, Product, product_of
from tmwatch.pipeline.context import NEW_YORK, Context, new_york_day
from tmwatch.pipeline.tsdr_pass import Failure, PassResult
from tmwatch.portfolio import Numbers
from tmwatch.records import CaseFile
from tmwatch.sources.casefile_xml import Origin
from tmwatch.sources.entry_files import Watched
from tmwatch.sources.odp import Odp
from tmwatch.sources.odp_files import FileToDo, LedgerRow, complete_until, data_day, missing_days, plan
from tmwatch.sources.watchpass import SetAside, Totals
from tmwatch.store import documents, files, marks, portfolio
from tmwatch.store.engine import reading
from tmwatch.text import N_, Text, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

NAME = APPLICATIONS.name
CHUNK = 500  # records stored at a time: bounds memory
HASH_CHUNK = 1 << 20
NAMED_ASIDE = 20  # records set aside that are named one by one in a file's failures


@dataclass(frozen=True, slots=True)
class DayRead:
    """What one file gave: the watched marks seen, changes, records set aside, and how many records it holds.

    `problems` says of the first records set aside whose they are and why.
    """

    seen: frozenset[str]
    changes: int
    set_aside: int
    records: int
    problems: tuple[Text, ...] = ()


def daily_pass(
    ctx: Context, odp: Odp, rows: Sequence[Numbers], since: date | None = None, product: Product = APPLICATIONS
) -> PassResult:
    """Fetch and read every daily file of a product that is to do.

    A day that fails stays to do and is named; the others go on.
    """
    result = PassResult(product.name)
    today = new_york_day(ctx.now)
    try:
        listed = odp.list_files(product.id, since)
    except (FetchError, FormatError) as error:
        result.failed.append(Failure(product.name, error.said))
        return _dated(ctx, product, result)
    with reading(ctx.engine) as conn:
        known = files.list_files(conn, product.id)
    ledger = [LedgerRow(one.name, one.state, one.size, None, 0, one.data_date) for one in known]
    todo = plan(listed, ledger, since, today)
    with ctx.engine.begin() as conn:
        files.note_files(conn, product.id, [(t.file.name, t.file.data_date, t.file.size) for t in todo], ctx.now)
    for position, one in enumerate(todo):
        ctx.progress(product.progress, position, len(todo))
        try:
            _fetch_and_read(ctx, odp, one, rows, product, result)
        except KeyRefused as error:
            result.failed.append(Failure(product.name, error.said, file=one.file.name))
            break
        except (FetchError, FormatError) as error:
            _note_failure(ctx, product.id, one.file.name, str(error))
            result.failed.append(Failure(product.name, error.said, file=one.file.name))
    return _dated(ctx, product, result)


def _fetch_and_read(
    ctx: Context, odp: Odp, one: FileToDo, rows: Sequence[Numbers], product: Product, result: PassResult
) -> None:
    """Fetch one file, read it, and delete it once it is in the database."""
    if one.blocked:
        raise FetchError(
            say("{file} was asked for as often as the USPTO allows in a year; it stays to do", file=one.file.name)
        )

    def count(name: str) -> int:
        with ctx.engine.begin() as conn:
            return files.count_download(conn, product.id, name, ctx.now.astimezone(NEW_YORK).year)

    fetched = odp.fetch_file(one.file, download_folder(ctx), count, again=one.why == "reissued")
    try:
        read = read_file(ctx, fetched.path, rows, fetched.sha256, product)
    except FormatError:
        fetched.path.unlink(missing_ok=True)  # the next try fetches it anew: these bytes would only fail again
        raise
    fetched.path.unlink(missing_ok=True)
    _add(product, result, one.file.name, read)


def ingest(ctx: Context, paths: Sequence[Path], rows: Sequence[Numbers]) -> list[PassResult]:
    """Read bulk files of any product from disk, in the order given; one result a product, in the order of PRODUCTS.

    A file whose very bytes were read before changes nothing.
    """
    results: dict[str, PassResult] = {}
    for position, path in enumerate(paths):
        ctx.progress(N_("reading files"), position, len(paths))
        digest = _hash(path)
        product = product_of(path)
        result = results.setdefault(product.name, PassResult(product.name))
        try:
            _add(product, result, path.name, read_file(ctx, path, rows, digest, product))
        except FormatError as error:
            _note_failure(ctx, product.ledger_id(path.name), path.name, str(error))
            result.failed.append(Failure(product.name, error.said, file=path.name))
    return [_dated(ctx, product, results[product.name]) for product in PRODUCTS if product.name in results]


def read_file(
    ctx: Context, path: Path, rows: Sequence[Numbers], digest: str, product: Product = APPLICATIONS
) -> DayRead | None:
    """Store what one file says of watched marks in one transaction that ends after the file's last byte.

    None when these bytes were read before. FormatError: the file is damaged or something else; nothing is stored.
    """
    day = data_day(path.name)
    origin = Origin(source="odp", url=path.name, sha256=digest, day=day)
    ledger = product.ledger_id(path.name)
    with ctx.engine.begin() as conn, path.open("rb") as file:
        row = files.open_file(conn, ledger, path.name, digest, path.stat().st_size, day, ctx.now)
        if row is None:
            return None
        watched = _watched(conn, rows, product)
        shelf = _Shelf(conn, ctx, product.name, path.name, watched)
        for item in product.read(file, path.name, watched, origin):
            shelf.take(item)
        shelf.flush()
        if shelf.totals is None:
            raise FormatError(say("{file} was not read to its end", file=path.name))
        files.finish_file(
            conn, row.id, sha256=digest, records=shelf.totals.selected, now=ctx.clock(), set_aside=shelf.aside
        )
    return DayRead(frozenset(shelf.seen), shelf.changes, shelf.aside, shelf.totals.records, tuple(shelf.problems))


def _watched(conn: Connection, rows: Sequence[Numbers], product: Product) -> Watched:
    """Return the numbers of the watched marks: those the owners gave, and the registrations the store knows (a case
    record carries its serial number; proceedings and assignments may name a registration alone)."""
    serials = frozenset(row.serial_number for row in rows if row.serial_number)
    registrations: dict[str, str | None] = {} if product.tells_case else dict(marks.watched_registrations(conn))
    for row in rows:
        if row.registration_number:
            known = registrations.get(row.registration_number)
            registrations[row.registration_number] = row.serial_number or known
    return Watched(serials, registrations)


class _Shelf:
    """Takes the records of one file and stores them by chunks within the caller's transaction."""

    def __init__(self, conn: Connection, ctx: Context, source: str, name: str, watched: Watched) -> None:
        """`source` is the product's name, `name` the file's."""
        self._conn, self._ctx, self._source, self._name = conn, ctx, source, name
        self._unresolved = {number for number, serial in watched.registrations.items() if serial is None}
        self._records: list[CaseFile] = []
        self.seen: set[str] = set()
        self.changes = 0
        self.aside = 0
        self.problems: list[Text] = []
        self.totals: Totals | None = None

    def take(self, item: CaseFile | SetAside | Totals) -> None:
        """Take one thing the file gave."""
        if isinstance(item, Totals):
            self.totals = item
        elif isinstance(item, SetAside):
            self._set_aside(item)
        else:
            self._records.append(item)
            if len(self._records) >= CHUNK:
                self.flush()

    def _set_aside(self, item: SetAside) -> None:
        """Keep a record that cannot be used, and name it."""
        self.aside += 1
        if len(self.problems) < NAMED_ASIDE:
            self.problems.append(_unusable(item))
        documents.set_aside(
            self._conn,
            source=self._source,
            origin=self._name,
            body=item.body,
            reason=str(item.reason),
            at=self._ctx.now,
            serial=item.serial_number,
            run_id=self._ctx.run_id or None,
        )

    def flush(self) -> None:
        """Store what is at hand."""
        for record in self._records:
            if record.registration_number in self._unresolved:
                portfolio.resolve_registration(self._conn, record.registration_number, record.serial_number)
        changes = marks.save_cases(self._conn, self._records, self._ctx.run_id or None, self._ctx.now)
        self.changes += len(changes)
        self.seen.update(record.serial_number for record in self._records)
        self._records = []


def _unusable(item: SetAside) -> Text:
    """Say whose record cannot be used, and why."""
    if item.serial_number is None:
        return say("a record cannot be used and is set aside: {reason}", reason=item.reason)
    return say(
        "a record of {serial} cannot be used and is set aside: {reason}", serial=item.serial_number, reason=item.reason
    )


def _add(product: Product, result: PassResult, name: str, read: DayRead | None) -> None:
    result.documents += 1
    if read is not None:
        if product.tells_case:
            result.checked |= read.seen
        result.changes += read.changes
        result.set_aside += read.set_aside
        result.failed.extend(Failure(product.name, problem, file=name) for problem in read.problems)


def days_read(conn: Connection, product: Product) -> tuple[date | None, tuple[date, ...]]:
    """Return up to which day a product's files were read without a gap, and which days are missing."""
    known = files.list_files(conn, product.id)
    read = [one.data_date for one in known if one.state == "done" and one.data_date]
    wanted = [one.data_date for one in known if one.data_date]
    return complete_until(read), missing_days(read, min(wanted, default=None), max(wanted, default=None))


def _dated(ctx: Context, product: Product, result: PassResult) -> PassResult:
    """Say up to which day the files were read without a gap, and which days are missing."""
    with reading(ctx.engine) as conn:
        result.until, result.missing_days = days_read(conn, product)
    if result.until:
        result.data_as_of = datetime.combine(result.until, time(23, 59, 59), NEW_YORK).astimezone(ctx.now.tzinfo)
    return result


def _note_failure(ctx: Context, ledger: str, name: str, error: str) -> None:
    """Write why a file could not be read; it stays to do."""
    with ctx.engine.begin() as conn:
        files.note_files(conn, ledger, [(name, data_day(name), None)], ctx.now)
        row = next(one for one in files.list_files(conn, ledger) if one.name == name)
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
        raise UsageError(say("{path} cannot be read: {reason}", path=str(path), reason=error.strerror)) from error
    return digest.hexdigest()
