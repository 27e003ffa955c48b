"""The lists of a message under the cards: new, worse, still open, corrections, cleared, acknowledged; other brands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tmwatch.digest.cards import Identity
from tmwatch.digest.model import ChangeLine, Digest, Item
from tmwatch.digest.rows import Brand, Row, row
from tmwatch.digest.wording import Words, clean
from tmwatch.exposure import BrandExposure

CALM = 5  # brands on which nothing is wrong that get a line each; more stand on one
NAMED = 20  # of them named there


@dataclass(frozen=True, slots=True)
class Section:
    """A list with its heading. `short` rows are one line; `hidden` rows stand in the attached text only."""

    heading: str
    rows: tuple[Row, ...]
    short: bool = False
    hidden: int = 0


def sections(shown: Digest, listed: set[Identity], words: Words) -> Iterator[Section]:
    """Yield the lists in reading order. `listed` are the findings that no card tells."""
    yield from (section for section in _all(shown, listed, words) if section.rows)


def _all(shown: Digest, listed: set[Identity], words: Words) -> Iterator[Section]:
    news = _worst_first(i for i in shown.news if i.finding.identity in listed)
    still = _worst_first(i for i in shown.still_open if i.finding.identity in listed)
    new_heading = {
        "baseline": words.gettext("What is wrong now"),
        "alert": words.gettext("What happened"),
    }.get(shown.kind, words.gettext("What is new"))
    corrections = [i for i in shown.cleared if i.corrects]
    yield Section(words.gettext("Corrections of earlier alerts"), _rows(corrections, shown, words))
    yield Section(new_heading, _rows((i for i in news if i.state != "worse"), shown, words))
    yield Section(words.gettext("What got worse"), _rows((i for i in news if i.state == "worse"), shown, words))
    yield Section(words.gettext("Still open"), _rows(still, shown, words), short=True)
    cleared = [i for i in shown.cleared if not i.corrects]
    yield Section(words.gettext("Cleared"), _rows(cleared, shown, words), short=True)
    waiting = _worst_first(i for i in shown.acknowledged if i.finding.identity in listed)
    yield Section(words.gettext("Acknowledged by you"), _rows(waiting, shown, words), short=True)


def brands(exposures: Iterable[BrandExposure], words: Words) -> Iterator[Brand]:
    """Yield the brands that are not in danger: each on a line, those on which nothing is wrong together."""
    calm: dict[str, list[str]] = {}
    for one in exposures:
        why = _why(one, words)
        if one.state == "sound" and not one.reasons:
            calm.setdefault(why, []).append(clean(one.brand))
        else:
            yield Brand(words.state(one.state), clean(one.brand), why)
    for why, names in calm.items():
        if len(names) > CALM:
            yield _together(names, why, words)
        else:
            yield from (Brand(words.state("sound"), name, why) for name in names)


def _together(names: list[str], why: str, words: Words) -> Brand:
    """Return many brands of which the same is said on one line, the first of them by name."""
    left = len(names) - NAMED
    more = [words.ngettext("{n} more", "{n} more", left)] if left > 0 else []
    told = why + words.gettext(": ") + words.join([*names[:NAMED], *more])
    return Brand(words.state("sound"), words.ngettext("{n} brand", "{n} brands", len(names)), told)


def _why(one: BrandExposure, words: Words) -> str:
    """Say what is known of a brand that is not in danger."""
    if one.reasons:
        why = words.text(one.reasons[0].title)
    elif one.state == "unknown":
        why = words.gettext("the state of its mark is not known")
    elif one.enrolled:
        why = words.gettext("enrolled, nothing wrong seen")
    else:
        why = words.gettext("nothing wrong seen; no enrolment given")
    return words.say("{why}; rests on one live mark", why=why) if one.single else why


def change(one: ChangeLine, words: Words) -> str:
    """Return one change of a record in a sentence."""
    values = {
        "mark": f"{clean(one.mark)} ({one.serial_number})",
        "what": words.text(one.what),
        "old": clean(one.old) if one.old else words.gettext("nothing"),
        "new": clean(one.new) if one.new else words.gettext("nothing"),
    }
    if one.old is None and one.new is None:
        text = words.say("{mark}: {what}", **values)
    else:
        text = words.say("{mark}: {what}, {old} → {new}", **values)
    return words.say("{text} ({day})", text=text, day=one.day) if one.day else text


def _rows(items: Iterable[Item], shown: Digest, words: Words) -> tuple[Row, ...]:
    return tuple(row(item, shown, words) for item in items)


def _worst_first(items: Iterable[Item]) -> list[Item]:
    return sorted(
        items, key=lambda i: (-i.finding.severity, i.mark, i.finding.serial_number, i.finding.rule, i.finding.key)
    )
