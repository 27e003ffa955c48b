"""Every error tmwatch raises on purpose.

TmwatchError
├── UsageError            exit 2: the user can mend it on this machine (query, file, setting, schema)
│   ├── SettingsError         a setting is unknown, missing or malformed
│   ├── PortfolioError        rows of a portfolio or clients file that cannot be taken
│   └── SchemaError           the database is older or newer than the program
├── WorldError            exit 3: something outside said no; what it was is named
│   ├── FetchError            one document or source could not be fetched
│   │   ├── KeyRefused            401, 403 or the 404 of a wrong key
│   │   ├── NotFound              the USPTO knows no such case (404)
│   │   └── Unavailable           time-outs, resets, 429, 5xx, empty or truncated bodies: come back later
│   ├── FormatError           one document is not what its source promises: the format moved or it is no data
│   ├── DeliveryError         one message could not be delivered
│   │   ├── TransientDelivery     4xx, no connection: tried again later
│   │   ├── PermanentDelivery     5xx: not tried again by itself
│   │   └── AmbiguousDelivery     the connection broke after the message was handed over: it may have arrived
│   └── StoreError            the database or the disk refuses
└── Busy                  exit 75: another run is active

Anything else is a bug: it is not caught, and the command line turns it into exit 70.

A message is a sentence that can be translated (`say(...)`): `str()` is its English, for logs, JSON and the ledger;
`said` is what the command line shows in the user's language.
"""

from __future__ import annotations

from tmwatch.text import Text


class TmwatchError(Exception):
    """Base of all; `str()` is one clear line that says what happened and what to do."""

    exit_code = 3

    def __init__(self, message: str | Text = "") -> None:
        """Keep the sentence beside its English."""
        super().__init__(str(message))
        self.said = message


class UsageError(TmwatchError):
    """The user can mend this on this machine."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown, missing or malformed."""


class PortfolioError(UsageError):
    """Rows of a portfolio or clients file that cannot be taken; `problems` has a line a row."""

    def __init__(self, message: str | Text, problems: tuple[str | Text, ...] = ()) -> None:
        """Keep the per-row `problems` beside the summary `message`."""
        super().__init__(message)
        self.problems = problems


class SchemaError(UsageError):
    """The database schema is older or newer than the program."""


class WorldError(TmwatchError):
    """Something outside this machine, or its disk, said no."""


class FetchError(WorldError):
    """One document or source could not be fetched."""


class KeyRefused(FetchError):
    """The service does not accept the key."""


class NotFound(FetchError):
    """The service knows no such case."""


class Unavailable(FetchError):
    """Come back later. `retry_after` is the pause in seconds the server asked for, when it named one."""

    def __init__(self, message: str | Text, retry_after: float | None = None) -> None:
        """Keep the pause the server asked for."""
        super().__init__(message)
        self.retry_after = retry_after


class FormatError(WorldError):
    """A document is not what its source promises."""


class DeliveryError(WorldError):
    """One message could not be delivered to one recipient."""


class TransientDelivery(DeliveryError):
    """The channel may take it later."""


class PermanentDelivery(DeliveryError):
    """The channel will never take it."""


class AmbiguousDelivery(DeliveryError):
    """The connection broke after the last byte and before the answer: the message may have arrived."""


class StoreError(WorldError):
    """The database or the disk refuses."""


class Busy(TmwatchError):
    """Another run is active."""

    exit_code = 75
