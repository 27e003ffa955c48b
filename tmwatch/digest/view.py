"""Digest -> what a reader sees, in words, before any markup. Both templates show this one value, so that the HTML form
and its plain-text twin say the same. Words are made in reading order: a legal term is explained where it comes first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tmwatch.digest import coverage, headline, upcoming
from tmwatch.digest.cards import Card, card, consumed, reviews_of, stake_line
from tmwatch.digest.model import Digest, Item
from tmwatch.digest.rows import Brand
from tmwatch.digest.sections import Section, brands, change, sections
from tmwatch.digest.shares import Share, shares
from tmwatch.digest.wording import Words, clean
from tmwatch.exposure import IN_DANGER, BrandExposure, at_stake, concentration
from tmwatch.findings import Severity, is_shown


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
    shares: tuple[Share, ...]  # of the sales of all brands, () where a bar would show nothing
    facts: tuple[str, ...]  # the counts under the headline
    notes: tuple[str, ...]
    cards: tuple[Card, ...]
    sections: tuple[Section, ...]
    due: tuple[upcoming.Due, ...]
    brands: tuple[Brand, ...]
    concentration: str
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
    items = {i.finding.identity: i for i in (*shown.acknowledged, *shown.still_open, *shown.news)}
    all_items = {i.finding.identity: i for i in (*digest.acknowledged, *digest.still_open, *digest.news)}
    reviews = reviews_of(all_items.values())
    in_cards = {identity for one in danger for identity in consumed(one, reviews)}
    notes = tuple(words.text(note) for note in digest.notes)
    cards = tuple(card(one, all_items, reviews, digest, words) for one in danger)
    lists = tuple(sections(shown, items.keys() - in_cards, words))
    due = upcoming.lines(digest.upcoming, digest.as_of, words)
    changes = tuple(change(one, words) for one in digest.changes)
    others = tuple(brands(_others(digest, danger), words))
    lines = coverage.lines(digest.coverage, words, _unwatched(digest))
    counted = sum(len(section.rows) for section in lists) + len(due) + len(others) + len(changes)
    return View(
        language=words.language,
        client=clean(digest.client),
        day=words.day(digest.local_date),
        kind=headline.kind(digest.kind, words),
        tone=headline.tone(shown, danger),
        headline=headline.headline(shown, danger, words),
        stake=stake_line(at_stake(danger), words) if danger else "",
        shares=shares(digest.exposures, words) if danger and digest.kind != "alert" else (),
        facts=headline.facts(shown, in_cards, words),
        notes=notes,
        cards=cards,
        sections=lists,
        due=due,
        brands=others,
        concentration=_concentration(digest, words),
        changes=changes,
        coverage=lines,
        digest_number=words.number(digest.number),
        digest_id=digest_id,
        entries=3 * len(cards) + counted + len(lines.unchecked),
    )


def in_cards_of(digest: Digest) -> list[BrandExposure]:
    """Return the brands that get a card: those in danger; in an alert only those it is about."""
    danger = [one for one in digest.exposures if one.state in IN_DANGER]
    if digest.kind != "alert":
        return danger
    news = {item.finding.identity for item in digest.news}
    return [one for one in danger if any(reason.identity in news for reason in one.reasons)]


def above_floor(digest: Digest) -> Digest:
    """Return the digest without the findings below its severity floor; what cleared is always shown."""
    floor = Severity.parse(digest.min_severity)

    def keep(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(i for i in items if is_shown(i.finding, floor))

    return replace(
        digest,
        news=keep(digest.news),
        still_open=keep(digest.still_open),
        acknowledged=keep(digest.acknowledged),
    )


def shorten(full: View, limit: int) -> View:
    """Return the view cut to about `limit` entries, worst first; the number of those left out stands in `hidden`."""
    cards = full.cards[: max(1, limit // 5)]
    rest = list(full.cards[len(cards) :])
    left = max(0, limit - 3 * len(cards))
    shown: list[Section] = []
    for section in full.sections:
        rows = section.rows[:left]
        left -= len(rows)
        shown.append(replace(section, rows=rows, hidden=len(section.rows) - len(rows)))
    due, changes, brands = full.due[: max(5, left // 2)], full.changes[:left], full.brands[: max(5, left)]
    unchecked = full.coverage.unchecked[: max(5, limit // 2)]
    hidden = (
        len(rest)
        + sum(section.hidden for section in shown)
        + (len(full.due) - len(due))
        + (len(full.changes) - len(changes))
        + (len(full.brands) - len(brands))
        + (len(full.coverage.unchecked) - len(unchecked))
    )
    return replace(
        full,
        cards=cards,
        sections=tuple(shown),
        due=due,
        changes=changes,
        brands=brands,
        coverage=replace(full.coverage, unchecked=unchecked),
        hidden=hidden,
    )


def _others(digest: Digest, danger: list[BrandExposure]) -> list[BrandExposure]:
    """The brands on one line each; an alert names only those that are in danger too."""
    told = {(one.client, one.brand) for one in danger}
    rest = [one for one in digest.exposures if (one.client, one.brand) not in told]
    return [one for one in rest if one.state in IN_DANGER] if digest.kind == "alert" else rest


def _concentration(digest: Digest, words: Words) -> str:
    """Say how many brands rest on one live mark each, and how much stands on them; "" in an alert or without any."""
    single = concentration(digest.exposures)
    if digest.kind == "alert" or not single.brands:
        return ""
    text = words.ngettext(
        "{n} enrolled brand rests on one live US mark: if it falls, nothing takes its place",
        "{n} enrolled brands rest on one live US mark each: if it falls, nothing takes its place",
        single.brands,
    )
    behind = stake_line(single, words)
    return f"{text} · {behind}" if behind else text


def _unwatched(digest: Digest) -> tuple[str, ...]:
    """The marketplaces whose own trademark offices nobody watches here."""
    return tuple(dict.fromkeys(place for one in digest.exposures for place in one.unwatched))
