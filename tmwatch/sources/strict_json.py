"""JSON read strictly: every key of an object is read, ignored by name, or reported as unknown.

A value of another type than promised is a FormatError that names its place; an absent key and null are the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any, NoReturn

from tmwatch.errors import FormatError
from tmwatch.records import PartialDate
from tmwatch.sources.fields import Unreadable, clean_text, iso_day, partial_date
from tmwatch.text import Text, say

MOST = 2**31 - 1  # no number in a record is larger, and no database column for them holds more


def load_object(body: bytes, what: str | Text) -> dict[str, Any]:
    """Return the JSON object in `body`; FormatError (Unreadable when it is no JSON) begins with `what`."""
    try:
        data = json.loads(body, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise FormatError(say("{what} is nested deeper than any record; it is refused", what=what)) from error
    except ValueError as error:
        raise Unreadable(say("{what} is not readable as JSON, it may be cut short", what=what)) from error
    if not isinstance(data, dict):
        raise FormatError(say("{what} is JSON but no object", what=what))
    return data


def _refuse_constant(name: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise ValueError(name)


@dataclass(slots=True)
class Node:
    """One JSON object with its place. `unknown` collects, for the whole document, the places nobody reads."""

    data: dict[str, Any]
    path: str
    unknown: set[str]
    _seen: set[str] = field(default_factory=set)

    def has(self, key: str) -> bool:
        """Whether the key is there and not null."""
        return self.data.get(key) is not None

    def text(self, key: str) -> str | None:
        """Return cleaned text, None for blanks."""
        value = self._take(key, str)
        return clean_text(value) if value is not None else None

    def flag(self, key: str) -> bool:
        """Return a boolean, False when absent."""
        return self._take(key, bool) is True

    def whole(self, key: str) -> int | None:
        """Return a whole number; digits in a string are one too."""
        value: int | str | None = self._take(key, int, str)
        if isinstance(value, str):
            if not value.strip():
                return None
            if not (value.strip().isascii() and value.strip().isdigit() and len(value.strip()) < 19):
                self._wrong(key, _WORDS[int])
            value = int(value)
        if value is not None and abs(value) > MOST:
            self._wrong(key, say("a whole number of the size found in records"))
        return value

    def day(self, key: str) -> date | None:
        """Return a day (the first ten characters)."""
        value = self.text(key)
        return iso_day(value, f"{self.path}.{key}") if value else None

    def day_in_parts(self, key: str) -> PartialDate | None:
        """Return a date that may be partial, from YYYYMMDD as number or text; nonsense is reported and dropped."""
        value = self._take(key, int, str)
        try:
            return partial_date(str(value).strip()) if value not in (None, "") else None
        except ValueError:
            self.unknown.add(f"{self.path}.{key} (no date)")
            return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings, cleaned, without blanks and repetitions, in order."""
        found = (clean_text(self._of(item, str, f"{key}[]")) for item in self._take(key, list) or ())
        return tuple(dict.fromkeys(text for text in found if text))

    def node(self, key: str) -> Node:
        """Return the object at `key`, an empty one when absent."""
        return Node(self._take(key, dict) or {}, f"{self.path}.{key}", self.unknown)

    def nodes(self, key: str) -> tuple[Node, ...]:
        """Return the list of objects at `key`, empty when absent."""
        found = (self._of(item, dict, f"{key}[]") for item in self._take(key, list) or ())
        return tuple(Node(item, f"{self.path}.{key}[]", self.unknown) for item in found)

    def ignore(self, keys: str) -> None:
        """Say that these keys (blanks between them) are known and of no use here."""
        self._seen.update(keys.split())

    def done(self) -> None:
        """Report the keys that were neither read nor ignored; an object of nothing but such keys is another format, and
        reading it as empty would tell what was there as gone: FormatError."""
        if self.data and not self.data.keys() & self._seen:
            raise FormatError(say("{place} holds none of the fields known there", place=self.path))
        self.unknown.update(f"{self.path}.{ascii(key[:60])[1:-1]}" for key in self.data.keys() - self._seen)

    def _take(self, key: str, *kinds: type) -> Any:
        """Return the value of one of `kinds`, None when absent or null."""
        self._seen.add(key)
        value = self.data.get(key)
        return None if value is None else self._of(value, kinds, key)

    def _of(self, value: Any, kinds: type | tuple[type, ...], key: str) -> Any:
        """Check the type; True is no number."""
        expected = kinds if isinstance(kinds, tuple) else (kinds,)
        if not isinstance(value, expected) or (isinstance(value, bool) and bool not in expected):
            self._wrong(key, reduce(_either, (_WORDS[kind] for kind in expected)))
        return value

    def _wrong(self, key: str, expected: Text) -> NoReturn:
        """Name the place and what was promised there; foreign values are not repeated."""
        raise FormatError(say("{place} is not {expected}", place=f"{self.path}.{key}", expected=expected))


def _either(first: Text, other: Text) -> Text:
    """Return "a whole number or text"."""
    return say("{first} or {other}", first=first, other=other)


_WORDS = {
    str: say("text"),
    int: say("a whole number"),
    bool: say("true or false"),
    list: say("a list"),
    dict: say("an object"),
}
