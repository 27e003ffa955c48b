"""TSDR's maintenance answer: its shapes, and what no answer means."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest

from tests.sources.loopback import Loopback, Say, reply, running
from tmwatch.deadlines import OfficeDates
from tmwatch.errors import FormatError, KeyRefused, NotFound, Unavailable
from tmwatch.sources.http import LocalPace, PoliteClient
from tmwatch.sources.tsdr import Tsdr
from tmwatch.sources.tsdr_maintenance import parse_maintenance

TOLD = {
    "earliestDate": "2025-06-16",
    "latestDateWithoutFee": "2026-06-16T04:00:00.000+0000",
    "latestDateWithFee": "2026-12-16",
    "nextFormToFile": "8",
    "cancelled": False,
}
DATES = OfficeDates(date(2025, 6, 16), date(2026, 6, 16), date(2026, 12, 16), "8")
PATH = "/ts/cd/maintenance/sn97123456/info.json"


@pytest.mark.parametrize(
    "body", [TOLD, {"maintenance": TOLD}, {"rows": [{"dates": TOLD}]}, TOLD | {"nextFormToFile": 8}]
)
def test_the_dates_are_read_on_whatever_level_they_stand(body: object) -> None:
    assert parse_maintenance(json.dumps(body).encode()) == DATES


def test_an_answer_without_a_date_says_that_nothing_is_to_be_filed() -> None:
    assert parse_maintenance(b'{"earliestDate": null, "cancelledOrExpired": true}') is None


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b"{}",
        b'{"other": 1}',
        b'{"earliestDate": "soon"}',
        b'{"earliestDate": 20250616}',
        b'{"a": [{"earliestDate": "2025-01-01"}, {"latestDateWithFee": "2025-01-01"}]}',
    ],
)
def test_another_shape_is_an_error_and_no_guess(body: bytes) -> None:
    with pytest.raises(FormatError, match="maintenance"):
        parse_maintenance(body)


@contextmanager
def tsdr(*answers: Say) -> Iterator[tuple[Tsdr, Loopback]]:
    pace = LocalPace({"requests": 60_000.0, "documents": 60_000.0}, lambda: 0.0)
    with (
        running({PATH: list(answers)}) as server,
        PoliteClient(
            timeout=5, proxy=None, ca_file=None, pace=pace, clock=lambda: 0.0, sleep=lambda seconds: None
        ) as client,
    ):
        yield (
            Tsdr(client, base_url=server.url, api_key="key", clock=lambda: datetime(2026, 11, 24, tzinfo=UTC)),
            server,
        )


def test_the_dates_of_a_case_are_fetched() -> None:
    with tsdr(reply(200, json.dumps(TOLD).encode())) as (one, _):
        document, dates = one.fetch_maintenance("97123456")
    assert dates == DATES
    assert document.url.endswith(PATH)


@pytest.mark.parametrize("say", [reply(204, b""), reply(200, b""), reply(404, b"{}")])
def test_no_content_means_that_the_call_does_not_apply_and_is_asked_once(say: Say) -> None:
    with tsdr(say) as (one, server), pytest.raises(NotFound):
        one.fetch_maintenance("97123456")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("say", "error"),
    [
        (reply(503, b""), Unavailable),
        (reply(200, b"<html>maintenance</html>", "text/html"), Unavailable),
        (reply(403, b"{}"), KeyRefused),
        (reply(200, b'{"other": 1}'), FormatError),
    ],
)
def test_trouble_is_an_error_after_one_try(say: Say, error: type[Exception]) -> None:
    with tsdr(say) as (one, server), pytest.raises(error):
        one.fetch_maintenance("97123456")
    assert len(server.asked) == 1
