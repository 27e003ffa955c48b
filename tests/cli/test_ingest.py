"""`tmwatch ingest`: files from disk are read, judged and told; one that cannot be read is named."""

from __future__ import annotations

import pytest

from tests.bulk_maker import Case, daily, zipped
from tests.cli.conftest import Cli
from tests.cli.test_run import told


@pytest.fixture
def one_mark(ready: Cli) -> Cli:
    """A portfolio of one mark, never asked for."""
    ready.write("p.csv", "serial_number,client,emails\n90000001,Acme,a@acme.example\n")
    assert ready("portfolio", "import", "p.csv").code == 0
    return ready


def test_a_daily_file_is_read_and_its_watched_mark_counts(one_mark: Cli) -> None:
    one_mark.write("apc260105.zip", zipped(daily(("TX", [Case("90000001"), Case("90000002")]))))
    value = told(one_mark("ingest", "apc260105.zip", "--json").out)
    assert (value["watched"], value["checked"], value["failed"]) == (1, 1, [])
    assert [source["name"] for source in value["sources"]] == ["daily files"]


def test_the_same_bytes_again_change_nothing(one_mark: Cli) -> None:
    one_mark.write("apc260105.zip", zipped(daily(("TX", [Case("90000001")]))))
    one_mark("ingest", "apc260105.zip", "--no-send")
    value = told(one_mark("ingest", "apc260105.zip", "--json", "--no-send").out)
    assert (value["changes"], value["messages"]["queued"]) == (0, 0)


def test_a_file_that_is_missing_is_exit_2_and_nothing_is_read(one_mark: Cli) -> None:
    one_mark.write("apc260105.zip", zipped(daily(("TX", [Case("90000001")]))))
    done = one_mark("ingest", "apc260105.zip", "gone.zip")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "there is no file" in done.err
    assert "gone.zip" in done.err


@pytest.mark.parametrize("body", [b"", b"<!DOCTYPE html><html></html>", b"PK\x03\x04broken", b"\x00\x01"])
def test_a_file_that_is_no_bulk_file_is_named_and_no_quiet_day(one_mark: Cli, body: bytes) -> None:
    one_mark.write("apc260105.zip", body)
    done = one_mark("ingest", "apc260105.zip")
    assert done.code in (2, 3)
    assert "apc260105.zip" in done.err
    assert "Traceback" not in done.err
