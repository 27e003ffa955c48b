"""Questions to the register: owner, attorney, correspondent, address, mark text, class, status, sanctions."""

# ruff: noqa: S608 - the SQL is put together from our own column names and quoted paths, never from what users type

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from tmwatch import codes
from tmwatch.codes import Standing
from tmwatch.errors import UsageError
from tmwatch.register.keys import address_key, asked_name, mark_key
from tmwatch.register.opened import SHOWN_COLUMNS, Register, Row
from tmwatch.sanction_ladder import REVIEW_MEANT_SINCE, TERMINATED, UNDER_REVIEW
from tmwatch.text import say

SHORTEST = 2  # letters; a single letter would find everything
_WORDS = {
    "live": (Standing.live_pending, Standing.live_registered),
    "pending": (Standing.live_pending,),
    "registered": (Standing.live_registered,),
    "dead": (Standing.dead,),
}
_KINDS = {"abandoned": "dead/abandoned", "cancelled": "dead/cancelled", "expired": "dead/expired"}
SANCTIONED = (
    f"(has_sanction_events OR status_code = {TERMINATED} OR "
    f"(status_code = {UNDER_REVIEW} AND status_date >= DATE '{REVIEW_MEANT_SINCE}'))"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; everything given must hold. Names and texts are found inside longer ones, in normal form.

    `status` is a code or one of live, pending, registered, dead, abandoned, cancelled, expired.
    """

    owner: str | None = None
    attorney: str | None = None
    correspondent: str | None = None
    address: str | None = None
    mark: str | None = None
    class_code: str | None = None
    status: str | None = None
    sanctioned: bool = False
    filed_since: date | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """How many marks were found, and rows of the first `limit` of them, newest filing first."""

    total: int
    rows: tuple[Row, ...]


def search(register: Register, question: Question, columns: Sequence[str] = SHOWN_COLUMNS) -> Answer:
    """Answer a question; UsageError when it asks for nothing or for what cannot be looked for.

    The keys of the whole register are looked through, then the records of what is shown are fetched.
    """
    wanted = list(conditions(question))
    if not wanted:
        raise UsageError(say("nothing to look for: give --owner, --attorney, --correspondent, --address, --mark, ..."))
    where = " AND ".join(sql for sql, _ in wanted)
    parameters = [value for _, values in wanted for value in values]
    register.conn.execute(
        f"CREATE OR REPLACE TABLE found AS SELECT serial_number, filing_date, filename FROM keys WHERE {where}",
        parameters,
    )
    total = register.ask("SELECT count(*) AS total FROM found")[0]["total"]
    first = register.ask(
        "SELECT serial_number, filename FROM found ORDER BY filing_date DESC NULLS LAST, serial_number DESC LIMIT ?",
        [question.limit],
    )
    return Answer(total, tuple(register.rows_at({row["serial_number"]: row["filename"] for row in first}, columns)))


def conditions(question: Question) -> Iterator[tuple[str, list[Any]]]:
    """Yield the SQL of each thing asked for, with its parameters."""
    names = {"owner": question.owner, "attorney": question.attorney, "correspondent": question.correspondent}
    for column, text in names.items():
        if text is not None:
            yield f"contains({column}_key, ?)", [_long_enough(asked_name(text), column, text)]
    if question.mark is not None:
        yield "contains(mark_key, ?)", [_long_enough(mark_key(question.mark), "mark", question.mark)]
    if question.address is not None:
        key = address_key(question.address)
        _long_enough(key.strip(), "address", question.address)
        yield "(contains(owner_address_key, ?) OR contains(correspondent_address_key, ?))", [key, key]
    if question.class_code is not None:
        code = question.class_code.strip().upper()
        yield "list_contains(classes, ?)", [code.zfill(3) if code.isdecimal() else code]
    if question.status is not None:
        yield "status_code IN (SELECT unnest(?))", [status_codes(question.status)]
    if question.sanctioned:
        yield SANCTIONED, []
    if question.filed_since is not None:
        yield "filing_date >= ?", [question.filed_since]


def _long_enough(key: str, what: str, text: str) -> str:
    """Return the key; UsageError when too little is left of what was asked."""
    if len(key) < SHORTEST:
        raise UsageError(
            say(
                "{what} {text} is too short to look for: give at least {least} letters",
                what=what,
                text=repr(text),
                least=SHORTEST,
            )
        )
    return key


def status_codes(text: str) -> list[int]:
    """Return the status codes that a word or a code names; UsageError when it names none."""
    word = text.strip().lower()
    if word.isdecimal():
        return [int(word)]
    if word in _KINDS:
        return list(codes_of_kind(_KINDS[word]))
    if word in _WORDS:
        table = codes.status_codes()
        return [code for code in table if codes.standing(code, "1") in _WORDS[word]]
    words = ", ".join((*_WORDS, *_KINDS))
    raise UsageError(say("status {text} is neither a code nor one of {words}", text=repr(text), words=words))


@cache
def codes_of_kind(kind: str) -> tuple[int, ...]:
    """Return the status codes of one class of the table ("dead/abandoned")."""
    return tuple(code for code, row in codes.status_codes().items() if row.kind == kind)
