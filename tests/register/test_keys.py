"""Normal forms for searching: what a person types finds what the Office recorded."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tmwatch.register.keys import address_key, asked_name, mark_key, name_key, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O'Hara & Sons, L.L.C.", ["ohara", "and", "sons", "llc"]),
        ("  TEA-HOUSE_2  ", ["tea", "house", "2"]),
        ("Füchslein & Söhne", ["fuchslein", "and", "sohne"]),
        ("ＡＢＣ＆Ｄ", ["abc", "and", "d"]),
        ("", []),
        ("-- ! --", []),
    ],
)
def test_words_are_small_letters_and_digits_without_dots_and_apostrophes(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_ascii_text_has_the_words_that_a_pattern_finds(text: str) -> None:
    flat = text.lower().replace(".", "").replace("'", "").replace("&", " and ")
    assert words(text) == re.findall(r"[a-z0-9]+", flat)


def test_a_question_loses_its_legal_form_and_a_record_does_not() -> None:
    assert asked_name("The Shenzhen Kettle Tech Co., Ltd.") in name_key("SHENZHEN KETTLE TECHNOLOGY CO LTD")
    assert name_key("Vale LLC") == "valellc"


def test_an_address_is_not_found_in_the_middle_of_a_word_or_number() -> None:
    assert address_key("15 Vale Rd") in address_key("15 Vale Road, Dover")
    assert address_key("5 Vale Rd") not in address_key("15 Vale Road, Dover")


def test_a_mark_is_one_run_of_letters() -> None:
    assert mark_key("Tea-House & Co.") == "teahouseandco"
