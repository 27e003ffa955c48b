"""Words of a message in one language: translations, labels, dates, numbers, money, and foreign text made harmless.

Message ids are English; a language without a catalogue reads English.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo

from tmwatch.digest import vocabulary
from tmwatch.digest.catalogues import glossary
from tmwatch.digest.catalogues import translations as translations
from tmwatch.findings import Severity
from tmwatch.text import N_, Text

NAME_LIMIT = 200  # characters of one foreign value: a name, an e-mail, a reason
PROSE_LIMIT = 1500  # characters of one sentence with its values
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")  # orders give their day as text, because some know only the year
_JOINERS = "\u200c\u200d"  # format characters that writing and emoji need
_SYMBOLS = {"critical": "■", "high": "▲", "medium": "◆", "low": "●", "info": "○"}

CLEARED = N_("Cleared")
CORRECTION = N_("Correction")
# remarks in citations: how a source is known
SOURCE_NOTES = (
    N_("seen by sellers"),
    N_("seen by practitioners"),
    N_("Brand Registry guide"),
    N_("none (inference from the requirements of Brand Registry)"),
)
# state -> label, tone (a class of the HTML template), symbol: a state never shows by colour alone
STATES = {
    "lost": (N_("Lost"), "critical", "■"),
    "in_danger": (N_("In danger"), "high", "▲"),
    "unknown": (N_("Not known"), "info", "?"),
    "weakened": (N_("Weakened"), "medium", "◆"),
    "sound": (N_("Sound"), "good", "✓"),
}
_COMMA = N_(", ")
_SHANGHAI = N_("Shanghai")  # its time is called after Beijing
# words that reach a sentence as plain values: periods of the deadline engine
VALUES = frozenset(
    (
        N_("year 6"),
        N_("decade 1"),
        N_("decade 2"),
        N_("decade 3"),
        N_("decade 4"),
        N_("decade 5"),
        N_("year 6 rest"),
        N_("decade 1 rest"),
        N_("decade 2 rest"),
        N_("decade 3 rest"),
        N_("decade 4 rest"),
    )
)
SOURCES = vocabulary.SOURCES | {
    "tsdr xml": N_("TSDR, whole record"),
    "tsdr papers": N_("TSDR, list of documents"),
    "tsdr maintenance": N_("TSDR, maintenance of the registration"),
}


@dataclass(frozen=True, slots=True)
class Label:
    """A word with its look: `tone` is a class of the template, `symbol` stands before the word."""

    word: str
    tone: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Words:
    """One language and one time zone. Every method returns text that is safe to show as plain text on one line."""

    language: str
    timezone: str
    translations: NullTranslations
    _told: set[str] = field(default_factory=set, repr=False, compare=False)  # legal terms shown with their English

    @property
    def locale(self) -> str:
        """The language as Babel names it ("zh_Hans_CN" for zh-CN)."""
        return {"zh-CN": "zh_Hans_CN", "en": "en_US"}.get(self.language, "en_US")

    def gettext(self, msgid: str) -> str:
        """Return the translation of `msgid`."""
        return self.translations.gettext(msgid)

    def ngettext(self, one: str, many: str, n: int, **values: Any) -> str:
        """Return the form for `n` with `{n}` and other values filled in."""
        filled = {name: self.show(value) for name, value in values.items()}
        return self.translations.ngettext(one, many, n).format(n=self.number(n), **filled)

    def npgettext(self, context: str, one: str, many: str, n: int) -> str:
        """Return the form for `n` of a sentence that other languages say differently in this context."""
        return self.translations.npgettext(context, one, many, n).format(n=self.number(n))

    def say(self, msgid: str, **values: Any) -> str:
        """Return the translation of `msgid` with its `{name}` fields filled in."""
        return self.gettext(msgid).format(**{name: self.show(value) for name, value in values.items()})

    def text(self, sentence: Text | None) -> str:
        """Render a sentence of the core, "" for None."""
        return clean(sentence.render(self.term, self.show), PROSE_LIMIT) if sentence else ""

    def term(self, msgid: str) -> str:
        """Return the translation of `msgid`, with the English beside each legal term that this message uses first.

        Only our own sentence is looked at, before values are filled in: a mark that reads like a term stays as it is.
        """
        translated = self.translations.gettext(msgid)
        known, pattern = glossary(self.language)
        if pattern is None:
            return translated

        def beside(found: re.Match[str]) -> str:
            word = found.group()
            if word in self._told:
                return word
            self._told.add(word)
            return f"{word}（{known[word]}）"

        return pattern.sub(beside, translated)

    def join(self, parts: Iterable[str]) -> str:
        """Return "a, b, c" with the comma of the language."""
        return self.gettext(_COMMA).join(parts)

    def show(self, value: Any) -> str:
        """Show one value of a sentence: days and numbers as the language writes them, foreign text made harmless."""
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, (Decimal, float)):
            return self.number(value)
        if isinstance(value, str) and _ISO_DAY.fullmatch(value):
            return self.written_day(value)
        return self.gettext(value) if value in VALUES else clean(str(value))

    def day(self, day: date) -> str:
        """Return "Nov 24, 2026"."""
        return _day(day, self.locale)

    def written_day(self, written: str | None) -> str:
        """Return a day given as text; what is only a year or a month ("2022-07"), or nothing, is told as it is."""
        try:
            return self.day(date.fromisoformat(written or ""))
        except ValueError:
            return clean(written or "", 40) or self.gettext("not known")

    def moment(self, moment: datetime) -> str:
        """Return day and time of day in the reader's time zone, with the zone's city."""
        local = self.local(moment)
        city = _city(self.timezone, self.locale)
        if self.timezone in ("Asia/Shanghai", "PRC"):
            city = self.gettext(_SHANGHAI)
        zone = city if city == "UTC" else self.say("{city} time", city=city)
        return self.say("{day}, {time} {zone}", day=local.date(), time=f"{local:%H:%M}", zone=zone)

    def local(self, moment: datetime) -> datetime:
        """Return a moment in the reader's time zone."""
        return moment.astimezone(ZoneInfo(self.timezone))

    def number(self, number: int | float | Decimal) -> str:
        """Return "1,234"."""
        if isinstance(number, int) and -1000 < number < 1000:
            return str(number)
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self.locale)

    def money(self, amount: Decimal, currency: str) -> str:
        """Return "$412,000" (no cents); without a currency the bare number."""
        whole = amount.quantize(Decimal(1))
        written = _money(whole, currency.upper(), self.locale)
        return clean(f"{self.number(whole)} {currency}".strip(), 40) if written is None else written

    def severity(self, severity: Severity, good_news: bool = False) -> Label:
        """Return the label of a severity; good news has its own."""
        if good_news:
            return Label(self.gettext(vocabulary.GOOD_NEWS.msgid), "good", "✓")
        return Label(self.gettext(vocabulary.SEVERITIES[severity.label]), severity.label, _SYMBOLS[severity.label])

    def cleared(self) -> Label:
        """Return the label of what is over."""
        return Label(self.gettext(CLEARED), "good", "✓")

    def correction(self) -> Label:
        """Return the label of an alert that no longer stands."""
        return Label(self.gettext(CORRECTION), "good", "↩")

    def reason(self, text: str | Text) -> str:
        """Return why a mark was not checked. What the program itself says is translated, a server's words are not."""
        if isinstance(text, Text):
            return clean(self.text(text))
        return clean(self.gettext(text)) if text else ""

    def source_note(self, citation: str) -> str:
        """Return a citation; the remark behind it ("seen by sellers") in the reader's language."""
        for note in SOURCE_NOTES:
            citation = citation.replace(note, self.gettext(note))
        return clean(citation)

    def state(self, state: str) -> Label:
        """Return the label of a brand's state."""
        word, tone, symbol = STATES[state]
        return Label(self.gettext(word), tone, symbol)

    def source(self, name: str) -> str:
        """Return the name of a source for readers."""
        return self.gettext(SOURCES[name]) if name in SOURCES else clean(name)

    def distance(self, day: date, today: date) -> str:
        """Return "in 60 days", "today", "3 days ago"."""
        away = (day - today) // timedelta(days=1)
        if away == 0:
            return self.gettext("today")
        if away > 0:
            return self.ngettext("in {n} day", "in {n} days", away)
        return self.ngettext("{n} day ago", "{n} days ago", -away)


def words(language: str, timezone: str) -> Words:
    """Return the words of a language ("en", "zh-CN")."""
    return Words(language, timezone, translations(language))


@lru_cache(maxsize=4096)
def _day(day: date, locale: str) -> str:
    from babel.dates import format_date

    return format_date(day, "medium", locale=locale)


@lru_cache(maxsize=4096)
def _money(whole: Decimal, currency: str, locale: str) -> str | None:
    """Return an amount of a currency that is one, None for another word."""
    from babel.numbers import format_currency, list_currencies

    if currency not in list_currencies():
        return None
    written = format_currency(whole, currency, locale=locale, currency_digits=False, format="¤#,##0")
    return written.replace("US$", "$")  # as sellers write it; no other dollar is written without its letters


@lru_cache(maxsize=512)
def _city(timezone: str, locale: str) -> str:
    """Return the city of a time zone in the reader's language."""
    from babel.dates import get_timezone, get_timezone_location

    if timezone.rpartition("/")[2] == "UTC":
        return "UTC"
    return get_timezone_location(get_timezone(timezone), locale=locale, return_city=True)


def clean(text: str, limit: int = NAME_LIMIT) -> str:
    """Return foreign text on one line without control, bidi and other invisible format characters, cut at `limit`.

    Joiners that scripts and emoji need stay; half surrogates become U+FFFD, or the message could not be encoded.
    """
    if len(text) <= limit and text.isprintable() and "  " not in text and text == text.strip():
        return text  # nothing in it could do harm: the usual case, and most of the work of a message
    kept = "".join(_harmless(character) for character in text[: limit * 4])
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"


def _harmless(character: str) -> str:
    """Return what stands for one character: itself, a blank, a sign for "unreadable", or nothing."""
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or character in "\t\n\v\f\r\x85":
        return " "
    if category == "Cs":
        return "\ufffd"
    if category == "Cc" or (category == "Cf" and character not in _JOINERS):
        return ""
    return character
