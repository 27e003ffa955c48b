"""The HTML pages: complete in themselves, closed to foreign text, usable when long."""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from lxml.html import HtmlElement

from tests.reports.examples import (
    CALM,
    ENGLISH,
    HOSTILE,
    INVISIBLE,
    PORTFOLIO,
    TROUBLE,
    evidence,
    hostile,
    mark,
    report,
)
from tmwatch.digest.wording import clean
from tmwatch.hygiene import NAMES
from tmwatch.reports.html_page import UNPACKED, evidence_page, portfolio_page

PAGE = portfolio_page(PORTFOLIO, ENGLISH)
TREE = lxml_html.document_fromstring(PAGE)
LOADING = ("src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "xlink:href")


def shape(page: str) -> Counter[str]:
    return Counter(str(e.tag) for e in lxml_html.document_fromstring(page).iter() if isinstance(e.tag, str))


def find(tree: HtmlElement, path: str) -> list[HtmlElement]:
    """The elements of a path; `.name` at its end stands for a class."""
    path, _, name = path.partition(".")
    has = f'[contains(concat(" ", @class, " "), " {name} ")]' if name else ""
    return list(tree.xpath(f"//{path or '*'}{has}"))


def text_of(path: str) -> str:
    return " ".join(" ".join(e.text_content() for e in find(TREE, path)).split())


def pages(text: str) -> tuple[str, str]:
    return portfolio_page(hostile(text), ENGLISH), evidence_page(evidence(text), ENGLISH)


def test_the_first_words_say_what_is_at_stake() -> None:
    assert text_of("h1") == "1 brand in danger"
    assert "38 ASINs" in text_of(".hero")
    assert "$412,000" in text_of(".hero") or "$412,001" in text_of(".hero")
    assert "2 of 2 marks checked" in text_of(".hero")


def test_every_mark_stands_in_the_list_and_in_detail() -> None:
    assert [row.get("data-m") for row in find(TREE, "table[@id='marks']/tbody/tr")] == ["97123456", "97000001"]
    assert [one.get("id") for one in find(TREE, "details.mark")] == ["m-97123456", "m-97000001"]


def test_a_finding_shows_evidence_action_day_citation_and_acknowledgement() -> None:
    said = text_of("*[@id='m-97123456']//*.finding")
    for part in (
        "Critical",
        "Title of R05",
        "Evidence of R05",
        "Action for R05",
        "Jan 25, 2027",
        "confirm with counsel",
    ):
        assert part in said
    assert "Acknowledged until Dec 24, 2026: counsel is on it" in said


def test_an_order_shows_its_page_and_the_day_to_answer() -> None:
    said = text_of("*[@id='m-97123456']")
    assert "EX-2026-07" in said
    assert "page 12" in said
    assert "response due Dec 1, 2026" in said


def test_each_brand_shows_what_brand_registry_asks_and_how_the_mark_stands() -> None:
    told = [" ".join(one.text_content().split()) for one in find(TREE, "*[@id='m-97123456']//li")]
    asked = [line for line in told if line.startswith(("✓ met", "✕ not met", "? not known"))]
    assert len(asked) == len(NAMES)
    assert (
        "✕ not met The brand name is the text of the mark, character by character The brand is Lumo, the mark is LUMO: "
        "they differ in letter case" in " | ".join(asked)
    )
    assert "not known is what stands behind CA" in asked[-1]
    assert "Brand Registry has been seen to ask" not in text_of("*[@id='m-97000001']")  # no word of an enrolment


def test_a_mark_without_findings_says_so() -> None:
    assert "Nothing was found on this mark" in text_of("*[@id='m-97000001']")


def test_a_mark_never_read_is_listed_as_not_known() -> None:
    page = portfolio_page(report(CALM, unread=(replace(CALM.watches[0], serial_number="97999999"),)), ENGLISH)
    row = find(lxml_html.document_fromstring(page), "table[@id='marks']/tbody/tr")[-1].text_content()
    assert "97999999" in row
    assert "not read yet" in row


def test_a_state_never_shows_by_colour_alone() -> None:
    for chip in [*find(TREE, ".chip"), *find(TREE, ".tag")]:
        symbol = chip.xpath("./*[@aria-hidden]")[0].text_content()
        assert symbol.strip()
        assert chip.text_content().replace(symbol, "").strip()


@pytest.mark.parametrize("page", [PAGE, evidence_page(evidence(), ENGLISH)], ids=["portfolio", "evidence"])
def test_nothing_is_loaded_and_only_our_style_and_script_may_run(page: str) -> None:
    tree = lxml_html.document_fromstring(page)
    policy = find(tree, "meta[@http-equiv]")[0].get("content") or ""
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        content = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(content) == 1
        digest = base64.b64encode(hashlib.sha256(content[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    for element in tree.iter():
        if isinstance(element.tag, str):
            assert not [name for name in element.attrib if name.startswith("on") or name in (*LOADING, "style")]
            assert element.tag not in ("img", "link", "iframe", "object", "base", "form")
    assert "url(" not in page
    assert "@import" not in page


def test_links_leave_only_to_secure_addresses_and_to_the_page_itself() -> None:
    ids = {one.get("id") for one in find(TREE, "*[@id]")}
    for link in find(TREE, "a"):
        href = link.get("href") or ""
        assert href.startswith("https://") or href.removeprefix("#") in ids


def test_tables_have_heads_headings_follow_in_order_and_the_language_is_named() -> None:
    assert TREE.get("lang") == "en"
    assert all(table.xpath("./thead//th[@scope='col']") for table in find(TREE, "table"))
    levels = [int(e.tag[1]) for e in TREE.iter() if e.tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_changes_nothing_of_the_pages_but_itself(text: str) -> None:
    for page, harmless in zip(pages(text), pages("harmless"), strict=True):
        found, expected = shape(page), shape(harmless)
        assert set(found) == set(expected)
        assert all(found[tag] == expected[tag] for tag in ("script", "style", "table", "tr", "details", "svg", "ul"))
        assert not set(page) & INVISIBLE
        assert "javascript:" not in " ".join(re.findall(r'href="([^"]*)"', page))
        page.encode()


@pytest.mark.parametrize("text", ["A&B <CO.>", "CAFÉ 商标 🙂", "{curly} 100% 'quoted'"])
def test_a_mark_reads_as_it_is_where_nothing_is_wrong_with_it(text: str) -> None:
    for page in pages(text):
        assert text in " ".join(lxml_html.document_fromstring(page).text_content().split())


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_gives_pages_of_the_same_shape(text: str) -> None:
    tree = lxml_html.document_fromstring(pages(text)[0])
    assert len(find(tree, "table[@id='marks']/tbody/tr")) == 2
    assert clean(text) in find(tree, "table[@id='marks']/tbody/tr/th")[0].text_content()


def test_a_long_report_packs_its_details_as_escaped_text() -> None:
    many = [
        replace(TROUBLE, facts=replace(TROUBLE.facts, mark=replace(TROUBLE.record, serial_number=f"{97000000 + n}")))
        for n in range(UNPACKED)
    ]
    record = replace(TROUBLE.record, serial_number="98000000", mark_text=HOSTILE[3])
    page = portfolio_page(report(*many, mark(record)), ENGLISH)
    packed = re.findall(r'<script type="text/html">(.*?)</script>', page, re.DOTALL)
    assert len(packed) == UNPACKED + 1
    assert all(one.startswith('<div class="body">') and one.endswith("</div>") for one in packed)
    assert page.count("<script") == UNPACKED + 2
    assert "<!--" not in page


def test_the_evidence_pack_holds_hashes_moments_and_both_values_of_a_change() -> None:
    said = " ".join(lxml_html.document_fromstring(evidence_page(evidence(), ENGLISH)).text_content().split())
    for part in (
        "ab" * 32,
        "cd" * 32,
        "ef" * 32,
        "1,234 bytes",
        "not there",
        "High",
        "Nov 24, 2026, 08:05 New York time",
    ):
        assert part in said


def test_a_paper_is_linked_only_where_its_address_is_a_secure_one() -> None:
    tree = lxml_html.document_fromstring(evidence_page(evidence("x"), ENGLISH))
    links = [str(one.get("href")) for one in find(tree, "a")]
    assert "https://tsdr.example/NOA1" in links
    assert all(link.startswith(("https://", "#")) for link in links)


def test_on_paper_the_name_of_a_fact_keeps_its_distance_and_a_long_card_may_go_over_the_page() -> None:
    style = str(find(TREE, "style")[0].text)
    screen, paper = style.split("@media print{")
    assert ".kv dt{color:var(--soft);font-size:13px;line-height:22px;padding-right:16px}" in screen
    names = [rule for rule in re.findall(r"([^{}]+)\{([^{}]*)\}", paper) if ".kv dt" in rule[0]]
    assert names
    assert not [body for _, body in names if re.search(r"padding(-right)?:", body)]
    assert "main>.card:not(.hero){break-inside:auto;" in paper
