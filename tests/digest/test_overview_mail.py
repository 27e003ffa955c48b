"""The operator's overview: order, size, markup, headers, both languages."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace

import pytest
from lxml import html as lxml_html

from tests.digest.examples import COMPLETE, COVERAGE, NOW, SENDER, TODAY
from tests.digest.test_hostile_text import HOSTILE
from tests.digest.test_overview import AHEAD, BUSY
from tmwatch.digest.compose import HTML_LIMIT
from tmwatch.digest.model import Message, Unchecked
from tmwatch.digest.overview import ClientReport, ordered
from tmwatch.digest.overview_mail import OPERATOR, Overview, compose_overview
from tmwatch.digest.subject import width
from tmwatch.findings import Severity

QUIET = ClientReport("Quiet Ltd", (), 2)
AGENCY = Overview(3, TODAY, 1, TODAY, "en", "America/New_York", COVERAGE, ordered((QUIET, BUSY)))


def made(overview: Overview = AGENCY) -> Message:
    return compose_overview(overview, sender=SENDER, date=NOW, recipients=("boss@example.com",))


def test_it_says_how_many_clients_are_in_danger_what_is_at_stake_and_what_was_checked() -> None:
    message = made()
    assert message.subject == "1 of 2 clients in danger · 38 ASINs · $412,000 in 30 days"
    assert (message.client, message.kind) == (OPERATOR, "overview")
    for part in ("2 brands in danger", "11 of 12 marks checked", "PENDRISSA (97000008)", "2 deliveries wait"):
        assert part in message.text


def test_each_client_stands_once_in_order_with_the_same_words_in_both_forms() -> None:
    message = made()
    assert message.text.index("■ Lost: Nordlicht Trading · 38 ASINs") < message.text.index("\nQuiet Ltd\n")
    body = " ".join(lxml_html.document_fromstring(message.html).body.text_content().split())
    for line in (
        "2 of 5 brands in danger · 12 marks · ■ 1 Critical · ◆ 1 Medium",
        "Next deadline: Dec 2, 2026 · in 8 days · KELMORI · Response to the order",
        "Last mail: Nov 24, 2026, 15:30 New York time · 2 deliveries wait",
        "Last mail: never",
    ):
        assert message.text.count(line) == body.count(line) == 1


def test_a_calm_day_is_calm() -> None:
    message = made(replace(AGENCY, clients=(QUIET,), coverage=COMPLETE))
    assert message.subject == "0 of 1 client in danger · 12 of 12 marks checked"
    assert "No brand in danger" in message.text
    assert 't-good"' in message.html


def test_a_finding_without_a_brand_in_danger_gives_the_colour() -> None:
    worried = replace(QUIET, findings=((Severity.HIGH, 2), (Severity.LOW, 1)))
    assert 't-high"' in made(replace(AGENCY, clients=(worried,))).html


def test_in_chinese() -> None:
    message = made(replace(AGENCY, language="zh-CN", timezone="Asia/Shanghai"))
    assert re.search(r"2 个客户中有 1 个", message.subject)
    own = message.text.replace("Nordlicht Trading", "").replace("Quiet Ltd", "").partition("==")[2].partition("--")[0]
    english = set(re.findall(r"[A-Za-z]{3,}", own)) - {"ASIN", "KELMORI", "TSDR", "PENDRISSA", "HTML"}
    assert english == {"the", "answer", "was", "page", "not", "record"}  # the server's own words


def test_many_clients_stay_small_and_the_whole_is_attached() -> None:
    many = tuple(replace(BUSY, client=f"Client {n:04}") for n in range(1000))
    message = made(replace(AGENCY, clients=many))
    assert len(message.html.encode()) <= HTML_LIMIT
    shown = message.html.count("Client 0")
    assert 30 <= shown < 1000
    parsed = email.message_from_bytes(message.raw, policy=email.policy.default)
    (whole,) = parsed.iter_attachments()  # type: ignore[attr-defined]
    text = whole.get_content()
    assert text.count("Client 0") == 1000
    assert f"{1000 - shown} more entries are in the attached text" in message.html


def test_the_same_values_give_the_same_bytes_and_all_overviews_form_one_thread() -> None:
    assert made().raw == made().raw
    one, other = (
        email.message_from_bytes(made(overview).raw, policy=email.policy.default)
        for overview in (AGENCY, replace(AGENCY, sequence=2, number=4))
    )
    assert one["References"] == other["References"]
    assert one["Message-ID"] != other["Message-ID"]
    assert one["To"] == "boss@example.com"
    assert one["List-Unsubscribe"] is None


def test_the_html_form_loads_nothing_and_its_styles_are_inline() -> None:
    tree = lxml_html.document_fromstring(made().html)
    assert not tree.xpath("//img | //link | //script | //svg | //iframe | //form | //@src | //@href")
    assert len(tree.xpath("//style")) == len(tree.xpath("//h1")) == 1
    assert all(cell.get("style") for cell in tree.xpath("//td[@class]"))
    assert not tree.xpath("//table[not(@role='presentation')]")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_strange_name_changes_nothing_but_itself(text: str) -> None:
    strange = replace(BUSY, client=text, ahead=replace(AHEAD, mark=text, kind=text))
    seen = replace(COVERAGE, unchecked=(Unchecked(text, text, text),))
    message = made(replace(AGENCY, clients=(strange, QUIET), coverage=seen))
    tags = [str(one.tag) for one in lxml_html.document_fromstring(message.html).iter()]
    harmless = [str(one.tag) for one in lxml_html.document_fromstring(made().html).iter()]
    assert tags == harmless
    assert width(message.subject) <= 60
    parsed = email.message_from_bytes(message.raw, policy=email.policy.default)
    assert parsed["Bcc"] is None
    assert len(parsed.get_all("Subject")) == 1
