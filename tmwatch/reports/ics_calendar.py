"""Deadlines as a calendar (RFC 5545): an all-day entry for each last day, with alarms 90, 30, 14 and 7 days before, one
for the end of a grace period, and one for the day a window opens.

UID and SEQUENCE follow the record: an import updates what it knows, and a date that was taken back (the paper was
accepted, the mark died, the mark is no longer watched) comes as STATUS:CANCELLED. Entries never block the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from tmwatch.digest import rows
from tmwatch.digest.wording import Words, clean
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile
from tmwatch.reports import deadline_words
from tmwatch.reports.ics_history import GRACE, OPENS, CalendarDate, Kept, kept_dates, withdrawn
from tmwatch.reports.model import PortfolioReport

if TYPE_CHECKING:
    from icalendar import Alarm, Event

ALARMS = (90, 30, 14, 7)  # days before
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)  # SEQUENCE counts the minutes from here to the last revision


def calendar(report: PortfolioReport, words: Words) -> bytes:
    """Return the calendar of a portfolio as UTF-8 with CRLF line ends."""
    from icalendar import Calendar

    book = Calendar()
    book.add("prodid", "-//tmwatch//deadlines//EN")
    book.add("version", "2.0")
    book.add("calscale", "GREGORIAN")
    book.add("method", "PUBLISH")
    name = words.say("Trademark deadlines: {client}", client=report.client or words.gettext("all clients"))
    book.add("x-wr-calname", name)
    for kept, watches in _dates(report):
        book.add_component(_event(kept, watches, report.generated_at, words))
    return bytes(book.to_ical())


def _dates(report: PortfolioReport) -> Iterator[tuple[Kept, tuple[Watch, ...]]]:
    for mark in report.marks:
        yield from ((kept, mark.watches) for kept in kept_dates(mark.versions, report.as_of))
    for gone in report.removed:
        yield from ((kept, ()) for kept in withdrawn(gone.versions, gone.removed_at, report.as_of))


def _event(kept: Kept, watches: Iterable[Watch], now: datetime, words: Words) -> Event:
    from icalendar import Event

    one, record = kept.date, kept.record
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", now)
    event.add("last-modified", kept.since)
    event.add("sequence", max(0, int((kept.since - _EPOCH).total_seconds() // 60)))
    event.add("dtstart", one.day)
    event.add("dtend", one.day + timedelta(days=1))
    event.add("summary", _summary(one, record, words))
    event.add("description", _description(one, record, watches, words))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if kept.cancelled else "CONFIRMED")
    link = rows.case_page(record.serial_number)
    if link:
        event.add("url", link)
    if not kept.cancelled and one.role != OPENS and not deadline_words.is_filed(one.deadline):
        for days in ALARMS:
            event.add_component(_alarm(days, one, record, words))
    return event


def _alarm(days: int, one: CalendarDate, record: CaseFile, words: Words) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words.say("In {n} days: {what}", n=words.number(days), what=_summary(one, record, words)))
    alarm.add("trigger", timedelta(days=-days))
    return alarm


def _summary(one: CalendarDate, record: CaseFile, words: Words) -> str:
    """Return "ZORVEXA: Section 8 declaration of use (year 6), last day"."""
    mark, what = clean(record.sentence, 80), deadline_words.title(one.deadline, words)
    if one.role == OPENS:
        return words.say("{mark}: {what}, window opens", mark=mark, what=what)
    if one.role == GRACE:
        return words.say("{mark}: {what}, end of the grace period", mark=mark, what=what)
    if deadline_words.is_filed(one.deadline):
        return words.say("{mark}: {what}, filed and not yet accepted", mark=mark, what=what)
    return words.say("{mark}: {what}, last day", mark=mark, what=what)


def _description(one: CalendarDate, record: CaseFile, watches: Iterable[Watch], words: Words) -> str:
    """Return what the entry says, a line each: the mark, whose it is, the days, the law."""
    told = one.deadline
    number = words.say("Serial No. {number}", number=record.serial_number)
    if record.registration_number:
        registration = words.say("Reg. No. {number}", number=rows.registration(record.registration_number))
        number = f"{number} · {registration}"
    named = dict.fromkeys(" · ".join(clean(p) for p in (w.client, w.brand, w.reference) if p) for w in watches)
    lines = [number, *named, *_days(told.opens, told.due, told.grace_ends, told.extension_ends, words)]
    lines.append(words.say("{citation}; confirm with counsel", citation=told.citation))
    return "\n".join(lines)


def _days(opens: date | None, due: date | None, grace: date | None, latest: date | None, words: Words) -> Iterator[str]:
    if opens:
        yield words.say("Window opens {day}", day=opens)
    if due:
        yield words.say("Last day {day}", day=due)
    if grace:
        yield words.say("Grace period to {day}, with a surcharge", day=grace)
    if latest:
        yield words.say("With every extension {day}", day=latest)
