"""The Open Data Portal asked over HTTP: lists, downloads through the signed address, and everything that goes wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tests.bulk_maker import Case, daily, zipped
from tests.sources.loopback import Loopback, Say, reply, running, short
from tests.sources.test_odp_files import entry, listing
from tmwatch.errors import FetchError, FormatError, KeyRefused, NotFound, SettingsError, Unavailable
from tmwatch.sources.http import PoliteClient
from tmwatch.sources.odp import Odp, odp_pace
from tmwatch.sources.odp_files import ListedFile

KEY = "odp-key-that-nobody-may-see"
ZIP = zipped(daily(("TX", [Case()])))


class Portal:
    """The portal with its two hosts, an injected sleep and a count of downloads."""

    def __init__(self, portal: Loopback, host: Loopback, client: PoliteClient, slept: list[float]) -> None:
        self.portal, self.host, self.slept = portal, host, slept
        self.counted: list[str] = []
        self.odp = Odp(client, base_url=portal.url, api_key=KEY, clock=lambda: datetime(2026, 1, 10, tzinfo=UTC))

    def count(self, name: str) -> int:
        self.counted.append(name)
        return self.counted.count(name)


@contextmanager
def portal(
    *, files: list[Say] | None = None, signed: list[Say] | None = None, lists: list[Say] | None = None
) -> Iterator[Portal]:
    """Run portal and file host; `files` answers the request for a file (default: the redirect)."""
    slept: list[float] = []
    offset = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        offset[0] += seconds

    def clock() -> float:
        return time.monotonic() + offset[0]

    with running({SIGNED: signed or [reply(200, ZIP, "application/zip")]}) as host, running() as server:
        there = reply(302, b"", "text/html", Location=f"{host.url}{SIGNED}")
        server.answers[FILE] = files or [there]
        server.answers[LIST] = lists or [reply(200, json.dumps(listing(entry("apc260107.zip"))).encode())]
        server.answers[f"{LIST}&fileDataFromDate=2026-01-05"] = server.answers[LIST]
        pace = odp_pace(16, clock)
        with PoliteClient(timeout=5, proxy=None, ca_file=None, pace=pace, clock=clock, sleep=sleep) as client:
            yield Portal(server, host, client, slept)


SIGNED = "/apc260107.zip?signature=secret-signature"
FILE = "/api/v1/datasets/products/files/TRTDXFAP/apc260107.zip"
LIST = "/api/v1/datasets/products/TRTDXFAP?includeFiles=true"
WANTED = ListedFile("TRTDXFAP", "apc260107.zip", date(2026, 1, 7), len(ZIP))


def test_the_list_is_asked_with_the_key_and_the_day() -> None:
    with portal() as one:
        (file,) = one.odp.list_files("TRTDXFAP", date(2026, 1, 5))
    assert file.name == "apc260107.zip"
    (asked,) = one.portal.asked
    assert asked.headers["x-api-key"] == KEY
    assert asked.headers["accept"] == "application/json"


def test_a_list_in_pages_is_read_to_its_end() -> None:
    first, second = listing(entry("apc260107.zip")), listing(entry("apc260106.zip"))
    first["bulkDataProductBag"][0]["productFileBag"]["count"] = 2
    with portal(lists=[reply(200, json.dumps(first).encode())]) as one:
        one.portal.answers[f"{LIST}&offset=1"] = [reply(200, json.dumps(second).encode())]
        assert [file.name for file in one.odp.list_files("TRTDXFAP")] == ["apc260107.zip", "apc260106.zip"]


def test_a_file_comes_through_the_redirect_without_the_key(tmp_path: Path) -> None:
    with portal() as one:
        fetched = one.odp.fetch_file(WANTED, tmp_path, one.count)
    assert fetched.path.read_bytes() == ZIP
    assert (fetched.path.name, fetched.size, fetched.sha256) == ("apc260107.zip", len(ZIP), sha256(ZIP).hexdigest())
    assert one.portal.asked[0].headers["x-api-key"] == KEY
    assert KEY not in str(one.host.asked)
    assert "x-api-key" not in one.host.asked[0].headers
    assert [path.name for path in tmp_path.iterdir()] == ["apc260107.zip"]
    assert one.counted == ["apc260107.zip"]


def test_the_signed_address_is_followed_at_once(tmp_path: Path) -> None:
    with portal() as one:
        one.odp.fetch_file(WANTED, tmp_path, one.count)
        assert sum(one.slept) < 2
        one.odp.fetch_file(WANTED, tmp_path, one.count, again=True)
        assert 14 < sum(one.slept) < 18  # the next file waits for its turn


def test_a_file_that_is_there_is_not_fetched_again_unless_asked(tmp_path: Path) -> None:
    with portal() as one:
        first = one.odp.fetch_file(WANTED, tmp_path, one.count)
        assert one.odp.fetch_file(WANTED, tmp_path, one.count) == first
        assert len(one.host.asked) == 1
        one.odp.fetch_file(WANTED, tmp_path, one.count, again=True)
        assert len(one.host.asked) == 2


def test_a_file_of_another_size_than_listed_now_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "apc260107.zip").write_bytes(b"older issue")
    with portal() as one:
        assert one.odp.fetch_file(WANTED, tmp_path, one.count).size == len(ZIP)


HTML = b"<!DOCTYPE html><html><body>Sign in to MyUSPTO</body></html>"
DAMAGED = ZIP[:-200] + bytes(100) + ZIP[-100:]


@pytest.mark.parametrize(
    ("files", "error", "words"),
    [
        ([reply(401, b'{"message":"Unauthorized"}')], KeyRefused, "saw no key"),
        ([reply(403, b'{"message":"Forbidden"}')], KeyRefused, "refuses the key"),
        ([reply(404, b'{"code":404}')], NotFound, "may not be out yet"),
        ([reply(429, b"", retry_after="7")] * 12, Unavailable, "asks for a pause"),
        ([reply(429, b'{"message":"You may download this file 20 times per year"}')], FetchError, "no more this year"),
        ([reply(500, b"")], Unavailable, "in trouble"),
        ([reply(418, b"")], FetchError, "answered 418"),
        ([reply(200, HTML, "text/html")], FormatError, "web page"),
        ([reply(302, b"")], FormatError, "to nowhere"),
    ],
)
def test_what_the_portal_refuses_is_one_line_and_leaves_no_file(
    tmp_path: Path, files: list[Say], error: type[Exception], words: str
) -> None:
    with portal(files=files) as one, pytest.raises(error, match=words) as caught:
        one.odp.fetch_file(WANTED, tmp_path, one.count)
    tell_nothing(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("signed", "error", "words"),
    [
        ([reply(200, HTML, "text/html")], FormatError, "web page"),
        ([reply(200, b"text", "text/plain")], FormatError, "no zip file"),
        ([reply(200, ZIP[:-7], "application/zip")], Unavailable, "the list says"),
        ([short(ZIP[:-50], len(ZIP))], Unavailable, "broke off"),
        ([reply(200, DAMAGED, "application/zip")], FormatError, "apc260107.zip"),
        ([reply(403, b"<Error>Request has expired</Error>", "application/xml")], Unavailable, "asked for again"),
        ([reply(302, b"", Location=SIGNED)], Unavailable, "answered 302"),
    ],
)
def test_what_the_file_host_gives_wrong_is_one_line_and_leaves_no_file(
    tmp_path: Path, signed: list[Say], error: type[Exception], words: str
) -> None:
    with portal(signed=signed) as one, pytest.raises(error, match=words) as caught:
        one.odp.fetch_file(WANTED, tmp_path, one.count)
    tell_nothing(caught.value)
    assert list(tmp_path.iterdir()) == []


def tell_nothing(error: Exception) -> None:
    """Neither key nor signature may stand in a message, and it is one line."""
    seen: BaseException | None = error
    while seen is not None:
        assert KEY not in f"{seen} {seen!r}"
        assert "secret-signature" not in f"{seen} {seen!r}"
        seen = seen.__cause__
    assert "\n" not in str(error)


def test_a_wrong_crc_with_the_right_size_is_found_before_the_file_gets_its_name(tmp_path: Path) -> None:
    first = ZIP.index(b"PK\x01\x02")
    lie = ZIP[: first + 16] + b"\1\2\3\4" + ZIP[first + 20 :]
    with portal(signed=[reply(200, lie, "application/zip")]) as one, pytest.raises(FormatError, match="CRC is wrong"):
        one.odp.fetch_file(WANTED, tmp_path, one.count)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_new_issue_leaves_the_old_one_alone(tmp_path: Path) -> None:
    (tmp_path / "apc260107.zip").write_bytes(b"older issue")
    with portal(signed=[reply(200, HTML, "text/html")]) as one, pytest.raises(FormatError):
        one.odp.fetch_file(WANTED, tmp_path, one.count)
    assert (tmp_path / "apc260107.zip").read_bytes() == b"older issue"


def test_a_late_signature_is_asked_for_again_and_each_try_is_counted(tmp_path: Path) -> None:
    signed = [reply(403, b"expired"), reply(200, ZIP, "application/zip")]
    with portal(signed=signed) as one:
        assert one.odp.fetch_file(WANTED, tmp_path, one.count).size == len(ZIP)
    assert one.counted == ["apc260107.zip"] * 2
    assert len(one.portal.asked) == 2


def test_a_pause_that_is_asked_for_is_kept(tmp_path: Path) -> None:
    with portal() as one:
        one.portal.answers[FILE].insert(0, reply(429, b"", retry_after="90"))
        one.odp.fetch_file(WANTED, tmp_path, one.count)
    assert 85 < sum(one.slept) < 95


def test_after_twenty_downloads_of_a_year_nobody_is_asked(tmp_path: Path) -> None:
    with portal() as one, pytest.raises(FetchError, match="20 times this year") as caught:
        one.odp.fetch_file(WANTED, tmp_path, lambda name: 21)
    assert not isinstance(caught.value, Unavailable)
    assert one.portal.asked == []


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (reply(200, HTML, "text/html"), FormatError, "web page"),
        (reply(200, b"", "application/json"), Unavailable, "no JSON"),
        (reply(200, b'{"count":', "application/json"), Unavailable, "no JSON"),
        (reply(200, b'{"error": "x"}', "application/json"), FormatError, "names no product"),
        (reply(403, b'{"message":"Forbidden"}'), KeyRefused, "refuses the key"),
        (reply(404, b"{}"), NotFound, "TRTDXFAP"),
    ],
)
def test_a_list_that_is_none_is_one_line(answer: Say, error: type[Exception], words: str) -> None:
    with portal(lists=[answer]) as one, pytest.raises(error, match=words) as caught:
        one.odp.list_files("TRTDXFAP")
    tell_nothing(caught.value)


@pytest.mark.parametrize("key", ["", "  ", "schlüssel", "a\nb"])
def test_a_key_that_cannot_be_sent_is_a_setting_to_mend(key: str) -> None:
    with portal() as one, pytest.raises(SettingsError, match=r"odp\.api_key"):
        Odp(one.odp._client, base_url="https://api.example", api_key=key, clock=lambda: datetime.now(UTC))


def test_the_listed_size_may_be_unknown(tmp_path: Path) -> None:
    with portal() as one:
        assert one.odp.fetch_file(replace(WANTED, size=None), tmp_path, one.count).size == len(ZIP)
