"""What a client has not heard yet: ledger rows since her last message, as findings and record changes. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo

from tmwatch.changes import Change
from tmwatch.codes import is_lost
from tmwatch.deadlines import Coming
from tmwatch.digest.model import ChangeLine, Item
from tmwatch.digest.record_changes import change_line
from tmwatch.exposure import BrandExposure
from tmwatch.findings import Finding, Severity, is_shown, is_worse, severity_of
from tmwatch.mark_faces import MarkFace
from tmwatch.portfolio import Client, Watch
from tmwatch.store.alerts import Alert
from tmwatch.store.findings import OpenFinding

Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class View:
    """One client's marks and findings as stored now. `closed` are the findings that ended, by identity, on the marks
    of which something is untold."""

    client: Client
    watches: tuple[Watch, ...]
    records: Mapping[str, MarkFace]
    first_seen: Mapping[str, datetime] = field(default_factory=dict)
    open: Mapping[Identity, OpenFinding] = field(default_factory=dict)
    closed: Mapping[Identity, Finding] = field(default_factory=dict)
    alerted: Mapping[Identity, Alert] = field(default_factory=dict)  # her alerts about findings with something untold
    exposures: tuple[BrandExposure, ...] = ()  # of her brands
    rows: Mapping[str, Sequence[Watch]] = field(default_factory=dict)  # of `watches`, by serial number
    unreported: tuple[Change, ...] = ()  # what she has not heard yet, oldest first
    coming: Mapping[str, Sequence[Coming]] = field(default_factory=dict)  # what is due for her marks, by serial number
    unjudged: frozenset[str] = frozenset()  # the marks of which no run said what is due
    zone: tzinfo = UTC  # in which her days begin


@dataclass(frozen=True, slots=True)
class Told:
    """An item or a line with the ids of the ledger rows it tells. Neither: rows that came and went, or were overtaken
    by something graver; they ride in the next message without a word."""

    item: Item | None
    line: ChangeLine | None
    ids: tuple[int, ...]

    @property
    def serial_number(self) -> str:
        """The mark it is about."""
        return self.item.finding.serial_number if self.item else self.line.serial_number if self.line else ""

    @property
    def silent(self) -> bool:
        """Whether it says nothing."""
        return self.item is None and self.line is None


def news_of(view: View, floor: Severity) -> tuple[Told, ...]:
    """Sort a client's unreported ledger rows: findings first, each collapsed to what is true now, then other changes.

    What lies below `floor` stays unreported: it is told when it gets worse.
    """
    rows: dict[Identity, list[Change]] = defaultdict(list)
    lines: list[Told] = []
    for change in view.unreported:
        assert change.id is not None  # rows of the ledger have one
        if change.kind == "finding":
            rule, _, key = change.name.partition("|")
            rows[(change.serial_number, rule, key, change.client)].append(change)
        else:
            lines.append(Told(None, change_line(change, mark_name(view, change.serial_number)), (change.id,)))
    items = []
    for identity, steps in rows.items():
        item = _collapsed(view, identity, steps)
        if item and _shown(view, item, floor):
            items.append(Told(item, None, _ids(steps)))
        elif identity not in view.open:
            lines.append(Told(None, None, _ids(steps)))
    items.sort(key=lambda told: (-told.item.finding.severity, told.serial_number) if told.item else (0, ""))
    return (*items, *lines)


def still_open(view: View, news: Iterable[Told], day: date) -> tuple[Item, ...]:
    """Return the open findings that are no news, worst first; acknowledged ones stay out of sight until their day."""
    new = {told.item.finding.identity for told in news if told.item and told.item.state != "cleared"}
    old = [one for identity, one in view.open.items() if identity not in new and not one.acknowledged(day)]
    old.sort(key=lambda one: (-one.finding.severity, one.finding.identity))
    return tuple(_item(view, one, "alerted" if one.alerted_at else "open") for one in old)


def acknowledged(view: View, day: date) -> tuple[Item, ...]:
    """Return the open findings that the owner has set aside, worst first, with the day until which and her note."""
    aside = sorted(
        (one for one in view.open.values() if one.acknowledged(day)),
        key=lambda o: (-o.finding.severity, o.finding.identity),
    )
    return tuple(replace(_item(view, one, "open"), ack_until=one.ack_until, ack_note=one.ack_note) for one in aside)


def is_alert(view: View, told: Told) -> bool:
    """Whether this goes out at once: it turned CRITICAL, and not merely by being seen for the first time."""
    item = told.item
    if item is None or item.state not in ("new", "worse") or item.finding.severity is not Severity.CRITICAL:
        return False
    if item.state == "new" and item.alerted is not None:
        return False  # its first digest was never delivered, the alert that followed was made
    opened = view.open[item.finding.identity].opened_at
    first = view.first_seen.get(item.finding.serial_number)
    return item.state == "worse" or first is None or opened > first


def mark_name(view: View, serial: str) -> str:
    """Return the words of a mark, its number while no record is known."""
    record = view.records.get(serial)
    return record.sentence if record else serial


def _collapsed(view: View, identity: Identity, steps: Sequence[Change]) -> Item | None:
    """Return what is true now of a finding, compared with what the client last heard; None when nothing is to say."""
    found = view.open.get(identity)
    before = str(steps[0].old) if steps[0].old else None
    if found is None:
        gone = view.closed.get(identity)
        return _closed(view, gone, steps[-1]) if gone and before else None
    if before is None:
        item, alert = _item(view, found, "new"), view.alerted.get(identity)
        hers = alert is not None and alert.change > _ids(steps)[0]  # else of an earlier time, or another client's
        return item if hers else replace(item, alerted=None)
    was = severity_of(before)
    worse = is_worse(found.finding.level, before)
    return _item(view, found, "worse" if worse else "open", was.label if was != found.finding.severity else None)


def _ids(steps: Iterable[Change]) -> tuple[int, ...]:
    return tuple(step.id for step in steps if step.id is not None)


def _shown(view: View, item: Item, floor: Severity) -> bool:
    """Whether the client hears of it: not below her floor, and not as cleared what something graver has overtaken."""
    finding = item.finding
    if item.state == "cleared" and _overtaken(view, finding):
        return False
    return is_shown(finding, floor)


def _overtaken(view: View, finding: Finding) -> bool:
    """Whether a finding ended because it got worse: the mark is dead, or one of its family as grave is open."""
    record = view.records.get(finding.serial_number)
    if record and is_lost(record.status_code, record.registration_number):
        return True
    return any(
        one.finding.serial_number == finding.serial_number
        and one.finding.rule[0] == finding.rule[0]
        and one.finding.severity >= finding.severity
        and not one.finding.good_news
        for one in view.open.values()
    )


def _closed(view: View, finding: Finding, last: Change) -> Item:
    """What ended; an alert about it that still read CRITICAL is corrected."""
    alert = view.alerted.get(finding.identity) if finding.severity is Severity.CRITICAL else None
    return replace(_built(view, finding, "cleared", since=last.as_of), corrects=alert.day if alert else None)


def _item(view: View, found: OpenFinding, state: str, was: str | None = None) -> Item:
    alerted = found.alerted_at.astimezone(view.zone).date() if found.alerted_at else None
    since = found.opened_at.astimezone(view.zone).date()
    return _built(view, found.finding, state, since=since, alerted=alerted, was=was)


def _built(
    view: View, finding: Finding, state: str, *, since: date, alerted: date | None = None, was: str | None = None
) -> Item:
    """Join a finding with what the client calls the mark."""
    rows = view.rows.get(finding.serial_number, ())
    record = view.records.get(finding.serial_number)
    return Item(
        finding=finding,
        state=state,
        mark=mark_name(view, finding.serial_number),
        registration_number=record.registration_number if record else None,
        brands=tuple(sorted({row.brand for row in rows if row.brand})),
        reference=next((row.reference for row in rows if row.reference), None),
        since=since,
        alerted=alerted,
        was=was,
    )
