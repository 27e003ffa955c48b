"""The normal form of a postal address: street number, street, city, postcode, and which floor or room."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from tmwatch.names import plain, simplified, words_of

_STREET_WORDS = {
    "road": "road", "rd": "road", "lu": "road", "street": "street", "st": "street", "jie": "street",
    "avenue": "avenue", "ave": "avenue", "av": "avenue", "dadao": "avenue", "boulevard": "boulevard",
    "blvd": "boulevard", "drive": "drive", "dr": "drive", "lane": "lane", "ln": "lane", "way": "way",
    "court": "court", "ct": "court", "place": "place", "pl": "place", "square": "square", "sq": "square",
    "parkway": "parkway", "pkwy": "parkway", "highway": "highway", "hwy": "highway", "terrace": "terrace",
    "circle": "circle", "cir": "circle",
}  # fmt: skip
_SIDES = {"north": "n", "south": "s", "east": "e", "west": "w", "bei": "n", "nan": "s", "dong": "e", "xi": "w"}
_TYPES = "|".join(sorted(_STREET_WORDS, key=len, reverse=True))
_NUMBER = r"(?P<number>\d+(?:-\d+)?[a-z]?)"
_SIDE_AFTER = r"(?: (?:north|south|east|west|[nsew])\b)?"
_PATTERNS = (
    re.compile(rf"\bno ?{_NUMBER} ?,? (?P<street>(?:[a-z0-9]+ ){{1,4}}?(?:{_TYPES})\b{_SIDE_AFTER})"),
    re.compile(rf"(?:^|, )(?P<street>(?:[a-z0-9]+ ){{1,4}}?(?:{_TYPES})\b{_SIDE_AFTER}),? no ?{_NUMBER}\b"),
    re.compile(rf"(?:^|, ){_NUMBER} (?P<street>(?:[a-z0-9]+ ){{1,4}}?(?:{_TYPES})\b{_SIDE_AFTER})"),
    re.compile(rf"(?:^|, )(?P<street>(?:[a-z]+ ){{1,4}}?(?:{_TYPES})) {_NUMBER}(?: hao)?\b"),
    re.compile(rf"\b{_NUMBER} (?P<street>(?:[a-z]+ ){{1,4}}?(?:{_TYPES})\b{_SIDE_AFTER})"),
    re.compile(rf"(?:^|, )(?P<street>(?:[a-z]+ ){{1,4}}?(?:{_TYPES})), {_NUMBER}(?:,|$| hao)"),
    re.compile(rf"(?:^|, ){_NUMBER}, (?P<street>(?:[a-z]+ ){{1,4}}?(?:{_TYPES})\b)"),
    re.compile(rf"(?:^|, ){_NUMBER},? (?P<street>(?:rue|calle|via|rua|avenida|strada) [a-z][a-z ]*[a-z])(?=,|$)"),
    re.compile(rf"(?:^|, )(?P<street>(?:calle|via|rua|avenida|strada) [a-z][a-z ]*[a-z]),? {_NUMBER}(?=,|$)"),
    re.compile(rf"(?:^|, )(?P<street>(?:[a-z]+ ){{0,2}}[a-z]+(?:strasse|str|weg|allee|platz)),? {_NUMBER}(?=,|$)"),
)
_PO_BOX = re.compile(r"\b(?:p ?o|post office) ?box (\d+)")
_PLOT = re.compile(r"\bplot (?:no )?(\d+(?:-?[a-z])?)\b")
_LANE = re.compile(r"\blane (\d+)\b")
_NAMED_STREET = re.compile(rf"(?:^|, )((?:[a-z]+ ){{1,3}}?(?:{_TYPES}))\b")
_FLOOR = re.compile(r"\b(\d+)(?: ?/ ?)?(?:st|nd|rd|th)? ?(?:floor|fl|f)\b|\b(?:floor|fl|level) ?(\d+)\b")
_ROOM = re.compile(r"\b(?:room|rm|unit|suite|ste|apt|apartment|office|flat) ?(?:no ?)?([a-z]?-?\d+[a-z]?|[a-h])\b")
_BLOCK = re.compile(r"\b(?:building|bldg|block|blk|tower) ?(?:no ?)?([a-h]|\d{1,2})\b")
_BLOCK_BEHIND = re.compile(r"\b([a-h]|\d{1,2}) (?:building|block|tower)\b")
_POSTCODES = (
    re.compile(r"\b(\d{6})\b(?!.*\b\d{6}\b)"),
    re.compile(r"(?<=[a-z, ])\b(\d{5})(?:-\d{4})?\b(?!.*\b\d{5}\b)"),
    re.compile(r"\b([a-z]{1,2}\d[a-z\d]? \d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d)\b"),
)
_CHINESE = re.compile(r"([一-鿿]{1,8}?(?:大道|路|街|巷))(\d+)号")
_CHINESE_FRONT = re.compile(r"^.*(?:省|市|区|县|镇|街道)")
_CHINESE_FLOOR = re.compile(r"(\d+)(?:楼|层)")
_CHINESE_ROOM = re.compile(r"(\d{3,4}[a-z]?)(?:室|房|号房)?$")


@dataclass(frozen=True, slots=True)
class AddressForm:
    """Street number and street (`place`), with the city, postcode, floor, room and block when the address has them."""

    place: tuple[str, str]
    city: str | None
    postcode: str | None
    floor: str | None = None
    room: str | None = None
    block: str | None = None
    towns: frozenset[str] = frozenset()


@lru_cache(maxsize=65536)
def address_form(text: str) -> AddressForm | None:
    """Return the form of a one-line address, None when no street and number can be read."""
    flat = re.sub(r"[.#;\n]+", lambda m: ", " if m.group()[0] in ";\n" else " ", plain(text))
    flat = re.sub(r"\s*,[\s,]*", ", ", re.sub(r"[()]", ", ", flat)).replace("number ", "no ")
    flat = " ".join(re.sub(r"(?<=[a-z])-(?=[a-z])", "", flat).split())
    place = _place(flat)
    if place is None:
        return _chinese(text)
    postcode = next((found[1] for pattern in _POSTCODES if (found := pattern.search(flat))), None)
    room = _first(_ROOM, flat)
    floor = _first(_FLOOR, flat) or _floor_of(room)
    return AddressForm(
        place, _city(flat), postcode, floor, room, _first(_BLOCK, flat) or _first(_BLOCK_BEHIND, flat), _towns(flat)
    )


def _place(flat: str) -> tuple[str, str] | None:
    """Find street number and street in either order; a post-office box counts as a street."""
    box = _PO_BOX.search(flat)
    if box:
        return box[1], "pobox"
    plot, named = _PLOT.search(flat), _NAMED_STREET.search(flat)
    if plot and named:
        lane = _LANE.search(flat)
        return f"plot {plot[1]}", _street(named[1]) + (f" lane {lane[1]}" if lane else "")
    for pattern in _PATTERNS:
        found = pattern.search(flat)
        if found:
            return str(found["number"]), _street(str(found["street"]))
    return None


def _street(words: str) -> str:
    """Join the words of a street name, its kind and its side of town in one spelling."""
    parts = [_SIDES.get(word, word) for word in re.sub(r"str$", "strasse", words).split()]
    parts = [_STREET_WORDS.get(word, word) if at == len(parts) - 1 or at == len(parts) - 2 else word
             for at, word in enumerate(parts)]  # fmt: skip
    return "".join(parts)


def _first(pattern: re.Pattern[str], flat: str) -> str | None:
    """Return the first group that matched."""
    found = pattern.search(flat)
    return next((str(group) for group in found.groups() if group), None) if found else None


def _floor_of(room: str | None) -> str | None:
    """Return floor 16 for room 1602; None when a room number does not tell."""
    digits = re.sub(r"\D", "", room or "")
    return digits[:-2].lstrip("0") or None if len(digits) in (3, 4) else None


def _city(flat: str) -> str | None:
    """Return the known city named last (a street may bear the name of another city)."""
    words: list[str] = re.findall(r"[a-z]+", flat)
    known = words_of("city")
    for at in range(len(words) - 1, -1, -1):
        if words[at] in known:
            return words[at]
        if at and words[at - 1] + words[at] in known:
            return words[at - 1] + words[at]
    return None


def _towns(flat: str) -> frozenset[str]:
    """Return the comma-separated parts that are words only: candidates for the town."""
    parts = (re.sub(r"\b\d[\d-]*\b", "", part) for part in flat.split(", ")[1:])
    joined = (re.sub(r"[^a-z]", "", part) for part in parts)
    return frozenset(part for part in joined if len(part) > 3 and part not in ("china", "unitedstates"))


def _chinese(text: str) -> AddressForm | None:
    """Read an address in Chinese characters: ...市...区...路N号...楼...室."""
    flat = simplified("".join(unicodedata.normalize("NFKC", text).split()))
    found = _CHINESE.search(flat)
    if not found:
        return None
    city = next((city for chinese, city in words_of("chinese_city").items() if chinese in flat), None)
    rest = flat[found.end() :]
    room, floor = _first(_CHINESE_ROOM, rest), _first(_CHINESE_FLOOR, rest)
    postcode = re.search(r"(?<!\d)(\d{6})(?!\d)", flat)
    street = _CHINESE_FRONT.sub("", found[1])
    return AddressForm((found[2], street), city, postcode[1] if postcode else None, floor or _floor_of(room), room)


def same_address(one: AddressForm, other: AddressForm) -> float:
    """Return how well two addresses agree, 0 (not the same door) to 1.

    Street and number must be equal, city or postcode must agree, and nothing that both name may differ.
    """
    if one.place != other.place or _differ(one.city, other.city):
        return 0.0
    if any(_differ(a, b) for a, b in ((one.floor, other.floor), (one.room, other.room), (one.block, other.block))):
        return 0.0
    if one.postcode and other.postcode and not _same_postcode(one.postcode, other.postcode):
        return 0.0
    same_city = (one.city is not None and one.city == other.city) or bool(one.towns & other.towns)
    same_code = one.postcode is not None and other.postcode is not None
    if not same_city and not same_code:
        return 0.0
    detailed = (one.floor and one.floor == other.floor) or (one.room and one.room == other.room)
    return 1.0 if (same_city and same_code and detailed) else 0.85 if detailed or (same_city and same_code) else 0.7


def _differ(one: str | None, other: str | None) -> bool:
    """Whether both are known and different."""
    return one is not None and other is not None and one != other


def _same_postcode(one: str, other: str) -> bool:
    """Whether two postcodes agree; a Chinese code that ends in 000 stands for the whole city."""
    if len(one) == len(other) == 6 and one.isdigit() and other.isdigit():
        city_code = one.endswith("000") or other.endswith("000")
        return one[:3] == other[:3] if city_code else one == other
    return one.replace(" ", "") == other.replace(" ", "")
