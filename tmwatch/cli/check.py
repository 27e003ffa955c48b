"""`tmwatch check`: one mark or many, from a file, TSDR or the store, on one screen or as JSON."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tmwatch.cli import FINDINGS, INCOMPLETE, USAGE, combined, console
from tmwatch.cli.invocation import Invocation, invocation
from tmwatch.errors import TmwatchError, UsageError
from tmwatch.text import COMMAS, Text, chain, say

if TYPE_CHECKING:
    from tmwatch.findings import Severity
    from tmwatch.pipeline.check import Checked, Failed


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("check")
    def check(
        ctx: typer.Context,
        queries: Annotated[
            list[str] | None, typer.Argument(metavar="QUERY...", help="97123456, 97/123,456 or rn6723159.")
        ] = None,
        file: Annotated[
            Path | None, typer.Option(metavar="PATH", help="A TSDR JSON, ST.96 XML or bulk file saved on disk.")
        ] = None,
        offline: Annotated[bool, typer.Option("--offline", help="Ask nobody; use what is stored.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
        as_of: Annotated[
            str | None, typer.Option(metavar="DATE", help="The day for deadlines and ages (default: today).")
        ] = None,
        min_severity: Annotated[
            str, typer.Option(metavar="LEVEL", help="Exit 1 at or above: info, low, medium, high, critical.")
        ] = "medium",
    ) -> None:
        """Look up marks: status, who acts for them, sanctions, deadlines, findings. Stores no mark."""
        asked = Asked(tuple(queries or ()), file, offline, as_of, min_severity)
        code = _check(invocation(ctx), asked, as_json)
        if code:
            raise typer.Exit(code)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says, not read yet."""

    queries: tuple[str, ...]
    file: Path | None
    offline: bool
    day: str | None
    level: str


@dataclass(slots=True)
class Answer:
    """What was found and what failed; `refused` is what made the whole look-up impossible."""

    now: datetime
    as_of: date
    found: list[Checked] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)
    warnings: list[str | Text] = field(default_factory=list)
    refused: TmwatchError | None = None


def _check(call: Invocation, asked: Asked, as_json: bool) -> int:
    """Look everything up, print it, and return the exit code."""
    from tmwatch.findings import Severity
    from tmwatch.pipeline.context import new_york_day

    now = call.now()
    answer = Answer(now, new_york_day(now))
    threshold = Severity.MEDIUM
    try:
        if not asked.queries and not asked.file:
            raise UsageError(
                say("nothing to look up: give a serial number (97123456), rn and a registration number, or --file")
            )
        threshold = _threshold(asked.level)
        _answer(call, asked, answer)
    except TmwatchError as error:
        if not as_json:
            raise
        answer.refused = error
    for line in answer.warnings:
        console.warn(line)
    if as_json:
        console.json_out(_json(asked, answer))
    else:
        _print(answer)
    return _exit_code(answer, threshold)


def _threshold(level: str) -> Severity:
    """Read --min-severity."""
    from tmwatch.findings import Severity
    from tmwatch.reading import said_by

    try:
        return Severity.parse(level)
    except ValueError as error:
        raise UsageError(say("--min-severity: {problem}", problem=said_by(error))) from None


def _answer(call: Invocation, asked: Asked, answer: Answer) -> None:
    """Look up what can be read of the queries; what cannot is named."""
    from tmwatch.cli.opening import day_of
    from tmwatch.pipeline.check import look_up, parse_queries
    from tmwatch.pipeline.check_desk import Desk

    queries, malformed = parse_queries(asked.queries)
    answer.failed += malformed
    answer.as_of = day_of(asked.day) or answer.as_of
    file = call.cwd / asked.file if asked.file else None
    if not queries and asked.queries:
        return  # nothing readable was asked, so that nothing of the file or the store was meant
    settings = call.silent_settings if asked.offline or file else call.settings
    with Desk.open(settings, call.now, call.sleep, answer.as_of, offline=asked.offline) as desk:
        answer.found, failed = look_up(desk, queries, file)
        answer.failed += failed
        answer.warnings += desk.warnings


def _exit_code(answer: Answer, threshold: Severity) -> int:
    """Return 2 for what the user can mend, 3 for what the world refused, 1 for findings, in this order."""
    worst = (finding.severity for one in answer.found for finding in one.findings)
    codes = [FINDINGS] if any(severity >= threshold for severity in worst) else []
    errors = [one.error for one in answer.failed] + ([answer.refused] if answer.refused else [])
    codes += [USAGE if error.exit_code == USAGE else INCOMPLETE for error in errors]
    return combined(codes)


def _json(asked: Asked, answer: Answer) -> dict[str, Any]:
    from tmwatch.reports.mark_json import instant, mark_json

    failed = [{"query": one.query, "error": str(one.error)} for one in answer.failed]
    if answer.refused:
        named = asked.queries or ((str(asked.file),) if asked.file else ("",))
        failed += [{"query": query, "error": str(answer.refused)} for query in named]
    return {
        "generated_at": instant(answer.now),
        "as_of": answer.as_of.isoformat(),
        "marks": [mark_json(one.facts, one.findings, stored=one.stored) for one in answer.found],
        "failed": failed,
    }


def _print(answer: Answer) -> None:
    from tmwatch.reports.mark_card import mark_card

    width = shutil.get_terminal_size().columns if console.on_terminal() else None
    for position, one in enumerate(answer.found):
        if position:
            console.out("")
        card = mark_card(
            one.facts,
            one.findings,
            width=width,
            stored=one.stored,
            confirmed_at=one.confirmed_at,
            tongue=console.spoken_now(),
        )
        for line in card:
            console.word(line.text, line.style)
    for queries, text in _by_error(answer.failed):
        trouble = say("{queries}: {problem}", queries=chain(queries, COMMAS), problem=text)
        console.err(f"tmwatch: {console.spoken(trouble)}")


def _by_error(failed: Iterable[Failed]) -> list[tuple[list[str], str | Text]]:
    """Join the queries that failed for the same reason, so that it is said once."""
    grouped: dict[str, tuple[list[str], str | Text]] = {}
    for one in failed:
        grouped.setdefault(str(one.error), ([], one.error.said))[0].append(console.clean_line(one.query))
    return list(grouped.values())
