"""What a rule found: severity, finding and its identity (serial number + rule + key; the wording does not count)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum

from tmwatch.reading import Unfit
from tmwatch.text import Text, say

ALWAYS_SHOWN = frozenset({"C05", "S14", "S20"})  # rules that no severity floor hides


class Severity(IntEnum):
    """How bad; comparable. The names are those of settings, JSON and mail."""

    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5

    @property
    def label(self) -> str:
        """The lower-case name."""
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> Severity:
        """Read a name in any letter case; Unfit (a ValueError) names the allowed ones."""
        try:
            return cls[text.strip().upper()]
        except KeyError:
            raise Unfit(
                say("{value} is no severity; use one of info, low, medium, high, critical", value=repr(text))
            ) from None


def is_shown(finding: Finding, floor: Severity) -> bool:
    """Whether a finding is told to somebody with this severity floor: not below it, or never hidden by any."""
    return finding.severity >= floor or finding.good_news or finding.rule in ALWAYS_SHOWN


def severity_of(level: str) -> Severity:
    """Return the severity in a level as Finding.level writes it."""
    return Severity.parse(level.partition("/")[0])


def is_worse(level: str, before: str) -> bool:
    """Whether `level` must be told again after `before`: graver, or as grave with fewer days left."""
    now, then = severity_of(level), severity_of(before)
    if now != then:
        return now > then
    days, were = level.partition("/")[2], before.partition("/")[2]
    return bool(days) and (not were or int(days) < int(were))


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement about one mark, with its evidence.

    `key` tells findings of one rule on one mark apart (an order id, an e-mail, a period) and is stable over time.
    `client` is set only where the finding is about one client's use of the mark (B rules, C07); "" elsewhere.
    `expires` is the day after which it is dropped without being called "cleared" (incidents: C01-C03).
    """

    serial_number: str
    rule: str
    key: str
    severity: Severity
    title: Text = field(compare=False)
    evidence: Text = field(compare=False)
    action: Text = field(compare=False)
    citation: str = field(compare=False)
    deadline: date | None = field(default=None, compare=False)
    client: str = ""
    brand: str = ""
    expires: date | None = field(default=None, compare=False)
    good_news: bool = field(default=False, compare=False)
    unreviewed: bool = field(default=False, compare=False)
    step: int | None = field(default=None, compare=False)  # the last threshold of days crossed: 90, 30, 14 or 7
    card_only: bool = field(default=False, compare=False)  # shown with the mark itself, never stored or mailed (R17)

    @property
    def level(self) -> str:
        """Severity, with the threshold of days last crossed: "high", "high/30". What the ledger compares."""
        return self.severity.label if self.step is None else f"{self.severity.label}/{self.step}"

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """What makes it the same finding tomorrow."""
        return (self.serial_number, self.rule, self.key, self.client)
