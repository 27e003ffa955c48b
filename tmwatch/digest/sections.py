"""The lists of a message under the cards: new, worse, still open, corrections, cleared, acknowledged; other brands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tmwatch.digest.cards import Identity
from tmwatch.digest.model import ChangeLine, Digest, Item
from tmwatch.digest.rows import Brand, Row, row
from tmwatch.digest.wording import Words, clean
from tmwatch.exposure import BrandExposure


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


def brand(one: BrandExposure, words: Words) -> Brand:
    """Return a brand that is not in danger, on one line."""
    if one.reasons:
        why = words.text(one.reasons[0].title)
    elif one.state == "unknown":
        why = words.gettext("the state of its mark is not known")
    elif one.enrolled:
        why = words.gettext("enrolled, nothing wrong seen")
    else:
        why = words.gettext("nothing wrong seen; no enrolment given")
    if one.single:
        why = words.say("{why}; rests on one live mark", why=why)
    return Brand(words.state(one.state), clean(one.brand), why)


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
