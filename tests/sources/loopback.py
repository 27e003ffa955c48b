"""A real server on loopback that says exactly the bytes it is told to, and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Say = Callable[[socket.socket], None]


@dataclass
class Asked:
    """One request as it came: the raw target and the headers in lower case."""

    target: str
    headers: dict[str, str]


@dataclass
class Loopback:
    """`answers[path]` are said one after the other, the last one again and again; `default` for other paths."""

    answers: dict[str, list[Say]] = field(default_factory=dict)
    default: Say | None = None
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def targets(self) -> list[str]:
        return [asked.target for asked in self.asked]

    def serve(self, listener: socket.socket) -> None:
        """Take connections until the listener is closed."""
        while not self.stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        """Read one request and say the answer."""
        if self.tls is not None:
            try:
                connection = self.tls.wrap_socket(connection, server_side=True)
            except OSError:
                return  # the client does not trust us, or hung up
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                data = connection.recv(65_536)
                if not data:
                    return
                head += data
            first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            target = first.split(" ")[1]
            pairs = (line.split(": ", 1) for line in lines)
            self.asked.append(Asked(target, {name.lower(): value for name, value in pairs}))
            queue = self.answers.get(target) or ([self.default] if self.default else [reply(404, b"", "text/plain")])
            say = queue.pop(0) if len(queue) > 1 else queue[0]
            try:
                say(connection)
            except OSError:
                return  # the client hung up: some tests want that


@contextmanager
def running(answers: dict[str, list[Say]] | None = None, default: Say | None = None) -> Iterator[Loopback]:
    """Run a server for the length of a test."""
    server = Loopback(answers or {}, default)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=server.serve, args=(listener,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stop.set()
            with socket.create_connection(("127.0.0.1", server.port)):
                pass
            thread.join()


def reply(status: int, body: bytes, content_type: str = "application/json", **headers: str) -> Say:
    """A complete answer; keyword `retry_after` becomes the header Retry-After."""
    return raw(_head(status, content_type, {"Content-Length": str(len(body)), **headers}) + body)


def record(mark: dict[str, Any]) -> Say:
    """An info.json with this trademark object."""
    return reply(200, json.dumps({"trademarks": [mark]}).encode())


def unbounded(body: bytes) -> Say:
    """An answer without Content-Length: its end is the end of the connection."""
    return raw(_head(200, "application/json", {}) + body)


def short(body: bytes, promised: int) -> Say:
    """An answer that promises more bytes than it sends."""
    return raw(_head(200, "application/json", {"Content-Length": str(promised)}) + body)


def raw(data: bytes) -> Say:
    """Exactly these bytes, then the end."""
    return lambda connection: connection.sendall(data)


def reset(connection: socket.socket) -> None:
    """A connection torn down with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(start: bytes, pause: float) -> Say:
    """`start` at once, then a blank every `pause` seconds for as long as the client listens."""

    def say(connection: socket.socket) -> None:
        connection.sendall(start)
        never = threading.Event()
        for _ in range(1000):
            never.wait(pause)
            connection.sendall(b" ")

    return say


def _head(status: int, content_type: str, headers: dict[str, str]) -> bytes:
    """Return status line and headers."""
    lines = [f"HTTP/1.1 {status} X", "Connection: close"]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
