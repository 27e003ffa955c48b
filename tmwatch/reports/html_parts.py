"""The parts of a mark in words: labels, findings, deadlines, orders, parties, entries of its history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tmwatch.changes import Change
from tmwatch.deadlines import Deadline
from tmwatch.digest import rows
from tmwatch.digest.record_changes import change_line
from tmwatch.digest.wording import Label, Words, clean
from tmwatch.findings import Finding, Severity
from tmwatch.records import CaseFile, Party
from tmwatch.reports import deadline_words
from tmwatch.reports.model import MarkReport, Tracked
from tmwatch.sanction_words import hit_text, party_role_text
from tmwatch.sanctions import OrderHit
from tmwatch.text import N_

STANDINGS = {
    "live_pending": (N_("Pending"), "low", "●"),
    "live_registered": (N_("Registered"), "good", "✓"),
    "dead": (N_("Dead"), "critical", "✕"),
    "indifferent": (N_("Neither live nor dead"), "info", "○"),
    "unknown": (N_("Not known"), "medium", "?"),
}


@dataclass(frozen=True, slots=True)
class FindingWords:
    """One finding in words. `status` says since when it is open; `acknowledged` what the owner noted, "" when not."""

    severity: Label
    rank: int
    rule: str
    title: str
    evidence: str
    action: str
    by: str
    citation: str
    caution: str
    status: str
    acknowledged: str
    about: str  # the client or brand it is about, "" when it is about the mark itself


@dataclass(frozen=True, slots=True)
class DeadlineWords:
    """One deadline in words; `sort` is its ISO day."""

    title: str
    state: str
    tone: str
    opens: str
    due: str
    distance: str
    grace: str
    latest: str
    citation: str
    sort: str


@dataclass(frozen=True, slots=True)
class PartyWords:
    """One party with when it was first and last seen."""

    role: str
    who: tuple[str, ...]
    first_seen: str
    last_seen: str
    source: str
    current: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated line: `text`, and a code or source in small letters."""

    day: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One step of the ledger: what, before and after."""

    day: str
    what: str
    old: str
    new: str


def finding_words(finding: Finding, mark: MarkReport, words: Words) -> FindingWords:
    """Return one finding in words."""
    known = mark.tracking(finding)
    about = " · ".join(clean(part) for part in (finding.client, finding.brand) if part)
    return FindingWords(
        severity=words.severity(finding.severity, finding.good_news),
        rank=int(finding.severity),
        rule=finding.rule,
        title=words.text(finding.title),
        evidence=words.text(finding.evidence),
        action=words.text(finding.action),
        by=rows.by(finding.deadline, mark.facts.as_of, words),
        citation=rows.citation(finding, words),
        caution=rows.caution(finding, words),
        status=_since(known, words),
        acknowledged=_acknowledged(known, words),
        about=about,
    )


def deadline(one: Deadline, as_of: date, words: Words) -> DeadlineWords:
    """Return one deadline in words; where only the grace period is left, the distance is that of its end."""
    last = one.due
    if one.due and one.grace_ends and one.due < as_of:
        last = one.grace_ends
    tone = {"overdue": "critical", "refused": "high", "filed": "good"}.get(one.state, "info")
    return DeadlineWords(
        title=deadline_words.title(one, words),
        state=deadline_words.state(one, words),
        tone=tone,
        opens=words.day(one.opens) if one.opens else "",
        due=words.day(one.due) if one.due else words.gettext("no last day known"),
        distance=words.distance(last, as_of) if last else "",
        grace=words.day(one.grace_ends) if one.grace_ends else "",
        latest=words.day(one.extension_ends) if one.extension_ends else "",
        citation=clean(one.citation),
        sort=(last or date.max).isoformat(),
    )


def change_words(change: Change, words: Words) -> ChangeWords:
    """Return one step of the record in words."""
    line = change_line(change, "")
    old, new = (clean(value, 400) if value else words.gettext("nothing") for value in (line.old, line.new))
    if line.old is None and line.new is None:
        old = new = ""
    return ChangeWords(words.day(line.day) if line.day else "", words.text(line.what), old, new)


def order_entry(hit: OrderHit, words: Words) -> Entry:
    """Return "named in order X of DATE (page N)" with what is known of the list."""
    reviewed = (
        words.gettext("list reviewed by a person")
        if hit.reviewed
        else words.gettext("read by a machine; no person has reviewed the list yet")
    )
    due = [words.say("response due {day}", day=hit.response_due)] if hit.response_due else []
    return Entry(
        words.written_day(hit.date),
        words.say("Named in {order}", order=words.text(hit_text(hit))),
        " · ".join([*due, reviewed]),
    )


def standing_label(key: str, words: Words) -> Label:
    """Return the label of a standing."""
    word, tone, symbol = STANDINGS[key]
    return Label(words.gettext(word), tone, symbol)


def risk_label(level: str, words: Words) -> Label:
    """Return the label of a mark's risk."""
    if level == "none":
        return Label(words.gettext("No finding"), "good", "✓")
    if level == "unknown":
        return Label(words.gettext("Not known"), "medium", "?")
    return words.severity(Severity.parse(level))


def risk_rank(level: str) -> int:
    """Return a number to sort by: CRITICAL 5 ... INFO 1, none 0; what is not known stands with HIGH."""
    if level == "unknown":
        return int(Severity.HIGH)
    return 0 if level == "none" else int(Severity.parse(level))


def source(name: str, words: Words) -> str:
    """Return the name of where a record is from."""
    return words.source("daily files" if name == "odp" else name)


def _since(known: Tracked | None, words: Words) -> str:
    if known is None:
        return ""
    if known.alerted_at:
        return words.say("alerted {day}, still open", day=words.local(known.alerted_at).date())
    return words.say("open since {day}", day=words.local(known.opened_at).date())


def _acknowledged(known: Tracked | None, words: Words) -> str:
    if known is None or not known.acknowledged or known.ack_until is None:
        return ""
    return words.say("Acknowledged until {day}: {note}", day=known.ack_until, note=known.ack_note or "")


def party_words(one: Party, words: Words) -> PartyWords:
    """Return one party in words."""
    return PartyWords(
        role=words.text(party_role_text(one.role)),
        who=tuple(clean(part) for part in (one.name, one.firm, one.email, one.address) if part),
        first_seen=words.day(one.first_seen),
        last_seen=words.day(one.last_seen),
        source=source(one.source, words),
        current=one.current,
    )


def history(record: CaseFile, limit: int | None, words: Words) -> Iterable[Entry]:
    """Yield the newest entries of the prosecution history (all without a limit)."""
    newest = sorted(record.events, key=lambda event: (event.date, event.number or 0), reverse=True)
    for event in newest[:limit]:
        yield Entry(words.day(event.date), clean(event.description) or words.gettext("(no text)"), clean(event.key, 20))
