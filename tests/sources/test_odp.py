"""The Open Data Portal: what is chosen of a listing, what is to do, and downloads against a real server on loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bulk_maker import Case, daily, zipped
from tests.sources.loopback import Loopback, Say, reply, running, short
from tmwatch.errors import FetchError, FormatError, KeyRefused, NotFound, SettingsError, Unavailable
from tmwatch.sources.http import PoliteClient
from tmwatch.sources.odp import Odp, odp_pace
from tmwatch.sources.odp_files import (
    LedgerRow,
    ListedFile,
    complete_until,
    data_day,
    listed_count,
    missing_days,
    parse_listing,
    plan,
)

KEY = "odp-key-that-nobody-may-see"
TODAY = date(2026, 1, 10)
ZIP = zipped(daily(("TX", [Case()])))


def entry(name: str, kind: str = "Data", **more: Any) -> dict[str, Any]:
    return {"fileName": name, "fileTypeText": kind, "fileSize": 1000, "fileReleaseDate": "2026-01-10 00:52:10", **more}


def listing(*entries: dict[str, Any], product: str = "TRTDXFAP") -> dict[str, Any]:
    """A reply of the portal of today's shape."""
    bag = {"count": len(entries), "fileDataBag": list(entries)}
    return {"count": 1, "bulkDataProductBag": [{"productIdentifier": product, "productFileBag": bag}]}


def days(*names: str) -> tuple[ListedFile, ...]:
    return parse_listing(listing(*(entry(f"apc{name}.zip") for name in names)), "TRTDXFAP")


# --- the listing -----------------------------------------------------------------------------------------------------


def test_data_files_come_newest_first_and_each_once() -> None:
    body = listing(entry("apc260105.zip"), entry("apc260107.zip"), entry("apc260106.zip"), entry("apc260107.zip"))
    files = parse_listing(body, "TRTDXFAP")
    assert [file.name for file in files] == ["apc260107.zip", "apc260106.zip", "apc260105.zip"]
    assert files[0] == ListedFile("TRTDXFAP", "apc260107.zip", date(2026, 1, 7), 1000, "2026-01-10 00:52:10")


@pytest.mark.parametrize(
    "alien",
    [
        entry("Trademark-Applications-Documentation-v2.3.pdf", "Documentation"),
        entry("apc260108.zip", "Documentation"),
        entry("apc260108.doc"),
        entry("tt260108.zip"),
        entry("apc18840407-20251231-01.zip"),
        entry("apc269999.zip"),
        entry("../apc260108.zip"),
        entry("apc260108.zip/../../x"),
        entry("APC260108.ZIP"),
        {"fileName": None},
        {"fileName": 7},
    ],
)
def test_what_is_no_data_file_of_the_product_is_left_out(alien: dict[str, Any]) -> None:
    assert [f.name for f in parse_listing(listing(alien, entry("apc260107.zip")), "TRTDXFAP")] == ["apc260107.zip"]


@pytest.mark.parametrize(
    ("product", "name", "day"),
    [
        ("TRTDXFAP", "apc260107.zip", date(2026, 1, 7)),
        ("TTABTDXF", "tt260107.zip", date(2026, 1, 7)),
        ("TRTDXFAG", "asb260107.zip", date(2026, 1, 7)),
        ("TRTYRAP", "apc18840407-20251231-91.zip", date(2025, 12, 31)),
        ("TTABYR", "tt19511002-20251231-1.zip", date(2025, 12, 31)),
        ("TRTYRAG", "asb19550103-20211231-01.zip", date(2021, 12, 31)),
    ],
)
def test_each_product_has_its_names(product: str, name: str, day: date) -> None:
    (file,) = parse_listing(listing(entry(name), entry("notes.zip"), product=product), product)
    assert (file.name, file.data_date) == (name, day)
    assert data_day(name) == day
    assert data_day(name.replace(".zip", ".xml")) == day


@pytest.mark.parametrize("name", ["seed.zip", "apc260199.zip", "x-apc260107.zip", ""])
def test_other_names_have_no_day(name: str) -> None:
    assert data_day(name) is None


def test_of_two_annual_generations_only_the_newer_is_taken() -> None:
    both = [entry(f"apc18840407-20241231-{n:02}.zip".replace("2024", "2024")) for n in range(1, 87)]
    both += [entry(f"apc18840407-20251231-{n:02}.zip") for n in range(1, 92)]
    both += [entry(f"apc18840407-20241231-{n:02}.zip") for n in range(1, 87)]
    files = parse_listing(listing(*both, product="TRTYRAP"), "TRTYRAP")
    assert len(files) == 91
    assert {file.data_date for file in files} == {date(2025, 12, 31)}
    assert files[0].name == "apc18840407-20251231-01.zip"


@pytest.mark.parametrize(
    "moved",
    [
        {
            "bulkDataProductBag": [
                [{"productIdentifier": "TRTDXFAP", "productFileBag": {"fileDataBag": [entry("apc260107.zip")]}}]
            ]
        },
        {"results": {"files": {"a": [entry("apc260107.zip")]}}},
        [entry("apc260107.zip")],
        [[[{"productDataset": {"x": [entry("apc260107.zip")]}}]]],
    ],
)
def test_fields_that_moved_are_still_found(moved: Any) -> None:
    assert [file.name for file in parse_listing(moved, "TRTDXFAP")] == ["apc260107.zip"]


@pytest.mark.parametrize("size", ["1000", 1000, None, "", "1 kB", -5, True, 2.5])
def test_a_size_is_digits_or_unknown(size: Any) -> None:
    (file,) = parse_listing(listing(entry("apc260107.zip", fileSize=size)), "TRTDXFAP")
    assert file.size == (1000 if size in ("1000", 1000) and size is not True else None)


def test_the_release_may_be_called_otherwise() -> None:
    one = {"fileName": "apc260107.zip", "fileLastModifiedDateTime": "2026-01-08 00:51:00"}
    assert parse_listing([one], "TRTDXFAP")[0].released == "2026-01-08 00:51:00"


def test_a_product_without_files_is_an_empty_list_and_no_product_is_an_error() -> None:
    assert parse_listing(listing(), "TRTDXFAP") == ()
    with pytest.raises(FormatError, match="names no product"):
        parse_listing({"count": 0}, "TRTDXFAP")


def test_a_reply_says_how_many_files_there_are() -> None:
    assert listed_count(listing(entry("a.pdf", "Documentation"), entry("apc260107.zip"))) == (2, 2)
    assert listed_count({"files": [entry("a")]}) == (1, None)


# --- what is to do ---------------------------------------------------------------------------------------------------

WEEK = days("260103", "260104", "260105", "260106", "260107")


def names(listed: tuple[ListedFile, ...], *ledger: LedgerRow, since: date | None = None) -> list[tuple[str, str]]:
    return [(todo.file.name[3:9], todo.why) for todo in plan(listed, ledger, since, TODAY)]


def done(day: str, **more: Any) -> LedgerRow:
    return LedgerRow(f"apc{day}.zip", "done", **{"size": 1000, **more})


def test_the_first_run_takes_the_newest_day_alone() -> None:
    assert names(WEEK) == [("260107", "new")]


def test_since_takes_more_newest_first() -> None:
    assert names(WEEK, since=date(2026, 1, 5)) == [("260107", "new"), ("260106", "new"), ("260105", "new")]
    assert names(WEEK, since=date(2026, 2, 1)) == []


def test_later_runs_take_each_day_after_the_first_that_was_read() -> None:
    assert names(WEEK, done("260105")) == [("260107", "new"), ("260106", "new")]
    assert names(WEEK, done("260105"), done("260106"), done("260107")) == []


@pytest.mark.parametrize("state", ["todo", "failed"])
def test_a_day_that_was_not_read_stays_to_do(state: str) -> None:
    row = LedgerRow("apc260106.zip", state, 1000)
    assert names(WEEK, done("260105"), row, done("260107")) == [("260106", "failed" if state == "failed" else "new")]


@pytest.mark.parametrize(
    ("row", "again"),
    [
        (done("260106"), False),
        (done("260106", size=None), False),
        (done("260106", released="2026-01-10 00:52:10"), False),
        (done("260106", size=999), True),
        (done("260106", released="2026-01-07 00:52:10"), True),
    ],
)
def test_the_same_name_with_another_size_or_release_is_read_again(row: LedgerRow, again: bool) -> None:
    rest = (done("260105"), done("260107"))
    assert names(WEEK, *rest, row) == ([("260106", "reissued")] if again else [])


def test_a_file_asked_for_twenty_times_this_year_is_named_as_blocked() -> None:
    rows = (
        done("260105"),
        LedgerRow("apc260106.zip", "failed", asked=20),
        LedgerRow("apc260107.zip", "failed", asked=19),
    )
    assert [(todo.file.name, todo.blocked) for todo in plan(WEEK, rows, None, TODAY)] == [
        ("apc260107.zip", False),
        ("apc260106.zip", True),
    ]


def test_a_day_that_has_not_come_yet_is_not_the_newest() -> None:
    assert names(days("260107", "260831")) == [("260107", "new")]


def test_an_empty_list_leaves_nothing_to_do() -> None:
    assert names(()) == []


@given(st.permutations(WEEK))
def test_the_order_of_the_list_makes_no_difference(listed: list[ListedFile]) -> None:
    assert names(tuple(listed), done("260105")) == [("260107", "new"), ("260106", "new")]


def test_missing_days_count_weekends_too() -> None:
    have = [date(2026, 1, 2), date(2026, 1, 5), date(2026, 1, 6)]
    assert missing_days(have) == (date(2026, 1, 3), date(2026, 1, 4))
    assert missing_days(have, last=date(2026, 1, 7))[-1] == date(2026, 1, 7)
    assert missing_days([]) == ()
    assert missing_days([date(2026, 1, 2)]) == ()


def test_the_files_are_complete_up_to_the_first_gap() -> None:
    have = [date(2026, 1, 2), date(2026, 1, 3), date(2026, 1, 5)]
    assert complete_until(have) == date(2026, 1, 3)
    assert complete_until(have, first=date(2026, 1, 5)) == date(2026, 1, 5)
    assert complete_until(have, first=date(2026, 1, 4)) is None
    assert complete_until([]) is None


# --- asking ----------------------------------------------------------------------------------------------------------


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
