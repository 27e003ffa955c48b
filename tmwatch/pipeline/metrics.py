"""Figures of a run for node_exporter's textfile collector (Prometheus exposition format), without names of marks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.errors import WorldError
from tmwatch.text import say

if TYPE_CHECKING:
    from tmwatch.pipeline.run import RunResult


def write_metrics(path: Path, result: RunResult) -> None:
    """Write the figures whole or not at all; WorldError when the disk refuses."""
    draft = path.with_name(f".{path.name}.tmp")
    try:
        draft.write_text("".join(lines(result)), encoding="utf-8")
        draft.chmod(0o644)  # node_exporter runs as another user; nothing in it is secret
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise WorldError(
            say("--metrics {path} cannot be written: {reason}", path=str(path), reason=error.strerror)
        ) from error


def lines(result: RunResult) -> Iterator[str]:
    """Yield the lines of the exposition format."""
    finished = result.finished_at or result.started_at
    yield from _gauge(
        "tmwatch_run_finished_seconds", "When the last run ended, seconds since 1970.", _seconds(finished)
    )
    yield from _gauge(
        "tmwatch_run_complete", "1 when every mark was checked and every message went out.", result.complete
    )
    yield from _gauge("tmwatch_marks_watched", "Marks in the portfolio.", result.watched)
    yield from _gauge("tmwatch_marks_checked", "Marks read validly in the last run.", result.checked)
    yield from _gauge("tmwatch_failures", "Marks and files that could not be read.", len(result.failed))
    yield from _gauge("tmwatch_changes", "Changes of the record found.", sum(s.changes for s in result.sources))
    yield from _gauge("tmwatch_findings_open", "Findings open after the run.", result.open)
    yield from _gauge("tmwatch_messages_queued", "Messages queued by the run.", result.queued)
    yield from _gauge("tmwatch_messages_delivered", "Deliveries that went out.", result.delivered.sent)
    yield from _gauge(
        "tmwatch_messages_waiting", "Deliveries put off or failed.", result.delivered.deferred + result.delivered.failed
    )
    yield from _gauge("tmwatch_anomaly", "1 while the guard holds marks as unconfirmed.", result.anomaly is not None)
    yield "# HELP tmwatch_source_data_seconds Newest data of a source, seconds since 1970.\n"
    yield "# TYPE tmwatch_source_data_seconds gauge\n"
    for source in result.sources:
        if source.data_as_of is not None:
            yield f'tmwatch_source_data_seconds{{source="{source.name}"}} {_seconds(source.data_as_of)}\n'


def _gauge(name: str, text: str, value: float | bool) -> Iterator[str]:
    yield f"# HELP {name} {text}\n# TYPE {name} gauge\n{name} {int(value) if isinstance(value, bool) else value}\n"


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
