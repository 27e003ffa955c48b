"""Files given to `check --file`: every kind that helps is read, every other is named in one line."""

import gzip
import io
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources import golden
from tests.sources.golden.expected import REGISTERED, REGISTERED_ST96
from tmwatch.errors import UsageError
from tmwatch.sources.casefile_input import CaseInput, read_input

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SAVED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
INFO, XML = golden.read("registered-info.json"), golden.read("registered-info.xml")
RECORD = (
    "<case-file><serial-number>{serial}</serial-number><registration-number>0000000</registration-number>"
    "<transaction-date>{day}</transaction-date><case-file-header><filing-date>20200102</filing-date>"
    "<status-code>{status}</status-code><status-date>20260101</status-date>"
    "<mark-identification>EXAMPLE</mark-identification></case-file-header></case-file>"
)
DTD = "<!DOCTYPE trademark-applications-daily [<!ELEMENT case-file ANY>]>"


def bulk(*records: tuple[str, str, str]) -> bytes:
    """A daily file of (serial, transaction-date, status)."""
    inside = "".join(RECORD.format(serial=serial, day=day, status=status) for serial, day, status in records)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{DTD}<trademark-applications-daily><version>'
        "<version-no>2.0</version-no><version-date>20041108</version-date></version><creation-datetime>202611200100</creation-datetime>"
        "<application-information><file-segments><file-segment>TRMK</file-segment><action-keys>"
        f"<action-key>TX</action-key>{inside}</action-keys></file-segments></application-information>"
        "</trademark-applications-daily>"
    ).encode()


def zipped(**files: bytes) -> bytes:
    """A zip; `__` in a name stands for a dot."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name.replace("__", "."), body)
    return buffer.getvalue()


@pytest.fixture
def read(tmp_path: Path):
    def read_body(body: bytes, **more) -> CaseInput:
        path = tmp_path / "case.file"
        path.write_bytes(body)
        os.utime(path, (SAVED.timestamp(), SAVED.timestamp()))
        return read_input(path, now=NOW, **more)

    return read_body


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (INFO, "info"),
        (b"\xef\xbb\xbf" + INFO, "info"),
        (b"\n " + INFO, "info"),
        (b'{"padding": "' + b"x" * 70_000 + b'",' + INFO.lstrip()[1:], "info"),
        (golden.envelope(("87000001", golden.trademark())), "multi"),
        (XML, "st96"),
        (b"\xef\xbb\xbf" + XML, "st96"),
        (zipped(status_st96__xml=XML, mark__png=b"\x89PNG"), "st96"),
        (bulk(("87000001", "20261119", "630")), "bulk"),
        (zipped(apc261119__xml=bulk(("87000001", "20261119", "630"))), "bulk"),
        (RECORD.format(serial="87000001", day="20261119", status=630).encode(), "bulk"),
    ],
)
def test_every_useful_kind_is_told_by_its_bytes(read, body, kind):
    found = read(body)
    assert found.kind == kind
    assert [record.serial_number for record in found.cases] == ["87000001"]
    assert found.problems == ()


def test_a_record_from_a_file_is_dated_by_the_file(read):
    record = read(INFO).cases[0]
    assert (record.provenance.source, record.provenance.as_of, record.provenance.url) == ("file", SAVED, "case.file")
    assert record.events == REGISTERED.events
    assert read(XML).cases[0].proceedings == REGISTERED_ST96.proceedings


def test_a_file_from_the_future_is_dated_now(tmp_path):
    path = tmp_path / "info.json"
    path.write_bytes(INFO)
    os.utime(path, (4e9, 4e9))
    assert read_input(path, now=NOW).cases[0].provenance.as_of == NOW


def test_unknown_fields_are_handed_on(read):
    assert read(golden.read("sanctioned-info.json")).unread


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "it is empty"),
        (b" \n\t", "it is empty"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"\n<!-- x --><HTML lang=en>", "a web page"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "a web page"),
        (b"%PDF-1.7\n...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "an image"),
        (gzip.compress(INFO), "gzip"),
        (INFO.decode().encode("utf-16"), "UTF-16"),
        (b"\x00\x01\x02\x03" * 10, "a binary file"),
        (b"serial_number,brand\n87000001,PINE\n", "neither JSON nor XML"),
        (b"[1, 2]", "neither JSON nor XML"),
        (b"{}", "no TSDR case record"),
        (b'{"caseUpdateInfo": []}', "no TSDR case record"),
        (b'{"truncated": "', "not readable as JSON"),
        (INFO[:2000], "not readable as JSON"),
        (XML[:2000], "not well-formed XML"),
        (b"<DocumentList/>", "a list of documents"),
        (b"<ttab-proceedings/>", "a TTAB file"),
        (b"<trademark-assignments/>", "an assignment file"),
        (b"<rss/>", "XML of an unknown kind"),
        (b'<!DOCTYPE TrademarkTransaction [<!ENTITY a "b">]><TrademarkTransaction/>', "entities"),
        (bulk().replace(b"<!ELEMENT case-file ANY>", b'<!ENTITY a "b">'), "entit"),
        (b'{"trademarks":' + b"[" * 500_000, "nested deeper"),
        (b'{"a":' + b"[" * 500_000, "not readable as JSON"),
        (zipped(readme__txt=b"hello"), "zip without an XML file"),
        (zipped(**{"[Content_Types]__xml": b"<Types/>", "xl/workbook__xml": b"<workbook/>"}), "an Office document"),
        (zipped(status__xml=XML)[:-30], "zip"),
        (bulk(("87000001", "20261119", "630"))[:-200], "cut short"),
        (b'{"trademarks": []}', "no case"),
        (b'{"trademarks": [{}]}', "prosecutionHistory is empty"),
    ],
)
def test_every_other_file_is_named_in_one_line(read, body, says):
    with pytest.raises(UsageError, match=says) as caught:
        read(body)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("case.file cannot be used")


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(UsageError, match=r"no\.json cannot be read: No such file"):
        read_input(tmp_path / "no.json", now=NOW)
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        read_input(tmp_path, now=NOW)


def test_a_strange_file_name_cannot_play_with_the_terminal(tmp_path):
    path = tmp_path / "x\x1b[31m\n.json"
    path.write_bytes(b"")
    with pytest.raises(UsageError) as caught:
        read_input(path, now=NOW)
    assert "\x1b" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_one_bad_entry_of_an_envelope_is_named_beside_the_good_ones(read):
    bad = {**golden.trademark(), "prosecutionHistory": []}
    found = read(golden.envelope(("87000001", golden.trademark()), ("87000002", bad)))
    assert [record.serial_number for record in found.cases] == ["87000001"]
    assert [number for number, _ in found.problems] == ["87000002"]


def test_the_newest_record_of_a_serial_in_a_daily_file_is_kept(read):
    found = read(
        bulk(("87000001", "20261119", "630"), ("87000001", "20261118", "700"), ("87000002", "20261119", "602"))
    )
    assert {record.serial_number: record.status_code for record in found.cases} == {"87000001": 630, "87000002": 602}
    assert {record.provenance.source for record in found.cases} == {"file"}


def test_too_many_records_ask_for_names_and_names_are_enough(read):
    body = bulk(*((str(87000000 + number), "20261119", "630") for number in range(120)))
    with pytest.raises(UsageError, match="more than 100 records; name the ones you want"):
        read(body)
    found = read(body, wanted=["87000119", "87000003", "99999999"])
    assert sorted(record.serial_number for record in found.cases) == ["87000003", "87000119"]
    assert [(number, str(error)) for number, error in found.problems] == [("99999999", "99999999 is not in case.file")]


def test_a_hundred_records_are_taken(read):
    body = bulk(*((str(87000000 + number), "20261119", "630") for number in range(100)))
    assert len(read(body).cases) == 100


def test_a_case_is_wanted_by_its_registration_number_too(read):
    assert [record.serial_number for record in read(INFO, wanted=["rn5100001"]).cases] == ["87000001"]
    assert read(INFO, wanted=["rn5100002"]).cases == ()


def test_a_broken_bulk_record_is_set_aside_and_named(read):
    body = bulk(("87000001", "20261119", "630"), ("87000002", "20261119", "none"))
    found = read(body)
    assert [record.serial_number for record in found.cases] == ["87000001"]
    assert [number for number, _ in found.problems] == ["87000002"]


@pytest.mark.parametrize(
    ("name", "kind", "serial"),
    [
        ("patent-dev__uspto-odp__get_trademark_status__response.json", "info", "97123456"),
        ("derived/sn78787878-info.json", "info", "78787878"),
        ("patent-dev__uspto-odp__get_trademark_multi_status__response.json", "multi", "97123456"),
        ("codingatty__Plumage__rn2178784-ST96.xml", "st96", "74631225"),
        ("codingatty__Plumage__rn2713476-ST96.xml", "st96", "78002299"),
        ("codingatty__Plumage__rn3886986-ST96.xml", "st96", "77658723"),
        ("codingatty__Plumage-dotnet__sn76044902-ST96.xml", "st96", "76044902"),
    ],
)
def test_each_real_case_file_is_known_by_its_bytes(shared_data, name, kind, serial):
    found = read_input(shared_data / "tsdr" / name, now=NOW)
    assert (found.kind, [record.serial_number for record in found.cases]) == (kind, [serial])


def test_the_real_bulk_files_are_known_by_their_bytes(shared_data):
    assert len(read_input(shared_data / "bulk/apc_mkreyman/seed.zip", now=NOW).cases) == 11
    one = read_input(shared_data / "bulk/apc_annual2018/case-file-70011210.xml", now=NOW)
    assert [record.serial_number for record in one.cases] == ["70011210"]


@pytest.mark.parametrize(
    "name", ["tsdr/patent-dev__uspto-odp__tsdr-swagger.json", "tsdr/derived/sn78787878-casedocs-info.xml"]
)
def test_real_files_of_other_kinds_are_named(shared_data, name):
    with pytest.raises(UsageError, match="cannot be used"):
        read_input(shared_data / name, now=NOW)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=60)
    | st.builds(lambda at, junk: INFO[:at] + junk + INFO[at:], st.integers(0, len(INFO)), st.binary(max_size=4))
    | st.builds(lambda at: XML[:at], st.integers(0, len(XML)))
)
def test_any_bytes_are_read_or_named(read, body):
    try:
        said = read(body).kind
    except UsageError as error:
        said = str(error)
    assert said
    assert "\n" not in said
