"""A case file as JSON and back."""

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from tests.invented_cases import any_case, at, bulk, tsdr
from tmwatch.errors import FormatError
from tmwatch.record_json import from_json, record_hash, to_json
from tmwatch.records import CaseFile, ProsecutionEvent, Provenance


@given(any_case())
def test_every_case_file_comes_back_as_it_was(case: CaseFile) -> None:
    text = to_json(case)
    assert from_json(text) == case
    assert to_json(from_json(text)) == text
    assert "\n" not in text


def test_the_text_does_not_depend_on_the_order_of_the_told_groups() -> None:
    case = tsdr()
    assert to_json(replace(case, told=frozenset(sorted(case.told)))) == to_json(case)
    assert list(json.loads(to_json(case))) == sorted(json.loads(to_json(case)))


def test_values_equal_to_their_default_take_no_room() -> None:
    bare = CaseFile("97123456", 630, Provenance("tsdr", at(1)), frozenset())
    assert json.loads(to_json(bare)) == {
        "serial_number": "97123456",
        "status_code": 630,
        "provenance": {"source": "tsdr", "as_of": "2026-11-01T12:00:00+00:00"},
        "told": [],
    }


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"serial_number": "97123456"}', "not json", to_json(tsdr()).replace("LUMO", "\x00LUMO")],
)
def test_other_text_is_refused_with_one_line(text: str) -> None:
    with pytest.raises(FormatError, match="fetch the case again"):
        from_json(text)


def test_a_field_of_a_newer_program_is_refused_not_dropped() -> None:
    with pytest.raises(FormatError, match="colour"):
        from_json(to_json(tsdr())[:-1] + ',"colour":"red"}')


def test_the_hash_leaves_out_where_the_record_came_from() -> None:
    case = tsdr()
    later = replace(case, provenance=Provenance("file", datetime(2030, 1, 1, tzinfo=UTC)), told=frozenset({"status"}))
    assert record_hash(case) == record_hash(later)
    assert record_hash(case) == record_hash(replace(case, events=tuple(reversed(case.events))))


def test_the_hash_tells_every_business_field_apart() -> None:
    case = tsdr()
    other = {
        "status_code": 701,
        "mark_text": "LUMA",
        "renewal_date": date(2034, 1, 2),
        "owner_emails": (),
        "events": (*case.events, ProsecutionEvent("TCCA", "I", date(2026, 1, 1))),
        "classes": case.classes[:1],
        "flags": ("x",),
    }
    hashes = {record_hash(replace(case, **{name: value})) for name, value in other.items()}
    assert len(hashes | {record_hash(case), record_hash(bulk())}) == len(other) + 2


def test_a_new_field_of_a_record_needs_nothing_here() -> None:
    packed = json.loads(to_json(replace(tsdr(), domestic_representative="Ann Roe")))
    assert packed["domestic_representative"] == "Ann Roe"
    assert {f.name for f in fields(CaseFile)} >= packed.keys()
