"""The TSDR pass: ask for every watched mark, keep what was valid, name what was not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tmwatch.errors import KeyRefused, NotFound
from tmwatch.pipeline import guard
from tmwatch.pipeline.context import Context
from tmwatch.portfolio import Numbers
from tmwatch.records import CaseFile
from tmwatch.sources.tsdr import Fetched, Tsdr
from tmwatch.store import documents, marks, portfolio
from tmwatch.store.engine import reading
from tmwatch.text import N_, Text

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be read: a mark (`serial_number`: the number asked) or a `file`, and why."""

    source: str
    error: str | Text
    serial_number: str | None = None
    file: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the entry of `failed` as `run --json` prints it."""
        return {
            "source": self.source,
            "serial_number": self.serial_number,
            "file": self.file,
            "error": str(self.error),
        }

    def sentence(self) -> dict[str, Any]:
        """Return what the ledger keeps beside that, for readers of another language: `said`, where there is one."""
        return {"said": self.error.to_json()} if isinstance(self.error, Text) else {}


@dataclass(slots=True)
class PassResult:
    """What one source gave: marks read validly, failures, documents, and the newest data."""

    name: str
    checked: set[str] = field(default_factory=set)
    failed: list[Failure] = field(default_factory=list)
    documents: int = 0
    data_as_of: datetime | None = None
    changes: int = 0
    set_aside: int = 0
    suspects: list[CaseFile] = field(default_factory=list)  # records the anomaly guard wants to see together
    held: tuple[str, ...] = ()  # marks it holds as unconfirmed
    anomaly: Text | None = None
    until: date | None = None  # daily files: complete up to this day
    missing_days: tuple[date, ...] = ()
    advisory: bool = False  # its failures are warnings: they never make a run incomplete


def tsdr_pass(
    ctx: Context, tsdr: Tsdr, serials: Sequence[str], unresolved: Sequence[Numbers], since: datetime | None = None
) -> PassResult:
    """Ask TSDR for `serials`, and for the rows known only by registration number; store every valid answer.

    `since` is when a pass began that died: the marks it has checked are not asked again.
    """
    result = PassResult("tsdr")
    if since is not None:
        with reading(ctx.engine) as conn:
            result.checked = marks.checked_since(conn, serials, since)
        result.data_as_of = since if result.checked else None
    asked = [serial for serial in serials if serial not in result.checked]
    registrations = sorted({w.registration_number for w in unresolved if w.registration_number})
    total = len(serials) + len(registrations)
    try:
        for fetched in tsdr.fetch_batch(asked):
            _keep(ctx, result, fetched)
            ctx.progress(N_("asking TSDR"), len(result.checked) + len(result.failed), total)
        for fetched in tsdr.fetch_batch(registrations, "rn"):
            _keep(ctx, result, fetched, registrations=True)
            ctx.progress(N_("asking TSDR"), len(result.checked) + len(result.failed), total)
    except KeyRefused as error:
        done = result.checked | {failure.serial_number for failure in result.failed}
        left = [number for number in (*serials, *(f"rn{n}" for n in registrations)) if number not in done]
        result.failed.extend(Failure("tsdr", error.said, serial_number=number) for number in left)
    if result.suspects:
        _settle(ctx, tsdr, result, total)
    return result


def _settle(ctx: Context, tsdr: Tsdr, result: PassResult, watched: int) -> None:
    """Let the anomaly guard decide about the marks that turned dead in this pass; those held are named."""

    def read_again(serials: Sequence[str]) -> Iterator[CaseFile]:
        try:
            for fetched in tsdr.fetch_batch(serials):
                yield from fetched.cases
        except KeyRefused:
            return

    verdict = guard.settle(ctx, result.suspects, watched, read_again)
    believed = [record for record in result.suspects if record.serial_number not in verdict.held]
    with ctx.engine.begin() as conn:
        for at in {record.provenance.as_of for record in believed}:  # only now: a pass that dies before asks again
            marks.mark_checked(conn, [one.serial_number for one in believed if one.provenance.as_of == at], at)
    result.changes += verdict.changes
    result.held, result.anomaly, result.suspects = tuple(verdict.held), verdict.anomaly, []
    result.checked.difference_update(verdict.held)
    if verdict.anomaly:
        result.failed.extend(Failure("tsdr", verdict.anomaly, serial_number=serial) for serial in verdict.held)


def _keep(ctx: Context, result: PassResult, fetched: Fetched, *, registrations: bool = False) -> None:
    """Store one answer in one transaction: raw bytes, records, what changed, and that the marks were checked."""
    checked = [case.serial_number for case in fetched.cases]
    with ctx.engine.begin() as conn:
        if fetched.document is not None:
            bad = bool(fetched.failures)
            error = str(fetched.failures[0][1]) if bad else None
            documents.save_document(conn, fetched.document, checked, "bad" if bad else "good", error)
            result.documents += 1
        if registrations:
            _resolve(conn, fetched)
        plain, suspects = guard.split(conn, fetched.cases)
        changes = marks.save_cases(conn, plain, ctx.run_id, ctx.now)
        guard.forget(conn, ctx, plain)
        if fetched.document is not None and checked:
            marks.mark_checked(conn, [record.serial_number for record in plain], fetched.document.fetched_at)
            marks.clear_missing(conn, checked)
        for number, problem in fetched.failures:
            if isinstance(problem, NotFound) and not registrations:
                marks.note_missing(conn, number, ctx.now)
    if fetched.document is not None and checked:
        result.data_as_of = max(filter(None, (result.data_as_of, fetched.document.fetched_at)))
    result.changes += len(changes)
    result.suspects.extend(suspects)
    result.checked.update(checked)
    prefix = "rn" if registrations else ""
    result.failed.extend(Failure("tsdr", why.said, serial_number=prefix + number) for number, why in fetched.failures)


def _resolve(conn: Connection, fetched: Fetched) -> None:
    """Tell the portfolio which serial number stands behind each registration number asked."""
    for number, case in zip(fetched.numbers, fetched.cases, strict=True):
        portfolio.resolve_registration(conn, number, case.serial_number)
