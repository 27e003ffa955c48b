"""What users and the world do wrong: one clear line each, the right exit code, nothing raw on the terminal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Result
from tests.cli.test_check import told
from tests.cli.test_frame import environ
from tests.sources import golden
from tmwatch.cli import main
from tmwatch.cli.invocation import Invocation
from tmwatch.demo.stub import StubState

HOSTILE = (
    "<script>alert(1)</script>\r\n  findings    none\x1b[2J\x1b]0;owned\x07\u202eKRAM\u2066 "
    '=HYPERLINK("http://evil.example")\x9b31m\u200b'
)
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(
        b'<!ENTITY lol%d "%s">' % (level, b"&lol%s;" % (b"" if level == 1 else b"%d" % (level - 1)) * 10)
        for level in range(1, 10)
    )
    + b']><TrademarkTransaction xmlns="http://www.wipo.int/standards/XMLSchema/Trademark/1">&lol9;</TrademarkTransaction>'
)
EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<TrademarkTransaction xmlns="http://www.wipo.int/standards/XMLSchema/Trademark/1">&x;</TrademarkTransaction>'
)


def one_line(done: Result, code: int) -> str:
    """The only line of trouble; nothing else was printed."""
    assert (done.code, done.out) == (code, ""), done
    assert len(done.err.splitlines()) == 1, done.err
    assert done.err.startswith("tmwatch: ")
    assert "Traceback" not in done.err
    return done.err


# --- files


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><html><body>maintenance</body></html>", "it is a web page (perhaps a sign-in"),
        (b"%PDF-1.7\n1 0 obj", "it is a PDF"),
        (b"", "it is empty"),
        (b"   \n", "it is empty"),
        (b'{"a": 1}', "it is JSON but no TSDR case record"),
        (b'{"trademarks": [', "cannot be used"),
        (b"\x00\x01\x02", "a binary file"),
        (b"serial_number\n97123456\n", "neither JSON nor XML"),
        (BOMB, "cannot be used"),
        (EXTERNAL, "cannot be used"),
        (b"PK\x03\x04broken", "cannot be used"),
        (b"[" * 200_000, "neither JSON nor XML"),
        (b'{"trademarks":' + b"[" * 200_000, "cannot be used"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_file_of_the_wrong_kind_is_one_line_and_exit_2(cli: Cli, body: bytes, said: str, as_json: bool) -> None:
    cli.write("saved.dat", body)
    done = cli("check", "--file", "saved.dat", *(["--json"] if as_json else []))
    if as_json:
        assert (done.code, done.err) == (2, "")
        assert said in told(done.out)["failed"][0]["error"]
    else:
        assert said in one_line(done, 2)
        assert "saved.dat" in done.err


def test_an_entity_bomb_is_refused_before_it_grows(cli: Cli) -> None:
    cli.write("bomb.xml", BOMB)
    assert len(one_line(cli("check", "--file", "bomb.xml"), 2)) < 400
    cli.write("passwd.xml", EXTERNAL)
    assert "root:" not in cli("check", "--file", "passwd.xml").err


def test_a_record_of_ten_megabytes_is_read_and_fits_the_screen(cli: Cli) -> None:
    data = golden.info()
    event = data["trademarks"][0]["prosecutionHistory"][0]
    long = [{**event, "entryNumber": number, "entryDesc": "X" * 2000} for number in range(1, 5200)]
    data["trademarks"][0]["prosecutionHistory"] = long
    cli.write("big.json", json.dumps(data))
    assert (cli.folder / "big.json").stat().st_size > 10_000_000
    done = cli("check", "--file", "big.json", "--min-severity", "critical")
    assert (done.code, done.err) == (0, "")
    assert len(done.out) < 40_000


def hostile_file(cli: Cli) -> str:
    """Write a record whose every free text is hostile; return its name."""
    data = golden.info()
    mark = data["trademarks"][0]
    mark["status"]["markElement"] = HOSTILE
    mark["status"]["extStatusDesc"] = HOSTILE
    mark["status"]["correspondence"]["attorneyName"] = HOSTILE
    mark["status"]["correspondence"]["individualFullName"] = HOSTILE
    for group in mark["parties"]["ownerGroups"].values():
        for owner in group:
            owner["name"] = HOSTILE
    for entry in mark["prosecutionHistory"]:
        entry["entryDesc"] = HOSTILE
    cli.write("hostile.json", json.dumps(data))
    return "hostile.json"


def test_hostile_text_reaches_no_terminal_raw_and_forges_no_line(cli: Cli) -> None:
    done = cli("check", "--file", hostile_file(cli))
    assert "<script>alert(1)</script>" in done.out
    harmful = [char for char in done.out + done.err if char in "\x1b\x07\r\x9b\u202e\u2066\u200b"]
    assert harmful == []
    assert not any(line.startswith("  findings    none") for line in done.lines)


def test_hostile_text_in_json_is_escaped_and_whole(cli: Cli) -> None:
    done = cli("check", "--json", "--file", hostile_file(cli))
    (mark,) = told(done.out)["marks"]
    assert "<script>alert(1)</script>" in mark["mark"]
    assert "\x1b" not in done.out
    assert "\r" not in done.out


def test_a_hostile_file_name_or_query_is_shown_harmless(cli: Cli) -> None:
    name = "x\x1b[2J\u202ename.json"
    for args in (("--file", name), ("12\x1b[31m\r\n34",), ("88000001", "--as-of", "\x1b[2J")):
        done = cli("check", *args)
        assert done.code == 2
        assert "\x1b" not in done.err
        assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("a.csv", b"foo,bar\n1,2\n", "serial_number"),
        ("b.csv", b"serial_number,client,emails\n123,Acme,a@example.com\n", "123"),
        ("c.csv", b"serial_number,client\n88000001,Acme\n88000001,Acme\n", "row"),
        ("d.csv", b"\x81\x20\xff,\xfe\n", "d.csv"),
        ("e.csv", b"", "e.csv"),
        ("f.csv", b"<!DOCTYPE html><html></html>", "f.csv"),
    ],
)
def test_a_bad_portfolio_is_named_and_exit_2_and_imports_nothing(ready: Cli, name: str, body: bytes, said: str) -> None:
    ready.write(name, body)
    done = ready("portfolio", "import", name)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert len(ready("portfolio", "list").lines) <= 1


# --- configuration and database


@pytest.mark.parametrize("command", [("run",), ("check", "88000001"), ("schedule", "--once"), ("digest", "preview")])
def test_an_unknown_setting_names_the_nearest_known_one(cli: Cli, command: tuple[str, ...]) -> None:
    cli.write("tmwatch.toml", "[tsdr]\nbach_size = 5\n")
    assert "unknown setting tsdr.bach_size; did you mean tsdr.batch_size?" in one_line(cli(*command), 2)


@pytest.mark.parametrize(
    "command",
    [
        ("run",),
        ("run", "--dry-run"),
        ("schedule", "--once"),
        ("digest", "preview"),
        ("runs",),
        ("outbox", "list"),
        ("outbox", "release"),
    ],
)
def test_without_a_database_the_command_to_run_is_said(cli: Cli, command: tuple[str, ...]) -> None:
    done = cli(*command)
    assert done.code == 2
    assert "run: tmwatch db upgrade" in done.err


def newer(cli: Cli) -> None:
    """Make the database that of a program of the future."""
    with sqlite3.connect(cli.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '20990101_future'")
    connection.close()


@pytest.mark.parametrize(
    "command", [("run",), ("check", "88000001"), ("check", "--offline", "88000001"), ("runs",), ("outbox", "list")]
)
def test_a_database_of_a_newer_version_is_exit_2_with_what_to_run(ready: Cli, command: tuple[str, ...]) -> None:
    newer(ready)
    said = one_line(ready(*command), 2)
    assert "of a newer tmwatch" in said
    assert "pip install --upgrade tmwatch" in said


def test_a_file_is_read_whatever_the_database_is(ready: Cli) -> None:
    newer(ready)
    ready.write("case.json", golden.read("registered-info.json"))
    done = ready("check", "--file", "case.json", "--min-severity", "critical")
    assert done.code == 0
    assert done.err.startswith("warning: the database")


def test_a_damaged_database_is_named_and_tsdr_still_answers(ready: Cli, tsdr: StubState) -> None:
    ready.database.write_bytes(b"this is no database at all" * 200)
    done = ready("check", "88000004")
    assert done.code == 3
    assert "GLOWMOTH" in done.out
    assert "is no SQLite database" in done.err


# --- a disk that may not be written: a read-only mount, for root may write where modes say no


@pytest.fixture
def read_only(watching: Cli) -> tuple[list[str], dict[str, str]]:
    """How to run a command with the data folder mounted read-only, and its environment."""
    data = watching.folder / "data"
    inside = f'mount --bind "{data}" "{data}" && mount -o remount,bind,ro "{data}" && exec "$@"'
    command = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", inside, "sh"]
    if shutil.which("unshare") is None or subprocess.run([*command, "true"], capture_output=True).returncode:
        pytest.skip("NOT TESTED: this machine lets nobody mount a read-only folder")
    settings = environ(watching.folder, **watching.environ)
    settings["XDG_DATA_HOME"] = str(data)
    return [*command, sys.executable, "-m", "tmwatch"], settings


def run(setup: tuple[list[str], dict[str, str]], *args: str) -> subprocess.CompletedProcess[str]:
    """Run one command line with the read-only data folder."""
    command, settings = setup
    return subprocess.run(
        [*command, *args], env=settings, cwd=settings["XDG_CONFIG_HOME"], capture_output=True, text=True, timeout=60
    )


def test_a_run_on_a_read_only_disk_is_one_line_and_exit_3(read_only: tuple[list[str], dict[str, str]]) -> None:
    done = run(read_only, "run")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (3, "", 1)
    assert "read-only" in done.stderr or "cannot be opened" in done.stderr


def test_a_look_up_on_a_read_only_disk_shows_what_tsdr_says(read_only: tuple[list[str], dict[str, str]]) -> None:
    done = run(read_only, "check", "88000004")
    assert "GLOWMOTH" in done.stdout
    assert "Traceback" not in done.stderr
    assert "read-only" in done.stderr or "cannot be opened" in done.stderr


# --- the key, and how it never shows


@pytest.mark.parametrize("command", [("run",), ("run", "--json"), ("check", "88000004"), ("-v", "run")])
def test_a_refused_key_names_the_key_and_never_shows_it(watching: Cli, command: tuple[str, ...]) -> None:
    done = watching(*command, TMWATCH_TSDR_API_KEY="CANARY-0123456789-wrong")
    assert done.code == 3
    assert "CANARY" not in done.out + done.err
    assert "TSDR" in done.out + done.err


def test_a_run_without_a_key_says_so_and_exits_3(ready: Cli) -> None:
    ready.write("p.csv", "serial_number,client,emails\n88000001,Acme,a@example.com\n")
    assert ready("portfolio", "import", "p.csv").code == 0
    done = ready("run")
    assert done.code == 3
    assert "no key" in done.err


# --- how it ends


def waiting_process(folder: Path, listener: socket.socket, *args: str) -> subprocess.Popen[bytes]:
    """Start a command that asks a server which never answers."""
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    asking = environ(folder, TMWATCH_TSDR_API_KEY="abcdefgh", TMWATCH_TSDR_BASE_URL=url)
    command = [sys.executable, "-m", "tmwatch", *args]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=asking, cwd=folder)


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT between processes on Windows")
def test_ctrl_c_while_tsdr_is_asked_is_quiet_and_130(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        with waiting_process(tmp_path, silent, "check", "88000001") as process:
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                out, error = process.communicate(timeout=60)
    assert (process.returncode, out, error) == (130, b"", b"")


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise on Windows")
def test_a_reader_that_goes_away_while_a_mark_is_printed_is_141(watching: Cli) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    settings = environ(watching.folder)
    settings["XDG_DATA_HOME"] = str(watching.folder / "data")
    command = [sys.executable, "-m", "tmwatch", "check", "--offline", "88000004"]
    done = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, env=settings, cwd=watching.folder, timeout=60, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize("verbose", [False, True])
def test_a_bug_is_70_with_a_line_to_report_and_no_secret(watching: Cli, verbose: bool) -> None:
    def broken() -> datetime:
        raise LookupError("CANARY-0123456789")

    user = {"XDG_DATA_HOME": str(watching.folder / "data"), "XDG_CONFIG_HOME": str(watching.folder)}
    call = Invocation({**user, "TMWATCH_TSDR_API_KEY": "CANARY-0123456789"}, watching.folder, broken)
    code = main([*(["-v"] if verbose else []), "check", "--offline", "88000004"], call)
    out, error = watching.capture.readouterr()
    assert (code, out) == (70, "")
    assert "tmwatch: internal error: LookupError at test_bad_input.py:" in error
    assert "please report this line" in error
    assert "CANARY" not in error
    assert ("Traceback" in error) is verbose
