"""What a rule gets (Facts), what it yields (Hit), the `rule` decorator and `evaluate`.

A rule is a small generator: facts in, hits out; it never looks at a clock, a file or the network. Its docstring's
first line is its public title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from tmwatch.changes import Change
from tmwatch.deadlines import Deadline
from tmwatch.findings import Finding, Severity
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile, Party
from tmwatch.sanctions import AgentMatch, Ladder, OrderHit, Registry
from tmwatch.text import Text, say


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one mark on one day (`as_of`, America/New_York).

    `changes` are the ledger's field changes of the last INCIDENT_DAYS, newest first. `found` holds the findings of the
    mark rules when the brand rules run, else nothing. `checked_at` is the last valid TSDR record (None: never).
    """

    mark: CaseFile
    as_of: date
    watches: tuple[Watch, ...] = ()
    changes: tuple[Change, ...] = ()
    parties: tuple[Party, ...] = ()
    hits: tuple[OrderHit, ...] = ()
    matches: tuple[AgentMatch, ...] = ()
    ladder: Ladder = Ladder()
    deadlines: tuple[Deadline, ...] = ()
    registry: Registry = Registry()
    checked_at: datetime | None = None
    found: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule yields; what is None comes from the rule itself."""

    evidence: Text
    key: str = ""
    severity: Severity | None = None
    action: Text | None = None
    deadline: date | None = None
    client: str = ""
    brand: str = ""
    expires: date | None = None
    unreviewed: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with its public face: what it looks for, how bad, what to do, which law or source.

    `letter` says how well the rule is sourced: S sourced, K known law not re-read, I inference (facts/rules.csv).
    """

    id: str
    severity: Severity
    title: str
    action: str
    citation: str
    letter: str
    check: Callable[[Facts], Iterator[Hit]]
    good_news: bool = False
    brand: bool = False  # runs after the mark rules and sees their findings


def rule(
    id: str, severity: Severity, *, action: str, citation: str, letter: str, good_news: bool = False, brand: bool = False
) -> Callable[[Callable[[Facts], Iterator[Hit]]], Rule]:
    """Turn a generator function into a Rule; the first line of its docstring is the title."""

    def wrap(check: Callable[[Facts], Iterator[Hit]]) -> Rule:
        title = (check.__doc__ or "").strip().splitlines()[0].rstrip(".")
        return Rule(id, severity, title, action, citation, letter, check, good_news, brand)

    return wrap


def evaluate(rules: tuple[Rule, ...], facts: Facts) -> tuple[Finding, ...]:
    """Return the findings of all `rules` on one mark, worst first. Brand rules run last and see the others."""
    found: list[Finding] = []
    for one in (r for r in rules if not r.brand):
        found.extend(_finding(one, facts, hit) for hit in one.check(facts))
    facts = replace(facts, found=tuple(found))
    for one in (r for r in rules if r.brand):
        found.extend(_finding(one, facts, hit) for hit in one.check(facts))
    return tuple(sorted(found, key=lambda f: (-f.severity, f.rule, f.key, f.client)))


def _finding(one: Rule, facts: Facts, hit: Hit) -> Finding:
    """Join a rule's fixed words with what it found."""
    return Finding(
        serial_number=facts.mark.serial_number,
        rule=one.id,
        key=hit.key,
        severity=one.severity if hit.severity is None else hit.severity,
        title=say(one.title),
        evidence=hit.evidence,
        action=hit.action or say(one.action),
        citation=one.citation,
        deadline=hit.deadline,
        client=hit.client,
        brand=hit.brand,
        expires=hit.expires,
        good_news=one.good_news,
        unreviewed=hit.unreviewed,
    )
