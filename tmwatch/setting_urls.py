"""Checks of the addresses, keys and senders in the settings. Each returns the normal form or raises a ValueError that
says what would be right and never repeats a value that may hold a password."""

from __future__ import annotations

import re
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

from tmwatch import reading

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def _split(value: str) -> SplitResult:
    """Split a URL; blanks and control characters are refused, and the port must be one."""
    if re.search(r"[\x00-\x20\x7f]", value):
        raise ValueError("must not hold blanks or control characters")
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("is no valid URL: check the host and the port") from None
    return parts


def web(value: str) -> str:
    """Check an http(s) base address without user or password; a slash at its end is dropped."""
    parts = _split(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a web address that begins with https://")
    if parts.username or parts.password:
        raise ValueError("must not hold a user name or password")
    return value.strip().rstrip("/")


def web_or_empty(value: str | None) -> str | None:
    """Check an http(s) address; empty stays empty."""
    return web(value) if value and value.strip() else value and ""


def proxy(value: str | None) -> str | None:
    """Check the address of an http(s) proxy; it may hold user and password."""
    if value is None:
        return None
    parts = _split(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a proxy address like http://proxy.example:3128")
    return value.strip()


def database(value: str) -> str:
    """Check the URL of the database: sqlite:///PATH or postgresql+psycopg://user:password@host/name."""
    scheme, mark, rest = value.strip().partition("://")
    if mark and scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        parts = _split(f"postgresql+psycopg://{rest}")
        if not parts.path.strip("/"):
            raise ValueError("names no database: postgresql+psycopg://user:password@host/NAME")
        return f"postgresql+psycopg://{rest}"
    if mark and scheme == "sqlite":
        if sqlite_file(value.strip()) is None:
            raise ValueError("names no file; write sqlite:///PATH (an absolute path has four slashes)")
        return value.strip()
    raise ValueError("must be sqlite:///PATH or postgresql+psycopg://user:password@host/name")


def mail(value: SecretStr) -> SecretStr:
    """Check the address of the mail server or of the outbox folder."""
    url = value.get_secret_value().strip()
    if url.startswith("file:"):
        if not url.removeprefix("file:").strip("/"):
            raise ValueError("names no folder; write file:PATH")
        return SecretStr(url)
    parts = _split(url)
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError("must be file:FOLDER, smtp://user:password@host:587 or smtps://user:password@host:465")
    if not parts.hostname:
        raise ValueError("names no host (a password's @ : / # are written %40 %3A %2F %23)")
    if parts.path.strip("/") or parts.fragment:
        raise ValueError("holds more than a host and port (a password's / and # are written %2F and %23)")
    return SecretStr(url)


def sender(value: str | None) -> str | None:
    """Check the address messages come from, plain or as `Name <address>`."""
    if value is None:
        return None
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise ValueError("must be one line")
    reading.email(parseaddr(value)[1] or value)
    return value.strip()


def key(value: SecretStr | None) -> SecretStr | None:
    """Check that a key can stand in a header: one word of visible ASCII."""
    if value is None:
        return None
    word = value.get_secret_value().strip()
    if not re.fullmatch(r"[\x21-\x7e]+", word):
        raise ValueError("must be one word of letters, digits and signs, as the USPTO shows it")
    return SecretStr(word)


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
    """Return the password inside `url` as written and as meant, nothing when there is none."""
    try:
        word = urlsplit(url).password
    except ValueError:
        return ()
    return tuple({word, unquote(word)}) if word else ()


def in_the_clear(url: str) -> bool:
    """Whether `url` is plain http to another machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in _LOOPBACK
