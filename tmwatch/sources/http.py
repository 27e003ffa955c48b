"""The one client that speaks HTTP: paced, bounded in time and size, no redirects, nothing secret in a log or message.

A request has one total deadline, held at the socket: a server that sends a byte a second is given up in time.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Protocol, Self

import httpx

from tmwatch import __version__
from tmwatch.errors import FetchError, FormatError, StoreError, Unavailable
from tmwatch.sources.http_deadline import DEADLINE, DeadlineTransport
from tmwatch.text import N_, say

MAX_PAUSE = 900.0  # seconds; no server is obeyed longer than 15 minutes
REQUESTS = "requests"  # the wide rate class; every other kind counts in it too
_ERROR_BYTES = 65_536
_NO_HEADERS: Mapping[str, str] = {}


class Pace(Protocol):
    """Hands out slots. Kinds are rate classes ("requests", "documents")."""

    def wait_time(self, kind: str) -> float:
        """Reserve the next slot and return the seconds until it."""

    def penalize(self, kind: str, seconds: float) -> None:
        """Give out no slot of this kind for `seconds`: the server said stop."""


class LocalPace:
    """A pace for one process (GCRA, burst 1). `per_minute` has a rate for each kind that is asked."""

    def __init__(self, per_minute: Mapping[str, float], clock: Callable[[], float]) -> None:
        """Keep the interval of each kind; `clock` is monotonic, in seconds."""
        self._intervals = {kind: 60.0 / rate for kind, rate in per_minute.items()}
        self._clock = clock
        self._next: dict[str, float] = {}
        self._lock = Lock()

    def wait_time(self, kind: str) -> float:
        """Reserve the next slot."""
        with self._lock:
            now = self._clock()
            slot = max(self._next.get(kind, now), now)
            self._next[kind] = slot + self._intervals[kind]
            return slot - now

    def penalize(self, kind: str, seconds: float) -> None:
        """Push the next slot forward."""
        with self._lock:
            now = self._clock()
            self._next[kind] = max(self._next.get(kind, now), now + seconds)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `headers` have lower-case names; `url` may hold a signature and stays out of `repr`."""

    status: int
    url: str = field(repr=False)
    content_type: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Download:
    """A file written by `download` (status 200), or the `reply` that is none: then `size` is 0."""

    reply: Reply
    size: int
    sha256: str


class PoliteClient:
    """Sends GET requests one by one at the given pace. Use as a context manager."""

    def __init__(
        self,
        *,
        timeout: float,
        proxy: str | None,
        ca_file: str | None,
        pace: Pace,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`timeout` is the whole time of one request in seconds; `clock` is monotonic.

        Proxies, netrc and certificates come from these arguments alone, not from the environment.
        """
        for noisy in ("httpx", "httpcore"):  # they log whole addresses, and some addresses are secrets
            logging.getLogger(noisy).setLevel(logging.WARNING)
        self._timeout, self._pace, self._clock, self.sleep = timeout, pace, clock, sleep
        self._client = httpx.Client(
            transport=transport or DeadlineTransport(ca_file, proxy, clock),
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": f"tmwatch/{__version__}"},
        )

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close all connections."""
        self._client.close()

    def get(
        self, url: str, *, accept: str, headers: Mapping[str, str] = _NO_HEADERS, max_bytes: int, kind: str = REQUESTS
    ) -> Reply:
        """Return the answer, whatever its status; redirects are answers too.

        Unavailable for what the network does, FormatError for a body above `max_bytes`.
        """
        self._wait(kind)
        deadline = self._clock() + self._timeout
        sent = {"Accept": accept, "Accept-Encoding": "gzip", **headers}
        with _Request(self._client, url, sent, deadline) as response:
            body = self._read(response, max_bytes, deadline)
            return _reply(url, response, body)

    def download(
        self,
        url: str,
        target: Path,
        *,
        headers: Mapping[str, str] = _NO_HEADERS,
        max_bytes: int,
        seconds: float = 3600.0,
        kind: str = REQUESTS,
    ) -> Download:
        """Stream a file to `target` within `seconds`; a status other than 200 writes nothing.

        A silence longer than the client's time-out, or a short or longer body, is an error; the part that arrived
        stays in `target`, so give it a name that says so.
        """
        self._wait(kind)
        deadline = self._clock() + seconds
        with _Request(self._client, url, {"Accept-Encoding": "identity", **headers}, deadline) as response:
            if response.status_code != 200:
                return Download(_reply(url, response, self._read(response, _ERROR_BYTES, deadline)), 0, "")
            size, digest = 0, sha256()
            try:
                with target.open("wb") as file:
                    for chunk in response.iter_bytes():
                        size += len(chunk)
                        self._check(size, max_bytes, deadline, url)
                        digest.update(chunk)
                        file.write(chunk)
            except OSError as error:
                raise StoreError(
                    say("cannot write {path}: {reason}", path=str(target), reason=error.strerror or str(error))
                ) from error
            return Download(_reply(url, response, b""), size, digest.hexdigest())

    def penalize(self, kind: str, seconds: float) -> None:
        """Tell the pace, shared by all processes, that the server asked for a pause."""
        self._pace.penalize(kind, min(seconds, MAX_PAUSE))

    def _wait(self, kind: str) -> None:
        """Wait for a slot of the kind, and for one of the wide class."""
        for each in dict.fromkeys((kind, REQUESTS)):
            seconds = self._pace.wait_time(each)
            if seconds > 0:
                self.sleep(seconds)

    def _read(self, response: httpx.Response, max_bytes: int, deadline: float) -> bytes:
        """Read the body within time and size."""
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            self._check(len(body), max_bytes, deadline, str(response.url))
        return bytes(body)

    def _check(self, size: int, max_bytes: int, deadline: float, url: str) -> None:
        """Give up a body that is too long or too slow."""
        if size > max_bytes:
            raise FormatError(
                say(
                    "the answer of {host} is larger than {most} bytes; it was not read to its end",
                    host=host_of(url),
                    most=f"{max_bytes:,}",
                )
            )
        if self._clock() > deadline:
            raise Unavailable(say("{host} was too slow: the answer did not end in time", host=host_of(url)))


def host_of(url: str) -> str:
    """Return the host, the only part of an address that may stand in a message."""
    return httpx.URL(url).host


def retry_after(reply: Reply, now: datetime) -> float | None:
    """Return the pause in seconds that Retry-After asks for (a number or an HTTP date), None without a sane one."""
    text = reply.headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(seconds, 0.0), MAX_PAUSE) if math.isfinite(seconds) else None


def _reply(url: str, response: httpx.Response, body: bytes) -> Reply:
    """Copy what is needed out of the library's type."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return Reply(response.status_code, url, content_type, headers, body)


class _Request:
    """One streamed GET: sets the deadline, turns the library's errors into ours, closes the answer."""

    def __init__(self, client: httpx.Client, url: str, headers: Mapping[str, str], deadline: float) -> None:
        """Nothing is sent yet."""
        self._client, self._url, self._headers, self._deadline = client, url, headers, deadline
        self._response: httpx.Response | None = None

    def __enter__(self) -> httpx.Response:
        """Send, and return the answer with its body unread."""
        DEADLINE.set(self._deadline)
        try:
            request = self._client.build_request("GET", self._url, headers=self._headers)
            self._response = self._client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _converted(error, self._url) from error
        return self._response

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the answer; an error while reading it becomes ours."""
        if self._response is not None:
            self._response.close()
        if isinstance(error, httpx.HTTPError):
            raise _converted(error, self._url) from error


def _converted(error: Exception, url: str) -> FetchError:
    """Say in one line what went wrong; no address beyond the host, and no text of the library that may hold one."""
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return FetchError(say("an address in the settings is no http or https address"))
    host = host_of(url)
    if isinstance(error, httpx.TimeoutException):
        return Unavailable(say("{host} did not answer in time", host=host))
    if isinstance(error, httpx.ProxyError):
        return Unavailable(say("the proxy refuses the connection; check http.proxy"))
    if isinstance(error, httpx.ConnectError):
        return Unavailable(say(_no_connection(error), host=host))
    if isinstance(error, httpx.DecodingError):
        return Unavailable(say("the answer of {host} is damaged", host=host))
    return Unavailable(say("{host} broke off the connection", host=host))


def _no_connection(error: Exception) -> str:
    """Return the sentence that names the cause of a failed connection, when it is a usual one."""
    text = str(error).lower()
    if "certificate" in text:
        return N_(
            "no connection to {host} (its certificate is not trusted); check the network, http.proxy and http.ca_file"
        )
    if "refused" in text:
        return N_("no connection to {host} (refused); check the network, http.proxy and http.ca_file")
    if any(sign in text for sign in ("name or service", "nodename", "name resolution", "getaddrinfo")):
        return N_("no connection to {host} (name not found); check the network, http.proxy and http.ca_file")
    return N_("no connection to {host}; check the network, http.proxy and http.ca_file")
