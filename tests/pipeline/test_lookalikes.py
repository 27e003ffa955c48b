"""The digest's line on new applications for the text of a mark in danger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.register.files import BASE, build_here, case, write
from tmwatch.findings import Finding, Severity
from tmwatch.pipeline.lookalikes import lookalike_notes
from tmwatch.pipeline.news import View
from tmwatch.portfolio import Client
from tmwatch.records import CaseFile, Owner, Provenance
from tmwatch.settings import Settings, load
from tmwatch.store.findings import OpenFinding
from tmwatch.text import say

SINCE = date(2026, 1, 1)
NOW = datetime(2026, 1, 20, tzinfo=UTC)
OURS = "Lumenvale Trading LLC"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(None, {"TMWATCH_DATABASE_URL": f"sqlite:///{tmp_path / 'tmwatch.db'}"}, tmp_path)


def view(severity: Severity, text: str | None = "LUMENVALE") -> View:
    record = CaseFile(
        "98000001", 602, Provenance("tsdr", NOW), frozenset({"status"}), mark_text=text, owners=(Owner(OURS),)
    )
    finding = Finding("98000001", "A01", "", severity, say("t"), say("e"), say("a"), "c")
    opened = OpenFinding(finding, 1, NOW)
    return View(Client("Vale"), (), {"98000001": record}, {}, {finding.identity: opened}, {})


def stranger(serial: str, mark: str, day: str = "20260110"):  # type: ignore[no-untyped-def]
    owners = (((("entry-number", "1"), ("party-type", "10")), (("party-name", "Stranger Inc."),)),)
    return case(serial, header={"mark-identification": mark, "filing-date": day}, owners=owners)


@pytest.fixture
def built(tmp_path: Path) -> None:
    cases = [
        case("98000001", header={"filing-date": "20260102"}),
        stranger("98000002", "LUMENVALE"),
        stranger("98000003", "LUMENVALES"),
        stranger("98000004", "LUMENVALE", "20251231"),
        stranger("98000005", "SOMETHING ELSE"),
        case("98000006", header={"filing-date": "20260111"}),  # the owner's own
    ]
    build_here(tmp_path / "register", write(tmp_path, BASE, cases))


@pytest.mark.usefixtures("built")
def test_a_mark_in_danger_gets_a_line_that_names_who_filed_for_its_text(settings: Settings) -> None:
    (note,) = lookalike_notes(settings, view(Severity.HIGH), SINCE)
    assert str(note) == (
        "New applications since 2026-01-01 by others for LUMENVALE or a very similar text: 2 (register of 2026-01-05). "
        "98000002 LUMENVALE (2026-01-10, Stranger Inc.); 98000003 LUMENVALES (2026-01-10, Stranger Inc.)"
    )


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "quiet", [view(Severity.MEDIUM), view(Severity.CRITICAL, None), view(Severity.CRITICAL, "UNHEARD OF")]
)
def test_a_mark_that_is_safe_has_no_words_or_nobody_files_for_gets_none(settings: Settings, quiet: View) -> None:
    assert lookalike_notes(settings, quiet, SINCE) == ()


def test_without_a_register_nothing_is_said(settings: Settings) -> None:
    assert lookalike_notes(settings, view(Severity.CRITICAL), SINCE) == ()
