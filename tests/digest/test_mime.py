"""Headers and bytes of a message."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage

import pytest

from tests.digest.examples import DANGER, NOW
from tmwatch.digest.compose import compose
from tmwatch.digest.model import Message

TEMPLATE = "mailto:stop@x.example?subject={client} https://x.example/stop?c={client}"
LONG = "https://tmwatch.example/unsubscribe/" + "a" * 300


def made(sender: str = "watch@tmwatch.example", **more: object) -> Message:
    return compose(DANGER, sender=sender, date=NOW, **more)  # type: ignore[arg-type]


def parsed(message: Message) -> EmailMessage:
    return email.message_from_bytes(message.raw, policy=email.policy.default)  # type: ignore[return-value]


def header_lines(message: Message, name: str) -> list[str]:
    head = message.raw.partition(b"\r\n\r\n")[0].decode("ascii")
    return [line for line in head.split("\r\n") if line.lower().startswith(name.lower() + ":")]


def test_the_headers_say_who_what_when_and_that_a_machine_wrote() -> None:
    one = parsed(made(sender_name="Nordlicht Watch", reply_to="counsel@example.com", recipients=("a@example.com",)))
    assert one["From"] == "Nordlicht Watch <watch@tmwatch.example>"
    assert one["To"] == "a@example.com"
    assert one["Reply-To"] == "counsel@example.com"
    assert one["Date"] == "Tue, 24 Nov 2026 13:05:00 +0000"
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["X-Tmwatch-Digest-Id"].startswith("nordlicht-trading-2026-11-24-1-")
    assert re.fullmatch(r"<[0-9a-f]{16}\.tmwatch\.tmwatch\.example>", one["List-ID"])


def test_the_message_id_comes_from_client_day_sequence_and_domain() -> None:
    message = made()
    assert message.message_id == f"<tmwatch.{message.id}@tmwatch.example>"
    assert parsed(message)["Message-ID"] == message.message_id


def test_all_messages_of_a_client_refer_to_one_root() -> None:
    one, two = (compose(d, sender="w@x.example", date=NOW) for d in (DANGER, DANGER.__class__(**_other_day())))
    assert one.message_id != two.message_id
    assert parsed(one)["References"] == parsed(two)["References"]
    assert parsed(one)["References"] != parsed(one)["Message-ID"]


def _other_day() -> dict[str, object]:
    values = {name: getattr(DANGER, name) for name in DANGER.__slots__}
    return values | {"local_date": DANGER.local_date + timedelta(days=1), "number": 18}


def test_without_recipients_none_is_disclosed() -> None:
    assert header_lines(made(), "To") == ["To: undisclosed-recipients:;"]


def test_all_recipients_of_a_client_are_named_once_in_the_same_bytes() -> None:
    assert parsed(made(recipients=("a@example.com", "b@example.com")))["To"] == "a@example.com, b@example.com"


def test_a_domain_in_another_script_stands_in_ascii_and_a_name_that_cannot_is_left_out() -> None:
    assert parsed(made(recipients=("a@bücher.example", "名@example.com")))["To"] == "a@xn--bcher-kva.example"
    assert header_lines(made(recipients=("名@example.com",)), "To") == ["To: undisclosed-recipients:;"]


def test_no_unsubscribe_header_unless_it_is_configured() -> None:
    assert parsed(made())["List-Unsubscribe"] is None
    assert parsed(made())["List-Unsubscribe-Post"] is None


def test_a_long_unsubscribe_address_stays_on_one_unencoded_line() -> None:
    message = made(unsubscribe=LONG)
    assert header_lines(message, "List-Unsubscribe") == [f"List-Unsubscribe: <{LONG}>"]
    assert header_lines(message, "List-Unsubscribe-Post") == ["List-Unsubscribe-Post: List-Unsubscribe=One-Click"]


def test_a_mail_address_takes_no_one_click() -> None:
    message = made(unsubscribe="mailto:stop@tmwatch.example?subject=stop")
    assert header_lines(message, "List-Unsubscribe") == ["List-Unsubscribe: <mailto:stop@tmwatch.example?subject=stop>"]
    assert header_lines(message, "List-Unsubscribe-Post") == []


def test_both_addresses_stand_in_their_order_with_the_client_in_each() -> None:
    message = made(unsubscribe="mailto:stop@x.example?subject={client} https://x.example/stop?c={client}")
    assert header_lines(message, "List-Unsubscribe") == [
        "List-Unsubscribe: <mailto:stop@x.example?subject=Nordlicht%20Trading>, "
        "<https://x.example/stop?c=Nordlicht%20Trading>"
    ]


@pytest.mark.parametrize(
    "client", ["星野" * 400, "a\r\nBcc: v@example.com", ">,<mailto:v@example.com", "100% <b>&é\x00"]
)
def test_whatever_a_client_is_called_the_header_stays_one_short_line(client: str) -> None:
    message = compose(replace(DANGER, client=client), sender="w@x.example", date=NOW, unsubscribe=TEMPLATE)
    assert parsed(message)["Bcc"] is None
    (line,) = header_lines(message, "List-Unsubscribe")
    assert len(line) < 998
    assert line.count("<") == line.count(">") == 2
    assert re.fullmatch(r"List-Unsubscribe: <mailto:[!-~]+>, <https://x\.example/stop\?c=[\w.~%-]*>", line)


@pytest.mark.parametrize("address", ["https://x.example/>,<mailto:v@example.com", "https://x.example/\x00\x7fé"])
def test_an_unsubscribe_address_cannot_end_its_header(address: str) -> None:
    message = made(unsubscribe=address)
    assert len(header_lines(message, "List-Unsubscribe")) == 1
    assert header_lines(message, "List-Unsubscribe")[0].count("<") == 1


@pytest.mark.parametrize(
    "name", ["Evil\r\nBcc: v@example.com", 'Quote " Name', "商标监控", "A, B <x@example.com>", "N" * 500]
)
def test_a_sender_name_stays_a_name(name: str) -> None:
    one = parsed(made(sender_name=name))
    assert one["Bcc"] is None
    assert [str(a.addr_spec) for a in one["From"].addresses] == ["watch@tmwatch.example"]


def test_the_senders_own_name_is_used_when_the_client_sets_none() -> None:
    assert parsed(made("Watch Desk <watch@tmwatch.example>"))["From"] == "Watch Desk <watch@tmwatch.example>"


def test_a_reply_address_that_is_none_is_left_out() -> None:
    assert parsed(made(reply_to="nobody"))["Reply-To"] is None


def test_both_forms_are_alternatives_text_first() -> None:
    one = parsed(made())
    assert one.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in one.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]


def test_the_bytes_are_seven_bit_with_crlf_and_short_lines() -> None:
    raw = made().raw
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_the_date_is_the_one_given_whatever_its_zone() -> None:
    shanghai = datetime(2026, 11, 24, 21, 5, tzinfo=timezone(timedelta(hours=8)))
    assert "Tue, 24 Nov 2026 21:05:00 +0800" in compose(DANGER, sender="w@x.example", date=shanghai).raw.decode()
