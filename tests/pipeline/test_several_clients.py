"""Messages composed for several clients in one transaction: what one of them got, or breaks, is not another's."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.test_after_outage import lose
from tests.proof.outage import nobody_listens
from tests.proof.world import DAY, MORNING, World, case, world
from tmwatch.digest.model import Digest, Message
from tmwatch.pipeline import client_view, desk
from tmwatch.pipeline.due import run_due
from tmwatch.pipeline.run import Options
from tmwatch.portfolio import Client, Watch
from tmwatch.store import open_engine, portfolio, schema


@contextmanager
def two(folder: Path, database_url: str) -> Iterator[World]:
    """Two clients of two marks each, who both watch the first mark too."""
    with world(folder, database_url, marks=4, clients=2) as one:
        one.prepare()
        other = f"Client {1 - int(one.client_of(one.serials[0])[-1])}"
        engine = open_engine(database_url)
        with engine.begin() as conn:
            portfolio.save_watches(conn, [Watch(other, "", str(one.serials[0]))], [], MORNING - DAY)
        engine.dispose()
        yield one


def broken_for(client: str) -> Callable[..., Message]:
    """Compose messages, but not those of one client."""
    composed = desk.compose

    def compose(digest: Digest, **more: Any) -> Message:
        if digest.client == client:
            raise ZeroDivisionError("a fault in the program")
        return composed(digest, **more)

    return compose


@pytest.mark.parametrize("at_once", [1, 500])
def test_two_who_watch_the_same_mark_are_both_alerted(
    sqlite_url: str, tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_view, "AT_ONCE", at_once)
    with two(tmp_path, sqlite_url) as one:
        one.run(MORNING)
        one.post.arrived.clear()
        lose(one)
        one.run(MORNING + timedelta(hours=1))
        assert sorted(mail.recipient for mail in one.post.arrived) == ["c0@client.example", "c1@client.example"]
        assert all("alerted" not in mail.text for mail in one.post.arrived)


@pytest.mark.parametrize("at_once", [1, 500])
def test_a_mark_lost_for_the_second_time_is_an_alert_for_both_who_watch_it(
    sqlite_url: str, tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_view, "AT_ONCE", at_once)
    with two(tmp_path, sqlite_url) as one:
        one.run(MORNING)
        lose(one)
        one.run(MORNING + DAY)
        one.office.serve([case(one.serials[0])])
        one.run(MORNING + 2 * DAY)
        one.post.arrived.clear()
        lose(one)
        one.run(MORNING + 3 * DAY)
        kinds = one.query("SELECT client, kind FROM messages WHERE kind = 'alert' ORDER BY client")
        assert [client for client, _ in kinds] == ["Client 0", "Client 0", "Client 1", "Client 1"]
        assert all("alerted" not in mail.text for mail in one.post.arrived)


def test_a_client_whose_message_cannot_be_composed_holds_up_nobody_else(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(tmp_path, database_url, marks=6, clients=3) as one:
        one.prepare()
        with monkeypatch.context() as patch:
            patch.setattr(desk, "compose", broken_for("Client 1"))
            with pytest.raises(ZeroDivisionError):
                one.run(MORNING)
        assert one.query("SELECT client FROM messages ORDER BY client") == [("Client 0",), ("Client 2",)]
        one.run(MORNING + timedelta(hours=1))
        assert sorted(mail.recipient for mail in one.post.arrived) == [f"c{n}@client.example" for n in range(3)]


def test_what_was_queued_before_a_fault_goes_out_although_it_stays(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(tmp_path, sqlite_url, marks=6, clients=3) as one:
        one.prepare()
        monkeypatch.setattr(desk, "compose", broken_for("Client 1"))
        for hour in (3, 4):
            with pytest.raises(ZeroDivisionError):
                one.run(MORNING + timedelta(hours=hour), act=run_due)
        assert sorted(mail.recipient for mail in one.post.arrived) == ["c0@client.example", "c2@client.example"]
        assert not one.query("SELECT 1 FROM digest_days WHERE client = 'Client 1'")


def everything_of(one: World) -> list[list[tuple[object, ...]]]:
    """What was told to whom, and what is noted about it."""
    return [
        one.query("SELECT client, number, kind, local_date, sequence, subject, plain FROM messages ORDER BY 1, 2"),
        one.query("SELECT client, change_id, message FROM message_items ORDER BY 1, 2"),
        one.query("SELECT message, channel, recipient, state FROM deliveries ORDER BY 1, 2, 3"),
        one.query("SELECT client, basis, again_at, change_id FROM looks ORDER BY 1"),
    ]


def a_week(folder: Path, database_url: str) -> list[list[tuple[object, ...]]]:
    """Two who share a mark, one with a reader of another language, one without an address, one of marks never read."""
    with two(folder, database_url) as one:
        shared = str(one.serials[0])
        engine = open_engine(database_url)
        with engine.begin() as conn:
            rows = [
                Watch("Client 1", "Lumen", shared),
                Watch("Client 1", "LUMEN ", str(one.serials[1])),
                Watch("Nobody", "Lumen", shared),
                Watch("Unread", "Lumen", "97999999"),
            ]
            people = ("c1@client.example", "counsel@client.example (zh-CN)")
            clients = [Client("Client 1", people), Client("Unread", ("unread@client.example",))]
            portfolio.save_watches(conn, rows, clients, MORNING - DAY)
        engine.dispose()
        one.run(MORNING)
        told = one.change("Other", 3, random.Random(4))
        one.run(MORNING + DAY)
        lose(one)
        with nobody_listens(one):
            one.run(MORNING + DAY + timedelta(hours=1), Options(digests=False))
            one.change("Third", 2, random.Random(5))
            one.run(MORNING + 2 * DAY)
            one.run(MORNING + 3 * DAY)
        one.office.serve([case(one.serials[0])])
        for day in range(4, 12):
            one.run(MORNING + day * DAY)
        assert told.keys() <= one.told().keys()
        return everything_of(one)


def test_it_does_not_matter_how_many_clients_messages_are_composed_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for at_once in (1, 5, 500):
        monkeypatch.setattr(client_view, "AT_ONCE", at_once)
        folder = tmp_path / str(at_once)
        folder.mkdir()
        url = f"sqlite:///{folder / 'tmwatch.sqlite'}"
        schema.upgrade(url)
        found.append(a_week(folder, url))
    assert found[0] == found[1] == found[2]
    kinds = {(row[0], row[2]) for row in found[0][0]}
    assert kinds >= {("Client 1", kind) for kind in ("baseline", "alert", "digest", "copy", "all_clear")}
    assert {client for client, _ in kinds} == {"Client 0", "Client 1"}


@pytest.mark.parametrize(("zone", "day"), [("America/New_York", "Nov 24, 2026"), ("Asia/Shanghai", "Nov 25, 2026")])
def test_since_when_a_thing_is_known_is_told_in_days_of_the_client(
    sqlite_url: str, tmp_path: Path, zone: str, day: str
) -> None:
    late = datetime(2026, 11, 25, 2, 40, tzinfo=UTC)  # still the evening before in New York
    with world(tmp_path, sqlite_url, marks=2, clients=1) as one:
        one.prepare(timezone=zone)
        one.run(MORNING)
        lose(one)
        one.run(late, Options(digests=False))
        one.post.arrived.clear()
        one.change("Next", 2, random.Random(1))
        one.run(late + timedelta(hours=1))
        (mail,) = one.post.arrived
        assert f"alerted {day}" in mail.text
