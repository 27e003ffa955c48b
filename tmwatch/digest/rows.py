"""One finding as a row of a list, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from tmwatch.digest.model import Digest, Item
from tmwatch.digest.wording import Label, Words, clean
from tmwatch.findings import Finding, Severity

_ADDRESS = re.compile(r"(https://(?:(?![;,()<>\"])[!-~])+)")  # ASCII: a Chinese semicolon ends it too
_CASE_PAGE = "https://tsdr.uspto.gov/#caseNumber={serial}&caseType=SERIAL_NO&searchType={tab}"
_IN_THE_FILE = frozenset({"S05", "S06", "S07", "S15", "S16", "S17", "S18", "S19", "S21"})  # read the paper itself


@dataclass(frozen=True, slots=True)
class Row:
    """A finding in words. `by` is the deadline with its distance, "" when there is none; `link` the case at TSDR."""

    severity: Label
    rule: str
    mark: str
    numbers: str
    title: str
    evidence: str
    action: str
    by: str
    citation: str
    link: str
    status: str  # "was Medium", "open since ...", "alerted ..., still open", "cleared ..."
    caution: str  # what a machine read and nobody reviewed


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand on one line."""

    state: Label
    brand: str
    why: str


def row(item: Item, digest: Digest, words: Words) -> Row:
    """Return one item in words."""
    finding = item.finding
    return Row(
        severity=_label(item, words),
        rule=finding.rule,
        mark=clean(item.mark),
        numbers=numbers(item, words),
        title=words.text(finding.title),
        evidence=_correction(item, words) if item.corrects else words.text(finding.evidence),
        action="" if item.corrects else words.text(finding.action),
        by="" if item.state == "cleared" else by(finding.deadline, digest.as_of, words),
        citation=citation(finding, words),
        link=case_page(finding.serial_number, finding.rule),
        status=status(item, words),
        caution=caution(finding, words),
    )


def _label(item: Item, words: Words) -> Label:
    if item.corrects:
        return words.correction()
    return words.cleared() if item.state == "cleared" else words.severity(item.finding.severity, item.finding.good_news)


def _correction(item: Item, words: Words) -> str:
    """Say what of an alert no longer stands, in the record's own words."""
    return words.say(
        "The alert of {day} said: {evidence}. The newest record no longer shows this, so the alert no longer stands",
        day=item.corrects,
        evidence=words.text(item.finding.evidence).rstrip("."),
    )


def numbers(item: Item, words: Words) -> str:
    """Return "Serial No. 97123456 · Reg. No. 6,723,159 · ZORVEXA · your ref. A-12"."""
    parts = [words.say("Serial No. {number}", number=item.finding.serial_number)]
    if item.registration_number:
        parts.append(words.say("Reg. No. {number}", number=registration(item.registration_number)))
    brands = [clean(brand) for brand in item.brands if brand.strip() and brand != item.mark]
    if brands:
        parts.append(words.say("brand {brands}", brands=words.join(brands)))
    if item.reference:
        parts.append(words.say("your ref. {reference}", reference=item.reference))
    return " · ".join(parts)


def registration(number: str) -> str:
    """Return "6,723,159"; what is no number stays as it is."""
    digits = clean(number)
    return f"{int(digits):,}" if digits.isascii() and digits.isdigit() else digits


def by(deadline: date | None, today: date, words: Words) -> str:
    """Return the deadline with its distance, "" without one."""
    if deadline is None:
        return ""
    return words.say("{day} ({distance})", day=deadline, distance=words.distance(deadline, today))


def citation(finding: Finding, words: Words) -> str:
    """Return the law or source; a deadline is to be confirmed with counsel."""
    source = words.source_note(finding.citation) if finding.citation not in ("", "none") else ""
    if finding.deadline is None:
        return source
    confirm = words.gettext("confirm with counsel")
    return f"{source} · {confirm}" if source else confirm


def linked(text: str) -> tuple[tuple[str, str], ...]:
    """Split a citation into (words, address): an address shows as its host, words have no address."""
    parts: list[tuple[str, str]] = []
    for piece in _ADDRESS.split(text):
        host = urlsplit(piece).hostname if piece.startswith("https://") else None
        parts.append((host, piece) if host else (piece, ""))
    return tuple(part for part in parts if part[0])


def case_page(serial_number: str, rule: str = "") -> str:
    """Return the address of a case at TSDR, "" while the serial number is not known.

    For findings that rest on a paper in the file (a note, an order, a suspension) it opens the list of documents.
    """
    known = len(serial_number) == 8 and serial_number.isascii() and serial_number.isdigit()
    tab = "documentSearch" if rule in _IN_THE_FILE else "statusSearch"
    return _CASE_PAGE.format(serial=serial_number, tab=tab) if known else ""


def status(item: Item, words: Words) -> str:
    """Return what became of the item: worse, open, alerted or cleared, and since when."""
    if item.state == "worse" and item.was:
        return words.say("was {severity}", severity=words.severity(Severity.parse(item.was)).word)
    if item.state == "cleared":
        was = words.say("was {severity}", severity=words.severity(item.finding.severity).word)
        return words.say("{was}, cleared {day}", was=was, day=item.since) if item.since else was
    if item.ack_until:
        until = words.say("acknowledged until {day}", day=item.ack_until)
        return words.say("{until}: {note}", until=until, note=item.ack_note) if item.ack_note else until
    if item.alerted:
        return words.say("alerted {day}, still open", day=item.alerted)
    if item.state != "open":
        return ""
    since = words.say("open since {day}", day=item.since) if item.since else words.gettext("still open")
    if not item.was:
        return since
    was = words.say("was {severity}", severity=words.severity(Severity.parse(item.was)).word)
    return words.join((was, since))


def caution(finding: Finding, words: Words) -> str:
    """Return the warning about what a machine read."""
    if not finding.unreviewed:
        return ""
    return words.gettext("Read from the order by a machine; no person has reviewed it yet.")
