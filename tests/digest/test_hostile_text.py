"""Hostile text in marks, owners, reasons and notes changes nothing but itself: not headers, not markup, not lines."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from tests.digest.examples import (
    CANCELLED,
    COVERAGE,
    DANGER,
    KELMORI,
    NOW,
    QUIET,
    SENDER,
    TODAY,
    ZORVEXA,
    finding,
    item,
)
from tmwatch.digest.compose import compose
from tmwatch.digest.model import ChangeLine, Digest, Lookalike, Message, Unchecked
from tmwatch.digest.subject import LIMIT, width
from tmwatch.digest.wording import clean
from tmwatch.findings import Severity
from tmwatch.text import say

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><style>body{display:none}",
    "{{ 7*7 }}{% raw %}{0}%(x)s%s",
    "X\r\nBcc: victim@example.com\r\n\r\nHello",
    "=cmd|' /C calc'!A0",
    "abc\u202egnp.exe\u2066\u2069",
    "M" * 10_000,
    "🙂👩‍👩‍👧‍👦",
    "nul\x00bell\x07esc\x1b[31m",
    "\ud800 lone",
    "line\u2028sep\u2029\x85\v\f",
    "商标" * 400,
    "",
]


def hostile(text: str) -> Digest:
    """A digest with `text` wherever something foreign stands."""
    evidence = say("Was {old}, now {new}", old=text, new=text)
    one = finding("C02", Severity.HIGH, "97000004", evidence=evidence, citation=text, title=say("{x}", x=text))
    brand = replace(
        ZORVEXA, brand=text, marketplaces=(text,), currency=text, marks=(replace(ZORVEXA.marks[0], mark=text),)
    )
    return Digest(
        client=text,
        kind="digest",
        number=1,
        local_date=TODAY,
        sequence=1,
        as_of=TODAY,
        language="en",
        coverage=replace(COVERAGE, unchecked=(Unchecked(text, text, text),), registry_version=text, newest_order=text),
        exposures=(brand, replace(KELMORI, state="weakened", brand=text)),
        news=(
            item(one, mark=text, brands=(text,), reference=text, registration_number=text),
            item(CANCELLED, mark=text),
        ),
        cleared=(item(one, "cleared", mark=text),),
        changes=(ChangeLine("97000009", text, say("Owner"), text, text, TODAY),),
        notes=(say("{x}", x=text),),
        lookalikes=(Lookalike("88000001", say("{x}", x=text)),),
    )


def made(digest: Digest) -> Message:
    return compose(digest, sender=SENDER, date=NOW, recipients=("a@example.com",), sender_name="Nordlicht")


def structure(html: str) -> list[str]:
    tree = lxml_html.document_fromstring(html)
    return [str(element.tag) for element in tree.iter() if isinstance(element.tag, str)]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_of_the_html_form_is_that_of_harmless_text(text: str) -> None:
    harmless = structure(made(hostile("harmless")).html)
    foreign = structure(made(hostile(text or "x")).html)
    assert set(foreign) == set(harmless)
    assert foreign.count("style") == 1
    assert abs(len(foreign) - len(harmless)) <= 4  # a part that is empty is left out


@pytest.mark.parametrize("text", HOSTILE)
def test_headers_are_those_of_the_message_and_no_others(text: str) -> None:
    parsed = email.message_from_bytes(made(hostile(text)).raw, policy=email.policy.default)
    assert parsed["Bcc"] is None
    assert parsed["To"] == "a@example.com"
    assert set(parsed.keys()) == {
        "Date", "Message-ID", "From", "To", "Subject", "References", "List-ID", "Auto-Submitted", "X-Tmwatch-Digest-Id",
        "MIME-Version", "Content-Type",
    }  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_control_or_bidi_character_reaches_a_reader(text: str) -> None:
    message = made(hostile(text))
    for shown in (message.subject, message.text, message.html):
        assert not set(shown) & set(
            "\x00\x07\x1b\x0b\x0c\x85\u2028\u2029\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
        )
    assert "\n" not in message.subject


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_never_begins_a_line_of_its_own_in_the_text_form(text: str) -> None:
    assert not any(line.startswith(("Bcc:", "Hello")) for line in made(hostile(text)).text.splitlines())


def test_a_mark_reads_as_it_is_where_nothing_is_wrong_with_it() -> None:
    for mark in ("A&B <CO.>", "CAFÉ 商标 🙂", "{curly} 100% 'quoted'"):
        message = made(replace(QUIET, news=(item(finding("R02", Severity.HIGH), mark=mark),)))
        assert mark in message.text
        assert mark in " ".join(lxml_html.document_fromstring(message.html).itertext())


def test_a_currency_that_is_none_shows_the_bare_number() -> None:
    assert "388,000 XX" in made(replace(DANGER, exposures=(replace(ZORVEXA, currency="XX"),))).text


foreign = st.text(st.characters(codec=None), max_size=60)


@given(foreign)
def test_any_text_gives_a_message_that_parses_back(text: str) -> None:
    message = made(hostile(text))
    parsed = email.message_from_bytes(message.raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert width(message.subject) <= LIMIT
    assert " ".join(str(parsed["Subject"]).split()) == " ".join(message.subject.split())
    assert not parsed.defects
    assert len(message.raw.splitlines()[0]) < 998


@given(foreign)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert len(clean(text)) <= 200
    clean(text).encode()
