"""Looks marks up, wherever they are known, and judges them: a file, TSDR, the store. Writes no mark, change or finding.

When TSDR is asked and a database is there, the raw answer is kept as evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.case_numbers import case_number
from tmwatch.errors import FetchError, FormatError, NotFound, StoreError, TmwatchError, UsageError
from tmwatch.findings import Finding
from tmwatch.pipeline.check_desk import Desk
from tmwatch.pipeline.judging import judge_record, order_hits
from tmwatch.reading import said_by
from tmwatch.records import CaseFile
from tmwatch.rules.base import Facts
from tmwatch.sanctions import Registry
from tmwatch.text import say

if TYPE_CHECKING:
    from tmwatch.sources.base import Document
    from tmwatch.store.marks import StoredCase

NO_KEY = say(
    'no TSDR key. A free key: https://account.uspto.gov/api-manager/ (product "TSDR API"); set TMWATCH_TSDR_API_KEY.\n'
    'Without one: https://tsdr.uspto.gov, look the mark up, save the record under "Download", then: '
    "tmwatch check --file PATH"
)


@dataclass(frozen=True, slots=True)
class Query:
    """What the user asked: as typed, and the number: 8 digits of a serial, or `rn` and 7 digits."""

    typed: str
    number: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One mark judged: its facts and findings. For a record from the store (`stored`), `confirmed_at` is the last
    valid TSDR record of it, None when TSDR never told it."""

    facts: Facts
    findings: tuple[Finding, ...]
    stored: bool = False
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """One query without a full answer, and why."""

    query: str
    error: TmwatchError


def parse_query(typed: str) -> Query:
    """Read `97123456`, `97/123,456`, `rn6723159` or a registration number's 7 digits; UsageError says what is wrong."""
    try:
        found = case_number(typed)
    except ValueError as error:
        raise UsageError(
            say("{why}; write a serial number as 97123456, a registration as rn6723159", why=said_by(error))
        ) from None
    return Query(typed, found.serial_number or f"rn{found.registration_number}")


def parse_queries(typed: Sequence[str]) -> tuple[list[Query], list[Failed]]:
    """Read what was asked, each number once, and what is no number."""
    asked: dict[str, Query] = {}
    failed: list[Failed] = []
    for text in typed:
        try:
            query = parse_query(text)
        except UsageError as error:
            failed.append(Failed(text, error))
        else:
            asked.setdefault(query.number, query)
    return list(asked.values()), failed


def look_up(desk: Desk, queries: Sequence[Query], file: Path | None) -> tuple[list[Checked], list[Failed]]:
    """Look every query up and judge it; with `file`, the records in it (those asked, or all of them up to 100)."""
    registry = desk.registry(needed=file is None)
    if file is not None:
        return _from_file(desk, registry, file, queries)
    found: list[Checked] = []
    failed: list[Failed] = []
    for query in queries:
        checked, problems = _one(desk, registry, query)
        if checked and checked.facts.mark.serial_number not in {one.facts.mark.serial_number for one in found}:
            found.append(checked)
        failed.extend(Failed(query.typed, problem) for problem in problems)
    return found, failed


def _from_file(
    desk: Desk, registry: Registry, file: Path, queries: Sequence[Query]
) -> tuple[list[Checked], list[Failed]]:
    """Judge the records of a file as they stand; nothing else is asked."""
    from tmwatch.sources.casefile_input import read_input

    held = read_input(file, now=desk.clock(), wanted=[query.number for query in queries])
    found = [_from_disk(desk, registry, record) for record in held.cases]
    typed = {query.number: query.typed for query in queries}
    failed = [Failed(typed.get(number, number), error) for number, error in held.problems]
    return found, failed


def _from_disk(desk: Desk, registry: Registry, record: CaseFile) -> Checked:
    """Judge a record of a file: of what the store remembers only the lists of orders count."""
    engine = desk.readable()
    if engine is None:
        return Checked(*judge_record(record, desk.as_of, registry))
    from tmwatch.store import reading

    with reading(engine) as conn:
        return Checked(*judge_record(record, desk.as_of, registry, hits=order_hits(conn, record)))


def _one(desk: Desk, registry: Registry, query: Query) -> tuple[Checked | None, list[TmwatchError]]:
    """Ask TSDR, the store, the register. When one fails, what the next knows is shown and the failure is named."""
    problems: list[TmwatchError] = []
    tsdr = desk.tsdr()
    if tsdr is not None:
        try:
            document, record = tsdr.fetch_one(query.number)
        except (FetchError, FormatError) as error:
            problems.append(error)
        else:
            _keep(desk, document, record)
            try:
                return _judged(desk, registry, record, record.provenance.as_of), problems
            except StoreError as error:
                return Checked(*judge_record(record, desk.as_of, registry)), [error]
    try:
        stored = _stored(desk, query)
        if stored is not None:
            return _judged(desk, registry, stored.record, stored.checked_at, stored=True), problems
        from tmwatch.pipeline.register_record import register_record  # slow to load, and seldom needed

        registered = register_record(desk.settings, query.number)
        if registered is not None:
            return _judged(desk, registry, registered, registered.provenance.as_of), problems
    except (StoreError, FormatError) as error:
        problems.append(error)
    return None, problems or [_unknown(desk)]


def _unknown(desk: Desk) -> TmwatchError:
    """Say why a mark that is not stored could not be asked for."""
    if desk.offline:
        return NotFound(say("it is not stored here; without --offline TSDR is asked"))
    return FetchError(NO_KEY)


def _judged(
    desk: Desk, registry: Registry, record: CaseFile, checked_at: datetime | None, *, stored: bool = False
) -> Checked:
    """Judge a record with what the store remembers of the mark."""
    engine = desk.engine()
    if engine is None:
        return Checked(*judge_record(record, desk.as_of, registry))
    from tmwatch.store import reading

    with reading(engine) as conn:
        facts, findings = judge_record(record, desk.as_of, registry, conn=conn, checked_at=checked_at)
    return Checked(facts, findings, stored, checked_at if stored else None)


def _stored(desk: Desk, query: Query) -> StoredCase | None:
    """Return the stored record of a serial or registration number."""
    engine = desk.engine()
    if engine is None:
        return None
    from tmwatch.store import marks, reading

    with reading(engine) as conn:
        serial = query.number
        if serial.startswith("rn"):
            serial = marks.serial_of_registration(conn, serial[2:]) or ""
        return marks.load_cases(conn, [serial]).get(serial)


def _keep(desk: Desk, document: Document, record: CaseFile) -> None:
    """Keep the raw answer as evidence, when there is a database that takes it."""
    engine = desk.writable()
    if engine is None:
        return
    from tmwatch.store import documents

    try:
        with engine.begin() as conn:
            documents.save_document(conn, document, [record.serial_number])
    except StoreError as error:
        desk.note_not_kept(error)
