"""When two values are the same fact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.invented_cases import FIRM_TSDR, HOME_BULK, HOME_TSDR
from tmwatch import comparing
from tmwatch.comparing import normalise
from tmwatch.records import Address, Correspondent


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lumo Lighting, LLC", "LUMO  LIGHTING LLC"),
        ("Lumo, L.L.C.", "LUMO LLC"),
        ("Lumo Inc.", "lumo inc"),
        ("UNITED STATES", "United States"),
        ("United States of America", "U.S.A."),
        ("Springfield, IL 62701, USA", "SPRINGFIELD IL 62701 United States"),
        ("Jo Q. Doe", "JO Q DOE"),
        ("Ｌｕｍｏ", "lumo"),
        ("  Lumo\r\nLighting ", "Lumo Lighting"),
        (None, ""),
    ],
)
def test_two_spellings_of_one_name_are_equal(one: str | None, other: str | None) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lumo LLC", "Lumo Inc"),
        ("Lumo", "Lumos"),
        ("lumo.example", "lumoexample"),
        ("3.5 Lumen", "35 Lumen"),
        ("Jo Doe", "Doe Jo"),
        ("CHINA", "UNITED STATES"),
        ("US Lumo", "Lumo"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.from_regex(r"[A-Za-z]{1,8}( [A-Za-z]{1,8}){0,3}", fullmatch=True))
def test_case_and_blanks_never_count(text: str) -> None:
    assert normalise(text.upper()) == normalise(text.lower()) == normalise("  " + text.replace(" ", " \t ") + " ")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("7123456", "7123456"),
        ("0000000", None),
        ("", None),
        (None, None),
        ("218184", "0218184"),
        ("0218184", "0218184"),
    ],
)
def test_registration_numbers_have_seven_digits(given: str | None, expected: str | None) -> None:
    assert comparing.registration(given) == expected


@pytest.mark.parametrize(("given", "expected"), [("9", "009"), ("009", "009"), ("A", "A"), ("b", "B"), ("200", "200")])
def test_class_codes_are_padded(given: str, expected: str) -> None:
    assert comparing.class_code(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"), [("6", "6"), ("06", "6"), ("0", "0"), ("b", "B"), ("", None), (None, None)]
)
def test_class_statuses_lose_their_padding(given: str | None, expected: str | None) -> None:
    assert comparing.class_status(given) == expected


def test_emails_are_a_set_without_letter_case() -> None:
    assert comparing.emails(("B@x.test", " a@x.test ", "b@x.test", "")) == ("a@x.test", "b@x.test")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HOME_TSDR, HOME_BULK),
        (
            Address(("1 Main St.",), "Köln", None, "50667", "GERMANY"),
            Address(("1 MAIN ST",), "KÖLN", None, "50667", "DE"),
        ),
        (Address(("A", "B"), "C"), Address(("A B",), "C")),
        (
            Address(("5 Han Rd",), "Shenzhen", "CHINA", "518000", "CHINA"),
            Address(("5 Han Rd", "Shenzhen"), None, None, "518000", "CN"),
        ),
        (Address(), Address(country="US")),
    ],
)
def test_one_address_cut_differently_is_the_same_place(one: Address, other: Address) -> None:
    assert comparing.same_address(one, other)
    assert comparing.same_address(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HOME_TSDR, FIRM_TSDR),
        (Address(("1 Main St",), "X"), Address(("2 Main St",), "X")),
        (Address(("12 Road 5",), "X"), Address(("5 Road 12",), "X")),
        (Address(("1 Main St",), "X", "IL"), Address(("1 Main St",), "X", "WI")),
        (Address(("1 Main St",), "X", None, None, "CN"), Address(("1 Main St",), "X", None, None, "US")),
    ],
)
def test_other_addresses_are_other_places(one: Address, other: Address) -> None:
    assert not comparing.same_address(one, other)


def test_fields_are_compared_with_fields_and_lines_with_lines() -> None:
    fields = Correspondent("Jo Doe", "Doe LLP", address=FIRM_TSDR)
    lines = Correspondent(lines=("SOMEBODY ELSE", "1 OTHER STREET"))
    assert comparing.same_correspondent(fields, lines)  # the forms cannot be compared
    assert comparing.same_correspondent(None, fields)
    assert not comparing.same_correspondent(fields, Correspondent("Ann Roe", "Doe LLP", address=FIRM_TSDR))
    assert not comparing.same_correspondent(lines, Correspondent(lines=("SOMEBODY ELSE", "2 OTHER STREET")))
    assert comparing.same_correspondent(lines, Correspondent(lines=("Somebody  Else 1 Other Street",)))
    assert comparing.same_correspondent(fields, Correspondent("JO DOE", "DOE LLP", "555-0199", None, FIRM_TSDR))
