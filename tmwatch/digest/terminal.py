"""What a run says on the terminal when it is done, in the language of the digests."""

from __future__ import annotations

from collections.abc import Mapping

from tmwatch.digest.wording import words


def spoken_here(language: str, environ: Mapping[str, str]) -> str:
    """Return the language of the terminal: that of the digests, or Chinese where the locale is."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "zh-CN" if language == "zh-CN" or locale.lower().startswith(("zh_cn", "zh-cn", "zh_sg")) else language


def run_summary(
    language: str,
    *,
    checked: int,
    watched: int,
    changes: int,
    opened: int,
    cleared: int,
    still_open: int,
    queued: int,
    delivered: int,
) -> tuple[str, ...]:
    """Return the lines that sum up a run."""
    voice = words(language, "UTC")
    return (
        voice.say("{checked} of {watched} marks checked", checked=checked, watched=watched),
        voice.say(
            "{changes} changes in the record; {opened} findings opened, {cleared} cleared, {open} open",
            changes=changes,
            opened=opened,
            cleared=cleared,
            open=still_open,
        ),
        voice.say("{queued} messages queued, {delivered} delivered", queued=queued, delivered=delivered),
    )
