"""The USPTO's code tables (package data beside this module, each with source and retrieval date) and what they decide.

Standing comes from the status table alone, never from wording or number ranges (facts: 700 and 800 are registered,
630 is pending, 779 is pending although its text says "sustained"). Tables are read once, on first use.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class Standing(StrEnum):
    """Whether a mark lives. `unknown` is an alert of its own (rule C06), never "live"."""

    live_pending = "live_pending"
    live_registered = "live_registered"
    dead = "dead"
    indifferent = "indifferent"
    unknown = "unknown"

    @property
    def is_live(self) -> bool:
        """Pending or registered."""
        return self in (Standing.live_pending, Standing.live_registered)


@dataclass(frozen=True, slots=True)
class StatusCode:
    """One row of the status table. `kind` is its Live/Dead/Indifferent column in small letters ("dead/abandoned")."""

    code: int
    description: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class EventCode:
    """One (code, type) pair of the event table. `family` is our own grouping, for digests and statistics only."""

    code: str
    type: str
    description: str
    family: str


# Decided against the table (its reading by the Office is in data/README.md): 715 restores a registration to pendency,
# so the registration is gone; 740 is a paper in a registered file.
_COUNTS_AS_DEAD = frozenset({715})
_REGISTERED_WHEN_NUMBERED = frozenset({740})
_LIVE = {"live/pending": Standing.live_pending, "live/registered": Standing.live_registered}


def read_table(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of the package table `name` ("status_codes.csv") as column -> text; `#` lines are its source."""
    text = resources.files("tmwatch").joinpath("data", name).read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(csv.DictReader(lines, strict=True))


@cache
def status_codes() -> dict[int, StatusCode]:
    """Return the status table by code (171 rows, two of them retired and of class unknown)."""
    rows = read_table("status_codes.csv")
    return {int(r["code"]): StatusCode(int(r["code"]), r["description"], r["class"], r["source"]) for r in rows}


@cache
def event_codes() -> dict[tuple[str, str], EventCode]:
    """Return the event table by (code, type): 1,166 pairs."""
    rows = read_table("event_codes.csv")
    return {(r["code"], r["type"]): EventCode(r["code"], r["type"], r["description"], r["family"]) for r in rows}


@cache
def _event_code_names() -> frozenset[str]:
    """Return every event code the table knows, whatever its type."""
    return frozenset(code for code, _ in event_codes())


def status_text(code: int) -> str | None:
    """Return the table's words for a status code, None when it is not listed."""
    row = status_codes().get(code)
    return row.description if row else None


def is_known_status(code: int) -> bool:
    """Whether the code is listed with a class (673 and 716 are listed without one)."""
    row = status_codes().get(code)
    return row is not None and row.kind != "unknown"


def standing(status_code: int, registration_number: str | None = None) -> Standing:
    """Return the standing of a case: the table's, except 715 (dead) and 740 with a registration number (registered)."""
    if not is_known_status(status_code):
        return Standing.unknown
    if status_code in _COUNTS_AS_DEAD:
        return Standing.dead
    if status_code in _REGISTERED_WHEN_NUMBERED and (registration_number or "").strip("0"):
        return Standing.live_registered
    kind = status_codes()[status_code].kind
    if kind.startswith("dead"):
        return Standing.dead
    if kind.startswith("indifferent"):
        return Standing.indifferent
    return _LIVE[kind]


def is_lost(status_code: int, registration_number: str | None = None) -> bool:
    """Whether nothing lives any more under this status (715 and 783 included)."""
    return standing(status_code, registration_number) is Standing.dead


@cache
def ttab_answer_codes() -> frozenset[str]:
    """Return the entry codes of the Board's notices that name a day for the answer (three digits or more)."""
    text = resources.files("tmwatch").joinpath("data", "deadline_codes.toml").read_text("utf-8")
    return frozenset(tomllib.loads(text)["ttab"]["answer_due"])


def event(code: str, type: str) -> EventCode | None:
    """Return the table's row of an event, None when the pair is not listed."""
    return event_codes().get((code, type))


def event_text(code: str, type: str) -> str | None:
    """Return the table's words for an event, None when the pair is not listed."""
    row = event(code, type)
    return row.description if row else None


def is_known_event_code(code: str) -> bool:
    """Whether the code is listed with any type."""
    return code in _event_code_names()


def split_event(joined: str) -> tuple[str, str]:
    """Split a joined ST.96 event code ("R.PRA", "C15AO") into code and type; the type is the last character."""
    return joined[:-1], joined[-1:]


@cache
def _texts(name: str) -> dict[str, str]:
    """Return a table of two columns as code -> description."""
    return {row["code"]: row["description"] for row in read_table(name)}


def party_type_text(party_type: int) -> str | None:
    """Return the words for an owner's party type; the number grows with each later owner (10.., 20.., 30..)."""
    return _texts("party_types.csv").get(str(party_type))


def entity_text(code: str) -> str | None:
    """Return the words for a legal entity type, zero padded or not."""
    return _texts("entity_codes.csv").get(code.zfill(2))


@cache
def countries() -> dict[str, str]:
    """Return country name in capitals -> two-letter code."""
    return {row["name"]: row["code"] for row in read_table("countries.csv")}


@cache
def us_states() -> dict[str, str]:
    """Return name of a US state in capitals -> postal code."""
    return {row["name"]: row["code"] for row in read_table("us_states.csv")}
