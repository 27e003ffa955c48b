"""Printing: tables on a terminal, aligned text in a pipe, and foreign strings without control characters."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch.cli import console
from tmwatch.cli.counts import CLIENTS, ROWS, counted
from tmwatch.text import say


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def chinese() -> Iterator[None]:
    """A terminal that speaks Chinese."""
    console.speak("zh-CN")
    yield
    console.speak("en")


def terminal(monkeypatch: pytest.MonkeyPatch, **environ: str) -> Terminal:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "100", **environ}.items():
        monkeypatch.setenv(name, value)
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    return stream


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain é 商标 👟", "plain é 商标 👟"),
        ("a\tb\nc", "a\tb\nc"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\rb\x08c\x00", "abc"),
        ("user\u202etxt.exe", "usertxt.exe"),
        ("a\u2066b\u2069c\u200bd\ufeffe\u2028f", "abcdef"),
        ("\x9b31m", "31m"),
        ("\U000e0041tag", "tag"),
    ],
)
def test_control_and_direction_characters_are_taken_out_and_nothing_else(given_text: str, shown: str) -> None:
    assert console.clean(given_text) == shown


@given(st.text())
def test_a_cleaned_line_is_one_line_that_stays_as_it_is(text: str) -> None:
    line = console.clean_line(text)
    assert len(line.splitlines()) <= 1
    assert console.clean_line(line) == line
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line)


def test_in_a_pipe_a_table_is_aligned_text_and_chinese_counts_double(capsys: pytest.CaptureFixture[str]) -> None:
    console.table(("mark", "n"), [("光影", 1), ("ABCDE", None), ("x\ny\x1b[2J", 22)])
    assert capsys.readouterr().out == "mark    n\n光影    1\nABCDE\nx y[2J  22\n"


def test_on_a_terminal_a_table_has_lines_and_markup_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    console.table(("mark", "n"), [("[bold]X[/bold]", 1)])
    assert "[bold]X[/bold]" in stream.getvalue()
    assert "━" in stream.getvalue()


def test_words_are_coloured_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch)
    console.word("fail  [red]\x1b]0;x\x07", "fail")
    assert stream.getvalue() == "\x1b[1;31mfail  [red]]0;x\x1b[0m\n"


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(monkeypatch, NO_COLOR="1")
    console.word("fail  mail", "fail")
    console.table(("mark",), [("X",)])
    assert "31" not in stream.getvalue()
    assert "fail  mail" in stream.getvalue()


def test_words_in_a_pipe_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    console.word("ok    clock", "ok")
    assert capsys.readouterr().out == "ok    clock\n"


def test_json_is_one_value_with_control_characters_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"mark": "光\x1b[2J\u202e"}
    console.json_out(value)
    text = capsys.readouterr().out
    assert json.loads(text) == value
    assert "\x1b" not in text


def test_trouble_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console.warn("old\x1b")
    assert capsys.readouterr() == ("", "warning: old\n")


def test_counts_have_their_plural() -> None:
    assert [str(counted(n, ROWS)) for n in (0, 1, 2, 1200)] == ["0 rows", "1 row", "2 rows", "1,200 rows"]


def test_a_sentence_is_shown_in_the_language_that_is_spoken_and_a_string_as_it_is(
    chinese: None, capsys: pytest.CaptureFixture[str]
) -> None:
    console.out(say("{rows} of {clients}", rows=counted(1200, ROWS), clients=counted(1, CLIENTS)))
    console.out("today")
    console.warn("a server's words")
    console.table((say("mark"), say("filed")), [("DEAD", date(2026, 11, 3))])
    shown = capsys.readouterr()
    assert shown.out == "1 个客户的 1,200 行\ntoday\n商标  提交\nDEAD  2026年11月3日\n"
    assert shown.err == "注意：a server's words\n"


def test_what_was_kept_in_english_is_read_back(chinese: None) -> None:
    assert console.recalled("the client has no e-mail address") == "该客户没有邮箱"
    assert console.recalled("550 no such user") == "550 no such user"
    console.speak("en")
    assert console.recalled("the client has no e-mail address") == "the client has no e-mail address"


def test_chinese_is_padded_by_its_columns(chinese: None) -> None:
    assert console.padded(say("mark"), 6) == "商标  "
    assert console.padded("a\x1b[31m\nb", 9) == "a[31m b  "
    assert console.padded("longer than this", 4) == "longer than this"


def test_hostile_text_in_a_sentence_loses_its_control_characters(
    chinese: None, capsys: pytest.CaptureFixture[str]
) -> None:
    console.out(say("{mark}: {what}", mark="A\x1b[2J\u202e{what}%s", what=say("today")))
    assert capsys.readouterr().out == "A[2J{what}%s：今天\n"


def test_english_needs_no_language_and_a_language_is_left_again() -> None:
    assert (console.language(), console.spoken_now()) == ("en", None)
    console.speak("zh-CN")
    assert console.language() == "zh-CN"
    console.speak("en")
    assert console.spoken(say("today")) == "today"
