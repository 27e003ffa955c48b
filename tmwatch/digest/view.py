"""Digest -> what a reader sees, in words, before any markup. Both templates show this one value, so that the HTML form
and its plain-text twin say the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tmwatch.digest import coverage
from tmwatch.digest.cards import IN_CARD, Card, Identity, card, consumed, stake_line
from tmwatch.digest.model import ChangeLine, Digest, Item
from tmwatch.digest.rows import Brand, Row, row
from tmwatch.digest.wording import Words, clean
from tmwatch.exposure import IN_DANGER, BrandExposure, at_stake
from tmwatch.findings import Severity

NEVER_HIDDEN = ("C05", "S14", "S20")  # whatever the severity floor


@dataclass(frozen=True, slots=True)
class Section:
    """A list with its heading. `short` rows are one line; `hidden` rows stand in the attached text only."""

    heading: str
    rows: tuple[Row, ...]
    short: bool = False
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """One message in words. `entries` counts what could be shown, `hidden` what is left to the attached text."""

    language: str
    client: str
    day: str
    kind: str
    tone: str  # of the headline: critical | high | ... | good
    headline: str
    stake: str
    facts: tuple[str, ...]  # the counts under the headline
    notes: tuple[str, ...]
    cards: tuple[Card, ...]
    sections: tuple[Section, ...]
    brands: tuple[Brand, ...]
    changes: tuple[str, ...]
    coverage: coverage.CoverageLines
    digest_number: str
    digest_id: str
    entries: int
    hidden: int = 0


def view(digest: Digest, words: Words, digest_id: str) -> View:
    """Return the whole message in words, nothing left out but what the severity floor hides."""
    shown = above_floor(digest)
    danger = in_cards_of(digest)
    items = {i.finding.identity: i for i in (*shown.still_open, *shown.news)}
    all_items = {i.finding.identity: i for i in (*digest.still_open, *digest.news)}
    cards = tuple(card(one, all_items, digest, words) for one in danger)
    in_cards = {identity for one in danger for identity in consumed(one, all_items)}
    listed = {identity for identity in items if identity not in in_cards}
    brands = tuple(_brand(one, words) for one in _others(digest, danger))
    changes = tuple(_change(change, words) for change in digest.changes)
    sections = tuple(section for section in _sections(shown, listed, words) if section.rows)
    lines = coverage.lines(digest.coverage, words)
    return View(
        language=words.language,
        client=clean(digest.client),
        day=words.day(digest.local_date),
        kind=_kind(digest.kind, words),
        tone=_tone(shown, danger),
        headline=headline(shown, danger, words),
        stake=stake_line(at_stake(danger), words) if danger else "",
        facts=_facts(shown, in_cards, words),
        notes=tuple(words.text(note) for note in digest.notes),
        cards=cards,
        sections=sections,
        brands=brands,
        changes=changes,
        coverage=lines,
        digest_number=words.number(digest.number),
        digest_id=digest_id,
        entries=3 * len(cards) + sum(len(s.rows) for s in sections) + len(brands) + len(changes) + len(lines.unchecked),
    )


def in_cards_of(digest: Digest) -> list[BrandExposure]:
    """Return the brands that get a card: those in danger; in an alert only those it is about."""
    danger = [one for one in digest.exposures if one.state in IN_DANGER]
    if digest.kind != "alert":
        return danger
    news = {item.finding.identity for item in digest.news}
    return [one for one in danger if any(reason.identity in news for reason in one.reasons)]


def _others(digest: Digest, danger: list[BrandExposure]) -> list[BrandExposure]:
    """The brands on one line each; an alert names only those that are in danger too."""
    rest = [one for one in digest.exposures if one not in danger]
    return [one for one in rest if one.state in IN_DANGER] if digest.kind == "alert" else rest


def shorten(full: View, limit: int) -> View:
    """Return the view cut to about `limit` entries, worst first; the number of those left out stands in `hidden`."""
    cards = full.cards[: max(1, limit // 5)]
    rest = list(full.cards[len(cards) :])
    left = max(0, limit - 3 * len(cards))
    sections: list[Section] = []
    for section in full.sections:
        rows = section.rows[:left]
        left -= len(rows)
        sections.append(replace(section, rows=rows, hidden=len(section.rows) - len(rows)))
    changes, brands = full.changes[:left], full.brands[: max(5, left)]
    unchecked = full.coverage.unchecked[: max(5, limit // 2)]
    hidden = (
        len(rest)
        + sum(section.hidden for section in sections)
        + (len(full.changes) - len(changes))
        + (len(full.brands) - len(brands))
        + (len(full.coverage.unchecked) - len(unchecked))
    )
    return replace(
        full,
        cards=cards,
        sections=tuple(sections),
        changes=changes,
        brands=brands,
        coverage=replace(full.coverage, unchecked=unchecked),
        hidden=hidden,
    )


def above_floor(digest: Digest) -> Digest:
    """Return the digest without the findings below its severity floor; what cleared is always shown."""
    floor = Severity.parse(digest.min_severity)

    def keep(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(i for i in items if _is_shown(i, floor))

    return replace(digest, news=keep(digest.news), still_open=keep(digest.still_open))


def headline(shown: Digest, danger: list[BrandExposure], words: Words) -> str:
    """Return the one sentence that tells what is at stake."""
    if danger:
        return words.ngettext("{n} brand in danger", "{n} brands in danger", len(danger))
    if shown.kind == "notice":
        return words.gettext("A notice about the data")
    if shown.kind == "alert":
        return words.ngettext("{n} critical finding", "{n} critical findings", len(shown.news))
    if shown.news:
        return words.ngettext("{n} finding to look at", "{n} findings to look at", len(shown.news))
    unchecked = _not_checked(shown)
    if unchecked:
        return words.ngettext(
            "Nothing new, but {n} mark could not be checked",
            "Nothing new, but {n} marks could not be checked",
            unchecked,
        )
    if shown.still_open:
        return words.ngettext(
            "Nothing new; {n} finding is still open", "Nothing new; {n} findings are still open", len(shown.still_open)
        )
    return words.gettext("All clear: nothing new on your marks")


def _is_shown(item: Item, floor: Severity) -> bool:
    finding = item.finding
    return finding.severity >= floor or finding.good_news or finding.rule in NEVER_HIDDEN


def _tone(shown: Digest, danger: list[BrandExposure]) -> str:
    """The look of the headline: the worst of what is new, or calm."""
    if danger:
        return "critical"
    worst = max((i.finding.severity for i in shown.news if not i.finding.good_news), default=Severity.INFO)
    if worst > Severity.LOW:
        return worst.label
    return "medium" if shown.kind == "notice" or _not_checked(shown) else "good"


def _not_checked(digest: Digest) -> int:
    """How many marks were not checked; daily files alone cannot tell (a quiet mark is in none of them)."""
    return max(0, digest.coverage.watched - digest.coverage.checked) if digest.coverage.tsdr_used else 0


def _kind(kind: str, words: Words) -> str:
    names = {
        "baseline": words.gettext("First report"),
        "digest": words.gettext("Digest"),
        "alert": words.gettext("Alert"),
        "all_clear": words.gettext("All clear"),
        "notice": words.gettext("Notice"),
    }
    return names[kind]


def _facts(shown: Digest, in_cards: set[Identity], words: Words) -> tuple[str, ...]:
    """Return the counts under the headline: what is new, worse, open, cleared, checked.

    A card's B findings do not count: they say of the brand what its cause says of the mark.
    """
    news = [i for i in shown.news if not (i.finding.rule in IN_CARD and i.finding.identity in in_cards)]
    still = [i for i in shown.still_open if not (i.finding.rule in IN_CARD and i.finding.identity in in_cards)]
    worse = sum(item.state == "worse" for item in news)
    new = len(news) - worse
    found = (
        words.ngettext("{n} found", "{n} found", new)
        if shown.kind == "baseline"
        else words.ngettext("{n} new", "{n} new", new),
        words.ngettext("{n} got worse", "{n} got worse", worse),
        words.ngettext("{n} still open", "{n} still open", len(still)),
        words.ngettext("{n} cleared", "{n} cleared", len(shown.cleared)),
    )
    counts = (new, worse, len(still), len(shown.cleared))
    return (*(text for text, n in zip(found, counts, strict=True) if n), coverage.short(shown.coverage, words))


def _sections(shown: Digest, listed: set[Identity], words: Words) -> Iterable[Section]:
    """Yield the lists in reading order: new, worse, still open, cleared."""
    news = _worst_first(i for i in shown.news if i.finding.identity in listed)
    still = _worst_first(i for i in shown.still_open if i.finding.identity in listed)
    new_heading = {
        "baseline": words.gettext("What is wrong now"),
        "alert": words.gettext("What happened"),
    }.get(shown.kind, words.gettext("What is new"))
    new = tuple(row(i, shown, words) for i in news if i.state != "worse")
    worse = tuple(row(i, shown, words) for i in news if i.state == "worse")
    yield Section(new_heading, new)
    yield Section(words.gettext("What got worse"), worse)
    yield Section(words.gettext("Still open"), tuple(row(i, shown, words) for i in still), short=True)
    yield Section(words.gettext("Cleared"), tuple(row(i, shown, words) for i in shown.cleared), short=True)


def _worst_first(items: Iterable[Item]) -> list[Item]:
    return sorted(
        items, key=lambda i: (-i.finding.severity, i.mark, i.finding.serial_number, i.finding.rule, i.finding.key)
    )


def _brand(one: BrandExposure, words: Words) -> Brand:
    """A brand that is not in danger, on one line."""
    if one.reasons:
        why = words.text(one.reasons[0].title)
    elif one.state == "unknown":
        why = words.gettext("the state of its mark is not known")
    elif one.enrolled:
        why = words.gettext("enrolled, nothing wrong seen")
    else:
        why = words.gettext("nothing wrong seen; no enrolment given")
    return Brand(words.state(one.state), clean(one.brand), why)


def _change(change: ChangeLine, words: Words) -> str:
    """One change of a record in a sentence."""
    values = {
        "mark": f"{clean(change.mark)} ({change.serial_number})",
        "what": words.text(change.what),
        "old": clean(change.old) if change.old else words.gettext("nothing"),
        "new": clean(change.new) if change.new else words.gettext("nothing"),
    }
    if change.old is None and change.new is None:
        text = words.say("{mark}: {what}", **values)
    else:
        text = words.say("{mark}: {what}, {old} → {new}", **values)
    return words.say("{text} ({day})", text=text, day=change.day) if change.day else text
