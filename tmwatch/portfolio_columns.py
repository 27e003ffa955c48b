"""The columns of portfolio and clients files, with the names people give them in English and Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tmwatch import reading
from tmwatch.text import Text, say

# column -> names it goes by; compared without case, blanks and punctuation. "number" takes either kind of number.
PORTFOLIO: Mapping[str, tuple[str, ...]] = {
    "serial_number": (
        *("serial number", "serial no", "serial", "sn", "us serial number", "us serial no", "application number"),
        *("application no", "app no", "app number", "申请号", "商标申请号", "序列号", "申请序列号", "美国申请号"),
    ),
    "registration_number": (
        *("registration number", "registration no", "reg no", "reg number", "registration", "rn", "us reg no"),
        *("us registration number", "注册号", "商标注册号", "注册证号", "美国注册号"),
    ),
    "number": ("number", "trademark number", "trademark no", "mark number", "商标号", "商标号码", "美国商标号"),
    "brand": ("brand", "brand name", "品牌", "品牌名", "品牌名称"),
    "client": (
        *("client", "client name", "customer", "customer name", "account", "seller", "shop", "客户", "客户名称"),
        *("客户名", "卖家", "店铺", "店铺名称"),
    ),
    "emails": (
        *("emails", "email", "e-mail", "e-mails", "email address", "mail", "recipients", "邮箱", "电子邮箱", "邮件"),
        *("电子邮件", "邮箱地址", "收件人"),
    ),
    "language": ("language", "lang", "语言"),
    "channels": ("channels", "channel", "渠道", "通知渠道"),
    "marketplaces": ("marketplaces", "marketplace", "markets", "sites", "站点", "市场", "销售站点"),
    "brand_registry_id": (
        *("brand registry id", "brand registry number", "brand registry no", "品牌备案号", "品牌备案编号", "备案号"),
        "品牌备案ID",
    ),
    "brand_registry_status": ("brand registry status", "brand registry", "品牌备案状态", "备案状态", "品牌备案"),
    "enrolled_with_this_mark": ("enrolled with this mark", "此商标备案", "是否用此商标备案", "备案商标"),
    "asins": ("asins", "asin", "asin count", "number of asins", "ASIN数", "ASIN数量", "在售ASIN数"),
    "revenue_30d": (
        *("revenue 30d", "revenue", "revenue 30 days", "sales 30d", "sales", "30天销售额", "近30天销售额", "销售额"),
        "月销售额",
    ),
    "currency": ("currency", "币种", "货币"),
    "reference": ("reference", "ref", "our ref", "docket", "docket number", "案号", "案卷号", "编号", "参考号"),
    "owner_expected": (
        *("owner expected", "expected owner", "owner", "owner name", "权利人", "持有人", "申请人", "所有人"),
        *("商标权人", "注册人"),
    ),
    "attorney_expected": ("attorney expected", "expected attorney", "attorney", "律师", "代理律师", "代理人"),
    "correspondents_expected": (
        *("correspondents expected", "correspondent", "correspondents", "correspondent email", "通讯邮箱", "联系邮箱"),
        "通信邮箱",
    ),
    "notes": ("notes", "note", "comment", "comments", "remarks", "备注", "说明"),
}
CLIENTS: Mapping[str, tuple[str, ...]] = {
    "client": PORTFOLIO["client"],
    "emails": PORTFOLIO["emails"],
    "language": PORTFOLIO["language"],
    "timezone": ("timezone", "time zone", "zone", "时区"),
    "send_at": ("send at", "send time", "time", "hour", "发送时间", "时间"),
    "frequency": ("frequency", "how often", "频率", "发送频率"),
    "min_severity": ("min severity", "minimum severity", "severity", "最低级别", "级别"),
    "channels": PORTFOLIO["channels"],
    "reply_to": ("reply to", "回复地址", "回复邮箱"),
    "sender_name": ("sender name", "sender", "发件人名称", "发件人"),
}
# Taken for the brand when no column says "brand".
_STAND_INS = {"brand": ("mark", "mark name", "trademark", "word mark", "商标", "商标名", "商标名称", "商标名字")}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the file gives which field (field -> index), the names nothing is known of, and what is wrong."""

    places: Mapping[str, int]
    unknown: tuple[Text, ...] = ()
    problems: tuple[Text, ...] = ()


def columns(header: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> Columns:
    """Read a header row. A column given twice is a problem; unknown ones are named with the nearest known."""
    names = {_plain(alias): field for field, aliases in known.items() for alias in (field, *aliases)}
    places: dict[str, int] = {}
    unknown: list[tuple[int, str]] = []
    problems: list[Text] = []
    for at, title in enumerate(header):
        field = names.get(_plain(title))
        if field is None:
            if title.strip():
                unknown.append((at, title.strip()))
        elif field in places:
            titles = (repr(header[places[field]].strip()), repr(title.strip()))
            problems.append(
                say("columns {one} and {other} both give {field}", one=titles[0], other=titles[1], field=field)
            )
        else:
            places[field] = at
    left = [title for at, title in unknown if not _stand_in(title, at, known, places)]
    hints = tuple(reading.hinted(say("column {title} is not known", title=repr(title)), title, known) for title in left)
    return Columns(places, hints, tuple(problems))


def _stand_in(title: str, at: int, known: Mapping[str, tuple[str, ...]], places: dict[str, int]) -> bool:
    """Take a column that may stand in for a missing field; tell whether it was taken."""
    for field, aliases in _STAND_INS.items():
        if field in known and field not in places and _plain(title) in map(_plain, aliases):
            places[field] = at
            return True
    return False


def _plain(title: str) -> str:
    """Return a column name without case, width, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title).lower())
