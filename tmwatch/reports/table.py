"""A portfolio as tables for the terminal: clients, brands and marks, the worst first."""

from __future__ import annotations

from tmwatch.digest import coverage
from tmwatch.digest.cards import brand_stake
from tmwatch.digest.overview import client_words
from tmwatch.digest.wording import Words, clean
from tmwatch.reports.html_marks import head
from tmwatch.reports.html_view import cause
from tmwatch.reports.model import PortfolioReport
from tmwatch.reports.rows import Sheet, clients_of


def tables(report: PortfolioReport, words: Words) -> tuple[Sheet, ...]:
    """Return the tables that have rows; that of the clients only when there are several."""
    found = (_clients(report, words), _brands(report, words), _marks(report, words))
    return tuple(sheet for sheet in found if sheet.rows and not (sheet is found[0] and len(sheet.rows) == 1))


def opening(report: PortfolioReport, words: Words) -> tuple[str, tuple[str, ...]]:
    """Return the line above the tables, and what warns: marks that were not checked and troubles of the sources."""
    told = coverage.lines(report.coverage, words)
    day = words.say("Trademark report of {day}", day=report.as_of)
    return f"{day} · {told.summary}", (*told.warnings, *told.unchecked)


def _clients(report: PortfolioReport, words: Words) -> Sheet:
    columns = (
        words.gettext("Client"),
        words.gettext("State"),
        words.gettext("In danger"),
        words.gettext("Marks"),
        words.gettext("At stake"),
        words.gettext("Findings"),
        words.gettext("Next deadline"),
        words.gettext("Last mail"),
    )
    rows = []
    for told in (client_words(one, report.as_of, words) for one in report.clients):
        state = f"{told.state.symbol} {told.state.word}" if told.state else "-"
        counts = " ".join(f"{label.symbol}{n}" for label, n in told.counts)
        mail = " · ".join(part for part in (told.mail_day, told.waiting) if part)
        danger = f"{told.danger}/{told.brands}"
        row = (told.client, state, danger, told.marks, told.stake or "-", counts or "-", told.next_day or "-", mail)
        rows.append(row)
    return Sheet(words.gettext("Clients by what is at stake"), columns, tuple(rows))


def _brands(report: PortfolioReport, words: Words) -> Sheet:
    columns = (
        words.gettext("State"),
        words.gettext("Brand"),
        words.gettext("Client"),
        words.gettext("At stake"),
        words.gettext("Because"),
    )
    rows = []
    for one in report.exposures:
        lead, state = cause(one), words.state(one.state)
        why = words.text(lead.title) if lead else words.gettext("nothing wrong seen")
        rows.append((f"{state.symbol} {state.word}", clean(one.brand), clean(one.client), brand_stake(one, words), why))
    return Sheet(words.gettext("Brands"), columns, tuple(rows))


def _marks(report: PortfolioReport, words: Words) -> Sheet:
    columns = (
        words.gettext("Risk"),
        words.gettext("Serial No."),
        words.gettext("Mark"),
        words.gettext("Client"),
        words.gettext("Standing"),
        words.gettext("Due"),
        words.gettext("Worst finding"),
    )
    rows = []
    for mark in report.marks:
        told = head(mark, words)
        risk = f"{told.risk.symbol} {told.risk.word}"
        due = told.next_due or "-"
        rows.append((risk, told.serial, told.name, clients_of(mark), told.standing.word, due, told.top or "-"))
    unread = words.gettext("not read yet")
    rows += [("?", watch.number, clean(watch.brand), clean(watch.client), unread, "-", "-") for watch in report.unread]
    return Sheet(words.gettext("Marks"), columns, tuple(rows))
