"""`tmwatch register`, `portfolio discover` and `check` on a register of invented records."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.register.files import BASE, build_here, case, write

FILES = {
    BASE: [
        case("98000001", registration="6723159", header={"registration-date": "20220510", "status-code": "700"}),
        case("98000002", header={"mark-identification": "QUIET LAMP", "attorney-name": "Robin Marrow"}),
    ],
    "apc260105.zip": [case("98000003", header={"filing-date": "20261101"}, owners=())],
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files in bulk/ and the register of them in register/."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "bulk").mkdir()
    build_here(folder / "register", *(write(folder / "bulk", name, cases) for name, cases in FILES.items()))
    return folder


@pytest.fixture
def built(ready: Cli, template: Path) -> Cli:
    """A command line with a database and a register beside it."""
    shutil.copytree(template / "bulk", ready.folder / "bulk")
    shutil.copytree(template / "register", ready.database.parent / "register")
    return ready


def test_build_makes_the_register_beside_the_database(ready: Cli, template: Path) -> None:
    done = ready("register", "build", str(template / "bulk"), "--jobs", "1")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0].startswith("read 2 files with 3 records in ")
    assert done.lines[-1] == "the register holds 3 marks, newest change 2026-01-05"


def test_build_reads_what_is_new_and_names_what_is_damaged(built: Cli) -> None:
    assert "2 files had been read before" in built("register", "build", "bulk/apc*.zip", "--jobs", "1").out
    (built.folder / "bulk" / "apc260106.zip").write_bytes(b"PK\x03\x04 half a file")
    done = built("register", "build", "bulk", "--jobs", "1")
    assert done.code == 3
    assert "not read: apc260106.zip" in done.err
    assert json.loads(built("register", "status", "--json").out)["marks"] == 3


def test_build_wants_files_that_are_there(cli: Cli) -> None:
    assert cli("register", "build").code == 2
    missing = cli("register", "build", "nowhere.zip")
    assert (missing.code, missing.err) == (2, "tmwatch: there is no file nowhere.zip\n")


def test_build_can_compact(built: Cli) -> None:
    assert built("register", "build", "--compact").code == 0
    found = json.loads(built("register", "search", "--mark", "lumenvale", "--json").out)
    assert found["total"] == 2


def test_no_scheduler_is_told_in_one_line(built: Cli) -> None:
    done = built("register", "build", "bulk", "--cluster", "nonsense://nowhere")
    assert (done.code, len(done.err.splitlines())) == (3, 1)


def test_status_says_what_is_held_and_how_fresh_it_is(built: Cli) -> None:
    lines = built("register", "status").lines
    assert lines[0].split() == ["marks", "3"]
    assert "daily files to   2026-01-05" in lines


def test_search_prints_marks_with_the_date_of_the_register(built: Cli) -> None:
    done = built("register", "search", "--attorney", "robin marrow")
    assert done.code == 0
    assert done.lines[1].startswith("98000002")
    assert done.lines[-1] == "1 mark found. Register, newest change 2026-01-05."
    told = json.loads(built("register", "search", "--owner", "Lumenvale Trading", "--json").out)
    assert {mark["serial_number"] for mark in told["marks"]} == {"98000001", "98000002"}
    assert built("register", "search").code == 2


def test_agents_are_listed_with_their_shares(built: Cli) -> None:
    done = built("register", "agents", "--top", "5")
    assert any(line.startswith("Avery Quillon") for line in done.lines)
    told = json.loads(built("register", "agents", "--json", "--name", "marrow").out)
    assert [(one["name"], one["filed"], one["orders"]) for one in told["agents"]] == [("Robin Marrow", 1, [])]


def test_watch_lists_new_applications_for_a_text(built: Cli) -> None:
    done = built("register", "watch", "Lumen-vale")
    assert done.lines[1].startswith("98000003")
    told = json.loads(built("register", "watch", "LUMENVALE", "--since", "2026-11-02", "--json").out)
    assert told["applications"] == []
    assert built("register", "watch", "LUMENVALE", "--since", "soon").code == 2


def test_another_folder_can_be_named(built: Cli) -> None:
    assert built("register", "status", "--dir", "elsewhere").code == 2
    assert built("register", "build", "bulk", "--dir", "elsewhere", "--jobs", "1").code == 0
    assert built("register", "status", "--dir", "elsewhere").code == 0


def test_discover_proposes_explains_and_adds_only_on_consent(built: Cli) -> None:
    asked = ("portfolio", "discover", "--owner", "Lumenvale Trading", "--client", "Vale")
    done = built(*asked)
    assert done.code == 0
    assert "    owner: Lumenvale Trading LLC (the same name in normal form)" in done.lines
    assert "2 marks proposed" in done.out
    assert done.lines[-1] == "nothing was added"
    assert "98000002" not in built("portfolio", "list").out
    added = built(*asked, "--yes")
    assert added.lines[-1] == "added 2 marks to the portfolio of 'Vale'"
    assert "no e-mail address" in added.err
    assert "98000002" in built("portfolio", "list").out
    assert built(*asked).lines == ["no mark to propose that is not watched or dead (--dead)"]


def test_discover_wants_a_question(built: Cli) -> None:
    assert built("portfolio", "discover").code == 2


def test_check_answers_from_the_register_with_its_date(built: Cli) -> None:
    told = json.loads(built("check", "98000002", "--offline", "--json").out)["marks"][0]
    assert (told["mark"], told["standing"]) == ("QUIET LAMP", "live_pending")
    assert told["source"]["name"] == "register"
    assert told["source"]["as_of"].startswith("2026-01-0")
    by_registration = json.loads(built("check", "rn6723159", "--offline", "--json").out)["marks"][0]
    assert by_registration["serial_number"] == "98000001"


def test_check_of_a_mark_that_the_register_lacks_fails_as_before(built: Cli) -> None:
    assert built("check", "97999999", "--offline").code == 3


def test_without_the_extra_one_line_says_how_to_get_it(built: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    done = built("register", "search", "--owner", "x y")
    assert (done.code, done.err) == (2, "tmwatch: the register needs DuckDB: pip install 'tmwatch[register]'\n")


def test_a_damaged_part_is_told_in_one_line(built: Cli) -> None:
    for part in Path(built.database.parent, "register", "parts").iterdir():
        part.write_bytes(b"PAR1 nothing of the kind PAR1")
    done = built("register", "search", "--owner", "lumenvale")
    assert (done.code, len(done.err.splitlines())) == (3, 1)
