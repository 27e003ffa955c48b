"""Rule R20: the Office's own maintenance dates beside the computed ones."""

from __future__ import annotations

from collections.abc import Iterator

from tmwatch.findings import Severity
from tmwatch.rules.base import Facts, Hit, Rule, rule
from tmwatch.rules.evidence import both
from tmwatch.text import N_


@rule(
    "R20",
    Severity.MEDIUM,
    action=N_(
        "Until it is known which is right, the earlier day is the safe one: the history of the case in TSDR shows what "
        "was filed and accepted. Confirm with counsel"
    ),
    citation="TSDR, maintenance dates; 37 CFR 2.160, 2.182, 7.36",
    letter="I",
)
def dates_differ(facts: Facts) -> Iterator[Hit]:
    """Maintenance dates of the USPTO differ from the computed ones."""
    if facts.office_dates:
        words, *more = facts.office_dates
        for sentence in more:
            words = both(words, sentence)
        yield Hit(words)


OFFICE_DATE_RULES: tuple[Rule, ...] = (dates_differ,)
