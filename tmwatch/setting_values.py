"""What can be set: every section with its defaults, and what each value must be.

The classes are plain values. A value that is of the right type and passes the check of its option needs no library
(`plain`); any other one goes to the model made from these same options (setting_model), which converts it or says what
would be right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tmwatch import reading, setting_urls
from tmwatch.text import Text

ORDERS_PAGE = (
    "https://www.uspto.gov/trademarks/trademark-updates-and-announcements/orders-issued-commissioner-trademarks"
)


class Secret:
    """A string that shows itself to nobody who does not ask for it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """Return what must not be shown."""
        return self._value

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('**********')" if self._value else "Secret('')"

    __str__ = __repr__


class Option(NamedTuple):
    """What a value must be: its `kind`, whether a blank means "not set", how it is read (`before`), what is checked of
    it then (`after`: gives the normal form or raises ValueError), and its bounds."""

    kind: type
    optional: bool = False
    before: Callable[[object], str] | None = None
    after: Callable[[str], str | None] | None = None
    least: float | None = None
    above: float | None = None
    most: float | None = None

    def plain(self, value: object) -> Any:
        """Return what is kept of a value that is plainly right; ValueError for one that must be looked at closely."""
        if self.optional and isinstance(value, str) and not value.strip():
            return None
        if self.kind in (int, float):
            return self._number(value)
        text = self.before(value) if self.before else value
        if type(text) is not str:
            raise ValueError("is no text")
        checked = self.after(text) if self.after else text
        return checked if self.kind is str or checked is None else self.kind(checked)

    def _number(self, value: object) -> Any:
        if type(value) is not int and (type(value) is not float or self.kind is int):
            raise ValueError("is no number of this kind")
        low = -math.inf if self.least is None else self.least
        high = math.inf if self.most is None else self.most
        if not low <= value <= high or (self.above is not None and value <= self.above):
            raise ValueError("is out of bounds")
        return self.kind(value)


class Database(NamedTuple):
    """Where everything is kept."""

    url: str = ""

    def __repr__(self) -> str:
        return "Database()"


class Tsdr(NamedTuple):
    """The live record of one case (TSDR API). Rates are requests a minute; `timeout` is in seconds."""

    api_key: Secret | None = None
    base_url: str = "https://tsdrapi.uspto.gov"
    requests_per_minute: int = 55
    night_requests_per_minute: int = 55
    documents_per_minute: int = 4
    batch_size: int = 20
    timeout: float = 60.0


class Orders(NamedTuple):
    """The USPTO's page of orders; an empty `page_url` switches the watch off."""

    page_url: str = ORDERS_PAGE
    stale_days: int = 60


class Odp(NamedTuple):
    """The daily bulk files (Open Data Portal)."""

    api_key: Secret | None = None
    base_url: str = "https://api.uspto.gov"
    seconds_between_files: float = 16.0


class Mail(NamedTuple):
    """How messages leave. `ambiguous`: what to do when the server may have taken a message: resend | carry-over."""

    url: Secret = Secret("")
    sender: str | None = None
    ambiguous: str = "resend"
    unsubscribe: str | None = None


class DigestSettings(NamedTuple):
    """What a client gets unless clients.csv says otherwise. `quiet`: how often an all-clear comes; `operator`: the
    addresses, `;` between them, that get the daily overview of all clients."""

    language: str = "en"
    timezone: str = "America/New_York"
    send_at: str = "08:00"
    min_severity: str = "low"
    quiet: str = "weekly"
    operator: str = ""


class Store(NamedTuple):
    """What is kept for how long, and where backups go."""

    keep_raw_days: int = 400
    backup_dir: Path | None = None


class Http(NamedTuple):
    """How this machine reaches the network."""

    proxy: str | None = None
    ca_file: Path | None = None

    def __repr__(self) -> str:
        return f"Http(ca_file={self.ca_file!r})"


class Log(NamedTuple):
    """How much is said, and in which form."""

    level: str = "info"
    format: str = "console"


class Heartbeat(NamedTuple):
    """A dead man's switch in the manner of healthchecks.io."""

    url: str | None = None

    def __repr__(self) -> str:
        return "Heartbeat()"


class Settings(NamedTuple):
    """Every setting. `config_path` is the file that was read (None: none found), `warnings` one line each."""

    database: Database = Database()
    tsdr: Tsdr = Tsdr()
    orders: Orders = Orders()
    odp: Odp = Odp()
    mail: Mail = Mail()
    digest: DigestSettings = DigestSettings()
    store: Store = Store()
    http: Http = Http()
    log: Log = Log()
    heartbeat: Heartbeat = Heartbeat()
    config_path: Path | None = None
    warnings: tuple[Text, ...] = ()

    def secrets(self) -> tuple[str, ...]:
        """Return every secret string of these settings, passwords inside URLs too, to be scrubbed from output."""
        keys = (self.tsdr.api_key, self.odp.api_key)
        found = [key.get_secret_value() for key in keys if key]
        if self.heartbeat.url:
            found.append(self.heartbeat.url)
        for url in (self.database.url, self.mail.url.get_secret_value(), self.http.proxy or ""):
            found.extend(setting_urls.passwords(url))
        return tuple(found)


SECTIONS: Mapping[str, type] = {
    "database": Database,
    "tsdr": Tsdr,
    "orders": Orders,
    "odp": Odp,
    "mail": Mail,
    "digest": DigestSettings,
    "store": Store,
    "http": Http,
    "log": Log,
    "heartbeat": Heartbeat,
}


def _text(check: Callable[[str], str | None]) -> Option:
    return Option(str, after=check)


def _maybe(check: Callable[[str], str | None]) -> Option:
    return Option(str, optional=True, after=check)


def _word(read: Callable[[object], str]) -> Option:
    return Option(str, before=read)


def _choice(*allowed: str) -> Option:
    return _word(lambda value: reading.choice(value, allowed))


def _count(least: int, most: int) -> Option:
    return Option(int, least=least, most=most)


_KEY = Option(Secret, optional=True, after=setting_urls.key)
_PATH = Option(Path, optional=True)
OPTIONS: Mapping[str, Mapping[str, Option]] = {
    "database": {
        "url": _text(setting_urls.database),
    },
    "tsdr": {
        "api_key": _KEY,
        "base_url": _text(setting_urls.web),
        "requests_per_minute": _count(1, 600),
        "night_requests_per_minute": _count(1, 600),
        "documents_per_minute": _count(1, 60),
        "batch_size": _count(1, 100),
        "timeout": Option(float, above=0, most=3600),
    },
    "orders": {
        "page_url": _text(setting_urls.web_or_empty),
        "stale_days": _count(1, 3650),
    },
    "odp": {
        "api_key": _KEY,
        "base_url": _text(setting_urls.web),
        "seconds_between_files": Option(float, least=0, most=3600),
    },
    "mail": {
        "url": Option(Secret, after=setting_urls.mail),
        "sender": _maybe(setting_urls.sender),
        "ambiguous": _choice("resend", "carry-over"),
        "unsubscribe": _maybe(setting_urls.unsubscribe),
    },
    "digest": {
        "language": _word(reading.language),
        "timezone": _word(reading.timezone),
        "send_at": _word(reading.clock_time),
        "min_severity": _choice(*reading.SEVERITIES),
        "quiet": _choice("daily", "weekly", "never"),
        "operator": _text(setting_urls.addresses),
    },
    "store": {
        "keep_raw_days": _count(1, 36500),
        "backup_dir": _PATH,
    },
    "http": {
        "proxy": _maybe(setting_urls.proxy),
        "ca_file": _PATH,
    },
    "log": {
        "level": _choice("debug", "info", "warning", "error", "critical"),
        "format": _choice("console", "json"),
    },
    "heartbeat": {
        "url": _maybe(setting_urls.web),
    },
}
KEYS: tuple[str, ...] = tuple(f"{name}.{key}" for name, options in OPTIONS.items() for key in options)
