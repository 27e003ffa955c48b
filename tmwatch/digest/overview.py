"""The agency's view: every client on one line, ordered by what is at stake."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tmwatch.digest.cards import stake_line
from tmwatch.digest.model import Upcoming
from tmwatch.digest.vocabulary import DEADLINE_KINDS as KINDS
from tmwatch.digest.wording import Label, Words, clean
from tmwatch.exposure import IN_DANGER, STATES, BrandExposure, Stake, at_stake
from tmwatch.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class ClientReport:
    """One client with her brands, worst first. `marks` counts her watched numbers, `findings` those open of each
    severity, worst first; `ahead` is the next thing to file (in the overview mail within 90 days, in the report ever);
    `last_sent` when mail last reached her, `waiting` counts deliveries that did not go out."""

    client: str
    exposures: tuple[BrandExposure, ...]
    marks: int
    findings: tuple[tuple[Severity, int], ...] = ()
    ahead: Upcoming | None = None
    last_sent: datetime | None = None
    waiting: int = 0

    @property
    def stake(self) -> Stake:
        """What stands behind her brands that are lost or in danger."""
        return at_stake(self.exposures)

    @property
    def in_danger(self) -> tuple[BrandExposure, ...]:
        """Her brands that are lost or in danger."""
        return tuple(one for one in self.exposures if one.state in IN_DANGER)

    @property
    def state(self) -> str | None:
        """The worst state of her brands, None when no row of hers names a brand."""
        return self.exposures[0].state if self.exposures else None


@dataclass(frozen=True, slots=True)
class ClientWords:
    """One client on one line; `rank`, `money`, `worst` and the ISO days are there to sort by."""

    client: str
    state: Label | None
    rank: int
    danger: int
    stake: str
    money: float
    counts: tuple[tuple[Label, str], ...]
    worst: int
    brands: int
    marks: int
    next_day: str
    next_due: str
    next_what: str
    next_sort: str
    mail: str
    mail_day: str
    mail_sort: str
    waiting: str


def ordered(clients: Iterable[ClientReport]) -> tuple[ClientReport, ...]:
    """Return the clients, those with most at stake first; where nothing is, the worst findings decide."""
    return tuple(sorted(clients, key=_most_at_stake))


def counted(findings: Iterable[Finding]) -> tuple[tuple[Severity, int], ...]:
    """Return how many findings of each severity there are, worst first; information and good news are none."""
    counts = Counter(one.severity for one in findings if one.severity > Severity.INFO and not one.good_news)
    return tuple((severity, counts[severity]) for severity in sorted(counts, reverse=True))


def client_words(one: ClientReport, as_of: date, words: Words) -> ClientWords:
    """Return one client in words."""
    ahead = one.ahead
    waiting = words.ngettext("{n} delivery waits", "{n} deliveries wait", one.waiting) if one.waiting else ""
    return ClientWords(
        client=clean(one.client),
        state=words.state(one.state) if one.state else None,
        rank=STATES.index(one.state) if one.state else len(STATES),
        danger=len(one.in_danger),
        stake=stake_line(one.stake, words) if one.in_danger else "",
        money=float(sum(amount for _currency, amount in one.stake.money)),
        counts=tuple((words.severity(severity), words.number(count)) for severity, count in one.findings),
        worst=sum(min(count, 999) * 1000 ** (severity - 1) for severity, count in one.findings),
        brands=len(one.exposures),
        marks=one.marks,
        next_day=words.day(ahead.day) if ahead else "",
        next_due=f"{words.day(ahead.day)} · {words.distance(ahead.day, as_of)}" if ahead else "",
        next_what=f"{clean(ahead.mark, 60)} · {_what(ahead, words)}" if ahead else "",
        next_sort=(ahead.day if ahead else date.max).isoformat(),
        mail=words.moment(one.last_sent) if one.last_sent else words.gettext("never"),
        mail_day=words.day(words.local(one.last_sent).date()) if one.last_sent else words.gettext("never"),
        mail_sort=one.last_sent.isoformat() if one.last_sent else "",
        waiting=waiting,
    )


def _what(ahead: Upcoming, words: Words) -> str:
    return words.gettext(KINDS[ahead.kind]) if ahead.kind in KINDS else clean(ahead.kind)


def _most_at_stake(one: ClientReport) -> tuple[int, int, int, tuple[tuple[int, int], ...], str]:
    money = sum(int(amount) for _currency, amount in one.stake.money)
    worst = tuple((-severity, -count) for severity, count in one.findings) or ((0, 0),)
    return (-money, -one.stake.asins, -len(one.in_danger), worst, one.client)
