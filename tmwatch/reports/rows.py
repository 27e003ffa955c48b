"""A portfolio as flat rows, for the table formats: brands, marks, findings, deadlines and changes.

Cells are text, int, float, date or None. Texts of others lose control and direction-changing characters here, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tmwatch.changes import Change
from tmwatch.digest import rows as mail_rows
from tmwatch.digest.overview import client_words
from tmwatch.digest.wording import Words, clean
from tmwatch.exposure import BrandExposure
from tmwatch.findings import Finding, Severity, severity_of
from tmwatch.reports import deadline_words, html_parts
from tmwatch.reports.html_marks import head
from tmwatch.reports.html_view import cause
from tmwatch.reports.model import MarkReport, PortfolioReport
from tmwatch.text import N_

Cell = str | int | float | date | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name and the names of its columns in the reader's language, and its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


_CLIENTS = (
    N_("Client"), N_("State"), N_("In danger"), N_("Brands"), N_("Marks"), N_("ASINs"), N_("Sales in 30 days"),
    N_("Currency"), N_("Critical"), N_("High"), N_("Medium"), N_("Low"), N_("Next deadline"), N_("Due"),
    N_("Last mail"), N_("Deliveries waiting"),
)  # fmt: skip
_BRANDS = (
    N_("Client"), N_("Brand"), N_("State"), N_("Enrolled"), N_("ASINs"), N_("Sales in 30 days"), N_("Currency"),
    N_("Marketplaces"), N_("Rests on"), N_("Spare mark"), N_("Because"), N_("Do first"), N_("By"),
)  # fmt: skip
_MARKS = (
    N_("Serial No."), N_("Reg. No."), N_("Mark"), N_("Client"), N_("Brand"), N_("Your reference"), N_("Risk"),
    N_("Standing"), N_("Status code"), N_("Status"), N_("Status date"), N_("Filed"), N_("Registered"), N_("Owner"),
    N_("Attorney of record"), N_("E-mails"), N_("Worst finding"), N_("Next deadline"), N_("Due"), N_("Last checked"),
    N_("USPTO record"),
)  # fmt: skip
_FINDINGS = (
    N_("Serial No."), N_("Mark"), N_("Client"), N_("Brand"), N_("Severity"), N_("Rule"), N_("Finding"), N_("Evidence"),
    N_("To do"), N_("By"), N_("Citation"), N_("Open since"), N_("Alerted"), N_("Acknowledged until"), N_("Note"),
    N_("USPTO record"),
)  # fmt: skip
_DEADLINES = (
    N_("Serial No."), N_("Mark"), N_("Client"), N_("What"), N_("State"), N_("Window opens"), N_("Due"),
    N_("Grace period to"), N_("With every extension"), N_("Citation"), N_("Confidence"),
)  # fmt: skip
_CHANGES = (
    N_("Day"), N_("Recorded"), N_("Serial No."), N_("Mark"), N_("Client"), N_("What"), N_("Before"), N_("After"),
)  # fmt: skip


def sheets(report: PortfolioReport, words: Words) -> tuple[Sheet, ...]:
    """Return every table of a portfolio in reading order; that of the clients only when there are several."""
    tables = (
        *(((N_("Clients"), _CLIENTS, _clients(report, words)),) if len(report.clients) > 1 else ()),
        (N_("Brands"), _BRANDS, _brands(report, words)),
        (N_("Marks"), _MARKS, _marks(report, words)),
        (N_("Findings"), _FINDINGS, _findings(report, words)),
        (N_("Deadlines"), _DEADLINES, _deadlines(report, words)),
        (N_("Changes"), _CHANGES, _changes(report, words)),
    )
    return tuple(
        Sheet(words.gettext(name), tuple(words.gettext(column) for column in columns), tuple(found))
        for name, columns, found in tables
    )


def clients_of(mark: MarkReport) -> str:
    """Name who watches a mark."""
    return "; ".join(dict.fromkeys(clean(watch.client) for watch in mark.watches if watch.client))


def brands_of(mark: MarkReport) -> str:
    """Name the brands that a mark stands behind."""
    return "; ".join(dict.fromkeys(clean(watch.brand) for watch in mark.watches if watch.brand.strip()))


def _clients(report: PortfolioReport, words: Words) -> Iterator[tuple[Cell, ...]]:
    for one in report.clients:
        counts, told = dict(one.findings), client_words(one, report.as_of, words)
        currency, amount = next(iter(one.stake.money), ("", None))
        yield (
            clean(one.client),
            told.state.word if told.state else "",
            len(one.in_danger),
            len(one.exposures),
            one.marks,
            one.stake.asins,
            float(amount) if amount is not None else None,
            clean(currency, 20),
            *(counts.get(severity, 0) for severity in sorted(Severity, reverse=True) if severity > Severity.INFO),
            told.next_what,
            one.ahead.day if one.ahead else None,
            told.mail,
            one.waiting,
        )


def _brands(report: PortfolioReport, words: Words) -> Iterator[tuple[Cell, ...]]:
    for one in report.exposures:
        lead = cause(one)
        yield (
            clean(one.client),
            clean(one.brand),
            words.state(one.state).word,
            words.gettext("yes") if one.enrolled else words.gettext("no"),
            one.asins,
            float(one.revenue_30d) if one.revenue_30d is not None else None,
            clean(one.currency or "", 20),
            ", ".join(clean(place, 20) for place in one.marketplaces),
            _numbers(one, one.carrying or tuple(mark.number for mark in one.marks)),
            _numbers(one, one.spare),
            words.text(lead.title) if lead else "",
            words.text(lead.action) if lead else "",
            lead.deadline if lead else None,
        )


def _numbers(one: BrandExposure, numbers: tuple[str, ...]) -> str:
    names = {mark.number: clean(mark.mark) for mark in one.marks if mark.mark}
    return "; ".join(f"{names[number]} ({number})" if number in names else clean(number) for number in numbers)


def _marks(report: PortfolioReport, words: Words) -> Iterator[tuple[Cell, ...]]:
    for mark in report.marks:
        record, told = mark.record, head(mark, words)
        ahead = deadline_words.next_of(mark.facts.deadlines)
        owners = "; ".join(clean(owner.name) for owner in record.current_owners)
        emails = dict.fromkeys((*record.correspondent_emails, *record.attorney_emails))
        yield (
            record.serial_number, record.registration_number, told.name, clients_of(mark), brands_of(mark),
            told.reference, told.risk.word, told.standing.word, record.status_code, clean(record.status_text or ""),
            record.status_date, record.filing_date, record.registration_date, owners,
            clean(record.attorney.name) if record.attorney else "", "; ".join(map(clean, emails)), told.top,
            told.next_what, ahead.due if ahead else None,
            words.moment(mark.facts.checked_at) if mark.facts.checked_at else "", told.link,
        )  # fmt: skip
    for watch in report.unread:
        unread = words.gettext("not read yet")
        yield (
            watch.serial_number, watch.registration_number, "", clean(watch.client), clean(watch.brand),
            clean(watch.reference or ""), words.gettext("Not known"), unread, *(None,) * 13,
        )  # fmt: skip


def _findings(report: PortfolioReport, words: Words) -> Iterator[tuple[Cell, ...]]:
    for mark in report.marks:
        for finding in mark.findings:
            yield finding_row(mark, finding, words)


def finding_row(mark: MarkReport, finding: Finding, words: Words) -> tuple[Cell, ...]:
    """Return one finding in the columns of the sheet of findings."""
    known = mark.tracking(finding)
    return (
        finding.serial_number,
        clean(mark.record.sentence),
        clean(finding.client) or clients_of(mark),
        clean(finding.brand) or brands_of(mark),
        words.severity(finding.severity, finding.good_news).word,
        finding.rule,
        words.text(finding.title),
        " ".join(part for part in (words.text(finding.evidence), mail_rows.caution(finding, words)) if part),
        words.text(finding.action),
        finding.deadline,
        mail_rows.citation(finding, words),
        words.local(known.opened_at).date() if known else None,
        words.local(known.alerted_at).date() if known and known.alerted_at else None,
        known.ack_until if known and known.acknowledged else None,
        clean(known.ack_note or "") if known and known.acknowledged else "",
        mail_rows.case_page(finding.serial_number, finding.rule),
    )


def _deadlines(report: PortfolioReport, words: Words) -> Iterator[tuple[Cell, ...]]:
    for mark in report.marks:
        for one in mark.facts.deadlines:
            yield (
                mark.record.serial_number,
                clean(mark.record.sentence),
                clients_of(mark),
                deadline_words.title(one, words),
                deadline_words.state(one, words),
                one.opens,
                one.due,
                one.grace_ends,
                one.extension_ends,
                words.say("{citation}; confirm with counsel", citation=one.citation),
                one.confidence,
            )


def _changes(report: PortfolioReport, words: Words) -> Iterator[tuple[Cell, ...]]:
    for mark in report.marks:
        for change in mark.changes:
            what, old, new = _step(change, words)
            yield (
                change.as_of,
                words.moment(change.recorded_at) if change.recorded_at else "",
                change.serial_number,
                clean(mark.record.sentence),
                clean(change.client) or clients_of(mark),
                what,
                old,
                new,
            )


def _step(change: Change, words: Words) -> tuple[str, str, str]:
    """Return what changed, before and after, in words."""
    if change.kind != "finding":
        told = html_parts.change_words(change, words)
        return told.what, told.old, told.new
    old, new = (words.severity(severity_of(str(v))).word if v else "" for v in (change.old, change.new))
    return words.say("Finding {rule}", rule=change.name.partition("|")[0]), old, new
