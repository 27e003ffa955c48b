"""What `tmwatch demo` prints of its two days, and whether they went as written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.cli import console
from tmwatch.cli.demo_stage import CALENDAR, ORDER_FILE, REPORT, Stage
from tmwatch.errors import WorldError

if TYPE_CHECKING:
    from tmwatch.demo.cases import DemoCase
    from tmwatch.findings import Finding
    from tmwatch.pipeline.order_import import Imported
    from tmwatch.pipeline.run import RunResult
    from tmwatch.settings import Settings


def tell(title: str, result: RunResult, cases: Mapping[str, DemoCase]) -> None:
    """Print what one day did."""
    console.word(title, "ok")
    console.out(f"  {result.checked} of {result.watched} marks checked at TSDR")
    for failure in result.failed:
        mark = cases[failure.serial_number or ""].mark
        console.word(f"  not checked: {mark} ({failure.serial_number}): {failure.error}", "warn")
    for source in result.sources:
        if source.until is not None:
            seen = sorted(source.checked & {failure.serial_number for failure in result.failed})
            also = "".join(f", among them {cases[serial].mark}" for serial in seen if serial)
            total = f"{len(source.checked)} of the {result.watched} marks are in them"
            console.out(f"  {source.name} complete to {source.until}: {total}{also}")
    console.out(f"  {result.opened} findings opened, {result.cleared} cleared, {result.open} open")
    console.out(f"  {console.counted(result.delivered.sent, 'message')} written\n")


def tell_order(done: Imported) -> None:
    """Print what came of the order."""
    console.word("Between the days: an order to show cause comes out, a PDF. tmwatch reads the numbers it lists.", "ok")
    console.out(
        f"  {ORDER_FILE}: {len(done.file.serials)} serial numbers on {done.file.pages} pages, as many as expected"
    )
    for one in done.named:
        pages = ", ".join(f"page {page}" for page in one.pages)
        console.word(f"  {one.mark} ({one.serial_number}) is named in order {done.order.order_id}, {pages}", "warn")
    console.out(f"  {console.counted(done.delivered.sent, 'alert')} written\n")


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
        level = "GOOD NEWS" if worst.good_news else worst.severity.label.upper()
        alike = (str(f.title) for f in told if (f.good_news, f.severity) == (worst.good_news, worst.severity))
        console.out(f"  {cases[worst.serial_number].mark:<16} {level:<10} {'; '.join(dict.fromkeys(alike))}")
    console.out("")


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
            f"the demonstration did not go as written ({wrong}); the folder holds what it did, please report it"
        )


def say_where(stage: Stage, settings: Settings) -> None:
    """Print the messages and what to try next."""
    from tmwatch.store import open_engine, outbox, reading

    engine = open_engine(settings.database.url)
    with reading(engine) as conn:
        messages = outbox.list_messages(conn)
    engine.dispose()
    console.word(f"The messages lie in {stage.folder / 'mail'} (.html to look at, .txt to read, .eml as sent):", "ok")
    for message in reversed(messages):
        console.out(f"  {message.local_date}  {message.kind:<9} {message.client}: {message.subject}")
        console.out(f"              {message.id}.html")
    console.out(f"\nThe portfolio now:       {stage.folder / REPORT}")
    console.out(f"Deadlines to subscribe:  {stage.folder / CALENDAR}")
    config = quoted(stage.folder / "config" / "tmwatch.toml")
    console.out(f"One mark on one screen:  tmwatch --config {config} check 88000004")
    console.out("What is looked for:      tmwatch rules")
    console.out("Watch your own marks:    tmwatch init")


def quoted(path: Path) -> str:
    """Return a path as it is typed on this system's command line."""
    if os.name == "nt":
        import subprocess

        return subprocess.list2cmdline([str(path)])
    import shlex

    return shlex.quote(str(path))
