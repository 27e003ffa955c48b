"""Bulk files of any size in bounded memory, measured in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bulk_maker import CLOSING, Case, case_xml, daily, leaf, opening, prolog, zipped

LIMIT_MB = 60  # above the import baseline
CHILD = """
import json, sys, resource
from tmwatch.errors import FormatError
from tmwatch.sources.casefile_xml import Origin, read_bulk
from tmwatch.sources.watchpass import Totals, Wanted
def peak():
    try:
        with open("/proc/self/status") as lines:  # ru_maxrss would begin with the memory of the process that started us
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, seen, error = peak(), None, None
try:
    with open(sys.argv[1], "rb") as file:
        for item in read_bulk(file, "apc260105.zip", Wanted.of(["98000001"]), Origin()):
            if isinstance(item, Totals):
                seen = item.records
except FormatError as caught:
    error = str(caught)
print(json.dumps([peak() - before, seen, error]))
"""


def run(path: Path) -> tuple[float, int | None, str | None]:
    """Read a file in a process of its own; MB above the imports, records, error."""
    done = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True)
    memory, seen, error = json.loads(done.stdout)
    return memory, seen, error


def write(path: Path, parts: Iterator[bytes]) -> int:
    """Pack parts into an archive without holding them."""
    size = 0
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("apc260105.xml", "w", force_zip64=True) as member,
    ):
        for part in parts:
            size += member.write(part)
    return size


def whole(body: Iterator[bytes]) -> Iterator[bytes]:
    """Put the frame of a daily file around records."""
    yield "\r\n".join((prolog(), opening(), "      <action-keys>", leaf("action-key", "TX", 8), "")).encode()
    yield from body
    yield "\r\n".join(("      </action-keys>", *CLOSING)).encode()


def copies(megabytes: int) -> Iterator[bytes]:
    """Many records, a hundred at a time, none of them watched."""
    block = b"".join(case_xml(Case(serial=f"970000{n:02}")).encode() + b"\r\n" for n in range(100))
    for _ in range(megabytes * 1_000_000 // len(block) + 1):
        yield block


def test_a_hundred_megabytes_are_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    assert write(path, whole(copies(100))) > 100_000_000
    memory, seen, error = run(path)
    assert error is None
    assert seen is not None
    assert seen > 10_000
    assert memory < LIMIT_MB


@pytest.mark.slow
def test_three_gigabytes_are_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    assert write(path, whole(copies(3_000))) > 3_000_000_000
    memory, seen, error = run(path)
    assert error is None
    assert seen is not None
    assert seen > 300_000
    assert memory < LIMIT_MB


@pytest.mark.slow
def test_half_a_gigabyte_of_blanks_between_records_cost_time_but_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    record = case_xml(Case()).encode()
    blanks = (b" " * 1_000_000 for _ in range(500))
    write(path, whole(part for parts in ((record,), blanks, (record,)) for part in parts))
    memory, seen, error = run(path)
    assert (seen, error) == (2, None)
    assert memory < LIMIT_MB


def test_a_single_record_without_end_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    start = case_xml(Case()).split("</text>")[0].encode()
    write(path, whole(part for parts in ((start,), (b"raincoats " * 100_000 for _ in range(400))) for part in parts))
    memory, seen, error = run(path)
    assert seen is None
    assert error is not None
    assert "does not end within 64 MB" in error
    assert memory < 400  # twice the largest record that is read, and its copy


def test_an_entity_bomb_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    xml = daily(("TX", [Case()])).replace(b"]>", bomb.encode() + b"]>", 1).replace(b"LUMENVALE", b"&l11;")
    path.write_bytes(zipped(xml))
    memory, seen, error = run(path)
    assert seen is None
    assert error is not None
    assert "entities" in error
    assert memory < LIMIT_MB
