"""Ways out for a message, each behind the contract of `base.Channel`. CHANNELS lists those that `mail.url` can name; a
new one is one file here and one line below. Chats (apprise.py) are named by each client's own channels instead."""

from __future__ import annotations

from pathlib import Path

from tmwatch.channels.base import Channel
from tmwatch.channels.email import EmailChannel
from tmwatch.channels.file import FileChannel
from tmwatch.errors import SettingsError
from tmwatch.text import say

CHANNELS: tuple[type[EmailChannel] | type[FileChannel], ...] = (EmailChannel, FileChannel)


def channel_for(
    url: str, *, sender: str | None = None, ca_file: Path | str | None = None, timeout: float = 60.0
) -> Channel:
    """Return the channel of `mail.url`; SettingsError when no channel knows its scheme or a part of it is missing.

    `sender` is the address messages come from (SMTP needs it), `timeout` the seconds each SMTP answer may take.
    """
    scheme = url.partition(":")[0].lower()
    for channel in CHANNELS:
        if scheme in channel.schemes:
            return channel.from_url(url, sender=sender, ca_file=str(ca_file) if ca_file else None, timeout=timeout)
    known = ", ".join(f"{name}:" for channel in CHANNELS for name in channel.schemes)
    raise SettingsError(say("mail.url names no channel tmwatch has; it must begin with one of {known}", known=known))
