"""The bar of sales by state."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from tests.digest.examples import CALM, DANGER, KELMORI, NOW, QUIET, SENDER, ZORVEXA
from tmwatch.digest.compose import compose
from tmwatch.digest.shares import shares
from tmwatch.digest.wording import words
from tmwatch.exposure import STATES, BrandExposure

ENGLISH = words("en", "UTC")
SOUND = replace(CALM[1], revenue_30d=Decimal(412_000), currency="USD")


def told(*brands: BrandExposure) -> list[tuple[str, int]]:
    return [(one.text, one.percent) for one in shares(brands, ENGLISH)]


def test_the_worst_state_comes_first_and_all_parts_make_a_hundred() -> None:
    assert told(SOUND, KELMORI, ZORVEXA) == [("Lost $388,000", 47), ("In danger $24,000", 3), ("Sound $412,000", 50)]


@pytest.mark.parametrize(
    "brands",
    [
        (),
        (SOUND, replace(SOUND, state="weakened")),
        (ZORVEXA,),
        (ZORVEXA, replace(SOUND, revenue_30d=None)),
        (ZORVEXA, replace(SOUND, revenue_30d=Decimal(0))),
        (replace(ZORVEXA, revenue_30d=None), SOUND, replace(SOUND, state="weakened")),
        (ZORVEXA, KELMORI.__class__("x", "y", "lost", True, revenue_30d=Decimal(1), currency="USD")),
    ],
)
def test_where_a_bar_would_show_nothing_there_is_none(brands: tuple[BrandExposure, ...]) -> None:
    assert told(*brands) == []


def test_another_currency_is_left_out_of_the_bar() -> None:
    yuan = replace(SOUND, brand="Yuan", currency="CNY", revenue_30d=Decimal(9_000_000))
    assert told(ZORVEXA, SOUND, yuan) == told(ZORVEXA, SOUND)


@given(st.dictionaries(st.sampled_from(STATES), st.decimals("0.01", "1e12", places=2), min_size=2))
def test_parts_are_whole_percents_of_a_hundred_and_none_vanishes(sums: dict[str, Decimal]) -> None:
    brands = [replace(SOUND, state=state, revenue_30d=amount) for state, amount in {**sums, "lost": Decimal(7)}.items()]
    parts = shares(brands, ENGLISH)
    assert sum(one.percent for one in parts) == 100
    assert all(one.percent >= 1 for one in parts)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_bar_has_the_same_words_beside_it_in_both_forms(language: str) -> None:
    message = compose(replace(DANGER, language=language), sender=SENDER, date=NOW)
    tree = lxml_html.document_fromstring(message.html)
    widths = [cell.get("style").replace(" ", "") for cell in tree.xpath("//td[contains(@class, 'seg')]")]
    assert [part for style in widths for part in style.split(";") if part.startswith("width:")] == [
        "width:94%",
        "width:6%",
    ]
    for text in ("$388,000", "$24,000"):
        assert text in tree.xpath("//td[@class='pad']")[0].text_content()
        assert text in message.text.partition("==")[0]


@pytest.mark.parametrize("digest", [QUIET, replace(DANGER, kind="alert")])
def test_a_calm_digest_and_an_alert_have_no_bar(digest: object) -> None:
    assert 'class="bar"' not in compose(digest, sender=SENDER, date=NOW).html  # type: ignore[arg-type]
