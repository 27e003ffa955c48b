"""`tmwatch report`: the exposure of the portfolio now, or everything held of one mark, in the format asked for."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmwatch.cli import console
from tmwatch.cli.invocation import Invocation, invocation
from tmwatch.errors import UsageError
from tmwatch.text import COMMAS, chain, say

if TYPE_CHECKING:
    from tmwatch.digest.wording import Words
    from tmwatch.findings import Severity
    from tmwatch.reports.model import PortfolioReport

FORMATS = ("table", "html", "xlsx", "csv", "json", "ics")
OF_A_MARK = ("html", "json")
ENDINGS = {".html": "html", ".htm": "html", ".xlsx": "xlsx", ".csv": "csv", ".json": "json", ".ics": "ics"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for. `output` None: standard output; `floor` hides findings below."""

    form: str
    output: Path | None
    client: str | None
    mark: str | None
    floor: Severity
    language: str


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("report")
    def report(
        ctx: typer.Context,
        form: Annotated[
            str | None, typer.Option("--format", metavar="FORMAT", help="table, html, xlsx, csv, json or ics.")
        ] = None,
        output: Annotated[
            Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write there instead of printing.")
        ] = None,
        client: Annotated[str | None, typer.Option(metavar="NAME", help="Only this client's marks.")] = None,
        mark: Annotated[
            str | None, typer.Option("--mark", metavar="SERIAL", help="The evidence pack of one mark (html or json).")
        ] = None,
        as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The day for deadlines and ages.")] = None,
        min_severity: Annotated[
            str, typer.Option(metavar="LEVEL", help="Leave out findings below: info, low, medium, high, critical.")
        ] = "info",
        language: Annotated[
            str | None, typer.Option(metavar="CODE", help="en or zh-CN (default: digest.language).")
        ] = None,
    ) -> None:
        """Show what is at stake now: brands, marks, findings, deadlines. Stores and sends nothing."""
        call = invocation(ctx)
        wanted = _wanted(call, form, output, client, mark, min_severity, language)
        data = _evidence(call, wanted, as_of) if wanted.mark else _portfolio(call, wanted, as_of)
        if data is not None:
            _give(data, wanted.output)


def _wanted(
    call: Invocation,
    form: str | None,
    output: Path | None,
    client: str | None,
    mark: str | None,
    level: str,
    language: str | None,
) -> Wanted:
    """Check the options before anything is opened."""
    from tmwatch import reading
    from tmwatch.findings import Severity

    ending = ENDINGS.get(output.suffix.lower()) if output else None
    chosen = form or ending or ("html" if mark else "table")
    target = call.cwd / output if output and str(output) != "-" else None
    if chosen not in FORMATS:
        raise UsageError(
            say("--format {form} is not known; use one of {forms}", form=repr(form), forms=chain(FORMATS, COMMAS))
        )
    if mark and chosen not in OF_A_MARK:
        raise UsageError(say("the evidence pack of a mark comes as html or json, not as {form}", form=chosen))
    if mark and (client or level != "info"):
        raise UsageError(say("--mark shows everything held of one mark; leave out --client and --min-severity"))
    if chosen == "xlsx" and target is None:
        raise UsageError(say("a workbook is no text for a screen; name its file: -o report.xlsx"))
    try:
        floor = Severity.parse(level)
        tongue = reading.language(language) if language else _language(call, chosen)
    except ValueError as error:
        raise UsageError(reading.said_by(error)) from None
    return Wanted(chosen, target, client, mark, floor, tongue)


def _language(call: Invocation, form: str) -> str:
    """Return the language of a report that none is asked for: on the screen that of the screen."""
    settings = call.settings  # they have a say in what the screen speaks
    return console.language() if form == "table" else settings.digest.language


def _portfolio(call: Invocation, wanted: Wanted, as_of: str | None) -> bytes | None:
    """Gather the portfolio and return it in its format; a table is printed here."""
    from tmwatch.cli.opening import day_of, open_context
    from tmwatch.digest.wording import words
    from tmwatch.pipeline.report import gather

    with open_context(call.settings, call.now, as_of=day_of(as_of)) as run:
        report = gather(run, wanted.client, wanted.floor)
    voice = words(wanted.language, call.settings.digest.timezone)
    if wanted.form == "table":
        return _table(report, voice, wanted.output)
    return render(report, voice, wanted.form, to_file=wanted.output is not None)


def render(report: PortfolioReport, voice: Words, form: str, *, to_file: bool) -> bytes:
    """Return a portfolio as html, xlsx, csv, json or ics. A CSV file begins with a byte order mark, or Excel takes
    its Chinese for something else; one in a pipe does not."""
    if form == "html":
        from tmwatch.reports.html_page import portfolio_page

        return portfolio_page(report, voice).encode()
    if form == "xlsx":
        from tmwatch.reports.xlsx_book import workbook

        return workbook(report, voice)
    if form == "csv":
        from tmwatch.reports.csv_findings import findings_csv

        return findings_csv(report, voice).encode("utf-8-sig" if to_file else "utf-8")
    if form == "ics":
        from tmwatch.reports.ics_calendar import calendar

        return calendar(report, voice)
    from tmwatch.reports.json_report import dumps, portfolio_json

    return dumps(portfolio_json(report)).encode()


def _evidence(call: Invocation, wanted: Wanted, as_of: str | None) -> bytes:
    """Gather everything held of one mark and return it in its format."""
    from tmwatch.cli.opening import day_of, open_context
    from tmwatch.digest.wording import words
    from tmwatch.pipeline.check import parse_query
    from tmwatch.pipeline.report import gather_evidence

    number = parse_query(wanted.mark or "").number
    with open_context(call.settings, call.now, as_of=day_of(as_of)) as run:
        evidence = gather_evidence(run, number)
    if wanted.form == "json":
        from tmwatch.reports.json_report import dumps, evidence_json

        return dumps(evidence_json(evidence)).encode()
    from tmwatch.reports.html_page import evidence_page

    return evidence_page(evidence, words(wanted.language, call.settings.digest.timezone)).encode()


def _table(report: PortfolioReport, voice: Words, output: Path | None) -> bytes | None:
    """Print the tables, or return them as text for a file."""
    from tmwatch.reports.table import opening, tables

    if output is not None:
        raise UsageError(say("a table is for the screen; for a file use --format html, xlsx, csv, json or ics"))
    first, warnings = opening(report, voice)
    console.out(first)
    for line in warnings:
        console.word(f"  {line}", "warn")
    for sheet in tables(report, voice):
        console.out("")
        if not console.on_terminal():
            console.out(sheet.name)
        console.table(sheet.columns, sheet.rows, title=sheet.name)
    return None


def _give(data: bytes, output: Path | None) -> None:
    """Print the bytes, or write them whole or not at all, readable by this user alone."""
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    if output.exists() and not output.is_file():
        raise UsageError(say("{file} is no file; name a file to write", file=output))
    import secrets  # slow to load, and the help of all commands loads this file

    draft = output.with_name(f".{output.name}.{secrets.token_hex(4)}.tmp")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(output)
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise UsageError(say("{file} cannot be written: {reason}", file=output, reason=error.strerror)) from error
    except OSError:
        draft.unlink(missing_ok=True)  # a full disk: the frame says so
        raise
    console.err(say("written: {file}", file=output))
