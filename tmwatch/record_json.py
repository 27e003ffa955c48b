"""A case file as JSON text and back: every field, by the types of the dataclasses, so that a new field needs nothing
here. Deterministic: keys sorted, values equal to their default left out.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from tmwatch.errors import FormatError
from tmwatch.records import CaseFile
from tmwatch.text import say

_PLAIN = frozenset({str, int, type(None), bool, float})  # what most fields hold
_NOT_BUSINESS = ("provenance", "told")


def to_json(record: CaseFile) -> str:
    """Return the record as one line of JSON; `from_json` reads back an equal record."""
    return _dump(_pack(record))


def from_json(text: str) -> CaseFile:
    """Read back what `to_json` wrote. FormatError when it is something else, or was written by a newer program."""
    try:
        record = _reader(CaseFile)(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FormatError(
            say("a stored record cannot be read ({reason}); fetch the case again", reason=str(error))
        ) from error
    assert isinstance(record, CaseFile)  # the reader of CaseFile builds nothing else
    return record


def record_hash(record: CaseFile) -> str:
    """Return the SHA-256 (hex) of what the record says: without where it came from, the order of events left out."""
    events = tuple(sorted(record.events, key=lambda e: (e.date, e.code, e.type, e.number or 0, e.description)))
    packed = _pack(replace(record, events=events))
    told = _dump({name: part for name, part in packed.items() if name not in _NOT_BUSINESS})
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _dump(packed: dict[str, Any]) -> str:
    """Return JSON in one canonical form."""
    return json.dumps(packed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _pack(value: Any) -> Any:
    """Turn a record, or a part of one, into what JSON can hold."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if is_dataclass(kind):
        found = ((name, getattr(value, name), default) for name, default in _defaults(kind))
        return {name: _pack(part) for name, part, default in found if part != default}
    if isinstance(value, date):  # datetime included
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_pack(item) for item in value]
    return value


@cache
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a dataclass with their defaults (MISSING: none)."""
    return tuple((field.name, field.default) for field in fields(kind))


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """Return the function that reads a packed value of the type `hint`."""
    if is_dataclass(hint):
        return _dataclass_reader(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        read = _reader(next(part for part in inner if part is not type(None)))
        return read if read is _as_it_is else lambda value: None if value is None else read(value)
    if origin in (tuple, frozenset):
        item = _reader(inner[0])
        return origin if item is _as_it_is else lambda value: origin([item(one) for one in value])
    if hint in (date, datetime):
        return hint.fromisoformat  # type: ignore[no-any-return]  # both classes have it
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    """Read what JSON holds as itself."""
    return value


def _dataclass_reader(kind: Any) -> Callable[[Any], Any]:
    """Return the function that builds a dataclass from its packed form, which it uses up; unknown keys are refused."""
    hints = get_type_hints(kind)
    known = frozenset(hints)
    required = frozenset(f.name for f in fields(kind) if f.default is MISSING)
    readers = {name: reader for name, hint in hints.items() if (reader := _reader(hint)) is not _as_it_is}

    def read(value: dict[str, Any]) -> Any:
        keys = value.keys()
        if not required <= keys <= known:
            raise ValueError(f"{kind.__name__}: unknown {sorted(keys - known)}, missing {sorted(required - keys)}")
        for name in keys & readers.keys():
            value[name] = readers[name](value[name])
        return kind(**value)

    return read
