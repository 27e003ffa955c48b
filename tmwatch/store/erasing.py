"""Deletion of a client with everything about it: her rows, what was told her, and the marks nobody else watches.

A mark that another client has a row for, watched or removed, stays with all that is known of it; so do raw answers that
speak of such marks too (one answer covers up to 20). What is deleted here is gone for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, or_, select, update

from tmwatch.digest.model import OVERVIEW
from tmwatch.store import judgements, news, sql
from tmwatch.store.tables import (
    CASE_DOCUMENTS,
    CASE_FILES,
    CHANGES,
    CLIENTS,
    DELIVERIES,
    DIGEST_DAYS,
    DOCUMENT_MARKS,
    DOCUMENTS,
    FINDINGS,
    JUDGEMENTS,
    MESSAGE_ITEMS,
    MESSAGES,
    MISSING_SIGHTINGS,
    PARTIES,
    RUNS,
    SET_ASIDE,
    SUPPRESSIONS,
    UNCONFIRMED,
    WATCHES,
)

_OF_A_MARK: tuple[Table, ...] = (
    FINDINGS,
    JUDGEMENTS,
    PARTIES,
    CASE_DOCUMENTS,
    MISSING_SIGHTINGS,
    UNCONFIRMED,
    SET_ASIDE,
    DOCUMENT_MARKS,
    CHANGES,
    CASE_FILES,  # entries and classes go with it
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a deletion takes (rows by their everyday names, zero ones left out), and what it cannot take."""

    client: str
    rows: tuple[tuple[str, int], ...]
    serials: tuple[str, ...]  # marks that go, because nobody else has a row for them
    shared: tuple[str, ...]  # marks of hers that stay
    messages: tuple[str, ...]  # ids of her messages and of all overviews, by which the outbox folder names its files
    answers_left: int  # raw answers that speak of her marks and of others' marks: they stay until they are pruned


def survey(conn: Connection, client: str) -> Erasure | None:
    """Return what `erase` would take, without taking it; None when there is no such client."""
    if conn.execute(select(CLIENTS.c.client).where(CLIENTS.c.client == client)).first() is None:
        return None
    own, shared = _marks(conn, client)
    messages = tuple(conn.scalars(select(MESSAGES.c.id).where(_tells_of(client)).order_by(MESSAGES.c.id)))
    alone, together = _answers(conn, own)
    counts = {
        "portfolio rows": _count(conn, WATCHES, WATCHES.c.client == client),
        "messages": len(messages),
        "deliveries": sum(_count(conn, DELIVERIES, DELIVERIES.c.message.in_(part)) for part in sql.chunks(messages)),
        "marks": _sum(conn, CASE_FILES, own),
        "parties": _sum(conn, PARTIES, own),
        "changes": _sum(conn, CHANGES, own),
        "findings": _sum(conn, FINDINGS, own),
        "raw answers": len(alone),
    }
    rows = tuple((name, count) for name, count in counts.items() if count)
    return Erasure(client, rows, own, shared, messages, len(together))


def erase(conn: Connection, client: str) -> Erasure | None:
    """Delete a client with everything about it, in the caller's transaction; return what went, None: no such client."""
    found = survey(conn, client)
    if found is None:
        return None
    alone, _together = _answers(conn, found.serials)
    _forget_addresses(conn, client)
    judgements.forget_clients(conn, [client])
    news.look_again(conn, [client])
    conn.execute(delete(MESSAGE_ITEMS).where(MESSAGE_ITEMS.c.client == client))
    conn.execute(delete(DIGEST_DAYS).where(DIGEST_DAYS.c.client == client))
    for part in sql.chunks(found.messages):
        conn.execute(delete(DELIVERIES).where(DELIVERIES.c.message.in_(part)))
        conn.execute(update(DIGEST_DAYS).where(DIGEST_DAYS.c.message.in_(part)).values(message=None))
    conn.execute(update(MESSAGES).where(MESSAGES.c.client == client).values(corrects=None))
    conn.execute(delete(MESSAGES).where(_tells_of(client)))
    conn.execute(delete(FINDINGS).where(FINDINGS.c.client == client))
    conn.execute(delete(CHANGES).where(CHANGES.c.client == client))
    for table in _OF_A_MARK:
        for part in sql.chunks(found.serials):
            conn.execute(delete(table).where(_serial(table).in_(part)))
    for numbers in sql.chunks(alone):
        conn.execute(delete(DOCUMENTS).where(DOCUMENTS.c.id.in_(numbers)))
    news.look_no_further(conn)
    _forget_in_runs(conn, set(found.serials))
    conn.execute(delete(WATCHES).where(WATCHES.c.client == client))
    conn.execute(delete(CLIENTS).where(CLIENTS.c.client == client))
    return found


def _tells_of(client: str) -> ColumnElement[bool]:
    """Whether a message tells of a client: her own, and the overviews of all clients."""
    return or_(MESSAGES.c.client == client, MESSAGES.c.kind == OVERVIEW)


def _marks(conn: Connection, client: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the serial numbers of a client, removed rows too: (those of nobody else, those somebody else has)."""
    w = WATCHES.c
    mine = set(conn.scalars(select(w.serial_number).where(w.client == client, w.serial_number.is_not(None)).distinct()))
    others: set[str | None] = set()
    for part in sql.chunks(sorted(str(serial) for serial in mine)):
        others |= set(conn.scalars(select(w.serial_number).where(w.client != client, w.serial_number.in_(part))))
    known = {str(serial) for serial in mine}
    shared = {str(serial) for serial in others}
    return tuple(sorted(known - shared)), tuple(sorted(shared))


def _answers(conn: Connection, serials: Sequence[str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the raw answers about these marks: (about no other mark, about others too)."""
    d = DOCUMENT_MARKS.c
    about: dict[int, int] = {}
    for part in sql.chunks(serials):
        query = select(d.document_id, func.count()).where(d.serial_number.in_(part)).group_by(d.document_id)
        for row in conn.execute(query):
            about[row[0]] = about.get(row[0], 0) + row[1]
    whole: dict[int, int] = {}
    for numbers in sql.chunks(sorted(about)):
        query = select(d.document_id, func.count()).where(d.document_id.in_(numbers)).group_by(d.document_id)
        whole.update({row[0]: row[1] for row in conn.execute(query)})
    alone = tuple(sorted(number for number, count in about.items() if whole[number] == count))
    return alone, tuple(sorted(about.keys() - set(alone)))


def _forget_addresses(conn: Connection, client: str) -> None:
    """Drop what is noted about her addresses, unless another client is written to at the same one."""
    d, m, s = DELIVERIES.c, MESSAGES.c, SUPPRESSIONS.c
    mine = select(d.recipient).join_from(DELIVERIES, MESSAGES, d.message == m.id).where(m.client == client)
    others = select(d.recipient).join_from(DELIVERIES, MESSAGES, d.message == m.id).where(m.client != client)
    conn.execute(delete(SUPPRESSIONS).where(s.recipient.in_(mine), s.recipient.not_in(others)))


def _forget_in_runs(conn: Connection, serials: set[str]) -> None:
    """Take her marks out of what the runs' ledger says could not be read."""
    r = RUNS.c
    for row in conn.execute(select(r.id, r.failed).where(r.failed.is_not(None))):
        kept = [entry for entry in row.failed if entry.get("serial_number") not in serials]
        if len(kept) != len(row.failed):
            conn.execute(update(RUNS).where(r.id == row.id).values(failed=kept))


def _serial(table: Table) -> ColumnElement[str]:
    serial: ColumnElement[str] = table.c.serial_number
    return serial


def _sum(conn: Connection, table: Table, serials: Sequence[str]) -> int:
    return sum(_count(conn, table, _serial(table).in_(part)) for part in sql.chunks(serials))


def _count(conn: Connection, table: Table, where: ColumnElement[Any]) -> int:
    return int(conn.execute(select(func.count()).select_from(table).where(where)).scalar_one())
