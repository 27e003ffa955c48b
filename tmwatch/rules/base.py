"""What a rule gets (Facts), what it yields (Hit), the `rule` decorator and `evaluate`.

A rule is a small generator: facts in, hits out; it never looks at a clock, a file or the network. Its docstring's
first line is its public title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from tmwatch.changes import Change
from tmwatch.deadlines import Deadline
from tmwatch.exposure import BrandMark
from tmwatch.findings import Finding, Severity
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile, Party, ProsecutionEvent
from tmwatch.sanctions import AgentMatch, FilePaper, Fingerprint, Ladder, OrderHit, Registry
from tmwatch.text import Text, say

STEPS = (7, 14, 30, 90)  # days before a deadline at which it is told again


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one mark on one day (`as_of`, America/New_York).

    `changes` are the ledger's field changes of the last INCIDENT_DAYS, newest first. `found` holds the findings of the
    mark rules when the brand rules run, else nothing. `peers` are the other marks of the same brands (None: not
    gathered, then nothing is said about them). `fingerprints` (S12) and `papers` (S06) are what was gathered of them.
    `office_dates` says in what the Office's own maintenance dates differ from the computed ones (R20). `checked_at` is
    the last valid TSDR record (None: never). `by_code` is the prosecution history by event code, newest first, made
    once for all rules.
    """

    mark: CaseFile
    as_of: date
    watches: tuple[Watch, ...] = ()
    changes: tuple[Change, ...] = ()
    parties: tuple[Party, ...] = ()
    hits: tuple[OrderHit, ...] = ()
    matches: tuple[AgentMatch, ...] = ()
    ladder: Ladder = field(default_factory=Ladder)
    deadlines: tuple[Deadline, ...] = ()
    registry: Registry = field(default_factory=Registry)
    checked_at: datetime | None = None
    found: tuple[Finding, ...] = ()
    peers: tuple[BrandMark, ...] | None = None
    missing: tuple[datetime, ...] = ()  # when TSDR knew no such case, since it last did
    fingerprints: tuple[Fingerprint, ...] = ()
    papers: tuple[FilePaper, ...] = ()
    office_dates: tuple[Text, ...] = ()
    by_code: dict[str, tuple[ProsecutionEvent, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the events known on the day; their order in a record is not reliable."""
        index: dict[str, tuple[ProsecutionEvent, ...]] = {}
        known = (event for event in self.mark.events if event.date <= self.as_of)
        for event in sorted(known, key=lambda e: (e.date, e.number or 0), reverse=True):
            index[event.code] = (*index.get(event.code, ()), event)
        object.__setattr__(self, "by_code", index)


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
    card_only: bool = False  # a statement of the mark's own page, never stored or mailed


def rule(
    id: str,
    severity: Severity,
    *,
    action: str,
    citation: str,
    letter: str,
    good_news: bool = False,
    brand: bool = False,
    card_only: bool = False,
) -> Callable[[Callable[[Facts], Iterator[Hit]]], Rule]:
    """Turn a generator function into a Rule; the first line of its docstring is the title."""

    def wrap(check: Callable[[Facts], Iterator[Hit]]) -> Rule:
        title = (check.__doc__ or "").strip().splitlines()[0].rstrip(".")
        return Rule(id, severity, title, action, citation, letter, check, good_news, brand, card_only)

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
        step=crossed(hit.deadline, facts.as_of),
        card_only=one.card_only,
    )


def crossed(deadline: date | None, as_of: date) -> int | None:
    """Return the threshold of STEPS that the days left have crossed; None far away, without a date or after it."""
    if deadline is None or deadline < as_of:
        return None
    return next((step for step in STEPS if deadline - timedelta(days=step) <= as_of), None)
