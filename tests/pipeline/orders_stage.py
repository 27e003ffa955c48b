"""Invented orders for the stage: their PDFs, and importing one at a given moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from tests.order_pdfs import Sheet, columns, lines, pdf
from tests.pipeline.stage import MORNING, Stage
from tmwatch.cli.opening import open_context
from tmwatch.pipeline.edges import channels_of
from tmwatch.pipeline.order_import import Imported, import_order
from tmwatch.pipeline.order_lists import Given
from tmwatch.store import open_engine

FINAL = "USPTO-2026-11-20-HARBOUR-FINAL"
OTHERS = tuple(str(97_100_000 + 7 * at) for at in range(200))  # numbers nobody here watches


_PREPARED: dict[int, tuple[bytes, dict[str, bytes]]] = {}  # SQLite file and mails after the first reports


def watched(stage: Stage, days_ago: int = 1) -> None:
    """The portfolio, watched and judged for some days before MORNING; its owners have their first report.

    On SQLite this is done once and copied afterwards.
    """
    stage.serve_day(1)
    file, mail = stage.folder / "tmwatch.sqlite", stage.folder / "mail"
    if days_ago in _PREPARED and file.exists():
        database, mails = _PREPARED[days_ago]
        file.write_bytes(database)
        mail.mkdir()
        for name, body in mails.items():
            (mail / name).write_bytes(body)
        return
    start = MORNING - timedelta(days=days_ago)
    stage.watch(at=start - timedelta(hours=1))
    stage.run(start)
    if file.exists():
        assert not file.with_name(f"{file.name}-wal").exists(), "closed, so the file is whole"
        _PREPARED[days_ago] = file.read_bytes(), {path.name: path.read_bytes() for path in mail.iterdir()}


def order_pdf(
    numbers: Sequence[str],
    *,
    title: str = "FINAL ORDER FOR SANCTIONS",
    day: str | None = "November 20, 2026",
    says: str = "",
    others: Sequence[str] = OTHERS,
) -> bytes:
    """An order with a body page and its exhibit from page 2 on, 80 numbers a page, `numbers` on the last one."""
    listed = [*others, *numbers]
    told = ["UNITED STATES PATENT AND TRADEMARK OFFICE", title, f"Issued: {day}" if day else "", says]
    exhibit = [listed[at : at + 80] for at in range(0, len(listed), 80)]
    return pdf([Sheet(lines([line for line in told if line])), *(Sheet(columns(part, 4)) for part in exhibit)])


def write_order(stage: Stage, body: bytes, name: str = "order.pdf") -> Path:
    """Put a file where it can be imported from."""
    path = stage.folder / name
    path.write_bytes(body)
    return path


def import_at(
    stage: Stage, now: datetime, path: Path, *, send: bool = True, ocr: str | None = None, **more: object
) -> Imported:
    """Import a file at `now`; `more` are fields of Given."""
    given = Given(**more)  # type: ignore[arg-type]  # keywords of Given
    with open_context(stage.settings, lambda: now) as ctx:
        return import_order(ctx, path, given, channels_of(stage.settings) if send else None, ocr)


def rows(stage: Stage, query: str) -> list[tuple[object, ...]]:
    """What the database says."""
    engine = open_engine(stage.database_url)
    with engine.connect() as conn:
        found = [tuple(row) for row in conn.execute(text(query))]
    engine.dispose()
    return found
