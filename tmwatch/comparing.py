"""When two values of a record are the same fact: letter case, blanks, dots of abbreviations, spelling of countries and
states, padding of numbers and the order of lists make no difference between sources or days.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tmwatch import codes
from tmwatch.records import Address, Correspondent

_INITIALS = re.compile(r"\b(?:\w\.){2,}")  # "U.S.A.", "L.L.C."
_CLOSING_DOT = re.compile(r"\.(?=[\s,;)]|$)")  # "Inc.", "Ltd.," but not "example.com" or "3.5"
_UNITED_STATES = re.compile(r"\b(?:united states(?: of america)?|usa)\b")
_SPACED_COMMA = re.compile(r"\s*[,;]\s*")
_ZIP = re.compile(r"(?<=\d{5})-(?=\d{4}\b)")


def plain(text: str | None) -> str:
    """Return the text without differences of letter case, width or blanks; "" for None."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()) if text else ""


@lru_cache(maxsize=65536)
def normalise(text: str | None) -> str:
    """Return the form in which two spellings of one name are equal: as `plain`, and without commas, the dots of
    abbreviations ("L.L.C.", "Inc.") and the spellings of United States ("U.S.A.", "United States" become "us")."""
    value = plain(text)
    value = _INITIALS.sub(lambda found: found.group().replace(".", ""), value)
    value = _CLOSING_DOT.sub("", value)
    value = _SPACED_COMMA.sub(" ", value)
    return " ".join(_UNITED_STATES.sub("us", value).split())


def email(text: str) -> str:
    """Return an e-mail address as compared: plain, nothing around it."""
    return plain(text).strip("<>")


def emails(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the addresses as compared, sorted, each once."""
    return tuple(sorted({email(value) for value in values if value.strip()}))


def registration(number: str | None) -> str | None:
    """Return a registration number with seven digits, None for nothing and for the zeros of bulk records."""
    digits = re.sub(r"\D", "", number or "").lstrip("0")
    return digits.zfill(7) if digits else None


def class_code(code: str) -> str:
    """Return a class code as the tables write it: digits padded to three, letters as they are ("9" -> "009")."""
    code = code.strip().upper()
    return code.zfill(3) if code.isdigit() else code


def class_status(code: str | None) -> str | None:
    """Return a class status without padding ("06" -> "6"), None when not told."""
    code = (code or "").strip().upper()
    return (code.lstrip("0") or "0") if code else None


def _place(text: str | None, table: dict[str, str]) -> str:
    """Return the code of a country or state given in words, else the normal form of the text."""
    name = " ".join((text or "").upper().split())
    return table.get(name, name).casefold() if name in table else normalise(text)


@lru_cache(maxsize=65536)
def address_words(address: Address) -> frozenset[str]:
    """Return the words of an address: what is compared between sources that cut it into fields differently.

    The United States is left out: bulk records name only the state.
    """
    text = " ".join([*(normalise(line) for line in address.lines), normalise(address.city)])
    text += " " + _ZIP.sub("", normalise(address.postal_code))
    words = set(text.split())
    words.add(_place(address.region, codes.us_states() | codes.countries()))
    words.add(_place(address.country, codes.countries()))
    return frozenset(words - {"", "us"})


def same_address(one: Address, other: Address) -> bool:
    """Whether two addresses are the same place. Where both have as many lines, the order of their words counts too."""
    apart = address_words(one) ^ address_words(other)
    if apart and ((one.country and other.country) or apart != _country(one) | _country(other)):
        return False  # a country that only one of them names is no move
    if len(one.lines) != len(other.lines) or normalise(one.city) != normalise(other.city):
        return True
    return [normalise(line) for line in one.lines] == [normalise(line) for line in other.lines]


def _country(address: Address) -> frozenset[str]:
    """Return the word of the country, nothing for the United States."""
    return frozenset({_place(address.country, codes.countries())} - {"", "us"})


def has_fields(correspondent: Correspondent | None) -> bool:
    """Whether the correspondent came in fields (TSDR)."""
    c = correspondent
    return c is not None and bool(c.name or c.firm or address_words(c.address))


def has_lines(correspondent: Correspondent | None) -> bool:
    """Whether the correspondent came as address lines (bulk records)."""
    return correspondent is not None and any(line.strip() for line in correspondent.lines)


def same_fields(one: Correspondent, other: Correspondent) -> bool:
    """Whether name, firm and address of two correspondents are the same (phone and fax do not count)."""
    named = (normalise(one.name), normalise(one.firm)) == (normalise(other.name), normalise(other.firm))
    if not address_words(one.address) or not address_words(other.address):
        return named  # a sparse answer without the address is no move
    return named and same_address(one.address, other.address)


def same_lines(one: Correspondent, other: Correspondent) -> bool:
    """Whether the address lines of two correspondents hold the same words in the same order, however they are cut."""
    return normalise(" ".join(one.lines)) == normalise(" ".join(other.lines))


def same_correspondent(one: Correspondent | None, other: Correspondent | None) -> bool:
    """Whether two correspondents are the same, as far as both came in the same form.

    Bulk records give one or two lines of free text, TSDR gives fields: the two forms cannot be compared reliably, so
    fields are compared with fields and lines with lines, and where no form is common nothing is said to have changed.
    """
    if one is None or other is None:
        return True
    if has_fields(one) and has_fields(other) and not same_fields(one, other):
        return False
    return not (has_lines(one) and has_lines(other) and not same_lines(one, other))
