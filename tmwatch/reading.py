"""Reading what people type: times, zones, languages, choices, addresses. Text in; the normal form or a ValueError
(Unfit) that says what would be right. Settings and portfolio rows share these."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from tmwatch.text import Text, say

SEVERITIES = ("info", "low", "medium", "high", "critical")
FREQUENCIES = ("daily", "weekly", "changes")

_LANGUAGE_NAMES = {
    "en": "en",
    "en-us": "en",
    "en-gb": "en",
    "english": "en",
    "英文": "en",
    "英语": "en",
    "zh-cn": "zh-CN",
    "zh": "zh-CN",
    "cn": "zh-CN",
    "zh-hans": "zh-CN",
    "zh-hans-cn": "zh-CN",
    "chinese": "zh-CN",
    "中文": "zh-CN",
    "简体中文": "zh-CN",
    "汉语": "zh-CN",
}
_ZONE_MISTAKES = {"asia/beijing": "Asia/Shanghai", "asia/shenzhen": "Asia/Shanghai", "beijing": "Asia/Shanghai"}
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)


class Unfit(ValueError):
    """A value that cannot be taken; `said` is a sentence that says what would be right."""

    def __init__(self, said: Text) -> None:
        """Keep the sentence beside its English."""
        super().__init__(str(said))
        self.said = said


def said_by(error: ValueError) -> str | Text:
    """Return what an error says about a value, as a sentence that can be translated where it is one of ours."""
    return error.said if isinstance(error, Unfit) else str(error)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like `word`, or None when none is near."""
    by_lower = {one.lower(): one for one in known}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def hinted(sentence: Text, word: str, known: Iterable[str]) -> Text:
    """Return `sentence` with the known word that is near behind it, when there is one."""
    near = nearest(word, known)
    return say("{sentence}; did you mean {word}?", sentence=sentence, word=near) if near else sentence


def choice(value: object, allowed: tuple[str, ...]) -> str:
    """Read one of `allowed` in any letter case."""
    word = str(value).strip().lower()
    for one in allowed:
        if word == one.lower():
            return one
    refused = say("{value} is none of {choices}", value=repr(str(value)), choices=", ".join(allowed))
    raise Unfit(hinted(refused, word, allowed))


def language(value: object) -> str:
    """Read a language tag or its usual names as `en` or `zh-CN`."""
    word = str(value).strip().lower().replace("_", "-")
    if word not in _LANGUAGE_NAMES:
        raise Unfit(say("{value} is no language tmwatch writes; use en or zh-CN", value=repr(str(value))))
    return _LANGUAGE_NAMES[word]


def timezone(value: object) -> str:
    """Read the name of a time zone of the IANA data base ("Asia/Shanghai")."""
    word = str(value).strip()
    try:
        return ZoneInfo(word).key
    except (KeyError, ValueError, OSError):
        pass
    zones = available_timezones()
    same = [zone for zone in zones if zone.lower() == word.lower()]
    near = same[0] if same else _ZONE_MISTAKES.get(word.lower()) or nearest(word, zones)
    if near:
        raise Unfit(say("{value} is no time zone; did you mean {word}?", value=repr(word), word=near))
    raise Unfit(say("{value} is no time zone; use a name like Asia/Shanghai or America/New_York", value=repr(word)))


def clock_time(value: object) -> str:
    """Read a time of day as "HH:MM" (24 hours); a TOML local time is taken too."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    match = re.fullmatch(r"(\d{1,2})[:：](\d{2})(?::00)?", str(value).strip())
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise Unfit(say('{value} is no time of day; write it as "08:00", from 00:00 to 23:59', value=repr(str(value))))
    return f"{int(match[1]):02}:{match[2]}"


def email(value: object) -> str:
    """Read one plain e-mail address; its syntax is checked, not whether it exists."""
    word = str(value).strip().removeprefix("mailto:")
    if len(word) > 254 or not _EMAIL.fullmatch(word) or ".." in word or word.startswith(".") or ".@" in word:
        raise Unfit(say("{value} is no e-mail address", value=repr(word)))
    return word


def night_hour_warning(send_at: str, zone: str) -> Text | None:
    """Return a warning when `send_at` (HH:MM) lies in the hours that daylight saving skips or repeats in `zone`."""
    if send_at >= "04:00":
        return None
    # Any year shows whether the zone knows summer time today; 2026 is as good as another.
    winter, summer = (ZoneInfo(zone).utcoffset(datetime(2026, month, 15)) for month in (1, 7))  # noqa: DTZ001
    if (winter or timedelta()) == (summer or timedelta()):
        return None
    return say(
        "{time} in {zone} falls in the hours that daylight saving skips or repeats; use 04:00 or later",
        time=send_at,
        zone=zone,
    )
