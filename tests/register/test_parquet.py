"""The files of a part: written within little memory, in groups that suit their use, naming what they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.bulk_maker import case_xml, crowd
from tmwatch.errors import StoreError
from tmwatch.register.columns import KEY_COLUMNS, RECORD_COLUMNS
from tmwatch.register.engine import TooLittleMemory, open_duckdb, within_memory
from tmwatch.register.extract import summarize
from tmwatch.register.folder import Part
from tmwatch.register.parquet import read_part, write_part
from tmwatch.register.summary import line_of
from tmwatch.sources.watchpass import CutRecord

DAY = date(2026, 1, 5)
PART = Part("apc260105.zip", "0" * 64, "apc260105-0.parquet", 40, (), DAY, None, None)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """A row file of 40 records."""
    cuts = (CutRecord(case.serial, None, case_xml(case).strip().encode(), "TX") for case in crowd(40))
    path = tmp_path / "a.rows"
    lines = (line_of(summarize(cut, DAY), "2026-01-05 apc260105.zip", n) for n, cut in enumerate(cuts))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    return path


def names(path: Path) -> list[str]:
    return [column for column, *_ in duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]  # type: ignore[union-attr]


def test_records_and_keys_are_two_files_about_the_same_marks(tmp_path: Path, rows: Path) -> None:
    records, keys = tmp_path / "a.parquet", tmp_path / "a.keys.parquet"
    part = write_part(rows, PART, records, keys, tmp_path)
    assert (names(records), names(keys)) == (list(RECORD_COLUMNS), list(KEY_COLUMNS))
    assert read_part(records) == part
    assert (part.records, part.last) == (40, DAY)
    with open_duckdb() as conn:
        sql = f"SELECT count(*) FROM '{records}' SEMI JOIN '{keys}' USING (serial_number)"
        assert conn.execute(sql).fetchone() == (40,)


def test_a_part_that_needs_more_memory_gets_it(tmp_path: Path, rows: Path) -> None:
    records, keys = tmp_path / "a.parquet", tmp_path / "a.keys.parquet"
    given: list[int] = []

    def write(memory_mb: int) -> Part:
        given.append(memory_mb)
        return write_part(rows, PART, records, keys, tmp_path, memory_mb)

    assert within_memory(write, 8).records == 40
    assert given == [8, 32]
    with pytest.raises(TooLittleMemory):
        within_memory(write, 1)


def test_what_does_not_lack_memory_is_tried_once(tmp_path: Path, rows: Path) -> None:
    given: list[int] = []

    def write(memory_mb: int) -> Part:
        given.append(memory_mb)
        return write_part(rows.with_name("gone.rows"), replace(PART, file=""), rows, rows, tmp_path, memory_mb)

    with pytest.raises(StoreError):
        within_memory(write)
    assert len(given) == 1
