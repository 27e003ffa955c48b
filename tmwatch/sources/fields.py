"""How single values of USPTO records are read, the same for every source: text, days, partial dates, numbers, regions.

Values in, values out. A value that cannot be what it claims raises FormatError with the place where it stood.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from tmwatch.errors import FormatError
from tmwatch.records import PartialDate
from tmwatch.text import Text, say

_BREAKS = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029]+")
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TTAB_FROM = 10_000_000  # TTAB numbers have eight digits; shorter ones beside an event are employee numbers


class Unreadable(FormatError):
    """The bytes are not even JSON or XML: often cut short, so worth another try when they came over the net."""


def clean_text(text: str) -> str | None:
    """Return `text` without control characters and outer blanks, None when nothing is left.

    Line breaks and tabs become one space; runs of spaces inside stay as told. Characters that reorder or cannot be
    stored (bidirectional marks, lone surrogates) are dropped.
    """
    flat = _BREAKS.sub(" ", text)
    if not flat.isprintable():
        flat = "".join(char for char in flat if char not in _BIDI and unicodedata.category(char) not in ("Cc", "Cs"))
    return flat.strip() or None


def iso_day(text: str, where: str | Text) -> date:
    """Return the day in the first ten characters ("2023-03-22T04:00:00.000+0000", "2000-05-09-04:00").

    The Office writes midnight Eastern in UTC: those ten characters are the Eastern day.
    """
    if not _DAY.match(text):
        raise FormatError(say("{place} is no date: {text}", place=where, text=_shown(text)))
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise FormatError(say("{place} is no date: {text}", place=where, text=_shown(text))) from error


def partial_date(digits: str) -> PartialDate | None:
    """Return "1996-10-13", "1996-01" or "1996" for YYYYMMDD with zeros for what is unknown, None when all is zero.

    ValueError when `digits` are no such date.
    """
    if not digits.isascii() or not digits.isdigit() or (digits.strip("0") and len(digits) != 8):
        raise ValueError(f"{digits!r} is no YYYYMMDD")
    if not digits.strip("0"):
        return None
    year, month, day = digits[:4], digits[4:6], digits[6:]
    if month == "00":
        return year
    date(int(year), int(month), int(day) or 1)
    return f"{year}-{month}" if day == "00" else f"{year}-{month}-{day}"


def serial_number(value: int | str, where: str | Text) -> str:
    """Return the 8-digit serial number."""
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) == 8):
        raise FormatError(say("{place} is no serial number of 8 digits: {text}", place=where, text=_shown(text)))
    return text


def registration_number(text: str | None, where: str | Text) -> str | None:
    """Return the registration number padded to 7 digits, None for "", blanks or zeros."""
    digits = (text or "").strip()
    if not digits.strip("0"):
        return None
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 7):
        raise FormatError(
            say("{place} is no registration number of at most 7 digits: {text}", place=where, text=_shown(digits))
        )
    return digits.zfill(7)


def status_code(value: int | str | None, where: str | Text) -> int:
    """Return the case status code, 1 to 999; it decides everything, so nothing else is let through."""
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) < 1000):
        raise FormatError(say("{place} is no case status code: {text}", place=where, text=_shown(text)))
    return int(text)


def proceeding_number(value: int | str | None) -> str | None:
    """Return the TTAB number beside an event; 0 and employee numbers are none."""
    text = str(value or "").strip()
    return text if text.isascii() and text.isdigit() and int(text[:18] or 0) >= _TTAB_FROM else None


def region_code(name: str | None) -> str | None:
    """Return the two-letter code of a US state or territory given in words; anything else as told."""
    return _US_REGIONS.get(name.upper(), name) if name else None


def joined(*parts: str | None) -> str | None:
    """Join what is there by ", ", None when nothing is ("DE, US"; "SE")."""
    return ", ".join(part for part in parts if part) or None


def _shown(text: str) -> str:
    """Quote foreign text safely and shortly for a message."""
    return ascii(text[:40])


# ST.96 writes "NEW HAMPSHIRE" where JSON and the daily files have "NH" (ISO 3166-2:US).
# fmt: off
_US_REGIONS = {
    "ALABAMA": "AL", "ALASKA": "AK", "AMERICAN SAMOA": "AS", "ARIZONA": "AZ", "ARKANSAS": "AR", "CALIFORNIA": "CA",
    "COLORADO": "CO", "CONNECTICUT": "CT", "DELAWARE": "DE", "DISTRICT OF COLUMBIA": "DC", "FLORIDA": "FL",
    "GEORGIA": "GA", "GUAM": "GU", "HAWAII": "HI", "IDAHO": "ID", "ILLINOIS": "IL", "INDIANA": "IN", "IOWA": "IA",
    "KANSAS": "KS", "KENTUCKY": "KY", "LOUISIANA": "LA", "MAINE": "ME", "MARYLAND": "MD", "MASSACHUSETTS": "MA",
    "MICHIGAN": "MI", "MINNESOTA": "MN", "MISSISSIPPI": "MS", "MISSOURI": "MO", "MONTANA": "MT", "NEBRASKA": "NE",
    "NEVADA": "NV", "NEW HAMPSHIRE": "NH", "NEW JERSEY": "NJ", "NEW MEXICO": "NM", "NEW YORK": "NY",
    "NORTH CAROLINA": "NC", "NORTH DAKOTA": "ND", "NORTHERN MARIANA ISLANDS": "MP", "OHIO": "OH", "OKLAHOMA": "OK",
    "OREGON": "OR", "PENNSYLVANIA": "PA", "PUERTO RICO": "PR", "RHODE ISLAND": "RI", "SOUTH CAROLINA": "SC",
    "SOUTH DAKOTA": "SD", "TENNESSEE": "TN", "TEXAS": "TX", "UTAH": "UT", "VERMONT": "VT", "VIRGINIA": "VA",
    "VIRGIN ISLANDS": "VI", "WASHINGTON": "WA", "WEST VIRGINIA": "WV", "WISCONSIN": "WI", "WYOMING": "WY",
}
# fmt: on
