"""The Open Data Portal: list a product's files and download one, within the USPTO's rules.

The key goes to the portal only. A download is answered with a signed address that dies after five seconds: it is
followed at once and by hand, without the key, and never stored. A file is written as `.part` and gets its name only
when its bytes are a zip of the right size whose every CRC is right.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urljoin, urlsplit

from tmwatch.errors import FetchError, FormatError, KeyRefused, NotFound, SettingsError, StoreError, Unavailable
from tmwatch.sources.http import REQUESTS, Download, LocalPace, PoliteClient, Reply, retry_after
from tmwatch.sources.odp_files import DOWNLOADS_A_YEAR, ListedFile, listed_count, parse_listing
from tmwatch.sources.retry import TooFast, persist
from tmwatch.sources.zipfiles import CHUNK, verify_zip
from tmwatch.text import Text, say

FILES, SIGNED = "files", "signed"  # rate classes: asking for a file; following its signed address
Value = TypeVar("Value")
_ATTEMPTS = 3
_LIST_BYTES = 32_000_000
_FILE_BYTES = 20_000_000_000
_PAGES = 50
_HOPS = 3
_FILE_SECONDS = 3600.0
_ZIP = b"PK\x03\x04"
_YEARLY_CAP = re.compile(
    r"\b20\b.*\b(?:times|downloads)|per (?:calendar )?year|yearly|annual", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A finished file on disk: its path, bytes and SHA-256."""

    path: Path
    size: int
    sha256: str


def odp_pace(seconds_between_files: float, clock: Callable[[], float]) -> LocalPace:
    """Return the polite pace of one key: one request a second, one file every `seconds_between_files`."""
    return LocalPace({REQUESTS: 60.0, FILES: 60.0 / max(seconds_between_files, 1.0), SIGNED: 600.0}, clock)


class Odp:
    """Asks the portal with one key."""

    def __init__(
        self,
        client: PoliteClient,
        *,
        base_url: str,
        api_key: str,
        clock: Callable[[], datetime],
        attempts: int = _ATTEMPTS,
    ) -> None:
        """`client` paces the kinds FILES and SIGNED too (`odp_pace`); `clock` gives UTC, to read Retry-After dates."""
        key = api_key.strip()
        if not key or not key.isascii() or not key.isprintable():
            raise SettingsError(say("{setting} is empty or holds characters that no key has", setting="odp.api_key"))
        self._client, self._base, self._clock = client, base_url.rstrip("/"), clock
        self._headers = {"X-API-KEY": key, "Accept": "application/json"}
        self._attempts = attempts

    def list_files(self, product: str, since: date | None = None) -> tuple[ListedFile, ...]:
        """Return the data files of a product, newest first, with data from `since` on.

        KeyRefused, NotFound, Unavailable (after the last attempt), another FetchError, or FormatError.
        """
        pages: list[Any] = []
        seen = 0
        for _ in range(_PAGES):
            pages.append(self._persist(partial(self._page, product, since, seen), REQUESTS))
            here, total = listed_count(pages[-1])
            seen += here
            if not here or total is None or seen >= total:
                break
        return parse_listing(pages, product)

    def fetch_file(self, file: ListedFile, folder: Path, count: Callable[[str], int], again: bool = False) -> Fetched:
        """Download one file into `folder` and return it; a finished one is not fetched twice unless `again`.

        `count` notes one more download of the name and returns how many that makes this year; it is called before
        each. Errors as `list_files`; whatever goes wrong, the name stays free and the day stays to do.
        """
        final = folder / file.name
        if final.is_file() and not again and file.size in (None, final.stat().st_size):
            return _finished(final)
        part = folder / f"{file.name}.part"
        try:
            return self._persist(lambda: self._download(file, part, final, count), FILES)
        finally:
            part.unlink(missing_ok=True)

    def _persist(self, operation: Callable[[], Value], kind: str) -> Value:
        """Try again what may pass; a pause the server asks for holds for all who share the pace."""
        return persist(
            operation,
            attempts=self._attempts,
            sleep=self._client.sleep,
            pause=lambda seconds: self._client.penalize(kind, max(seconds, 5.0)),
        )

    def _page(self, product: str, since: date | None, offset: int) -> Any:
        """Return one page of a product's list as JSON."""
        url = f"{self._base}/api/v1/datasets/products/{quote(product)}?includeFiles=true"
        if since is not None:
            url += f"&fileDataFromDate={since.isoformat()}"
        if offset:
            url += f"&offset={offset}"
        reply = self._client.get(url, accept="application/json", headers=self._headers, max_bytes=_LIST_BYTES)
        what = say("the list of {product}", product=product)
        if reply.status != 200:
            raise self._refusal(reply, what, 0)
        _refuse_web_page(reply.body, what)
        try:
            return json.loads(reply.body)
        except ValueError as error:
            raise Unavailable(
                say("{what} is no JSON; the portal may be in trouble, try again later", what=what)
            ) from error

    def _download(self, file: ListedFile, part: Path, final: Path, count: Callable[[str], int]) -> Fetched:
        """Ask for a file, follow its signed address at once, check every byte, give it its name."""
        asked = count(file.name)
        if asked > DOWNLOADS_A_YEAR:
            raise FetchError(
                say(
                    "{file} was asked for {times} times this year, the USPTO allows no more",
                    file=file.name,
                    times=DOWNLOADS_A_YEAR,
                )
            )
        url = f"{self._base}/api/v1/datasets/products/files/{quote(file.product)}/{quote(file.name)}"
        found = self._client.download(
            url, part, headers=self._headers, max_bytes=_FILE_BYTES, seconds=_FILE_SECONDS, kind=FILES
        )
        if not 300 <= found.reply.status < 400:
            if found.reply.status != 200:
                raise self._refusal(found.reply, file.name, asked)
        else:
            found = self._follow(found, part, file.name)
        _check(part, found.size, file)
        _put_in_place(part, final)
        return Fetched(final, found.size, found.sha256)

    def _follow(self, found: Download, part: Path, name: str) -> Download:
        """Follow a redirect at once and without the key: the address is good for five seconds."""
        for _ in range(_HOPS):
            location = found.reply.headers.get("location")
            if not location:
                raise FormatError(say("the portal redirects {file} to nowhere", file=name))
            url = urljoin(found.reply.url, location)
            if urlsplit(url).scheme != "https" and urlsplit(self._base).scheme == "https":
                raise FormatError(
                    say("the portal redirects {file} to an address that is not https; not followed", file=name)
                )
            found = self._client.download(url, part, max_bytes=_FILE_BYTES, seconds=_FILE_SECONDS, kind=SIGNED)
            if not 300 <= found.reply.status < 400:
                break
        if found.reply.status == 200:
            return found
        # The signature, not the key, was refused: it was too late, and the next try gets a fresh one.
        raise Unavailable(
            say(
                "the signed address of {file} answered {status}; it will be asked for again",
                file=name,
                status=found.reply.status,
            )
        )

    def _refusal(self, reply: Reply, what: str | Text, asked: int) -> FetchError:
        """Return the error for a status that is no answer; `asked` is how often the file was asked for this year."""
        if reply.status == 401:
            return KeyRefused(
                say("the Open Data Portal gave no access to {what}: it saw no key; check odp.api_key", what=what)
            )
        if reply.status == 403:
            return KeyRefused(
                say(
                    "the Open Data Portal refuses the key for {what}: check odp.api_key and that the USPTO.gov account "
                    "behind it is complete (a TSDR key does not work here)",
                    what=what,
                )
            )
        if reply.status == 404:
            return NotFound(say("the Open Data Portal knows no {what}; it may not be out yet", what=what))
        if reply.status == 429:
            if asked >= DOWNLOADS_A_YEAR or _YEARLY_CAP.search(reply.body.decode("utf-8", "replace")):
                return FetchError(
                    say("the Open Data Portal gives {what} no more this year (20 downloads a file and key)", what=what)
                )
            return TooFast(
                say("the Open Data Portal asks for a pause before {what}", what=what), retry_after(reply, self._clock())
            )
        if reply.status >= 500:
            return Unavailable(
                say(
                    "the Open Data Portal is in trouble ({status}); {what} is tried again later",
                    status=reply.status,
                    what=what,
                )
            )
        return FetchError(say("the Open Data Portal answered {status} to {what}", status=reply.status, what=what))


def _refuse_web_page(head: bytes, what: str | Text) -> None:
    """Say what it is when a page came instead of data: the status was 200 all the same."""
    start = head[:1000].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        raise FormatError(
            say("{what} is a web page, not data: the account is not signed in or the address has moved", what=what)
        )


def _check(part: Path, size: int, file: ListedFile) -> None:
    """Refuse what is no zip, is not as long as listed, or has a wrong CRC."""
    with part.open("rb") as stream:
        head = stream.read(1000)
        _refuse_web_page(head, file.name)
        if not head.startswith(_ZIP):
            raise FormatError(
                say("{file} is no zip file although the portal answered 200; it stays to do", file=file.name)
            )
        if file.size is not None and size != file.size:
            raise Unavailable(
                say(
                    "{file} came with {size} bytes, the list says {listed}; it stays to do",
                    file=file.name,
                    size=f"{size:,}",
                    listed=f"{file.size:,}",
                )
            )
        stream.seek(0)
        verify_zip(stream, file.name)


def _put_in_place(part: Path, final: Path) -> None:
    """Bring the bytes to the disk, then give the file its name."""
    try:
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        part.replace(final)
    except OSError as error:
        raise StoreError(
            say("cannot write {path}: {reason}", path=str(final), reason=error.strerror or str(error))
        ) from error


def _finished(path: Path) -> Fetched:
    """Return a file that is there already."""
    digest, size = sha256(), 0
    with path.open("rb") as stream:
        while data := stream.read(CHUNK):
            digest.update(data)
            size += len(data)
    return Fetched(path, size, digest.hexdigest())
