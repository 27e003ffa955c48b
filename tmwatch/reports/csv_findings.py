"""A portfolio as CSV: one row a finding, and one row without a finding for each mark that has none, so that every
watched mark stands in the file. RFC 4180, UTF-8.

Columns (fixed, English, so that programs can rely on them; texts are in the reader's language):
client, brand, serial_number, registration_number, mark, standing, risk, rule, severity, title, evidence, action,
deadline, citation, open_since, alerted, acknowledged_until, acknowledgement, next_deadline, checked_at, url.
Several clients or brands of one mark are joined by "; ". Dates are YYYY-MM-DD, moments UTC. `standing`, `risk` and
`severity` are the words of the JSON.

A cell that a spreadsheet could take for a formula (it begins with = + - @, a tab or a line end, also in their
full-width forms) begins with an apostrophe instead.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

from tmwatch.codes import standing
from tmwatch.digest import rows as mail_rows
from tmwatch.digest.wording import Words, clean
from tmwatch.findings import Finding
from tmwatch.reports import deadline_words
from tmwatch.reports.mark_json import instant, iso, risk
from tmwatch.reports.model import MarkReport, PortfolioReport
from tmwatch.reports.rows import brands_of, clients_of

COLUMNS = (
    "client", "brand", "serial_number", "registration_number", "mark", "standing", "risk", "rule", "severity", "title",
    "evidence", "action", "deadline", "citation", "open_since", "alerted", "acknowledged_until", "acknowledgement",
    "next_deadline", "checked_at", "url",
)  # fmt: skip
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def findings_csv(report: PortfolioReport, words: Words) -> str:
    """Return the file's text, line ends CRLF."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(COLUMNS)
    for row in _rows(report, words):
        writer.writerow([harmless(cell) for cell in row])
    return target.getvalue()


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, on one line and without control characters."""
    shown = clean(text, 4000)
    return f"'{shown}" if text.startswith(_DANGEROUS) or shown.startswith(_DANGEROUS) else shown


def _rows(report: PortfolioReport, words: Words) -> Iterator[list[str]]:
    for mark in report.marks:
        for finding in mark.findings or (None,):
            yield _row(mark, finding, words)
    for watch in report.unread:
        known = (watch.client, watch.brand, watch.serial_number or "", watch.registration_number or "", "")
        yield [*known, "unknown", "unknown", *[""] * (len(COLUMNS) - 7)]


def _row(mark: MarkReport, finding: Finding | None, words: Words) -> list[str]:
    record = mark.record
    ahead = deadline_words.next_of(mark.facts.deadlines)
    return [
        (finding.client if finding else "") or clients_of(mark),
        (finding.brand if finding else "") or brands_of(mark),
        record.serial_number,
        record.registration_number or "",
        record.sentence,
        standing(record.status_code, record.registration_number).value,
        risk(record, mark.findings),
        *(_finding(mark, finding, words) if finding else [""] * 11),
        _day(ahead.due if ahead else None),
        instant(mark.facts.checked_at) or "",
        mail_rows.case_page(record.serial_number),
    ]


def _finding(mark: MarkReport, finding: Finding, words: Words) -> list[str]:
    known = mark.tracking(finding)
    noted = known if known and known.acknowledged else None
    return [
        finding.rule,
        finding.severity.label,
        words.text(finding.title),
        " ".join(part for part in (words.text(finding.evidence), mail_rows.caution(finding, words)) if part),
        words.text(finding.action),
        _day(finding.deadline),
        mail_rows.citation(finding, words),
        _day(words.local(known.opened_at).date() if known else None),
        _day(words.local(known.alerted_at).date() if known and known.alerted_at else None),
        _day(noted.ack_until if noted else None),
        (noted.ack_note or "") if noted else "",
    ]


def _day(day: date | None) -> str:
    return iso(day) or ""
