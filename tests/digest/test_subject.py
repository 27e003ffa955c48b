"""The subject: number first, at most 60 visible characters, the most important parts as long as they fit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.digest.examples import (
    COMPLETE,
    COVERAGE,
    DANGER,
    KELMORI,
    NOW,
    OFFICE_ACTION,
    QUIET,
    SENDER,
    SHOW_CAUSE,
    STRANGE_MAIL,
    ZORVEXA,
    item,
)
from tmwatch.digest.compose import compose
from tmwatch.digest.model import Coverage, Digest
from tmwatch.digest.subject import width
from tmwatch.exposure import BrandExposure


def subject(digest: Digest) -> str:
    line = compose(digest, sender=SENDER, date=NOW).subject
    assert width(line) <= 60
    return line


def test_brands_in_danger_come_first_with_what_is_at_stake() -> None:
    assert subject(replace(DANGER, coverage=COMPLETE)) == "2 brands in danger · 38 ASINs · $412,000"


def test_a_gap_in_coverage_is_said_before_the_stake() -> None:
    assert subject(DANGER) == "2 brands in danger · 11 of 12 marks checked · 38 ASINs"


def test_one_brand_in_danger_is_named() -> None:
    one = replace(DANGER, coverage=COMPLETE, exposures=(ZORVEXA,))
    assert subject(one) == "1 brand in danger · Zorvexa · 31 ASINs · $388,000"


def test_an_alert_says_what_happened() -> None:
    alert = replace(DANGER, kind="alert", coverage=COMPLETE, exposures=(ZORVEXA,))
    assert subject(alert) == "1 brand in danger · Zorvexa · Cancelled under section 8 or…"
    both = replace(DANGER, kind="alert", coverage=COMPLETE, news=(*DANGER.news, item(SHOW_CAUSE, mark="KELMORI")))
    assert subject(both) == "2 brands in danger · Cancelled under section 8 or 71"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("coverage", [COMPLETE, COVERAGE])
@pytest.mark.parametrize("brand", ["Zorvexa", "K" * 200, "星" * 60, "7"])
@pytest.mark.parametrize(
    "exposures", [(ZORVEXA,), (ZORVEXA, KELMORI), (replace(KELMORI, asins=None, revenue_30d=None),)]
)
def test_an_alert_and_the_digest_of_its_day_never_share_a_subject(
    language: str, coverage: Coverage, brand: str, exposures: tuple[BrandExposure, ...]
) -> None:
    named = tuple(replace(one, brand=brand if at == 0 else one.brand) for at, one in enumerate(exposures))
    news = (*DANGER.news, item(SHOW_CAUSE, mark="KELMORI"))
    digest = replace(DANGER, language=language, coverage=coverage, exposures=named, news=news)
    assert subject(replace(digest, kind="alert")) != subject(digest)


def test_findings_without_a_brand_in_danger_are_counted_and_the_worst_is_named() -> None:
    news = (item(OFFICE_ACTION, mark="ULMERA"), item(STRANGE_MAIL, mark="TAVOREN"))
    assert subject(replace(QUIET, news=news)) == "2 findings to look at · TAVOREN: Correspondence e-mail chan…"


def test_nothing_new_while_something_is_open() -> None:
    digest = replace(QUIET, kind="digest", still_open=(item(OFFICE_ACTION, "open"),))
    assert subject(digest) == "1 still open · nothing new · 12 of 12 marks checked"


def test_a_long_brand_is_cut_and_figures_are_never_cut() -> None:
    long = replace(KELMORI, brand="K" * 200, asins=1_234_567, revenue_30d=Decimal("987654321"))
    line = subject(replace(DANGER, coverage=COMPLETE, exposures=(long,)))
    assert line.startswith("1 brand in danger · KKKK")
    assert line.endswith("…") or "1,234,567 ASINs" in line


def test_marks_above_letters_and_joiners_take_no_place() -> None:
    assert width("e\u0301") == 1
    assert width("商标") == 2
