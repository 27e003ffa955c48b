"""Normal forms of names, marks and addresses for searching: what a person types finds what the Office recorded.

A key is looked for inside another key, so only the question loses its legal form ("Ltd"), never the record.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tmwatch.names import plain, simplified, words_of

_WORDS = re.compile(r"[^\W_]+")
# The same for ASCII, as a table: letters become small, what is neither letter nor digit parts words.
_ASCII = bytes(ord(chr(code).lower()) if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256))
_JOINING = b".'"
_STREET = {
    "rd": "road",
    "ave": "avenue",
    "blvd": "boulevard",
    "dr": "drive",
    "ln": "lane",
    "rm": "room",
    "ste": "suite",
    "bldg": "building",
    "fl": "floor",
    "hwy": "highway",
    "pkwy": "parkway",
}


def words(text: str) -> list[str]:
    """Return the words of `text` in small letters; dots and apostrophes join ("L.L.C.", "O'Hara"), & is a word."""
    text = text.replace("&", " and ")
    if text.isascii():
        return text.encode().translate(_ASCII, _JOINING).decode().split()
    return _WORDS.findall(simplified(plain(text)).replace(".", "").replace("'", "").replace("&", " and "))


@lru_cache(maxsize=1 << 16)
def name_key(text: str) -> str:
    """Return a name as one run of letters, abbreviations spelled out ("tech" is "technology")."""
    spelled = words_of("word")
    return "".join([spelled.get(word, word) for word in words(text)])


def asked_name(text: str) -> str:
    """Return the key to look for when somebody asks for a name: without "the" in front and legal forms at the end."""
    found, suffixes = words(text), words_of("suffix")
    while len(found) > 1 and found[-1] in suffixes:
        found.pop()
    if found[:1] == ["the"] and len(found) > 1:
        found = found[1:]
    spelled = words_of("word")
    return "".join([spelled.get(word, word) for word in found])


def mark_key(text: str) -> str:
    """Return a mark's text as one run of letters and digits."""
    return "".join(words(text))


@lru_cache(maxsize=1 << 16)
def address_key(text: str) -> str:
    """Return an address as words with one blank around each, so that "5 Vale Rd" is not found in "15 Vale Road"."""
    return f" {' '.join([_STREET.get(word, word) for word in words(text)])} "
