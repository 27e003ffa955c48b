"""The portfolio page in words: headline, clients, brands, what must be filed soon, and every mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tmwatch.digest import coverage, rows
from tmwatch.digest.cards import brand_stake, stake_line
from tmwatch.digest.overview import ClientWords, client_words
from tmwatch.digest.wording import Label, Words, clean
from tmwatch.exposure import IN_DANGER, STATES, BrandExposure, BrandMark, at_stake
from tmwatch.findings import Finding, Severity
from tmwatch.reports import html_parts
from tmwatch.reports.html_marks import MarkWords, mark_words
from tmwatch.reports.html_parts import DeadlineWords
from tmwatch.reports.model import MarkReport, PortfolioReport

SOON = timedelta(days=90)
ENTRIES, CHANGES = 12, 10  # of each mark on the portfolio page; the evidence pack has them all
_REGISTRY = ("B01", "B02")


@dataclass(frozen=True, slots=True)
class Link:
    """A mark and where it stands on the page ("" when it was never read)."""

    name: str
    serial: str


@dataclass(frozen=True, slots=True)
class BrandWords:
    """One brand. `what` ... `then` speak of its worst reason and are "" when nothing is wrong."""

    state: Label
    rank: int
    in_danger: bool
    brand: str
    client: str
    stake: str
    money: float
    carrying: tuple[Link, ...]
    spare: tuple[Link, ...]
    what: str
    why: str
    do: str
    by: str
    citation: str
    then: str
    then_source: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A deadline that falls soon, with its mark."""

    mark: str
    serial: str
    clients: tuple[str, ...]
    deadline: DeadlineWords


@dataclass(frozen=True, slots=True)
class PageWords:
    """The whole page in words."""

    language: str
    title: str
    scope: str
    as_of: str
    generated: str
    tone: str
    headline: str
    stake: str
    counts: tuple[tuple[Label, str], ...]
    coverage: coverage.CoverageLines
    clients: tuple[ClientWords, ...]
    brands: tuple[BrandWords, ...]
    ahead: tuple[Ahead, ...]
    marks: tuple[MarkWords, ...]
    unread: tuple[Link, ...]


def page_words(report: PortfolioReport, words: Words) -> PageWords:
    """Return the page of a portfolio in words."""
    danger = [one for one in report.exposures if one.state in IN_DANGER]
    names = [clean(one.client) for one in report.clients]
    scope = names[0] if len(names) == 1 else words.ngettext("{n} client", "{n} clients", len(names))
    return PageWords(
        language=words.language,
        title=words.say("Trademark report of {day}", day=report.as_of),
        scope=scope,
        as_of=words.day(report.as_of),
        generated=words.moment(report.generated_at),
        tone=_tone(report, danger),
        headline=_headline(report, danger, words),
        stake=_stake(report, words),
        counts=tuple(_counts(report, words)),
        coverage=coverage.lines(report.coverage, words),
        clients=tuple(client_words(one, report.as_of, words) for one in report.clients),
        brands=tuple(sorted((_brand(one, report, words) for one in report.exposures), key=_worst_first)),
        ahead=tuple(_ahead(report, words)),
        marks=tuple(mark_words(one, words, entries=ENTRIES, changes=CHANGES) for one in report.marks),
        unread=tuple(Link(clean(one.brand), one.number) for one in report.unread),
    )


def soon(report: PortfolioReport) -> Iterator[tuple[MarkReport, int]]:
    """Yield (mark, position of the deadline) of what is due within SOON or late and not filed, first day first."""
    found = []
    for mark in report.marks:
        for position, one in enumerate(mark.facts.deadlines):
            last = _last_chance(one.due, one.grace_ends, report.as_of)
            if one.state != "filed" and last and last <= report.as_of + SOON:
                found.append((last, mark.record.serial_number, position, mark))
    for _day, _serial, position, mark in sorted(found, key=lambda row: row[:3]):
        yield mark, position


def worst_counts(report: PortfolioReport) -> Counter[Severity]:
    """Return how many findings of each severity are open, information and good news left out."""
    found = (f for mark in report.marks for f in mark.findings if not f.good_news)
    return Counter(f.severity for f in found if f.severity > Severity.INFO)


def cause(one: BrandExposure) -> Finding | None:
    """Return the finding behind the state of a brand: the first that is no B rule, else the first."""
    return next((f for f in one.reasons if not f.rule.startswith("B")), one.reasons[0] if one.reasons else None)


def _last_chance(due: date | None, grace: date | None, as_of: date) -> date | None:
    return grace if due and grace and due < as_of else due


def _ahead(report: PortfolioReport, words: Words) -> Iterator[Ahead]:
    for mark, position in soon(report):
        clients = tuple(dict.fromkeys(clean(watch.client) for watch in mark.watches))
        told = html_parts.deadline(mark.facts.deadlines[position], report.as_of, words)
        yield Ahead(clean(mark.record.sentence), mark.record.serial_number, clients, told)


def _tone(report: PortfolioReport, danger: list[BrandExposure]) -> str:
    if danger:
        return "critical"
    worst = max(worst_counts(report), default=Severity.INFO)
    return worst.label if worst > Severity.LOW else "good"


def _headline(report: PortfolioReport, danger: list[BrandExposure], words: Words) -> str:
    if danger:
        return words.ngettext("{n} brand in danger", "{n} brands in danger", len(danger))
    urgent = sum(n for severity, n in worst_counts(report).items() if severity >= Severity.HIGH)
    if urgent:
        return words.ngettext("{n} finding needs action", "{n} findings need action", urgent)
    return words.gettext("No brand in danger")


def _stake(report: PortfolioReport, words: Words) -> str:
    told = stake_line(at_stake(report.exposures), words)
    return words.say("At stake: {parts}", parts=told) if told else ""


def _counts(report: PortfolioReport, words: Words) -> Iterator[tuple[Label, str]]:
    counts = worst_counts(report)
    for severity in sorted(counts, reverse=True):
        yield words.severity(severity), words.number(counts[severity])


def _brand(one: BrandExposure, report: PortfolioReport, words: Words) -> BrandWords:
    lead = cause(one)
    registry = next((f for f in one.reasons if f.rule in _REGISTRY), None)
    then = registry if registry is not lead else None
    return BrandWords(
        state=words.state(one.state),
        rank=STATES.index(one.state),
        in_danger=one.state in IN_DANGER,
        brand=clean(one.brand),
        client=clean(one.client),
        stake=brand_stake(one, words),
        money=float(one.revenue_30d or 0),
        carrying=_links(one.carrying or tuple(m.number for m in one.marks), one.marks),
        spare=_links(one.spare, one.marks),
        what=words.text(lead.title) if lead else "",
        why=words.text(lead.evidence) if lead else "",
        do=words.text(lead.action) if lead else "",
        by=rows.by(lead.deadline, report.as_of, words) if lead else "",
        citation=rows.citation(lead, words) if lead else "",
        then=words.text(then.action) if then else "",
        then_source=rows.citation(then, words) if then else "",
    )


def _links(numbers: tuple[str, ...], marks: tuple[BrandMark, ...]) -> tuple[Link, ...]:
    by_number = {mark.number: mark for mark in marks}
    found = []
    for number in numbers[:20]:
        mark = by_number.get(number)
        read = mark is not None and mark.mark is not None
        found.append(Link(clean(mark.mark or number) if mark else clean(number), number if read else ""))
    return tuple(found)


def _worst_first(one: BrandWords) -> tuple[int, float, str]:
    return (one.rank, -one.money, one.brand)
