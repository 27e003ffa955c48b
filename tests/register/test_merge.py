"""Which record of a mark counts: latest transaction date whatever the file, status-only records change status alone."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pytest

from tests.bulk_maker import Case
from tests.register.files import BASE, NOW, build_here, case, register_of, status_only, write
from tmwatch.register.folder import Folder
from tmwatch.register.opened import Row, open_register
from tmwatch.register.overlay import compact

DAY1, DAY2, DAY3 = "apc260105.zip", "apc260106.zip", "apc260107.zip"
SERIAL = "98000001"
OTHERS = [case("98000002"), case("98000003")]


def row(folder: Path, *files: tuple[str, list[Case]]) -> Row:
    with register_of(folder, *files) as register:
        (found,) = register.rows([int(SERIAL)])
        assert register.ask("SELECT count(*) AS n FROM marks")[0]["n"] == register.manifest.marks
    return found


def dated(day: str, **header: str) -> Case:
    return case(SERIAL, transaction=day, header=header)


def test_a_newer_record_takes_the_place_of_the_older(tmp_path: Path) -> None:
    found = row(tmp_path, (DAY1, [dated("20260105")]), (DAY2, [dated("20260106", **{"status-code": "602"})]))
    assert (found["status_code"], found["transaction_date"]) == (602, date(2026, 1, 6))


def test_an_older_record_read_after_a_newer_one_changes_nothing(tmp_path: Path) -> None:
    found = row(tmp_path, (DAY2, [dated("20260106", **{"status-code": "602"})]), (DAY1, [dated("20260105")]))
    assert (found["status_code"], found["transaction_date"]) == (602, date(2026, 1, 6))


def test_an_annual_record_with_a_later_date_beats_a_daily_one_read_after_it(tmp_path: Path) -> None:
    later = dated("20260401", **{"status-code": "700"})
    assert row(tmp_path, (BASE, [later]), (DAY1, [dated("20260105")]))["status_code"] == 700


def test_on_a_tie_the_later_file_wins_in_whatever_order_they_are_read(tmp_path: Path) -> None:
    one, other = (DAY1, [dated("20260105")]), (DAY2, [dated("20260105", **{"status-code": "602"})])
    for number, order in enumerate(((one, other), (other, one))):
        place = tmp_path / str(number)
        place.mkdir()
        assert row(place, *order)["status_code"] == 602


def test_on_a_tie_within_a_file_the_later_record_wins(tmp_path: Path) -> None:
    found = row(tmp_path, (DAY1, [dated("20260105"), *OTHERS, dated("20260105", **{"status-code": "602"})]))
    assert found["status_code"] == 602


def test_an_older_record_after_a_newer_one_in_one_file_changes_nothing(tmp_path: Path) -> None:
    found = row(tmp_path, (DAY1, [dated("20260105", **{"status-code": "602"}), dated("20260104")]))
    assert found["status_code"] == 602


def test_a_status_only_record_over_a_full_one_changes_status_alone(tmp_path: Path) -> None:
    lone = status_only(SERIAL, transaction="20260106", **{"status-code": "602", "status-date": "20260106"})
    found = row(tmp_path, (DAY1, [dated("20260105"), *OTHERS]), (DAY2, [lone]))
    assert (found["status_code"], found["transaction_date"]) == (602, date(2026, 1, 6))
    assert found["mark_text"] == "LUMENVALE"
    assert found["owners"] == ["Lumenvale Trading LLC"]
    assert found["attorney"] == "Avery Quillon"
    assert found["classes"] == ["025"]
    assert found["complete_date"] == date(2026, 1, 5)


def test_a_status_only_record_over_a_full_one_in_the_same_file_changes_status_alone(tmp_path: Path) -> None:
    lone = status_only(SERIAL, transaction="20260106", **{"status-code": "602"})
    found = row(tmp_path, (DAY1, [dated("20260105"), lone]))
    assert (found["status_code"], found["mark_text"]) == (602, "LUMENVALE")


def test_a_status_only_record_alone_is_kept_and_a_full_one_fills_it(tmp_path: Path) -> None:
    lone = status_only(SERIAL, transaction="20260106", **{"status-code": "602"})
    found = row(tmp_path, (DAY2, [lone]), (DAY1, [dated("20260105")]))
    assert (found["status_code"], found["mark_text"]) == (602, "LUMENVALE")


def test_the_result_does_not_depend_on_the_order_of_the_files(tmp_path: Path) -> None:
    files = [
        (BASE, [dated("20251230", **{"mark-identification": "LUMENVALE OLD"}), *OTHERS]),
        (DAY1, [status_only(SERIAL, transaction="20260105", **{"status-code": "602"})]),
        (DAY2, [dated("20260104", **{"status-code": "661"})]),
        (DAY3, [status_only(SERIAL, transaction="20260103", **{"status-code": "700"})]),
    ]
    seen = set()
    for number, order in enumerate(list(itertools.permutations(files))[::5]):
        place = tmp_path / str(number)
        place.mkdir()
        found = row(place, *order)
        seen.add((found["status_code"], found["mark_text"], found["transaction_date"], found["complete_date"]))
    assert seen == {(602, "LUMENVALE", date(2026, 1, 5), date(2026, 1, 4))}


def test_all_files_at_once_give_what_one_after_the_other_gives(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, BASE, [dated("20251230"), *OTHERS]),
        write(tmp_path, DAY1, [status_only(SERIAL, transaction="20260105", **{"status-code": "602"})]),
        write(tmp_path, DAY2, [dated("20260104", **{"status-code": "661"})]),
    ]
    build_here(tmp_path / "register", *paths)
    with open_register(Folder(tmp_path / "register")) as register:
        (found,) = register.rows([int(SERIAL)])
    assert (found["status_code"], found["complete_date"]) == (602, date(2026, 1, 4))


def test_a_record_that_no_daily_file_holds_stays(tmp_path: Path) -> None:
    with register_of(tmp_path, (BASE, [dated("20251230"), *OTHERS]), (DAY1, [dated("20260105")])) as register:
        assert register.manifest.marks == 3
        assert {r["serial_number"] for r in register.ask("SELECT serial_number FROM marks")} == {
            98000001, 98000002, 98000003,
        }  # fmt: skip


@pytest.mark.parametrize("again", [False, True], ids=["once", "and the day read again"])
def test_compacting_changes_no_mark(tmp_path: Path, again: bool) -> None:
    files = (BASE, [dated("20251230"), *OTHERS]), (DAY1, [dated("20260105"), case("98000009")])
    with register_of(tmp_path, *files) as register:
        before = register.ask("SELECT * FROM marks ORDER BY serial_number")
        keys = register.ask("SELECT * EXCLUDE filename FROM keys ORDER BY serial_number")
    folder = Folder(tmp_path / "register")
    manifest = compact(folder, NOW)
    if again:
        manifest = build_here(folder.path, tmp_path / DAY1).manifest
    assert [part.file for part in manifest.parts if part.is_delta] == [""]
    assert len(list(folder.parts.iterdir())) == 1
    assert sorted(path.name for path in folder.keys.iterdir()) == sorted(
        [manifest.overlay, *(part.file for part in manifest.parts if part.file)]
    )
    with open_register(folder) as register:
        assert register.ask("SELECT * FROM marks ORDER BY serial_number") == before
        assert register.ask("SELECT * EXCLUDE filename FROM keys ORDER BY serial_number") == keys
        assert register.manifest.marks == 4


def test_after_compacting_an_older_record_still_changes_nothing(tmp_path: Path) -> None:
    newer = dated("20260107", **{"status-code": "602"})
    with register_of(tmp_path, (BASE, OTHERS), (DAY3, [newer])):
        compact(Folder(tmp_path / "register"), NOW)
    assert row(tmp_path, (DAY1, [dated("20260105")]))["status_code"] == 602


def test_a_daily_file_with_other_bytes_is_read_as_a_new_version(tmp_path: Path) -> None:
    again = [dated("20260105", **{"status-code": "602"}), *OTHERS]
    assert row(tmp_path, (DAY1, [dated("20260105")]), (DAY1, again))["status_code"] == 602
