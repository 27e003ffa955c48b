"""What the HTML form may hold: tables and inline CSS; nothing that loads, runs or leans on colour alone."""

from __future__ import annotations

import re
from dataclasses import replace

import jinja2
import pytest
from lxml import html as lxml_html

from tests.digest.examples import DANGER, NOW, QUIET, SENDER
from tests.digest.spoken import ALERT, CALM, SPOKEN
from tmwatch.digest.compose import compose
from tmwatch.digest.rendering import environment

EXAMPLES = {
    "danger": DANGER,
    "quiet": QUIET,
    "alert": replace(DANGER, kind="alert"),
    "first": replace(DANGER, kind="baseline"),
    "chinese": SPOKEN,
    "chinese alert": ALERT,
    "chinese calm": CALM,
    "the same in english": replace(SPOKEN, language="en"),
}


@pytest.fixture(params=list(EXAMPLES))
def html(request: pytest.FixtureRequest) -> str:
    return compose(EXAMPLES[request.param], sender=SENDER, date=NOW).html


def test_nothing_is_loaded_from_anywhere(html: str) -> None:
    tree = lxml_html.document_fromstring(html)
    assert not tree.xpath(
        "//img | //link | //script | //svg | //iframe | //object | //video | //form | //input | //base"
    )
    assert not tree.xpath("//@src | //@background | //@srcset | //@onclick | //@onload")
    for word in ("url(", "@import", "data:", "javascript:", "expression("):
        assert word not in html


def test_links_lead_to_https_and_nowhere_else(html: str) -> None:
    assert all(link.startswith("https://") for link in lxml_html.document_fromstring(html).xpath("//@href"))


def test_styles_are_inline_and_only_dark_mode_and_phones_keep_a_block(html: str) -> None:
    tree = lxml_html.document_fromstring(html)
    (block,) = [style.text for style in tree.xpath("//style")]
    assert "prefers-color-scheme: dark" in block
    assert "max-width: 480px" in block
    outside = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", block)
    assert outside.strip() == ""
    assert all(cell.get("style") for cell in tree.xpath("//td[@class]"))


def test_the_character_set_is_told_before_a_browser_guesses_it(html: str) -> None:
    assert 'charset="utf-8"' in html[:200]


def test_every_layout_table_says_that_it_is_no_data_table(html: str) -> None:
    assert not lxml_html.document_fromstring(html).xpath("//table[not(@role='presentation')]")


def test_a_severity_or_state_always_shows_as_a_sign_and_a_word(html: str) -> None:
    for chip in lxml_html.document_fromstring(html).xpath("//span[contains(@class, 'chip')]"):
        assert re.fullmatch(r"\S\xa0\w[\w ]+", chip.text_content())


def test_the_language_the_title_and_one_main_heading_are_there(html: str) -> None:
    tree = lxml_html.document_fromstring(html)
    assert tree.get("lang") in ("en", "zh-CN")
    assert tree.findtext(".//title")
    assert len(tree.xpath("//h1")) == 1


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_chip_and_every_text_colour_can_be_read(html: str) -> None:
    source = environment("en").loader.get_source(environment("en"), "head.html.j2")[0]  # type: ignore[union-attr]
    assert source.count("color: #") > 20
    for colour in re.findall(r"\.c-\w+ \{ background: (#\w{6})", source):
        assert contrast(colour, "#ffffff") >= 4.5
    light, _, dark = source.partition("prefers-color-scheme: dark")
    dark = dark.partition("max-width")[0]
    for colour in set(re.findall(r"[{ ]color: (#\w{6});", light)) - {"#ffffff"}:
        assert contrast(colour, "#ffffff") >= 4.5
    for colour in set(re.findall(r"[{ ]color: (#\w{6}) !important", dark)):
        assert contrast(colour, "#1b2127") >= 4.5
        assert contrast(colour, "#101418") >= 4.5


# the rule of escaping


def test_html_templates_escape_and_text_templates_do_not() -> None:
    env = environment("en")
    assert callable(env.autoescape)
    assert env.autoescape("digest.html.j2") is True
    assert env.autoescape("digest.txt.j2") is False
    assert env.autoescape(None) is False


def test_every_template_in_the_folder_is_one_of_the_two_kinds() -> None:
    assert all(name.endswith((".html.j2", ".txt.j2")) for name in environment("en").list_templates())


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        environment("en").from_string("{{ nothing }}").render()
