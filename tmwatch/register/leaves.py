"""The structure of a plain bulk record: its sections, the blocks in a section, the leaves in a block; all checked.

What is not plain (an unknown or repeated element, an odd entity, text between elements) raises Odd: such a record is
the strict parser's.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from tmwatch.sources.casefile_elements import KNOWN
from tmwatch.sources.fields import clean_text, partial_date

_SECTION = re.compile(rb"\s*<([a-z-]+)\s*(/?)>")
_END = re.compile(rb"\s*</case-file>")
_LEAF = re.compile(r"<([a-z0-9-]+)(?:>([^<]*)</\1>|\s*/>)")
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_CLOSING = {name.encode(): f"</{name}>".encode() for name in KNOWN["case-file"]}
_ONCE: frozenset[str] = frozenset()


class Odd(ValueError):
    """The record is not plain; the strict parser decides."""


def sections(body: bytes, at: int) -> dict[bytes, bytes]:
    """Return the record's sections by name; every one is known, stands once and is closed."""
    found: dict[bytes, bytes] = {}
    while (opened := _SECTION.match(body, at)) is not None:
        name, at = opened[1], opened.end()
        closing = _CLOSING.get(name)
        if closing is None or name in found:
            raise Odd
        if opened[2]:
            found[name] = b""
            continue
        end = body.find(closing, at)
        if end < 0:
            raise Odd
        found[name] = body[at:end]
        at = end + len(closing)
    if _END.match(body, at) is None:
        raise Odd
    return found


def blocks(text: str, name: str) -> list[str]:
    """Return what stands inside each element `name` of a section that holds nothing else."""
    if not text or text.isspace():
        return []
    blocks = text.split(f"</{name}>")
    tail = blocks.pop()
    opening = f"<{name}>"
    inside = []
    for block in blocks:
        before, found, rest = block.partition(opening)
        if not found or before.strip():
            raise Odd
        inside.append(rest)
    if tail.strip():
        raise Odd
    return inside


def leaves(text: str, known: frozenset[str], repeated: frozenset[str] = _ONCE) -> dict[str, str]:
    """Return the filled leaves of a section that holds nothing else, names in `known`.

    Only those in `repeated` may stand twice; of them the first counts.
    """
    rows = _LEAF.findall(text)
    if text.count("<") != 2 * len(rows) - text.count("/>"):
        raise Odd
    if repeated:
        rows.reverse()
    found = dict(rows)
    if not known.issuperset(found):
        raise Odd
    extra = len(rows) - len(found)
    if extra and extra != sum(name in repeated for name, _ in rows) - len(repeated & found.keys()):
        raise Odd
    return {name: whole for name, value in found.items() if (whole := value if value.isalnum() else clean(value))}


def clean(text: str) -> str | None:
    """Return a leaf's text as casefile_parts.text_of does."""
    if "&" in text:
        if text.count("&") != len(_ENTITY.findall(text)):
            raise Odd
        text = _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)
    if not text or text.isspace():
        return None
    return text.strip() if text.isprintable() else clean_text(text)


@lru_cache(maxsize=1 << 15)
def day_of(digits: str) -> date | None:
    """Return YYYYMMDD as a day, None for zeros; ValueError for what is none."""
    whole = partial_date(digits)
    return None if whole is None else date.fromisoformat(whole)
