"""Precision and recall of matching, tier by tier, on the frozen labelled pairs; and its pace over a large portfolio.

Run by hand: `python -m tests.bench.bench_matching`.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tmwatch.records import Party
from tmwatch.sanctions import Identity, Order, Registry, load_registry, match

PAIRS = Path(__file__).parents[1] / "data" / "agent_pairs.csv"
ORDER = "TEST-2025-01-01-OSC"
DAY = date(2025, 1, 1)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one tier."""

    right: int
    wrong: int
    missed: int
    quiet: int

    @property
    def precision(self) -> float:
        """Right hits among all hits."""
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Right hits among all pairs labelled as a match."""
        return self.right / (self.right + self.missed)


def load_pairs() -> tuple[dict[str, str], ...]:
    """Read the labelled set."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def party(pair: dict[str, str]) -> Party:
    """Put the value of a pair into its field of a party."""
    said = {pair["field"]: pair["value"]}
    name, firm, email, address = (said.get(field) for field in ("name", "firm", "email", "address"))
    return Party("97000001", "attorney", name, firm, email, address, DAY, DAY, "tsdr")


def judge(pair: dict[str, str]) -> bool:
    """Whether the matcher says that the two are written alike."""
    kind, value, role = pair["kind"], pair["identity"], pair["role"]
    identity = Identity(kind, value, role, (ORDER,), "medium")
    registry = Registry(value, (Order(ORDER, "2025-01-01", "show_cause"),), (identity,))
    return bool(match((party(pair),), registry))


def scores() -> tuple[dict[int, Score], list[str]]:
    """Return the score of each tier and a line for each pair judged otherwise than labelled."""
    counts: Counter[tuple[int, bool, bool]] = Counter()
    misjudged = []
    for pair in load_pairs():
        said, labelled = judge(pair), pair["expected"] == "match"
        counts[int(pair["tier"]), labelled, said] += 1
        if said != labelled:
            misjudged.append(
                f"{'missed' if labelled else 'wrong'}: {pair['identity']} | {pair['value']} ({pair['note']})"
            )
    tiers = sorted({tier for tier, _, _ in counts})
    table = {
        tier: Score(
            counts[tier, True, True], counts[tier, False, True], counts[tier, True, False], counts[tier, False, False]
        )
        for tier in tiers
    }
    return table, misjudged


def main() -> None:
    """Print the table, the misjudged pairs and the pace."""
    table, misjudged = scores()
    for tier, score in table.items():
        print(
            f"tier {tier}: precision {score.precision:.3f} recall {score.recall:.3f} "
            f"({score.right} right, {score.wrong} wrong, {score.missed} missed, {score.quiet} rightly quiet)"
        )
    print("\n".join(misjudged))
    registry = load_registry()
    many = tuple((party(pair),) for pair in load_pairs()) * 30
    start = time.perf_counter()
    for parties in many:
        match(parties, registry)
    print(f"{len(many)} marks of one party in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
