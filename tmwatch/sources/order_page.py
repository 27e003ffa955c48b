"""The USPTO's public page of orders: the links to order documents on it, and the download of one.

The page is made for people and may change its shape at any time; a reading that finds no document at all is an error,
never a quiet day. What was seen before is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from lxml import etree, html

from tmwatch.errors import FetchError, FormatError, Unavailable
from tmwatch.sources.base import Document
from tmwatch.sources.http import REQUESTS, Download, PoliteClient, Reply, host_of, retry_after
from tmwatch.sources.orders import Limits
from tmwatch.sources.retry import TooFast, persist
from tmwatch.text import say

NAME = "page of orders"
_PAGE_BYTES = 10_000_000
_FILE_SECONDS = 600.0
_ATTEMPTS = 3
_HOPS = 3
_MOVED = (301, 302, 303, 307, 308)
_CONTEXT = 300  # characters of the row or paragraph around a link that may tell its title and day
Value = TypeVar("Value")

# Menus and footers hold documents of their own; a header inside the article is part of it.
_LINKS = (
    "//a[@href][not(ancestor::nav or ancestor::footer or ancestor::header[not(ancestor::main or ancestor::article)])]"
)
_AROUND = "ancestor::*[self::tr or self::li or self::p or self::dd][1]"
_WORDLESS = re.compile(
    r"[\W\d_]*(?:(?:the|view|open|read|click|see|download|here|more|link|full|text|order|document|file|exhibits?|pdf|"
    r"[km]b)[\W\d_]*)*",
    re.IGNORECASE,
)
_SAYS_PDF = re.compile(r"[\[(]\s*pdf\b", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WRITTEN = re.compile(r"\b([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(20\d{2})\b")
_ISO = re.compile(r"(?<!\d)(20\d{2})([-_./]?)(0[1-9]|1[0-2])\2([0-2]\d|3[01])(?!\d)")
_SLASHES = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](20\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class OrderLink:
    """A link to a document. `url` is absolute and without fragment; `date` is the day its words tell, if any."""

    url: str
    title: str
    date: Day | None = None

    @property
    def file_name(self) -> str:
        """The document's name, safe for any file system."""
        last = unquote(urlsplit(self.url).path).rpartition("/")[2]
        safe = re.sub(r"[^A-Za-z0-9._-]+", "-", last).strip("-.")[-80:] or "order"
        return safe if safe.lower().endswith(".pdf") else f"{safe}.pdf"


def find_links(body: bytes, url: str) -> tuple[OrderLink, ...]:
    """Return the documents a page at `url` links to, in its order, each once. FormatError: it is no web page."""
    root = _parsed(body, host_of(url))
    bases = [str(one) for one in _xpath(root, "//base/@href")][:1]
    base = urljoin(url, bases[0]) if bases else url
    found: dict[str, OrderLink] = {}
    for anchor in _xpath(root, _LINKS):
        assert isinstance(anchor, html.HtmlElement)
        link = _link(anchor, base)
        held = found.get(link.url) if link else None
        if link and (held is None or len(held.title) < len(link.title)):
            found[link.url] = link
    return tuple(found.values())


def _parsed(body: bytes, host: str) -> html.HtmlElement:
    """Parse HTML: no network, no huge trees, comments left out; entities of a DTD are never expanded in HTML."""
    try:
        body.decode("utf-8")
        encoding: str | None = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # as the page itself declares
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding=encoding)
    try:
        root = html.document_fromstring(body, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise FormatError(say("the answer of {host} is no web page", host=host)) from error
    if root.find(".//body") is None:
        raise FormatError(say("the answer of {host} is no web page", host=host))
    return root


def _link(anchor: html.HtmlElement, base: str) -> OrderLink | None:
    """Return the document an anchor leads to, None when it leads to something else."""
    try:
        url = urldefrag(urljoin(base, anchor.get("href", "").strip())).url
        parts = urlsplit(url)
    except ValueError:
        return None  # an address nobody can follow
    text = _text(anchor)
    names_pdf = unquote(parts.path).lower().endswith(".pdf") or anchor.get("type", "").lower() == "application/pdf"
    if parts.scheme not in ("http", "https") or not parts.hostname or not (names_pdf or _SAYS_PDF.search(text)):
        return None
    around = next((_text(one)[:_CONTEXT] for one in _xpath(anchor, _AROUND) if isinstance(one, html.HtmlElement)), "")
    name = unquote(parts.path).rpartition("/")[2]
    title = text if not _WORDLESS.fullmatch(text) else around if not _WORDLESS.fullmatch(around) else name
    day = next((found for where in (text, around, name) if (found := read_day(where))), None)
    return OrderLink(url, title[:_CONTEXT], day)


def read_day(text: str) -> Day | None:
    """Return the first day written in a title or file name: `August 6, 2025`, `2025-08-06`, `20250806`, `8/6/2025`."""
    for found in _WRITTEN.finditer(text):
        if found[1][:3].lower() in _MONTHS:
            return _day(int(found[3]), _MONTHS.index(found[1][:3].lower()) + 1, int(found[2]))
    if iso := _ISO.search(text):
        return _day(int(iso[1]), int(iso[3]), int(iso[4]))
    if american := _SLASHES.search(text):
        return _day(int(american[3]), int(american[1]), int(american[2]))
    return None


def _day(year: int, month: int, day: int) -> Day | None:
    try:
        return Day(year, month, day)
    except ValueError:
        return None


def _text(element: html.HtmlElement) -> str:
    """Return the words inside an element on one line."""
    return " ".join(str(element.text_content()).split())


def _xpath(element: html.HtmlElement, path: str) -> list[object]:
    """Evaluate a path that gives a list."""
    found = element.xpath(path)
    return found if isinstance(found, list) else []


class OrderPage:
    """Reads the page and downloads from its own host. `clock` gives UTC."""

    def __init__(
        self, client: PoliteClient, page_url: str, clock: Callable[[], datetime], attempts: int = _ATTEMPTS
    ) -> None:
        """`client` paces the kind REQUESTS."""
        self._client, self._url, self._clock, self._attempts = client, page_url, clock, attempts

    @property
    def host(self) -> str:
        """The host of the page."""
        return host_of(self._url)

    def fetch(self) -> Document:
        """Return the page as it is now. Unavailable or another FetchError, FormatError: it is no web page."""
        reply = self._persist(lambda: self._followed(self._url, self._get, lambda got: got))
        if reply.content_type not in ("text/html", "application/xhtml+xml"):
            kind = reply.content_type or say("nothing known")
            raise FormatError(say("the page of orders ({host}) came as {type}", host=self.host, type=kind))
        digest = sha256(reply.body).hexdigest()
        return Document(NAME, reply.url, reply.body, digest, self._clock(), reply.content_type)

    def is_own(self, link: OrderLink) -> bool:
        """Whether a document lies on the page's own host; nothing is fetched from another one."""
        return self._is_own(link.url)

    def download(self, link: OrderLink, folder: Path) -> Path:
        """Download a document into `folder` and return its path, which begins with the hash of its bytes.

        Errors as `fetch`, StoreError when the disk refuses. What is no PDF, or too large, is not kept.
        """
        if not self.is_own(link):
            raise FetchError(
                say(
                    "{file} lies on another host ({host}), nothing is fetched there",
                    file=link.file_name,
                    host=host_of(link.url),
                )
            )
        part = folder / f"{link.file_name}.part"
        limit = Limits().max_bytes

        def once(url: str) -> Download:
            return self._client.download(url, part, max_bytes=limit, seconds=_FILE_SECONDS)

        try:
            got = self._persist(lambda: self._followed(link.url, once, lambda done: done.reply))
            with part.open("rb") as file:
                if b"%PDF-" not in file.read(1024):
                    raise FormatError(say("{file} is no PDF", file=link.file_name))
            return part.replace(folder / f"{got.sha256[:12]}-{link.file_name}")
        finally:
            part.unlink(missing_ok=True)

    def _is_own(self, url: str) -> bool:
        """Same host, and never from https down to http."""
        own, other = urlsplit(self._url), urlsplit(url)
        return own.hostname == other.hostname and other.scheme in (own.scheme, "https")

    def _get(self, url: str) -> Reply:
        return self._client.get(url, accept="text/html,application/xhtml+xml", max_bytes=_PAGE_BYTES)

    def _persist(self, operation: Callable[[], Value]) -> Value:
        """Try again what may pass."""
        return persist(
            operation,
            attempts=self._attempts,
            sleep=self._client.sleep,
            pause=lambda seconds: self._client.penalize(REQUESTS, max(seconds, 5.0)),
        )

    def _followed(self, url: str, ask: Callable[[str], Value], reply_of: Callable[[Value], Reply]) -> Value:
        """Ask, following a few redirects by hand as long as they stay on the host."""
        for _ in range(_HOPS + 1):
            got = ask(url)
            reply = reply_of(got)
            if reply.status == 200:
                return got
            if reply.status not in _MOVED:
                raise self._refusal(reply)
            url = urljoin(url, reply.headers.get("location", ""))
            if not self._is_own(url):
                raise FetchError(
                    say("{host} sends the reader to another host; look at it, and set orders.page_url", host=self.host)
                )
        raise FetchError(say("{host} redirects in a circle; look at the page, and set orders.page_url", host=self.host))

    def _refusal(self, reply: Reply) -> FetchError:
        """Say what a status other than 200 means."""
        if reply.status == 429:
            return TooFast(say("{host} says too many requests", host=self.host), retry_after(reply, self._clock()))
        answered = say("{host} answered {status}", host=self.host, status=reply.status)
        if reply.status >= 500:
            return Unavailable(answered, retry_after(reply, self._clock()))
        if reply.status in (404, 410):
            return FetchError(say("{answered}; the page may have moved: set orders.page_url", answered=answered))
        return FetchError(answered)
