"""How the sales of all brands divide over their states: one bar under the headline, and the same in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from tmwatch.digest.wording import Label, Words
from tmwatch.exposure import IN_DANGER, STATES, BrandExposure


@dataclass(frozen=True, slots=True)
class Share:
    """The sales of the brands in one state. `percent` is its part of the bar, 1 or more."""

    state: Label
    text: str
    percent: int


def shares(exposures: Iterable[BrandExposure], words: Words) -> tuple[Share, ...]:
    """Return the parts, the worst state first; () where nothing is in danger, or a bar would have one part only.

    Counted are the brands whose sales are given in the currency that most of them have.
    """
    told = [one for one in exposures if one.revenue_30d]
    currencies = [one.currency or "" for one in told]
    if not any(one.state in IN_DANGER for one in told):
        return ()
    currency = max(sorted(set(currencies)), key=currencies.count)
    sums: dict[str, Decimal] = {}
    for one in told:
        if (one.currency or "") == currency and one.revenue_30d:
            sums[one.state] = sums.get(one.state, Decimal(0)) + one.revenue_30d
    if len(sums) < 2:
        return ()
    found = []
    for state, percent in _percents(sums).items():
        label = words.state(state)
        text = words.say("{state} {amount}", state=label.word, amount=words.money(sums[state], currency))
        found.append(Share(label, text, percent))
    return tuple(found)


def _percents(sums: dict[str, Decimal]) -> dict[str, int]:
    """Return whole percents that make 100, the worst state first; what is small still shows."""
    whole = sum(sums.values())
    found = {state: max(1, round(100 * sums[state] / whole)) for state in STATES if state in sums}
    biggest = max(found, key=lambda state: found[state])
    found[biggest] += 100 - sum(found.values())
    return found
