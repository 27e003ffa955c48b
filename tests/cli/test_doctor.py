"""`tmwatch doctor` against real servers and databases, whole and broken: one line each, and the right exit code."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import trustme
from sqlalchemy import Connection

from tests.channels.servers import PASSWORD, USER, Desk, free_port, server_context, smtp_server
from tests.cli.conftest import NOW, Cli, Result
from tests.sources.loopback import Loopback, record, reply, running
from tmwatch.cli.doctor_checks import clock
from tmwatch.store import documents, health, open_engine, runs

GOLDEN = Path(__file__).parents[1] / "sources" / "golden" / "registered-info.json"
ASKED = "/ts/cd/casestatus/sn97123456/info.json"
KEY = "CANARY-tsdr-key-0123456789"
SENDER = {"TMWATCH_MAIL_SENDER": "watch@tmwatch.example"}


def line(done: Result, subject: str) -> str:
    """Return the one line about a subject, without its padding."""
    found = [" ".join(one.split()) for one in done.lines if one[6:].startswith(subject)]
    assert len(found) == 1, done.out
    return found[0]


def with_key(server: Loopback, key: str = KEY) -> dict[str, str]:
    return {"TMWATCH_TSDR_API_KEY": key, "TMWATCH_TSDR_BASE_URL": server.url}


@contextmanager
def writing(cli: Cli) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{cli.database}")
    with engine.begin() as conn:
        yield conn
    engine.dispose()


def test_a_fresh_installation_is_not_ill_but_told_what_is_missing(ready: Cli) -> None:
    done = ready("doctor")
    assert (done.code, done.err) == (0, "")
    words = [one.split()[0] for one in done.lines]
    assert words[:-1] == ["ok", "ok", "warn", "ok", "ok", "ok", "ok", "warn", "warn"]
    assert line(done, "configuration").startswith("ok configuration no file, the defaults and the environment count")
    assert line(done, "TSDR key").startswith(
        "warn TSDR key not set: get one free of charge at https://account.uspto.gov/"
    )
    assert line(done, "portfolio") == "warn portfolio empty; fill it with: tmwatch portfolio import FILE"
    assert line(done, "last run") == "warn last run none yet; start one with: tmwatch run"
    assert line(done, "clock").startswith("ok clock 2026-11-23 13:00 UTC, 08:00 in New York, digests at 08:00")


def test_nothing_is_sent_and_nothing_is_written(ready: Cli) -> None:
    before = ready.database.read_bytes()
    desk = Desk()
    with smtp_server(desk) as port:
        done = ready("doctor", TMWATCH_MAIL_URL=f"smtp://127.0.0.1:{port}", **SENDER)
    assert line(done, "mail") == f"ok mail 127.0.0.1:{port} answers"
    assert desk.received == []
    assert ready.database.read_bytes() == before
    assert not (ready.database.parent / "outbox").exists()


def test_everything_broken_at_once_still_gives_every_line(cli: Cli) -> None:
    cli.write("file", "x")
    done = cli(
        "doctor",
        TMWATCH_DATABASE_URL="sqlite:///file/tm.db",
        TMWATCH_TSDR_API_KEY=KEY,
        TMWATCH_TSDR_BASE_URL=f"http://127.0.0.1:{free_port()}",
        TMWATCH_MAIL_URL=f"smtp://127.0.0.1:{free_port()}",
        **SENDER,
    )
    assert done.code == 2
    assert [one[6:].split("  ")[0] for one in done.lines] == [
        "configuration",
        "database",
        "TSDR key",
        "ODP key",
        "mail",
        "clock",
        "disk",
        "the store",
    ]
    assert line(done, "TSDR key").startswith("fail TSDR key no connection to 127.0.0.1 (refused)")
    assert line(done, "mail").startswith("fail mail Mail server 127.0.0.1")
    assert (KEY in done.out, "Traceback" in done.err) == (False, False)


def test_a_wrong_configuration_is_named_line_by_line_and_the_clock_still_looked_at(cli: Cli) -> None:
    done = cli("doctor", TMWATCH_LOG_LEVEL="loud", TMWATCH_DIGEST_LANGUAGE="fr")
    assert done.code == 2
    assert [one.split()[:2] for one in done.lines] == [
        ["fail", "configuration"],
        ["fail", "configuration"],
        ["ok", "clock"],
        ["warn", "the"],
    ]


def test_warnings_of_the_settings_have_a_line(ready: Cli) -> None:
    done = ready("doctor", TMWATCH_DIGEST_SEND_AT="02:30")
    assert "warn  configuration  digest.send_at: 02:30 in America/New_York" in done.out


def test_a_key_that_tsdr_takes_is_ok_and_is_sent_to_tsdr_alone_once(ready: Cli) -> None:
    mark = json.loads(GOLDEN.read_text("utf-8"))["trademarks"][0]
    mark["status"]["serialNumber"] = 97123456
    for answer in (record(mark), reply(404, b'{"message":"not found"}')):
        with running({ASKED: [answer]}) as server:
            done = ready("doctor", **with_key(server))
        assert (done.code, line(done, "TSDR key")) == (0, f"ok TSDR key accepted by {server.url}")
        assert [asked.headers["uspto-api-key"] for asked in server.asked] == [KEY]
        assert KEY not in done.out + done.err


@pytest.mark.parametrize(
    ("status", "body", "words", "code"),
    [
        (401, b"no", "TSDR did not take the key in tsdr.api_key (401): it is missing, mistyped or inactive", 3),
        (403, b"no", "TSDR refuses the key in tsdr.api_key or its account (403)", 3),
        (404, b"BACKEND RESPONSE STATUS: 404", "probably it is the Open Data Portal key, which is another one", 3),
        (503, b"down", "TSDR is in trouble (HTTP 503)", 3),
        (200, b"<html>maintenance</html>", "TSDR answered with a web page, perhaps for maintenance", 3),
    ],
)
def test_a_key_that_is_refused_says_which_key_it_is(
    ready: Cli, status: int, body: bytes, words: str, code: int
) -> None:
    with running({ASKED: [reply(status, body)]}) as server:
        done = ready("doctor", **with_key(server))
    assert done.code == code
    assert line(done, "TSDR key").startswith("fail TSDR key ")
    assert words in line(done, "TSDR key")
    assert KEY not in done.out + done.err


def test_one_key_for_two_services_is_a_mistake_found_without_asking(ready: Cli) -> None:
    with running() as server:
        done = ready("doctor", TMWATCH_ODP_API_KEY=KEY, **with_key(server))
    assert done.code == 2
    assert line(done, "TSDR key").startswith("fail TSDR key is the same as odp.api_key")
    assert server.asked == []
    assert line(done, "ODP key") == "ok ODP key set; it is first used when a daily file is fetched"


@pytest.mark.parametrize(("password", "good"), [(PASSWORD, True), ("CANARY-wrong", False)])
def test_the_mail_login_is_tried(ready: Cli, tmp_path: Path, password: str, good: bool) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = server_context(authority.issue_cert("127.0.0.1"))
    secret = password.replace("/", "%2F").replace(":", "%3A")
    with smtp_server(Desk(), ssl_context=context, auth_require_tls=False) as port:
        url = f"smtps://{USER.replace('@', '%40')}:{secret}@127.0.0.1:{port}"
        done = ready("doctor", TMWATCH_MAIL_URL=url, TMWATCH_HTTP_CA_FILE="ca.pem", **SENDER)
    assert done.code == (0 if good else 3)
    if good:
        assert line(done, "mail") == f"ok mail 127.0.0.1:{port} answers and takes the login"
    else:
        assert "check user and password in mail.url" in line(done, "mail")
    assert password not in done.out + done.err
    assert secret not in done.out + done.err


def test_an_outbox_where_a_file_is_in_the_way_is_the_users_to_mend(ready: Cli) -> None:
    path = ready.write("out", "a file")
    done = ready("doctor", TMWATCH_MAIL_URL=f"file:{path}/below")
    assert (done.code, line(done, "mail")[:10]) == (2, "fail mail ")


def test_a_database_of_another_program_an_old_one_and_none_are_told_apart(cli: Cli) -> None:
    assert "run: tmwatch db upgrade" in line(cli("doctor"), "database")
    cli("db", "upgrade")
    with sqlite3.connect(cli.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '20990101_future'")
    connection.close()
    done = cli("doctor")
    assert (done.code, "of a newer tmwatch" in line(done, "database")) == (2, True)
    cli.database.write_bytes(b"this is no database at all" * 100)
    done = cli("doctor")
    assert (done.code, "is no SQLite database" in line(done, "database")) == (3, True)


def test_the_portfolio_is_counted_and_clients_nobody_can_reach_are_named(ready: Cli) -> None:
    ready.write("p.csv", "serial_number,client,emails\n88000001,A,a@b.example\n88000001,B,\n88000002,A,\n")
    ready("portfolio", "import", "p.csv")
    done = ready("doctor")
    assert "ok    portfolio      2 marks of 2 clients" in done.lines
    assert "warn  portfolio      1 client without e-mail address: B" in done.lines


@pytest.mark.parametrize(
    ("ago", "state", "watched", "word", "end"),
    [
        (timedelta(hours=5), "done", 12, "ok", "done, 12 of 12 marks checked"),
        (timedelta(hours=5), "incomplete", 12, "warn", "incomplete, 12 of 12 marks checked; see: tmwatch runs"),
        (timedelta(hours=37), "done", 12, "warn", "done, 12 of 12 marks checked; that is more than 36 hours ago"),
        (timedelta(hours=-5), "done", None, "warn", "done; that lies in the future: the clock was changed"),
    ],
)
def test_the_last_run_is_told(ready: Cli, ago: timedelta, state: str, watched: int | None, word: str, end: str) -> None:
    with writing(ready) as conn:
        run_id = runs.start_run(conn, "run", NOW - ago)
        runs.finish_run(conn, run_id, NOW - ago, state=state, watched=watched, checked=watched)
    done = ready("doctor")
    assert done.code == 0
    assert line(done, "last run") == f"{word} last run {NOW - ago:%Y-%m-%d %H:%M} UTC {end}"


@pytest.mark.parametrize(
    ("answered", "failed", "expected"),
    [
        (timedelta(hours=1), None, "ok source tsdr last answer 2026-11-23 12:00 UTC, data of 2026-11-23 11:00 UTC"),
        (
            timedelta(days=4),
            None,
            "warn source tsdr last answer 2026-11-19 13:00 UTC, data of 2026-11-19 12:00 UTC; old",
        ),
        (None, timedelta(hours=1), "warn source tsdr failed 2026-11-23 12:00 UTC: HTTP 503 [31m; last answer never"),
        (timedelta(0), timedelta(1), "ok source tsdr last answer 2026-11-23 13:00 UTC, data of 2026-11-23 12:00 UTC"),
    ],
)
def test_sources_are_told_with_their_age_and_last_failure(
    ready: Cli, answered: timedelta | None, failed: timedelta | None, expected: str
) -> None:
    with writing(ready) as conn:
        if failed:
            health.note_failure(conn, "tsdr", NOW - failed, "HTTP 503 \x1b[31m")
        if answered is not None:
            health.note_ok(conn, "tsdr", NOW - answered, NOW - answered - timedelta(hours=1))
    assert line(ready("doctor"), "source tsdr") == expected


def test_an_old_list_of_orders_is_warned_about(ready: Cli) -> None:
    assert line(ready("doctor", TMWATCH_ORDERS_STALE_DAYS="3650"), "orders").startswith("ok orders ")
    ready.now += timedelta(days=3650)
    assert "that is old: bring newer ones in with: tmwatch orders import" in line(ready("doctor"), "orders")


@pytest.mark.parametrize(("year", "word"), [(1970, "fail"), (2025, "fail"), (2026, "ok"), (2099, "ok"), (2100, "fail")])
def test_a_clock_that_cannot_be_right_is_a_failure(ready: Cli, year: int, word: str) -> None:
    moment = datetime(year, 11, 23, 13, 0, tzinfo=NOW.tzinfo)
    assert [(one.word, one.code) for one in clock(None, moment)] == [(word, 0 if word == "ok" else 2)]


def test_a_bulk_record_that_could_not_be_read_is_named_and_its_bytes_can_be_had(ready: Cli) -> None:
    engine = open_engine(f"sqlite:///{ready.database}")
    with engine.begin() as conn:
        documents.set_aside(
            conn,
            source="daily files",
            origin="apc261123.zip",
            body=b"<case-file>broken",
            reason="not well formed",
            at=NOW,
            serial="97123456",
        )
    engine.dispose()
    told = ready("doctor").out
    assert "97123456 of apc261123.zip: not well formed" in told
    assert ready("doctor", "--set-aside", "odd").code == 0
    assert [path.read_bytes() for path in (ready.folder / "odd").iterdir()] == [b"<case-file>broken"]
