"""A language of the terminal that is not English: sentences, days and numbers as its readers write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from tmwatch.digest.catalogues import sentences
from tmwatch.digest.recall import Recall
from tmwatch.digest.terminal import moment
from tmwatch.digest.vocabulary import REFUSALS, Citation, Code
from tmwatch.digest.wording import SOURCE_NOTES, VALUES, Words, words
from tmwatch.records import WITHOUT_WORDS
from tmwatch.text import Text

_OURS = VALUES | REFUSALS | {WITHOUT_WORDS}  # plain values that are words of the program or the system
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")  # orders give their day as text, because some know only the year


@dataclass(frozen=True, slots=True)
class Tongue:
    """Shows what is printed. Long names and paths stay whole: nothing here is cut, as it is in a message."""

    language: str
    words: Words

    def plain(self, value: object) -> str:
        """Show a sentence, a day, a number or what else is printed."""
        if isinstance(value, Text):
            return value.render(self.words.gettext, self._show)
        return self._show(value)

    def explained(self, value: object) -> str:
        """The same; a legal term stands beside its English the first time a command uses it."""
        if isinstance(value, Text):
            return value.render(self.words.term, self._show)
        return self._show(value)

    def recalled(self, text: str) -> str:
        """Show what was kept in English, as an error in the ledger."""
        return self.plain(_recall(self.language).sentence(text))

    def _show(self, value: object) -> str:
        if isinstance(value, datetime):
            return self.plain(moment(value))
        if isinstance(value, date):
            return self.words.day(value)
        if isinstance(value, Code):
            return self.words.gettext(value.msgid)
        if isinstance(value, Citation):
            return self._cited(value.text)
        if isinstance(value, (Decimal, float)):
            return self.words.number(value)
        text = str(value)
        if _ISO_DAY.fullmatch(text):
            return self.words.written_day(text)
        return self.words.gettext(text) if text in _OURS else text

    def _cited(self, citation: str) -> str:
        for note in SOURCE_NOTES:
            citation = citation.replace(note, self.words.gettext(note))
        return citation


@cache
def _recall(language: str) -> Recall:
    return Recall(sentences(language))


def tongue(language: str) -> Tongue:
    """Return a language ("zh-CN") ready to be spoken."""
    return Tongue(language, words(language, "UTC"))
