"""Sentences, days and numbers on a terminal that does not speak English."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from tmwatch.digest.terminal import moment
from tmwatch.digest.tongue import tongue
from tmwatch.digest.vocabulary import RUN_STATES, SEVERITIES, Citation, Code, coded
from tmwatch.text import COMMAS, chain, say

AT = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)


def test_chinese_days_moments_and_numbers_are_written_as_in_china() -> None:
    chinese = tongue("zh-CN")
    assert chinese.plain(date(2026, 11, 3)) == "2026年11月3日"
    assert chinese.plain(moment(AT)) == "2026年11月23日 13:05 UTC"
    assert chinese.plain(AT) == "2026年11月23日 13:05 UTC"
    assert chinese.plain(Decimal("1234.5")) == "1,234.5"
    assert chinese.plain(1234) == "1234"
    assert [chinese.plain(text) for text in ("2026-11-03", "2026-11", "2026-99-99", "year 6")] == [
        "2026年11月3日",
        "2026-11",
        "2026-99-99",
        "第6年",
    ]


def test_a_sentence_is_translated_and_what_it_names_stays_whole() -> None:
    chinese = tongue("zh-CN")
    path = "/home/" + "very long folder/" * 40 + "x.csv"
    assert chinese.plain(say("{mark}: {what}", mark=path, what=say("today"))) == f"{path}：今天"
    assert chinese.plain("today") == "today"  # what is no sentence of ours is quoted


def test_a_legal_term_has_its_english_beside_it_once() -> None:
    chinese = tongue("zh-CN")
    assert chinese.plain(say("Answer to the Office action")) == "答复审查意见"
    assert chinese.explained(say("Answer to the Office action")) == "答复审查意见（Office Action）"
    assert chinese.explained(say("Answer to the Office action")) == "答复审查意见"
    assert chinese.explained(date(2026, 1, 2)) == "2026年1月2日"


def test_words_of_ours_that_come_as_plain_values_are_translated_and_codes_become_words() -> None:
    chinese = tongue("zh-CN")
    assert chinese.plain(say("{mark}: {what}", mark="(design mark)", what=Code("done", "done"))) == "（图形商标）：完成"
    assert chinese.plain("Permission denied") == "没有权限"
    assert str(coded(RUN_STATES, "done")) == "done"
    assert coded(RUN_STATES, "odd") == "odd"
    assert str(coded(SEVERITIES, "high", "HIGH")) == "HIGH"
    assert chinese.plain(coded(SEVERITIES, "high", "HIGH")) == "高风险"


def test_a_remark_behind_a_citation_is_translated_and_the_citation_is_quoted() -> None:
    citation = Citation("https://example.com/x (seen by sellers)")
    assert str(citation) == "https://example.com/x (seen by sellers)"
    assert tongue("zh-CN").plain(citation) == "https://example.com/x (卖家所见)"


def test_what_was_kept_in_english_is_told_in_chinese() -> None:
    assert tongue("zh-CN").recalled("Last checked at TSDR on 2026-11-03, more than 7 days ago") == (
        "上次在 TSDR 查询是2026年11月3日，已超过 7 天"
    )
    assert tongue("zh-CN").recalled("550 5.1.1 no such user") == "550 5.1.1 no such user"


def test_a_list_has_the_comma_of_the_language() -> None:
    assert tongue("zh-CN").plain(chain(["A", "B", say("today")], COMMAS)) == "A、B、今天"
