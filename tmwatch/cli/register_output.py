"""How answers of the register are shown: tables and lines, always with the date they are of."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Self

from tmwatch.cli import console
from tmwatch.cli.counts import AGENTS, APPLICATIONS, FILES, MARKS, RECORDS, counted, grouped
from tmwatch.cli.register_json import number_of
from tmwatch.digest.terminal import moment
from tmwatch.digest.vocabulary import STANDINGS, coded
from tmwatch.text import COMMAS, SEMICOLONS, Text, chain, say

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

COLUMNS = (say("serial"), say("registration"), say("mark"), say("status"), say("filed"), say("classes"), say("owner"),
           say("attorney"), say("as of"))  # fmt: skip
AGENT_COLUMNS = (say("agent"), say("filed"), say("live"), say("abandoned"), say("cancelled"), say("sanctioned"),
                 say("first"), say("last"), say("named in"))  # fmt: skip
SIMILAR_COLUMNS = (say("serial"), say("mark"), say("filed"), say("classes"), say("owner"), say("attorney"),
                   say("why"))  # fmt: skip
LABEL = 16  # columns of the names of what the register is made of


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
            line = console.spoken(meter_line(counts, self._clock() - self._begun))
            task = self._bar.tasks[0].id
            self._bar.update(task, description=line, completed=counts.bytes, total=counts.of_bytes or None)


def meter_line(counts: Counts, seconds: float) -> str | Text:
    """Return "3 of 91 files, 465,000 records, 9,200/s, 24 min left, 240 MB a process"."""
    speed = counts.records / seconds if seconds else 0.0
    left = seconds * (counts.of_bytes - counts.bytes) / counts.bytes if counts.bytes else None
    parts: list[str | Text] = [
        say("{files} of {all} files", files=counts.files, all=counts.of_files),
        say("{count} records", count=grouped(counts.records)),
        f"{speed:,.0f}/s",
    ]
    if left is not None:
        parts.append(say("{time} left", time=_minutes(left)))
    if counts.peak_mb:
        parts.append(_memory(counts.peak_mb))
    return chain(parts, COMMAS)


def _minutes(seconds: float) -> Text:
    """Return a time as people say it."""
    if seconds < 100:
        return say("{count} s", count=f"{seconds:.0f}")
    return say("{count} min", count=f"{seconds / 60:.0f}")


def _memory(megabytes: float) -> Text:
    return say("{count} MB a process", count=f"{megabytes:.0f}")


def built(result: BuildResult, seconds: float) -> tuple[Text, Text]:
    """Say what a build did, and what the register holds now."""
    read = [one for one in result.built if one.part and one.fresh]
    held = [one for one in result.built if one.part and not one.fresh]
    text = say("read {files} with {records}", files=counted(len(read), FILES), records=counted(result.records, RECORDS))
    if result.records:
        text = say(
            "{text} in {time} ({speed} records/s, {memory})",
            text=text,
            time=_minutes(seconds),
            speed=f"{result.records / max(seconds, 1e-9):,.0f}",
            memory=_memory(max((one.peak_mb for one in read), default=0.0)),
        )
    if held:
        text = say("{text}; {files} had been read before", text=text, files=counted(len(held), FILES))
    return text, say("the register holds {marks}", marks=_until(counted(result.manifest.marks, MARKS), result.manifest))


def say_built(result: BuildResult, seconds: float) -> None:
    """Print what a build did; what could not be read goes to stderr."""
    for line in built(result, seconds):
        console.out(line)
    for record in result.set_aside:
        console.err(say("set aside: {problem}", problem=console.recalled(record)))
    for problem in result.problems:
        console.err(say("not read: {problem}", problem=problem))


def _until(text: Text, manifest: Manifest) -> Text:
    """Return a text with the day the register is of behind it."""
    return say("{text}, newest change {day}", text=text, day=manifest.last) if manifest.last else text


def status_lines(state: Status) -> list[str]:
    """Return the state in lines."""
    rows: list[tuple[object, object]] = [
        (say("marks"), grouped(state.marks)),
        (say("source files"), say("{count} ({daily} daily)", count=grouped(state.files), daily=grouped(state.deltas))),
        (say("newest change"), state.newest or say("none")),
        (say("daily files to"), state.days_until or say("none read")),
        (say("in several files"), grouped(state.overlay_records)),
        (say("on disk"), f"{state.bytes / 1e6:,.0f} MB"),
        (say("updated"), moment(state.updated_at) if state.updated_at else say("never")),
    ]
    if state.missing:
        rows.append((say("missing days"), chain((say("{day}", day=day) for day in state.missing), COMMAS)))
    if state.set_aside:
        unread = counted(len(state.set_aside), RECORDS)
        rows.append((say("set aside"), say("{records} that could not be read", records=unread)))
        rows.extend(("", line) for line in state.set_aside[:10])
    return [f"{console.padded(name, LABEL)} {console.spoken(value)}" for name, value in rows]


def print_answer(answer: Answer, manifest: Manifest) -> None:
    """Print the marks found."""
    from tmwatch import codes  # slow to load, and the help of all commands loads this file

    rows = [
        (
            f"{row['serial_number']:08}",
            number_of(row),
            row["mark_text"] or say("(design mark)"),
            say(
                "{code} {standing}",
                code=row["status_code"],
                standing=coded(STANDINGS, str(codes.standing(row["status_code"], number_of(row)))),
            ),
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
    found = say("{marks} found", marks=counted(answer.total, MARKS))
    if answer.total > len(rows):
        found = say("{text}; the first {count} are shown (--limit)", text=found, count=grouped(len(rows)))
    console.out(say("{text}. {register}.", text=found, register=_until(say("Register"), manifest)))


def print_agents(found: Sequence[Agent], registry: Registry, manifest: Manifest) -> None:
    """Print the agents with their counts and the orders that name them."""
    rows = [
        (
            one.name,
            f"{one.filed:,}",
            f"{one.live:,}",
            *(f"{count:,} ({one.share(count):.0%})" for count in (one.abandoned, one.cancelled, one.sanctioned)),
            one.first,
            one.last,
            chain(one.orders, SEMICOLONS),
        )
        for one in found
    ]
    if rows:
        console.table(AGENT_COLUMNS, rows)
    for one in found:
        for match in one.matches:
            console.out(say("{name}: {why}", name=console.clean_line(one.name), why=match.why))
    console.out(
        say(
            "{agents}. {register}; orders of {day}.",
            agents=counted(len(found), AGENTS),
            register=_until(say("Register"), manifest),
            day=registry.version,
        )
    )
    if any(one.matches for one in found):
        console.out(say("A name that is written alike is no proof that it is the same person."))


def print_similar(found: Sequence[Similar], text: str, since: date, manifest: Manifest) -> None:
    """Print the new applications for a text."""
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
        console.table(SIMILAR_COLUMNS, rows)
    console.out(
        say(
            "{applications} since {day} for {text} or a very similar text. {register}.",
            applications=counted(len(rows), APPLICATIONS),
            day=since,
            text=console.clean_line(text),
            register=_until(say("Register"), manifest),
        )
    )
