"""A line for the card of a brand in danger: who filed lately for the text of its mark, as the register here knows.

Whoever lost a mark looks for such applications; so do those who would take it. Says nothing without a register.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from tmwatch.digest.model import Lookalike
from tmwatch.errors import WorldError
from tmwatch.exposure import IN_DANGER, BrandExposure
from tmwatch.records import CaseFile
from tmwatch.register.keys import mark_key
from tmwatch.register.place import default_path, has_register
from tmwatch.settings import Settings
from tmwatch.text import SEMICOLONS, Text, chain, say

if TYPE_CHECKING:
    from tmwatch.register.similar import Applications, Similar

WINDOW = timedelta(days=90)  # a daily file may bring an application days after its filing: the last digest is no bound
MOST = 20  # texts asked for one client, those of the brands with most at stake
SHOWN = 3


class Filings:
    """Answers for a whole run: the new applications are read from the register once, at the first question."""

    def __init__(self, settings: Settings, as_of: date) -> None:
        self.there = has_register(settings) and importlib.util.find_spec("duckdb") is not None
        self._settings, self._since = settings, as_of - WINDOW
        self._read: Applications | None = None

    def about(self, exposures: Iterable[BrandExposure], records: Mapping[str, CaseFile]) -> tuple[Lookalike, ...]:
        """Return a line for each mark behind a brand in danger for whose text somebody else filed.

        The owner's own applications are left out. Of a register that cannot be read the lines say so.
        """
        asked = _in_danger(exposures, records) if self.there else {}
        if not asked:
            return ()
        try:
            found, day = self._ask({text: (owners, serial) for serial, (text, owners) in asked.items()})
        except WorldError:
            why = say("Who files for the same text is not known: the register here cannot be read.")
            return tuple(Lookalike(serial, why) for serial in asked)
        return tuple(
            Lookalike(serial, _line(text, found[text], self._since, day))
            for serial, (text, _owners) in asked.items()
            if found[text]
        )

    def _ask(
        self, texts: Mapping[str, tuple[tuple[str, ...], str]]
    ) -> tuple[dict[str, tuple[Similar, ...]], date | None]:
        """Return the applications for each text, and the day of the register."""
        from tmwatch.register.folder import Folder
        from tmwatch.register.opened import open_register
        from tmwatch.register.similar import applications

        with open_register(Folder(default_path(self._settings))) as register:
            self._read = self._read or applications(register, self._since)
            return self._read.like(register, texts), register.manifest.last


def _in_danger(
    exposures: Iterable[BrandExposure], records: Mapping[str, CaseFile]
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return serial number -> (text, owners) of the marks that brands in danger stand on."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for one in exposures:
        if one.state in IN_DANGER:
            for serial in one.carrying or tuple(mark.number for mark in one.marks):
                record = records.get(serial)
                if record and record.mark_text and mark_key(record.mark_text):
                    found[serial] = (record.mark_text, tuple(owner.name for owner in record.owners))
    return dict(islice(found.items(), MOST))


def _line(text: str, hits: tuple[Similar, ...], since: date, day: date | None) -> Text:
    """Word the applications for one text."""
    named = chain((_named(hit) for hit in hits[:SHOWN]), SEMICOLONS)
    return say(
        "New applications since {since} by others for {mark} or a very similar text: {count} (register of {day}). "
        "{named}",
        since=since,
        mark=text,
        count=len(hits),
        day=day or say("unknown date"),
        named=named,
    )


def _named(hit: Similar) -> Text:
    """Name one application."""
    return say(
        "{number} {mark} ({day}, {owner})",
        number=hit.serial_number,
        mark=hit.row["mark_text"],
        day=hit.row["filing_date"],
        owner=(hit.row["owners"] or ["?"])[0],
    )
