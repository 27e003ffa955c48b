"""Words: labels, dates, money, catalogues."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tmwatch.digest.vocabulary import SEVERITIES
from tmwatch.digest.wording import STATES, clean, words
from tmwatch.exposure import STATES as ALL_STATES
from tmwatch.findings import Severity
from tmwatch.text import say

ENGLISH = words("en", "America/New_York")


def test_every_severity_and_every_state_has_a_word_and_a_sign_of_its_own() -> None:
    assert set(SEVERITIES) >= {severity.label for severity in Severity}
    assert set(STATES) == set(ALL_STATES)
    labels = [ENGLISH.severity(one) for one in Severity]
    assert len({label.word for label in labels}) == len({label.symbol for label in labels}) == 5


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (Decimal("412000.40"), "USD", "$412,000"),
        (Decimal("412000"), "usd", "$412,000"),
        (Decimal("1.6"), "EUR", "€2"),
        (Decimal("5000"), "", "5,000"),
        (Decimal("5000"), "widgets", "5,000 widgets"),
    ],
)
def test_money_is_shown_without_cents_as_the_language_writes_it(amount: Decimal, currency: str, shown: str) -> None:
    assert ENGLISH.money(amount, currency) == shown


def test_days_moments_and_numbers_follow_the_reader() -> None:
    assert ENGLISH.day(date(2026, 11, 24)) == "Nov 24, 2026"
    assert ENGLISH.moment(datetime(2026, 7, 1, 12, tzinfo=UTC)) == "Jul 1, 2026, 08:00 New York time"
    assert words("en", "UTC").moment(datetime(2026, 7, 1, 12, tzinfo=UTC)) == "Jul 1, 2026, 12:00 UTC"
    assert ENGLISH.number(12345) == "12,345"


CHINESE = words("zh-CN", "Asia/Shanghai")


def test_days_moments_and_money_in_chinese() -> None:
    assert CHINESE.day(date(2026, 11, 24)) == "2026年11月24日"
    assert CHINESE.moment(datetime(2026, 7, 1, 12, tzinfo=UTC)) == "2026年7月1日 20:00（北京时间）"
    assert words("zh-CN", "America/New_York").moment(datetime(2026, 7, 1, 12, tzinfo=UTC)).endswith("08:00（纽约时间）")
    assert CHINESE.money(Decimal("412000.40"), "USD") == "$412,000"
    assert CHINESE.money(Decimal("412000"), "CNY") == "¥412,000"
    assert CHINESE.money(Decimal("5"), "CAD") == "CA$5"
    assert CHINESE.distance(date(2026, 11, 24), date(2026, 11, 1)) == "还有 23 天"


def test_a_day_given_as_text_is_written_as_the_language_does_and_an_order_id_is_left_alone() -> None:
    assert ENGLISH.text(say("of {day}", day="2026-11-18")) == "of Nov 18, 2026"
    assert CHINESE.show("2026-11-18") == "2026年11月18日"
    assert CHINESE.show("USPTO-2026-11-18-X") == "USPTO-2026-11-18-X"
    assert CHINESE.show("2022-07") == "2022-07"
    assert ENGLISH.show("2026-13-45") == "2026-13-45"


def test_the_english_stands_beside_a_legal_term_at_its_first_use_only() -> None:
    voice = words("zh-CN", "UTC")
    title = say("Sanctions stage 2: order to show cause issued")
    assert voice.text(title) == "制裁第2阶段：已下达责令说明令（Order to Show Cause）"
    assert voice.text(title) == "制裁第2阶段：已下达责令说明令"
    assert words("zh-CN", "UTC").text(title).endswith("（Order to Show Cause）")


def test_the_longest_term_is_the_one_explained() -> None:
    said = words("zh-CN", "UTC").text(say("Terminated by final sanctions order"))
    assert said == "被最终制裁命令（Final Order for Sanctions）终止（Terminated）"


def test_a_mark_that_reads_like_a_legal_term_is_not_explained() -> None:
    evidence = say("The brand is {brand}, the mark is {mark}", brand="续展", mark="异议")
    assert words("zh-CN", "UTC").text(evidence) == "品牌是 续展，商标是 异议"


def test_english_explains_nothing_to_itself() -> None:
    assert "（" not in ENGLISH.text(say("Sanctions stage 2: order to show cause issued"))


def test_periods_of_the_deadline_engine_are_words_too() -> None:
    assert CHINESE.show("year 6") == "第6年"
    assert CHINESE.show("decade 2 rest") == "第2个十年的剩余部分"


def test_how_a_source_is_known_is_said_in_the_readers_language() -> None:
    assert CHINESE.source_note("https://x.example/1 (seen by sellers)") == "https://x.example/1 (卖家所见)"


def test_dates_given_in_part_are_told_as_they_are() -> None:
    assert ENGLISH.written_day("2026-11-20") == "Nov 20, 2026"
    assert ENGLISH.written_day("2022-07") == "2022-07"
    assert ENGLISH.written_day(None) == "not known"


def test_a_sentence_of_the_core_shows_its_values_harmless_and_keeps_codes_as_they_are() -> None:
    inner = say("status {code}", code=1234)
    assert (
        ENGLISH.text(say("{day}: {inner} {x}", day=date(2026, 1, 2), inner=inner, x="a\r\nb"))
        == "Jan 2, 2026: status 1234 a b"
    )
    assert ENGLISH.text(None) == ""


def test_emoji_and_scripts_that_need_joiners_survive() -> None:
    assert clean("👩‍👩‍👧 نمی‌خواهم") == "👩‍👩‍👧 نمی‌خواهم"
