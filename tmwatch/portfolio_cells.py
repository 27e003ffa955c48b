"""Single cells of portfolio and clients files -> values. Each reader takes what a CSV or a spreadsheet gives (text,
number, boolean) and raises a ValueError that says what would be right; channels hold secrets and are never repeated."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from tmwatch import reading
from tmwatch.reading import Unfit
from tmwatch.text import say

MARKETPLACES = {
    **dict.fromkeys(("us", "usa", "美国"), "US"),
    **dict.fromkeys(("ca", "加拿大"), "CA"),
    **dict.fromkeys(("mx", "墨西哥"), "MX"),
    **dict.fromkeys(("br", "巴西"), "BR"),
    **dict.fromkeys(("uk", "gb", "英国"), "UK"),
    **dict.fromkeys(("de", "德国"), "DE"),
    **dict.fromkeys(("fr", "法国"), "FR"),
    **dict.fromkeys(("it", "意大利"), "IT"),
    **dict.fromkeys(("es", "西班牙"), "ES"),
    **dict.fromkeys(("nl", "荷兰"), "NL"),
    **dict.fromkeys(("be", "比利时"), "BE"),
    **dict.fromkeys(("ie", "爱尔兰"), "IE"),
    **dict.fromkeys(("se", "瑞典"), "SE"),
    **dict.fromkeys(("pl", "波兰"), "PL"),
    **dict.fromkeys(("tr", "土耳其"), "TR"),
    **dict.fromkeys(("ae", "uae", "阿联酋"), "AE"),
    **dict.fromkeys(("sa", "沙特"), "SA"),
    **dict.fromkeys(("eg", "埃及"), "EG"),
    **dict.fromkeys(("in", "印度"), "IN"),
    **dict.fromkeys(("jp", "日本"), "JP"),
    **dict.fromkeys(("au", "澳大利亚", "澳洲"), "AU"),
    **dict.fromkeys(("sg", "新加坡"), "SG"),
    **dict.fromkeys(("za", "南非"), "ZA"),
}
_YES = ("yes", "y", "true", "1", "是", "有", "√", "✓")
_NO = ("no", "n", "false", "0", "否", "无", "没有", "不是", "×")
_STATUS = {
    "enrolled": ("enrolled", "active", "approved", "registered", "yes", "已备案", "备案成功", "已注册", "是"),
    "pending": ("pending", "in progress", "applied", "备案中", "申请中", "待审核", "审核中"),
    "not_enrolled": ("not enrolled", "none", "no", "未备案", "没有备案", "无", "否"),
    "removed": ("removed", "revoked", "rejected", "已移除", "被移除", "移除", "已取消", "被下架"),
}
_SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "C$": "CAD", "A$": "AUD"}
_CURRENCY_NAMES = {
    "RMB": "CNY",
    "人民币": "CNY",
    "元": "CNY",
    "美元": "USD",
    "欧元": "EUR",
    "英镑": "GBP",
    "日元": "JPY",
}


def text(value: object) -> str:
    """Return a cell as one trimmed line; whole floats lose their fraction, our own export's guard (') goes."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    line = " ".join(str(value).split())
    return line[1:] if re.match(r"'[=+\-@]", line) else line


def items(value: object, separators: str = ";；\n,，、") -> tuple[str, ...]:
    """Split a cell into its parts, without empty and repeated ones."""
    parts = re.split(f"[{re.escape(separators)}]", "" if value is None else str(value))
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def emails(value: object) -> tuple[str, ...]:
    """Read e-mail addresses between `;`, each alone or with its language: "counsel@law.example (en)"."""
    return tuple(dict.fromkeys(_reader(part) for part in items(value)))


def _reader(part: str) -> str:
    """Read one address with or without its language."""
    tagged = re.fullmatch(r"(.*?)\s*[(（]([^()（）]*)[)）]", part)
    return f"{reading.email(tagged[1])} ({reading.language(tagged[2])})" if tagged else reading.email(part)


def channels(value: object) -> tuple[str, ...]:
    """Read apprise URLs between `;`."""
    found = items(value, ";；\n")
    for at, one in enumerate(found, start=1):
        if not re.fullmatch(r"[a-zA-Z][a-zA-Z0-9+.-]*://\S+", one):
            raise Unfit(say("entry {at} is no apprise address (like tgram://TOKEN/CHAT or json://host/path)", at=at))
    return found


def correspondents(value: object) -> tuple[str, ...]:
    """Read e-mail addresses or domains between `;`, in small letters."""
    found = []
    for part in items(value):
        word = part.lower().removeprefix("@")
        found.append(
            word if "@" not in word and re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", word) else reading.email(word)
        )
    return tuple(dict.fromkeys(found))


def marketplaces(value: object) -> tuple[str, ...]:
    """Read codes of marketplaces (US;CA;MX) or their Chinese names."""
    found = []
    for part in items(value, ";；\n,，、/| "):
        code = MARKETPLACES.get(part.lower())
        if code is None:
            known = ", ".join(dict.fromkeys(MARKETPLACES.values()))
            raise Unfit(say("{value} is no marketplace; known are {known}", value=repr(part), known=known))
        found.append(code)
    return tuple(dict.fromkeys(found))


def yes_no(value: object) -> bool:
    """Read yes or no, in English or Chinese."""
    word = text(value).lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unfit(say("{value} is neither yes nor no", value=repr(text(value))))


def registry_status(value: object) -> str:
    """Read the state of an enrolment in Amazon Brand Registry."""
    word = re.sub(r"[\s_-]+", " ", text(value).lower())
    for status, names in _STATUS.items():
        if word in names:
            return status
    refused = say("{value} is none of {choices}", value=repr(text(value)), choices=", ".join(_STATUS))
    raise Unfit(reading.hinted(refused, word, _STATUS))


def whole_number(value: object) -> int:
    """Read a count: 42, 1,234, 42.0."""
    word = re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", text(value)))
    if not re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d{1,9}", word, re.ASCII):
        raise Unfit(say("{value} is no whole number", value=repr(text(value))))
    return int(word.replace(",", ""))


def currency(value: object) -> str:
    """Read a currency code of three letters (USD); RMB and Chinese names are understood."""
    word = text(value).upper()
    word = _CURRENCY_NAMES.get(word, _SIGNS.get(word, word))
    if not re.fullmatch(r"[A-Z]{3}", word, re.ASCII):
        raise Unfit(say("{value} is no currency; write its three letters, as USD or CNY", value=repr(text(value))))
    return word


def amount(value: object) -> tuple[Decimal, str | None]:
    """Read an amount and the currency written with it: 1234.5, "1,234.50", "$1,234.50", "1.234,50 EUR", "1.2万".

    A single comma before three digits parts thousands; a single dot is a decimal point.
    """
    shown = text(value)
    word = unicodedata.normalize("NFKC", shown).replace(" ", "").upper()
    match = re.fullmatch(
        r"(?P<before>[^\d.,+-]*)(?P<number>\d[\d.,']*)(?P<many>万?)(?P<after>[^\d.,]*)", word, re.ASCII
    )
    if match is None:
        raise _no_amount(shown)
    if match["before"] and match["after"]:
        raise Unfit(say("{value} names a currency twice", value=repr(shown)))
    sign = match["before"] or match["after"]
    if sign in ("¥", "￥"):
        raise Unfit(
            say(
                "{value} may be Chinese or Japanese money; write the number alone and CNY or JPY in currency",
                value=repr(shown),
            )
        )
    try:
        number = Decimal(_point(match["number"])) * (10_000 if match["many"] else 1)
    except InvalidOperation:
        raise _no_amount(shown) from None
    return number, currency(sign) if sign else None


def _no_amount(shown: str) -> Unfit:
    return Unfit(say("{value} is no amount; write it as 1234.50", value=repr(shown)))


def _point(number: str) -> str:
    """Return a number with a decimal point and without separators of thousands."""
    number = number.replace("'", "")
    if "," in number and "." in number:
        decimal = max(number.rfind(","), number.rfind("."))
        whole = re.sub(r"[.,]", "", number[:decimal])
        return f"{whole}.{number[decimal + 1 :]}"
    if re.fullmatch(r"\d{1,3}(,\d{3})+", number):
        return number.replace(",", "")
    if number.count(".") > 1 and re.fullmatch(r"\d{1,3}(\.\d{3})+", number):
        return number.replace(".", "")
    return number.replace(",", ".")
