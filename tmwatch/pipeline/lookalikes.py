"""A line for a digest: who filed lately for the text of a mark that is in danger, as the register here knows.

Whoever lost a mark looks for such applications; so do those who would take it. Says nothing without a register.
"""

from __future__ import annotations

import importlib.util
from datetime import date
from typing import TYPE_CHECKING

from tmwatch.findings import Severity
from tmwatch.pipeline.news import View
from tmwatch.register.keys import mark_key
from tmwatch.register.place import default_path, has_register
from tmwatch.settings import Settings
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from tmwatch.register.similar import Similar

SHOWN = 3


def lookalike_notes(settings: Settings, view: View, since: date) -> tuple[Text, ...]:
    """Return a line for each mark of a client with an open finding of HIGH or worse for which somebody else filed.

    `since`: the first filing date that counts, as the day of the client's last digest. The owner's own applications
    are left out. StoreError or FormatError when the register is damaged.
    """
    texts = _in_danger(view) if has_register(settings) and importlib.util.find_spec("duckdb") is not None else {}
    if not texts:
        return ()
    from tmwatch.register.folder import Folder
    from tmwatch.register.opened import open_register
    from tmwatch.register.similar import similar_to

    with open_register(Folder(default_path(settings))) as register:
        found = similar_to(register, texts, since)
        day = register.manifest.last
    return tuple(_line(text, hits, since, day) for text, hits in found.items() if hits)


def _in_danger(view: View) -> dict[str, tuple[tuple[str, ...], str | None]]:
    """Return mark text -> (owners, serial number) of the marks in danger."""
    serials = {
        one.finding.serial_number
        for one in view.open.values()
        if one.finding.severity >= Severity.HIGH and not one.finding.good_news
    }
    records = (view.records[serial] for serial in sorted(serials) if serial in view.records)
    return {
        record.mark_text: (tuple(owner.name for owner in record.owners), record.serial_number)
        for record in records
        if record.mark_text and mark_key(record.mark_text)
    }


def _line(text: str, hits: tuple[Similar, ...], since: date, day: date | None) -> Text:
    """Word the applications for one text."""
    named = "; ".join(
        f"{hit.serial_number} {hit.row['mark_text']} ({hit.row['filing_date']}, {(hit.row['owners'] or ['?'])[0]})"
        for hit in hits[:SHOWN]
    )
    return say(
        "New applications since {since} by others for {mark} or a very similar text: {count} (register of {day}). "
        "{named}",
        since=since,
        mark=text,
        count=len(hits),
        day=day or say("unknown date"),
        named=named,
    )
