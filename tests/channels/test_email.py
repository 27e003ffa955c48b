"""Mail against real servers: what arrives, and what each failing phase means."""

from __future__ import annotations

import base64
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channels.servers import PASSWORD, USER, Desk, free_port, scripted_server, server_context, smtp_server
from tmwatch.channels import channel_for
from tmwatch.channels.base import CredentialsRefused
from tmwatch.channels.email import EmailChannel, _quoted
from tmwatch.errors import AmbiguousDelivery, DeliveryError, PermanentDelivery, SettingsError, TransientDelivery

SENDER = "tmwatch <watch@tmwatch.example>"
RAW = b"From: watch@tmwatch.example\r\nTo: a@example.com\r\nSubject: x\r\n\r\n.leading dot\r\n..two\r\nlast line\r\n"
LOGIN = "watch%40tmwatch.example:s3cret%2Fpass%3Aword"


def plain(port: int, timeout: float = 5) -> EmailChannel:
    channel = channel_for(f"smtp://127.0.0.1:{port}", sender=SENDER, timeout=timeout)
    assert isinstance(channel, EmailChannel)
    return channel


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    return server_context(authority.issue_cert("127.0.0.1", "localhost"))


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def port(desk: Desk) -> Iterator[int]:
    with smtp_server(desk, enable_SMTPUTF8=False) as one:
        yield one


# what arrives


def test_the_bytes_arrive_as_they_were_frozen(desk: Desk, port: int) -> None:
    receipt = plain(port).deliver(RAW, "a@example.com")
    (envelope,) = desk.received
    assert envelope.original_content == RAW
    assert (envelope.mail_from, envelope.rcpt_tos) == ("watch@tmwatch.example", ["a@example.com"])
    assert receipt == "250 2.0.0 queued as 42"
    assert desk.tls == [False]


def test_each_delivery_is_a_transaction_of_its_own(desk: Desk, port: int) -> None:
    for recipient in ("a@example.com", "b@example.com"):
        plain(port).deliver(RAW, recipient)
    assert [one.rcpt_tos for one in desk.received] == [["a@example.com"], ["b@example.com"]]


def test_with_credentials_it_logs_in_after_starttls(desk: Desk, tls: ssl.SSLContext, ca_file: Path) -> None:
    with smtp_server(desk, tls_context=tls, require_starttls=True, auth_required=True) as port:
        channel_for(f"smtp://{LOGIN}@localhost:{port}", sender=SENDER, ca_file=ca_file).deliver(RAW, "a@example.com")
    assert desk.tls == [True]


def test_implicit_tls_works_with_and_without_credentials(desk: Desk, tls: ssl.SSLContext, ca_file: Path) -> None:
    with smtp_server(desk, ssl_context=tls, auth_require_tls=False) as port:
        for login in ("", f"{LOGIN}@"):
            channel_for(f"smtps://{login}localhost:{port}", sender=SENDER, ca_file=ca_file).deliver(
                RAW, "a@example.com"
            )
    assert desk.tls == [True, True]


def test_an_address_in_another_script_goes_by_smtputf8(desk: Desk) -> None:
    with smtp_server(desk, enable_SMTPUTF8=True) as port:
        plain(port).deliver(RAW, "名@bücher.example")
    assert desk.received[0].rcpt_tos == ["名@xn--bcher-kva.example"]
    assert "SMTPUTF8" in desk.received[0].mail_options


def test_a_domain_in_another_script_needs_no_extension(desk: Desk, port: int) -> None:
    plain(port).deliver(RAW, "a@bücher.example")
    assert desk.received[0].rcpt_tos == ["a@xn--bcher-kva.example"]


def test_a_refused_goodbye_does_no_harm() -> None:
    def script(connection: socket.socket) -> None:
        speak(connection, after_data=b"250 queued\r\n")

    with scripted_server(script) as port:
        assert plain(port).deliver(RAW, "a@example.com") == "250 queued"


# the server's answers


@pytest.mark.parametrize(
    ("phase", "words"),
    [("MAIL", "naming the sender"), ("RCPT", "naming the recipient"), ("DATA", "handing the message over")],
)
def test_every_phase_tells_come_back_from_never(desk: Desk, port: int, phase: str, words: str) -> None:
    desk.refuse[phase] = "451 4.7.1 greylisted"
    with pytest.raises(TransientDelivery, match=f"{words}: 451 4.7.1 greylisted"):
        plain(port).deliver(RAW, "a@example.com")
    desk.refuse[phase] = "550 5.1.1 no such user"
    with pytest.raises(PermanentDelivery, match=f"{words}: 550 5.1.1 no such user") as caught:
        plain(port).deliver(RAW, "a@example.com")
    assert not isinstance(caught.value, CredentialsRefused)
    assert desk.received == []


def test_a_server_that_wants_a_login_stops_the_queue_and_fails_no_message(desk: Desk, port: int) -> None:
    desk.refuse["MAIL"] = "530 5.7.0 authentication required"
    with pytest.raises(CredentialsRefused, match=r"530.*check user and password"):
        plain(port).deliver(RAW, "a@example.com")


def test_a_wrong_password_stops_the_queue_and_is_not_shown(desk: Desk, tls: ssl.SSLContext, ca_file: Path) -> None:
    with smtp_server(desk, tls_context=tls, require_starttls=True, auth_required=True) as port:
        channel = channel_for(f"smtp://watch:wr0ngsecret@localhost:{port}", sender=SENDER, ca_file=ca_file)
        with pytest.raises(CredentialsRefused, match="logging in: 535") as caught:
            channel.deliver(RAW, "a@example.com")
    shown = f"{caught.value} {caught.value!r} {channel!r} {caught.value.__cause__!r}"
    assert "wr0ngsecret" not in shown
    assert base64.b64encode(b"wr0ngsecret").decode() not in shown


def test_a_server_that_repeats_the_password_does_not_get_it_into_the_ledger() -> None:
    channel = EmailChannel("h.example", 25, "w@x.example", user=USER, password=PASSWORD)
    plain_form = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    shown = channel._answer(
        535, f"bad {PASSWORD} {base64.b64encode(PASSWORD.encode()).decode()} {plain_form}\r\n".encode()
    )
    assert shown == "535 bad *** *** ***"


def test_the_server_s_answer_is_shown_on_one_line_without_control_characters(desk: Desk, port: int) -> None:
    desk.refuse["RCPT"] = "550-first\r\n550 second \x1b[31m" + "x" * 300
    with pytest.raises(PermanentDelivery) as caught:
        plain(port).deliver(RAW, "a@example.com")
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 300


# connection


def test_no_connection_is_come_back_later() -> None:
    with pytest.raises(TransientDelivery, match="connecting: the connection was refused"):
        plain(free_port()).deliver(RAW, "a@example.com")


def test_no_such_host_is_come_back_later() -> None:
    with pytest.raises(TransientDelivery, match="connecting: no such host"):
        channel_for("smtp://mail.invalid:25", sender=SENDER).deliver(RAW, "a@example.com")


def test_a_server_that_turns_everybody_away_says_nothing_about_the_message() -> None:
    with (
        scripted_server(lambda connection: connection.sendall(b"554 not today\r\n")) as port,
        pytest.raises(TransientDelivery, match="connecting: 554 not today"),
    ):
        plain(port).deliver(RAW, "a@example.com")


def test_silence_is_come_back_later() -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(10)

    with scripted_server(script) as port, pytest.raises(TransientDelivery, match="connecting: no answer in time"):
        plain(port, timeout=0.2).deliver(RAW, "a@example.com")


def speak(connection: socket.socket, *, until: bytes = b"", after_data: bytes = b"") -> None:
    """Answer politely; hang up when a line begins with `until`, and say `after_data` after the final dot."""
    connection.sendall(b"220 test\r\n")
    stream = connection.makefile("rb")
    while line := stream.readline():
        if until and line.upper().startswith(until):
            return
        if line.upper().startswith(b"DATA"):
            connection.sendall(b"354 go on\r\n")
            while (part := stream.readline()) != b".\r\n":
                if until == b"BODY" or not part:
                    return
            if not after_data:
                return
            connection.sendall(after_data)
            return
        connection.sendall(b"250 fine\r\n")


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (b"EHLO", "greeting"),
        (b"MAIL", "naming the sender"),
        (b"RCPT", "naming the recipient"),
        (b"DATA", "announcing the message"),
    ],
)
def test_a_connection_lost_before_the_message_is_come_back_later(until: bytes, words: str) -> None:
    with (
        scripted_server(lambda connection: speak(connection, until=until)) as port,
        pytest.raises(TransientDelivery, match=f"{words}: the connection was lost"),
    ):
        plain(port).deliver(RAW, "a@example.com")


def test_a_connection_lost_after_the_final_dot_may_have_delivered() -> None:
    with scripted_server(speak) as port, pytest.raises(AmbiguousDelivery, match="it may have arrived"):
        plain(port).deliver(RAW, "a@example.com")


def test_no_answer_after_the_final_dot_may_have_delivered() -> None:
    def script(connection: socket.socket) -> None:
        speak(connection)
        connection.recv(1)

    with scripted_server(script) as port, pytest.raises(AmbiguousDelivery):
        plain(port, timeout=0.3).deliver(RAW, "a@example.com")


# TLS


def test_a_password_is_never_sent_in_the_clear(desk: Desk) -> None:
    with (
        smtp_server(desk, auth_require_tls=False) as port,
        pytest.raises(TransientDelivery, match="offers no STARTTLS"),
    ):
        channel_for(f"smtp://{LOGIN}@localhost:{port}", sender=SENDER).deliver(RAW, "a@example.com")
    assert desk.received == []


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_nobody_vouches_for_is_refused(desk: Desk, tls: ssl.SSLContext, scheme: str) -> None:
    options = {"ssl_context": tls} if scheme == "smtps" else {"tls_context": tls}
    with smtp_server(desk, **options) as port, pytest.raises(TransientDelivery, match="certificate is not trusted"):
        channel_for(f"{scheme}://{LOGIN}@localhost:{port}", sender=SENDER).deliver(RAW, "a@example.com")


def test_a_certificate_of_another_host_is_refused(desk: Desk, authority: trustme.CA, ca_file: Path) -> None:
    other = server_context(authority.issue_cert("mail.example"))
    with (
        smtp_server(desk, ssl_context=other) as port,
        pytest.raises(TransientDelivery, match="certificate is not trusted"),
    ):
        channel_for(f"smtps://localhost:{port}", sender=SENDER, ca_file=ca_file).deliver(RAW, "a@example.com")


def test_implicit_tls_to_a_plain_server_says_which_scheme_is_for_what(desk: Desk, port: int) -> None:
    with pytest.raises(TransientDelivery, match="smtps:// is for implicit TLS"):
        channel_for(f"smtps://127.0.0.1:{port}", sender=SENDER, timeout=3).deliver(RAW, "a@example.com")


def test_a_certificate_file_that_is_none_is_a_setting_to_mend(tmp_path: Path) -> None:
    channel = channel_for("smtps://localhost:1", sender=SENDER, ca_file=tmp_path / "none.pem")
    with pytest.raises(SettingsError, match=r"http\.ca_file"):
        channel.deliver(RAW, "a@example.com")


# addresses and settings


@pytest.mark.parametrize(
    "recipient",
    ["", "nobody", "a@b>\r\nRCPT TO:<v@example.com", "a b@example.com", "<a@example.com>", "a@b@c", "a@x\x00.com"],
)
def test_what_is_no_address_never_reaches_the_server(desk: Desk, port: int, recipient: str) -> None:
    with pytest.raises(PermanentDelivery, match="correct it in the portfolio"):
        plain(port).deliver(RAW, recipient)
    assert desk.received == []


def test_a_server_without_smtputf8_gets_no_address_it_cannot_carry(desk: Desk, port: int) -> None:
    with pytest.raises(PermanentDelivery, match="no SMTPUTF8"):
        plain(port).deliver(RAW, "名@example.com")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, "none", "", "")),
        ("smtp://mail.example:2525", ("mail.example", 2525, "none", "", "")),
        (f"smtp://{LOGIN}@mail.example", ("mail.example", 587, "starttls", USER, PASSWORD)),
        (f"smtps://{LOGIN}@mail.example", ("mail.example", 465, "implicit", USER, PASSWORD)),
        ("SMTPS://[::1]:4650", ("::1", 4650, "implicit", "", "")),
    ],
)
def test_an_address_of_a_server_is_read_whole(url: str, expected: tuple[object, ...]) -> None:
    one = channel_for(url, sender=SENDER)
    assert isinstance(one, EmailChannel)
    assert (one.host, one.port, one.tls, one.user, one.password) == expected
    assert PASSWORD not in repr(one)
    assert one.sender == "watch@tmwatch.example"


@pytest.mark.parametrize(
    "url",
    [
        "smtp://",
        "smtp://user@mail.example",
        "smtp://:s3cret@mail.example",
        "smtp://u:pässw@mail.example",
        "smtp://u:s3cret@mail.example:port",
        "http://u:s3cret@mail.example",
        "",
    ],
)
def test_an_address_that_cannot_be_used_is_a_setting_to_mend_and_shows_no_secret(url: str) -> None:
    with pytest.raises(SettingsError, match=r"mail\.") as caught:
        channel_for(url, sender=SENDER)
    assert "s3cret" not in f"{caught.value!r} {caught.value.__cause__!r}"


@pytest.mark.parametrize("sender", [None, "", "nobody", "名@example.com"])
def test_smtp_needs_a_sender(sender: str | None) -> None:
    with pytest.raises(SettingsError, match=r"mail\.sender"):
        channel_for("smtp://mail.example", sender=sender)


def test_every_failure_is_one_clear_line() -> None:
    with pytest.raises(DeliveryError) as caught:
        plain(free_port()).deliver(RAW, "a@example.com")
    assert str(caught.value).startswith("Mail server 127.0.0.1:")
    assert "\n" not in str(caught.value)


@settings(max_examples=60)
@given(st.lists(st.sampled_from([b".", b"..", b"x", b"\n", b"\r\n", b"\r", b""]), max_size=12).map(b"".join))
def test_the_body_is_stuffed_so_that_no_line_of_it_ends_the_message(raw: bytes) -> None:
    lines = _quoted(raw).split(b"\r\n")
    assert lines[-1] == b""
    assert b"." not in lines
    assert all(b"\r" not in line and b"\n" not in line for line in lines)
