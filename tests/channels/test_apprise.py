"""Chats through apprise against a real HTTP server on loopback: what arrives, which failure is which, no secret."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tmwatch.channels.apprise import AppriseChannel, label
from tmwatch.errors import AmbiguousDelivery, DeliveryError, PermanentDelivery, TransientDelivery

SECRET = "Tok3nOfTheRoom"
TEXT = "1 brand in danger\ntmwatch · Nordlicht\n\nDo first: act".encode()


@dataclass
class Room:
    """A webhook that answers `status`, or hangs up after reading the request."""

    port: int = 0
    status: int = 200
    hang_up: bool = False
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"json://user:{SECRET}@127.0.0.1:{self.port}/hooks/{SECRET}"


@pytest.fixture
def room() -> Iterator[Room]:
    state = Room()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if state.hang_up:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(f"echo {SECRET}".encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()


def send(url: str, text: bytes = TEXT) -> str:
    return AppriseChannel().deliver(text, url)


def test_the_first_line_is_the_title_and_the_rest_the_text(room: Room) -> None:
    receipt = send(room.url)
    assert (room.heard[0]["title"], room.heard[0]["message"]) == (
        "1 brand in danger",
        "tmwatch · Nordlicht\n\nDo first: act",
    )
    assert receipt == f"accepted by {label(room.url)}"


def test_chinese_and_emoji_arrive_as_they_are(room: Room) -> None:
    send(room.url, "1 个品牌有失去备案的危险 🙂\n先做：…".encode())
    assert room.heard[0]["title"] == "1 个品牌有失去备案的危险 🙂"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_permanent(room: Room, status: int) -> None:
    room.status = status
    with pytest.raises(PermanentDelivery, match=f"HTTP {status}"):
        send(room.url)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_a_service_that_cannot_now_is_tried_again(room: Room, status: int) -> None:
    room.status = status
    with pytest.raises(TransientDelivery, match=f"HTTP {status}"):
        send(room.url)


def test_no_answer_to_a_request_that_went_out_is_ambiguous(room: Room) -> None:
    room.hang_up = True
    with pytest.raises(AmbiguousDelivery, match="may have arrived"):
        send(room.url)
    assert len(room.heard) == 1


def test_nobody_there_is_transient() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TransientDelivery, match="could not be reached"):
        send(f"json://127.0.0.1:{port}/{SECRET}")


@pytest.mark.parametrize("url", ["nonsense://x", "slack://x", "json://"])
def test_an_address_apprise_cannot_read_is_permanent_and_says_what_to_do(url: str) -> None:
    with pytest.raises(PermanentDelivery, match="correct the client's channels"):
        send(url)


def test_no_failure_shows_the_address_or_what_the_service_said(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    for status, hang_up in ((403, False), (500, False), (200, True)):
        room.status, room.hang_up = status, hang_up
        with pytest.raises(DeliveryError) as caught:
            send(room.url)
        said.append(str(caught.value))
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("urllib3")]
    assert SECRET not in "\n".join((*said, *ours, repr(AppriseChannel())))
    assert "127.0.0.1" not in "\n".join(said)


@pytest.mark.parametrize("text", ["@everyone", "@here", "@channel", "<!channel>", "<@U123>", "@All"])
def test_a_mark_cannot_ring_in_a_whole_room(room: Room, text: str) -> None:
    send(room.url, f"Mark {text}\nMark {text}".encode())
    assert text not in room.heard[0]["title"]
    assert text not in room.heard[0]["message"]


def test_an_e_mail_address_in_the_text_stays_as_it_is(room: Room) -> None:
    send(room.url, b"x\nwrite to TMScams@uspto.gov")
    assert room.heard[0]["message"] == "write to TMScams@uspto.gov"


def test_the_label_is_the_same_for_the_same_address_and_holds_no_part_of_it() -> None:
    one, two = f"wecombot://{SECRET}", "wecombot://another"
    assert label(one) == label(one) != label(two)
    assert label(one).startswith("wecombot://*** #")
    assert SECRET not in label(one)
