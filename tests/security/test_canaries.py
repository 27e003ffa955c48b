"""Secrets that sing when they are seen: through every command, log level, format and failure they must not appear, in
what is printed nor in any file that is written."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.cli.conftest import Cli
from tests.proof.office import Fault, Office, open_office, reset, says
from tests.proof.post import PostOffice, open_post
from tmwatch.demo import corpus

KEY, ODP = "Canary/tsdr+key=0123456789", "Canary-odp-key-9876543210"
PASSWORD, PROXY, HEART, CHAT, DB = (
    "Canary:mail/pass@word",
    "CanaryProxyPass",
    "5c4a7e0d-canary-heartbeat",
    "CanaryChatToken0123",
    "CanaryDbPass",
)
SECRETS = (KEY, ODP, PASSWORD, PROXY, HEART, CHAT, DB)
COMMANDS = (
    ("doctor",),
    ("run",),
    ("run", "--json"),
    ("run", "--dry-run"),
    ("run", "--if-due"),
    ("schedule", "--once"),
    ("check", "88000001", "88000003"),
    ("check", "88000001", "--json"),
    ("check", "88000001", "--offline"),
    ("portfolio", "list"),
    ("portfolio", "export"),
    ("orders", "list"),
    ("report",),
    ("report", "--format", "json"),
    ("digest", "preview"),
    ("notify", "test"),
    ("outbox", "list"),
    ("outbox", "release"),
    ("runs",),
    ("rules",),
    ("db", "current"),
    ("db", "check"),
    ("init", "elsewhere"),
    ("no-such-command",),
    ("run", "--since", "never"),
)


def forms() -> Iterator[str]:
    """Every way in which a secret might be written."""
    for secret in SECRETS:
        yield secret
        yield quote(secret, safe="")
        yield base64.b64encode(secret.encode()).decode()
    yield base64.b64encode(f"\0watch\0{PASSWORD}".encode()).decode()


def echo(handler: object) -> None:
    """A server that repeats the headers it got: what comes from outside must not carry our secrets on."""
    sent = "".join(f"{name}: {value}\n" for name, value in handler.headers.items())  # type: ignore[attr-defined]  # a Handler
    handler.send(500, sent.encode(), "text/plain")  # type: ignore[attr-defined]  # as above


def echo_in_json(handler: object) -> None:
    """A sound answer that repeats the key where a name should stand."""
    body = f'{{"trademarks": [{{"status": {{"serialNumber": "{KEY}"}}, "{KEY}": 1}}]}}'
    handler.send(200, body.encode(), "application/json")  # type: ignore[attr-defined]  # a Handler


FAILURES: dict[str, Fault | None] = {
    "all is well": None,
    "the key is refused": says(401, f"unknown key {KEY}".encode()),
    "the server repeats what it got": echo,
    "a redirect that carries the key away": says(302, b"", "text/plain", Location=f"http://other.example/?k={KEY}"),
    "a record that repeats the key": echo_in_json,
    "the connection is reset": reset,
}


@pytest.fixture
def secretive(ready: Cli) -> Iterator[tuple[Cli, Office, PostOffice]]:
    """A command line whose every setting is a secret."""
    with open_office(Office()) as office, open_post(PostOffice()) as post:
        office.serve(corpus.days(ready.now.date()).first.values())
        ready.environ |= {
            "TMWATCH_TSDR_BASE_URL": office.url,
            "TMWATCH_TSDR_API_KEY": KEY,
            "TMWATCH_TSDR_TIMEOUT": "2",
            "TMWATCH_ODP_BASE_URL": office.url,
            "TMWATCH_ODP_API_KEY": ODP,
            "TMWATCH_MAIL_URL": f"smtp://watch:{quote(PASSWORD, safe='')}@127.0.0.1:{post.port}",
            "TMWATCH_MAIL_SENDER": "watch@tmwatch.example",
            "TMWATCH_HEARTBEAT_URL": f"{office.url}/ping/{HEART}",
        }
        ready.write("portfolio.csv", corpus.PORTFOLIO_CSV)
        chats = f"client,channels\nLumenhaus,json://u:{CHAT}@127.0.0.1:1/\n"
        ready.write("clients.csv", chats)
        assert ready("portfolio", "import", "portfolio.csv").code == 0
        yield ready, office, post


def sung(cli: Cli, printed: str) -> list[str]:
    """Return where a secret was seen. Where the client's own chat address is stored, it is her row's and no leak."""
    found = [f"printed {form}" for form in forms() if form in printed]
    for path in (one for one in cli.folder.rglob("*") if one.is_file() and one.name != "clients.csv"):
        body = path.read_bytes()
        found += [f"{path.name} holds {form}" for form in forms() if form.encode() in body and CHAT not in form]
    return found


@pytest.mark.parametrize("failure", FAILURES)
def test_no_secret_is_seen_through_any_command(secretive: tuple[Cli, Office, PostOffice], failure: str) -> None:
    cli, office, post = secretive
    fault = FAILURES[failure]
    office.script = lambda number, path: fault
    post.script = lambda phase, who: f"535 no: {PASSWORD}" if phase == "AUTH" else None
    printed = []
    for number, words in enumerate(COMMANDS):
        form = ("console", "json")[number % 2]
        told = cli(*(["-v"] if number % 3 == 0 else []), *words, TMWATCH_LOG_LEVEL="debug", TMWATCH_LOG_FORMAT=form)
        assert told.code in (0, 1, 2, 3, 75), f"{words}: exit {told.code}: {told.err[-600:]}"
        printed.append(told.out + told.err)
    found = sung(cli, "\n".join(printed))
    if fault is echo_in_json:  # the answer is kept as evidence, byte by byte, in a file nobody else may read
        found = [one for one in found if not one.startswith("tmwatch.db")]
    assert found == []


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_no_secret_is_seen_at_other_log_levels_through_a_dead_proxy(
    secretive: tuple[Cli, Office, PostOffice], level: str
) -> None:
    cli, _, _ = secretive
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    printed = ""
    for words in (("run",), ("doctor",), ("check", "88000001")):
        proxy = f"http://user:{PROXY}@127.0.0.1:{port}"
        told = cli(*words, TMWATCH_HTTP_PROXY=proxy, TMWATCH_LOG_LEVEL=level)
        printed += told.out + told.err
    assert sung(cli, printed) == []


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://user:{DB}@127.0.0.1:1/tmwatch",
        f"postgresql://user:{DB}@127.0.0.1:99999999/x",
        f"mysql://user:{DB}@h/x",
        f"not a url {DB}",
    ],
)
def test_the_password_of_the_database_is_never_said(cli: Cli, url: str) -> None:
    printed = ""
    for words in (("doctor",), ("run",), ("db", "upgrade"), ("db", "current"), ("-v", "portfolio", "list")):
        told = cli(*words, TMWATCH_DATABASE_URL=url)
        assert told.code in (2, 3), (words, told.code, told.err)
        printed += told.out + told.err
    assert sung(cli, printed) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TMWATCH_MAIL_URL", f"smtp://watch:{PASSWORD}@h:notaport"),
        ("TMWATCH_HEARTBEAT_URL", f"ftp://{HEART}"),
        ("TMWATCH_HTTP_PROXY", f"gopher://u:{PROXY}@h"),
        ("TMWATCH_TSDR_API_KEY", f"{KEY}\nsecond line"),
        ("TMWATCH_ODP_API_KEY", f"{ODP} \u2603"),
    ],
)
def test_a_secret_that_is_malformed_is_refused_without_being_repeated(cli: Cli, name: str, value: str) -> None:
    told = cli("db", "upgrade")
    printed = ""
    for words in (("doctor",), ("run",), ("-v", "run")):
        told = cli(*words, **{name: value})
        printed += told.out + told.err
    assert sung(cli, printed) == []
