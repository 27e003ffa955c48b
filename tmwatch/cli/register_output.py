"""How answers of the register are shown: tables, lines and JSON, always with the date they are of."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from tmwatch import codes
from tmwatch.cli import console

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from tmwatch.register.agents import Agent
    from tmwatch.register.build import BuildResult
    from tmwatch.register.build import Progress as Counts
    from tmwatch.register.folder import Manifest
    from tmwatch.register.search import Answer
    from tmwatch.register.similar import Similar
    from tmwatch.register.status import Status
    from tmwatch.sanctions import Registry

COLUMNS = ("serial", "registration", "mark", "status", "filed", "classes", "owner", "attorney", "as of")


class Meter:
    """One line of progress on a terminal (stderr), nothing in a pipe: files, records a second, time left, memory."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds."""
        self._clock, self._begun = clock, clock()
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        """Begin."""
        if console.on_terminal(sys.stderr):
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                BarColumn(20), TextColumn("{task.description}"), console=Console(stderr=True), transient=True
            )
            self._bar.add_task("")
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Clear the line."""
        if self._bar:
            self._bar.stop()

    def show(self, counts: Counts) -> None:
        """Draw the line."""
        if self._bar:
            line = meter_line(counts, self._clock() - self._begun)
            task = self._bar.tasks[0].id
            self._bar.update(task, description=line, completed=counts.bytes, total=counts.of_bytes or None)


def meter_line(counts: Counts, seconds: float) -> str:
    """Return "3 of 91 files, 465,000 records, 9,200/s, 24 min left, 240 MB a process"."""
    speed = counts.records / seconds if seconds else 0.0
    left = seconds * (counts.of_bytes - counts.bytes) / counts.bytes if counts.bytes else None
    end = "" if left is None else f", {_minutes(left)} left"
    memory = f", {counts.peak_mb:.0f} MB a process" if counts.peak_mb else ""
    return f"{counts.files} of {counts.of_files} files, {counts.records:,} records, {speed:,.0f}/s{end}{memory}"


def _minutes(seconds: float) -> str:
    """Return a time as people say it."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def built(result: BuildResult, seconds: float) -> str:
    """Say what a build did."""
    read = [one for one in result.built if one.part and one.fresh]
    held = [one for one in result.built if one.part and not one.fresh]
    memory = max((one.peak_mb for one in read), default=0.0)
    parts = [f"read {console.counted(len(read), 'file')} with {console.counted(result.records, 'record')}"]
    if result.records:
        parts.append(
            f"in {_minutes(seconds)} ({result.records / max(seconds, 1e-9):,.0f} records/s, {memory:.0f} MB a process)"
        )
    if held:
        parts.append(f"; {console.counted(len(held), 'file')} had been read before")
    held_now = console.counted(result.manifest.marks, "mark")
    return f"{' '.join(parts)}\nthe register holds {held_now}{_until(result.manifest)}"


def _until(manifest: Manifest) -> str:
    return f", newest change {manifest.last}" if manifest.last else ""


def status_lines(state: Status) -> list[str]:
    """Return the state in lines."""
    lines = [
        f"marks            {state.marks:,}",
        f"source files     {state.files:,} ({state.deltas:,} daily)",
        f"newest change    {state.newest or 'none'}",
        f"daily files to   {state.days_until or 'none read'}",
        f"in several files {state.overlay_records:,}",
        f"on disk          {state.bytes / 1e6:,.0f} MB",
        f"updated          {state.updated_at:%Y-%m-%d %H:%M} UTC" if state.updated_at else "updated          never",
    ]
    if state.missing:
        lines.append(f"missing days     {', '.join(map(str, state.missing))}")
    if state.set_aside:
        lines.append(f"set aside        {console.counted(len(state.set_aside), 'record')} that could not be read")
        lines.extend(f"                 {line}" for line in state.set_aside[:10])
    return lines


def status_json(state: Status) -> dict[str, Any]:
    """Return the state as JSON."""
    return {
        "marks": state.marks,
        "files": state.files,
        "daily_files": state.deltas,
        "newest": _iso(state.newest),
        "daily_files_until": _iso(state.days_until),
        "missing_days": [day.isoformat() for day in state.missing],
        "set_aside": list(state.set_aside),
        "bytes": state.bytes,
        "updated_at": None if state.updated_at is None else f"{state.updated_at:%Y-%m-%dT%H:%M:%SZ}",
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(row: dict[str, Any]) -> str | None:
    return None if row["registration_number"] is None else f"{row['registration_number']:07}"


def print_answer(answer: Answer, manifest: Manifest) -> None:
    """Print the marks found."""
    rows = [
        (
            f"{row['serial_number']:08}",
            _number(row),
            row["mark_text"] or "(design mark)",
            f"{row['status_code']} {codes.standing(row['status_code'], _number(row))}",
            row["filing_date"],
            " ".join(row["classes"] or ()),
            (row["owners"] or [""])[0],
            row["attorney"],
            row["transaction_date"],
        )
        for row in answer.rows
    ]
    if rows:
        console.table(COLUMNS, rows)
    more = f"; the first {len(rows):,} are shown (--limit)" if answer.total > len(rows) else ""
    console.out(f"{console.counted(answer.total, 'mark')} found{more}. Register{_until(manifest)}.")


def answer_json(answer: Answer, manifest: Manifest) -> dict[str, Any]:
    """Return the marks found as JSON."""
    return {"total": answer.total, "newest": _iso(manifest.last), "marks": [_mark_json(row) for row in answer.rows]}


def _mark_json(row: dict[str, Any]) -> dict[str, Any]:
    """Return one mark as JSON."""
    return {
        "serial_number": f"{row['serial_number']:08}",
        "registration_number": _number(row),
        "mark": row["mark_text"],
        "standing": str(codes.standing(row["status_code"], _number(row))),
        "status": {
            "code": row["status_code"],
            "text": codes.status_text(row["status_code"]),
            "date": _iso(row["status_date"]),
        },
        "filing_date": _iso(row["filing_date"]),
        "registration_date": _iso(row["registration_date"]),
        "classes": row["classes"] or [],
        "owners": row["owners"] or [],
        "attorney_of_record": row["attorney"],
        "correspondent": row["correspondent"] or [],
        "sanctions": [
            {"event": f"{event['code']}/{event['type']}", "date": _iso(event["date"])}
            for event in row["sanction_events"] or ()
        ],
        "source": {"name": "register", "as_of": _iso(row["transaction_date"])},
    }


def print_agents(found: Sequence[Agent], registry: Registry, manifest: Manifest) -> None:
    """Print the agents with their counts and the orders that name them."""
    columns = ("agent", "filed", "live", "abandoned", "cancelled", "sanctioned", "first", "last", "named in")
    rows = [
        (
            one.name,
            f"{one.filed:,}",
            f"{one.live:,}",
            *(f"{count:,} ({one.share(count):.0%})" for count in (one.abandoned, one.cancelled, one.sanctioned)),
            one.first,
            one.last,
            "; ".join(one.orders),
        )
        for one in found
    ]
    if rows:
        console.table(columns, rows)
    for one in found:
        for match in one.matches:
            console.out(f"{console.clean_line(one.name)}: {match.why}")
    console.out(f"{console.counted(len(found), 'agent')}. Register{_until(manifest)}; orders of {registry.version}.")
    if any(one.matches for one in found):
        console.out("A name that is written alike is no proof that it is the same person.")


def agents_json(found: Sequence[Agent], manifest: Manifest) -> dict[str, Any]:
    """Return the agents as JSON."""
    names = ("name", "fingerprint", "filed", "live", "abandoned", "cancelled", "sanctioned")
    return {
        "newest": _iso(manifest.last),
        "agents": [
            {
                **{name: getattr(one, name) for name in names},
                "first": _iso(one.first),
                "last": _iso(one.last),
                "orders": list(one.orders),
                "matches": [{"what": m.what, "strength": m.strength, "why": str(m.why)} for m in one.matches],
            }
            for one in found
        ],
    }


def print_similar(found: Sequence[Similar], text: str, since: date, manifest: Manifest) -> None:
    """Print the new applications for a text."""
    columns = ("serial", "mark", "filed", "classes", "owner", "attorney", "why")
    rows = [
        (
            one.serial_number,
            one.row["mark_text"],
            one.row["filing_date"],
            " ".join(one.row["classes"] or ()),
            (one.row["owners"] or [""])[0],
            one.row["attorney"],
            one.why,
        )
        for one in found
    ]
    if rows:
        console.table(columns, rows)
    count = console.counted(len(rows), "application")
    console.out(
        f"{count} since {since} for {console.clean_line(text)} or a very similar text. Register{_until(manifest)}."
    )


def similar_json(found: Sequence[Similar], since: date, manifest: Manifest) -> dict[str, Any]:
    """Return the new applications as JSON."""
    return {
        "since": since.isoformat(),
        "newest": _iso(manifest.last),
        "applications": [{**_mark_json(one.row), "score": round(one.score), "why": one.why} for one in found],
    }
