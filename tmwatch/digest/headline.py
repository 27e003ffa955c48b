"""The first lines of a message: what is at stake in one sentence, its look, and the counts under it."""

from __future__ import annotations

from tmwatch.digest import coverage
from tmwatch.digest.cards import IN_CARD, Identity
from tmwatch.digest.model import Digest, Item
from tmwatch.digest.vocabulary import MESSAGE_KINDS
from tmwatch.digest.wording import Words
from tmwatch.exposure import BrandExposure
from tmwatch.findings import Severity


def headline(shown: Digest, danger: list[BrandExposure], words: Words) -> str:
    """Return the one sentence that tells what is at stake."""
    if danger:
        return in_danger(danger, words)
    if shown.kind == "notice":
        return words.gettext("A notice about the data")
    if shown.kind == "alert":
        return words.ngettext("{n} critical finding", "{n} critical findings", len(shown.news))
    if shown.news:
        return words.ngettext("{n} finding to look at", "{n} findings to look at", len(shown.news))
    corrections = sum(item.corrects is not None for item in shown.cleared)
    if corrections:
        return words.ngettext(
            "Correction: {n} earlier alert no longer stands",
            "Correction: {n} earlier alerts no longer stand",
            corrections,
        )
    unchecked = not_checked(shown)
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


def in_danger(danger: list[BrandExposure], words: Words, *, short: bool = False) -> str:
    """Return "2 brands in danger of losing their enrolment"; `short` leaves the enrolment to the message itself."""
    count = len(danger)
    if not all(one.enrolled for one in danger):
        return words.ngettext("{n} brand in danger", "{n} brands in danger", count)
    if short:
        return words.npgettext("enrolled", "{n} brand in danger", "{n} brands in danger", count)
    return words.ngettext(
        "{n} brand in danger of losing its enrolment", "{n} brands in danger of losing their enrolment", count
    )


def tone(shown: Digest, danger: list[BrandExposure]) -> str:
    """The look of the headline: the worst of what is new, or calm."""
    if danger:
        return "critical"
    worst = max((i.finding.severity for i in shown.news if not i.finding.good_news), default=Severity.INFO)
    if worst > Severity.LOW:
        return worst.label
    return "medium" if shown.kind == "notice" or not_checked(shown) else "good"


def not_checked(digest: Digest) -> int:
    """How many marks were not checked; daily files alone cannot tell (a quiet mark is in none of them)."""
    return max(0, digest.coverage.watched - digest.coverage.checked) if digest.coverage.tsdr_used else 0


def kind(name: str, words: Words) -> str:
    """Return what sort of message this is."""
    return words.gettext(MESSAGE_KINDS[name])


def facts(shown: Digest, in_cards: set[Identity], words: Words) -> tuple[str, ...]:
    """Return the counts under the headline: what is new, worse, open, corrected, cleared, acknowledged, checked.

    A card's B findings do not count: they say of the brand what its cause says of the mark.
    """
    news = [i for i in shown.news if not _said_by_card(i, in_cards)]
    still = [i for i in shown.still_open if not _said_by_card(i, in_cards)]
    worse = sum(item.state == "worse" for item in news)
    corrected = sum(item.corrects is not None for item in shown.cleared)
    new, cleared, waiting = len(news) - worse, len(shown.cleared) - corrected, len(shown.acknowledged)
    found = (
        words.ngettext("{n} found", "{n} found", new)
        if shown.kind == "baseline"
        else words.ngettext("{n} new", "{n} new", new),
        words.ngettext("{n} got worse", "{n} got worse", worse),
        words.ngettext("{n} still open", "{n} still open", len(still)),
        words.ngettext("{n} correction", "{n} corrections", corrected),
        words.ngettext("{n} cleared", "{n} cleared", cleared),
        words.ngettext("{n} acknowledged", "{n} acknowledged", waiting),
    )
    counts = (new, worse, len(still), corrected, cleared, waiting)
    return (*(text for text, n in zip(found, counts, strict=True) if n), coverage.short(shown.coverage, words))


def _said_by_card(item: Item, in_cards: set[Identity]) -> bool:
    return item.finding.rule in IN_CARD and item.finding.identity in in_cards
