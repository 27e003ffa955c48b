"""The files of a language: its catalogue of sentences and its legal terms.

Catalogues lie in `locale/<language>/LC_MESSAGES/tmwatch.mo`, made from the `.po` beside them by
`python -m tests.catalogue update`. A language with a `glossary.csv` shows the English of a legal term beside its own at
the first use in a message.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources


@cache
def translations(language: str) -> NullTranslations:
    """Return the catalogue of a language, the English of the message ids where there is none."""
    folder = language.replace("-", "_")
    path = resources.files("tmwatch.digest").joinpath("locale", folder, "LC_MESSAGES", "tmwatch.mo")
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as stream:
        return GNUTranslations(stream)


def sentences(language: str) -> tuple[str, ...]:
    """Return the English sentences that the catalogue of a language translates, without those that count."""
    known = getattr(translations(language), "_catalog", {})  # gettext has no other way to list what it holds
    return tuple(msgid for msgid in known if isinstance(msgid, str) and msgid and "\x04" not in msgid)


@cache
def glossary(language: str) -> tuple[dict[str, str], re.Pattern[str] | None]:
    """Return the legal terms of a language with their English, and the pattern that finds them, longest first."""
    folder = language.replace("-", "_")
    path = resources.files("tmwatch.digest").joinpath("locale", folder, "glossary.csv")
    if not path.is_file():
        return {}, None
    rows = csv.DictReader(path.read_text("utf-8").splitlines())
    known = {row["term"]: row["english"] for row in rows}
    return known, re.compile("|".join(re.escape(term) for term in sorted(known, key=len, reverse=True)))
