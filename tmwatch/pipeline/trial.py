"""Sends a message that says it is a test through the real channels. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from tmwatch.channels import apprise
from tmwatch.errors import DeliveryError, UsageError
from tmwatch.pipeline.edges import channels_of
from tmwatch.pipeline.preview import test_message
from tmwatch.portfolio import Client
from tmwatch.settings import Settings
from tmwatch.store import portfolio
from tmwatch.store.engine import reading
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from sqlalchemy import Engine


def to_address(settings: Settings, address: str, now: datetime) -> Text:
    """Send a test to one e-mail address and return what became of it; DeliveryError when it did not go out."""
    channel = channels_of(settings)("email")
    message = test_message(settings, Client("test", emails=(address,)), now, settings.digest.language)
    receipt = channel.deliver(message.raw, address)
    if channel.name == "file":
        return say("written to {receipt} (mail.url is a folder: no mail left this machine)", receipt=receipt)
    return say("delivered to {address}: {receipt}", address=address, receipt=receipt)


def to_client(settings: Settings, engine: Engine, name: str, now: datetime) -> Iterator[tuple[Text, bool]]:
    """Send a test through every channel of a client; yield a line for each, with whether it failed."""
    with reading(engine) as conn:
        client = portfolio.load_clients(conn).get(name)
    if client is None:
        raise UsageError(say("there is no client {client}; see: tmwatch portfolio list", client=repr(name)))
    if not client.emails and not client.channels:
        raise UsageError(
            say(
                "client {client} has no e-mail address and no channel; import a clients file with them",
                client=repr(name),
            )
        )
    find = channels_of(settings)
    wanted: list[tuple[str, str, str, bytes]] = []
    for language, people in client.readers(settings.digest.language).items():
        message = test_message(settings, client, now, language)
        wanted += [("email", address, address, message.raw) for address in people]
    message = test_message(settings, client, now, client.language or settings.digest.language)
    wanted += [(apprise.NAME, url, apprise.label(url), message.short.encode()) for url in client.channels]
    for channel, address, shown, body in wanted:
        try:
            yield say("{recipient}: {why}", recipient=shown, why=find(channel).deliver(body, address)), False
        except DeliveryError as error:
            yield say("{recipient}: {why}", recipient=shown, why=error.said), True
