"""The agency's list of clients: order, counts and words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.digest.examples import ABANDONED, CALM, CANCELLED, KELMORI, OFFICE_ACTION, REVIVED, TODAY, ZORVEXA, finding
from tmwatch.digest.model import Upcoming
from tmwatch.digest.overview import ClientReport, client_words, counted, ordered
from tmwatch.digest.wording import words
from tmwatch.findings import Severity

AHEAD = Upcoming("97000003", "KELMORI", None, None, "order_response", date(2026, 12, 2), False, None, "37 CFR 11.18")
SENT = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
BUSY = ClientReport(
    "Nordlicht Trading", (ZORVEXA, KELMORI, *CALM), 12, counted((CANCELLED, OFFICE_ACTION)), AHEAD, SENT, 2
)


def named(*clients: ClientReport) -> list[str]:
    return [one.client for one in ordered(clients)]


def test_money_at_stake_comes_first_then_asins_then_brands_then_findings_then_the_name() -> None:
    plain = replace(KELMORI, revenue_30d=None, asins=None)
    rich = ClientReport("a rich one", (ZORVEXA,), 1)
    many = ClientReport("b many ASINs", (replace(plain, asins=900),), 1)
    brands = ClientReport("c two brands", (plain, plain), 1)
    brand = ClientReport("d one brand", (plain,), 1)
    worse = ClientReport("e two high", (), 1, ((Severity.HIGH, 2), (Severity.LOW, 1)))
    bad = ClientReport("f one high", (), 1, ((Severity.HIGH, 1), (Severity.LOW, 9)))
    mild = ClientReport("g medium", (), 1, ((Severity.MEDIUM, 99),))
    quiet, also = ClientReport("h quiet", CALM, 1), ClientReport("i quiet too", (), 1)
    expected = [rich, many, brands, brand, worse, bad, mild, quiet, also]
    assert named(*reversed(expected)) == [one.client for one in expected]


def test_revenue_of_a_brand_that_is_sound_is_not_at_stake() -> None:
    sound = ClientReport("sound", (replace(CALM[1], revenue_30d=Decimal(9_000_000)),), 1)
    assert named(sound, BUSY) == ["Nordlicht Trading", "sound"]


def test_information_and_good_news_are_not_counted() -> None:
    note = finding("B08", Severity.INFO)
    assert counted((REVIVED, note, ABANDONED, CANCELLED, OFFICE_ACTION, OFFICE_ACTION)) == (
        (Severity.CRITICAL, 1),
        (Severity.HIGH, 1),
        (Severity.MEDIUM, 2),
    )
    assert counted((REVIVED, note)) == ()


def test_a_client_in_words() -> None:
    told = client_words(BUSY, TODAY, words("en", "America/New_York"))
    assert told.state is not None
    assert (told.state.word, told.danger, told.brands, told.marks) == ("Lost", 2, 5, 12)
    assert (told.stake, told.money) == ("38 ASINs · $412,000 in 30 days", 412000.40)
    assert [(label.word, n) for label, n in told.counts] == [("Critical", "1"), ("Medium", "1")]
    assert (told.next_due, told.next_what) == ("Dec 2, 2026 · in 8 days", "KELMORI · Response to the order")
    assert (told.mail, told.mail_day, told.waiting) == (
        "Nov 24, 2026, 15:30 New York time",
        "Nov 24, 2026",
        "2 deliveries wait",
    )


def test_the_same_in_chinese_with_the_readers_own_clock() -> None:
    told = client_words(BUSY, TODAY, words("zh-CN", "Asia/Shanghai"))
    assert told.stake == "38 个 ASIN · 近30天 $412,000"
    assert told.next_due == "2026年12月2日 · 还有 8 天"
    assert told.mail_day == "2026年11月25日"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_client_of_whom_nothing_is_known_has_empty_words_and_was_never_mailed(language: str) -> None:
    voice = words(language, "UTC")
    told = client_words(ClientReport("New", (), 3), TODAY, voice)
    assert (told.state, told.stake, told.counts, told.next_due, told.next_what, told.waiting) == (
        None,
        "",
        (),
        "",
        "",
        "",
    )
    assert told.mail == told.mail_day == voice.gettext("never")
    assert told.next_sort == "9999-12-31"


def test_worse_findings_sort_above_any_number_of_milder_ones() -> None:
    voice = words("en", "UTC")

    def worst(*counts: tuple[Severity, int]) -> int:
        return client_words(ClientReport("x", (), 1, counts), TODAY, voice).worst

    assert worst((Severity.CRITICAL, 1)) > worst((Severity.HIGH, 5000)) > worst((Severity.HIGH, 1)) > worst()
