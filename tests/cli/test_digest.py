"""`tmwatch digest preview` and `tmwatch notify test`: shown or tried, and nothing kept."""

from __future__ import annotations

import sqlite3
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.channels.servers import PASSWORD, USER, Desk, free_port, smtp_server
from tests.cli.conftest import NOW, Cli
from tmwatch.demo import corpus
from tmwatch.demo.cases import info_json
from tmwatch.demo.stub import StubState


def dump(path: Path) -> str:
    connection = sqlite3.connect(path)
    text = "\n".join(connection.iterdump())
    connection.close()
    return text


def test_a_preview_shows_each_clients_next_digest_and_keeps_nothing(watching: Cli) -> None:
    before = dump(watching.database)
    done = watching("digest", "preview")
    assert (done.code, done.err) == (0, "")
    assert done.out.count("Subject: ") == 3
    assert "Northpine Outdoor" in done.out
    assert dump(watching.database) == before


def test_a_preview_of_one_client_is_hers_alone(watching: Cli) -> None:
    done = watching("digest", "preview", "--client", "Lumenhaus")
    assert done.out.count("Subject: ") == 1
    assert "GLOWMOTH" in done.out or "LUMENHAUS" in done.out
    assert "KESTRELPET" not in done.out
    nobody = watching("digest", "preview", "--client", "Nobody")
    assert (nobody.code, nobody.out) == (2, "")
    assert "there is no client 'Nobody'" in nobody.err


def test_a_preview_is_written_beside_the_working_folder(watching: Cli) -> None:
    done = watching("digest", "preview", "-o", "look")
    assert done.code == 0
    written = sorted((watching.folder / "look").iterdir())
    assert sorted(done.lines) == [str(path) for path in written]
    assert {path.suffix for path in written} == {".html", ".txt"}
    watching.write("file", "x")
    refused = watching("digest", "preview", "-o", "file")
    assert (refused.code, refused.out, len(refused.err.splitlines())) == (2, "", 1)


def test_a_preview_without_anything_read_is_exit_2(ready: Cli) -> None:
    done = ready("digest", "preview")
    assert (done.code, done.out) == (2, "")
    assert "tmwatch run" in done.err


def test_a_preview_shows_what_the_next_message_will_say(watching: Cli, tsdr: StubState) -> None:
    tsdr.cases = {serial: info_json(case) for serial, case in corpus.days(NOW.date()).second.items()}
    assert watching("run", "--no-send").code == 0
    assert "0 new" in watching("digest", "preview", "--client", "Lumenhaus").out or watching.now == NOW


def test_hostile_text_in_a_preview_reaches_the_terminal_harmless(watching: Cli, tsdr: StubState) -> None:
    tsdr.cases["88000004"]["status"]["markElement"] = "GLOW\x1b[2J\u202eMOTH\r\nSubject: forged"
    assert watching("run", "--no-send").code == 0
    shown = watching("digest", "preview", "--client", "Lumenhaus").out
    assert "\x1b" not in shown
    assert "\u202e" not in shown


# --- the test message


def test_the_test_message_into_the_folder_says_where_it_lies(cli: Cli) -> None:
    done = cli("notify", "test", "--to", "me@example.com")
    assert (done.code, done.err) == (0, "")
    path = Path(done.out.split("written to ")[1].split(" (")[0])
    assert path.parent == cli.database.parent / "outbox"
    assert "This is a test message of tmwatch" in path.with_suffix(".txt").read_text("utf-8")
    assert "no mail left this machine" in done.out


def test_the_test_message_goes_through_the_real_server(cli: Cli) -> None:
    desk = Desk()
    with smtp_server(desk) as port:
        mail = {"TMWATCH_MAIL_URL": f"smtp://127.0.0.1:{port}", "TMWATCH_MAIL_SENDER": "watch@tmwatch.example"}
        done = cli("notify", "test", "--to", "me@example.com", **mail)
    assert done.code == 0
    assert done.out.startswith("delivered to me@example.com: ")
    (envelope,) = desk.received
    assert envelope.rcpt_tos == ["me@example.com"]
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content)
    assert (message["To"], "watch@tmwatch.example" in message["From"]) == ("me@example.com", True)


@pytest.mark.parametrize("port", ["closed", "refusing"])
def test_a_server_that_is_down_or_refuses_is_one_line_and_exit_3_without_the_password(cli: Cli, port: str) -> None:
    desk = Desk(refuse={"RCPT": "550 no"})
    with smtp_server(desk) as refusing:
        number = refusing if port == "refusing" else free_port()
        user = "" if port == "refusing" else f"{USER.replace('@', '%40')}:CANARY{PASSWORD[:1]}@"
        url = f"smtp://{user}127.0.0.1:{number}"
        done = cli(
            "notify",
            "test",
            "--to",
            "me@example.com",
            TMWATCH_MAIL_URL=url,
            TMWATCH_MAIL_SENDER="w@tmwatch.example",
        )
    assert (done.code, done.out) == (3, "")
    assert done.err.splitlines()[-1].startswith("tmwatch: ")
    assert "Traceback" not in done.err
    assert "CANARY" not in done.err


@pytest.mark.parametrize("address", ["nobody", "a@b\r\nBcc: x@y.example", "", "a b@example.com"])
def test_an_address_that_is_none_is_exit_2(cli: Cli, address: str) -> None:
    done = cli("notify", "test", "--to", address)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "--to" in done.err
