"""The language of the terminal: that of the digests or of the locale; moments."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tmwatch.digest.terminal import moment, spoken_here
from tmwatch.text import say

AT = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "environ", "spoken"),
    [
        ("en", {}, "en"),
        ("en", {"LANG": "en_US.UTF-8"}, "en"),
        ("en", {"LANG": "de_DE.UTF-8"}, "en"),
        ("en", {"LANG": "zh_TW.UTF-8"}, "en"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ("en", {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ("en", {"LANG": "C", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh-CN"),
        ("en", {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ("zh-CN", {"LANG": "en_US.UTF-8"}, "zh-CN"),
    ],
)
def test_the_locale_decides_where_the_settings_do_not(language: str, environ: dict[str, str], spoken: str) -> None:
    assert spoken_here(language, environ) == spoken


def test_english_days_are_iso_and_moments_in_utc() -> None:
    assert str(say("{day} and {moment}", day=AT.date(), moment=moment(AT))) == "2026-11-23 and 2026-11-23 13:05 UTC"


def test_english_loads_no_words() -> None:
    code = (
        "import sys; from tmwatch.digest import terminal; terminal.spoken_here('en', {}); "
        "print([name for name in ('babel', 'decimal', 'tmwatch.digest.wording') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=60
    )
    assert done.stdout == "[]\n", done.stderr
