"""`tmwatch report` as people call it: formats, files, errors."""

import csv
import io
import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from icalendar import Calendar

from tests.cli.conftest import NOW, Cli
from tests.invented_cases import tsdr
from tmwatch.portfolio import Watch
from tmwatch.store import marks, open_engine, portfolio

SERIALS = ("97123456", "97000001")
HOSTILE = "=cmd|' /C calc'!A0\x1b[31m\u202e<b>x</b>"


@pytest.fixture
def filled(ready: Cli) -> Cli:
    """A database with two marks of two clients, one of them with a hostile name."""
    fill(ready, "LUMO")
    return ready


def fill(cli: Cli, name: str) -> None:
    engine = open_engine(f"sqlite:///{cli.database}")
    calm = tsdr(mark_text="CALMORA", serial_number="97000001", registration_number=None)
    watches = [Watch("Ada", name, "97123456", asins=3), Watch("Bo", "Calmora", "97000001")]
    watches.append(Watch("Bo", "X", "97999999"))
    with engine.begin() as conn:
        portfolio.save_watches(conn, watches, [], NOW - timedelta(days=2))
        marks.save_cases(conn, [tsdr(mark_text=name), calm], None, NOW - timedelta(days=1))
        marks.mark_checked(conn, SERIALS, NOW - timedelta(days=1))
    engine.dispose()


def test_a_pipe_gets_plain_tables_with_every_mark(filled: Cli) -> None:
    said = filled("report")
    assert said.code == 0
    assert "0 of 3 marks checked" in said.out
    for part in ("Clients by what is at stake", "LUMO", "CALMORA", "97999999", "not read yet"):
        assert part in said.out


@pytest.mark.parametrize("form", ["html", "csv", "json", "ics"])
def test_a_format_without_a_file_goes_to_standard_output(filled: Cli, form: str) -> None:
    said = filled("report", "--format", form)
    assert said.code == 0
    beginning = {"html": "<!DOCTYPE html>", "csv": "client,", "json": "{", "ics": "BEGIN:VCALENDAR"}[form]
    assert said.out.startswith(beginning)


@pytest.mark.parametrize("name", ["r.html", "r.xlsx", "r.csv", "r.json", "r.ics"])
def test_the_ending_of_a_file_names_its_format_and_only_its_owner_reads_it(filled: Cli, name: str) -> None:
    old = os.umask(0)
    said = filled("report", "-o", name)
    os.umask(old)
    path = filled.folder / name
    assert (said.code, said.out) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not [one for one in filled.folder.iterdir() if one.name.startswith(".r.")]
    _read(path)


def _read(path: Path) -> None:
    """Read a report back with a program of its format."""
    if path.suffix == ".xlsx":
        assert len(openpyxl.load_workbook(path).sheetnames) == 6  # two clients: theirs is the first
    elif path.suffix == ".csv":
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert {row["serial_number"] for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))} >= set(
            SERIALS
        )
    elif path.suffix == ".json":
        assert len(json.loads(path.read_text("utf-8"))["marks"]) == 2
    elif path.suffix == ".ics":
        assert Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    else:
        assert path.read_text("utf-8").startswith("<!DOCTYPE html>")


def test_a_report_replaces_an_older_one_whole(filled: Cli) -> None:
    filled.write("r.json", "old")
    assert filled("report", "-o", "r.json").code == 0
    assert json.loads((filled.folder / "r.json").read_text("utf-8"))["as_of"] == "2026-11-23"


def test_another_day_another_client_another_floor(filled: Cli) -> None:
    said = filled("report", "--format", "json", "--client", "Ada", "--as-of", "2030-01-10", "--min-severity", "high")
    told = json.loads(said.out)
    assert (told["client"], told["as_of"], told["min_severity"]) == ("Ada", "2030-01-10", "high")
    assert [one["serial_number"] for one in told["marks"]] == ["97123456"]
    shown = [one for one in told["marks"][0]["findings"] if one["rule"] not in ("C05", "S14", "S20")]  # never hidden
    assert shown
    assert all(one["severity"] in ("high", "critical") for one in shown)


@pytest.mark.parametrize("number", ["97123456", "97/123,456", "rn7123456"])
def test_an_evidence_pack_of_one_mark(filled: Cli, number: str) -> None:
    page = filled("report", "--mark", number)
    assert page.out.startswith("<!DOCTYPE html>")
    told = json.loads(filled("report", "--mark", number, "--format", "json").out)
    assert told["mark"]["serial_number"] == "97123456"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "xlsx"), "name its file: -o report.xlsx"),
        (("--format", "pdf"), "use one of table, html, xlsx, csv, json, ics"),
        (("--format", "table", "-o", "x.txt"), "a table is for the screen"),
        (("--mark", "97123456", "--format", "ics"), "comes as html or json, not as ics"),
        (("--mark", "97123456", "--client", "Ada"), "leave out --client"),
        (("--mark", "12"), "a serial number has 8"),
        (("--mark", "97555555"), "nothing is stored of 97555555"),
        (("--min-severity", "awful"), "use one of info, low"),
        (("--language", "tlh"), "use en or zh-CN"),
        (("--as-of", "soon"), "is no day"),
        (("--client", "Nobody"), "there are: Ada, Bo"),
        (("-o", "missing/r.html"), "cannot be written: No such file or directory"),
    ],
)
def test_a_wrong_call_is_one_clear_line(filled: Cli, options: tuple[str, ...], said: str) -> None:
    result = filled("report", *options)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    assert len(result.err.splitlines()) == 1


def test_a_folder_is_never_replaced_by_a_report(filled: Cli) -> None:
    (filled.folder / "r.html").mkdir()
    result = filled("report", "-o", "r.html")
    assert result.code == 2
    assert "is no file" in result.err


def test_an_empty_portfolio_says_how_to_fill_it(ready: Cli) -> None:
    result = ready("report")
    assert result.code == 2
    assert "tmwatch portfolio import" in result.err


def test_a_hostile_name_commands_no_terminal(ready: Cli) -> None:
    fill(ready, HOSTILE)
    for form in ("table", "csv", "html", "json", "ics"):
        said = ready("report", "--format", form).out
        assert "\x1b" not in said
        assert "\u202e" not in said
    assert "<b>x</b>" in ready("report").out


def test_the_settings_language_counts_where_none_is_asked_for(filled: Cli) -> None:
    assert '<html lang="zh-CN">' in filled("report", "--format", "html", TMWATCH_DIGEST_LANGUAGE="zh-CN").out
    assert '<html lang="zh-CN">' in filled("report", "--format", "html", "--language", "zh-CN").out


def test_the_clock_of_the_call_stands_in_the_report(filled: Cli) -> None:
    filled.now = datetime(2027, 1, 2, 3, 4, tzinfo=UTC)
    assert json.loads(filled("report", "--format", "json").out)["generated_at"] == "2027-01-02T03:04:00Z"
