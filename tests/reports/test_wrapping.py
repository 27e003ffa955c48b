"""Lines that fit a screen, in columns, with a hanging indent; nothing is lost and nothing forges a line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tmwatch.reports.wrapping import CLOSING, OPENING, columns, hanging

WORDS = st.text(st.characters(exclude_categories=["C", "Z", "M"]), min_size=1, max_size=20)


def test_what_fits_stays_on_one_line() -> None:
    assert hanging("  owner  ", "ACME CO., LTD. (CN)", 80) == ["  owner  ACME CO., LTD. (CN)"]


def test_later_lines_hang_below_the_text() -> None:
    text = "one two three four five six seven eight nine ten"
    assert hanging("  do  ", text, 40) == ["  do  one two three four five six seven", "      eight nine ten"]


def test_chinese_counts_double_and_breaks_anywhere() -> None:
    lines = hanging("x ", "商标" * 20, 40)
    assert [columns(line) for line in lines] == [40, 40, 6]
    assert "".join(line[2:] for line in lines) == "商标" * 20


def test_no_line_begins_with_closing_punctuation_or_ends_with_opening_one() -> None:
    text = "只接受主动放弃、律师退出（Withdrawal）和局长请愿（Petition to the Director）。" * 3
    for width in range(32, 80):
        lines = [line[2:] for line in hanging("x ", text, width)]
        assert not [line for line in lines if line[0] in CLOSING or line[-1] in OPENING]
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_narrow_words_stay_whole_beside_wide_characters() -> None:
    assert hanging("", "状态：medium、high、critical 三种", 31) == ["状态：medium、high、critical 三", "种"]


def test_a_long_address_stays_whole() -> None:
    url = "https://example.com/" + "a" * 90
    assert hanging("  see ", f"look at {url} now", 60) == ["  see look at", f"      {url}", "      now"]


def test_line_ends_in_the_text_are_blanks() -> None:
    assert hanging("mark ", "A\r\n  findings none\u2028B\x85C\x0bD", None) == ["mark A findings none B C D"]


def test_without_a_width_there_is_one_line() -> None:
    assert len(hanging("x ", "word " * 500, None)) == 1


@given(st.lists(WORDS, max_size=30).map(" ".join), st.integers(50, 120))
def test_every_word_is_kept_in_order_and_no_line_is_too_wide_but_for_a_long_word(text: str, width: int) -> None:
    lines = hanging("    ", text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(columns(line) <= width or len(line.split()) == 1 for line in lines)
