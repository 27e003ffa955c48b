"""`tmwatch demo`: two days told as written, every event in the mails, a folder that is treated with care."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_frame import environ
from tmwatch.cli import demo_story, main
from tmwatch.cli.invocation import Invocation
from tmwatch.errors import WorldError
from tmwatch.sources.orders import read_order

NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
NAME = "演示 folder 100% #1"
CLIENTS = ("kestrel-pet", "lumenhaus", "northpine-outdoor")


@dataclass(frozen=True)
class Shown:
    """One demonstration: where, how it ended and what it printed."""

    folder: Path
    code: int
    out: str
    err: str

    def texts(self, client: str) -> str:
        """Everything that was written to a client on the second day."""
        return "\n".join(
            path.read_text("utf-8") for path in sorted(self.folder.glob(f"mail/{client}-2026-11-25-*.txt"))
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Read the database that it left."""
        with contextlib.closing(sqlite3.connect(self.folder / "tmwatch.db")) as found:
            return found.execute(sql).fetchall()


@contextlib.contextmanager
def umask(mask: int) -> Iterator[None]:
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """The demonstration in a folder with blanks, Chinese characters and signs, under a strict umask."""
    home = tmp_path_factory.mktemp("demo")
    out, err = io.StringIO(), io.StringIO()
    # A broken configuration of the user's own has no say in the demonstration.
    call = Invocation({"XDG_CONFIG_HOME": str(home), "TMWATCH_NONSENSE": "1"}, home, lambda: NOW)
    with umask(0o077), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["demo", NAME], call)
    return Shown(home / NAME, code, out.getvalue(), err.getvalue())


def test_it_goes_as_written_and_says_nothing_on_stderr(shown: Shown) -> None:
    assert (shown.code, shown.err) == (0, "")
    assert "Imported 12 marks of 3 brand owners" in shown.out
    assert "12 of 12 marks checked" in shown.out
    assert "10 of 12 marks checked" in shown.out
    assert "Run again at once: 0 new messages." in shown.out


def test_the_order_and_the_daily_file_are_part_of_the_story(shown: Shown) -> None:
    assert "orders/demo-order.pdf: 60 serial numbers on 3 pages, as many as expected" in shown.out
    assert "WICKLANE HOME (88000012) is named in order DEMO-ORDER, page 3" in shown.out
    daily = "daily files complete to 2026-11-24: 8 of the 12 marks are in them, among them MEADOWPURR"
    assert daily in shown.out
    assert len(shown.out.splitlines()) < 70


@pytest.mark.parametrize("part", demo_story.AS_WRITTEN)
def test_a_script_that_went_otherwise_in_any_part_is_no_success(part: str) -> None:
    demo_story.judge(dict(demo_story.AS_WRITTEN))
    with pytest.raises(WorldError, match=rf"did not go as written \({part}\)"):
        demo_story.judge({**demo_story.AS_WRITTEN, part: None})


def test_the_terminal_names_each_mark_that_something_happened_to(shown: Shown) -> None:
    for mark, said in (
        ("TRAILFERN", "Application abandoned, may be revived"),
        ("NORTHPINE", "Cancelled section 8"),
        ("LUMENHAUS", "under administrative review"),
        ("GLOWMOTH", "terminated"),
        ("CAMPLARK", "revived"),
        ("WICKLANE", "changed"),
        ("KESTRELPET", "Correspondence e-mail changed"),
        ("PAWDRIFT", "named in an order"),
    ):
        assert [line for line in shown.out.splitlines() if line.startswith(f"  {mark} ") and said in line], mark
    assert "not checked: FETCHFJORD (88000009): TSDR knows no such case" in shown.out
    assert "not checked: MEADOWPURR (88000010): TSDR answered with a web page" in shown.out


@pytest.mark.parametrize(
    ("client", "said"),
    [
        ("northpine-outdoor", "Application abandoned"),
        ("northpine-outdoor", "ABANDONMENT - FAILURE TO RESPOND"),
        ("northpine-outdoor", "Section 8"),
        ("northpine-outdoor", "CANCELLED SEC. 8 (6-YR)"),
        ("lumenhaus", "LUMENHAUS: Sanctions stage 1: under administrative review"),
        ("lumenhaus", "KOFS/O"),
        ("lumenhaus", "TERMINATED AFTER SANCTIONS"),
        ("northpine-outdoor", "CAMPLARK: Application revived"),
        ("lumenhaus", "The attorney of record changed from Harriet Vale to Milo Ashgrove"),
        ("kestrel-pet", "tm.update.desk@freemail.example"),
        ("kestrel-pet", "filings@brightlane-ip.example"),
        ("kestrel-pet", "DEMO-ORDER"),
        ("lumenhaus", "Number 88000012 is named in order DEMO-ORDER of Nov 25, 2026 (page 3)"),
        ("kestrel-pet", "2 of 4 marks checked"),
        ("kestrel-pet", "Daily files as of Nov 24, 2026"),
        ("kestrel-pet", "88000009"),
        ("kestrel-pet", "TSDR knows no such case"),
        ("kestrel-pet", "88000010"),
        ("kestrel-pet", "TSDR answered with a web page"),
    ],
)
def test_every_event_of_the_second_day_is_in_the_mails(shown: Shown, client: str, said: str) -> None:
    assert said.lower() in shown.texts(client).lower()


def test_the_order_alarms_the_owner_of_the_mark_it_names_and_nobody_else(shown: Shown) -> None:
    (alert,) = (path.read_text("utf-8") for path in shown.folder.glob("mail/lumenhaus-2026-11-25-1-*.txt"))
    assert "Alert" in alert.splitlines()[0]
    for said in ("WICKLANE HOME", "Named in show-cause order, response open", "DEMO-ORDER", "(page 3)", "Dec 16, 2026"):
        assert said in alert
    assert "GLOWMOTH" not in alert
    for client in ("kestrel-pet", "northpine-outdoor"):
        assert "88000012" not in shown.texts(client)


def test_no_word_accuses_whoever_is_named(shown: Shown) -> None:
    told = "\n".join(shown.texts(client) for client in CLIENTS) + shown.out
    assert not re.search(r"fraud|scam|guilty|criminal", told, re.IGNORECASE)


def test_a_fact_that_tsdr_and_the_daily_file_both_tell_is_one_change(shown: Shown) -> None:
    facts = shown.rows("select serial_number, kind, name, new from changes where kind in ('field', 'event')")
    assert len(facts) == 26
    assert [fact for fact, count in Counter(facts).items() if count > 1] == []
    runs = shown.rows("select sources from runs where kind = 'run' order by started_at")
    sources = [{one["name"]: one["data_as_of"] for one in json.loads(row[0])} for row in runs]
    assert ["daily files" in one for one in sources] == [False, True, True]


def test_each_change_is_in_exactly_one_message_of_a_client(shown: Shown) -> None:
    told = shown.rows("select client, change_id, count(*) from message_items group by client, change_id")
    assert {count for _, _, count in told} == {1}
    meant = shown.rows(
        "select distinct w.client, c.id, c.new from changes c join watches w on w.serial_number = c.serial_number "
        "where c.client in ('', w.client)"
    )
    untold = {row for row in meant if row[:2] not in {one[:2] for one in told}}
    assert {new for _, _, new in untold} == {'"info"'}  # below the floor of every client: it stands in the report


@pytest.mark.parametrize("client", CLIENTS)
def test_no_change_and_no_new_finding_is_written_twice_to_a_client(shown: Shown, client: str) -> None:
    lines: Counter[str] = Counter()
    for path in shown.folder.glob(f"mail/{client}-*.txt"):
        text = path.read_text("utf-8")
        lines.update(re.findall(r"^- .*\(8800\d{4}\): .*$", text, re.MULTILINE))
        new = text.partition("== What is new")[2].partition("\n== ")[0]
        lines.update(re.findall(r"^\S (?:Critical|High|Medium|Low|Info): .*\n\n.*\n  Why: .*$", new, re.MULTILINE))
        lines.update(re.findall(r"^\S .*\[New\]$", text, re.MULTILINE))
    assert sum(lines.values()) > 3
    assert [line for line, count in lines.items() if count > 1] == []


def test_the_report_the_calendar_and_the_order_lie_there_and_are_named(shown: Shown) -> None:
    page = (shown.folder / "report.html").read_text("utf-8")
    assert all(word in page for word in ("NORTHPINE", "DEMO-ORDER", "88000010"))
    assert (shown.folder / "calendar.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert len(read_order(shown.folder / "orders" / "demo-order.pdf").serials) == 60
    for name in ("report.html", "calendar.ics"):
        assert str(shown.folder / name) in shown.out


def test_every_message_lies_there_three_times_and_says_that_the_names_are_invented_nowhere_real(shown: Shown) -> None:
    stems = {path.stem for path in shown.folder.glob("mail/*.eml")}
    assert len(stems) == 9
    for ending in (".html", ".txt"):
        assert {path.stem for path in shown.folder.glob(f"mail/*{ending}")} == stems
    for path in shown.folder.glob("mail/*.eml"):
        mail = BytesParser(policy=default).parsebytes(path.read_bytes())
        assert all(address.rsplit(".", 1)[1] in ("example", "localdomain") for address in str(mail["To"]).split(", "))
        assert f"{path.stem}.html" in shown.out


@pytest.mark.skipif(os.name == "nt", reason="no modes on Windows")
def test_what_may_hold_secrets_or_mail_is_for_its_owner_alone(shown: Shown) -> None:
    modes = {
        name: stat.S_IMODE((shown.folder / name).stat().st_mode)
        for name in ("config/tmwatch.toml", "tmwatch.db", "report.html", "calendar.ics", "mail")
    }
    assert modes.pop("mail") == 0o700
    assert set(modes.values()) == {0o600}


def test_the_command_it_suggests_works_as_it_stands(shown: Shown) -> None:
    (line,) = [line for line in shown.out.splitlines() if "check 88000004" in line]
    program, *args = shlex.split(line.split(":", 1)[1])
    assert program == "tmwatch"
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(args, Invocation({}, Path("/"), lambda: NOW))
    assert code == 1
    assert out.getvalue().startswith("GLOWMOTH (serial 88000004")


@pytest.mark.slow
def test_another_demonstration_in_the_same_folder_replaces_the_first_and_nothing_else(cli: Cli) -> None:
    cli.now = NOW
    assert cli("demo", "here").code == 0
    cli.write("here/notes.txt", "mine")
    before = {path.name for path in (cli.folder / "here" / "mail").iterdir()}
    cli.now = NOW + timedelta(days=3)
    assert cli("demo", "here").code == 0
    after = {path.name for path in (cli.folder / "here" / "mail").iterdir()}
    assert (len(after), before & after) == (len(before), set())
    assert (cli.folder / "here" / "notes.txt").read_text() == "mine"


def test_a_folder_with_other_things_in_it_is_refused_and_untouched(cli: Cli) -> None:
    cli.write("mine/config/tmwatch.toml", "mine")
    done = cli("demo", "mine")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "is not empty and no demo folder; name another: tmwatch demo DIR" in done.err
    assert [path.name for path in (cli.folder / "mine").rglob("*")] == ["config", "tmwatch.toml"]


def test_a_file_in_the_way_and_a_place_that_cannot_be_written_are_one_line(cli: Cli) -> None:
    cli.write("file", "x")
    assert cli("demo", "file").code == 2
    done = cli("demo", "file/below")
    assert (done.code, done.out, len(done.err.splitlines())) == (3, "", 1)
    assert "cannot be written: Not a directory" in done.err


@pytest.mark.slow
def test_without_a_name_it_writes_into_tmwatch_demo_of_the_working_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tmwatch", "demo"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environ(tmp_path), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "tmwatch-demo" / "mail").is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tmwatch-demo"]
