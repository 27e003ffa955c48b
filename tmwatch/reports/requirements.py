"""What Brand Registry has been seen to ask of a mark, for each brand that uses it there: met, not met, or not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tmwatch.digest.wording import Label, Words, clean
from tmwatch.hygiene import NAMES, Check, checks, meant_for_registry
from tmwatch.portfolio import Watch
from tmwatch.reports.model import MarkReport
from tmwatch.text import N_

_MET = {
    True: (N_("met"), "good", "✓"),
    False: (N_("not met"), "high", "✕"),
    None: (N_("not known"), "info", "?"),
}


@dataclass(frozen=True, slots=True)
class RequirementWords:
    """One requirement: how it stands, what is asked, and what was found ("" when there is nothing to tell)."""

    state: Label
    name: str
    found: str


@dataclass(frozen=True, slots=True)
class BrandRequirements:
    """The requirements for one brand; `about` names it and its client."""

    about: str
    rows: tuple[RequirementWords, ...]


def checked(mark: MarkReport) -> Iterator[tuple[Watch, tuple[Check, ...]]]:
    """Yield the portfolio rows of a mark that are meant for Brand Registry, each with its checks."""
    for watch in mark.watches:
        if meant_for_registry(watch):
            yield watch, checks(watch, mark.record)


def requirements(mark: MarkReport, words: Words) -> tuple[BrandRequirements, ...]:
    """Return the requirements in words."""
    return tuple(
        BrandRequirements(
            " · ".join(clean(part) for part in (watch.brand, watch.client) if part.strip()),
            tuple(_row(one, words) for one in found),
        )
        for watch, found in checked(mark)
    )


def _row(one: Check, words: Words) -> RequirementWords:
    word, tone, symbol = _MET[one.ok]
    return RequirementWords(
        Label(words.gettext(word), tone, symbol), words.gettext(NAMES[one.name]), words.text(one.words)
    )
