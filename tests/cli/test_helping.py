"""Help in Chinese: every page of it, within its columns; English help is untouched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from tests.cli.conftest import Cli
from tests.cli.test_chinese import CHINESE, LANG
from tests.test_catalogue import ENGLISH_WORDS, TYPED
from tmwatch.cli import build
from tmwatch.reports.wrapping import columns


def pages(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words before --help of every page there is."""
    command = command or get_command(build())
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from pages(below, (*path, name))


@pytest.mark.parametrize("page", list(pages()), ids=lambda page: " ".join(page) or "tmwatch")
def test_a_page_of_help_is_chinese_and_fits_the_screen(cli: Cli, page: tuple[str, ...]) -> None:
    done = cli(*page, "--help", LANG=LANG)
    assert (done.code, done.err) == (0, "")
    assert ENGLISH_WORDS.findall(TYPED.sub("", done.out)) == []
    assert done.lines[0].startswith(f"用法：{' '.join(('tmwatch', *page))} ")
    for english in ("Usage", "Options", "Arguments", "Commands", "required", "default:", "Show this"):
        assert english not in done.out
    assert "显示此帮助后退出。" in done.out
    assert max(columns(line) for line in done.lines) <= 80
    assert not [line for line in done.lines if line.strip()[:1] in tuple("，。；：、）")]


def test_a_list_of_commands_says_what_each_does_in_a_sentence(cli: Cli) -> None:
    shown = cli("--help", LANG=LANG).out
    assert "  check      查询商标：状态、由谁代理、制裁、期限、问题\n" in shown
    assert shown.index("  demo ") < shown.index("  db ")


def test_english_help_says_what_it_says(cli: Cli) -> None:
    shown = cli("check", "--help", LANG="en_US.UTF-8").out
    assert shown.startswith("Usage: tmwatch check [OPTIONS] [QUERY...]...\n\n  Look up marks: status,")
    assert "  --offline             Ask nobody; use what is stored.\n" in shown
    assert not CHINESE.search(shown)


@pytest.mark.parametrize("page", list(pages()), ids=lambda page: " ".join(page) or "tmwatch")
def test_an_option_names_what_it_takes_and_not_a_type(cli: Cli, page: tuple[str, ...]) -> None:
    shown = cli(*page, "--help", LANG="en_US.UTF-8").out
    assert "[[" not in shown
    assert re.findall(r"^ +-.*<[a-z ]+>.*$", shown, re.MULTILINE) == []


def test_help_asked_for_by_giving_nothing_is_chinese_too(cli: Cli) -> None:
    done = cli("portfolio", LANG=LANG)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("用法：tmwatch portfolio [选项] 命令 [参数]...\n")


def test_the_environment_can_ask_for_it_without_a_locale(cli: Cli) -> None:
    for value in ("zh-CN", "zh_CN", "zh"):
        assert cli("--help", TMWATCH_DIGEST_LANGUAGE=value).out.startswith("用法：")
    assert cli("--help", TMWATCH_DIGEST_LANGUAGE="en").out.startswith("Usage:")
