"""Serial and registration numbers in the forms people and spreadsheets write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch.case_numbers import CaseNumber, case_number, looks_like_number, registration_number, serial_number

SERIAL = CaseNumber(serial_number="97123456")


@pytest.mark.parametrize(
    "value",
    [
        *("97123456", 97123456, 97123456.0, "97123456.0", "97/123,456", "97/123456", "97 123 456", "97-123-456"),
        *("97,123,456", "sn97123456", "SN 97123456", "US97123456", "Serial No. 97123456", "Serial Number: 97123456"),
        *(" 97123456\t", "'97123456", "９７１２３４５６", "#97123456", "97–123–456"),
    ],
)
def test_a_serial_number_is_read_in_every_usual_form(value: object) -> None:
    assert serial_number(value) == SERIAL


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("97A23456", "holds letters or signs"),
        ("9712345", "has 7 digits, which is a registration number"),
        ("971234567", "has 9 digits; a serial number has 8"),
        ("59123456", "begin with 60 to 99"),
        ("00123456", "begin with 60 to 99"),
        ("9.71E+07", "has lost digits in a spreadsheet"),
        (9.7123456e20, "digits; a serial number has 8"),
        (97123456.5, "digits; a serial number has 8"),
        ("", "is no number"),
        ("—", "is no number"),
        ("-97123456x", "holds letters or signs"),
        ("٩٧١٢٣٤٥٦", "holds letters or signs"),
        (True, "holds letters or signs"),
    ],
)
def test_what_is_no_serial_number_says_why(value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        serial_number(value)


@pytest.mark.parametrize(
    ("value", "number", "restored"),
    [
        ("6723159", "6723159", False),
        ("6,723,159", "6723159", False),
        ("rn6723159", "6723159", False),
        ("Reg. No. 6,723,159", "6723159", False),
        ("Registration Number 6723159", "6723159", False),
        (6723159.0, "6723159", False),
        ("0123456", "0123456", False),
        (123456, "0123456", True),
        ("123456", "0123456", True),
        (11210, "0011210", True),
    ],
)
def test_a_registration_number_gets_its_zeros_back(value: object, number: str, restored: bool) -> None:
    assert registration_number(value) == CaseNumber(registration_number=number, restored=restored)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("97123456", "has 8 digits, which is a serial number"),
        ("1234", "has 4 digits; a registration number has 7"),
        ("0000000", "a registration number has 7"),
        ("67231x9", "holds letters"),
    ],
)
def test_what_is_no_registration_number_says_why(value: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        registration_number(value)


def test_a_number_of_either_kind_is_told_by_prefix_or_length() -> None:
    assert case_number("97/123,456") == SERIAL
    assert case_number("6723159") == case_number("rn6723159") == CaseNumber(registration_number="6723159")
    assert case_number("123456") == CaseNumber(registration_number="0123456", restored=True)
    with pytest.raises(ValueError, match="which is a registration number"):
        case_number("sn6723159")
    with pytest.raises(ValueError, match="a serial number has 8"):
        case_number("123")


@given(
    st.integers(60_000_000, 99_999_999),
    st.lists(st.sampled_from(["", " ", "/", ",", "-", "."]), min_size=7, max_size=7),
)
def test_separators_anywhere_do_not_matter(number: int, separators: list[str]) -> None:
    written = "".join(a + b for a, b in zip(str(number), [*separators, ""], strict=True))
    if not written.rstrip("0").endswith("."):  # a dot and zeros at the end is how spreadsheets write whole numbers
        assert serial_number(written).serial_number == str(number)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_value_error(text: str) -> None:
    for read in (serial_number, registration_number, case_number):
        try:
            found = read(text)
        except ValueError:
            continue
        assert len(found.serial_number or "12345678") == 8
        assert len(found.registration_number or "1234567") == 7


@pytest.mark.parametrize("text", ["97123456", " 97/123,456 ", "rn6723159", "97 123 456", "sn 97123456"])
def test_numbers_of_a_bare_list_are_known_by_their_looks(text: str) -> None:
    assert looks_like_number(text)


@pytest.mark.parametrize("text", ["serial_number", "商标号", "Acme 97123456", "", "a@b.example", "97123456;Acme"])
def test_headers_and_rows_are_not_taken_for_numbers(text: str) -> None:
    assert not looks_like_number(text)
