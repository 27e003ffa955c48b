"""The subject line: at most 60 characters, the number first, the most important parts as long as they fit."""

from __future__ import annotations

import unicodedata

from tmwatch.digest.headline import in_danger
from tmwatch.digest.model import Digest
from tmwatch.digest.view import View, in_cards_of
from tmwatch.digest.wording import Words, clean
from tmwatch.exposure import at_stake

LIMIT = 60
_FIGURE = 24  # a part this short that begins with a digit is a figure: whole or not at all
_SHORTEST = 8  # characters of a part that are still worth showing


def subject(digest: Digest, shown: View, words: Words) -> str:
    """Return the subject of a message: "2 brands in danger · 38 ASINs · $412,000 · 11 of 12 marks checked".

    An alert says what happened before what is at stake, so that it never reads as the digest of the same day.
    """
    if shown.cards:
        danger = in_danger(in_cards_of(digest), words, short=True)
        if digest.kind == "alert":
            told = [*_names(digest, 20), shown.cards[0].what, *_gap(digest, shown)]
        else:
            told = [*_gap(digest, shown), *_names(digest, 30)]
        return joined([danger, *told, *_stake(digest, words)])
    if digest.kind == "notice":
        count = words.ngettext("{n} notice", "{n} notices", max(1, len(digest.notes)))
        return joined([count, *shown.notes[:1], shown.facts[-1]])
    if digest.news:
        return joined([shown.headline, *_gap(digest, shown), *_first(shown, words)])
    if any(item.corrects for item in digest.cleared):
        return joined([shown.headline, *_first(shown, words)])
    if digest.still_open and shown.facts[:-1]:
        return joined([shown.facts[0], words.gettext("nothing new"), shown.facts[-1]])
    return joined([shown.facts[-1], words.gettext("nothing new")])


def _first(shown: View, words: Words) -> list[str]:
    """The first finding told, with its mark."""
    first = next((row for section in shown.sections for row in section.rows), None)
    return [words.say("{word}: {text}", word=clean(first.mark, 24), text=first.title)] if first else []


def _gap(digest: Digest, shown: View) -> list[str]:
    """Say early that a mark was not checked."""
    coverage = digest.coverage
    return [shown.facts[-1]] if coverage.tsdr_used and coverage.checked < coverage.watched else []


def _names(digest: Digest, most: int) -> list[str]:
    """The one brand in danger by name, in at most so many characters; several would not fit."""
    names = [clean(one.brand, most) for one in in_cards_of(digest)]
    return names if len(names) == 1 else []


def _stake(digest: Digest, words: Words) -> list[str]:
    stake = at_stake(in_cards_of(digest))
    asins = [words.ngettext("{n} ASIN", "{n} ASINs", stake.asins)] if stake.asins else []
    return [*asins, *(words.money(amount, currency) for currency, amount in stake.money[:1])]


def joined(parts: list[str]) -> str:
    """Join the parts by dots while they fit; a part that does not is cut, or left out when little would remain."""
    line = clean(parts[0], LIMIT)
    for part in parts[1:]:
        room = LIMIT - width(line) - 3
        if width(part) <= room:
            line = f"{line} · {part}"
        elif room >= _SHORTEST and not (part[:1].isdigit() and width(part) <= _FIGURE):
            line = f"{line} · {_cut(part, room)}"
    return line


def _cut(text: str, room: int) -> str:
    while width(text) > room - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def width(text: str) -> int:
    """Count the visible characters: marks that sit on another and joiners take no place."""
    return sum(not unicodedata.combining(c) and unicodedata.category(c) not in ("Mn", "Me", "Cf") for c in text)
