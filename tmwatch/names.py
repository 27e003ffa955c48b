"""Normal forms of what parties call themselves: persons, firms, e-mail addresses. Two equal forms mean "written alike",
never "the same person". Postal addresses have a file of their own (postal.py)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from tmwatch.codes import read_table

_CJK = re.compile(r"[㐀-䶿一-鿿]+")
_TITLES = {
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "esq",
    "esquire",
    "attorney",
    "atty",
    "at",
    "law",
    "counsel",
    "jd",
    "phd",
}
_GENERATIONS = {"jr", "sr", "ii", "iii", "iv"}
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsryw])?"
    r"(?:iong|iang|uang|ian|iao|ang|eng|ing|ong|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u|v)"
)
_DOTTED = re.compile(r"\b(?:[a-z]\.\s?){1,}[a-z]\b\.?")
_ALIAS = re.compile(
    r"\b(?:d\s?/?\s?b\s?/?\s?a|f\s?/\s?k\s?/\s?a|a\s?/\s?k\s?/\s?a|doing business as|trading as|c\s?/\s?o)\b\.?", re.I
)
_DEPARTMENT = re.compile(r"[(,]?\s*\b(?:attn\b.*|(?:[a-z]+ )?(?:dept\b\.?|department\b)\)?)\s*$", re.I)
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_PLUS_TAGS = _GMAIL | {"outlook.com", "hotmail.com", "live.com", "icloud.com", "fastmail.com", "proton.me"}


@dataclass(frozen=True, slots=True)
class FirmForm:
    """A firm's name without legal form, place and spacing. `core` is one run of letters, `city` the place named in it
    (None: none named), `own` how many letters of the core belong to words that are not commonplace ("technology")."""

    core: str
    city: str | None
    own: int


@dataclass(frozen=True, slots=True)
class PersonForm:
    """A person's name. `orders` are the runs of letters it gives read in either order, the first one as written;
    `given` and `family` (first and last word) serve names with a middle name or initial."""

    orders: tuple[str, ...]
    words: tuple[str, ...]


def plain(text: str) -> str:
    """Return `text` in NFKC, small letters, without accents, blanks collapsed."""
    if text.isascii():
        return " ".join(text.lower().split())
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", text).split())


@cache
def words_of(kind: str) -> dict[str, str]:
    """Return the rows of one `kind` of company_words.csv as word -> normal form (empty for plain lists)."""
    return {row["word"]: row["normal"] for row in read_table("company_words.csv") if row["kind"] == kind}


@cache
def mail_domains(kind: str) -> frozenset[str]:
    """Return the mail domains of one `kind`: free (anybody gets an address) or shared (many unrelated users)."""
    return frozenset(row["domain"] for row in read_table("mail_domains.csv") if row["kind"] == kind)


def is_public_domain(domain: str) -> bool:
    """Whether a mail domain says nothing about who uses it (free mail, or shared by unrelated people)."""
    return domain in mail_domains("free") or domain in mail_domains("shared")


@lru_cache(maxsize=65536)
def email_form(text: str) -> str | None:
    """Return the normal form of one e-mail address (without dots and +tags its host ignores), None when it is none."""
    local, at, domain = plain(text).replace(" ", "").removeprefix("mailto:").strip("<>;,.").rpartition("@")
    if not at or not local or "." not in domain:
        return None
    if domain in _PLUS_TAGS:
        local = local.split("+", 1)[0]
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def domain_of(email: str) -> str:
    """Return the part after the @ of a normal form."""
    return email.rpartition("@")[2]


def domain_form(text: str) -> str:
    """Return a domain in small letters without a leading @ or www."""
    return plain(text).strip("@. ").removeprefix("www.")


def simplified(text: str) -> str:
    """Return Chinese text with the traditional characters of company_words.csv in their simplified form."""
    table = words_of("simplified")
    return "".join(table.get(c, c) for c in text)


def _tokens(text: str) -> list[str]:
    """Split a Latin name into words; dotted abbreviations become one word, an apostrophe joins."""
    text = re.sub(r"['’`]", "", plain(text)).replace("&", " and ")
    text = _DOTTED.sub(lambda found: found.group().replace(".", "").replace(" ", ""), text)
    text = re.sub(r"\btrade[ -]mark", "trademark", text)
    return re.findall(r"[a-z0-9]+", text)


@lru_cache(maxsize=65536)
def firm_forms(name: str) -> tuple[FirmForm, ...]:
    """Return the forms of a name: one for its Latin words (more with "d/b/a"), one for its Chinese characters."""
    chinese = "".join(_CJK.findall(re.sub(r"\([^()]*部\)", "", unicodedata.normalize("NFKC", name))))
    latin = _DEPARTMENT.sub(" ", _CJK.sub(" ", name))
    forms = [form for part in _ALIAS.split(latin) if (form := _latin_firm(_tokens(part))).core]
    if len(chinese) >= 4:
        forms.append(_chinese_firm(simplified(chinese)))
    return tuple(forms)


def _latin_firm(tokens: list[str]) -> FirmForm:
    """Drop the legal form at the end, lift the place out, spell abbreviations out, join the rest."""
    suffixes, cities = words_of("suffix"), words_of("city")
    tokens, city = _lift_city([_mended(token) for token in tokens], cities)
    while len(tokens) > 1 and (tokens[-1] in suffixes or tokens[-1] == city):
        tokens.pop()
    if tokens[0:1] == ["the"] and len(tokens) > 1:
        tokens = tokens[1:]
    spelled = [words_of("word").get(token, token) for token in tokens]
    generic = words_of("generic")
    return FirmForm("".join(spelled), city, sum(len(word) for word in spelled if word not in generic))


@cache
def _long_words() -> tuple[str, ...]:
    """Return the commonplace words and cities long enough to be told through a slip of the pen."""
    return tuple(w for w in (*words_of("generic"), *words_of("city")) if len(w) >= 8)


@lru_cache(maxsize=65536)
def _mended(token: str) -> str:
    """Return a long commonplace word or city written with one slip ("Tecnology", "Shenzen") as it should be.

    Words that tell one firm from another are never mended: one letter makes another name.
    """
    known = token in words_of("generic") or token in words_of("city") or token in words_of("word")
    if known or len(token) < 7:
        return token
    alike = [w for w in _long_words() if w[0] == token[0] and abs(len(w) - len(token)) < 2]
    if not alike:
        return token
    from rapidfuzz.distance import DamerauLevenshtein  # slow to load, and few words get here

    near = [w for w in alike if DamerauLevenshtein.distance(w, token) == 1]
    return near[0] if len(near) == 1 else token


def _lift_city(tokens: list[str], cities: dict[str, str]) -> tuple[list[str], str | None]:
    """Take the first Chinese or Pakistani city out of a name, written as one word, two, or glued to the next."""
    for at, token in enumerate(tokens):
        pair = token + tokens[at + 1] if at + 1 < len(tokens) else ""
        if token in cities:
            rest = tokens[at + 1 :]
            return tokens[:at] + (rest[1:] if rest[:1] in (["city"], ["shi"]) else rest), token
        if pair in cities:
            return tokens[:at] + tokens[at + 2 :], pair
        if at == 0 and (glued := next((c for c in cities if len(token) > len(c) > 5 and token.startswith(c)), None)):
            return [token.removeprefix(glued).removeprefix("shi"), *tokens[1:]], glued
    return tokens, None


def _chinese_firm(name: str) -> FirmForm:
    """Drop the legal form at the end and the place at the front of a Chinese firm name."""
    for suffix in words_of("chinese_suffix"):
        name = name.removesuffix(suffix)
    for chinese, city in words_of("chinese_city").items():
        bracketed = name.replace(chinese, "", 1) if chinese in name else name
        if bracketed != name:
            return FirmForm(bracketed.removeprefix("市"), city, len(name))
    return FirmForm(name, None, len(name))


def web_name(name: str) -> str:
    """Return `example` for a firm written as its web address (www.example.com), else the name unchanged."""
    found = re.fullmatch(r"(?:https?://)?(?:www\.)?([a-z0-9-]+)\.(?:com|net|org|co|us|io)/?", plain(name))
    return found[1] if found else name


@lru_cache(maxsize=65536)
def person_form(name: str) -> PersonForm | None:
    """Return the form of a person's name in Latin letters, None when nothing is left of it.

    "ZHANG, Yu-Sha", "Yusha Zhang" and "Zhang Yu Sha" share an order; titles and generations are dropped.
    """
    head, comma, tail = name.partition(",")
    swapped = f"{tail} {head}" if comma and not set(_tokens(tail)) <= _TITLES | _GENERATIONS else head
    words = tuple(w for w in _tokens(_CJK.sub(" ", swapped)) if w not in _TITLES and w not in _GENERATIONS)
    if len(words) < 2:
        return None
    orders = ("".join(words), "".join((*words[1:], words[0])), "".join((words[-1], *words[:-1])))
    return PersonForm(tuple(dict.fromkeys(orders)), words)


def is_common_name(name: str) -> bool:
    """Whether a name is of the kind thousands bear: two words of one pinyin syllable each (Jie Luo, Di Li)."""
    form = person_form(name)
    return form is not None and len(form.words) == 2 and all(_SYLLABLE.fullmatch(word) for word in form.words)
