"""The stand-in of the Open Data Portal: a key for lists and files; a signed address is good once and wants none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from tmwatch.demo.bulk import daily_zip
from tmwatch.demo.stub import StubState, serve
from tmwatch.errors import KeyRefused
from tmwatch.sources.http import PoliteClient
from tmwatch.sources.odp import Odp, odp_pace

NAME, BODY = daily_zip(date(2026, 11, 24), [])
FILE = f"/api/v1/datasets/products/files/TRTDXFAP/{NAME}"


@pytest.fixture
def served() -> Iterator[tuple[StubState, str]]:
    """The stand-in with one file."""
    state = StubState()
    state.portal.files = {"TRTDXFAP": {NAME: BODY}}
    with serve(state) as url:
        yield state, url


def portal(url: str, key: str, client: PoliteClient) -> Odp:
    return Odp(client, base_url=url, api_key=key, clock=lambda: datetime(2026, 11, 25, tzinfo=UTC))


@pytest.fixture
def client() -> Iterator[PoliteClient]:
    """The real client, which waits for nothing here."""
    pace = odp_pace(16, lambda: 0.0)
    with PoliteClient(
        timeout=10, proxy=None, ca_file=None, pace=pace, clock=lambda: 0.0, sleep=lambda seconds: None
    ) as one:
        yield one


def test_the_real_client_lists_and_fetches_the_file(
    served: tuple[StubState, str], client: PoliteClient, tmp_path: Path
) -> None:
    state, url = served
    odp = portal(url, state.portal.key, client)
    (file,) = odp.list_files("TRTDXFAP")
    assert (file.name, file.size, file.data_date) == (NAME, len(BODY), date(2026, 11, 24))
    assert odp.fetch_file(file, tmp_path, lambda name: 1).path.read_bytes() == BODY
    assert odp.list_files("TTABTDXF") == ()
    with pytest.raises(KeyRefused):
        portal(url, state.key, client).list_files("TRTDXFAP")


def test_a_signed_address_is_good_once_and_without_the_key(served: tuple[StubState, str]) -> None:
    state, url = served
    found = httpx.get(url + FILE, headers={"X-API-KEY": state.portal.key})
    assert found.status_code == 302
    first, second = (httpx.get(found.headers["location"]) for _ in range(2))
    assert (first.status_code, first.content, second.status_code) == (200, BODY, 403)


def test_what_it_does_not_have_is_404_and_without_the_key_401(served: tuple[StubState, str]) -> None:
    state, url = served
    assert httpx.get(url + FILE).status_code == 401
    for path in (FILE + "x", "/api/v1/datasets/products/files/TRTDXFAP", "/api/v1/datasets/products/a/b"):
        assert httpx.get(url + path, headers={"X-API-KEY": state.portal.key}).status_code == 404
