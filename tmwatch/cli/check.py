"""`tmwatch check`: one mark or many, from a file, TSDR or the store, on one screen or as JSON."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tmwatch.cli import FINDINGS, INCOMPLETE, combined, console
from tmwatch.cli.invocation import Invocation, invocation
from tmwatch.errors import UsageError

if TYPE_CHECKING:
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
        call = invocation(ctx)
        if not queries and not file:
            raise UsageError(
                "nothing to look up: give a serial number (97123456), rn and a registration number, or --file"
            )
        code = _check(call, tuple(queries or ()), file, offline, as_json, as_of, min_severity)
        if code:
            raise typer.Exit(code)


def _check(
    call: Invocation,
    queries: tuple[str, ...],
    file: Path | None,
    offline: bool,
    as_json: bool,
    day: str | None,
    level: str,
) -> int:
    """Look everything up, print it, and return the exit code."""
    from tmwatch.findings import Severity
    from tmwatch.pipeline.check import Desk, look_up, parse_query
    from tmwatch.pipeline.context import new_york_day
    from tmwatch.reading import parse_day

    try:
        threshold = Severity.parse(level)
        asked = [parse_query(query) for query in queries]
        now = call.now()
        as_of = parse_day(day) if day else new_york_day(now)
    except ValueError as error:
        raise UsageError(str(error)) from None
    with Desk.open(call.settings, call.now, as_of, offline=offline) as desk:
        found, failed = look_up(desk, asked, file)
    if as_json:
        console.json_out(_json(found, failed, now, as_of))
    else:
        _print(found, failed)
    worst = [finding.severity for one in found for finding in one.findings]
    codes = [FINDINGS] if any(severity >= threshold for severity in worst) else []
    codes += [one.error.exit_code if one.error.exit_code in (2, 3) else INCOMPLETE for one in failed]
    return combined(codes)


def _json(found: list[Checked], failed: list[Failed], now: datetime, as_of: date) -> dict[str, Any]:
    from tmwatch.reports.mark_json import instant, mark_json

    return {
        "generated_at": instant(now),
        "as_of": as_of.isoformat(),
        "marks": [mark_json(one.facts, one.findings) for one in found],
        "failed": [{"query": one.query, "error": str(one.error)} for one in failed],
    }


def _print(found: list[Checked], failed: list[Failed]) -> None:
    from tmwatch.reports.mark_card import mark_card

    for position, one in enumerate(found):
        if position:
            console.out("")
        for line in mark_card(one.facts, one.findings):
            console.word(line.text, line.style)
    for problem in failed:
        console.err(f"tmwatch: {console.clean_line(problem.query)}: {problem.error}")
