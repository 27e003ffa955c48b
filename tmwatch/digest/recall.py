"""Reads English back into the sentence it was: what the ledger, the outbox and the health of sources keep is English.

A sentence is found by the words that stand around its fields, the longest first; what is no sentence of ours, as the
words of a server, stays as it is.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from dataclasses import dataclass

from tmwatch.text import Text

LEAST = 8  # letters that must stand around the fields of a sentence, or it would be found in anything
DEEPEST = 4  # sentences inside one another


@dataclass(frozen=True, slots=True)
class _Shape:
    """A message id cut at its fields; `anchor` is its longest literal part, `weight` the letters of all."""

    msgid: str
    anchor: str
    weight: int

    def values(self, text: str) -> tuple[tuple[str, str], ...] | None:
        """Return the values that make the sentence `text`, None when it is another."""
        names: list[str] = []
        pattern = ""
        for literal, name, _, _ in string.Formatter().parse(self.msgid):
            pattern += re.escape(literal)
            if name is not None:
                pattern += f"(?P=v{names.index(name)})" if name in names else f"(?P<v{len(names)}>.+?)"
                names += [] if name in names else [name]
        found = re.fullmatch(pattern, text, re.DOTALL)
        return tuple(zip(names, found.groups(), strict=True)) if found else None


class Recall:
    """The sentences that can be read back."""

    def __init__(self, msgids: Iterable[str]) -> None:
        """Keep the message ids that say enough to be known again."""
        shapes = (_shape(msgid) for msgid in msgids)
        self._shapes = sorted((one for one in shapes if one.weight >= LEAST), key=lambda one: -one.weight)
        self._whole = {one.msgid for one in self._shapes if "{" not in one.msgid}

    def sentence(self, text: str, depth: int = 0) -> str | Text:
        """Return the sentence that `text` is, `text` itself when it is none."""
        if text in self._whole:
            return Text(text)
        for shape in self._shapes if depth < DEEPEST else ():
            if shape.anchor in text and (values := shape.values(text)) is not None:
                return Text(shape.msgid, tuple((name, self.sentence(value, depth + 1)) for name, value in values))
        return text


def _shape(msgid: str) -> _Shape:
    literals = [literal for literal, _, _, _ in string.Formatter().parse(msgid)]
    return _Shape(msgid, max(literals, key=len, default=""), sum(len(re.findall(r"\w", one)) for one in literals))
