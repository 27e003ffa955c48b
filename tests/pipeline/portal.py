"""A loopback Open Data Portal: lists and files behind a key, and a host of signed addresses that sees no key."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.bulk_maker import zipped
from tmwatch.sources.odp_files import data_day

KEY = "odp-key-that-nobody-may-see"


@dataclass
class Asked:
    """One request: the host it came to, its path and its headers in lower case."""

    host: str
    path: str
    headers: dict[str, str]


@dataclass
class Portal:
    """`files` maps product -> file name -> bytes; `sizes` lists another size than that of the bytes; `refused` products
    answer 403 to their list. Signed addresses change with every request for a file."""

    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    signed_url: str = ""
    _tickets: dict[str, bytes] = field(default_factory=dict)

    def put(self, product: str, name: str, xml: bytes) -> None:
        """Publish a file; what is no zip yet becomes one."""
        plain = xml.lstrip()[:5] == b"<?xml"
        self.files.setdefault(product, {})[name] = zipped(xml, name.replace(".zip", ".xml")) if plain else xml

    def downloads(self) -> list[str]:
        """The names of the files given out by the second host, in order."""
        return [one.path.split("/")[2] for one in self.asked if one.host == "signed"]

    def answer(self, host: str, path: str, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        """Return status, body and headers."""
        self.asked.append(Asked(host, path, headers))
        if host == "signed":
            body = self._tickets.pop(path, None)
            return (200, body, {"Content-Type": "application/zip"}) if body is not None else (403, b"expired", {})
        if headers.get("x-api-key") != KEY:
            return 401, b'{"message":"Unauthorized"}', {}
        parts = urlsplit(path).path.strip("/").split("/")
        if parts[:5] == ["api", "v1", "datasets", "products", "files"]:
            return self._redirect(parts[5], parts[6])
        return self._listing(parts[4])

    def _redirect(self, product: str, name: str) -> tuple[int, bytes, dict[str, str]]:
        body = self.files.get(product, {}).get(name)
        if body is None:
            return 404, b'{"code":404}', {}
        ticket = f"/signed/{name}/{hashlib.sha256(str(len(self.asked)).encode()).hexdigest()[:12]}"
        self._tickets[ticket] = body
        return 302, b"", {"Location": f"{self.signed_url}{ticket}"}

    def _listing(self, product: str) -> tuple[int, bytes, dict[str, str]]:
        if product in self.refused:
            return 403, b'{"message":"Forbidden"}', {}
        rows = [
            {
                "fileName": name,
                "fileSize": self.sizes.get(name, len(body)),
                "fileTypeText": "Data",
                "fileDataFromDate": f"{data_day(name)}",
                "fileDataToDate": f"{data_day(name)}",
            }
            for name, body in self.files.get(product, {}).items()
        ]
        rows.append({"fileName": f"{product}-Documentation.doc", "fileSize": 9, "fileTypeText": "Documentation"})
        bag = {"productIdentifier": product, "productFileBag": {"count": len(rows), "fileDataBag": rows}}
        return 200, json.dumps({"count": 1, "bulkDataProductBag": [bag]}).encode(), {"Content-Type": "application/json"}


class _Handler(BaseHTTPRequestHandler):
    portal: Portal
    host: str
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together; apart, the second waits 40 ms for the receipt of the first

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal quiet."""

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, body, more = self.portal.answer(self.host, self.path, headers)
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **more, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(portal: Portal) -> Iterator[Portal]:
    """Serve both hosts while the block runs."""
    with ExitStack() as stack:
        portal.url = stack.enter_context(_served(portal, "portal"))
        portal.signed_url = stack.enter_context(_served(portal, "signed"))
        yield portal


@contextmanager
def _served(portal: Portal, host: str) -> Iterator[str]:
    handler = type("Handler", (_Handler,), {"portal": portal, "host": host})
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
