"""The short form of a message for chats (WeCom, DingTalk, Slack ...): what is at stake, what to do first, by when, and
where the whole message is. Plain text without markup, short enough for the narrowest of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from tmwatch.digest.cards import Card
from tmwatch.digest.rows import Row
from tmwatch.digest.view import View
from tmwatch.digest.wording import Words, clean

LIMIT = 1900  # bytes: a WeCom text message ends at 2,048
_ENTRIES = 3  # brands or findings told; the others are counted
_SENTENCE = 160  # characters of one step


def brief(shown: View, words: Words, mailed: bool) -> str:
    """Return the short form; its first line is the title. `mailed`: the whole message goes to an e-mail address too."""
    first = " · ".join(part for part in (shown.headline, shown.stake) if part)
    whole = (
        words.say("The whole message came by e-mail: digest no. {number}", number=shown.digest_number)
        if mailed
        else words.say(
            "The whole message is kept as digest no. {number} ({id})", number=shown.digest_number, id=shown.digest_id
        )
    )
    end = ["", shown.facts[-1], whole, words.gettext("A name in an order is no finding against a person.")]
    lines = [first, f"tmwatch · {shown.client} · {shown.day}", *shown.notes]
    for entry in _entries(shown, words):
        if _size([*lines, *entry, *end]) <= LIMIT:
            lines.extend(entry)
    while _size([*lines, *end]) > LIMIT and len(lines) > 2:
        lines.pop()
    return "\n".join((*lines, *end))


def _entries(shown: View, words: Words) -> Iterator[list[str]]:
    """Yield the lines of the first brands in danger, then of the first news, then how many more there are."""
    rows = [row for section in shown.sections if not section.short for row in section.rows]
    entries = chain((_card(card, words) for card in shown.cards), (_row(row, words) for row in rows))
    yield from islice(entries, _ENTRIES)
    more = len(shown.cards) + len(rows) - _ENTRIES
    if more > 0:
        yield ["", words.ngettext("{n} more in the whole message", "{n} more in the whole message", more)]


def _card(card: Card, words: Words) -> list[str]:
    title = words.say("{word}: {text}", word=card.brand, text=card.what)
    return ["", f"{card.state.symbol} {card.state.word} · {title}", *_steps(card.do, card.by, words)]


def _row(row: Row, words: Words) -> list[str]:
    title = words.say("{word}: {text}", word=row.mark, text=row.title)
    return ["", f"{row.severity.symbol} {row.severity.word} · {title}", *_steps(row.action, row.by, words)]


def _steps(do: str, by: str, words: Words) -> list[str]:
    """Return what to do first and by when."""
    parts = ((words.gettext("Do first"), clean(do, _SENTENCE)), (words.gettext("By"), by))
    return [words.say("{word}: {text}", word=word, text=text) for word, text in parts if text]


def _size(lines: list[str]) -> int:
    return len("\n".join(lines).encode())
