"""What `tmwatch demo` prints of its two days, and whether they went as written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.cli import console, counts
from tmwatch.cli.demo_stage import CALENDAR, ORDER_FILE, REPORT, Stage
from tmwatch.digest.vocabulary import GOOD_NEWS, MESSAGE_KINDS, SEVERITIES, SOURCES, coded
from tmwatch.errors import WorldError
from tmwatch.text import COMMAS, SEMICOLONS, Text, chain, say

if TYPE_CHECKING:
    from tmwatch.demo.cases import DemoCase
    from tmwatch.findings import Finding
    from tmwatch.pipeline.order_import import Imported
    from tmwatch.pipeline.run import RunResult
    from tmwatch.settings import Settings


def tell(title: Text, result: RunResult, cases: Mapping[str, DemoCase]) -> None:
    """Print what one day did."""
    console.word(title, "ok")
    _line(say("{checked} of {watched} marks checked at TSDR", checked=result.checked, watched=result.watched))
    for failure in result.failed:
        number = failure.serial_number or ""
        _line(
            say("not checked: {mark} ({number}): {problem}", mark=cases[number].mark, number=number,
                problem=console.recalled(failure.error)),
            "warn",
        )  # fmt: skip
    for source in result.sources:
        if source.until is not None:
            seen = sorted(source.checked & {failure.serial_number for failure in result.failed})
            total = say(
                "{source} complete to {day}: {count} of the {watched} marks are in them",
                source=coded(SOURCES, source.name),
                day=source.until,
                count=len(source.checked),
                watched=result.watched,
            )
            for serial in filter(None, seen):
                total = say("{text}, among them {mark}", text=total, mark=cases[serial].mark)
            _line(total)
    _line(
        say("{opened} findings opened, {cleared} cleared, {open} open", opened=result.opened, cleared=result.cleared,
            open=result.open)
    )  # fmt: skip
    _line(say("{messages} written", messages=counts.counted(result.delivered.sent, counts.MESSAGES)))
    console.out()


def _line(text: object, style: str | None = None) -> None:
    """Print a line under the title of a day."""
    console.word(f"  {console.spoken(text)}", style)


def tell_order(done: Imported) -> None:
    """Print what came of the order."""
    title = say("Between the days: an order to show cause comes out, a PDF. tmwatch reads the numbers it lists.")
    console.word(title, "ok")
    _line(
        say(
            "{file}: {count} serial numbers on {pages} pages, as many as expected",
            file=ORDER_FILE,
            count=len(done.file.serials),
            pages=done.file.pages,
        )
    )
    for one in done.named:
        _line(
            say(
                "{mark} ({number}) is named in order {order}, {pages}",
                mark=one.mark,
                number=one.serial_number,
                order=done.order.order_id,
                pages=chain((say("page {page}", page=page) for page in one.pages), COMMAS),
            ),
            "warn",
        )
    _line(say("{messages} written", messages=counts.counted(done.delivered.sent, counts.ALERTS)))
    console.out()


def say_events(stage: Stage, settings: Settings, cases: Mapping[str, DemoCase]) -> None:
    """Print what the second day found, a line a mark: the worst of what was opened then, and good news."""
    from tmwatch.store import findings, open_engine, reading

    engine = open_engine(settings.database.url)
    with reading(engine) as conn:
        opened = [one.finding for one in findings.open_findings(conn) if one.opened_at == stage.now]
    engine.dispose()
    by_mark: dict[str, list[Finding]] = {}
    for finding in sorted(opened, key=lambda f: (not f.good_news, f.brand != "", -f.severity)):
        by_mark.setdefault(finding.serial_number, []).append(finding)
    for told in sorted(by_mark.values(), key=lambda found: (found[0].good_news, -found[0].severity)):
        worst = told[0]
        label = worst.severity.label
        level = GOOD_NEWS if worst.good_news else coded(SEVERITIES, label, label.upper())
        alike = (f.title for f in told if (f.good_news, f.severity) == (worst.good_news, worst.severity))
        mark, what = cases[worst.serial_number].mark, chain(dict.fromkeys(alike), SEMICOLONS)
        _line(" ".join((console.padded(mark, 16), console.padded(level, 10), console.clean_line(what))))
    console.out()


AS_WRITTEN: dict[str, object] = {
    "checked": [(12, 12), (10, 12), (10, 12)],
    "failed": [[], ["88000009", "88000010"]],
    "messages": [3, 1, 5],
    "told again": 0,
    "named": [("88000012", (3,))],
    "numbers": 60,
    "in the daily files": [f"880000{n:02}" for n in (1, 2, 3, 4, 5, 6, 7, 10)],
}


def figures(first: RunResult, order: Imported, second: RunResult, again: RunResult) -> dict[str, object]:
    """Return what the parts of the demonstration did, in the words of AS_WRITTEN."""
    daily = next((source for source in second.sources if source.until is not None), None)
    return {
        "checked": [(run.checked, run.watched) for run in (first, second, again)],
        "failed": [sorted(one.serial_number or "" for one in run.failed) for run in (first, second)],
        "messages": [first.delivered.sent, order.delivered.sent, second.delivered.sent],
        "told again": again.queued,
        "named": [(one.serial_number, one.pages) for one in order.named],
        "numbers": len(order.file.serials),
        "in the daily files": sorted(daily.checked) if daily else [],
    }


def judge(played: Mapping[str, object]) -> None:
    """The demonstration promises a script; WorldError when it did not go as written."""
    if played != AS_WRITTEN:
        wrong = ", ".join(name for name, value in AS_WRITTEN.items() if played.get(name) != value)
        raise WorldError(
            say(
                "the demonstration did not go as written ({wrong}); the folder holds what it did, please report it",
                wrong=wrong,
            )
        )


def say_where(stage: Stage, settings: Settings) -> None:
    """Print the messages and what to try next."""
    from tmwatch.store import open_engine, outbox, reading

    engine = open_engine(settings.database.url)
    with reading(engine) as conn:
        messages = outbox.list_messages(conn)
    engine.dispose()
    folder = stage.folder / "mail"
    title = say("The messages lie in {folder} (.html to look at, .txt to read, .eml as sent):", folder=folder)
    console.word(title, "ok")
    for message in reversed(messages):
        kind = console.padded(coded(MESSAGE_KINDS, message.kind), 9)
        _line(f"{console.spoken(message.local_date)}  {kind} {message.client}: {message.subject}")
        console.out(f"              {message.id}.html")
    console.out()
    config = quoted(stage.folder / "config" / "tmwatch.toml")
    for title, what in (
        (say("The portfolio now:"), stage.folder / REPORT),
        (say("Deadlines to subscribe:"), stage.folder / CALENDAR),
        (say("One mark on one screen:"), f"tmwatch --config {config} check 88000004"),
        (say("What is looked for:"), "tmwatch rules"),
        (say("Watch your own marks:"), "tmwatch init"),
    ):
        console.out(f"{console.padded(title, 24)} {what}")


def quoted(path: Path) -> str:
    """Return a path as it is typed on this system's command line."""
    if os.name == "nt":
        import subprocess

        return subprocess.list2cmdline([str(path)])
    import shlex

    return shlex.quote(str(path))
