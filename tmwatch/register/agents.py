"""Who files: marks filed, abandoned, cancelled and sanctioned by attorney or correspondent, and which orders name one.

An agent's fingerprint is the normal form of the attorney of record or, where none is named, of the correspondent's
first line. Two people of one name share a fingerprint: it tells who writes alike, never who is the same.
"""

# ruff: noqa: S608 - the SQL is put together from our own column names and quoted paths, never from what users type

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tmwatch.errors import UsageError
from tmwatch.records import Party
from tmwatch.register.keys import asked_name
from tmwatch.register.opened import Register, Row
from tmwatch.register.search import SANCTIONED, codes_of_kind
from tmwatch.sanctions import AgentMatch, Registry, match
from tmwatch.text import say

_FIRST_LINE = "split_part(correspondent_key, '|', 1)"
_BY = {
    "agent": f"coalesce(attorney_key, {_FIRST_LINE})",
    "attorney": "attorney_key",
    "correspondent": _FIRST_LINE,
}
_SHOWN = ("serial_number", "filing_date", "attorney", "correspondent")
_ORDERS = {"filed": "filed", "sanctioned": "sanctioned", "abandoned": "abandoned"}


@dataclass(frozen=True, slots=True)
class Agent:
    """One fingerprint with its counts; `matches` say which orders name it, and why that is believed."""

    name: str
    fingerprint: str
    filed: int
    live: int
    abandoned: int
    cancelled: int
    sanctioned: int
    first: date | None
    last: date | None
    letters: tuple[str, ...]
    matches: tuple[AgentMatch, ...]

    @property
    def orders(self) -> tuple[str, ...]:
        """The orders that name it."""
        return tuple(dict.fromkeys(order for one in self.matches for order in one.order_ids))

    def share(self, count: int) -> float:
        """Return a count as a share of the marks filed."""
        return count / self.filed if self.filed else 0.0


def agents(
    register: Register,
    registry: Registry,
    as_of: date,
    *,
    top: int = 50,
    by: str = "agent",
    order: str = "filed",
    name: str | None = None,
) -> tuple[Agent, ...]:
    """Return the agents with the most marks filed (or sanctioned, abandoned); `name` leaves those whose name holds it.

    `by`: agent (attorney, else correspondent), attorney, correspondent. UsageError for other words.
    """
    if by not in _BY or order not in _ORDERS:
        raise UsageError(
            say("--by is one of {keys}; --sort is one of {orders}", keys=", ".join(_BY), orders=", ".join(_ORDERS))
        )
    abandoned, cancelled = (_in(codes_of_kind(f"dead/{kind}")) for kind in ("abandoned", "cancelled"))
    dead = _in((*codes_of_kind("dead"), *codes_of_kind("dead/expired")))
    asked = "AND contains(fingerprint, ?)" if name else ""
    rows = register.ask(
        f"""
        SELECT fingerprint, count(*) AS filed,
               coalesce(max(serial_number) FILTER (written), max(serial_number)) AS newest,
               count_if(status_code IN {abandoned}) AS abandoned, count_if(status_code IN {cancelled}) AS cancelled,
               count_if(status_code IN {dead}) AS dead, count_if(sanctioned) AS sanctioned,
               min(filing_date) AS first, max(filing_date) AS last
        FROM (SELECT {_BY[by]} AS fingerprint, serial_number, status_code, filing_date,
                     correspondent_key IS NOT NULL AS written, {SANCTIONED} AS sanctioned FROM keys)
        WHERE fingerprint IS NOT NULL AND fingerprint <> '' {asked}
        GROUP BY fingerprint ORDER BY {_ORDERS[order]} DESC, filed DESC, fingerprint LIMIT ?
        """,
        [*([asked_name(name)] if name else []), top],
    )
    newest = {one["serial_number"]: one for one in register.rows((row["newest"] for row in rows), _SHOWN)}
    return tuple(_agent(row, newest[row["newest"]], by, registry, as_of) for row in rows)


def _in(found: tuple[int, ...]) -> str:
    """Return status codes as an SQL list."""
    return f"({', '.join(map(str, found)) or 'NULL'})"


def _agent(row: Row, newest: Row, by: str, registry: Registry, as_of: date) -> Agent:
    """Join the counts with the name and letters of the newest mark, and with what the orders say of these."""
    letters = tuple(newest["correspondent"] or ())
    first_line = letters[0] if letters else ""
    name = first_line if by == "correspondent" else newest["attorney"] or first_line
    address = ", ".join(letters[1:]) or None
    day = row["last"] or as_of
    party = Party("", "attorney", name, None, None, address, row["first"] or day, day, "register")
    lost = row["abandoned"] + row["cancelled"] + row["dead"]
    return Agent(
        name,
        row["fingerprint"],
        row["filed"],
        row["filed"] - lost,
        row["abandoned"],
        row["cancelled"],
        row["sanctioned"],
        row["first"],
        row["last"],
        letters,
        match((party,), registry),
    )
