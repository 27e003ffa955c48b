"""What Brand Registry has been seen to ask, checked one by one; quiet where record or owner say nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.test_brands import ENROLLED, MARK
from tmwatch.hygiene import NAMES, Check, checks, difference, meant_for_registry


def failed(*found: Check) -> list[str]:
    return [one.name for one in found if one.ok is False]


@pytest.mark.parametrize(
    ("brand", "mark", "how"),
    [
        ("ZORVEXA", "ZORVEXA", None),
        ("Zorvexa", "ZORVEXA", "case"),
        ("straße", "STRASSE", "case"),
        ("ZOR VEXA", "ZORVEXA", "blanks"),
        ("Zor Vexa", "ZORVEXA", "blanks"),
        ("ZORVEXA ", "ZORVEXA", "blanks"),
        ("ZOR-VEXA", "ZORVEXA", "punctuation"),
        ("Zorvexa!", "ZORVEXA", "punctuation"),
        ("ZORVEXA™", "ZORVEXA", "punctuation"),
        ("ZORVEXO", "ZORVEXA", "text"),
        ("商标", "商標", "text"),
        ("ＺＯＲＶＥＸＡ", "ZORVEXA", "text"),
    ],
)
def test_a_brand_is_compared_character_by_character(brand: str, mark: str, how: str | None) -> None:
    assert difference(brand, mark) == how


def test_a_clean_mark_passes_everything_that_is_told() -> None:
    assert failed(*checks(ENROLLED, MARK)) == []
    assert [one.name for one in checks(ENROLLED, MARK)] == list(NAMES)


def test_what_nobody_tells_is_neither_right_nor_wrong() -> None:
    sparse = replace(
        MARK, status_code=999, mark_text=None, register=None, drawing_code=None, owners=(), basis_current=()
    )
    watch = replace(ENROLLED, owner_expected="Somebody", marketplaces=())
    assert [(one.ok, one.words) for one in checks(watch, sparse)] == [(None, None)] * len(NAMES)


def test_each_fault_is_named_with_its_words() -> None:
    bad = replace(MARK, status_code=602, mark_text="OTHER", register="supplemental", drawing_code="2")
    found = checks(replace(ENROLLED, owner_expected="Somebody else"), bad)
    assert failed(*found) == ["live", "text", "register", "letters", "owner"]
    assert all(one.words is not None for one in found if one.ok is False)


def test_a_mark_that_came_through_wipo_is_told_which_number_counts() -> None:
    (basis,) = (one for one in checks(ENROLLED, replace(MARK, basis_current=("66a",))) if one.name == "basis")
    assert basis.ok
    assert "US number" in str(basis.words)


@pytest.mark.parametrize("basis", ["1a", "1b", "44d", "44e"])
def test_every_other_basis_is_as_good(basis: str) -> None:
    (found,) = (one for one in checks(ENROLLED, replace(MARK, basis_current=(basis,))) if one.name == "basis")
    assert (found.ok, found.words) == (True, None)


def test_a_marketplace_of_another_office_is_told_as_not_known() -> None:
    (found,) = (one for one in checks(replace(ENROLLED, marketplaces=("US", "CA", "DE")), MARK) if one.name == "office")
    assert found.ok is None
    assert "CA, DE" in str(found.words)
    (at_home,) = (one for one in checks(replace(ENROLLED, marketplaces=("US",)), MARK) if one.name == "office")
    assert (at_home.ok, at_home.words) == (True, None)


@pytest.mark.parametrize(
    ("status", "with_this", "meant"),
    [
        ("enrolled", True, True),
        ("pending", None, True),
        ("removed", None, True),
        ("not_enrolled", True, True),
        (None, True, False),
        ("enrolled", False, False),
    ],
)
def test_only_rows_that_speak_of_brand_registry_with_this_mark_are_meant(
    status: str | None, with_this: bool | None, meant: bool
) -> None:
    row = replace(ENROLLED, brand_registry_status=status, enrolled_with_this_mark=with_this)
    assert meant_for_registry(row) is meant
