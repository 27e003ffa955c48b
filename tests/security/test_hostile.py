"""Proof 9: hostile files make no call, take little memory and little time, and end in one clear error or a record."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.proof.verdict import Log
from tests.security import hostile


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.slow
def test_hostile_files_read_once_stay_within_their_limits(tmp_path: Path) -> None:
    found = hostile.prove(tmp_path, unused_port(), Log(), (".xml", ".json", ".zip"), once=True)
    assert found.holds, found.failures
    assert found.figures["calls out"] == 0


@pytest.mark.slow
def test_hostile_pdfs_and_workbooks_stay_within_their_limits(tmp_path: Path) -> None:
    found = hostile.prove(tmp_path, unused_port(), Log(), (".pdf", ".xlsx"), once=True)
    assert found.holds, found.failures


@pytest.mark.slow
def test_every_hostile_file_with_every_parser_stays_within_its_limits(tmp_path: Path) -> None:
    found = hostile.prove(tmp_path, unused_port(), Log())
    assert found.holds, found.failures
