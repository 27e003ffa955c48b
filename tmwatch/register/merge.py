"""How several records of one mark become one: the newest status, and the newest complete record for the rest.

Written in SQL, because a year of daily files touches a million marks. The rule does not depend on the order in which
files are read: `transaction_date` and, on a tie, the later file decide; a status-only record changes status alone.
"""

# ruff: noqa: S608 - the SQL is put together from our own column names and quoted paths, never from what users type

from __future__ import annotations

from tmwatch.register.columns import COLUMNS, STATUS_COLUMNS

_NEWEST = "transaction_date DESC, edition DESC"
_FULLEST = "complete_date DESC NULLS LAST, complete_edition DESC NULLS LAST"
# A status-only record may leave these out although they still hold while the status stands.
_KEPT_WITH_STATUS = ("cancellation_date", "cancellation_code")
_REGISTRATION = ("registration_number", "registration_date")


def merged(versions: str, tie: str = "") -> str:
    """Return a query that gives one row a mark of the relation `versions` (its columns: COLUMNS and those of `tie`).

    `tie` is a further column that orders records of one file ("position").
    """
    last = f", {tie} DESC" if tie else ""
    columns = ", ".join(_picked(name) for name in COLUMNS)
    return f"""
        WITH s AS (SELECT * FROM {versions} QUALIFY row_number() OVER
                   (PARTITION BY serial_number ORDER BY {_NEWEST}{last}) = 1),
             c AS (SELECT * FROM {versions} WHERE complete_date IS NOT NULL QUALIFY row_number() OVER
                   (PARTITION BY serial_number ORDER BY {_FULLEST}{last}) = 1)
        SELECT {columns} FROM s LEFT JOIN c ON s.serial_number = c.serial_number
    """


def _picked(name: str) -> str:
    """Return the SQL that chooses a column from the newest status `s` and the newest complete record `c`."""
    if name == "serial_number":
        return "s.serial_number"
    if name in _KEPT_WITH_STATUS:
        kept = f"CASE WHEN c.status_code = s.status_code THEN c.{name} END"
        return f"coalesce(s.{name}, {kept}) AS {name}"
    if name in STATUS_COLUMNS:
        return f"s.{name}"
    if name in _REGISTRATION:
        # Told only when number and date are both there, or a good record would lose one of them.
        told = "s.registration_number IS NOT NULL AND s.registration_date IS NOT NULL"
        return f"CASE WHEN ({told}) OR c.serial_number IS NULL THEN s.{name} ELSE c.{name} END AS {name}"
    if name == "filing_date":
        return "coalesce(c.filing_date, s.filing_date) AS filing_date"
    return f"c.{name}" if name.startswith("complete_") else _rest(name)


def _rest(name: str) -> str:
    """Return the SQL of a column that only complete records tell."""
    return f"CASE WHEN c.serial_number IS NULL THEN s.{name} ELSE c.{name} END AS {name}"
