"""The stand-in of TSDR answers over real HTTP as the service does, with its failures."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tmwatch.demo import corpus
from tmwatch.demo.cases import info_json
from tmwatch.demo.stub import StubState, serve
from tmwatch.records import Provenance
from tmwatch.sources.tsdr_json import read_info

TODAY = date(2026, 11, 25)


@pytest.fixture
def served() -> Iterator[tuple[StubState, str]]:
    """The stand-in with the first day's cases."""
    state = StubState(cases={serial: info_json(case) for serial, case in corpus.days(TODAY).first.items()})
    with serve(state) as url:
        yield state, url


def ask(url: str, path: str, key: str = "demo-tsdr-key") -> tuple[int, bytes]:
    """Return status and body of one answer."""
    request = urllib.request.Request(f"{url}/ts/cd/{path}", headers={"USPTO-API-KEY": key})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_a_batch_holds_what_is_known_and_leaves_out_the_rest(served: tuple[StubState, str]) -> None:
    state, url = served
    state.missing, state.maintenance = {"88000002"}, {"88000003"}
    status, body = ask(url, "caseMultiStatus/sn?ids=88000001,88000002,88000003,99999999")
    assert (status, [row["searchId"] for row in json.loads(body)["transactionList"]]) == (200, ["88000001"])


def test_single_answers_fail_as_the_service_does(served: tuple[StubState, str]) -> None:
    state, url = served
    state.missing, state.maintenance = {"88000002"}, {"88000003"}
    assert ask(url, "casestatus/sn88000002/info.json")[0] == 404
    status, body = ask(url, "casestatus/sn88000003/info.json")
    assert (status, body[:15]) == (200, b"<!DOCTYPE html>")
    assert ask(url, "casestatus/sn88000001/info.json", key="other")[0] == 401
    assert ask(url, "elsewhere")[0] == 404
    state.down = True
    assert ask(url, "casestatus/sn88000001/info.json")[0] == 503
    assert len(state.requests) == 5


def test_a_registration_number_finds_its_case(served: tuple[StubState, str]) -> None:
    _, url = served
    status, body = ask(url, "casestatus/rn7100004/info.json")
    assert (status, json.loads(body)["trademarks"][0]["status"]["serialNumber"]) == (200, 88000004)


@pytest.mark.parametrize("day", [TODAY, date(2028, 2, 29), date(2026, 12, 31), date(2027, 3, 1)])
def test_every_case_of_both_days_is_a_record_without_a_field_unread_whatever_the_day(day: date) -> None:
    origin = Provenance("tsdr", datetime(2026, 11, 25, tzinfo=UTC))
    for cases in (corpus.days(day).first, corpus.days(day).second):
        assert len(cases) == 12
        for serial, case in cases.items():
            reading = read_info(json.dumps({"trademarks": [info_json(case)]}).encode(), origin)
            assert (reading.record.serial_number, reading.unknown) == (serial, ())


def test_everything_that_could_be_somebodys_is_invented() -> None:
    for cases in (corpus.days(TODAY).first, corpus.days(TODAY).second):
        for case in cases.values():
            assert all(email.endswith(".example") for email in case.emails)
            assert case.serial_number.startswith("880000")
