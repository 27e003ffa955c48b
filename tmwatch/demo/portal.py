"""The stand-in's part of the Open Data Portal: product lists behind a key, and files behind addresses used once.

As the real one does, it answers the request for a file with a redirect to a signed address that wants no key.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PRODUCTS = ("", "api", "v1", "datasets", "products")  # how the path of every call with a key begins
SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: `location` is the address of a redirect, empty otherwise."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    location: str = ""


@dataclass(slots=True)
class PortalState:
    """What the portal has. `files` maps product -> file name -> bytes."""

    key: str = "demo-odp-key"
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    _signed: dict[str, bytes] = field(default_factory=dict)

    def answer(self, path: str, key: str | None, base_url: str) -> Answer | None:
        """Answer one call; None when the path is none of the portal's. `key` is the X-API-KEY that came with it."""
        parts = tuple(urlsplit(path).path.split("/"))
        if parts[:2] == ("", SIGNED):
            body = self._signed.pop(path, None)
            return Answer(403, b"expired", "text/plain") if body is None else Answer(200, body, "application/zip")
        if parts[:5] != PRODUCTS:
            return None
        if key != self.key:
            return Answer(401, b'{"message":"Unauthorized"}')
        if len(parts) == 8 and parts[5] == "files":
            return self._redirect(parts[6], parts[7], base_url)
        return self._listing(parts[5]) if len(parts) == 6 else Answer(404, b'{"code":404}')

    def _redirect(self, product: str, name: str, base_url: str) -> Answer:
        body = self.files.get(product, {}).get(name)
        if body is None:
            return Answer(404, b'{"code":404}')
        address = f"/{SIGNED}/{name}?Signature={secrets.token_hex(8)}"
        self._signed[address] = body
        return Answer(302, location=base_url + address)

    def _listing(self, product: str) -> Answer:
        rows = [
            {"fileName": name, "fileSize": len(body), "fileTypeText": "Data"}
            for name, body in self.files.get(product, {}).items()
        ]
        bag = {"productIdentifier": product, "productFileBag": {"count": len(rows), "fileDataBag": rows}}
        return Answer(200, json.dumps({"count": 1, "bulkDataProductBag": [bag]}).encode())
