"""Chats and webhooks through apprise: WeCom, DingTalk, Feishu, ServerChan, Slack, Teams, any JSON webhook.

An apprise address holds secrets. It stands in the client's row alone; the outbox, listings, logs and errors name it by
its kind and a short fingerprint (`label`). Chats get the short form of a message: its first line is the title.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from tmwatch.errors import AmbiguousDelivery, PermanentDelivery, TransientDelivery
from tmwatch.text import say

NAME = "apprise"
_STATUS = re.compile(r"error=(\d{3})")
_LATER = (408, 425, 429)  # refusals that ask to come back
# the request went out and no answer came: it may have arrived
_HALF_WAY = re.compile(r"read timed out|connection aborted|remotedisconnected|connection reset|broken pipe", re.I)
_CALLS = re.compile(r"@(?=everyone|here|channel|all\b)|<(?=[!@#])", re.I)  # words that would call a whole room


def label(url: str) -> str:
    """Return the name of an address that holds no secret: "wecombot://*** #3fa2b1"; the same for the same address."""
    scheme = url.partition("://")[0].lower()
    return f"{scheme}://*** #{hashlib.sha256(url.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """Sends the short form; every delivery names its own address, so the channel itself holds none."""

    name: ClassVar[str] = NAME

    def deliver(self, raw: bytes, recipient: str) -> str:
        """Send the text `raw` (UTF-8; first line: title) to the apprise address `recipient`; return a receipt.

        Permanent: an address apprise cannot read, and 4xx but 408, 425 and 429. Ambiguous: no answer to a request that
        went out. Transient: everything else. No error repeats the address or what the service said.
        """
        import apprise

        shown = label(recipient)
        title, _, body = raw.decode("utf-8").partition("\n")
        with _listening() as heard, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of apprise's own plugins, loaded at the first call
            try:
                target = apprise.Apprise.instantiate(recipient, suppress_exceptions=True)
            except TypeError:
                target = None
            if target is None:
                raise PermanentDelivery(
                    say(
                        "{channel}: apprise does not know this kind of address, or a part of it is missing; correct "
                        "the client's channels and import the clients file again",
                        channel=shown,
                    )
                )
            done = target.notify(
                title=_quiet(title), body=_quiet(body.strip("\n")), body_format=apprise.NotifyFormat.TEXT
            )
        if done:
            return str(say("accepted by {channel}", channel=shown))  # receipts are kept in English
        raise _failure(shown, "\n".join(heard))


def _failure(shown: str, heard: str) -> Exception:
    """Turn what apprise logged into the error it means; its words may hold tokens and are not repeated."""
    codes = [int(code) for code in _STATUS.findall(heard)]
    if codes:
        code = codes[-1]
        if 400 <= code < 500 and code not in _LATER:
            return PermanentDelivery(
                say(
                    "{channel}: the service refused the message (HTTP {code}); check the client's channels",
                    channel=shown,
                    code=code,
                )
            )
        return TransientDelivery(
            say("{channel}: the service cannot take the message now (HTTP {code})", channel=shown, code=code)
        )
    if _HALF_WAY.search(heard):
        return AmbiguousDelivery(say("{channel}: no answer to the message; it may have arrived", channel=shown))
    return TransientDelivery(
        say("{channel}: the service could not be reached or did not accept the message", channel=shown)
    )


def _quiet(text: str) -> str:
    """Return text that calls nobody: a mark named "@everyone" must not ring in a whole room."""
    return _CALLS.sub(lambda found: f"{found.group()} ", text)


class _Ears(logging.Handler):
    """Keeps log lines for our own eyes."""

    def __init__(self, heard: list[str]) -> None:
        """Write into `heard`."""
        super().__init__(logging.DEBUG)
        self.heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.heard.append(record.getMessage())


@contextlib.contextmanager
def _listening() -> Iterator[list[str]]:
    """Hear what apprise logs while it sends, and let none of it out: its lines hold addresses."""
    logger = logging.getLogger("apprise")
    heard: list[str] = []
    ears, level, passes = _Ears(heard), logger.level, logger.propagate
    logger.addHandler(ears)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    try:
        yield heard
    finally:
        logger.removeHandler(ears)
        logger.setLevel(level)
        logger.propagate = passes
