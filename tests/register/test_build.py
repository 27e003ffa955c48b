"""Building: what was read counts once, what is damaged is named and never counts, what died is done again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import duckdb
import pytest

from tests.bulk_maker import case_xml, crowd, daily, zipped
from tests.register.files import BASE, NOW, SameProcess, build_here, case, write
from tmwatch.cli.register_output import meter_line
from tmwatch.errors import Busy, FormatError, StoreError, UsageError
from tmwatch.register.build import Progress, build
from tmwatch.register.folder import LOCK, Folder
from tmwatch.register.opened import open_register
from tmwatch.register.part import Built, Job, build_part
from tmwatch.register.status import status
from tmwatch.register.workers import build_all, processes

DAY1, DAY2 = "apc260105.zip", "apc260106.zip"


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "register")


def damaged(path: Path) -> Path:
    """Turn a bit inside the packed data."""
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 0x10
    path.write_bytes(body)
    return path


def test_a_corrupt_zip_is_named_and_never_counts_as_read(tmp_path: Path, place: Folder) -> None:
    good = write(tmp_path, DAY1, [case("98000001")])
    bad = damaged(write(tmp_path, DAY2, crowd(40)))
    result = build_here(place.path, good, bad)
    assert len(result.problems) == 1
    assert str(result.problems[0]).startswith(DAY2)
    assert [part.source for part in result.manifest.parts] == [DAY1]
    assert (result.manifest.marks, result.records) == (1, 1)
    assert not list(place.work.iterdir())


def test_a_corrupt_zip_is_read_once_it_is_whole(tmp_path: Path, place: Folder) -> None:
    bad = damaged(write(tmp_path, DAY2, crowd(40)))
    assert build_here(place.path, bad).problems
    result = build_here(place.path, write(tmp_path, DAY2, crowd(40)))
    assert (result.problems, result.manifest.marks) == ([], 40)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("cut short", zipped(daily(("TX", [case("98000001")])))[:-40]),
        ("not closed", zipped(daily(("TX", [case("98000001")])).removesuffix(b"</trademark-applications-daily>"))),
        ("a web page", b"<html><body>Sign in</body></html>"),
        ("empty", b""),
    ],
)
def test_what_is_no_whole_file_is_named(tmp_path: Path, place: Folder, name: str, body: bytes) -> None:
    path = tmp_path / DAY1
    path.write_bytes(body)
    result = build_here(place.path, path)
    assert [str(problem).startswith(DAY1) for problem in result.problems] == [True]
    assert result.manifest.parts == ()


def test_a_missing_file_is_named(tmp_path: Path, place: Folder) -> None:
    assert "cannot be read" in str(build_here(place.path, tmp_path / DAY1).problems[0])


def test_a_record_that_cannot_be_read_is_set_aside_and_named(tmp_path: Path, place: Folder) -> None:
    broken = case_xml(case("98000002")).replace("<status-code>630<", "<status-code>nine<")
    result = build_here(place.path, write(tmp_path, DAY1, [case("98000001"), broken, case("98000003")]))
    assert result.manifest.marks == 2
    assert [line.startswith(f"{DAY1}: 98000002") for line in result.set_aside] == [True]
    assert status(place).set_aside == tuple(result.set_aside)


def test_a_file_is_read_once_however_often_it_is_named(tmp_path: Path, place: Folder) -> None:
    path = write(tmp_path, DAY1, [case("98000001")])
    first, again = build_here(place.path, path, path), build_here(place.path, path)
    assert (first.records, again.records, again.manifest.marks, len(again.manifest.parts)) == (1, 0, 1, 1)


def test_parts_that_an_interrupted_build_left_are_taken_without_reading_them_again(
    tmp_path: Path, place: Folder
) -> None:
    one, other = write(tmp_path, BASE, [case("98000001")]), write(tmp_path, DAY1, [case("98000002")])
    assert build_part(Job(str(one), place.path)).part  # then the build died, before the manifest was written
    (place.work / "left.rows").write_text("half a row")
    result = build_here(place.path, one, other)
    assert (result.records, result.manifest.marks) == (1, 2)
    assert not list(place.work.iterdir())


def test_a_part_that_lost_its_key_file_is_read_again(tmp_path: Path, place: Folder) -> None:
    path = write(tmp_path, BASE, [case("98000001")])
    assert build_part(Job(str(path), place.path)).part
    (key_file,) = place.keys.iterdir()
    key_file.unlink()
    assert build_part(Job(str(path), place.path)).fresh
    assert key_file.is_file()
    assert not build_part(Job(str(path), place.path)).fresh


def test_a_part_is_not_there_before_its_source_was_read_to_the_end(tmp_path: Path, place: Folder) -> None:
    built = build_part(Job(str(damaged(write(tmp_path, DAY1, crowd(40)))), place.path))
    assert built.part is None
    assert not list(place.parts.iterdir())
    assert not list(place.keys.iterdir())


def test_the_disk_is_looked_at_before_anything_is_read(tmp_path: Path, place: Folder) -> None:
    huge = tmp_path / DAY1
    huge.touch()
    os.truncate(huge, 10**13)  # sparse: takes no room itself
    with pytest.raises(StoreError, match="GB free and the build needs"):
        build_here(place.path, huge)
    assert not list(place.work.iterdir())


def test_two_builds_at_once_are_refused_and_a_dead_one_is_not_in_the_way(tmp_path: Path, place: Folder) -> None:
    path = write(tmp_path, DAY1, [case("98000001")])
    place.make()
    with place.locked(), pytest.raises(Busy, match=str(os.getpid())):
        build_here(place.path, path)
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    (place.path / LOCK).write_text(dead.stdout.decode())
    assert build_here(place.path, path).manifest.marks == 1


def test_a_manifest_of_another_version_or_a_damaged_one_is_refused(tmp_path: Path, place: Folder) -> None:
    build_here(place.path, write(tmp_path, DAY1, [case("98000001")]))
    manifest = place.path / "register.json"
    told = json.loads(manifest.read_text())
    manifest.write_text(json.dumps({**told, "format": 99}))
    with pytest.raises(FormatError, match="another version"):
        place.read()
    manifest.write_text("{")
    with pytest.raises(FormatError, match="damaged"):
        place.read()


def test_without_a_register_the_command_that_builds_one_is_named(place: Folder) -> None:
    with pytest.raises(UsageError, match="tmwatch register build"), open_register(place):
        pass


def test_the_files_are_plain_parquet_that_any_engine_reads(tmp_path: Path, place: Folder) -> None:
    build_here(place.path, write(tmp_path, DAY1, [case("98000001")]))
    (path,), (keys,) = place.parts.iterdir(), place.keys.iterdir()
    assert duckdb.sql(f"SELECT serial_number, owner_key FROM '{keys}'").fetchall() == [
        (98000001, "lumenvaletradingllc")
    ]
    found = duckdb.sql(f"SELECT serial_number, owners, classes FROM '{path}'").fetchall()
    assert found == [(98000001, ["Lumenvale Trading LLC"], ["025"])]
    codecs = duckdb.sql(f"SELECT DISTINCT compression FROM parquet_metadata('{path}')").fetchall()
    assert codecs == [("ZSTD",)]


def test_a_file_elsewhere_is_fetched_through_fsspec(tmp_path: Path, place: Folder) -> None:
    path = write(tmp_path, DAY1, [case("98000001")])
    result = build(place, [f"file://{path}"], SameProcess, NOW, lambda counts: None, 1)
    assert (result.problems, result.manifest.marks) == ([], 1)
    gone = build(place, [f"file://{tmp_path}/{DAY2}"], SameProcess, NOW, lambda counts: None, 1)
    assert "cannot be fetched" in str(gone.problems[0])


def test_progress_tells_records_a_second_time_left_and_memory() -> None:
    counts = Progress(files=3, of_files=91, records=465_000, bytes=300, of_bytes=9_000, peak_mb=240.4)
    assert str(meter_line(counts, 60.0)) == "3 of 91 files, 465,000 records, 7,750/s, 29 min left, 240 MB a process"
    assert str(meter_line(Progress(0, 1, 0, 0, 10, 0.0), 0.0)) == "0 of 1 files, 0 records, 0/s"


def test_progress_is_reported_while_files_are_read(tmp_path: Path, place: Folder) -> None:
    seen: list[Progress] = []
    paths = [write(tmp_path, DAY1, crowd(30)), write(tmp_path, DAY2, [case("98000001")])]
    build(place, [str(path) for path in paths], SameProcess, NOW, seen.append, 1)
    assert (seen[-1].files, seen[-1].of_files, seen[-1].records) == (2, 2, 31)
    assert seen[-1].bytes == seen[-1].of_bytes > 0


def test_two_processes_read_two_files(tmp_path: Path, place: Folder) -> None:
    paths = [write(tmp_path, DAY1, crowd(30)), write(tmp_path, DAY2, [case("98000001")])]
    result = build(place, [str(path) for path in paths], processes(2), NOW, lambda counts: None, 2)
    assert (result.problems, result.manifest.marks) == ([], 31)
    assert all(built.peak_mb > 0 for built in result.built)


def die_once(job: Job) -> Built:
    """Die at the first try of a file whose name says so, and each time for one that says always."""
    mark = job.folder / "work" / f"{job.name}.tried"
    if "260106" in job.name or ("260105" in job.name and not mark.exists()):
        job.folder.joinpath("work").mkdir(parents=True, exist_ok=True)
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return build_part(job)


class Dying(ProcessPoolExecutor):
    """A pool whose workers die as the names of the files say."""

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        return super().submit(die_once if fn is build_part else fn, *args, **kwargs)


def test_a_worker_that_dies_loses_one_file_which_is_done_again(tmp_path: Path, place: Folder) -> None:
    names = (BASE, DAY1, DAY2)
    jobs = [Job(str(write(tmp_path, name, [case(f"9800000{n}")])), place.path) for n, name in enumerate(names)]

    def start() -> Executor:
        return Dying(2, mp_context=get_context("spawn"))

    built = {one.job.name: one for one in build_all(jobs, start, lambda: None)}
    assert {name for name, one in built.items() if one.part} == {BASE, DAY1}
    assert "died 3 times" in str(built[DAY2].problem)
