"""After an outage: an alert that nobody got is told again, coverage says since when, whom nobody can reach waits."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.channels.test_apprise import Room, room
from tests.proof.office import says
from tests.proof.outage import answers, hangs_up, nobody_listens
from tests.proof.post import polite
from tests.proof.world import DAY, MORNING, World, world
from tmwatch.portfolio import Client, Watch
from tmwatch.store import open_engine, portfolio

__all__ = ["room"]


def lose(one: World, number: int = 0) -> None:
    """Let a mark be cancelled."""
    serial = one.serials[number]
    one.served[serial] = replace(
        one.served[serial], status=710, status_date=date(2026, 11, 24), status_text="CANCELLED - SECTION 8"
    )
    one.office.serve([one.served[serial]])


def kinds(one: World, state: str) -> list[str]:
    """Return the kinds of the messages with a delivery in this state, oldest first."""
    rows = one.query(
        "SELECT DISTINCT m.number, m.kind FROM messages m JOIN deliveries d ON d.message = m.id "
        f"WHERE d.state = '{state}' ORDER BY m.number"
    )
    return [str(kind) for _, kind in rows]


def named(one: World) -> list[str]:
    """Return the subjects of what arrived about the lost mark."""
    return [str(mail.mail["Subject"]) for mail in one.post.arrived if f"INVENTED {one.serials[0]}" in mail.text]


def test_an_alert_that_was_given_up_after_four_days_is_told_again(database_url: str, tmp_path: Path) -> None:
    with world(tmp_path, database_url, marks=2, clients=1) as one:
        one.prepare()
        one.run(MORNING)
        one.post.arrived.clear()
        lose(one)
        with nobody_listens(one):
            for day in range(1, 6):
                one.run(MORNING + day * DAY)
                assert kinds(one, "superseded").count("alert") == 0
            assert kinds(one, "failed") == ["alert"]
            one.run(MORNING + 6 * DAY)
            assert kinds(one, "superseded").count("alert") == 1
        assert not one.post.arrived
        one.run(MORNING + 7 * DAY)
        told, week = one.post.arrived
        assert "alerted" not in told.text
        assert "could not be delivered in time" in " ".join(told.text.split())
        assert "alerted Nov 30, 2026, still open" in week.text
        assert kinds(one, "sent") == ["baseline", "alert", "all_clear"]
        one.post.arrived.clear()
        one.run(MORNING + 8 * DAY)
        assert not one.post.arrived


def test_an_alert_refused_for_good_is_told_again_when_the_address_works(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=2, clients=1) as one:
        one.prepare()
        one.run(MORNING)
        one.post.arrived.clear()
        lose(one)
        one.post.script = answers("RCPT", "550 no such mailbox")
        one.run(MORNING + DAY)
        assert kinds(one, "failed")[0] == "alert"
        one.post.script = polite
        one.run(MORNING + DAY + timedelta(hours=2))
        assert not named(one)
        one.run(MORNING + 2 * DAY)
        (told,) = one.post.arrived
        assert "alerted" not in told.text
        assert f"INVENTED {one.serials[0]}" in str(told.mail["Subject"])


def test_with_carry_over_the_next_digest_tells_what_may_not_have_arrived(database_url: str, tmp_path: Path) -> None:
    with world(tmp_path, database_url, marks=4, clients=2) as one:
        one.environ["TMWATCH_MAIL_AMBIGUOUS"] = "carry-over"
        one.prepare()
        one.run(MORNING)
        told = one.change("One", 1, random.Random(1))
        one.post.script = hangs_up("dot")
        one.run(MORNING + DAY)
        one.post.script = polite
        one.post.arrived.clear()
        for day in (2, 3):
            one.run(MORNING + day * DAY)
        assert {name: len(where) for name, where in one.told().items()} == dict.fromkeys(told, 1)
        (mail,) = one.post.arrived
        assert "One" in mail.text


def test_with_carry_over_an_alert_that_may_not_have_arrived_is_an_alert_again(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=2, clients=1) as one:
        one.environ["TMWATCH_MAIL_AMBIGUOUS"] = "carry-over"
        one.prepare()
        one.run(MORNING)
        lose(one)
        one.post.script = hangs_up("dot")
        one.run(MORNING + DAY)
        one.post.script = polite
        one.post.arrived.clear()
        one.run(MORNING + DAY + timedelta(hours=1))
        (told,) = one.post.arrived
        assert "alerted" not in told.text
        assert kinds(one, "sent") == ["baseline", "alert"]
        one.post.arrived.clear()
        one.run(MORNING + 2 * DAY)
        assert not one.post.arrived


def test_an_alert_that_one_of_two_got_and_one_that_still_waits_stand(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=2, clients=1) as one:
        one.prepare()
        engine = open_engine(one.database_url)
        with engine.begin() as conn:
            owner = Client("Client 0", ("c0@client.example", "second@client.example"))
            portfolio.save_watches(conn, [], [owner], MORNING)
        engine.dispose()
        one.run(MORNING)
        lose(one)
        one.post.script = lambda phase, who: "550 no" if phase == "RCPT" and who.startswith("second") else None
        one.run(MORNING + DAY)
        one.run(MORNING + 2 * DAY)
        assert "alert" not in kinds(one, "superseded")
        lose(one, 1)
        with nobody_listens(one):
            one.run(MORNING + 3 * DAY)
            one.run(MORNING + 4 * DAY)
        assert "alert" not in kinds(one, "superseded")


def test_coverage_of_a_source_that_gives_nothing_says_how_old_its_data_are(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=2, clients=1) as one:
        one.prepare()
        one.run(MORNING)
        one.post.arrived.clear()
        one.office.script = lambda number, path: says(500, b"trouble")
        for day in range(1, 9):
            one.run(MORNING + day * DAY)
        (told, *_) = [" ".join(mail.text.split()) for mail in one.post.arrived]
        assert "no data yet" not in told
        assert "TSDR as of Nov 24" in told
        assert "0 of 2 marks checked" in told


def test_a_source_that_never_gave_anything_has_no_date(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=2, clients=1) as one:
        one.prepare()
        one.office.script = lambda number, path: says(500, b"trouble")
        one.run(MORNING)
        assert one.query("SELECT data_as_of FROM source_health WHERE source = 'tsdr'") == [(None,)]


def test_readers_of_two_languages_each_get_one_digest_after_an_outage(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=2, clients=1) as one:
        one.prepare()
        engine = open_engine(one.database_url)
        with engine.begin() as conn:
            both = ("c0@client.example", "counsel@client.example (zh-CN)")
            portfolio.save_watches(conn, [], [Client("Client 0", both)], MORNING)
        engine.dispose()
        one.run(MORNING)
        assert sorted(one.query("SELECT kind, count(*) FROM messages GROUP BY kind")) == [("baseline", 1), ("copy", 1)]
        one.post.arrived.clear()
        with nobody_listens(one):
            for day, label in ((1, "A"), (2, "B"), (3, "C")):
                one.change(label, 1, random.Random(day))
                one.run(MORNING + day * DAY)
        one.change("D", 1, random.Random(4))
        one.run(MORNING + 4 * DAY)
        assert Counter(mail.recipient for mail in one.post.arrived) == {
            "c0@client.example": 1,
            "counsel@client.example": 1,
        }


@pytest.mark.parametrize("channels", [True, False], ids=["a chat alone", "nothing"])
def test_whom_no_mail_reaches_hears_everything_once_when_something_does(
    sqlite_url: str, tmp_path: Path, room: Room, channels: bool
) -> None:
    with world(tmp_path, sqlite_url, marks=2, clients=1) as one:
        one.prepare()
        engine = open_engine(one.database_url)

        def save(*urls: str) -> None:
            with engine.begin() as conn:
                portfolio.save_watches(conn, [], [Client("Client 0", channels=urls)], MORNING)

        save(*([room.url] if channels else []))
        room.status = 503
        one.run(MORNING)
        one.run(MORNING + DAY)
        lose(one)
        one.run(MORNING + 2 * DAY)
        one.run(MORNING + 3 * DAY)
        room.status = 200
        room.heard.clear()
        save(room.url)
        one.run(MORNING + 4 * DAY)
        assert [str(kind) for kind in kinds(one, "sent") if kind != "alert"] == ["baseline"]
        assert any(f"INVENTED {one.serials[0]}" in str(heard) for heard in room.heard)
        count = len(room.heard)
        one.run(MORNING + 5 * DAY)
        assert len(room.heard) == count
        engine.dispose()


def test_a_client_without_any_address_has_no_message_and_says_no_day_is_done(sqlite_url: str, tmp_path: Path) -> None:
    with world(tmp_path, sqlite_url, marks=2, clients=1) as one:
        engine = open_engine(one.database_url)
        with engine.begin() as conn:
            portfolio.save_watches(
                conn, [Watch("Mute", "", serial_number=str(one.serials[0]))], [Client("Mute")], MORNING
            )
        one.served = {}
        one.office.cases.clear()
        one.run(MORNING)
        with engine.connect() as conn:
            assert conn.execute(text("SELECT count(*) FROM messages")).scalar() == 0
            assert conn.execute(text("SELECT count(*) FROM digest_days")).scalar() == 0
        engine.dispose()
