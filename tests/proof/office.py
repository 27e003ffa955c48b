"""A scripted stub of both USPTO services on loopback (TSDR and the Open Data Portal): it counts every request that
really arrived, and shows on demand each failure that a web service can show."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.sources.test_odp_files import entry, listing
from tmwatch.demo.cases import DemoCase, info_json

KEY, ODP_KEY = "proof-tsdr-key", "proof-odp-key"
PAGE = b"<!DOCTYPE html><html><body>Maintenance</body></html>"
# Called with the number of the request (from 1) and its path; gives what is said instead of the answer, or None.
Fault = Callable[["Handler"], None]
Script = Callable[[int, str], Fault | None]


@dataclass
class Office:
    """`cases` are the encoded records by serial number, `files` the daily files by name (zip bytes)."""

    cases: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    script: Script = lambda number, path: None
    after: Callable[[int, str], None] = lambda number, path: None
    requests: list[str] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, cases: Iterable[DemoCase]) -> None:
        """Answer these cases from now on, besides what was served before."""
        self.cases.update({case.serial_number: json.dumps(info_json(case)).encode() for case in cases})

    def count(self, path: str) -> int:
        """Note a request and return its number."""
        with self.lock:
            self.requests.append(path)
            return len(self.requests)

    @property
    def calls(self) -> int:
        """How many requests arrived."""
        return len(self.requests)

    def asked_for(self, serial: str) -> int:
        """How many requests named this mark."""
        return sum(serial in path for path in self.requests)


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    office: Office
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal quiet."""

    def do_GET(self) -> None:
        """Count, then answer or fail as the script says."""
        number = self.office.count(self.path)
        fault = self.office.script(number, self.path)
        if fault is not None:
            fault(self)
        else:
            self.send(*self.answer())
        self.office.after(number, self.path)

    def answer(self) -> tuple[int, bytes, str]:
        """Return status, body and content type of the right answer."""
        url = urlsplit(self.path)
        parts = url.path.strip("/").split("/")
        if parts[:2] == ["ts", "cd"] and self.headers.get("USPTO-API-KEY") != KEY:
            return 401, b"You need an API key to use this service", "text/plain"
        if parts[:3] == ["ts", "cd", "caseMultiStatus"]:
            return 200, self.many(unquote(url.query[4:]).split(",")), "application/json"
        if parts[:3] == ["ts", "cd", "casestatus"]:
            found = self.office.cases.get(parts[3][2:])
            if found is None:
                return 404, b'{"message":"not found"}', "application/json"
            return 200, b'{"trademarks": [' + found + b"]}", "application/json"
        if parts[:3] == ["api", "v1", "datasets"]:
            return self.portal(parts)
        return 404, b"", "text/plain"

    def many(self, numbers: list[str]) -> bytes:
        """Return the envelope of the numbers known."""
        rows = [
            b'{"trademarks": [' + self.office.cases[number] + b'], "searchId": "' + number.encode() + b'"}'
            for number in numbers
            if number in self.office.cases
        ]
        return b'{"transactionList": [' + b", ".join(rows) + b'], "size": %d, "oversized": false}' % len(rows)

    def portal(self, parts: list[str]) -> tuple[int, bytes, str]:
        """Answer as the Open Data Portal: the list of a product, or a file itself."""
        if self.headers.get("X-API-KEY") != ODP_KEY:
            return 403, b"{}", "application/json"
        if parts[4] == "files":
            return 200, self.office.files[parts[6]], "application/zip"
        if parts[4] != "TRTDXFAP":
            return 404, b"{}", "application/json"
        rows = [entry(name, fileSize=len(body)) for name, body in self.office.files.items()]
        return 200, json.dumps(listing(*rows)).encode(), "application/json"

    def send(self, status: int, body: bytes, content_type: str, **headers: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


def says(status: int, body: bytes = b"", content_type: str = "text/plain", **headers: str) -> Fault:
    """Another answer than the right one."""
    return lambda handler: handler.send(status, body, content_type, **headers)


def reset(handler: Handler) -> None:
    """Tear the connection down with RST."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def cut(at: int, *, honest: bool) -> Fault:
    """The right answer up to a byte; `honest` promises its whole length, else the end is the end of the connection."""

    def fault(handler: Handler) -> None:
        status, body, content_type = handler.answer()
        handler.send_response(status)
        handler.send_header("Content-Type", content_type)
        if honest:
            handler.send_header("Content-Length", str(len(body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body[:at])
        handler.close_connection = True

    return fault


def drip(handler: Handler) -> None:
    """One byte now and then, for as long as the client listens."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Connection", "close")
    handler.end_headers()
    never = threading.Event()
    with contextlib.suppress(OSError):
        for _ in range(2000):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            never.wait(0.05)
    handler.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that died is what these tests are about."""


@contextlib.contextmanager
def open_office(office: Office) -> Iterator[Office]:
    """Serve until the block ends."""
    handler = type("OneHandler", (Handler,), {"office": office})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    office.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield office
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
