"""The summary of a run on the terminal: the language of the digests, or of the locale."""

from __future__ import annotations

import pytest

from tmwatch.digest.terminal import run_summary, spoken_here


def lines(language: str) -> tuple[str, ...]:
    return run_summary(
        language, checked=11, watched=12, changes=3, opened=2, cleared=1, still_open=5, queued=1, delivered=1
    )


def test_english_is_what_scripts_have_always_read() -> None:
    assert lines("en") == (
        "11 of 12 marks checked",
        "3 changes in the record; 2 findings opened, 1 cleared, 5 open",
        "1 messages queued, 1 delivered",
    )


def test_chinese_says_the_same_figures() -> None:
    assert lines("zh-CN")[0] == "已查询 11/12 个商标"
    assert [line for line in lines("zh-CN") if "messages" in line] == []


@pytest.mark.parametrize(
    ("language", "environ", "spoken"),
    [
        ("en", {}, "en"),
        ("en", {"LANG": "en_US.UTF-8"}, "en"),
        ("en", {"LANG": "de_DE.UTF-8"}, "en"),
        ("en", {"LANG": "zh_TW.UTF-8"}, "en"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ("en", {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ("zh-CN", {"LANG": "en_US.UTF-8"}, "zh-CN"),
    ],
)
def test_the_locale_decides_where_the_settings_do_not(language: str, environ: dict[str, str], spoken: str) -> None:
    assert spoken_here(language, environ) == spoken
