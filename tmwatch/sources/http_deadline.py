"""A transport that holds one total deadline per request at the socket, where headers and bodies drip in.

A per-read time-out alone lets a server that sends one byte a second go on for hours.
"""

from __future__ import annotations

import math
import ssl
from collections.abc import Callable
from contextvars import ContextVar

import httpcore
import httpx

from tmwatch.errors import SettingsError
from tmwatch.text import say

# When the running request must be over, on the clock given to the transport; set by the one who sends.
DEADLINE: ContextVar[float] = ContextVar("deadline", default=math.inf)


class DeadlineTransport(httpx.HTTPTransport):
    """The library's transport whose sockets know the deadline of the request that reads from them."""

    def __init__(self, ca_file: str | None, proxy: str | None, clock: Callable[[], float]) -> None:
        """Trust `ca_file`, or what the system trusts; SettingsError when it or the proxy cannot be used."""
        try:
            trusted = ssl.create_default_context(cafile=ca_file)
        except OSError as error:
            raise SettingsError(say("http.ca_file {path} cannot be read as PEM certificates", path=ca_file)) from error
        try:
            super().__init__(verify=trusted, proxy=proxy, trust_env=False)
        except (ValueError, httpx.InvalidURL) as error:
            raise SettingsError(say("http.proxy is no http, https or socks5 address")) from error
        # httpx has no public way to give its pool a network backend, httpcore has.
        self._pool._network_backend = _DeadlineBackend(self._pool._network_backend, clock)


class _DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections whose every read and write ends at the deadline."""

    def __init__(self, inner: httpcore.NetworkBackend, clock: Callable[[], float]) -> None:
        """Wrap the library's backend."""
        self._inner, self._clock = inner, clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: object = None,
    ) -> httpcore.NetworkStream:
        """Connect within what is left of the time."""
        left = _left(timeout, self._clock)
        stream = self._inner.connect_tcp(host, port, left, local_address, socket_options)  # type: ignore[arg-type]  # passed on
        return _DeadlineStream(stream, self._clock)

    def sleep(self, seconds: float) -> None:
        """Let the library wait as it does."""
        self._inner.sleep(seconds)


class _DeadlineStream(httpcore.NetworkStream):
    """A connection that reads and writes only until the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, clock: Callable[[], float]) -> None:
        """Wrap an open connection."""
        self._inner, self._clock = inner, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read within what is left of the time."""
        return self._inner.read(max_bytes, _left(timeout, self._clock))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write within what is left of the time."""
        self._inner.write(buffer, _left(timeout, self._clock))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Shake hands within what is left of the time."""
        stream = self._inner.start_tls(ssl_context, server_hostname, _left(timeout, self._clock))
        return _DeadlineStream(stream, self._clock)

    def get_extra_info(self, info: str) -> object:
        """Pass the question on."""
        return self._inner.get_extra_info(info)


def _left(timeout: float | None, clock: Callable[[], float]) -> float | None:
    """Return the seconds a socket operation may take."""
    left = DEADLINE.get() - clock()
    if left <= 0:
        raise httpcore.ReadTimeout("deadline")
    return min(left, timeout) if timeout is not None else (left if math.isfinite(left) else None)
