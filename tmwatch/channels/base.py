"""The contract of a channel: takes the frozen bytes of one message to one recipient, or says how that failed."""

from __future__ import annotations

from typing import Protocol

from tmwatch.errors import PermanentDelivery


class Channel(Protocol):
    """One way out. `name` stands in the delivery row; channels hold no connection between two deliveries."""

    @property
    def name(self) -> str:
        """The channel as the outbox names it."""
        ...

    def deliver(self, raw: bytes, recipient: str) -> str:
        """Deliver `raw` to `recipient` and return a receipt for the ledger (one line, no secret).

        Raises TransientDelivery (try again later), PermanentDelivery (this message to this recipient: never),
        AmbiguousDelivery (it may have arrived) or CredentialsRefused (the channel itself: stop sending).
        """
        ...


class CredentialsRefused(PermanentDelivery):
    """The server does not accept user and password: no message is at fault, so the queue stops and nothing is marked
    failed until the operator has mended the setting."""
