"""One mark in words, for the pages a person reads: who and what it is, what was found, what must be filed, its past."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tmwatch.codes import standing, status_text
from tmwatch.digest import rows
from tmwatch.digest.wording import Label, Words, clean
from tmwatch.findings import Finding, Severity
from tmwatch.records import CaseFile
from tmwatch.reports import deadline_words, html_parts
from tmwatch.reports.html_parts import ChangeWords, DeadlineWords, Entry, FindingWords, PartyWords
from tmwatch.reports.mark_json import risk
from tmwatch.reports.model import MarkReport
from tmwatch.reports.requirements import BrandRequirements, requirements
from tmwatch.reports.timeline import YEAR, Timeline, timeline
from tmwatch.rules.base import Facts
from tmwatch.sanctions import outlook, stage_text

_NEVER = date.max.isoformat()


@dataclass(frozen=True, slots=True)
class Head:
    """What a list says of a mark. `search` is what a filter looks at, `next_sort` an ISO day to sort by."""

    serial: str
    registration: str
    name: str
    clients: tuple[str, ...]
    brands: tuple[str, ...]
    reference: str
    standing: Label
    risk: Label
    risk_rank: int
    top: str
    next_what: str
    next_due: str
    next_distance: str
    next_sort: str
    carries: bool
    link: str
    search: str


@dataclass(frozen=True, slots=True)
class SanctionWords:
    """Where a mark stands with the sanctions orders."""

    stage: str
    steps: tuple[Entry, ...]
    outlook: str
    orders: tuple[Entry, ...]
    matches: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.stage or self.orders or self.matches)


@dataclass(frozen=True, slots=True)
class MarkWords:
    """One mark in words. `facts` are (name, value) pairs; `history_left` and `changes_left` count what is not shown."""

    head: Head
    facts: tuple[tuple[str, str], ...]
    findings: tuple[FindingWords, ...]
    requirements: tuple[BrandRequirements, ...]
    deadlines: tuple[DeadlineWords, ...]
    drawing: Timeline
    sanctions: SanctionWords
    parties: tuple[PartyWords, ...]
    history: tuple[Entry, ...]
    history_left: int
    changes: tuple[ChangeWords, ...]
    changes_left: int
    checked: str
    source: str


def mark_words(mark: MarkReport, words: Words, *, entries: int | None = None, changes: int | None = None) -> MarkWords:
    """Return a mark in words, with its newest `entries` of the history and `changes` of the ledger (None: all)."""
    record, facts = mark.record, mark.facts
    steps = [one for one in mark.changes if one.kind != "finding"]
    return MarkWords(
        head=head(mark, words),
        facts=tuple(_facts(record, words)),
        findings=tuple(html_parts.finding_words(one, mark, words) for one in causes_first(mark)),
        requirements=requirements(mark, words),
        deadlines=tuple(html_parts.deadline(one, facts.as_of, words) for one in facts.deadlines),
        drawing=timeline(mark, words),
        sanctions=_sanctions(facts, words),
        parties=tuple(html_parts.party_words(one, words) for one in facts.parties),
        history=tuple(html_parts.history(record, entries, words)),
        history_left=max(0, len(record.events) - entries) if entries is not None else 0,
        changes=tuple(html_parts.change_words(one, words) for one in steps[:changes]),
        changes_left=max(0, len(steps) - changes) if changes is not None else 0,
        checked=words.moment(facts.checked_at) if facts.checked_at else "",
        source=_source(record, words),
    )


def head(mark: MarkReport, words: Words) -> Head:
    """Return what a list says of a mark."""
    record = mark.record
    level = risk(record, mark.findings)
    ahead = deadline_words.next_of(mark.facts.deadlines)
    day = ahead.due if ahead else None
    names = tuple(dict.fromkeys(clean(watch.client) for watch in mark.watches if watch.client))
    brands = tuple(dict.fromkeys(clean(watch.brand) for watch in mark.watches if watch.brand.strip()))
    reference = next((clean(watch.reference) for watch in mark.watches if watch.reference), "")
    numbers = (record.serial_number, record.registration_number or "")
    return Head(
        serial=record.serial_number,
        registration=rows.registration(record.registration_number) if record.registration_number else "",
        name=clean(record.sentence),
        clients=names,
        brands=brands,
        reference=reference,
        standing=html_parts.standing_label(standing(record.status_code, record.registration_number).value, words),
        risk=html_parts.risk_label(level, words),
        risk_rank=html_parts.risk_rank(level),
        top=_top(mark, words),
        next_what=deadline_words.title(ahead, words) if ahead else "",
        next_due=words.day(day) if day else "",
        next_distance=words.distance(day, mark.facts.as_of) if day and day - mark.facts.as_of <= YEAR else "",
        next_sort=day.isoformat() if day else _NEVER,
        carries=any(watch.carries_enrolment for watch in mark.watches),
        link=rows.case_page(record.serial_number),
        search=" ".join((*numbers, clean(record.sentence), *names, *brands, reference)).casefold(),
    )


def _top(mark: MarkReport, words: Words) -> str:
    """Name what happened: the worst finding of the mark itself, else what it means for a brand; information is none."""
    told = [one for one in causes_first(mark) if one.severity > Severity.INFO]
    own = next((one for one in told if not one.rule.startswith("B") and one.severity >= Severity.MEDIUM), None)
    worst = own or next(iter(told), None)
    return words.text(worst.title) if worst else ""


def causes_first(mark: MarkReport) -> list[Finding]:
    """Return the findings worst first; what happened stands before what it means for a brand (the B rules)."""
    return sorted(mark.findings, key=lambda one: (-one.severity, one.rule.startswith("B")))


def _sanctions(facts: Facts, words: Words) -> SanctionWords:
    ladder = facts.ladder
    return SanctionWords(
        stage=words.text(stage_text(ladder.stage)) if ladder.stage else "",
        steps=tuple(
            Entry(
                words.day(step.date),
                words.text(stage_text(step.stage)),
                f"{clean(step.text)} ({clean(step.event, 40)})",
            )
            for step in ladder.steps
        ),
        outlook=words.text(outlook(ladder)),
        orders=tuple(html_parts.order_entry(hit, words) for hit in facts.hits),
        matches=tuple(dict.fromkeys(words.text(match.why) for match in facts.matches)),
    )


def _facts(record: CaseFile, words: Words) -> Iterable[tuple[str, str]]:
    """Yield what the record says of the mark, name and value."""
    text = clean(record.status_text or status_text(record.status_code) or words.gettext("no text known")).rstrip(".")
    since = f", {words.day(record.status_date)}" if record.status_date else ""
    yield words.gettext("Status"), f"{record.status_code} {text}{since}"
    days = (
        (words.gettext("filed {day}"), record.filing_date),
        (words.gettext("registered {day}"), record.registration_date),
        (words.gettext("abandoned {day}"), record.abandonment_date),
        (words.gettext("cancelled {day}"), record.cancellation_date),
        (words.gettext("renewed from {day}"), record.renewal_date),
    )
    yield words.gettext("Dates"), ", ".join(pattern.format(day=words.day(day)) for pattern, day in days if day)
    yield words.gettext("Classes"), ", ".join(clean(one.code, 10) for one in record.classes)
    yield from _people(record, words)


def _people(record: CaseFile, words: Words) -> Iterable[tuple[str, str]]:
    """Yield who owns the mark, acts for it and gets the Office's letters."""
    owners = [
        clean(one.name) + (f" ({clean(one.address.country, 60)})" if one.address.country else "")
        for one in record.current_owners
    ]
    yield words.gettext("Owner"), "; ".join(owners) or _none(record, "owners", words)
    attorney = clean(record.attorney.name) if record.attorney else ""
    yield words.gettext("Attorney of record"), attorney or _none(record, "attorney", words)
    known = record.correspondent
    parts = dict.fromkeys(part for part in (known.name, known.firm, *known.lines) if part) if known else {}
    yield words.gettext("Letters go to"), ", ".join(map(clean, parts)) or _none(record, "correspondent", words)
    emails = dict.fromkeys((*record.correspondent_emails, *record.attorney_emails))
    yield words.gettext("E-mails"), ", ".join(map(clean, emails)) or _none(record, "correspondent_emails", words)


def _none(record: CaseFile, group: str, words: Words) -> str:
    """Tell "there is none" from "this source does not say"."""
    return words.gettext("none of record") if group in record.told else words.gettext("not told by this source")


def _source(record: CaseFile, words: Words) -> str:
    told = record.provenance
    return words.say("{source} as of {moment}", source=html_parts.source(told.source, words), moment=told.as_of)
