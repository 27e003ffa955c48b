"""TSDR JSON is read strictly: whole records against golden values, and each thing that may be missing or wrong."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources import golden
from tests.sources.golden.expected import FETCHED, MADRID, REGISTERED, SANCTIONED
from tmwatch.errors import FormatError
from tmwatch.records import FIELD_GROUPS, CaseFile
from tmwatch.sources.tsdr_json import NoCase, parse_multi, read_info


def parsed(mark: dict[str, Any]) -> CaseFile:
    return read_info(json.dumps({"trademarks": [mark]}).encode(), FETCHED).record


@pytest.mark.parametrize(
    ("name", "expected"), [("registered", REGISTERED), ("sanctioned", SANCTIONED), ("madrid", MADRID)]
)
def test_a_golden_record_is_read_whole(name, expected):
    assert read_info(golden.read(f"{name}-info.json"), FETCHED).record == expected


def test_one_case_and_many_cases_give_the_same_record():
    many = parse_multi(golden.envelope(("87000001", golden.trademark())), FETCHED)
    assert many.cases == {"87000001": REGISTERED}
    assert many.problems == {}
    assert many.unknown == ()
    assert not many.oversized


def test_unknown_fields_are_reported_by_place_and_harm_nothing():
    assert read_info(golden.read("registered-info.json"), FETCHED).unknown == ()
    assert read_info(golden.read("sanctioned-info.json"), FETCHED).unknown == (
        "trademark.futureBlock",
        "trademark.status.futureFlag",
    )
    assert read_info(golden.read("madrid-info.json"), FETCHED).unknown == (
        "trademark.gsList[].firstUseInCommerceDate (no date)",
    )


TOLD_BY_JSON = {
    "status": "status.status",
    "registration": "status.usRegistrationNumber",
    "mark": "status.markDrawingCd",
    "basis": "status.filedUse",
    "classes": "gsList",
    "owners": "parties.ownerGroups",
    "owner_emails": "parties.ownerGroups.30[].emailList",
    "attorney": "status.correspondence",
    "attorney_emails": "status.correspondence.attorneyEmail",
    "correspondent": "status.correspondence",
    "correspondent_emails": "status.correspondence.correspondantEmail",
    "events": "prosecutionHistory",
    "publication": "publication",
    "renewal": "status.dateRenewal",
}
NOT_TOLD_BY_JSON = {"domestic_representative", "statements", "assignments", "proceedings", "flags"}


def test_every_field_group_has_a_word_on_json():
    assert set(TOLD_BY_JSON) | NOT_TOLD_BY_JSON | {"madrid"} == set(FIELD_GROUPS)
    assert REGISTERED.told == set(TOLD_BY_JSON)
    assert MADRID.told - REGISTERED.told == {"madrid"}


def _without(mark: dict[str, Any], group: str) -> dict[str, Any]:
    """Take out of the record what carries the group."""
    status = mark["status"]
    if group in ("registration", "mark", "basis", "renewal"):
        for key in [key for key in status if key.startswith(_KEYS[group])]:
            del status[key]
    elif group in ("attorney", "correspondent"):
        status["correspondence"] = {}
    elif group == "attorney_emails":
        del status["correspondence"]["attorneyEmail"]
    elif group == "correspondent_emails":
        del status["correspondence"]["correspondantEmail"]
    elif group == "owner_emails":
        for owners in mark["parties"]["ownerGroups"].values():
            for owner in owners:
                del owner["emailList"]
    elif group == "owners":
        mark["parties"] = {}
    elif group == "classes":
        mark["gsList"] = []
    else:
        del mark[group]
    return mark


_KEYS = {
    "registration": ("usRegistration",),
    "mark": ("markElement", "markDrawingCd", "standardChar"),
    "basis": ("filedUse", "filedItu", "filed44", "filed66", "filedNo", "useCurr", "ituCurr", "sect44", "sect66", "noB"),
    "renewal": ("dateRenewal",),
}


@pytest.mark.parametrize("group", sorted(set(TOLD_BY_JSON) - {"status", "events"}))
def test_what_the_answer_leaves_out_is_not_told(group):
    record = parsed(_without(golden.trademark(), group))
    assert group not in record.told


def test_empty_parties_and_correspondence_are_not_told_never_removed():
    mark = golden.trademark()
    mark["parties"], mark["status"]["correspondence"] = {}, {}
    record = parsed(mark)
    assert record.told == REGISTERED.told - {
        "owners",
        "owner_emails",
        "attorney",
        "attorney_emails",
        "correspondent",
        "correspondent_emails",
    }


def test_a_correspondence_block_of_blanks_is_not_filled():
    mark = golden.trademark()
    mark["status"]["correspondence"] = {
        "individualFullName": "  ",
        "address": {},
        "freeFormAddress": [],
        "firmName": None,
    }
    assert not parsed(mark).told & {"attorney", "correspondent"}


def test_a_filled_correspondence_without_attorney_says_there_is_none():
    record = read_info(golden.read("sanctioned-info.json"), FETCHED).record
    assert record.attorney is None
    assert "attorney" in record.told
    assert "attorney_emails" not in record.told


def test_the_e_mails_of_former_owners_are_not_the_owner_s():
    mark = golden.trademark()
    mark["parties"]["ownerGroups"]["30"][0]["emailList"]["addresses"] = []
    record = parsed(mark)
    assert record.owner_emails == ()
    assert "owner_emails" in record.told


def test_party_types_are_ordered_as_numbers():
    mark = golden.trademark()
    owners = mark["parties"]["ownerGroups"]
    owners["9"] = copy.deepcopy(owners["10"])
    assert [owner.party_type for owner in parsed(mark).owners] == [30, 10, 9]


@pytest.mark.parametrize("blank", ["", "   ", None, "0000000"])
def test_no_registration_number_is_none_and_told(blank):
    mark = golden.trademark()
    mark["status"]["usRegistrationNumber"] = blank
    assert parsed(mark).registration_number is None


def test_control_characters_go_and_runs_of_spaces_stay():
    mark = golden.trademark()
    mark["status"]["markElement"] = " PINE   HAR\x00BOR\r\nII \u202eX\ud800"
    assert parsed(mark).mark_text == "PINE   HARBOR II X"


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        (("status", "serialNumber"), 123, "no serial number"),
        (("status", "serialNumber"), True, "not a whole number"),
        (("status", "serialNumber"), None, "no serial number"),
        (("status", "status"), None, "no case status code"),
        (("status", "status"), 0, "no case status code"),
        (("status", "status"), 4711, "no case status code"),
        (("status", "status"), [], "not a whole number"),
        (("status", "statusDate"), "22.03.2023", "is no date"),
        (("status", "statusDate"), "2023-02-30", "is no date"),
        (("status", "statusDate"), 20230322, "not text"),
        (("status", "trademark"), "true", "not true or false"),
        (("status", "usRegistrationNumber"), "51A0001", "no registration number"),
        (("status",), [], "not an object"),
        (("prosecutionHistory",), [], "is empty"),
        (("prosecutionHistory",), None, "is empty"),
        (("prosecutionHistory",), {}, "not a list"),
        (("prosecutionHistory",), ["x"], "not an object"),
        (("prosecutionHistory", 0, "entryType"), "", "without code, type or date"),
        (("prosecutionHistory", 0, "entryDate"), None, "without code, type or date"),
        (("parties", "ownerGroups", "30", 0, "name"), " ", "owner without name"),
        (("parties", "ownerGroups"), {"newest": []}, "no party type"),
        (("gsList", 0), {"statusCode": "6"}, "class without code"),
    ],
)
def test_a_record_that_is_not_sane_is_refused_with_its_place(place, value, says):
    mark = golden.trademark()
    target: Any = mark
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    with pytest.raises(FormatError, match=says):
        parsed(mark)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not readable as JSON"),
        (b'{"trademarks": [{"status"', "not readable as JSON"),
        (b'{"a": NaN}', "not readable as JSON"),
        (b"\xff\xfe\x00", "not readable as JSON"),
        (b"[]", "no object"),
        (b"{}", "no case record"),
        (b'{"trademarks": null}', "no case record"),
        (b'{"trademarks": [{}, {}]}', "2 cases"),
        (b"9" * 5000, "not readable as JSON"),
    ],
)
def test_what_is_no_record_is_refused_in_one_line(body, says):
    with pytest.raises(FormatError, match=says) as caught:
        read_info(body, FETCHED)
    assert "\n" not in str(caught.value)


def test_an_answer_without_a_case_is_told_apart():
    with pytest.raises(NoCase):
        read_info(b'{"trademarks": []}', FETCHED)


@pytest.mark.parametrize(
    "bomb", [b"[" * 1_000_000, b'{"trademarks":' * 70_000, b'{"trademarks":[' + b'{"status":' * 90_000]
)
def test_a_megabyte_of_nesting_is_refused_without_a_crash(bomb):
    with pytest.raises(FormatError):
        read_info(bomb, FETCHED)


def test_a_record_of_ten_megabytes_is_read():
    mark = golden.trademark()
    entry = {**mark["prosecutionHistory"][-1], "entryDesc": "MADRID EVENT " + "X" * 300}
    mark["prosecutionHistory"] = [{**entry, "entryNumber": number} for number in range(24_000)]
    body = json.dumps({"trademarks": [mark]}).encode()
    assert len(body) > 10_000_000
    assert len(read_info(body, FETCHED).record.events) == 24_000


def test_one_bad_entry_of_an_envelope_leaves_the_others_alone():
    bad = golden.trademark()
    bad["prosecutionHistory"] = []
    bad["status"]["serialNumber"] = 87000002
    many = parse_multi(golden.envelope(("87000002", bad), ("87000001", golden.trademark())), FETCHED)
    assert many.cases == {"87000001": REGISTERED}
    assert "prosecutionHistory is empty" in str(many.problems["87000002"])


def test_a_record_of_another_case_is_refused():
    many = parse_multi(golden.envelope(("87000002", golden.trademark())), FETCHED)
    assert many.cases == {}
    assert "holds another case (87000001)" in str(many.problems["87000002"])


@pytest.mark.parametrize("twins", [("87000001", "87000001"), ("87000001", "5100001")])
def test_a_case_told_twice_is_refused_both_times(twins):
    many = parse_multi(golden.envelope(*((number, golden.trademark()) for number in twins)), FETCHED)
    assert many.cases == {}
    assert set(many.problems) == set(twins)


def test_an_entry_is_found_by_its_registration_number():
    many = parse_multi(golden.envelope(("5100001", golden.trademark())), FETCHED)
    assert many.cases["5100001"].serial_number == "87000001"


def test_an_oversized_answer_and_missed_numbers_are_told():
    body = golden.envelope(("87000001", golden.trademark()), oversized=True, missedElements=["90001000"])
    many = parse_multi(body, FETCHED)
    assert many.oversized
    assert many.missed == ("90001000",)


@pytest.mark.parametrize("body", [b"{}", b'{"transactionList": {}}', b'{"transactionList": [{"trademarks": []}]}'])
def test_an_envelope_of_another_shape_is_refused_as_a_whole(body):
    with pytest.raises(FormatError):
        parse_multi(body, FETCHED)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner, max_size=2),
    max_leaves=4,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List every place in a JSON value."""
    found = [path] if path else []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        found += _places(inner, (*path, step))
    return found


_BASE = golden.info()
_PLACES = _places(_BASE)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(_PLACES), _VALUES, st.booleans())
def test_a_record_changed_anywhere_is_read_or_refused(place, value, remove):
    data = copy.deepcopy(_BASE)
    target: Any = data
    for step in place[:-1]:
        target = target[step]
    if remove:
        del target[place[-1]]
    else:
        target[place[-1]] = value
    try:
        record = read_info(json.dumps(data).encode(), FETCHED).record
        said = str(record)
        assert record.told <= set(FIELD_GROUPS)
    except FormatError as error:
        said = str(error)
    assert "\n" not in said
    assert said.encode()


@settings(max_examples=100, deadline=None)
@given(st.permutations(golden.trademark()["prosecutionHistory"]))
def test_the_order_of_the_history_does_not_matter(history):
    assert parsed({**golden.trademark(), "prosecutionHistory": history}) == REGISTERED
