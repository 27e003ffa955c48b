"""Marks that a portfolio should hold: proposed by owner, attorney, correspondent or address, each with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tmwatch import codes
from tmwatch.errors import UsageError
from tmwatch.findings import Finding, Severity
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile
from tmwatch.register.columns import RECORD_COLUMNS
from tmwatch.register.keys import address_key, asked_name, name_key
from tmwatch.register.opened import Register, Row
from tmwatch.register.search import Question, search
from tmwatch.text import Text, say

LIMIT = 2_000  # proposals; more is a question that is too wide
_ASKED = ("owner", "attorney", "correspondent", "address")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mark to watch and why it matched, one reason a question."""

    record: CaseFile
    reasons: tuple[Text, ...]

    def watch(self, client: str) -> Watch:
        """Return the portfolio row it would become: the brand is the mark's own text."""
        number = self.record.registration_number
        return Watch(client, self.record.mark_text or "", self.record.serial_number, number)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the rules say of the proposed marks now: findings by severity, and the marks with a critical one."""

    findings: Counter[Severity]
    alerts: int


def propose(
    register: Register, question: Question, watched: Collection[str], *, dead: bool = False
) -> tuple[Proposal, ...]:
    """Return the marks that answer any of the questions asked, without those in `watched` (serial numbers).

    Dead marks are left out unless `dead`. UsageError when nothing is asked or too much is found.
    """
    asked = [name for name in _ASKED if getattr(question, name) is not None]
    if not asked:
        raise UsageError(
            say("say whose marks to look for: --owner NAME, --attorney NAME, --correspondent TEXT, --address")
        )
    rows: dict[int, Row] = {}
    for name in asked:
        others: dict[str, Any] = dict.fromkeys(set(_ASKED) - {name})
        answer = search(register, replace(question, limit=LIMIT, **others), RECORD_COLUMNS)
        if answer.total > LIMIT:
            raise UsageError(
                say(
                    "--{option} finds {count} marks, more than {most}; ask for something narrower",
                    option=name,
                    count=f"{answer.total:,}",
                    most=f"{LIMIT:,}",
                )
            )
        rows.update((row["serial_number"], row) for row in answer.rows)
    found = []
    for row in rows.values():
        record = register.record(row)
        lost = codes.is_lost(record.status_code, record.registration_number)
        if record.serial_number not in watched and (dead or not lost):
            found.append(Proposal(record, reasons(row, question)))
    return tuple(sorted(found, key=lambda one: one.record.serial_number))


def reasons(row: Row, question: Question) -> tuple[Text, ...]:
    """Say why a row answers the question: which value on the record, and how it agrees."""
    found = []
    values = {
        "owner": row["owners"],
        "attorney": [row["attorney"]] if row["attorney"] else [],
        "correspondent": row["correspondent"],
    }
    for name, held in values.items():
        asked = getattr(question, name)
        if asked is not None:
            found.extend(_name_reason(name, held or (), asked_name(asked)))
    if question.address is not None:
        key = address_key(question.address)
        places = [*(row["owner_addresses"] or ()), ", ".join((row["correspondent"] or ())[1:])]
        found.extend(
            say("address: {address} holds it", address=place) for place in places if place and key in address_key(place)
        )
    return tuple(dict.fromkeys(found))


_ROLES = {"owner": say("owner"), "attorney": say("attorney"), "correspondent": say("correspondent")}


def _name_reason(name: str, held: Sequence[str], key: str) -> list[Text]:
    """Say which of the names on the record agrees, and whether wholly."""
    found = []
    for value in held:
        if asked_name(value) == key:
            found.append(say("{role}: {name} (the same name in normal form)", role=_ROLES[name], name=value))
        elif key in name_key(value):
            found.append(say("{role}: {name} (holds the name)", role=_ROLES[name], name=value))
    return found


def preview(proposals: Sequence[Proposal], judge: Callable[[CaseFile], Sequence[Finding]]) -> Preview:
    """Let the rules judge the proposed records; `judge` gives the findings of one."""
    counted: Counter[Severity] = Counter()
    alerts = 0
    for one in proposals:
        severities = [finding.severity for finding in judge(one.record) if not finding.card_only]
        counted.update(severities)
        alerts += Severity.CRITICAL in severities
    return Preview(counted, alerts)
