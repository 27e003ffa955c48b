"""The Chinese message: what a seller reads in ten seconds, and what must be the same as in English."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import html as lxml_html

from tests.digest.examples import NOW, SENDER
from tests.digest.spoken import ALERT, CALM, SPOKEN
from tmwatch.digest.compose import compose
from tmwatch.digest.model import Digest, Message

ENGLISH = re.compile(r"[A-Za-z]{3,}(?: [A-Za-z]{2,}){4,}")  # five English words in a row


def made(digest: Digest = SPOKEN) -> Message:
    return compose(digest, sender=SENDER, date=NOW, recipients=("a@example.com",))


def test_the_first_line_says_what_is_at_stake() -> None:
    first = [line for line in made().text.splitlines() if line][1]
    assert first == "1 个品牌有失去备案的危险 · 38 个 ASIN · 近30天 $412,000"


def test_the_subject_says_it_too() -> None:
    assert made().subject == "1 个品牌有失去备案的危险 · LUMENHAUS · 38 个 ASIN · $412,000"


def test_a_brand_without_an_enrolment_cannot_lose_one() -> None:
    bare = replace(SPOKEN.exposures[0], enrolled=False, carrying=())
    text = made(replace(SPOKEN, exposures=(bare,))).text
    assert "1 个品牌有危险" in text
    assert "失去备案的危险" not in text


def test_what_happened_what_to_do_first_and_by_when_stand_in_this_order() -> None:
    text = made().text
    parts = [
        "有危险：LUMENHAUS",
        "情况：",
        "责令说明令（Order to Show Cause）",
        "依据：",
        "先做：",
        "截止：2026年12月2日（还有 8 天）",
    ]
    parts += ["接着：", "材料：", "== 对之前提醒的更正", "== 新情况 (1)", "== 仍未解决", "== 已解除"]
    parts += [
        "== 您已确认知晓",
        "== 未来90天的期限",
        "您的其他品牌",
        "查询情况",
        "✓ 已查询 12/12 个商标",
        "报告编号 17",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("digest", [SPOKEN, ALERT, CALM])
def test_nothing_is_left_in_english_but_official_texts_and_sources(digest: Digest) -> None:
    text = re.sub(r'"[^"]*"|https://\S+|（[A-Z][^）]*）', "", made(digest).text)
    lines = [line for line in text.splitlines() if ENGLISH.search(line)]
    assert lines == []


def test_each_legal_term_is_explained_once() -> None:
    text = made().text
    for english in ("（Order to Show Cause）", "（Brand Registry）", "（Letter of Authorization）"):
        assert text.count(english) == 1, english


def test_the_language_is_told_to_screen_readers() -> None:
    assert lxml_html.document_fromstring(made().html).get("lang") == "zh-CN"


@pytest.mark.parametrize("digest", [SPOKEN, ALERT, CALM])
def test_both_languages_hold_the_same_figures_links_and_numbers(digest: Digest) -> None:
    english = compose(replace(digest, language="en"), sender=SENDER, date=NOW)
    chinese = compose(digest, sender=SENDER, date=NOW)

    def links(message: Message) -> list[str]:
        return [str(link) for link in lxml_html.document_fromstring(message.html).xpath("//@href")]

    assert links(english) == links(chinese)
    assert sorted(re.findall(r"\b[6-9]\d{7}\b", english.text)) == sorted(
        re.findall(r"(?<!\d)[6-9]\d{7}(?!\d)", chinese.text)
    )
    assert english.text.count("$412,000") == chinese.text.count("$412,000")


def test_an_all_clear_is_calm() -> None:
    text = made(CALM).text
    assert "一切正常：您的商标没有新情况" in text
    assert "✓ 已查询 12/12 个商标" in text
