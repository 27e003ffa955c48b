"""One mark on one screen: what it is, who acts for it, sanctions, deadlines and findings, and their sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tmwatch.codes import standing, status_text
from tmwatch.deadlines import Deadline
from tmwatch.digest.terminal import moment
from tmwatch.digest.vocabulary import (
    DEADLINE_KINDS,
    DEADLINE_STATES,
    GOOD_NEWS,
    ORDER_TYPES,
    PERIODS,
    SEVERITIES,
    Citation,
    coded,
)
from tmwatch.findings import Finding
from tmwatch.records import CaseFile, Party
from tmwatch.reports.card_rows import Line, Row, laid_out
from tmwatch.reports.mark_json import risk
from tmwatch.rules.base import Facts
from tmwatch.sanction_words import PARTY_ROLE_TEXTS
from tmwatch.sanctions import outlook, stage_text
from tmwatch.text import COMMAS, N_, Text, chain, say

if TYPE_CHECKING:
    from tmwatch.digest.tongue import Tongue

LAST_EVENTS = 5
EARLIER_PARTIES = 6
SAME_MOMENT = timedelta(minutes=10)
STEP, DAY = 7, 12  # columns of "why", "do" and "by", and of a day
_STANDINGS = {
    "live_pending": N_("live, pending application"),
    "live_registered": N_("live, registered"),
    "dead": N_("DEAD"),
    "indifferent": N_("neither live nor dead by the USPTO's table"),
    "unknown": N_("UNKNOWN: the status code is not in the USPTO's table"),
}
_SOURCES = {
    "tsdr": N_("TSDR"),
    "odp": N_("the daily file"),
    "file": N_("the file"),
    "register": N_("the register"),
}
_STYLES = {"critical": "fail", "high": "fail", "medium": "warn"}
_AGENTS = ("attorney", "correspondent", "domestic_representative")
_ASKED_NUMBERS = re.compile(r"(?<==)\d+(?:(?:,|%2C)\d+){2,}")
_WEB = ("https://", "http://")


def mark_card(
    facts: Facts,
    findings: tuple[Finding, ...],
    *,
    width: int | None = None,
    stored: bool = False,
    confirmed_at: datetime | None = None,
    tongue: Tongue | None = None,
) -> Iterator[Line]:
    """Yield the lines of one mark, wrapped at `width` columns (None: one line a fact, for pipes).

    `stored` says that the record comes from the store; `confirmed_at` is when TSDR last told it, None when never.
    `tongue` is the language, None for English. What the USPTO writes stays as it is: status, entries, names.
    """
    mark = facts.mark
    numbers = say("serial {number}", number=mark.serial_number)
    if mark.registration_number:
        numbers = say("{numbers}, registration {number}", numbers=numbers, number=mark.registration_number)
    title = say("{mark} ({numbers})", mark=mark.sentence, numbers=numbers)
    yield from laid_out([Row("", title, "bold")], width, tongue, labelled=False)
    for block in (
        _head(mark, findings),
        _people(facts),
        _history(mark),
        _sanctions(facts, findings),
        _deadlines(facts),
        _findings(findings),
        _source(facts, stored, confirmed_at),
    ):
        yield from laid_out(block, width, tongue)


def _head(mark: CaseFile, findings: tuple[Finding, ...]) -> Iterator[Row]:
    kind = standing(mark.status_code, mark.registration_number).value
    level = risk(mark, findings)
    style = "fail" if kind in ("dead", "unknown") else _STYLES.get(level, "ok")
    words = say("{standing}; risk {level}", standing=say(_STANDINGS[kind]), level=coded(SEVERITIES, level))
    yield Row(say("standing"), words, style)
    text = mark.status_text or status_text(mark.status_code) or say("no text known")
    day = mark.status_date or say("unknown date")
    yield Row(say("status"), say("{code} of {day}: {text}", code=mark.status_code, day=day, text=text))
    days = (
        (N_("filed {day}"), mark.filing_date),
        (N_("registered {day}"), mark.registration_date),
        (N_("abandoned {day}"), mark.abandonment_date),
        (N_("cancelled {day}"), mark.cancellation_date),
        (N_("renewed to run from {day}"), mark.renewal_date),
    )
    yield Row(say("dates"), chain((say(words, day=day) for words, day in days if day), COMMAS) or say("none told"))
    codes = chain(dict.fromkeys(one.code for one in mark.classes), COMMAS)
    yield Row(say("classes"), codes or _none(mark, "classes"))


def _people(facts: Facts) -> Iterator[Row]:
    mark = facts.mark
    owners = mark.current_owners
    for position, owner in enumerate(owners):
        country = owner.address.country
        who = say("{name} ({country})", name=owner.name, country=country) if country else owner.name
        yield Row(_once(position, say("owner")), _seen(facts, who, "owner", name=owner.name))
    if not owners:
        yield Row(say("owner"), _none(mark, "owners"))
    attorney = mark.attorney.name if mark.attorney else None
    told = _seen(facts, attorney, "attorney", name=attorney) if attorney else _none(mark, "attorney")
    yield Row(say("attorney"), told)
    known = mark.correspondent
    parts = (known.name, known.firm, *known.lines) if known else ()
    lines = ", ".join(dict.fromkeys(part for part in parts if part))
    name = known.name if known else None
    told = _seen(facts, lines, "correspondent", name=name) if lines else _none(mark, "correspondent")
    yield Row(say("correspondent"), told)
    emails = dict.fromkeys((*mark.correspondent_emails, *mark.attorney_emails))
    shown = chain((_seen(facts, email, "", email=email) for email in emails), COMMAS)
    yield Row(say("e-mails"), shown or _none(mark, "correspondent_emails"))
    yield from _earlier(facts)


def _once(position: int, label: Text) -> str | Text:
    """Return the label for the first of several rows."""
    return "" if position else label


def _none(mark: CaseFile, group: str) -> Text:
    """Tell "there is none" from "this source does not say"."""
    return say("none of record") if group in mark.told else say("not told by this source")


def _seen(
    facts: Facts, fact: str | Text, role: str, *, name: str | None = None, email: str | None = None
) -> str | Text:
    """Add where a fact was last told when that was not the record shown, as e-mails beside a daily file."""
    told = facts.mark.provenance
    found = [
        party
        for party in facts.parties
        if (not role or party.role == role) and ((name and party.name == name) or (email and party.email == email))
    ]
    newest = max(found, key=lambda party: party.last_seen, default=None)
    if newest is None or newest.source == told.source:
        return fact
    return say("{fact} ({source}, {day})", fact=fact, source=_named(newest.source), day=newest.last_seen)


def _named(source: str) -> str | Text:
    """Return a source as it stands in a sentence."""
    return say(_SOURCES[source]) if source in _SOURCES else source


def _earlier(facts: Facts) -> Iterator[Row]:
    """Who was on the record before, newest first."""
    gone = sorted((p for p in facts.parties if not p.current and p.role in _AGENTS), key=_last_seen, reverse=True)
    for position, party in enumerate(gone[:EARLIER_PARTIES]):
        names = ", ".join(part for part in (party.name, party.firm, party.email) if part)
        text = say(
            "{role} {who} ({source}, until {day})",
            role=coded(PARTY_ROLE_TEXTS, party.role, party.role.replace("_", " ")),
            who=names or party.address or say("no name"),
            source=_named(party.source),
            day=party.last_seen,
        )
        yield Row(_once(position, say("earlier")), text)
    if len(gone) > EARLIER_PARTIES:
        yield Row("", say("and {count} more; --json shows all", count=len(gone) - EARLIER_PARTIES))


def _last_seen(party: Party) -> str:
    return party.last_seen.isoformat()


def _history(mark: CaseFile) -> Iterator[Row]:
    newest = sorted(mark.events, key=lambda event: event.date, reverse=True)  # entries are numbered late at times
    for position, event in enumerate(newest[:LAST_EVENTS]):
        entry = say("{text} ({event})", text=event.description or say("(no text)"), event=event.key)
        yield _dated(_once(position, say("last events")), event.date, entry)


def _dated(label: str | Text, day: date, text: object) -> Row:
    """Return a row that begins with a day."""
    return Row(label, text, deeper=say("{day}", day=day), room=DAY)


def _sanctions(facts: Facts, findings: tuple[Finding, ...]) -> Iterator[Row]:
    """The ladder of the record, the orders that list its numbers, and agents that no finding speaks of."""
    ladder = facts.ladder
    if ladder.stage:
        ahead = outlook(ladder)
        text = say("{stage}, since {day}", stage=stage_text(ladder.stage), day=ladder.since)
        yield Row(say("sanctions"), say("{text}. {outlook}", text=text, outlook=ahead) if ahead else text, "fail")
    elif facts.hits or facts.matches:
        yield Row(say("sanctions"), say("none on the record"))
    else:
        yield Row(say("sanctions"), say("none on the record; no number or agent of it in the orders held"))
    for step in ladder.steps:
        yield _dated("", step.date, say("{text} ({event})", text=step.text, event=step.event))
    for hit in facts.hits:
        what = say("order {order} of {day}", order=hit.order_id, day=hit.date)
        kind: object = coded(ORDER_TYPES, hit.type, hit.type.replace("_", " "))
        if hit.page:
            kind = say("{kind}, page {page}", kind=kind, page=hit.page)
        text = say("{order} ({kind})", order=what, kind=kind)
        doubted = say("{text}; this list was not reviewed yet", text=text)
        yield Row(say("named in"), text if hit.reviewed else doubted, "fail")
    told = " ".join(str(finding.evidence) for finding in findings)
    for match in facts.matches:
        if match.value not in told:
            yield Row(say("agent"), match.why, "warn")


def _deadlines(facts: Facts) -> Iterator[Row]:
    for position, one in enumerate(facts.deadlines):
        kind: object = coded(DEADLINE_KINDS, one.kind, one.kind.replace("_", " "))
        if one.period:
            kind = say("{kind} ({period})", kind=kind, period=coded(PERIODS, one.period))
        text = say("{kind}: {days} ({citation})", kind=kind, days=_days(one), citation=one.citation)
        yield Row(_once(position, say("deadlines")), text)


def _days(one: Deadline) -> str | Text:
    """Return state and days of a deadline in words."""
    parts: list[str | Text] = [say("{state}", state=coded(DEADLINE_STATES, one.state))]
    days = ((N_("opens {day}"), one.opens), (N_("due {day}"), one.due), (N_("grace until {day}"), one.grace_ends))
    parts += [say(words, day=day) for words, day in days if day]
    if not (one.due or one.opens):
        parts.append(say("no day computed"))
    return chain(parts, COMMAS)


def _findings(findings: tuple[Finding, ...]) -> Iterator[Row]:
    if not findings:
        yield Row(say("findings"), say("none"), "ok")
    for position, finding in enumerate(findings):
        label = finding.severity.label
        level = GOOD_NEWS if finding.good_news else coded(SEVERITIES, label, label.upper())
        style = "ok" if finding.good_news else _STYLES.get(label)
        text = say("{severity} {rule} {title}", severity=level, rule=finding.rule, title=finding.title)
        yield Row(_once(position, say("findings")), text, style)
        yield Row("", finding.evidence, deeper=say("why"), room=STEP)
        yield Row("", finding.action, deeper=say("do"), room=STEP)
        if finding.deadline:
            yield Row("", say("{day}", day=finding.deadline), style, deeper=say("by"), room=STEP)
        yield Row("", Citation(finding.citation), deeper=say("ground"), room=STEP)


def _source(facts: Facts, stored: bool, confirmed_at: datetime | None) -> Iterator[Row]:
    told = facts.mark.provenance
    words = N_("stored record of {source} as of {moment}") if stored else N_("{source} as of {moment}")
    text = say(words, source=_named(told.source), moment=moment(told.as_of))
    where = shortened(told.url) if told.url else ""
    yield Row(say("source"), say("{text} ({url})", text=text, url=where) if where else text)
    if stored and confirmed_at is None:
        yield Row("", say("never confirmed by TSDR"))
    elif confirmed_at and abs(confirmed_at - told.as_of) >= SAME_MOMENT:
        yield Row("", say("last confirmed by TSDR on {moment}", moment=moment(confirmed_at)))
    held = facts.registry
    text = say(
        "{count} held, newest {newest}; reviewed registry of {day}",
        count=len(held.orders),
        newest=held.newest or say("none"),
        day=held.version or say("no date"),
    )
    yield Row(say("orders"), text)
    yield Row("", say("tmwatch informs and gives no legal advice; confirm every deadline with counsel."))


def shortened(url: str) -> str | Text:
    """Return an address with a long list of numbers in it as its first two and how many there are."""
    found = _ASKED_NUMBERS.search(url) if url.startswith(_WEB) else None
    if found is None:
        return url
    numbers = re.split(",|%2C", found[0])
    return say(
        "{before}{first},{second},... {count} numbers{after}",
        before=url[: found.start()],
        first=numbers[0],
        second=numbers[1],
        count=len(numbers),
        after=url[found.end() :],
    )
