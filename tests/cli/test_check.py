"""`tmwatch check`: where it looks, what it shows, what it prints as JSON, and how it exits when something fails."""

from __future__ import annotations

import json
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import NOW, Cli
from tests.sources import golden
from tmwatch.demo import corpus
from tmwatch.demo.cases import info_json
from tmwatch.demo.stub import StubState
from tmwatch.sanctions import Order
from tmwatch.store import open_engine, orders

# The keys of the design's section 8; a list holds the shape of each of its entries.
MARK_SHAPE: dict[str, Any] = {
    "serial_number": str,
    "registration_number": str,
    "mark": str,
    "standing": str,
    "status": {"code": int, "text": str, "date": str},
    "filing_date": str,
    "registration_date": str,
    "abandonment_date": str,
    "cancellation_date": str,
    "owner": {"name": str, "country": str},
    "attorney_of_record": str,
    "correspondent": {"name": str, "firm": str, "emails": [str]},
    "classes": [str],
    "sanctions": {
        "stage": str,
        "steps": [{"stage": str, "date": str, "event": str, "text": str}],
        "orders": [{"order_id": str, "type": str, "date": str, "page": int, "reviewed": bool}],
    },
    "agent_matches": [
        {
            "tier": int,
            "strength": float,
            "what": str,
            "value": str,
            "order_id": str,
            "historical": bool,
            "why": str,
        }
    ],
    "parties": [
        {
            "role": str,
            "name": str,
            "firm": str,
            "email": str,
            "first_seen": str,
            "last_seen": str,
            "source": str,
        }
    ],
    "deadlines": [{"kind": str, "state": str, "opens": str, "due": str, "grace_ends": str, "citation": str}],
    "findings": [
        {
            "rule": str,
            "severity": str,
            "title": str,
            "evidence": str,
            "action": str,
            "deadline": str,
            "citation": str,
        }
    ],
    "risk": str,
    "source": {"name": str, "as_of": str, "url": str},
}
SHAPE = {"generated_at": str, "as_of": str, "marks": [MARK_SHAPE], "failed": [{"query": str, "error": str}]}


def assert_shape(value: Any, shape: Any, place: str = "") -> None:
    """No key absent, none too many; a value is of its kind or null."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), place
        assert value.keys() == shape.keys(), place
        for key, inner in shape.items():
            assert_shape(value[key], inner, f"{place}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), place
        for one in value:
            assert_shape(one, shape[0], f"{place}[]")
    else:
        assert value is None or isinstance(value, shape), f"{place}: {value!r}"


def told(done_out: str) -> dict[str, Any]:
    """Read the one JSON object that a command printed."""
    value = json.loads(done_out)
    assert_shape(value, SHAPE)
    return dict(value)


@pytest.fixture
def second_day(watching: Cli, tsdr: StubState) -> Cli:
    """The portfolio watched since the day before; TSDR serves the second day."""
    tsdr.cases = {serial: info_json(case) for serial, case in corpus.days(NOW.date()).second.items()}
    return watching


# --- what is shown


def test_one_screen_says_what_a_paralegal_asks(second_day: Cli) -> None:
    done = second_day("check", "88000004")
    assert (done.code, done.err) == (1, "")
    facts = dict(line[2:].split(maxsplit=1) for line in done.lines if line[:2] == "  " and line[2] != " ")
    assert done.lines[0] == "GLOWMOTH (serial 88000004, registration 7100004)"
    assert facts["standing"] == "DEAD; risk critical"
    assert facts["status"] == "610 of 2026-11-23: Terminated after sanctions."
    assert facts["owner"] == "LUMENHAUS LIGHTING LTD. (CN)"
    assert facts["attorney"] == "Harriet Vale"
    assert facts["correspondent"] == "Harriet Vale, Vale & Finch PLLC"
    assert facts["e-mails"] == "docket@valefinch.example"
    assert facts["classes"] == "009"
    assert facts["sanctions"].startswith("terminated, since 2026-11-23")
    assert facts["source"].startswith("TSDR as of 2026-11-23 13:00 UTC (http://127.0.0.1:")
    for said in ("ORDER FOR SANCTIONS (KOFS/O)", "CRITICAL S19 Sanctions stage 4: terminated", "director petition"):
        assert said in done.out
    assert "by     2027-01-25" in done.out


def test_the_stored_record_says_when_tsdr_told_it_and_asks_nobody(watching: Cli, tsdr: StubState) -> None:
    asked = len(tsdr.requests)
    done = watching("check", "--offline", "rn7100004", "--min-severity", "critical")
    assert (done.code, done.err) == (0, "")
    assert "source         stored record of TSDR as of 2026-11-22 13:00 UTC" in done.out
    assert "sn?ids=88000001,88000002,... 12 numbers)" in done.out
    assert len(tsdr.requests) == asked


def test_an_order_imported_into_the_database_counts_for_a_file_too(watching: Cli) -> None:
    engine = open_engine(f"sqlite:///{watching.database}")
    with engine.begin() as conn:
        orders.save_order(conn, Order("TEST-ORDER", "2026-11-01", "show_cause"), NOW)
        one = orders.OrderList("TEST-ORDER", "list.csv", "ab" * 32, "csv", found_count=1)
        orders.save_list(conn, one, [orders.OrderNumber("87000001", "serial", 2, "csv")], NOW)
    engine.dispose()
    path = watching.write("case.json", golden.read("registered-info.json"))
    done = watching("check", "--file", str(path))
    assert "named in       order TEST-ORDER of 2026-11-01 (show cause, page 2); this list was not reviewed" in done.out


def test_a_file_needs_neither_key_nor_database_nor_network(cli: Cli) -> None:
    cli.write("case.json", golden.read("registered-info.json"))
    done = cli("check", "--file", "case.json", "--min-severity", "critical")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].endswith("(serial 87000001, registration 6999998)") or "serial 87" in done.lines[0]
    assert "source         the file as of" in done.out
    assert not cli.database.exists()


@pytest.mark.parametrize("query", ["88000004", "88/000,004", " 88000004 ", "rn7100004", "RN7,100,004", "7100004"])
def test_a_mark_is_named_in_every_usual_way_and_looked_up_once(watching: Cli, query: str) -> None:
    marks = told(watching("check", "--json", "--offline", query, "88000004").out)["marks"]
    assert [mark["serial_number"] for mark in marks] == ["88000004"]


# --- JSON


def test_json_holds_every_key_of_the_design_for_marks_of_all_kinds(second_day: Cli) -> None:
    serials = [f"880000{number:02}" for number in range(1, 13)]
    value = told(second_day("check", "--json", *serials).out)
    assert [mark["serial_number"] for mark in value["marks"]] == serials
    assert (value["generated_at"], value["as_of"]) == ("2026-11-23T13:00:00Z", "2026-11-23")
    stages = {mark["serial_number"]: mark["sanctions"]["stage"] for mark in value["marks"]}
    assert (stages["88000003"], stages["88000004"], stages["88000005"]) == ("under_review", "terminated", None)
    assert {mark["source"]["name"] for mark in value["marks"]} == {"tsdr"}


def test_json_of_a_stored_mark_names_the_store(watching: Cli) -> None:
    (mark,) = told(watching("check", "--json", "--offline", "88000001").out)["marks"]
    assert (mark["source"]["name"], mark["source"]["as_of"]) == ("store", "2026-11-22T13:00:00Z")


@pytest.mark.parametrize(
    ("args", "code", "query", "error"),
    [
        (("88000001", "--as-of", "soon"), 2, "88000001", "--as-of 'soon' is no day"),
        (("88000001", "--min-severity", "awful"), 2, "88000001", "--min-severity: 'awful' is no severity"),
        (("123",), 2, "123", "write a serial number as 97123456"),
        ((), 2, "", "nothing to look up"),
        (("--file", "gone.json"), 2, "gone.json", "gone.json cannot be read: No such file or directory"),
        (("88000077", "--offline"), 3, "88000077", "it is not stored here"),
    ],
)
def test_json_is_one_object_and_nothing_else_even_when_all_fails(
    ready: Cli, args: tuple[str, ...], code: int, query: str, error: str
) -> None:
    done = ready("check", "--json", *args)
    value = told(done.out)
    assert (done.code, done.err, value["marks"]) == (code, "", [])
    assert [one["query"] for one in value["failed"]] == [query]
    assert error in value["failed"][0]["error"]


def test_json_of_a_wrong_configuration_is_an_object_too(cli: Cli) -> None:
    done = cli("check", "--json", "88000001", TMWATCH_TSDR_APIKEY="x")
    assert (done.code, done.err) == (2, "")
    assert "did you mean TMWATCH_TSDR_API_KEY" in told(done.out)["failed"][0]["error"]


# --- exit codes


def test_findings_at_the_threshold_are_exit_1_and_below_it_0_and_all_are_shown(second_day: Cli) -> None:
    done = second_day("check", "88000003")  # HIGH at worst
    assert done.code == 1
    assert second_day("check", "88000003", "--min-severity", "high").code == 1
    quiet = second_day("check", "88000003", "--min-severity", "Critical")
    assert (quiet.code, quiet.out) == (0, done.out)


def test_one_failure_among_many_is_named_and_exit_3_and_the_others_are_shown(second_day: Cli, tsdr: StubState) -> None:
    tsdr.missing.add("88000077")
    done = second_day("check", "88000004", "88000077", "88000001")
    assert done.code == 3
    assert [line for line in done.lines if line.startswith(("GLOWMOTH", "NORTHPINE"))]
    assert done.err == "tmwatch: 88000077: TSDR knows no such case, or it is not public (404)\n"


def test_a_malformed_query_is_2_before_3_before_1_and_hides_no_answer(second_day: Cli, tsdr: StubState) -> None:
    tsdr.missing.add("88000077")
    done = second_day("check", "88000004", "88000077", "12\x1b[2J34")
    assert done.code == 2
    assert "GLOWMOTH" in done.out
    assert len(done.err.splitlines()) == 2
    assert "\x1b" not in done.err


# --- no key, wrong key, no network


def test_without_a_key_two_lines_say_how_to_get_one_and_what_to_do_without(ready: Cli) -> None:
    done = ready("check", "97123456", "97123457")
    assert (done.code, done.out) == (3, "")
    first, second = done.err.splitlines()
    assert first.startswith("tmwatch: 97123456, 97123457: no TSDR key. A free key: https://account.uspto.gov/api-mana")
    assert "https://tsdr.uspto.gov" in second
    assert second.endswith("tmwatch check --file PATH")


def test_a_wrong_key_is_one_line_that_says_which_and_never_shows_it(ready: Cli, tsdr: StubState) -> None:
    done = ready("check", "88000004", TMWATCH_TSDR_API_KEY="CANARY-wrong-key")
    assert (done.code, done.out, len(done.err.splitlines())) == (3, "", 1)
    assert "TSDR" in done.err
    assert "key" in done.err
    assert "CANARY" not in done.err


def test_a_key_of_the_other_portal_is_told_apart(ready: Cli) -> None:
    from tests.sources import loopback

    refusal = loopback.reply(404, b"BACKEND RESPONSE STATUS: 404", "text/plain")
    with loopback.running(default=refusal) as server:
        done = ready("check", "88000004", TMWATCH_TSDR_BASE_URL=server.url, TMWATCH_TSDR_API_KEY="an-odp-key-it-is")
    assert (done.code, done.out, len(done.err.splitlines())) == (3, "", 1)
    assert "ODP" in done.err or "Open Data" in done.err


def test_no_network_shows_the_stored_record_names_the_failure_and_exits_3(watching: Cli, closed_port: str) -> None:
    done = watching("check", "88000004", TMWATCH_TSDR_BASE_URL=closed_port)
    assert done.code == 3
    assert "stored record of TSDR as of 2026-11-22" in done.out
    assert done.err.splitlines()[-1].startswith("tmwatch: 88000004: no connection to 127.0.0.1")
    assert "Traceback" not in done.err


def test_no_network_and_nothing_stored_is_one_failure(ready: Cli, closed_port: str) -> None:
    done = ready(
        "check", "--json", "88000004", TMWATCH_TSDR_BASE_URL=closed_port, TMWATCH_TSDR_API_KEY="abcdefgh-abcdefgh"
    )
    value = told(done.out)
    assert (done.code, value["marks"], len(value["failed"])) == (3, [], 1)
    assert max(ready.waits) < 60


# --- the day


def test_as_of_moves_deadlines_and_not_the_record(watching: Cli) -> None:
    (now,) = told(watching("check", "--json", "--offline", "88000004").out)["marks"]
    later = (NOW + timedelta(days=3 * 366)).date().isoformat()
    value = told(watching("check", "--json", "--offline", "88000004", "--as-of", later).out)
    assert value["as_of"] == later
    assert value["marks"][0]["status"] == now["status"]
    assert value["marks"][0]["findings"] != now["findings"]


# --- it stores nothing but the raw answer


def test_a_look_up_keeps_the_answer_and_writes_no_mark_change_or_finding(second_day: Cli) -> None:
    def counts() -> dict[str, int]:
        with sqlite3.connect(second_day.database) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            found = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
        connection.close()
        return found

    before = counts()
    second_day("check", "88000004")
    after = counts()
    grown = {name for name in after if after[name] != before[name]}
    assert {"documents", "document_marks"} <= grown <= {"documents", "document_marks", "pace"}


# --- the real files beside the repository: facts read by eye from each file

REAL = {
    "patent-dev__uspto-odp__get_trademark_status__response.json": (
        "97123456", None, 602, "2023-03-22", "dead", "2021-11-13", None, "2023-03-08", ["009"], 1,
    ),
    "patent-dev__uspto-odp__get_trademark_multi_status__response.json": (
        "97123456", None, 602, "2023-03-22", "dead", "2021-11-13", None, "2023-03-08", ["009"], 1,
    ),
    "codingatty__Plumage-dotnet__sn76044902-ST96.xml": (
        "76044902", "2824281", 800, "2014-02-10", "live_registered", "2000-05-09", "2004-03-23", None,
        ["009", "042"], 1,
    ),
    "codingatty__Plumage__rn2178784-ST96.xml": (
        "74631225", "2178784", 800, "2008-08-11", "live_registered", "1995-02-07", "1998-08-04", None, ["009"], 1,
    ),
    "codingatty__Plumage__rn2713476-ST96.xml": (
        "78002299", "2713476", 800, "2013-03-23", "live_registered", "2000-04-03", "2003-05-06", None, ["009"], 1,
    ),
    "codingatty__Plumage__rn3886986-ST96.xml": (
        "77658723", "3886986", 702, "2016-06-15", "live_registered", "2009-01-28", "2010-12-07", None,
        ["041", "016"], 1,
    ),
}  # fmt: skip
NO_CASE = {
    "patent-dev__uspto-odp__get_trademark_documents__response.xml": "a list of documents, not a case record",
    "patent-dev__uspto-odp__get_trademark_last_update__response.json": "it is JSON but no TSDR case record",
    "patent-dev__uspto-odp__tsdr-swagger.json": "it is JSON but no TSDR case record",
}


def _real(shared_data: Path, name: str) -> str:
    path = shared_data / "tsdr" / name
    if not path.is_file():
        pytest.skip(f"the real file {name} is not here")
    return str(path)


@pytest.mark.parametrize("name", REAL)
def test_a_real_case_file_gives_the_facts_read_by_eye(cli: Cli, shared_data: Path, name: str) -> None:
    *facts, code = REAL[name]
    done = cli("check", "--json", "--file", _real(shared_data, name))
    value = told(done.out)
    (mark,) = value["marks"]
    found = [mark[key] for key in ("serial_number", "registration_number")]
    found += [mark["status"]["code"], mark["status"]["date"], mark["standing"]]
    found += [mark[key] for key in ("filing_date", "registration_date", "abandonment_date", "classes")]
    assert found == facts
    assert (done.code, value["failed"], mark["source"]["name"]) == (code, [], "file")


@pytest.mark.parametrize("name", NO_CASE)
def test_a_real_file_that_is_no_case_is_named_for_what_it_is(cli: Cli, shared_data: Path, name: str) -> None:
    done = cli("check", "--file", _real(shared_data, name))
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert NO_CASE[name] in done.err
