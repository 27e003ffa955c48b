"""The lives of applications, for large invented files: entries, statuses and dates that fit each other.

A real weekday file is full of marks that moved a step this week; a portfolio is full of marks that stand still, most of
them registered and sound. Random entries would make four of five marks look lost.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

_ENTRIES: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "630": (
        ("NWAP", "I", "NEW APPLICATION ENTERED"),
        ("NWOS", "I", "NEW APPLICATION OFFICE SUPPLIED DATA ENTERED"),
    ),
    "638": (("DOCK", "D", "ASSIGNED TO EXAMINER"),),
    "641": (
        ("CNRT", "R", "NON-FINAL ACTION  WRITTEN"),
        ("GNRT", "F", "NON-FINAL ACTION E-MAILED"),
        ("GNRN", "O", "NOTIFICATION OF NON-FINAL ACTION E-MAILED"),
    ),
    "680": (
        ("TROA", "I", "TEAS RESPONSE TO OFFICE ACTION RECEIVED"),
        ("CRFA", "I", "CORRESPONDENCE RECEIVED IN LAW OFFICE"),
        ("TEME", "I", "TEAS/EMAIL CORRESPONDENCE ENTERED"),
        ("CNSA", "P", "APPROVED FOR PUB - PRINCIPAL REGISTER"),
    ),
    "686": (
        ("NONP", "E", "NOTIFICATION OF NOTICE OF PUBLICATION E-MAILED"),
        ("PUBO", "A", "PUBLISHED FOR OPPOSITION"),
        ("NPUB", "E", "OFFICIAL GAZETTE PUBLICATION CONFIRMATION E-MAILED"),
    ),
    "688": (("NOAM", "E", "NOA E-MAILED - SOU REQUIRED FROM APPLICANT"),),
    "700": (("R.PR", "A", "REGISTERED-PRINCIPAL REGISTER"),),
    "702": (("C15A", "O", "REGISTERED - SEC. 8 (6-YR) ACCEPTED & SEC. 15 ACK."),),
    "602": (("ABN2", "O", "ABANDONMENT - FAILURE TO RESPOND OR LATE RESPONSE"),),
    "710": (("C8..", "O", "CANCELLED SEC. 8 (6-YR)"),),
}
_FILLER = ("TEME", "I", "TEAS/EMAIL CORRESPONDENCE ENTERED")  # real histories hold many entries that change nothing
_BEFORE = {"638": "630", "641": "638", "680": "641", "686": "680", "688": "686", "700": "686", "702": "700",
           "602": "641", "710": "700"}  # fmt: skip
_GAP = {
    "638": 150,
    "641": 20,
    "680": 100,
    "686": 40,
    "688": 60,
    "700": 75,
    "702": 2000,
    "602": 200,
    "710": 2400,
}  # days
_HEADER = {"686": "published-for-opposition-date", "700": "registration-date", "602": "abandonment-date",
           "710": "cancellation-date"}  # fmt: skip

Mix = Mapping[str, tuple[int, int, int]]  # status: weight, days since it was reached (at least, at most)
THIS_WEEK: Mix = {
    "638": (25, 0, 3), "641": (20, 0, 3), "680": (12, 0, 3), "686": (12, 0, 3), "688": (6, 0, 3), "700": (14, 0, 3),
    "702": (5, 0, 3), "602": (4, 0, 3), "710": (2, 0, 3),
}  # fmt: skip
PORTFOLIO: Mix = {
    "638": (8, 10, 140), "641": (6, 5, 80), "680": (2, 3, 30), "686": (2, 3, 60), "688": (4, 5, 150),
    "700": (62, 60, 1700), "702": (13, 60, 1300), "602": (1, 100, 700), "710": (2, 100, 900),
}  # fmt: skip


def path(status: str) -> tuple[str, ...]:
    """Return the statuses a mark went through, the given one last."""
    before = _BEFORE.get(status)
    return (*path(before), status) if before else (status,)


def drawn(mix: Mix, dice: random.Random, day: date) -> tuple[str, dict[str, str]]:
    """Draw a life: where it stands on `day`, and the date (YYYYMMDD) of each step as "D" and the status."""
    status = dice.choices(tuple(mix), [weight for weight, _, _ in mix.values()])[0]
    at = day - timedelta(days=dice.randint(*mix[status][1:]))
    dates = {}
    for step in reversed(path(status)):
        dates["D" + step] = f"{at:%Y%m%d}"
        at -= timedelta(days=int(_GAP.get(step, 0) * dice.uniform(0.9, 1.1)))
    return status, dates


def header(status: str) -> dict[str, str]:
    """Return the dates of a header as fields `@D...@`."""
    told = {"filing-date": "@D630@", "status-code": status, "status-date": f"@D{status}@"}
    return told | {_HEADER[step]: f"@D{step}@" for step in path(status) if step in _HEADER}


def entries(status: str, fillers: int) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return the entries of a history, newest first, dates as fields."""
    made = [(*entry, "@D630@") for entry in (*_ENTRIES["630"], *[_FILLER] * fillers)]
    made += [(*entry, f"@D{step}@") for step in path(status)[1:] for entry in _ENTRIES[step]]
    return tuple((*entry, str(number)) for number, entry in reversed(list(enumerate(made, 1))))


def previous(status: str) -> str:
    """Return where a mark stood before its last step."""
    return _BEFORE.get(status, status)


def is_registered(status: str) -> bool:
    """Whether the mark has a registration number."""
    return "700" in path(status)
