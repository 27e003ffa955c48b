"""Which field groups a bulk record tells, and which source tells which: silence is never a removal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sources.test_casefile_xml import BASE, header, read
from tmwatch.records import FIELD_GROUPS, CaseFile, Provenance
from tmwatch.sources.st96 import read_st96
from tmwatch.sources.tsdr_json import read_info

TSDR = Path(__file__).parent / "golden"


def test_a_complete_record_tells_its_groups_and_never_e_mails_assignments_or_proceedings() -> None:
    assert read(BASE).record.told == set(FIELD_GROUPS) - {
        "owner_emails",
        "attorney_emails",
        "correspondent_emails",
        "assignments",
        "proceedings",
        "domestic_representative",
        "madrid",
    }


def test_what_bulk_data_may_lack_is_told_only_when_it_is_there() -> None:
    bare = {name: text for name, text in BASE.header.items() if name != "attorney-name"}
    record = read(replace(BASE, header=bare, correspondent=(), owners=(), events=())).record
    assert not record.told & {"attorney", "correspondent", "owners", "events"}
    assert {"classes", "statements", "mark", "status"} <= record.told


STATUS_ONLY = replace(
    BASE,
    header={"status-code": "900", "status-date": "19001025", "registration-date": "18700101"},
    statements=(),
    classes=(),
    owners=(),
    events=(),
    correspondent=(),
    registration="0000123",
)


def test_a_status_only_record_tells_status_and_registration_alone() -> None:
    assert read(STATUS_ONLY).record.told == {"status", "registration"}


@pytest.mark.parametrize("lacking", [{"registration": "0000000"}, {"header": {"status-code": "900"}}])
def test_a_status_only_record_without_number_or_day_does_not_tell_the_registration(lacking: dict[str, object]) -> None:
    assert read(replace(STATUS_ONLY, **lacking)).record.told == {"status"}  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["statements", "classes", "owners"])
def test_a_record_with_any_of_statements_classes_or_owners_is_not_status_only(part: str) -> None:
    record = read(replace(STATUS_ONLY, **{part: getattr(BASE, part)})).record
    assert "mark" in record.told


FETCHED = Provenance("tsdr", datetime(2026, 11, 23, tzinfo=UTC))


def sources() -> dict[str, CaseFile]:
    """One registered case of each source, as full as that source gets."""
    domestic = replace(BASE, header=header(domestic_representative_name="Rowan Tillbury"))
    return {
        "bulk": read(domestic).record,
        "status-only": read(STATUS_ONLY).record,
        "json": read_info((TSDR / "registered-info.json").read_bytes(), FETCHED).record,
        "st96": read_st96((TSDR / "registered-info.xml").read_bytes(), FETCHED).record,
    }


@pytest.mark.parametrize(
    ("group", "tellers"),
    [
        ("status", "bulk status-only json st96"),
        ("registration", "bulk status-only json st96"),
        ("mark", "bulk json st96"),
        ("basis", "bulk json st96"),
        ("classes", "bulk json st96"),
        ("owners", "bulk json st96"),
        ("owner_emails", "json"),
        ("attorney", "bulk json st96"),
        ("attorney_emails", "json"),
        ("correspondent", "bulk json st96"),
        ("correspondent_emails", "json st96"),
        ("domestic_representative", "bulk st96"),
        ("events", "bulk json st96"),
        ("statements", "bulk"),
        ("publication", "bulk json st96"),
        ("renewal", "bulk json st96"),
        ("assignments", "st96"),
        ("proceedings", "st96"),
        ("flags", "bulk"),
    ],
)
def test_which_source_tells_which_group(group: str, tellers: str) -> None:
    assert {name for name, record in sources().items() if group in record.told} == set(tellers.split())
