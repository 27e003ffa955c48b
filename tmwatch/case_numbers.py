"""Serial and registration numbers as people and spreadsheets write them -> the USPTO's own form.

A serial number has 8 digits and begins with 60 to 99; a registration number has 7, padded with zeros on the left.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tmwatch.reading import Unfit
from tmwatch.text import say

SERIAL_DIGITS, REGISTRATION_DIGITS = 8, 7
OLDEST_REGISTRATION_DIGITS = 5  # no registration below 10,000 is alive; shorter input is a slip
_SERIAL_PREFIX = re.compile(r"(?i)^(?:us\s*)?(?:sn|s/n|serial\s*(?:number|no\.?)?|#)?[\s:]*")
_REGISTRATION_PREFIX = re.compile(r"(?i)^(?:us\s*)?(?:rn|reg(?:istration)?\.?\s*(?:number|no\.?)?|#)?[\s:]*")
_MARKED_REGISTRATION = re.compile(r"(?i)^\s*(?:us\s*)?(?:rn|reg)")
_MARKED_SERIAL = re.compile(r"(?i)^\s*(?:us\s*)?(?:sn|s/n|ser)")


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """One of `serial_number` (8 digits) and `registration_number` (7 digits); `restored` tells that zeros lost by a
    spreadsheet were put back."""

    serial_number: str | None = None
    registration_number: str | None = None
    restored: bool = False


def serial_number(value: object) -> CaseNumber:
    """Read a serial number: 97123456, 97/123,456, "97 123 456", 97123456.0, sn97123456; ValueError when it is none."""
    shown = _shown(value)
    digits = _digits(_SERIAL_PREFIX.sub("", shown), shown)
    if len(digits) == REGISTRATION_DIGITS:
        raise Unfit(
            say("{value} has 7 digits, which is a registration number; a serial number has 8", value=repr(shown))
        )
    if len(digits) != SERIAL_DIGITS:
        raise Unfit(say("{value} has {count} digits; a serial number has 8", value=repr(shown), count=len(digits)))
    if digits < "60":
        raise Unfit(say("{value} is no serial number: those begin with 60 to 99", value=repr(shown)))
    return CaseNumber(serial_number=digits)


def registration_number(value: object) -> CaseNumber:
    """Read a registration number: 6723159, 6,723,159, rn6723159, "Reg. No. 6723159"; lost zeros are put back."""
    shown = _shown(value)
    digits = _digits(_REGISTRATION_PREFIX.sub("", shown), shown)
    if len(digits) == SERIAL_DIGITS:
        raise Unfit(
            say("{value} has 8 digits, which is a serial number; a registration number has 7", value=repr(shown))
        )
    if not OLDEST_REGISTRATION_DIGITS <= len(digits) <= REGISTRATION_DIGITS or not int(digits):
        raise Unfit(
            say("{value} has {count} digits; a registration number has 7", value=repr(shown), count=len(digits))
        )
    return CaseNumber(registration_number=digits.zfill(REGISTRATION_DIGITS), restored=len(digits) < REGISTRATION_DIGITS)


def case_number(value: object) -> CaseNumber:
    """Read a number that may be either: by its prefix (sn, rn), else by its length."""
    shown = _shown(value)
    if _MARKED_REGISTRATION.match(shown):
        return registration_number(shown)
    if _MARKED_SERIAL.match(shown):
        return serial_number(shown)
    digits = _digits(_SERIAL_PREFIX.sub("", shown), shown)
    return registration_number(value) if len(digits) in (6, REGISTRATION_DIGITS) else serial_number(value)


def looks_like_number(text: str) -> bool:
    """Whether `text` may be meant as a case number (for telling a bare list from a table)."""
    return bool(re.fullmatch(r"(?i)\s*(?:us\s*)?(?:sn|rn|#)?\s*\d[\d\s/,.\-]*", unicodedata.normalize("NFKC", text)))


def _shown(value: object) -> str:
    """Return the value as people see it: whole floats without their fraction, full-width digits as plain ones."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).strip().lstrip("'").strip()


def _digits(text: str, shown: str) -> str:
    """Return the digits of `text` when nothing else is in it but separators."""
    if re.fullmatch(r"\d(?:[.,]\d+)?[eE]\+?\d+", text):
        raise Unfit(
            say(
                "{value} has lost digits in a spreadsheet; format the column as text and enter it again",
                value=repr(shown),
            )
        )
    text = re.sub(r"\.0+$", "", text)
    digits = re.sub(r"[\s/,.\-\u2010-\u2015]", "", text)
    if not digits:
        raise Unfit(say("{value} is no number", value=repr(shown)))
    if not re.fullmatch(r"[0-9]+", digits):
        raise Unfit(say("{value} holds letters or signs; a number has digits only", value=repr(shown)))
    return digits
