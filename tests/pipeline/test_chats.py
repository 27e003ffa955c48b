"""Clients who read a chat: the short form goes there, the mail stays, and the address is shown nowhere."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.channels.test_apprise import SECRET, Room, room
from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tmwatch.channels.apprise import label
from tmwatch.portfolio import Client
from tmwatch.store import open_engine, portfolio

__all__ = ["room"]


@pytest.fixture
def chatting(stage: Stage, room: Room) -> Stage:
    """Lumenhaus reads Chinese in a chat."""
    stage.watch(
        "client,emails,brand,serial_number,brand_registry_status\nLumenhaus,b@l.example,LUMENHAUS,88000003,enrolled\n"
    )
    save(stage, room.url)
    stage.serve_day(1)
    return stage


def save(stage: Stage, *channels: str) -> None:
    engine = open_engine(stage.database_url)
    with engine.begin() as conn:
        client = Client("Lumenhaus", emails=("b@l.example",), language="zh-CN", channels=channels)
        portfolio.save_watches(conn, [], [client], MORNING)
    engine.dispose()


def deliveries(stage: Stage) -> list[tuple[str, str, str, str | None]]:
    return sorted(
        (one.channel, one.recipient, one.state, one.last_error) for m in stage.messages() for one in m.deliveries
    )


def test_the_chat_gets_the_short_form_and_the_mail_the_whole(chatting: Stage, room: Room) -> None:
    result = chatting.run()
    assert result.delivered.sent == 2
    (heard,) = room.heard
    assert "商标" in heard["message"]
    assert "完整内容已发到您的邮箱" in heard["message"]
    assert len(heard["message"].encode()) < 2000
    assert [one[:3] for one in deliveries(chatting)] == [
        ("apprise", label(room.url), "sent"),
        ("file", "Lumenhaus", "sent"),
    ]


def test_the_address_stands_in_the_clients_row_and_nowhere_else(chatting: Stage, room: Room) -> None:
    room.status = 403
    result = chatting.run()
    assert SECRET not in repr(result)
    engine = open_engine(chatting.database_url)
    with engine.connect() as conn:
        for table in ("deliveries", "messages", "suppressions", "runs", "findings", "changes"):
            rows = conn.execute(text(f"SELECT * FROM {table}")).all()
            assert SECRET not in repr(rows), table
    engine.dispose()


def test_a_refused_chat_fails_for_good_and_the_mail_is_not_touched(chatting: Stage, room: Room) -> None:
    room.status = 404
    result = chatting.run()
    assert (result.delivered.sent, result.delivered.failed) == (1, 1)
    assert [one[2] for one in deliveries(chatting)] == ["failed", "sent"]
    assert "HTTP 404" in str(deliveries(chatting)[0][3])


def test_a_chat_that_cannot_now_is_tried_again_later(chatting: Stage, room: Room) -> None:
    room.status = 503
    assert chatting.run().delivered.deferred == 1
    room.status = 200
    assert chatting.run(NEXT_DAY).delivered.sent >= 1
    assert deliveries(chatting)[0][2] == "sent"


def test_a_chat_that_was_taken_out_meanwhile_is_not_written_to(chatting: Stage, room: Room) -> None:
    room.status = 503
    chatting.run()
    save(chatting)
    room.status = 200
    before = len(room.heard)
    chatting.run(NEXT_DAY)
    assert len(room.heard) == before
    assert "no longer among the channels" in str(deliveries(chatting)[0][3])


def test_a_client_without_chats_has_no_such_delivery(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(1)
    lite.run()
    assert {one[0] for one in deliveries(lite)} == {"file"}
