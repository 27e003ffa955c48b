"""The upstream anomaly guard: when many marks lose standing in the same way in one run without a sanctions signal, the
USPTO's data are more likely wrong than the marks are dead. Such records are held as unconfirmed and read once more,
and one note is sent instead of a flood. What still says the same a day later is believed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from tmwatch.codes import is_lost, status_text
from tmwatch.records import CaseFile
from tmwatch.sanctions import ladder
from tmwatch.store import marks, orders, unconfirmed
from tmwatch.store.engine import reading
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tmwatch.pipeline.context import Context

FLOOR, SHARE = 20, 0.05  # more than max(20, 5 %) of the watched marks
BELIEVED_AFTER = timedelta(hours=20)  # the next nightly pass still says so
LIVE = ("live_pending", "live_registered")


@dataclass(slots=True)
class Verdict:
    """What the guard did with the suspects of a run."""

    changes: int = 0
    held: list[str] = field(default_factory=list)
    anomaly: Text | None = None


def split(conn: Connection, records: Sequence[CaseFile]) -> tuple[list[CaseFile], list[CaseFile]]:
    """Return (plain, suspects): a suspect turns a live mark dead, with no sanctions sign on record or in orders."""
    lost = [record for record in records if is_lost(record.status_code, record.registration_number)]
    standing = unconfirmed.standings(conn, [record.serial_number for record in lost])
    lost = [one for one in lost if standing.get(one.serial_number) in LIVE and ladder(one).stage is None]
    numbers = {one.serial_number: (one.serial_number, one.registration_number or "") for one in lost}
    named = orders.hits_for(conn, [number for pair in numbers.values() for number in pair if number])
    suspects = [one for one in lost if not any(number in named for number in numbers[one.serial_number])]
    chosen = {one.serial_number for one in suspects}
    return [record for record in records if record.serial_number not in chosen], suspects


def too_many(suspects: Iterable[CaseFile], watched: int) -> dict[int, list[CaseFile]]:
    """Return the groups (by status code) that are too large to be believed at once."""
    groups: dict[int, list[CaseFile]] = defaultdict(list)
    for record in suspects:
        groups[record.status_code].append(record)
    limit = max(FLOOR, SHARE * watched)
    return {code: group for code, group in groups.items() if len(group) > limit}


def settle(
    ctx: Context, suspects: Sequence[CaseFile], watched: int, read_again: Callable[[Sequence[str]], Iterable[CaseFile]]
) -> Verdict:
    """Store the suspects of a run, or hold those of a group that is too large and still says so when read again."""
    verdict = Verdict()
    doubted = {r.serial_number for group in too_many(suspects, watched).values() for r in group}
    believed = [record for record in suspects if record.serial_number not in doubted]
    if doubted:
        again = {record.serial_number: record for record in read_again(sorted(doubted))}
        suspects = [again.get(r.serial_number, r) for r in suspects if r.serial_number in doubted]
        groups = too_many((r for r in suspects if is_lost(r.status_code, r.registration_number)), watched)
        held = {r.serial_number: r for group in groups.values() for r in group}
        old = _long_held(ctx, held)
        verdict.held = sorted(held.keys() - old)
        believed += [record for record in suspects if record.serial_number not in verdict.held]
        if verdict.held:
            verdict.anomaly = _words([held[serial] for serial in verdict.held], watched)
            with ctx.engine.begin() as conn:
                records = [held[serial] for serial in verdict.held]
                unconfirmed.hold(conn, records, str(verdict.anomaly), ctx.run_id or None, ctx.now)
    with ctx.engine.begin() as conn:
        verdict.changes = len(marks.save_cases(conn, believed, ctx.run_id or None, ctx.now))
        unconfirmed.resolve(conn, [record.serial_number for record in believed], "confirmed", ctx.now)
    return verdict


def forget(conn: Connection, ctx: Context, plain: Sequence[CaseFile]) -> None:
    """Drop what is held of marks that read as before again."""
    unconfirmed.resolve(conn, [record.serial_number for record in plain], "rejected", ctx.now)


def release(ctx: Context) -> int:
    """Believe everything that is held, because the operator says so; return how many marks that were."""
    with ctx.engine.begin() as conn:
        held = unconfirmed.list_held(conn)
        marks.save_cases(conn, [one.record for one in held], ctx.run_id or None, ctx.now)
        unconfirmed.resolve(conn, [one.serial_number for one in held], "released", ctx.now)
    return len(held)


def _long_held(ctx: Context, held: Iterable[str]) -> set[str]:
    """Return those that said the same long enough ago."""
    with reading(ctx.engine) as conn:
        known = {one.serial_number: one.held_at for one in unconfirmed.list_held(conn)}
    return {serial for serial in held if serial in known and ctx.now - known[serial] >= BELIEVED_AFTER}


def _words(records: Sequence[CaseFile], watched: int) -> Text:
    """Say in one line what looks wrong."""
    codes = sorted({record.status_code for record in records})
    told = ", ".join(f"{code} {status_text(code) or ''}".strip() for code in codes)
    return say(
        "USPTO data anomaly: {count} of {watched} watched marks turned dead in one run (status {statuses}) "
        "without a sanctions sign; held as unconfirmed and read again with the next pass",
        count=len(records),
        watched=watched,
        statuses=told,
    )
