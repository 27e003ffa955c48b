"""The evidence pack of one mark in words: everything held of it, each statement with where it is from."""

from __future__ import annotations

from dataclasses import dataclass

from tmwatch.changes import Change
from tmwatch.digest.wording import Words, clean
from tmwatch.findings import severity_of
from tmwatch.reports import html_parts
from tmwatch.reports.html_marks import MarkWords, mark_words
from tmwatch.reports.model import DocumentSource, Evidence, OfficePaper, OrderSource
from tmwatch.rules import RULES


@dataclass(frozen=True, slots=True)
class LedgerWords:
    """One step of the ledger with the moment it was recorded."""

    recorded: str
    day: str
    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SourceWords:
    """One answer about the mark: where it is from, when it was fetched, the hash of its bytes."""

    fetched: str
    source: str
    url: str
    sha256: str
    size: str
    error: str


@dataclass(frozen=True, slots=True)
class PaperWords:
    """One paper in the USPTO's file."""

    day: str
    description: str
    pages: str
    url: str


@dataclass(frozen=True, slots=True)
class OrderListWords:
    """One imported list of an order."""

    order: str
    file_name: str
    sha256: str
    how: str


@dataclass(frozen=True, slots=True)
class EvidenceWords:
    """The whole pack in words."""

    language: str
    title: str
    as_of: str
    generated: str
    first_seen: str
    mark: MarkWords
    steps: tuple[LedgerWords, ...]
    findings: tuple[LedgerWords, ...]
    documents: tuple[SourceWords, ...]
    papers: tuple[PaperWords, ...]
    order_lists: tuple[OrderListWords, ...]
    record_hash: str
    record_url: str


def evidence_words(evidence: Evidence, words: Words) -> EvidenceWords:
    """Return the pack in words; nothing is left out."""
    mark = evidence.mark
    changes = mark.changes
    return EvidenceWords(
        language=words.language,
        title=words.say("Evidence: {mark}", mark=mark.record.sentence),
        as_of=words.day(mark.facts.as_of),
        generated=words.moment(evidence.generated_at),
        first_seen=words.moment(evidence.first_seen),
        mark=mark_words(mark, words, changes=0),
        steps=tuple(_step(one, words) for one in changes if one.kind != "finding"),
        findings=tuple(_judged(one, words) for one in changes if one.kind == "finding"),
        documents=tuple(_document(one, words) for one in evidence.documents),
        papers=tuple(_paper(one, words) for one in evidence.papers),
        order_lists=tuple(_order_list(one, words) for one in evidence.order_lists),
        record_hash=mark.record.provenance.sha256 or "",
        record_url=clean(mark.record.provenance.url or "", 500),
    )


def _step(one: Change, words: Words) -> LedgerWords:
    told = html_parts.change_words(one, words)
    return LedgerWords(_recorded(one, words), told.day, told.what, told.old, told.new)


def _judged(one: Change, words: Words) -> LedgerWords:
    """A finding that opened, got worse or better, or cleared."""
    rule, _, key = one.name.partition("|")
    title = next((words.gettext(known.title) for known in RULES if known.id == rule), "")
    name = " ".join(part for part in (rule, title) if part)
    about = " · ".join(clean(part) for part in (key, one.client) if part)
    return LedgerWords(
        _recorded(one, words),
        words.day(one.as_of),
        f"{name} ({about})" if about else name,
        _level(one.old, words, words.gettext("not there")),
        _level(one.new, words, words.gettext("cleared")),
    )


def _level(value: object, words: Words, absent: str) -> str:
    """Return "High", with the days left that were crossed when the step was made ("High, 30 days left")."""
    if not value:
        return absent
    word, days = words.severity(severity_of(str(value))).word, str(value).partition("/")[2]
    return (
        words.ngettext("{severity}, {n} day left", "{severity}, {n} days left", int(days), severity=word)
        if days
        else word
    )


def _recorded(one: Change, words: Words) -> str:
    return words.moment(one.recorded_at) if one.recorded_at else ""


def _document(one: DocumentSource, words: Words) -> SourceWords:
    return SourceWords(
        fetched=words.moment(one.fetched_at),
        source=html_parts.source(one.source, words),
        url=clean(one.url, 500),
        sha256=one.sha256,
        size=words.say("{n} bytes", n=words.number(one.size)),
        error=clean(one.error or "") if one.state != "good" else "",
    )


def _paper(one: OfficePaper, words: Words) -> PaperWords:
    return PaperWords(
        day=words.day(one.mail_date) if one.mail_date else "",
        description=clean(one.description),
        pages=words.ngettext("{n} page", "{n} pages", one.pages) if one.pages else "",
        url=one.url if one.url and one.url.startswith("https://") else "",
    )


def _order_list(one: OrderSource, words: Words) -> OrderListWords:
    reviewed = words.gettext("reviewed by a person") if one.reviewed else words.gettext("not reviewed by a person yet")
    when = words.moment(one.imported_at) if one.imported_at else ""
    read = words.say("read by: {method}", method=one.method)
    return OrderListWords(
        clean(one.order_id),
        clean(one.file_name),
        one.sha256,
        " · ".join(part for part in (read, when, reviewed) if part),
    )
