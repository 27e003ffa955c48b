"""What a TSDR answer is worth: data, or which failure it means (tsdr-api: replies that are not data)."""

from __future__ import annotations

from datetime import datetime

from tmwatch.errors import FetchError, FormatError, KeyRefused, NotFound, Unavailable
from tmwatch.sources.http import Reply, retry_after
from tmwatch.sources.retry import TooFast
from tmwatch.text import Text, say

KEY_PAGE = "https://account.uspto.gov/api-manager/"
_WRONG_KEY = b"BACKEND RESPONSE STATUS: 404"
_DEFAULT_PAUSE = 60.0  # seconds after a 429 without Retry-After


class NoContent(Unavailable):
    """204 or an empty body: of a record that means trouble, of maintenance dates that there are none."""


def judge(reply: Reply, now: datetime) -> None:
    """Raise what the status means unless it is 200."""
    status = reply.status
    if status == 200:
        return
    if status == 429:
        pause = retry_after(reply, now)
        raise TooFast(say("TSDR says too many requests (429)"), _DEFAULT_PAUSE if pause is None else pause)
    if status in (401, 403):
        raise KeyRefused(_refused(status))
    if status == 404:
        raise _not_found(reply)
    if status == 204:
        raise NoContent(say("TSDR answered with no content (204)"))
    if status == 408 or status >= 500:
        raise Unavailable(say("TSDR is in trouble (HTTP {status})", status=status))
    if status == 406:
        raise FormatError(say("TSDR does not give this answer in the format asked (HTTP 406)"))
    if status == 400:
        raise FetchError(say("TSDR does not accept the number or the request (HTTP 400)"))
    raise FetchError(say("TSDR answered HTTP {status}, which is no answer to this question", status=status))


def json_body(reply: Reply) -> bytes:
    """Return the body when it claims to be and looks like JSON."""
    body = _some_body(reply)
    if "json" not in reply.content_type:
        raise FormatError(say("TSDR answered with {type} where JSON was asked", type=_type_of(reply)))
    return body


def xml_body(reply: Reply) -> bytes:
    """Return the body when it claims to be and looks like XML."""
    body = _some_body(reply)
    if "xml" not in reply.content_type:
        raise FormatError(say("TSDR answered with {type} where XML was asked", type=_type_of(reply)))
    return body


def _some_body(reply: Reply) -> bytes:
    """Refuse an empty body and a web page; both come from a TSDR in trouble and may pass."""
    start = reply.body[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not reply.body.strip():
        raise NoContent(say("TSDR answered with an empty body"))
    if reply.content_type in ("text/html", "application/xhtml+xml") or start.startswith((b"<!doctype html", b"<html")):
        raise Unavailable(say("TSDR answered with a web page, perhaps for maintenance, and no data"))
    if "json" in reply.content_type and start.startswith(b"<"):
        raise Unavailable(say("TSDR answered with a page of markup, perhaps for maintenance, and no data"))
    return reply.body


def _type_of(reply: Reply) -> str | Text:
    """Name the content type, shortly and safely."""
    return ascii(reply.content_type[:40]) if reply.content_type else say("no content type")


def _not_found(reply: Reply) -> FetchError:
    """Tell an unknown case from the 404 that the key of another service gets for everything."""
    if _WRONG_KEY in reply.body[:4096]:
        return KeyRefused(
            say(
                "the key in tsdr.api_key is no TSDR key (TSDR answered 404 BACKEND RESPONSE STATUS: 404): probably it "
                "is the Open Data Portal key, which is another one. Get a TSDR API key at {page}",
                page=KEY_PAGE,
            )
        )
    return NotFound(say("TSDR knows no such case, or it is not public (404)"))


def _refused(status: int) -> Text:
    """Say which key was refused and where to get one."""
    if status == 401:
        return say(
            "TSDR did not take the key in tsdr.api_key (401): it is missing, mistyped or inactive. The key of the Open "
            "Data Portal (odp.api_key) is another one. Get a TSDR API key at {page}",
            page=KEY_PAGE,
        )
    return say(
        "TSDR refuses the key in tsdr.api_key or its account (403). The key of the Open Data Portal (odp.api_key) is "
        "another one. Check the key and the product TSDR API at {page}",
        page=KEY_PAGE,
    )
