"""Findings that are open, and what a new judgement of a mark does to them: opened, worse, better, cleared, expired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, func, select, update

from tmwatch.changes import Change
from tmwatch.findings import Finding, Severity, is_worse
from tmwatch.store import ledger, sql
from tmwatch.store.tables import FINDINGS, WATCHES
from tmwatch.text import Text

_NEW_YORK = ZoneInfo("America/New_York")
Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A finding that is open, since when, whether it was alerted, and what the owner acknowledged."""

    finding: Finding
    id: int
    opened_at: datetime
    alerted_at: datetime | None = None
    ack_until: date | None = None
    ack_note: str | None = None
    ack_severity: Severity | None = None

    def acknowledged(self, day: date) -> bool:
        """Whether it is out of sight on `day`: acknowledged until then and not worse since."""
        if self.ack_until is None or self.ack_severity is None:
            return False
        return day <= self.ack_until and self.finding.severity <= self.ack_severity


@dataclass(frozen=True, slots=True)
class Moved:
    """A finding whose level (severity, days left) is another one than before; `was` is the level before."""

    finding: Finding
    was: str


@dataclass(frozen=True, slots=True)
class FindingDelta:
    """What one judgement changed. `expired` ones are dropped without being called cleared."""

    opened: tuple[Finding, ...] = ()
    worse: tuple[Moved, ...] = ()
    better: tuple[Moved, ...] = ()
    cleared: tuple[Finding, ...] = ()
    expired: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Judgement:
    """The rows one judgement writes."""

    insert: list[Finding] = field(default_factory=list)
    rewrite: list[tuple[OpenFinding, Finding]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    worse: list[Moved] = field(default_factory=list)
    better: list[Moved] = field(default_factory=list)
    cleared: list[OpenFinding] = field(default_factory=list)
    expired: list[OpenFinding] = field(default_factory=list)


def open_findings(conn: Connection, serials: Iterable[str] | None = None) -> tuple[OpenFinding, ...]:
    """Return the open findings of these marks, or of all, worst first."""
    query = select(FINDINGS).where(FINDINGS.c.closed_at.is_(None))
    if serials is None:
        rows = list(conn.execute(query))
    else:
        parts = sql.chunks(sorted(set(serials)))
        rows = [row for part in parts for row in conn.execute(query.where(FINDINGS.c.serial_number.in_(part))).all()]
    found = (_open_finding(row) for row in rows)
    return tuple(sorted(found, key=lambda o: (-o.finding.severity, o.finding.identity)))


def count_open(conn: Connection) -> int:
    """Return the number of open findings on watched marks."""
    f, w = FINDINGS.c, WATCHES.c
    watched = select(w.serial_number).where(w.removed_at.is_(None), w.serial_number.is_not(None))
    query = select(func.count()).select_from(FINDINGS).where(f.closed_at.is_(None), f.serial_number.in_(watched))
    return int(conn.execute(query).scalar_one())


def apply(
    conn: Connection,
    serials: Iterable[str],
    findings: Sequence[Finding],
    run_id: str | None,
    now: datetime,
    as_of: date | None = None,
) -> FindingDelta:
    """Make `findings` the open ones of the marks `serials`, which were judged now; other marks are not touched.

    Each step is written as a change of kind "finding" (`rule|key`, levels), except an expiry. A finding that
    was closed and comes back is a new episode. An acknowledgement ends when the finding gets worse; an alert counts
    again after it got better. `as_of` is the day judged (default: the day of `now` in New York).
    """
    day = as_of or now.astimezone(_NEW_YORK).date()
    judged = set(serials)
    wanted = {one.identity: one for one in sorted(findings, key=lambda f: f.severity)}
    judgement = _judge({o.finding.identity: o for o in open_findings(conn, judged)}, wanted, day)
    _close(conn, judgement, run_id, now)
    _rewrite(conn, judgement, run_id, now)
    _insert(conn, judgement.insert, run_id, now)
    ledger.record(conn, list(_changes(judgement, day)), run_id, now)
    return FindingDelta(
        opened=tuple(judgement.insert),
        worse=tuple(judgement.worse),
        better=tuple(judgement.better),
        cleared=tuple(o.finding for o in judgement.cleared),
        expired=tuple(o.finding for o in judgement.expired),
    )


def acknowledge(
    conn: Connection, serial: str, until: date, note: str, rule: str | None = None, client: str | None = None
) -> tuple[Finding, ...]:
    """Acknowledge the open findings of a mark (of one rule, of one client's) until a day; return them.

    They come back on the day after, or at once when they get worse.
    """
    chosen = [
        one
        for one in open_findings(conn, [serial])
        if rule in (None, one.finding.rule) and (client is None or one.finding.client in ("", client))
    ]
    said = {"ack_until": until, "ack_note": note}
    _update(conn, [{"row": one.id, **said, "ack_severity": int(one.finding.severity)} for one in chosen])
    return tuple(one.finding for one in chosen)


def closed_findings(conn: Connection, serials: Iterable[str]) -> tuple[Finding, ...]:
    """Return the findings of these marks that ended, each identity once, as it last stood."""
    latest: dict[Identity, Finding] = {}
    query = select(FINDINGS).where(FINDINGS.c.closed_at.is_not(None)).order_by(FINDINGS.c.episode)
    for part in sql.chunks(sorted(set(serials))):
        for row in conn.execute(query.where(FINDINGS.c.serial_number.in_(part))):
            finding = _open_finding(row).finding
            latest[finding.identity] = finding
    return tuple(latest.values())


def mark_alerted(conn: Connection, ids: Iterable[int], at: datetime) -> None:
    """Note that an alert about these open findings was queued."""
    _update(conn, [{"row": one, "alerted_at": at} for one in ids])


def _judge(known: dict[Identity, OpenFinding], wanted: dict[Identity, Finding], day: date) -> _Judgement:
    """Compare what is open with what was found (no statement here)."""
    result = _Judgement()
    for identity, finding in wanted.items():
        have = known.get(identity)
        if have is None:
            result.insert.append(finding)
            continue
        result.seen.append(have.id)
        was = have.finding.level
        if is_worse(finding.level, was):
            result.worse.append(Moved(finding, was))
        elif finding.severity != have.finding.severity:
            result.better.append(Moved(finding, was))
        if _values(finding) != _values(have.finding):
            result.rewrite.append((have, finding))
    for identity, have in known.items():
        if identity not in wanted:
            over = have.finding.expires is not None and day > have.finding.expires
            (result.expired if over else result.cleared).append(have)
    return result


def _close(conn: Connection, judgement: _Judgement, run_id: str | None, now: datetime) -> None:
    """Close what is gone."""
    for reason, gone in (("cleared", judgement.cleared), ("expired", judgement.expired)):
        _update(conn, [{"row": o.id, "closed_at": now, "close_reason": reason, "last_seen_run": run_id} for o in gone])


def _rewrite(conn: Connection, judgement: _Judgement, run_id: str | None, now: datetime) -> None:
    """Move the sighting of what is still there, and write new words, dates and severity where they differ."""
    for part in sql.chunks(judgement.seen):
        query = update(FINDINGS).where(FINDINGS.c.id.in_(part))
        conn.execute(query.values(last_seen_at=now, last_seen_run=run_id))
    rows = []
    for have, finding in judgement.rewrite:
        lapsed = have.ack_severity is not None and finding.severity > have.ack_severity
        eased = finding.severity < have.finding.severity
        rows.append(
            {
                "row": have.id,
                **_values(finding),
                "alerted_at": None if eased else have.alerted_at,
                "ack_until": None if lapsed else have.ack_until,
                "ack_note": None if lapsed else have.ack_note,
                "ack_severity": None if lapsed or have.ack_severity is None else int(have.ack_severity),
            }
        )
    _update(conn, rows)


def _insert(conn: Connection, findings: Sequence[Finding], run_id: str | None, now: datetime) -> None:
    """Open new episodes."""
    if not findings:
        return
    f = FINDINGS.c
    episodes: dict[Identity, int] = {}
    for part in sql.chunks(sorted({one.serial_number for one in findings})):
        identity = (f.serial_number, f.rule, f.key, f.client)
        query = select(*identity, func.max(f.episode)).where(f.serial_number.in_(part)).group_by(*identity)
        episodes.update({(row[0], row[1], row[2], row[3]): row[4] for row in conn.execute(query)})
    rows = [
        {
            "serial_number": one.serial_number,
            "rule": one.rule,
            "key": one.key,
            "client": one.client,
            **_values(one),
            "episode": episodes.get(one.identity, 0) + 1,
            "opened_at": now,
            "opened_run": run_id,
            "last_seen_at": now,
            "last_seen_run": run_id,
        }
        for one in findings
    ]
    conn.execute(sql.insert(conn, FINDINGS), rows)


def _changes(judgement: _Judgement, day: date) -> Iterator[Change]:
    """Yield the ledger entries of a judgement."""
    for one in judgement.insert:
        yield _change(one, None, one.level, day)
    for moved in (*judgement.worse, *judgement.better):
        yield _change(moved.finding, moved.was, moved.finding.level, day)
    for gone in judgement.cleared:
        yield _change(gone.finding, gone.finding.level, None, day)


def _change(finding: Finding, old: str | None, new: str | None, day: date) -> Change:
    """Return one ledger entry."""
    name = f"{finding.rule}|{finding.key}"
    return Change(finding.serial_number, "finding", name, old, new, day, client=finding.client)


def _values(finding: Finding) -> dict[str, Any]:
    """Return the columns that may change while a finding stays open."""
    return {
        "brand": finding.brand,
        "severity": int(finding.severity),
        "deadline": finding.deadline,
        "expires": finding.expires,
        "body": {
            "title": finding.title.to_json(),
            "evidence": finding.evidence.to_json(),
            "action": finding.action.to_json(),
            "citation": finding.citation,
            "good_news": finding.good_news,
            "unreviewed": finding.unreviewed,
            "step": finding.step,
        },
    }


def _open_finding(row: Row[Any]) -> OpenFinding:
    """Turn a row into an OpenFinding."""
    body = row.body
    finding = Finding(
        serial_number=row.serial_number,
        rule=row.rule,
        key=row.key,
        severity=Severity(row.severity),
        title=Text.from_json(body["title"]),
        evidence=Text.from_json(body["evidence"]),
        action=Text.from_json(body["action"]),
        citation=body["citation"],
        deadline=row.deadline,
        client=row.client,
        brand=row.brand,
        expires=row.expires,
        good_news=body["good_news"],
        unreviewed=body["unreviewed"],
        step=body["step"],
    )
    severity = None if row.ack_severity is None else Severity(row.ack_severity)
    return OpenFinding(finding, row.id, row.opened_at, row.alerted_at, row.ack_until, row.ack_note, severity)


def _update(conn: Connection, rows: list[dict[str, Any]]) -> None:
    """Update rows by id (`row`); all name the same columns."""
    if rows:
        conn.execute(update(FINDINGS).where(FINDINGS.c.id == bindparam("row")), rows)
