"""One mark on one screen: what it is, who acts for it, sanctions, deadlines and findings, and their sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from tmwatch.codes import standing, status_text
from tmwatch.deadlines import Deadline
from tmwatch.findings import Finding
from tmwatch.records import CaseFile, Party
from tmwatch.reports.mark_json import iso, risk
from tmwatch.reports.wrapping import hanging
from tmwatch.rules.base import Facts
from tmwatch.sanctions import outlook, stage_text

LAST_EVENTS = 5
EARLIER_PARTIES = 6
SAME_MOMENT = timedelta(minutes=10)
LABEL = 17  # columns before the text
_STANDINGS = {
    "live_pending": "live, pending application",
    "live_registered": "live, registered",
    "dead": "DEAD",
    "indifferent": "neither live nor dead by the USPTO's table",
    "unknown": "UNKNOWN: the status code is not in the USPTO's table",
}
_SOURCES = {"tsdr": "TSDR", "odp": "the daily file", "file": "the file", "register": "the register"}
_STYLES = {"critical": "fail", "high": "fail", "medium": "warn"}
_AGENTS = ("attorney", "correspondent", "domestic_representative")
_ASKED_NUMBERS = re.compile(r"(?<==)\d+(?:(?:,|%2C)\d+){2,}")
_WEB = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the screen and its style (None, ok, warn or fail)."""

    text: str
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled text of any length; a row without a label goes on with the one before it."""

    label: str
    text: str
    style: str | None = None
    deeper: str = ""  # what stands before the text and is indented with it, as a date


def mark_card(
    facts: Facts,
    findings: tuple[Finding, ...],
    *,
    width: int | None = None,
    stored: bool = False,
    confirmed_at: datetime | None = None,
) -> Iterator[Line]:
    """Yield the lines of one mark, wrapped at `width` columns (None: one line a fact, for pipes).

    `stored` says that the record comes from the store; `confirmed_at` is when TSDR last told it, None when never.
    """
    mark = facts.mark
    numbers = f"serial {mark.serial_number}"
    numbers += f", registration {mark.registration_number}" if mark.registration_number else ""
    yield from _lines([Row("", f"{mark.sentence} ({numbers})", "bold")], width, margin="")
    for block in (
        _head(mark, findings),
        _people(facts),
        _history(mark),
        _sanctions(facts, findings),
        _deadlines(facts),
    ):
        yield from _lines(block, width)
    yield from _lines(_findings(findings), width)
    yield from _lines(_source(facts, stored, confirmed_at), width)


def _lines(rows: Iterable[Row], width: int | None, margin: str | None = None) -> Iterator[Line]:
    """Lay rows out."""
    for row in rows:
        head = f"  {row.label:<{LABEL - 2}}" if margin is None else margin
        for text in hanging(head + row.deeper, row.text, width):
            yield Line(text, row.style)


def _head(mark: CaseFile, findings: tuple[Finding, ...]) -> Iterator[Row]:
    kind = standing(mark.status_code, mark.registration_number).value
    level = risk(mark, findings)
    style = "fail" if kind in ("dead", "unknown") else _STYLES.get(level, "ok")
    yield Row("standing", f"{_STANDINGS[kind]}; risk {level}", style)
    text = mark.status_text or status_text(mark.status_code) or "no text known"
    yield Row("status", f"{mark.status_code} of {iso(mark.status_date) or 'unknown date'}: {text}")
    days = (
        ("filed", mark.filing_date),
        ("registered", mark.registration_date),
        ("abandoned", mark.abandonment_date),
        ("cancelled", mark.cancellation_date),
        ("renewed to run from", mark.renewal_date),
    )
    yield Row("dates", ", ".join(f"{word} {day}" for word, day in days if day) or "none told")
    yield Row("classes", ", ".join(dict.fromkeys(one.code for one in mark.classes)) or _none(mark, "classes"))


def _people(facts: Facts) -> Iterator[Row]:
    mark = facts.mark
    owners = mark.current_owners
    for position, owner in enumerate(owners):
        where = f" ({owner.address.country})" if owner.address.country else ""
        yield Row("" if position else "owner", f"{owner.name}{where}{_seen(facts, 'owner', name=owner.name)}")
    if not owners:
        yield Row("owner", _none(mark, "owners"))
    attorney = mark.attorney.name if mark.attorney else None
    yield Row("attorney", attorney + _seen(facts, "attorney", name=attorney) if attorney else _none(mark, "attorney"))
    known = mark.correspondent
    parts = (known.name, known.firm, *known.lines) if known else ()
    told = ", ".join(dict.fromkeys(part for part in parts if part))
    name = known.name if known else None
    yield Row(
        "correspondent",
        told + _seen(facts, "correspondent", name=name) if told else _none(mark, "correspondent"),
    )
    emails = dict.fromkeys((*mark.correspondent_emails, *mark.attorney_emails))
    shown = ", ".join(email + _seen(facts, "", email=email) for email in emails)
    yield Row("e-mails", shown or _none(mark, "correspondent_emails"))
    yield from _earlier(facts)


def _none(mark: CaseFile, group: str) -> str:
    """Tell "there is none" from "this source does not say"."""
    return "none of record" if group in mark.told else "not told by this source"


def _seen(facts: Facts, role: str, *, name: str | None = None, email: str | None = None) -> str:
    """Say where a fact was last told when that was not the record shown, as e-mails beside a daily file."""
    told = facts.mark.provenance
    found = [
        party
        for party in facts.parties
        if (not role or party.role == role) and ((name and party.name == name) or (email and party.email == email))
    ]
    newest = max(found, key=lambda party: party.last_seen, default=None)
    if newest is None or newest.source == told.source:
        return ""
    return f" ({_SOURCES.get(newest.source, newest.source)}, {newest.last_seen})"


def _earlier(facts: Facts) -> Iterator[Row]:
    """Who was on the record before, newest first."""
    gone = sorted((p for p in facts.parties if not p.current and p.role in _AGENTS), key=_last_seen, reverse=True)
    for position, party in enumerate(gone[:EARLIER_PARTIES]):
        who = ", ".join(part for part in (party.name, party.firm, party.email) if part) or party.address or "no name"
        source = _SOURCES.get(party.source, party.source)
        role = party.role.replace("_", " ")
        yield Row("" if position else "earlier", f"{role} {who} ({source}, until {party.last_seen})")
    if len(gone) > EARLIER_PARTIES:
        yield Row("", f"and {len(gone) - EARLIER_PARTIES} more; --json shows all")


def _last_seen(party: Party) -> str:
    return party.last_seen.isoformat()


def _history(mark: CaseFile) -> Iterator[Row]:
    newest = sorted(mark.events, key=lambda event: event.date, reverse=True)  # entries are numbered late at times
    for position, event in enumerate(newest[:LAST_EVENTS]):
        text = f"{event.description or '(no text)'} ({event.key})"
        yield Row("" if position else "last events", text, deeper=f"{event.date}  ")


def _sanctions(facts: Facts, findings: tuple[Finding, ...]) -> Iterator[Row]:
    """The ladder of the record, the orders that list its numbers, and agents that no finding speaks of."""
    ladder = facts.ladder
    if ladder.stage:
        ahead = outlook(ladder)
        text = f"{stage_text(ladder.stage)}, since {iso(ladder.since)}" + (f". {ahead}" if ahead else "")
        yield Row("sanctions", text, "fail")
    else:
        other = "" if facts.hits or facts.matches else "; no number or agent of it in the orders held"
        yield Row("sanctions", f"none on the record{other}")
    for step in ladder.steps:
        yield Row("", f"{step.text} ({step.event})", deeper=f"{step.date}  ")
    for hit in facts.hits:
        page = f", page {hit.page}" if hit.page else ""
        doubt = "; this list was not reviewed yet" if not hit.reviewed else ""
        yield Row("named in", f"order {hit.order_id} of {hit.date} ({hit.type.replace('_', ' ')}{page}){doubt}", "fail")
    told = " ".join(str(finding.evidence) for finding in findings)
    for match in facts.matches:
        if match.value not in told:
            yield Row("agent", str(match.why), "warn")


def _deadlines(facts: Facts) -> Iterator[Row]:
    for position, one in enumerate(facts.deadlines):
        kind = one.kind.replace("_", " ") + (f" ({one.period})" if one.period else "")
        yield Row("" if position else "deadlines", f"{kind}: {_days(one)} ({one.citation})")


def _days(one: Deadline) -> str:
    """Return state and days of a deadline in words."""
    parts = [one.state]
    parts.append(f"opens {one.opens}" if one.opens else "")
    parts.append(f"due {one.due}" if one.due else "")
    parts.append(f"grace until {one.grace_ends}" if one.grace_ends else "")
    parts.append("" if one.due or one.opens else "no day computed")
    return ", ".join(part for part in parts if part)


def _findings(findings: tuple[Finding, ...]) -> Iterator[Row]:
    if not findings:
        yield Row("findings", "none", "ok")
    for position, finding in enumerate(findings):
        level = finding.severity.label.upper() if not finding.good_news else "GOOD NEWS"
        style = "ok" if finding.good_news else _STYLES.get(finding.severity.label)
        yield Row("" if position else "findings", f"{level} {finding.rule} {finding.title}", style)
        yield Row("", str(finding.evidence), deeper="why    ")
        yield Row("", str(finding.action), deeper="do     ")
        if finding.deadline:
            yield Row("", str(finding.deadline), style, deeper="by     ")
        yield Row("", finding.citation, deeper="ground ")


def _source(facts: Facts, stored: bool, confirmed_at: datetime | None) -> Iterator[Row]:
    told = facts.mark.provenance
    name = _SOURCES.get(told.source, told.source)
    where = f" ({shortened(told.url)})" if told.url else ""
    yield Row("source", f"{'stored record of ' if stored else ''}{name} as of {_moment(told.as_of)}{where}")
    if stored and confirmed_at is None:
        yield Row("", "never confirmed by TSDR")
    elif confirmed_at and abs(confirmed_at - told.as_of) >= SAME_MOMENT:
        yield Row("", f"last confirmed by TSDR on {_moment(confirmed_at)}")
    held = facts.registry
    newest = held.newest or "none"
    yield Row("orders", f"{len(held.orders)} held, newest {newest}; reviewed registry of {held.version or 'no date'}")
    yield Row("", "tmwatch informs and gives no legal advice; confirm every deadline with counsel.")


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def shortened(url: str) -> str:
    """Return an address with a long list of numbers in it as its first two and how many there are."""

    def few(found: re.Match[str]) -> str:
        numbers = re.split(",|%2C", found[0])
        return f"{numbers[0]},{numbers[1]},... {len(numbers)} numbers"

    return _ASKED_NUMBERS.sub(few, url) if url.startswith(_WEB) else url
