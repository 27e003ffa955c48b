"""The short form for chats: enough to act on, short enough for the narrowest chat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.digest.examples import DANGER, NOW, QUIET, SENDER, finding, item
from tests.digest.spoken import SPOKEN
from tests.digest.test_hostile_text import HOSTILE, hostile
from tmwatch.digest.brief import LIMIT
from tmwatch.digest.compose import compose
from tmwatch.digest.model import Digest
from tmwatch.findings import Severity
from tmwatch.text import say


def short(digest: Digest = DANGER, *recipients: str) -> str:
    return compose(digest, sender=SENDER, date=NOW, recipients=recipients or ("a@example.com",)).short


def test_it_says_what_is_at_stake_what_to_do_first_and_by_when() -> None:
    lines = short().splitlines()
    assert lines[0] == "2 brands in danger of losing their enrolment · 38 ASINs · $412,000 in 30 days"
    assert "■ Lost · Zorvexa: Cancelled under section 8 or 71" in lines
    assert any(line.startswith("Do first: File a new application now") for line in lines)
    assert "By: Jan 20, 2027 (in 57 days)" in lines
    assert "11 of 12 marks checked" in lines


def test_it_speaks_the_clients_language() -> None:
    assert short(SPOKEN).startswith("1 个品牌有失去备案的危险 · 38 个 ASIN · 近30天 $412,000\n")
    assert "先做：请找到命令原文" in short(SPOKEN)


def test_it_says_where_the_whole_message_is_without_the_address() -> None:
    assert "came by e-mail: digest no. 17" in short()
    assert "@" not in short()
    alone = compose(DANGER, sender=SENDER, date=NOW).short
    assert "is kept as digest no. 17 (nordlicht-trading-2026-11-24-1-" in alone


def test_a_calm_week_is_three_lines() -> None:
    assert short(QUIET).splitlines()[0] == "All clear: nothing new on your marks"
    assert "Do first" not in short(QUIET)


def test_more_than_three_entries_are_counted() -> None:
    news = tuple(item(finding("R02", Severity.HIGH, f"97{n:06}"), mark=f"MARK {n}") for n in range(9))
    text = short(replace(QUIET, news=news))
    assert "6 more in the whole message" in text
    assert "MARK 2" in text
    assert "MARK 3" not in text


@pytest.mark.parametrize("text", HOSTILE)
def test_it_stays_short_and_on_its_own_lines_whatever_a_mark_is_called(text: str) -> None:
    made = short(hostile(text))
    assert len(made.encode()) <= LIMIT
    assert not any(line.startswith(("Bcc:", "Hello")) for line in made.splitlines())
    assert not set(made) & set("\x00\x07\x1b\u202e\u2066")


def test_a_notice_fits_too() -> None:
    notes = tuple(say("{x}", x="W" * 1000) for _ in range(9))
    assert len(short(replace(QUIET, kind="notice", notes=notes)).encode()) <= LIMIT
