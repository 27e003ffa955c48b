"""What the details fetched of a case add to its facts: the papers in its file, and where the Office's own maintenance
dates differ from the computed ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tmwatch.deadlines import disagreements
from tmwatch.errors import FormatError
from tmwatch.pipeline.context import new_york_day
from tmwatch.records import CaseFile
from tmwatch.sanctions import FilePaper
from tmwatch.sources.tsdr_maintenance import parse_maintenance
from tmwatch.store import details
from tmwatch.store.documents import MAINTENANCE
from tmwatch.text import Text

if TYPE_CHECKING:
    from sqlalchemy import Connection

XML, PAPERS = "tsdr xml", "tsdr papers"  # names of the sources in the store
OFFICE_DATES_HOLD = timedelta(days=60)


def details_of(conn: Connection, cases: Mapping[str, CaseFile], days: Mapping[str, date]) -> dict[str, dict[str, Any]]:
    """Return fields of Facts by serial number, where there are any: `papers`, and `office_dates` as they differ on the
    day on which the mark is judged."""
    found: dict[str, dict[str, Any]] = {}
    for serial, titles in details.papers(conn, cases).items():
        found[serial] = {"papers": tuple(FilePaper(day, title) for day, title in titles)}
    for serial, (at, body) in details.newest_bodies(conn, cases, MAINTENANCE).items():
        differing = _differing(cases[serial], days[serial], at, body)
        if differing:
            found.setdefault(serial, {})["office_dates"] = differing
    return found


def _differing(mark: CaseFile, as_of: date, at: datetime, body: bytes) -> tuple[Text, ...]:
    """Return in what the Office's dates differ; nothing when they are old, or something was filed or decided since."""
    day = new_york_day(at)
    if not body or as_of > day + OFFICE_DATES_HOLD or any(event.date > day for event in mark.events):
        return ()
    try:
        office = parse_maintenance(body)
    except FormatError:
        return ()  # kept by an earlier program, which could read it
    return disagreements(mark, as_of, office) if office else ()
