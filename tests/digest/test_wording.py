"""Words: labels, dates, money, catalogues."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from tmwatch.digest.wording import SEVERITIES, STATES, clean, words
from tmwatch.exposure import STATES as ALL_STATES
from tmwatch.findings import Severity
from tmwatch.text import say

ENGLISH = words("en", "America/New_York")


def test_every_severity_and_every_state_has_a_word_and_a_sign_of_its_own() -> None:
    assert set(SEVERITIES) == set(Severity)
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
    assert words("zh-CN", "UTC").day(date(2026, 11, 24)) == "2026年11月24日"


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


def test_the_mapping_finds_the_sentences_of_core_and_templates() -> None:
    package = Path(str(resources.files("tmwatch")))
    with (package / "digest" / "locale" / "babel.cfg").open() as stream:
        methods, options = parse_mapping_cfg(stream)
    keywords = {"say": None, "N_": None, "_": None, "gettext": None, "ngettext": (1, 2)}
    found = extract_from_dir(
        package / "digest", [(p.replace("tmwatch/", ""), m) for p, m in methods if ".py" in p], keywords=keywords
    )
    messages = {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}
    assert {"In danger", "{n} brand in danger", "{checked} of {watched} marks checked", "Still open"} <= messages
    templates = extract_from_dir(
        package / "digest" / "templates", [("**.j2", "jinja2")], options_map=options, keywords=keywords
    )
    assert {"Brands in danger", "What was checked"} <= {message for _, _, message, _, _ in templates}
