"""Checks of the addresses, keys and senders in the settings. Each returns the normal form or raises a ValueError that
says what would be right and never repeats a value that may hold a password."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

from tmwatch import reading
from tmwatch.reading import Unfit
from tmwatch.text import say

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _split(value: str) -> SplitResult:
    """Split a URL; blanks and control characters are refused, and the port must be one."""
    if re.search(r"[\x00-\x20\x7f]", value):
        raise Unfit(say("must not hold blanks or control characters"))
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise Unfit(say("is no valid URL: check the host and the port")) from None
    return parts


def web(value: str) -> str:
    """Check an http(s) base address without user or password; a slash at its end is dropped."""
    parts = _split(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unfit(say("must be a web address that begins with https://"))
    if parts.username or parts.password:
        raise Unfit(say("must not hold a user name or password"))
    return value.strip().rstrip("/")


def web_or_empty(value: str) -> str:
    """Check an http(s) address; empty stays empty."""
    return web(value) if value.strip() else ""


def proxy(value: str) -> str:
    """Check the address of an http(s) proxy; it may hold user and password."""
    parts = _split(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Unfit(say("must be a proxy address like http://proxy.example:3128"))
    return value.strip()


def database(value: str) -> str:
    """Check the URL of the database: sqlite:///PATH or postgresql+psycopg://user:password@host/name."""
    scheme, mark, rest = value.strip().partition("://")
    if mark and scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        parts = _split(f"postgresql+psycopg://{rest}")
        if not parts.path.strip("/"):
            raise Unfit(say("names no database: postgresql+psycopg://user:password@host/NAME"))
        return f"postgresql+psycopg://{rest}"
    if mark and scheme == "sqlite":
        if sqlite_file(value.strip()) is None:
            raise Unfit(say("names no file; write sqlite:///PATH (an absolute path has four slashes)"))
        return value.strip()
    raise Unfit(say("must be sqlite:///PATH or postgresql+psycopg://user:password@host/name"))


def mail(value: str) -> str:
    """Check the address of the mail server or of the outbox folder."""
    url = value.strip()
    if url.startswith("file:"):
        if not url.removeprefix("file:").strip("/"):
            raise Unfit(say("names no folder; write file:PATH"))
        return url
    parts = _split(url)
    if parts.scheme not in ("smtp", "smtps"):
        raise Unfit(say("must be file:FOLDER, smtp://user:password@host:587 or smtps://user:password@host:465"))
    if not parts.hostname:
        raise Unfit(say("names no host (a password's @ : / # are written %40 %3A %2F %23)"))
    if parts.path.strip("/") or parts.fragment:
        raise Unfit(say("holds more than a host and port (a password's / and # are written %2F and %23)"))
    return url


def sender(value: str) -> str:
    """Check the address messages come from, plain or as `Name <address>`."""
    from email.utils import parseaddr  # slow to load

    if re.search(r"[\x00-\x1f\x7f]", value):
        raise Unfit(say("must be one line"))
    reading.email(parseaddr(value)[1] or value)
    return value.strip()


def unsubscribe(value: str) -> str | None:
    """Check the addresses of the List-Unsubscribe header: mailto:, https: or one of each with a blank between them;
    `{client}` may stand behind the mail address or the host."""
    found = value.split()
    if len(found) != len({one.partition(":")[0] for one in found}):
        raise Unfit(say("holds two addresses of one kind: one mailto: and one https: are enough"))
    for one in found:
        if not re.fullmatch(r"[!-~]{1,300}", one) or re.search(r"""[<>,\\"{}]""", one.replace("{client}", "")):
            raise Unfit(say("must hold addresses of plain characters; {client} is all that may stand in braces"))
        place = one.partition("?")[0] if one.startswith("mailto:") else _split(one).netloc
        if "{" in place or not one.startswith(("mailto:", "https://")):
            raise Unfit(say("must be mailto:ADDRESS, https://HOST/PATH, or both with a blank between them"))
        if one.startswith("mailto:"):
            reading.email(place)
        else:
            web(one)
    return " ".join(found) or None


def addresses(value: str) -> str:
    """Check e-mail addresses with `;` between them; each is kept once."""
    return ";".join(dict.fromkeys(reading.email(one) for one in value.split(";") if one.strip()))


def key(value: str) -> str:
    """Check that a key can stand in a header: one word of visible ASCII."""
    word = value.strip()
    if not re.fullmatch(r"[\x21-\x7e]+", word):
        raise Unfit(say("must be one word of letters, digits and signs, as the USPTO shows it"))
    return word


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite URL, None for another database or one in memory."""
    if not url.startswith("sqlite:///"):
        return None
    path = url.removeprefix("sqlite:///").partition("?")[0]
    return Path(path) if path and path != ":memory:" and not path.endswith("/") else None


def anchored(url: str, folder: Path) -> str:
    """Make the relative path of an SQLite or `file:` URL absolute: it counts from `folder`."""
    if url.startswith("file:") and not url.startswith("file://"):
        path = url.removeprefix("file:")
        return f"file:{folder / Path(path).expanduser()}" if path else url
    path_of_base = sqlite_file(url)
    if path_of_base is None:
        return url
    query = url.partition("?")[1] + url.partition("?")[2]
    return f"sqlite:///{folder / path_of_base.expanduser()}{query}"


def passwords(url: str) -> tuple[str, ...]:
    """Return the passwords inside `url` (before the host, or as its parameter) as written and as meant."""
    try:
        parts = urlsplit(url)
        words = [parts.password, *(part[9:] for part in parts.query.split("&") if part.startswith("password="))]
    except ValueError:
        return ()
    return tuple(sorted({form for word in words if word for form in (word, unquote(word), unquote_plus(word))}))


def in_the_clear(url: str) -> bool:
    """Whether `url` is plain http to another machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in _LOOPBACK
