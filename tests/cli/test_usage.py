"""What the library says of a wrong command line: its own English, and Chinese of the same content."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.cli.test_chinese import CHINESE, LANG
from tests.test_catalogue import ENGLISH_WORDS, TYPED
from tmwatch.cli.usage import refused, sentence
from tmwatch.text import Text

WRONG = (
    ("foo",),
    ("doctr",),
    ("check", "--foo"),
    ("check", "--offlin"),
    ("portfolio", "add"),
    ("db", "upgrade", "now"),
    ("check", "--file"),
    ("check", "--offline=yes"),
    ("runs", "--limit", "0"),
    ("register", "search", "--limit", "99999"),
    ("runs", "--limit", "x"),
    ("-v",),
)


@pytest.mark.parametrize("args", WRONG, ids=" ".join)
def test_every_wrong_call_has_its_sentence_in_both_languages(cli: Cli, args: tuple[str, ...]) -> None:
    english, chinese = cli(*args, LANG="C"), cli(*args, LANG=LANG)
    assert (english.code, english.out, chinese.code, chinese.out) == (2, "", 2, "")
    assert ENGLISH_WORDS.findall(TYPED.sub("", chinese.err)) == []
    assert CHINESE.search(chinese.err)
    message = english.err.removeprefix("tmwatch: ").rsplit(" See: ")[0]
    if not message.startswith("Usage:"):
        found = sentence(message) if isinstance(sentence(message), Text) else sentence(message.removesuffix("."))
        assert isinstance(found, Text)
        assert str(found) in (message, message.removesuffix("."))


def test_a_message_of_another_shape_stays_as_it_is() -> None:
    assert sentence("The moon is full.") == "The moon is full."
    assert str(refused("The moon is full", "tmwatch check")) == "The moon is full. See: tmwatch check --help"


def test_what_stands_in_a_message_changes_nothing_but_itself() -> None:
    text = str(refused("No such option: --{x}%s", "tmwatch"))
    assert text == "No such option: --{x}%s. See: tmwatch --help"
