"""ST.96 XML is read to the same record as JSON where both carry a fact, and safely."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources import golden
from tests.sources.golden.expected import FETCHED, REGISTERED, REGISTERED_ST96
from tmwatch.errors import FormatError
from tmwatch.records import FIELD_GROUPS
from tmwatch.sources.st96 import read_st96
from tmwatch.sources.tsdr_json import read_info

BODY = golden.read("registered-info.xml")
TEXT = BODY.decode()


def changed(old: str, new: str) -> bytes:
    assert TEXT.count(old) >= 1
    return TEXT.replace(old, new, 1).encode()


def without(name: str) -> bytes:
    """Cut the first element of that name out."""
    start = TEXT.index(f"<{name}>")
    end = TEXT.index(f"</{name}>", start) + len(f"</{name}>")
    return (TEXT[:start] + TEXT[end:]).encode()


def test_the_golden_record_is_read_whole():
    reading = read_st96(BODY, FETCHED)
    assert reading.record == REGISTERED_ST96
    assert reading.unknown == ()


def test_json_and_xml_say_the_same_in_every_group_both_tell():
    from_json = read_info(golden.read("registered-info.json"), FETCHED).record
    from_xml = read_st96(BODY, FETCHED).record
    alike = replace(
        from_json,
        told=from_xml.told,
        owner_emails=(),
        attorney_emails=(),
        classes=tuple(replace(goods, status_date=None) for goods in from_json.classes),
        owners=tuple(replace(owner, entry_number=None) for owner in from_json.owners),
        domestic_representative=from_xml.domestic_representative,
        assignments=from_xml.assignments,
        proceedings=from_xml.proceedings,
    )
    assert alike == from_xml


TOLD_BY_XML = {
    "basis": "ns2:NationalFilingBasis",
    "classes": "ns2:GoodsServicesBag",
    "owners": "ns2:ApplicantBag",
    "correspondent": "ns2:NationalCorrespondent",
    "correspondent_emails": "ns2:NationalCorrespondent",
    "domestic_representative": "ns2:NationalRepresentative",
    "assignments": "ns2:AssignmentBag",
    "proceedings": "ns2:LegalProceedingsBag",
}
ALWAYS_TOLD_BY_XML = {"status", "registration", "mark", "events", "publication", "renewal"}
NEVER_TOLD_BY_XML = {"owner_emails", "attorney_emails", "statements", "madrid", "flags"}


def test_every_field_group_has_a_word_on_xml():
    assert set(TOLD_BY_XML) | ALWAYS_TOLD_BY_XML | NEVER_TOLD_BY_XML | {"attorney"} == set(FIELD_GROUPS)
    assert REGISTERED_ST96.told == set(FIELD_GROUPS) - NEVER_TOLD_BY_XML
    assert REGISTERED.told & NEVER_TOLD_BY_XML == {"owner_emails", "attorney_emails"}


@pytest.mark.parametrize("group", sorted(set(TOLD_BY_XML) - {"basis"}))
def test_a_missing_element_is_not_told(group):
    assert group not in read_st96(without(TOLD_BY_XML[group]), FETCHED).record.told


def test_without_an_attorney_element_a_filled_correspondent_says_there_is_none():
    record = read_st96(without("ns2:RecordAttorney"), FETCHED).record
    assert record.attorney is None
    assert "attorney" in record.told


def test_without_both_the_attorney_is_not_told():
    start, end = TEXT.index("<ns2:NationalCorrespondent>"), TEXT.index("</ns2:RecordAttorney>")
    body = (TEXT[:start] + TEXT[end + len("</ns2:RecordAttorney>") :]).encode()
    assert "attorney" not in read_st96(body, FETCHED).record.told


def test_assignments_that_are_fewer_than_declared_are_not_told():
    declared = "<ns2:NationalAssignmentTotalQuantity>{}</ns2:NationalAssignmentTotalQuantity>"
    body = changed(declared.format(1), declared.format(2))
    assert "assignments" not in read_st96(body, FETCHED).record.told


def test_prefixes_do_not_matter():
    body = TEXT.replace("ns2:", "t:").replace("xmlns:ns2", "xmlns:t").encode()
    assert read_st96(body, FETCHED).record == REGISTERED_ST96


def test_the_serial_is_the_mark_s_own_and_not_a_related_one():
    assert read_st96(BODY, FETCHED).record.serial_number == "87000001"


@pytest.mark.parametrize(
    ("joined", "code", "kind"),
    [
        ("C8..O", "C8..", "O"),
        ("R.PRA", "R.PR", "A"),
        ("CORV6", "CORV", "6"),
        ("ZZZX'", "ZZZX", "'"),
        ("ABN2*", "ABN2", "*"),
    ],
)
def test_the_last_character_of_a_joined_code_is_the_type(joined, code, kind):
    record = read_st96(changed("NA85E", joined), FETCHED).record
    assert (record.events[0].code, record.events[0].type) == (code, kind)


def test_a_mark_without_words_has_none():
    record = read_st96(changed(">PINE HARBOR</ns2:MarkVerbal", ">   </ns2:MarkVerbal"), FETCHED).record
    assert record.mark_text is None


def test_unknown_elements_and_words_are_reported():
    body = changed("<ns1:StaffBag/>", "<ns2:FutureBag/>").replace(b">Primary</ns2:RegisterC", b">Third</ns2:RegisterC")
    body = body.replace(b">Service mark<", b">Smell mark<")
    reading = read_st96(body, FETCHED)
    assert reading.unknown == ("FutureBag", "MarkCategory (unknown word)", "RegisterCategory (unknown word)")
    assert reading.record.register is None


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (BODY[: len(BODY) // 2], "not well-formed XML"),
        (b"", "not well-formed XML"),
        (b"<html><body>maintenance</body></html>", "no TrademarkTransaction"),
        (b"<TrademarkTransaction/>", "0 cases"),
        (without("ns2:MarkEventBag"), "no MarkEvent"),
        (without("ns2:MarkCurrentStatusCode"), "no case status code"),
        (changed(">702<", ">seven<"), "no case status code"),
        (changed("2016-04-20-04:00", "soon"), "is no date"),
        (changed("61230045", "reel"), "no reel and frame"),
        (changed("<ns2:CancellationProceedingBag>", "<ns2:X/><ns2:CancellationProceedingBag>"), "unknown shape"),
        (changed(">true</ns2:MarkStandard", ">maybe</ns2:MarkStandard"), "neither true nor false"),
    ],
)
def test_what_is_no_sane_record_is_refused_in_one_line(body, says):
    with pytest.raises(FormatError, match=says) as caught:
        read_st96(body, FETCHED)
    assert "\n" not in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(BODY) - 1), st.binary(min_size=1, max_size=6), st.integers(0, 40))
def test_a_document_damaged_anywhere_is_read_or_refused(at, junk, cut):
    try:
        said = read_st96(BODY[:at] + junk + BODY[at + cut :], FETCHED).record.serial_number
    except FormatError as error:
        said = str(error)
    assert said
    assert "\n" not in said
