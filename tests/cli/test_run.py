"""`tmwatch run`: what it prints and stores, what a dry run leaves alone, two at once, mail that is down, heartbeat."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.channels.servers import Desk, free_port, smtp_server
from tests.cli.conftest import NOW, Cli
from tests.cli.test_check import assert_shape
from tests.cli.test_frame import environ
from tmwatch.demo import corpus
from tmwatch.demo.cases import info_json
from tmwatch.demo.stub import StubState

SHAPE = {
    "run_id": str,
    "started_at": str,
    "finished_at": str,
    "watched": int,
    "checked": int,
    "failed": [{"source": str, "serial_number": str, "file": str, "error": str}],
    "sources": [{"name": str, "documents": int, "failed": int, "data_as_of": str}],
    "changes": int,
    "findings": {"opened": int, "cleared": int, "open": int},
    "messages": {"queued": int, "delivered": int, "failed": int},
    "anomaly": str,
}


def told(out: str) -> dict[str, Any]:
    """Read the one JSON object of a run."""
    value = json.loads(out)
    assert_shape(value, SHAPE)
    return dict(value)


@pytest.fixture
def second_day(watching: Cli, tsdr: StubState) -> Cli:
    """The portfolio watched since the day before, with mails not sent; TSDR serves the second day."""
    tsdr.cases = {serial: info_json(case) for serial, case in corpus.days(NOW.date()).second.items()}
    return watching


def dump(path: Path) -> str:
    """Everything in a database, as SQL."""
    connection = sqlite3.connect(path)
    text = "\n".join(connection.iterdump())
    connection.close()
    return text


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder by name, with what is in it; the database's own side files left out."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("tmwatch.db")
    }


def test_a_run_says_how_many_were_checked_and_is_told_as_json(second_day: Cli) -> None:
    value = told(second_day("run", "--json").out)
    assert (value["watched"], value["checked"], value["failed"], value["anomaly"]) == (12, 12, [], None)
    assert (value["started_at"], value["sources"][0]["name"]) == ("2026-11-23T13:00:00Z", "tsdr")
    assert value["messages"]["queued"] == value["messages"]["delivered"] > 0
    assert value["changes"] > 0
    assert len(list((second_day.database.parent / "outbox").glob("*.eml"))) == value["messages"]["delivered"]


def test_a_run_of_an_empty_portfolio_says_how_to_fill_it(ready: Cli, tsdr: StubState) -> None:
    done = ready("run")
    assert done.lines[0] == "0 of 0 marks checked"
    assert done.lines[-1] == "no marks are watched; add some with: tmwatch portfolio import FILE"
    told(ready("run", "--json").out)


def test_twice_in_a_row_sends_nothing_the_second_time(second_day: Cli) -> None:
    assert second_day("run").code == 0
    second_day.now = NOW + timedelta(minutes=5)
    value = told(second_day("run", "--json").out)
    assert (value["changes"], value["messages"]) == (0, {"queued": 0, "delivered": 0, "failed": 0})


def test_one_mark_that_fails_is_named_and_exit_3_and_the_others_are_told(second_day: Cli, tsdr: StubState) -> None:
    tsdr.missing = {"88000009"}
    done = second_day("run")
    assert done.code == 3
    assert done.lines[0] == "11 of 12 marks checked"
    assert "not checked: 88000009: TSDR knows no such case" in done.err
    assert "GLOWMOTH" in "".join(path.read_text("utf-8") for path in second_day.database.parent.rglob("*.txt"))


def test_json_of_a_run_with_a_failure_is_one_object_and_nothing_else(second_day: Cli, tsdr: StubState) -> None:
    tsdr.missing = {"88000009"}
    done = second_day("run", "--json")
    value = told(done.out)
    assert (done.code, done.err, value["checked"]) == (3, "", 11)
    assert [one["serial_number"] for one in value["failed"]] == ["88000009"]


@pytest.mark.parametrize("more", [(), ("--json",), ("--source", "tsdr")])
def test_a_dry_run_stores_and_sends_nothing(second_day: Cli, more: tuple[str, ...]) -> None:
    second_day("outbox", "list")  # opens the database once, so that its side files are there
    before, around = dump(second_day.database), files(second_day.folder)
    done = second_day("run", "--dry-run", *more)
    assert done.code == 0
    assert "12" in done.out
    assert dump(second_day.database) == before
    assert files(second_day.folder) == around


def test_no_send_queues_and_the_next_run_delivers(second_day: Cli) -> None:
    value = told(second_day("run", "--no-send", "--json").out)
    assert (value["messages"]["queued"] > 0, value["messages"]["delivered"]) == (True, 0)
    assert not (second_day.database.parent / "outbox").exists()
    second_day.now = NOW + timedelta(minutes=5)
    after = told(second_day("run", "--json").out)
    assert after["messages"] == {"queued": 0, "delivered": value["messages"]["queued"], "failed": 0}


def test_a_source_is_chosen_by_name_and_an_unknown_one_is_exit_2(second_day: Cli, tsdr: StubState) -> None:
    asked = len(tsdr.requests)
    done = second_day("run", "--source", "odp")
    assert (done.code, len(tsdr.requests)) == (3, asked)
    wrong = second_day("run", "--source", "tsdrr")
    assert (wrong.code, wrong.out, len(wrong.err.splitlines())) == (2, "", 1)
    assert "--source" in wrong.err


def test_if_due_does_nothing_twice_in_one_night(second_day: Cli, tsdr: StubState) -> None:
    first = second_day("run", "--if-due")
    assert first.code == 0
    second_day.now = NOW + timedelta(minutes=10)
    asked = len(tsdr.requests)
    again = second_day("run", "--if-due")
    assert (again.code, again.out, len(tsdr.requests)) == (0, "nothing is due\n", asked)


def test_if_due_with_nothing_due_is_json_too(second_day: Cli) -> None:
    second_day("run", "--if-due")
    done = second_day("run", "--if-due", "--json")
    assert (done.code, told(done.out)["run_id"]) == (0, None)


@pytest.mark.parametrize("option", ["--as-of", "--since"])
def test_a_day_that_is_none_is_exit_2(second_day: Cli, option: str) -> None:
    done = second_day("run", option, "tomorrow")
    assert (done.code, done.out) == (2, "")
    assert f"{option} 'tomorrow' is no day" in done.err


# --- two at once


def test_two_processes_at_once_the_second_exits_75_and_harms_nothing(second_day: Cli, tsdr: StubState) -> None:
    settings = environ(second_day.folder, **second_day.environ)
    settings["XDG_DATA_HOME"] = str(second_day.folder / "data")
    command = [sys.executable, "-m", "tmwatch", "run", "--json"]
    asked, go_on = threading.Event(), threading.Event()
    second_day.now = datetime.now(UTC)  # the processes have the clock of the machine

    def hold(path: str) -> None:
        asked.set()
        go_on.wait(60)

    tsdr.before = hold
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=settings) as first:
        assert asked.wait(60)
        busy = subprocess.run(command, capture_output=True, text=True, env=settings, timeout=60, check=False)
        tsdr.before = None
        go_on.set()
        out, _ = first.communicate(timeout=60)
    assert (busy.returncode, busy.stdout, len(busy.stderr.splitlines())) == (75, "", 1)
    assert f"{first.pid}" in busy.stderr
    value = told(out.decode())
    assert (first.returncode, value["checked"]) == (0, 12)
    assert value["messages"]["delivered"] == value["messages"]["queued"] > 0
    assert told(second_day("run", "--json").out)["messages"]["queued"] == 0


# --- mail over SMTP


def frozen(path: Path) -> list[bytes]:
    """The frozen bytes in the outbox of a database."""
    connection = sqlite3.connect(path)
    rows = [bytes(row[0]) for row in connection.execute("SELECT raw FROM messages ORDER BY id")]
    connection.close()
    return rows


def test_smtp_that_is_down_keeps_the_messages_and_the_next_run_delivers_the_frozen_bytes(second_day: Cli) -> None:
    sender = {"TMWATCH_MAIL_SENDER": "watch@tmwatch.example"}
    second_day.now = NOW
    down = second_day("run", TMWATCH_MAIL_URL=f"smtp://127.0.0.1:{free_port()}", **sender)
    assert down.code == 3
    assert "12 of 12 marks checked" in down.out
    assert "owner@northpine.example: " in down.err
    assert "Traceback" not in down.err
    waiting = second_day("outbox", "list", "--waiting").out
    assert "deferred" in waiting
    second_day.now = NOW + timedelta(hours=1)
    desk = Desk()
    with smtp_server(desk) as port:
        up = second_day("run", TMWATCH_MAIL_URL=f"smtp://127.0.0.1:{port}", **sender)
    assert up.code == 0
    bodies = {envelope.content for envelope in desk.received if isinstance(envelope.content, bytes)}
    new = [raw for raw in frozen(second_day.database) if b"2026-11-23" in raw]
    assert bodies == {raw for raw in frozen(second_day.database) if raw in bodies}
    assert len(bodies) == len(new) > 0
    assert {envelope.mail_from for envelope in desk.received} == {"watch@tmwatch.example"}
    subjects = [message_from_bytes(raw)["Subject"] for raw in bodies]
    assert all(subjects)
    assert second_day("outbox", "list", "--waiting").out.count("\n") <= 1


# --- the dead-man's switch


@contextmanager
def monitor(status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """A monitor on loopback: gives its address and the requests it got, with their bodies."""
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            got.append(f"{self.command} {self.path} {body.decode()}".strip())
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/ping/abc", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def paths(got: list[str]) -> list[str]:
    """The paths asked, without the number of the run."""
    return [one.split(" ")[1].split("?")[0] for one in got]


def test_a_good_run_pings_start_and_success_with_one_run_number(second_day: Cli) -> None:
    with monitor() as (url, got):
        assert second_day("run", TMWATCH_HEARTBEAT_URL=url).code == 0
    assert paths(got) == ["/ping/abc/start", "/ping/abc"]
    assert len({one.split("rid=")[1] for one in got}) == 1


def test_an_incomplete_run_pings_failure_and_tells_no_mark(second_day: Cli, tsdr: StubState) -> None:
    tsdr.missing = {"88000009"}
    with monitor() as (url, got):
        assert second_day("run", TMWATCH_HEARTBEAT_URL=url).code == 3
    assert paths(got) == ["/ping/abc/start", "/ping/abc/fail"]
    assert not any(word in " ".join(got) for word in ("88000009", "FETCHFJORD", "Kestrel"))


@pytest.mark.parametrize("status", [500, 404])
def test_a_monitor_that_refuses_changes_no_exit_code(second_day: Cli, status: int) -> None:
    with monitor(status) as (url, got):
        done = second_day("run", TMWATCH_HEARTBEAT_URL=url)
    assert (done.code, len(got)) == (0, 2)


def test_a_monitor_that_is_gone_changes_no_exit_code(second_day: Cli, closed_port: str) -> None:
    assert second_day("run", TMWATCH_HEARTBEAT_URL=closed_port).code == 0


def test_a_dry_run_and_a_refused_key_ping_what_happened(second_day: Cli) -> None:
    with monitor() as (url, got):
        second_day("run", TMWATCH_HEARTBEAT_URL=url, TMWATCH_TSDR_API_KEY="wrong-key-0123456789")
    assert paths(got) == ["/ping/abc/start", "/ping/abc/fail"]
    with monitor() as (url, got):
        second_day("run", "--dry-run", TMWATCH_HEARTBEAT_URL=url)
    assert got == []  # nothing was done that a monitor should count


def test_a_pass_that_was_due_pings_and_nothing_due_does_not(second_day: Cli) -> None:
    with monitor() as (url, got):
        second_day("run", "--if-due", TMWATCH_HEARTBEAT_URL=url)
        assert paths(got) == ["/ping/abc/start", "/ping/abc"]
        second_day("run", "--if-due", TMWATCH_HEARTBEAT_URL=url)
    assert len(got) == 2
