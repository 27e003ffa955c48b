"""Sentences that can be shown in any language: a message id with its values, rendered late.

The core says *what* (`say("Abandoned on {date}", date=d)`); the digest decides in which language. Message ids are
`str.format` patterns; Babel extracts the first argument of `say` and `N_`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """A translatable sentence: `msgid` with `{name}` fields and their values (str, int, float, date or Text)."""

    msgid: str
    values: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        """English, ISO dates."""
        return self.render(lambda msgid: msgid)

    def render(self, gettext: Callable[[str], str], show: Callable[[Any], str] | None = None) -> str:
        """Return the sentence in the language of `gettext`; `show` formats dates and numbers (default `str`)."""
        shown = {}
        for name, value in self.values:
            if isinstance(value, Text):
                shown[name] = value.render(gettext, show)
            else:
                shown[name] = show(value) if show else str(value)
        return gettext(self.msgid).format(**shown) if self.values else gettext(self.msgid)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON-able form that `from_json` reads back."""
        packed: dict[str, Any] = {}
        for name, value in self.values:
            if isinstance(value, Text):
                packed[name] = {"text": value.to_json()}
            elif isinstance(value, date):
                packed[name] = {"date": value.isoformat()}
            else:
                packed[name] = value if isinstance(value, (str, int, float, type(None))) else str(value)
        return {"msgid": self.msgid, "values": packed}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Text:
        """Read back what `to_json` wrote."""
        values: list[tuple[str, Any]] = []
        for name, value in data["values"].items():
            if isinstance(value, dict) and "text" in value:
                values.append((name, cls.from_json(value["text"])))
            elif isinstance(value, dict):
                values.append((name, date.fromisoformat(value["date"])))
            else:
                values.append((name, value))
        return cls(data["msgid"], tuple(values))


def say(msgid: str, **values: Any) -> Text:
    """Make a translatable sentence. Literal braces in `msgid` are doubled."""
    return Text(msgid, tuple(values.items()))


def N_(msgid: str) -> str:
    """Mark a plain string for extraction."""
    return msgid


COMMAS = N_("{first}, {next}")
SEMICOLONS = N_("{first}; {next}")
LINES = N_("{first}\n{next}")


def chain(parts: Iterable[str | Text], pair: str) -> str | Text:
    """Return the parts as one, "" when there is none; `pair` is the message id that puts two of them side by side."""
    whole: str | Text = ""
    for at, part in enumerate(parts):
        whole = Text(pair, (("first", whole), ("next", part))) if at else part
    return whole
