"""The operator's overview as a message: every client on a few lines, the most at stake first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from tmwatch.digest import coverage, mime
from tmwatch.digest.cards import stake_line
from tmwatch.digest.compose import HTML_LIMIT, message_key
from tmwatch.digest.headline import in_danger
from tmwatch.digest.model import OVERVIEW, Coverage, Message
from tmwatch.digest.overview import ClientReport, ClientWords, client_words
from tmwatch.digest.rendering import inlined, rendered
from tmwatch.digest.subject import joined
from tmwatch.digest.wording import Label, Words, words
from tmwatch.exposure import BrandExposure, at_stake
from tmwatch.findings import Severity

OPERATOR = "@operator"  # whose messages these are, where clients have their names
_CUTS = (100, 60, 30, 10, 1)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything one overview says. `clients` stand in their order (overview.ordered); `number` counts overviews."""

    number: int
    local_date: date
    sequence: int
    as_of: date
    language: str
    timezone: str
    coverage: Coverage
    clients: tuple[ClientReport, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One client: her worst state, what is at stake, and further lines."""

    state: Label | None
    client: str
    stake: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The whole message in words; `hidden` entries are left to the attached text."""

    language: str
    day: str
    tone: str
    headline: str
    stake: str
    facts: tuple[str, ...]
    clients: tuple[Entry, ...]
    coverage: coverage.CoverageLines
    digest_number: str
    digest_id: str
    hidden: int = 0


def compose_overview(overview: Overview, *, sender: str, date: datetime, recipients: tuple[str, ...] = ()) -> Message:
    """Return the message of an overview, its bytes frozen."""
    voice = words(overview.language, overview.timezone)
    digest_id = message_key(OPERATOR, overview.local_date.isoformat(), overview.sequence)
    full = _view(overview, voice, digest_id)
    text = rendered("overview.txt.j2", voice, 0, v=full)
    shown, html = _fitting(full, voice)
    title = joined([full.facts[0], *([full.stake] if full.stake else []), full.facts[-1]])
    envelope = mime.Envelope(digest_id, OPERATOR, date, title, sender, recipients)
    twin = rendered("overview.txt.j2", voice, shown.hidden, v=shown) if shown.hidden else text
    raw = mime.freeze(envelope, twin, html, attachment=text if shown.hidden else None)
    return Message(
        id=digest_id, client=OPERATOR, kind=OVERVIEW, local_date=overview.local_date, sequence=overview.sequence,
        subject=title, message_id=envelope.message_id, raw=raw, html=html, text=text, short=f"{title}\n{full.day}",
    )  # fmt: skip


def _fitting(full: View, voice: Words) -> tuple[View, str]:
    """Return the longest view whose HTML is small enough."""
    shown = full
    for limit in (None, *(cut for cut in _CUTS if cut < len(full.clients))):
        if limit is not None:
            unchecked = full.coverage.unchecked[:limit]
            shown = replace(
                full,
                clients=full.clients[:limit],
                coverage=replace(full.coverage, unchecked=unchecked),
                hidden=len(full.clients) - limit + len(full.coverage.unchecked) - len(unchecked),
            )
        html = inlined(rendered("overview.html.j2", voice, shown.hidden, v=shown))
        if len(html.encode()) <= HTML_LIMIT:
            break
    return shown, html


def _view(overview: Overview, voice: Words, digest_id: str) -> View:
    """Return the whole overview in words."""
    danger = [brand for one in overview.clients for brand in one.in_danger]
    return View(
        language=voice.language,
        day=voice.day(overview.local_date),
        tone=_tone(overview, danger),
        headline=in_danger(danger, voice, short=True) if danger else voice.gettext("No brand in danger"),
        stake=stake_line(at_stake(danger), voice) if danger else "",
        facts=tuple(_facts(overview, voice)),
        clients=tuple(_entry(client_words(one, overview.as_of, voice), voice) for one in overview.clients),
        coverage=coverage.lines(overview.coverage, voice),
        digest_number=voice.number(overview.number),
        digest_id=digest_id,
    )


def _tone(overview: Overview, danger: list[BrandExposure]) -> str:
    if danger:
        return "critical"
    worst = max((severity for one in overview.clients for severity, _ in one.findings), default=Severity.INFO)
    return worst.label if worst > Severity.LOW else "good"


def _facts(overview: Overview, voice: Words) -> Iterator[str]:
    """Yield how many clients have something at stake, what is open, what waits, and what was checked."""
    count = len(overview.clients)
    troubled = voice.number(sum(bool(one.in_danger) for one in overview.clients))
    yield voice.ngettext("{some} of {n} client in danger", "{some} of {n} clients in danger", count, some=troubled)
    for severity in sorted(Severity, reverse=True):
        found = sum(dict(one.findings).get(severity, 0) for one in overview.clients)
        if found:
            yield f"{voice.severity(severity).symbol} {voice.number(found)} {voice.severity(severity).word}"
    waiting = sum(one.waiting for one in overview.clients)
    if waiting:
        yield voice.ngettext("{n} delivery waits", "{n} deliveries wait", waiting)
    yield coverage.short(overview.coverage, voice)


def _entry(one: ClientWords, voice: Words) -> Entry:
    """Return one client in lines."""
    brands = voice.ngettext(
        "{some} of {n} brand in danger", "{some} of {n} brands in danger", one.brands, some=one.danger
    )
    marks = voice.ngettext("{n} mark", "{n} marks", one.marks)
    counts = [f"{label.symbol} {n} {label.word}" for label, n in one.counts]
    ahead = " · ".join(part for part in (one.next_due, one.next_what) if part)
    mail = " · ".join(part for part in (one.mail, one.waiting) if part)
    lines = [" · ".join([*([brands] if one.brands else []), marks, *counts])]
    if ahead:
        lines.append(voice.say("{word}: {text}", word=voice.gettext("Next deadline"), text=ahead))
    lines.append(voice.say("{word}: {text}", word=voice.gettext("Last mail"), text=mail))
    return Entry(one.state, one.client, one.stake, tuple(lines))
