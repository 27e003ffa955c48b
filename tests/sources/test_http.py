"""The polite client: bounded in time and size, no redirects, nothing secret shown."""

import gzip
import hashlib
import logging
import ssl
import time
from datetime import UTC, datetime

import httpx
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.loopback import Loopback, drip, raw, reply, reset, running, short
from tmwatch.errors import FetchError, FormatError, SettingsError, Unavailable
from tmwatch.sources.http import MAX_PAUSE, LocalPace, PoliteClient, Reply, retry_after

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Waits:
    """A sleep that only notes, and a clock that it moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def client(timeout: float = 5.0, waits: Waits | None = None, **more) -> PoliteClient:
    waits = waits or Waits()
    pace = LocalPace({"requests": 60, "documents": 4}, waits.clock)
    settings = {"proxy": None, "ca_file": None, "clock": time.monotonic, **more}
    return PoliteClient(timeout=timeout, pace=pace, sleep=waits.sleep, **settings)


def get(http: PoliteClient, url: str, **more) -> Reply:
    return http.get(url, accept="application/json", **{"max_bytes": 1000, **more})


def test_an_answer_comes_whole_with_its_headers():
    with (
        running({"/a?ids=1,2": [reply(200, b"{}", "application/json; charset=UTF-8", X_Test="1")]}) as server,
        client() as http,
    ):
        answer = get(http, f"{server.url}/a?ids=1,2", headers={"X-Key": "secret"})
    assert (answer.status, answer.body, answer.content_type, answer.headers["x-test"]) == (
        200,
        b"{}",
        "application/json",
        "1",
    )
    assert server.targets == ["/a?ids=1,2"]
    assert server.asked[0].headers["x-key"] == "secret"
    assert server.asked[0].headers["accept"] == "application/json"
    assert server.asked[0].headers["user-agent"].startswith("tmwatch/")


def test_errors_of_the_server_are_answers_too():
    with running(default=reply(503, b"down", "text/plain")) as server, client() as http:
        assert get(http, server.url).status == 503


def test_a_redirect_is_an_answer_and_is_not_followed():
    with running(default=reply(302, b"", Location="http://127.0.0.1:9/")) as server, client() as http:
        answer = get(http, server.url)
    assert (answer.status, answer.headers["location"], len(server.asked)) == (302, "http://127.0.0.1:9/", 1)


def test_a_compressed_answer_is_counted_unpacked():
    body = gzip.compress(b"x" * 5000)
    with running(default=reply(200, body, Content_Encoding="gzip")) as server, client() as http:
        assert len(get(http, server.url, max_bytes=5000).body) == 5000
        with pytest.raises(FormatError, match="larger than 4,999 bytes"):
            get(http, server.url, max_bytes=4999)


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n{",
    ],
    ids=["before the status line", "in the headers", "in the body"],
)
def test_a_server_that_drips_is_given_up_at_the_deadline(start):
    with running(default=drip(start, 0.02)) as server, client(timeout=0.3) as http:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            get(http, server.url)
        assert time.monotonic() - began < 1.5


def test_a_server_that_hangs_is_given_up():
    with (
        running(default=drip(b"", 30)) as server,
        client(timeout=0.2) as http,
        pytest.raises(Unavailable, match="in time"),
    ):
        get(http, server.url)


@pytest.mark.parametrize(
    "say",
    [reset, raw(b""), raw(b"nonsense\r\n\r\n"), short(b'{"a"', 50), reply(200, b"no gzip", Content_Encoding="gzip")],
)
def test_a_broken_answer_is_unavailable_in_one_line(say):
    with running(default=say) as server, client() as http, pytest.raises(Unavailable) as caught:
        get(http, f"{server.url}/secret-path")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "says"), [("http://127.0.0.1:9/x", "refused"), ("http://no-such-host.invalid/", "no connection")]
)
def test_a_dead_network_is_said_in_one_line(url, says):
    with client() as http, pytest.raises(Unavailable, match=says) as caught:
        get(http, url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "nonsense", "http://"])
def test_an_address_that_is_none_is_said(url):
    with client() as http, pytest.raises(FetchError, match="no http or https address"):
        get(http, url)


def test_the_pace_is_kept_and_documents_count_as_requests():
    waits = Waits()
    with running(default=reply(200, b"{}")) as server, client(waits=waits) as http:
        for _ in range(3):
            get(http, server.url)
        get(http, server.url, kind="documents")
        get(http, server.url, kind="documents")
    assert waits.slept == pytest.approx([1.0, 1.0, 1.0, 14.0 + 0.0])


def test_a_penalty_holds_all_back_and_is_capped():
    waits = Waits()
    with running(default=reply(200, b"{}")) as server, client(waits=waits) as http:
        http.penalize("requests", 7)
        get(http, server.url)
        http.penalize("requests", 99_999)
        get(http, server.url)
    assert waits.slept == [7, MAX_PAUSE]


def test_nothing_secret_is_logged_or_shown(caplog):
    caplog.set_level(logging.DEBUG)
    with running(default=reply(200, b'{"t":"canary-body"}')) as server, client() as http:
        caplog.set_level(logging.INFO)
        answer = get(http, f"{server.url}/x?signature=canary-url", headers={"USPTO-API-KEY": "canary-key"})
    assert "canary" not in caplog.text
    assert "canary" not in repr(answer)


def test_the_environment_is_not_asked(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with running(default=reply(200, b"{}")) as server, client() as http:
        assert get(http, server.url).status == 200


def test_a_proxy_is_used_when_the_settings_name_one():
    with running(default=reply(200, b"{}")) as proxy, client(proxy=proxy.url) as http:
        assert get(http, "http://tsdr.example/x").status == 200
    assert proxy.targets == ["http://tsdr.example/x"]


def test_a_certificate_file_or_proxy_that_is_none_is_a_setting_to_mend(tmp_path):
    with pytest.raises(SettingsError, match=r"http\.ca_file"):
        client(ca_file=str(tmp_path / "missing.pem"))
    (tmp_path / "bad.pem").write_text("no certificate")
    with pytest.raises(SettingsError, match=r"http\.ca_file"):
        client(ca_file=str(tmp_path / "bad.pem"))
    with pytest.raises(SettingsError, match=r"http\.proxy"):
        client(proxy="nonsense://x")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def secured(authority: trustme.CA, server: Loopback) -> None:
    """Make the server speak TLS with a certificate of this authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.tls = context


def test_tls_is_checked_against_the_certificates_of_the_settings(authority, tmp_path):
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(pem)
    with running(default=reply(200, b"{}")) as server:
        secured(authority, server)
        with client(ca_file=str(pem)) as http:
            assert get(http, f"https://127.0.0.1:{server.port}/").status == 200
        with client() as http, pytest.raises(Unavailable, match="certificate is not trusted"):
            get(http, f"https://127.0.0.1:{server.port}/")


def test_a_drip_inside_tls_is_given_up_at_the_deadline(authority, tmp_path):
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(pem)
    with running(default=drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", 0.02)) as server:
        secured(authority, server)
        with client(timeout=0.4, ca_file=str(pem)) as http:
            began = time.monotonic()
            with pytest.raises(Unavailable, match="in time"):
                get(http, f"https://127.0.0.1:{server.port}/")
            assert time.monotonic() - began < 1.5


def test_a_given_transport_is_used():
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={}))
    with client(transport=transport) as http:
        assert get(http, "http://tsdr.example/").status == 200


def test_a_download_is_streamed_and_hashed(tmp_path):
    body = b"PK" * 100_000
    target = tmp_path / "x.part"
    with running(default=reply(200, body, "application/zip")) as server, client() as http:
        done = http.download(server.url, target, max_bytes=len(body))
        assert target.read_bytes() == body
        assert (done.size, done.sha256) == (len(body), hashlib.sha256(body).hexdigest())
        with pytest.raises(FormatError, match="larger"):
            http.download(server.url, target, max_bytes=1000)


def test_a_download_that_is_refused_or_broken_says_so(tmp_path):
    target = tmp_path / "x.part"
    answers = {
        "/no": [reply(403, b"Forbidden", "text/plain")],
        "/cut": [short(b"PK", 100)],
        "/slow": [drip(short_head(), 0.02)],
    }
    with running(answers) as server, client(timeout=5) as http:
        refused = http.download(f"{server.url}/no", target, max_bytes=10)
        assert (refused.reply.status, refused.reply.body, refused.size, target.exists()) == (
            403,
            b"Forbidden",
            0,
            False,
        )
        with pytest.raises(Unavailable):
            http.download(f"{server.url}/cut", target, max_bytes=1000)
        with pytest.raises(Unavailable):
            http.download(f"{server.url}/slow", target, max_bytes=100_000, seconds=0.2)


def short_head() -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"


def asking(text: str) -> Reply:
    return Reply(429, "http://x", "", {"retry-after": text}, b"")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("1.5", 1.5),
        ("-3", 0),
        ("99999", MAX_PAUSE),
        ("Mon, 23 Nov 2026 12:01:30 GMT", 90),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 23 Nov 2027 12:00:00 GMT", MAX_PAUSE),
        ("Mon, 23 Nov 2026 12:01:30 -0000", 90),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(text, seconds):
    assert retry_after(asking(text), NOW) == seconds


@given(st.text(max_size=40))
def test_any_retry_after_is_survived(text):
    pause = retry_after(asking(text), NOW)
    assert pause is None or 0 <= pause <= MAX_PAUSE
