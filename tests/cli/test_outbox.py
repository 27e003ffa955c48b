"""`tmwatch outbox` and `tmwatch runs`: what waits and why, sending again, the ledger of runs."""

from __future__ import annotations

import sqlite3

import pytest

from tests.channels.servers import Desk, free_port, smtp_server
from tests.cli.conftest import Cli

SENDER = {"TMWATCH_MAIL_SENDER": "watch@tmwatch.example"}


def names(cli: Cli) -> set[str]:
    """The ids of the messages written to the outbox folder."""
    return {path.stem for path in (cli.database.parent / "outbox").glob("*.eml")}


def first_message(cli: Cli) -> str:
    """The id of the newest message."""
    return cli("outbox", "list").lines[1].split()[0]


def test_the_list_shows_each_message_with_its_state(watching: Cli) -> None:
    done = watching("outbox", "list")
    assert (done.code, done.err) == (0, "")
    assert " ".join(done.lines[0].split()) == "message kind subject recipient state when attempts last error"
    assert len(done.lines) == 4
    assert all("baseline" in line and " sent   2026-11-22 13:00 UTC  1" in line for line in done.lines[1:])
    assert len(watching("outbox", "list", "--client", "Lumenhaus").lines) == 2
    assert len(watching("outbox", "list", "--client", "Lumenhaus", "--waiting").lines) == 1
    nobody = watching("outbox", "list", "--client", "Nobody")
    assert (nobody.code, nobody.out) == (2, "")
    assert "there is no client 'Nobody'" in nobody.err
    assert len(watching("outbox", "list", "--limit", "1").lines) == 2
    assert len(watching("outbox", "list", "--waiting").lines) == 1


def test_a_message_is_sent_again_byte_for_byte_at_the_next_run(watching: Cli) -> None:
    message = first_message(watching)
    done = watching("outbox", "resend", message)
    assert (done.code, done.out) == (0, "1 deliveries queued again\n")
    assert "queued" in watching("outbox", "list", "--waiting").out
    assert watching("run").code == 0
    assert len(watching("outbox", "list", "--waiting").lines) == 1
    assert message in names(watching)
    written = watching.database.parent / "outbox" / f"{message}.eml"
    connection = sqlite3.connect(watching.database)
    (raw,) = connection.execute("SELECT raw FROM messages WHERE id = ?", [message]).fetchone()
    connection.close()
    assert written.read_bytes() == raw


@pytest.mark.parametrize("command", ["resend", "release"])
def test_an_unknown_message_is_exit_2_and_named_harmless(watching: Cli, command: str) -> None:
    done = watching("outbox", command, "gone\x1b[2J")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "there is no message 'gone[2J'" in done.err


def test_nothing_to_release_is_said_and_no_mistake(watching: Cli) -> None:
    assert watching("outbox", "release").out == "0 deliveries released\n"
    assert watching("outbox", "release", first_message(watching)).code == 0


def test_what_a_server_refused_for_good_is_shown_and_released(ready: Cli, tsdr: object) -> None:
    ready.write("p.csv", "serial_number,client,emails\n88000004,Acme,a@acme.example\n")
    assert ready("portfolio", "import", "p.csv").code == 0
    desk = Desk(refuse={"RCPT": "550 5.1.1 no such mailbox"})
    with smtp_server(desk) as port:
        done = ready("run", TMWATCH_MAIL_URL=f"smtp://127.0.0.1:{port}", **SENDER)
    assert done.code == 3
    assert "a@acme.example: " in done.err
    assert "550" in done.err
    listed = ready("outbox", "list", "--waiting").out
    assert "failed" in listed
    assert "no such mailbox" in listed
    assert ready("outbox", "release").out == "1 deliveries released\n"
    good = Desk()
    with smtp_server(good) as port:
        assert ready("run", TMWATCH_MAIL_URL=f"smtp://127.0.0.1:{port}", **SENDER).code == 0
    assert [envelope.rcpt_tos for envelope in good.received] == [["a@acme.example"]]


def test_a_run_is_not_complete_while_messages_wait(ready: Cli, tsdr: object) -> None:
    ready.write("p.csv", "serial_number,client,emails\n88000004,Acme,a@acme.example\n")
    ready("portfolio", "import", "p.csv")
    done = ready("run", TMWATCH_MAIL_URL=f"smtp://127.0.0.1:{free_port()}", **SENDER)
    assert done.code == 3
    assert "1 messages queued, 0 delivered" in done.out


def test_the_ledger_shows_each_run_with_what_failed_first(watching: Cli) -> None:
    watching("run", TMWATCH_TSDR_API_KEY="wrong-key-0123456789")
    done = watching("runs")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].split()[:2] == ["run", "kind"]
    assert "0 of 12" in done.lines[1]
    assert "incomplete" in done.lines[1]
    assert "12 of 12" in done.lines[2]
    assert len(watching("runs", "--limit", "1").lines) == 2
    assert watching("runs", "--limit", "0").code == 2
