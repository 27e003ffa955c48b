"""English that was kept is read back into the sentence it was, and nothing else is."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch.digest.catalogues import sentences
from tmwatch.digest.recall import Recall
from tmwatch.text import Text, say

KNOWN = Recall(
    (
        "TSDR is in trouble (HTTP {status})",
        "{what} was not read: {problem}; it is tried again",
        "{what} was not read: {problem}",
        "nothing was asked",
        "{first}; {next}",
        "today",
        "{name} is not {name}",
    )
)
VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=20)


def test_a_sentence_is_found_by_the_words_around_its_fields() -> None:
    assert KNOWN.sentence("TSDR is in trouble (HTTP 503)") == say("TSDR is in trouble (HTTP {status})", status="503")
    assert KNOWN.sentence("nothing was asked") == say("nothing was asked")


def test_a_sentence_inside_a_sentence_is_found_too_and_the_one_that_says_most_wins() -> None:
    inner = say("TSDR is in trouble (HTTP {status})", status="503")
    text = "a was not read: TSDR is in trouble (HTTP 503); it is tried again"
    expected = say("{what} was not read: {problem}; it is tried again", what="a", problem=inner)
    assert KNOWN.sentence(text) == expected


@pytest.mark.parametrize(
    "text", ["", "today", "a; b", "TSDR is in trouble", "nothing was asked of us", "x is not y", "550 mailbox unknown"]
)
def test_what_is_no_sentence_of_ours_or_says_too_little_stays(text: str) -> None:
    assert KNOWN.sentence(text) == text


def test_a_field_that_stands_twice_must_read_the_same() -> None:
    long = Recall(("{name} stands beside {name}",))
    assert long.sentence("x stands beside x") == say("{name} stands beside {name}", name="x")
    assert long.sentence("x stands beside y") == "x stands beside y"


@given(what=VALUES, problem=VALUES)
def test_whatever_is_kept_reads_the_same_in_english(what: str, problem: str) -> None:
    kept = str(say("{what} was not read: {problem}", what=what, problem=problem))
    back = KNOWN.sentence(kept)
    assert isinstance(back, Text)
    assert str(back) == kept


def test_every_sentence_of_the_catalogue_can_be_kept_and_read_back_as_the_same_english() -> None:
    msgids = [msgid for msgid in sentences("zh-CN") if "%(" not in msgid]
    everything = Recall(msgids)
    for msgid in msgids[::7]:
        text = msgid.format(**dict.fromkeys(_fields(msgid), date(2026, 11, 23))) if "{" in msgid else msgid
        assert str(everything.sentence(text)) == text


def _fields(msgid: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(msgid) if name]
