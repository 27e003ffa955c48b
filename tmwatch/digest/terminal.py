"""What the command line needs before it knows what to say: the language a user reads, and moments.

English is the message ids themselves. The words of another language (tongue.py) are loaded when it is spoken, so that
an English start pays for none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tmwatch.text import Text, say


def spoken_here(language: str, environ: Mapping[str, str]) -> str:
    """Return the language of the terminal: that of the digests, or Chinese where the locale is."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "zh-CN" if language == "zh-CN" or locale.lower().startswith(("zh_cn", "zh-cn", "zh_sg")) else language


def moment(at: datetime) -> Text:
    """Return a moment given in UTC, to the minute."""
    return say("{day} {time} UTC", day=at.date(), time=f"{at:%H:%M}")
