"""A loopback stand-in of TSDR and of the Open Data Portal: real HTTP, invented cases, the failures of the real ones.

Every request is counted in `requests`, so that tests can say what really went over the wire.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

from tmwatch.demo.portal import PortalState

MAINTENANCE_PAGE = b"<!DOCTYPE html><html><body><h1>TSDR is under maintenance</h1></body></html>"


@dataclass(slots=True)
class StubState:
    """What the stand-in answers. `cases` maps serial numbers to info.json objects; `missing` are unknown to it,
    `maintenance` answer with an HTML page and status 200. By serial number: `xml` are ST.96 documents, `papers` what
    lies in the file as (type code, title, day), `windows` the Office's maintenance dates."""

    key: str = "demo-tsdr-key"
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    maintenance: set[str] = field(default_factory=set)
    down: bool = False
    requests: list[str] = field(default_factory=list)
    xml: dict[str, bytes] = field(default_factory=dict)
    papers: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    windows: dict[str, dict[str, Any]] = field(default_factory=dict)
    portal: PortalState = field(default_factory=PortalState)
    before: Callable[[str], None] | None = None  # called with each path; tests use it to stop a run at a known point

    def known(self, serial: str) -> bool:
        """Whether a batch answer would hold this case."""
        return serial in self.cases and serial not in self.missing and serial not in self.maintenance

    def serial_of(self, case_id: str) -> str | None:
        """Resolve `sn97123456` or `rn6723159`."""
        kind, number = case_id[:2], case_id[2:]
        if kind == "sn":
            return number
        for serial, case in self.cases.items():
            if case["status"].get("usRegistrationNumber") == number:
                return serial
        return None


class _Handler(BaseHTTPRequestHandler):
    """Serves the calls of both services; anything else is 404."""

    state: StubState
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together; apart, the second waits 40 ms for the receipt of the first

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal quiet."""

    def do_GET(self) -> None:
        """Answer one call."""
        state = self.state
        state.requests.append(self.path)
        if state.before:
            state.before(self.path)
        if state.down:
            return self._send(503, b"Service Unavailable", "text/plain")
        bulk = state.portal.answer(self.path, self.headers.get("X-API-KEY"), f"http://{self.headers['Host']}")
        if bulk is not None:
            return self._send(bulk.status, bulk.body, bulk.content_type, bulk.location)
        if self.headers.get("USPTO-API-KEY") != state.key:
            return self._send(401, b"You need an API key to use this service", "text/plain")
        url = urlsplit(self.path)
        parts = url.path.strip("/").split("/")
        if parts[:3] == ["ts", "cd", "caseMultiStatus"] and url.query.startswith("ids="):
            return self._multi(parts[3], unquote(url.query[4:]).split(","))
        if parts[:3] == ["ts", "cd", "casestatus"] and parts[-1] == "info.xml":
            return self._xml(self.state.xml.get(parts[3][2:]))
        if parts[:3] == ["ts", "cd", "casestatus"] and parts[-1].startswith("info"):
            return self._single(parts[3])
        if parts[:3] == ["ts", "cd", "casedocs"] and self.state.known(parts[3][2:]):
            return self._xml(_document_list(parts[3][2:], self.state.papers.get(parts[3][2:], [])))
        if parts[:3] == ["ts", "cd", "maintenance"] and parts[3][2:] in self.state.windows:
            return self._json(self.state.windows[parts[3][2:]])
        return self._send(404, b"", "text/plain")

    def _multi(self, kind: str, numbers: list[str]) -> None:
        found = [(number, self.state.serial_of(kind + number)) for number in numbers]
        rows = [
            {"trademarks": [self.state.cases[serial]], "searchId": number}
            for number, serial in found
            if serial and self.state.known(serial)
        ]
        self._json({"transactionList": rows, "size": len(rows), "oversized": False})

    def _single(self, case_id: str) -> None:
        serial = self.state.serial_of(case_id)
        if serial in self.state.maintenance:
            return self._send(200, MAINTENANCE_PAGE, "text/html")
        if serial is None or not self.state.known(serial):
            return self._send(404, b'{"message":"not found"}', "application/json")
        return self._json({"trademarks": [self.state.cases[serial]]})

    def _xml(self, body: bytes | None) -> None:
        self._send(404 if body is None else 200, body or b"", "application/xml")

    def _json(self, value: object) -> None:
        self._send(200, json.dumps(value).encode(), "application/json")

    def _send(self, status: int, body: bytes, content_type: str, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _document_list(serial: str, papers: list[tuple[str, str, str]]) -> bytes:
    """Return the list of papers of a case as TSDR gives it."""
    each = "".join(
        f"<Document><SerialNumber>{serial}</SerialNumber><DocumentTypeCode>{escape(code)}</DocumentTypeCode>"
        f"<DocumentTypeCodeDescriptionText>{escape(title)}</DocumentTypeCodeDescriptionText>"
        f"<CategoryTypeCode>O</CategoryTypeCode><MailRoomDate>{day}-05:00</MailRoomDate>"
        "<TotalPageQuantity>2</TotalPageQuantity></Document>"
        for code, title, day in papers
    )
    return f'<DocumentList xmlns="urn:us:gov:doc:uspto:trademark">{each}</DocumentList>'.encode()


@contextmanager
def serve(state: StubState) -> Iterator[str]:
    """Serve `state` on a free loopback port while the block runs; gives the base URL."""
    handler = type("Handler", (_Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
