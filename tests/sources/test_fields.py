"""Single values of USPTO records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch.errors import FormatError
from tmwatch.sources import fields


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("19951013", "1995-10-13"),
        ("19960100", "1996-01"),
        ("19960000", "1996"),
        ("19870000", "1987"),
        ("0", None),
        ("00000000", None),
        ("20240229", "2024-02-29"),
    ],
)
def test_a_date_in_parts(digits, expected):
    assert fields.partial_date(digits) == expected


@pytest.mark.parametrize(
    "digits", ["19961301", "20230229", "19960132", "1996", "199601001", "1996-01-01", "x", "１９９６０１０１"]
)
def test_what_is_no_date_in_parts(digits):
    with pytest.raises(ValueError):
        fields.partial_date(digits)


@given(st.text())
def test_cleaned_text_is_safe_to_show_and_store(text):
    cleaned = fields.clean_text(text)
    assert cleaned is None or (cleaned == cleaned.strip() and cleaned)
    assert fields.clean_text(cleaned or "") == cleaned
    for char in cleaned or "":
        assert char >= " "
        assert char not in "\x7f\u202e\u2028"


@given(st.text())
def test_cleaned_text_can_be_written(text):
    (fields.clean_text(text + "\ud800") or "").encode()


@pytest.mark.parametrize("text", ["2023-03-22", "2023-03-22T04:00:00.000+0000", "2023-03-22-04:00"])
def test_the_day_is_the_first_ten_characters(text):
    assert str(fields.iso_day(text, "here")) == "2023-03-22"


@pytest.mark.parametrize("text", ["20230322", "2023-3-22", "0000-00-00", "2023-13-01", "", "22/03/2023"])
def test_what_is_no_day_says_where(text):
    with pytest.raises(FormatError, match="here is no date"):
        fields.iso_day(text, "here")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, None), (76985, None), (92099999, "92099999"), ("91192463", "91192463"), (None, None), ("x", None)],
)
def test_only_ttab_numbers_are_proceedings(value, expected):
    assert fields.proceeding_number(value) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("NEW HAMPSHIRE", "NH"), ("Texas", "TX"), ("CA", "CA"), ("Ontario", "Ontario"), (None, None)]
)
def test_us_states_become_codes_and_other_regions_stay(name, expected):
    assert fields.region_code(name) == expected


def test_all_states_the_district_and_five_territories_are_known():
    assert len(fields._US_REGIONS) == 50 + 1 + 5
    assert len(set(fields._US_REGIONS.values())) == 56
