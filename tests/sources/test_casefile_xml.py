"""The parser of one bulk record: golden pairs, the DTD's 158 elements, odd values, and which source tells what."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bulk_maker import DTD, Case, case_xml, daily, zipped
from tmwatch.changes import to_json
from tmwatch.errors import FormatError
from tmwatch.sources.casefile_elements import IGNORED, KNOWN, READ
from tmwatch.sources.casefile_xml import Origin, Reading, parse_bulk, parse_case_file, read_case_file, set_aside
from tmwatch.sources.watch_values import SetAside

GOLDEN = Path(__file__).parent / "golden_bulk"
ORIGIN = Origin("odp", "https://files.example/apc.zip", "ab" * 32)
BASE = Case()


def read(case: Case | str, origin: Origin = ORIGIN) -> Reading:
    return read_case_file((case if isinstance(case, str) else case_xml(case)).encode(), origin)


def header(**changes: str) -> dict[str, str]:
    return {**BASE.header, **{name.replace("_", "-"): text for name, text in changes.items()}}


@pytest.mark.parametrize("name", ["design_old_style", "itu_multi_class", "madrid_66a", "status_only"])
def test_a_golden_record_reads_as_expected_in_every_field(name: str) -> None:
    reading = read_case_file((GOLDEN / f"{name}.xml").read_bytes(), ORIGIN)
    found = {"record": json.loads(to_json(reading.record)), "unread": list(reading.unread)}
    assert found == json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))


# --- the DTD ---------------------------------------------------------------------------------------------------------


def dtd_children() -> dict[str, frozenset[str]]:
    """Parent -> children, out of the DTD that every file carries."""
    plain = re.sub(r"<!--.*?-->", "", DTD, flags=re.DOTALL)
    models = dict(re.findall(r"<!ELEMENT\s+(\S+)\s+(.*?)>", plain, flags=re.DOTALL))
    assert len(models) == 158
    return {name: frozenset(re.findall(r"[a-z0-9][\w-]*", model)) for name, model in models.items() if "#" not in model}


def test_each_of_the_158_elements_is_read_or_ignored_by_name_at_each_of_its_places() -> None:
    assert dtd_children() == KNOWN


def test_no_element_is_both_read_and_ignored_and_each_ignored_one_says_why() -> None:
    for parent, reasons in IGNORED.items():
        assert not READ.get(parent, frozenset()) & reasons.keys()
        assert all(reasons.values())


def test_an_element_that_the_dtd_does_not_have_is_reported_once() -> None:
    text = case_xml(BASE).replace(
        "<status-code>", "<sanction-in>T</sanction-in><sanction-in>T</sanction-in><status-code>"
    )
    assert read(text).unread.count("unknown element case-file-header/sanction-in") == 1


def test_a_known_element_at_an_unknown_place_is_reported() -> None:
    text = case_xml(BASE).replace("<address-1>", "<country>US</country><address-1>", 1)
    assert read(text).unread == ("unknown element correspondent/country",)


def test_a_header_field_that_stands_twice_is_reported() -> None:
    text = case_xml(BASE).replace("<status-code>", "<status-code>602</status-code><status-code>")
    assert "case-file-header/status-code stands twice" in read(text).unread


def test_an_ordinary_record_leaves_nothing_unread() -> None:
    assert read(BASE).unread == ()


# --- numbers and dates -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"), [("0000000", None), ("", None), (None, None), ("7123456", "7123456"), ("218184", "0218184")]
)
def test_registration_numbers(written: str | None, meant: str | None) -> None:
    assert read(replace(BASE, registration=written)).record.registration_number == meant


@pytest.mark.parametrize("serial", ["", "9800001", "980000011", "98OOOO01", "९८०००००१"])
def test_a_record_without_a_serial_number_is_no_record(serial: str) -> None:
    with pytest.raises(FormatError, match="serial-number"):
        read(replace(BASE, serial=serial))


@pytest.mark.parametrize("code", ["", "0", "1000", "6x2"])
def test_a_record_without_a_status_code_is_no_record(code: str) -> None:
    with pytest.raises(FormatError, match="status-code of record 98000001"):
        read(replace(BASE, header=header(status_code=code)))


def test_the_transaction_date_ends_with_the_day_in_new_york() -> None:
    winter = read(replace(BASE, transaction="20260105")).record.provenance
    summer = read(replace(BASE, transaction="20260705")).record.provenance
    assert winter.as_of == datetime(2026, 1, 6, 4, 59, 59, tzinfo=UTC)
    assert summer.as_of == datetime(2026, 7, 6, 3, 59, 59, tzinfo=UTC)
    assert (winter.source, winter.url, winter.sha256) == ("odp", "https://files.example/apc.zip", "ab" * 32)


@pytest.mark.parametrize("transaction", [None, "", "00000000", "20261301"])
def test_without_transaction_date_the_day_of_the_file_counts_or_the_record_is_refused(transaction: str | None) -> None:
    case = replace(BASE, transaction=transaction)
    assert read(case, Origin(day=date(2026, 1, 5))).record.provenance.as_of.date() == date(2026, 1, 6)
    with pytest.raises(FormatError, match="record 98000001 carries no transaction-date"):
        read(case)


@pytest.mark.parametrize("nothing", ["0", "00000000", ""])
def test_a_date_of_zeros_is_no_date_and_no_complaint(nothing: str) -> None:
    reading = read(replace(BASE, header=header(registration_date=nothing, abandonment_date=nothing)))
    assert (reading.record.registration_date, reading.record.abandonment_date, reading.unread) == (None, None, ())


@pytest.mark.parametrize("odd", ["20240230", "2024", "20240000", "20240100", "notadate", "202401011"])
def test_a_date_that_is_none_is_left_out_and_reported(odd: str) -> None:
    reading = read(replace(BASE, header=header(abandonment_date=odd)))
    assert reading.record.abandonment_date is None
    assert any("abandonment-date" in line for line in reading.unread)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("0", None), ("19870000", "1987"), ("19960100", "1996-01"), ("19961013", "1996-10-13"), ("19961", None)],
)
def test_first_use_may_be_known_in_part(written: str, meant: str | None) -> None:
    row = tuple((n, written if n == "first-use-anywhere-date" else t) for n, t in BASE.classes[0])
    reading = read(replace(BASE, classes=(row,)))
    assert reading.record.classes[0].first_use == meant
    assert bool(reading.unread) == (written == "19961")


# --- mark, kinds, bases, flags ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("written", "meant"), [("4", "4"), ("4000", "4"), ("3T19", "3"), ("", None)])
def test_the_first_character_of_the_drawing_code_counts(written: str, meant: str | None) -> None:
    assert read(replace(BASE, header=header(mark_drawing_code=written))).record.drawing_code == meant


def test_a_design_mark_has_no_words_and_the_record_says_so() -> None:
    design = {name: text for name, text in BASE.header.items() if name != "mark-identification"}
    record = read(replace(BASE, header=design)).record
    assert record.mark_text is None
    assert "mark" in record.told


@pytest.mark.parametrize(
    ("flag", "filed", "current"),
    [
        ("filed-as-use-application-in", ("1a",), ()),
        ("use-application-currently-in", (), ("1a",)),
        ("intent-to-use-in", ("1b",), ()),
        ("intent-to-use-current-in", (), ("1b",)),
        ("filing-basis-filed-as-44d-in", ("44d",), ()),
        ("filing-basis-current-44d-in", (), ("44d",)),
        ("filing-basis-filed-as-44e-in", ("44e",), ()),
        ("filing-basis-current-44e-in", (), ("44e",)),
        ("filing-basis-filed-as-66a-in", ("66a",), ()),
        ("filing-basis-current-66a-in", (), ("66a",)),
        ("without-basis-currently-in", ("none",), ()),  # means: filed without basis
        ("filing-current-no-basis-in", (), ("none",)),
        ("amended-to-use-application-in", (), ()),
        ("foreign-priority-in", (), ()),
    ],
)
def test_each_basis_flag_means_what_the_documentation_says(
    flag: str, filed: tuple[str, ...], current: tuple[str, ...]
) -> None:
    record = read(replace(BASE, true_flags=frozenset({flag}))).record
    assert (record.basis_filed, record.basis_current) == (filed, current)


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        ("cancellation-pending-in", True),
        ("opposition-pending-in", True),
        ("interference-pending-in", True),
        ("concurrent-use-proceeding-in", True),
        ("section-2f-in", True),
        ("section-8-filed-in", False),  # unreliable: the events tell it
        ("section-15-acknowledged-in", False),
        ("renewal-filed-in", False),
        ("color-drawing-filed-in", False),
    ],
)
def test_only_flags_that_nothing_else_tells_are_kept(flag: str, told: bool) -> None:
    assert (flag in read(replace(BASE, true_flags=frozenset({flag}))).record.flags) == told


def test_a_flag_that_is_neither_true_nor_false_is_reported() -> None:
    reading = read(replace(BASE, header=header(trademark_in="Y")))
    assert reading.record.kinds == ()
    assert reading.unread == ("trademark-in is neither T nor F: 'Y'",)


def test_the_supplemental_register_shows_in_its_flag() -> None:
    assert read(BASE).record.register == "principal"
    assert read(replace(BASE, true_flags=frozenset({"supplemental-register-in"}))).record.register == "supplemental"
    assert read(replace(BASE, all_flags=False)).record.register is None


# --- child rows ------------------------------------------------------------------------------------------------------

EVENTS = (
    ("NWAP", "I", "NEW APPLICATION ENTERED", "20230914", "1"),
    ("DOCK", "D", "ASSIGNED TO EXAMINER", "20240601", "2"),
    ("GNRT", "F", "NON-FINAL ACTION E-MAILED", "20240530", "3"),
    ("ABN2", "O", "ABANDONMENT - FAILURE TO RESPOND", "20241201", "4"),
    ("ABN2", "O", "ABANDONMENT - FAILURE TO RESPOND", "20241201", "5"),
)


@given(st.randoms(use_true_random=False), st.integers(0, 4))
def test_the_order_of_events_in_the_file_makes_no_difference(dice: random.Random, doubled: int) -> None:
    events = [*EVENTS, EVENTS[doubled]]
    dice.shuffle(events)
    record = read(replace(BASE, events=tuple(events))).record
    assert [event.number for event in record.events] == [5, 4, 3, 2, 1]
    assert record.events[0].key == "ABN2/O"


def test_an_event_that_cannot_be_dated_is_reported_and_the_others_stay() -> None:
    reading = read(replace(BASE, events=(*EVENTS[:2], ("XXXX", "I", "ODD", "20249999", "9"))))
    assert len(reading.record.events) == 2
    assert any("event date" in line for line in reading.unread)


def test_double_spaces_of_a_description_stay_as_told() -> None:
    event = ("CNRT", "R", "NON-FINAL ACTION  WRITTEN", "20240530", "1")
    assert read(replace(BASE, events=(event,))).record.events[0].description == "NON-FINAL ACTION  WRITTEN"


@pytest.mark.parametrize(
    ("nationality", "meant"),
    [
        ((("state", "DE"),), "DE, US"),
        ((("state", "DE"), ("country", "US")), "DE, US"),
        ((("country", "DE"),), "DE"),
        ((("other", "XXA"),), "XXA"),
        ((), None),
    ],
)
def test_delaware_and_germany_stay_apart(nationality: tuple[tuple[str, str], ...], meant: str | None) -> None:
    assert read(replace(BASE, nationality=nationality)).record.owners[0].citizenship == meant


def test_an_old_correspondent_among_the_owners_is_no_owner() -> None:
    old = ((("entry-number", "1"), ("party-type", "70")), (("party-name", "Marlow Finch"), ("city", "Salem")))
    record = read(replace(BASE, owners=(old, *BASE.owners), correspondent=())).record
    assert [owner.party_type for owner in record.owners] == [10]
    assert record.correspondent is not None
    assert record.correspondent.lines == ("Marlow Finch", "Salem")


@pytest.mark.parametrize(
    "lines",
    [
        ("AVERY QUILLON", "QUILLON & MARSH LLP", "12 EXAMPLE STREET", "AUSTIN, TX 78701"),
        ("Avery Quillon QUILLON & MARSH LLP ", "12 Example Street", "Austin, TX 78701", "United States"),
    ],
)
def test_correspondent_lines_of_both_styles_are_kept_as_they_stand(lines: tuple[str, ...]) -> None:
    correspondent = read(replace(BASE, correspondent=lines)).record.correspondent
    assert correspondent is not None
    assert correspondent.lines == tuple(line.strip() for line in lines)
    assert (correspondent.name, correspondent.firm) == (None, None)


# --- whole files -----------------------------------------------------------------------------------------------------


def test_every_record_of_a_file_is_yielded_from_bytes_stream_xml_and_zip(tmp_path: Path) -> None:
    xml = daily(("NA", [BASE]), ("TX", [replace(BASE, serial="98000002")]))
    path = tmp_path / "apc260105.zip"
    path.write_bytes(zipped(xml))
    with path.open("rb") as file:
        from_zip = list(parse_bulk(file))
    assert [record.serial_number for record in from_zip] == ["98000001", "98000002"]
    assert list(parse_bulk(xml)) == from_zip
    assert from_zip[0].provenance.source == "file"


def test_a_lone_record_is_a_file_too() -> None:
    assert [r.serial_number for r in parse_bulk(b'<?xml version="1.0"?>\n' + case_xml(BASE).encode())] == ["98000001"]


def test_a_record_that_cannot_be_read_raises_or_is_reported_and_the_rest_goes_on() -> None:
    xml = daily(("TX", [replace(BASE, header=header(status_code="")), replace(BASE, serial="98000002")]))
    with pytest.raises(FormatError, match="status-code of record 98000001"):
        list(parse_bulk(xml))
    told: list[str | SetAside] = []
    assert [record.serial_number for record in parse_bulk(xml, report=told.append)] == ["98000002"]
    (item,) = told
    assert isinstance(item, SetAside)
    assert str(set_aside(item)).startswith("record 98000001 is set aside")


def test_a_case_file_is_expected() -> None:
    with pytest.raises(FormatError, match="not with <case-file>"):
        parse_case_file(b"<proceeding-entry/>", ORIGIN)
