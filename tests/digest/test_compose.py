"""The whole message: content, order, twins, floor, size, determinism."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from lxml import html as lxml_html

from tests.digest import examples, spoken
from tests.digest.examples import DANGER, NOW, QUIET, SENDER, finding, item
from tmwatch.digest.compose import HTML_LIMIT, compose
from tmwatch.digest.model import ChangeLine, Coverage, Digest, Message, SourceState, Unchecked
from tmwatch.findings import Severity
from tmwatch.text import say


def made(digest: Digest = DANGER, **more: object) -> Message:
    return compose(digest, sender=SENDER, date=NOW, **more)  # type: ignore[arg-type]


def parsed(message: Message) -> EmailMessage:
    return email.message_from_bytes(message.raw, policy=email.policy.default)  # type: ignore[return-value]


def seen(html: str) -> str:
    """What a reader of the HTML form sees, on one line, with the addresses of links."""
    tree = lxml_html.document_fromstring(html)
    for hidden in tree.xpath('//style | //title | //div[contains(@style, "display: none")]'):
        hidden.drop_tree()
    return " ".join(" ".join([*tree.itertext(), *tree.xpath("//a/@href")]).split())


def in_order(text: str, *parts: str) -> None:
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


# determinism


def test_the_same_digest_gives_the_same_bytes() -> None:
    assert made(recipients=("a@example.com",)).raw == made(recipients=("a@example.com",)).raw


def test_another_sequence_is_another_message() -> None:
    one, two = made(), made(replace(DANGER, sequence=2))
    assert one.id != two.id
    assert one.message_id != two.message_id


def test_the_id_does_not_depend_on_the_content() -> None:
    assert made().id == made(replace(DANGER, news=(), exposures=())).id


# content, in both forms


@pytest.mark.parametrize("form", ["html", "text"])
def test_a_reader_learns_what_why_what_to_do_and_by_when_in_this_order(form: str) -> None:
    message = made()
    text = seen(message.html) if form == "html" else message.text
    in_order(
        text,
        "2 brands in danger",
        "38 ASINs",
        "Zorvexa",
        "Cancelled under section 8 or 71",
        "ZORVEXA (Serial No. 88000001, Reg. No. 6,723,159) carries the Brand Registry enrolment",
        "Status 710",
        "File a new application now",
        "Jan 20, 2027 (in 57 days)",
        "confirm with counsel",
        "Kelmori",
        "Dec 2, 2026 (in 8 days)",
        "What is new",
        "Correspondence e-mail changed",
        "What got worse",
        "was Low",
        "Still open",
        "Section 8 due soon",
        "open since Nov 3, 2026",
        "Cleared",
        "Application abandoned, may be revived",
        "Other changes of the record",
        "ORLENTHA",
        "What was checked",
        "TSDR as of Nov 24, 2026, 08:05 New York time, 1 failed",
        "Order list of Nov 20, 2026, newest order Nov 18, 2026, 42 orders held",
        "PENDRISSA (97000008): the answer was an HTML page, not a record",
        "informs and is no legal advice",
        "Digest no. 17",
    )
    assert "11 of 12 marks checked" in text
    assert "alerted Nov 20, 2026, still open" in text
    assert "https://tsdr.uspto.gov/#caseNumber=97000004&caseType=SERIAL_NO&searchType=statusSearch" in text


BOTH_LANGUAGES = [spoken.SPOKEN, spoken.ALERT, spoken.CALM, replace(spoken.SPOKEN, language="en")]


@pytest.mark.parametrize(
    "digest", [DANGER, QUIET, replace(DANGER, kind="baseline"), replace(DANGER, kind="alert"), *BOTH_LANGUAGES]
)
def test_both_forms_state_the_same_facts(digest: Digest) -> None:
    message = made(digest)
    html = seen(message.html)
    for line in message.text.splitlines():
        for part in re.split(r"(https://[^\s;]+)|[·=\[\]]+|\. |:(?: |$)|：", line):
            assert " ".join((part or "").strip(" -!").split()) in html


@pytest.mark.parametrize("digest", [DANGER, QUIET, *BOTH_LANGUAGES])
def test_the_text_form_holds_every_word_of_the_html_form(digest: Digest) -> None:
    message = made(digest)
    tree = lxml_html.document_fromstring(message.html)
    plain = " ".join(message.text.split())
    for piece in tree.xpath("//td//text()[not(ancestor::style)]"):
        for fact in re.split(r"[·:]\s|：|\xa0", piece):
            assert " ".join(fact.strip(" ·:").split()) in plain


def test_a_finding_that_a_card_tells_is_not_told_again_in_a_list() -> None:
    assert made().text.count("Cancelled under section 8 or 71") == 1
    assert made().text.count("order to show cause issued") == 1


def test_every_finding_of_the_digest_stands_in_the_message() -> None:
    news = tuple(item(finding(f"R{n:02}", Severity.HIGH, f"9700{n:04}")) for n in range(40))
    text = made(replace(DANGER, news=news)).text
    assert all(f"Evidence of R{n:02}" in text for n in range(40))


def test_a_first_report_says_what_is_wrong_now() -> None:
    text = made(replace(DANGER, kind="baseline")).text
    assert "First report" in text
    assert "What is wrong now" in text
    assert "3 found" in text


def test_an_alert_tells_only_the_brands_it_is_about_in_full() -> None:
    alert = replace(DANGER, kind="alert", news=DANGER.news[:2], still_open=())
    message = made(alert)
    assert "1 brand in danger" in message.text
    assert "In danger: Kelmori" in message.text.partition("Your other brands")[2]
    assert "Ulmera" not in message.text


def test_brands_on_which_nothing_is_wrong_have_a_line_each_while_they_are_few() -> None:
    few = tuple(replace(examples.CALM[1], brand=f"Quiet {n}") for n in range(5))
    rows = made(replace(QUIET, exposures=few)).text.partition("Your brands")[2]
    assert [f"Sound: Quiet {n} · enrolled, nothing wrong seen" in rows for n in range(5)] == [True] * 5


def test_many_of_them_stand_on_one_line_that_says_how_many_behind_those_with_something_to_say() -> None:
    weakened, sound, unknown = examples.CALM
    calm = [replace(sound, brand=f"Quiet {n}", live=2) for n in range(30)]
    alone = [replace(sound, brand=f"Lone {n}", live=1) for n in range(6)]
    message = made(replace(QUIET, exposures=(unknown, weakened, *calm, *alone)))
    names = ", ".join(f"Quiet {n}" for n in range(20))
    lone = ", ".join(f"Lone {n}" for n in range(6))
    for form in (message.text, seen(message.html)):
        in_order(
            form,
            "Pendrissa · the state",
            "Tavoren ·",
            f"30 brands · enrolled, nothing wrong seen: {names}, 10 more",
            f"6 brands · enrolled, nothing wrong seen; rests on one live mark: {lone}",
            "6 enrolled brands rest on one live US mark each",
        )
        assert "Quiet 20" not in form


def test_a_critical_mark_without_a_brand_still_makes_a_headline() -> None:
    alert = replace(QUIET, kind="alert", exposures=(), news=(item(examples.SHOW_CAUSE, mark="KELMORI"),))
    assert made(alert).subject.startswith("1 critical finding · KELMORI")


def test_a_quiet_week_proves_its_coverage() -> None:
    message = made(QUIET)
    assert message.subject == "12 of 12 marks checked · nothing new"
    assert "All clear" in message.text
    assert "✓ 12 of 12 marks checked" in message.text


def test_a_notice_says_its_note_first() -> None:
    note = say("{n} marks lost standing in the same way at once; they are held back and read again", n=31)
    message = made(replace(QUIET, kind="notice", notes=(note,)))
    assert message.subject.startswith("1 notice · 31 marks lost standing")
    in_order(message.text, "A notice about the data", "31 marks lost standing", "What was checked")


def test_what_a_machine_read_says_so() -> None:
    unread = item(finding("S03", Severity.HIGH, unreviewed=True))
    message = made(replace(QUIET, news=(unread,)))
    assert "! Read from the order by a machine; no person has reviewed it yet." in message.text
    assert "no person has reviewed it yet" in message.html


def test_a_brand_without_figures_says_that_they_are_missing_not_zero() -> None:
    unknown = replace(examples.ZORVEXA, asins=None, revenue_30d=None)
    message = made(replace(DANGER, exposures=(unknown, examples.KELMORI)))
    assert "at least 7 ASINs" in message.text
    assert "number of ASINs not given" in message.text


def test_a_lost_brand_without_any_finding_still_says_what_to_do() -> None:
    bare = replace(examples.ZORVEXA, reasons=())
    text = made(replace(DANGER, exposures=(bare,))).text
    assert "The record shows the mark as dead" in text
    assert "act within days" in text


@pytest.mark.parametrize(
    ("days", "words"), [(-3, "3 days ago"), (-1, "1 day ago"), (0, "today"), (1, "in 1 day"), (1000, "in 1,000 days")]
)
def test_a_deadline_says_how_far_it_is(days: int, words: str) -> None:
    due = finding("A05", Severity.HIGH, deadline=examples.TODAY + timedelta(days=days))
    assert f"({words})" in made(replace(QUIET, as_of=examples.TODAY, news=(item(due),))).text


def test_nothing_is_said_of_an_enrolment_where_there_is_none() -> None:
    bare = replace(examples.ZORVEXA, enrolled=False, carrying=(), spare=())
    text = made(replace(DANGER, exposures=(bare,), news=(), still_open=())).text
    assert "Lost: Zorvexa" in text
    assert "A+ content" not in text
    assert "carries the Brand Registry enrolment" not in text


# coverage


def test_without_a_tsdr_key_no_more_is_claimed_than_the_daily_files_show() -> None:
    coverage = Coverage(12, 9, tsdr_used=False, daily_files_until=date(2026, 11, 23), registry_version="2026-11-20")
    message = made(replace(QUIET, coverage=coverage))
    assert "Daily files complete to Nov 23, 2026; 9 of 12 marks seen in them" in message.text
    assert "marks checked" not in message.text
    assert "could not be checked" not in message.text


def test_without_a_key_and_a_file_nothing_was_checked() -> None:
    assert "the marks were not checked" in made(replace(QUIET, coverage=Coverage(12, 0, tsdr_used=False))).text


def test_a_mark_that_is_neither_checked_nor_named_is_counted() -> None:
    assert "! 2 marks were not checked" in made(replace(QUIET, coverage=Coverage(12, 10))).text


def test_a_quiet_day_with_a_gap_is_no_all_clear() -> None:
    message = made(replace(QUIET, coverage=examples.COVERAGE))
    assert "Nothing new, but 1 mark could not be checked" in message.text
    assert message.subject.startswith("11 of 12 marks checked")


def test_missing_days_and_warnings_and_failed_sources_stand_in_coverage() -> None:
    coverage = replace(
        examples.COMPLETE,
        missing_days=(date(2026, 11, 20),),
        warnings=(say("The page of orders did not answer"),),
        sources=(SourceState("daily files", None, failed=2, note=say("no key")),),
    )
    text = made(replace(QUIET, coverage=coverage)).text
    assert "Daily files missing: Nov 20, 2026" in text
    assert "The page of orders did not answer" in text
    assert "Daily files: no data yet, 2 failed · no key" in text
    assert "! 12 of 12 marks checked" in text
    assert "No list of orders is held" in made(replace(QUIET, coverage=Coverage(12, 12))).text


# severity floor


def test_the_floor_hides_lower_findings_but_never_what_proves_coverage_or_is_good_news() -> None:
    low = [item(finding(rule, Severity.INFO)) for rule in ("C05", "S14", "S20", "A08", "R09")]
    digest = replace(QUIET, news=(*low, item(examples.REVIVED)), min_severity="critical")
    text = made(digest).text
    assert all(f"Title of {rule}" in text for rule in ("C05", "S14", "S20"))
    assert "Application revived" in text
    assert "Title of A08" not in text
    assert "Title of R09" not in text


def test_the_floor_holds_for_what_is_still_open_and_never_for_what_cleared() -> None:
    low = finding("A08", Severity.LOW)
    digest = replace(QUIET, still_open=(item(low, "open"),), cleared=(item(low, "cleared"),), min_severity="high")
    text = made(digest).text
    assert "Still open" not in text
    assert "Cleared (1)" in text


@pytest.mark.parametrize("floor", ["info", "low", "medium", "high", "critical"])
def test_coverage_stands_in_every_message_whatever_the_floor(floor: str) -> None:
    assert "11 of 12 marks checked" in made(replace(DANGER, min_severity=floor)).text


def test_the_list_of_papers_stands_with_the_brand_although_it_is_only_information() -> None:
    assert "VAT invoices of 6 months" in made(replace(DANGER, min_severity="critical")).text


# size


def many(count: int) -> Digest:
    news = tuple(item(finding("R02", Severity.HIGH, f"97{n:06}"), mark=f"MARK {n}") for n in range(count))
    return replace(QUIET, kind="digest", news=news)


def test_up_to_a_limit_everything_stands_in_the_mail_and_nothing_is_attached() -> None:
    message = made(many(40))
    assert not list(parsed(message).iter_attachments())
    assert "MARK 39" in message.html


def test_a_very_long_digest_shows_the_first_and_attaches_everything() -> None:
    message = made(many(300))
    (attachment,) = parsed(message).iter_attachments()
    whole = attachment.get_content()
    assert len(message.html.encode()) <= HTML_LIMIT
    assert "What is new (300)" in message.html
    assert "250 more entries are in the attached text" in message.html
    assert all(f"MARK {n}:" in whole for n in range(300))
    assert message.text == whole.replace("\r\n", "\n")
    assert attachment.get_filename() == f"{message.id}.txt"


def test_the_short_text_form_is_the_twin_of_the_short_html_form() -> None:
    message = made(many(300))
    twin = parsed(message).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert ("MARK 49:" in twin, "MARK 50:" in twin) == ("MARK 49:" in message.html, "MARK 50:" in message.html)
    assert "250 more entries" in twin


@pytest.mark.parametrize("count", [0, 1, 10, 60, 119, 121, 1000])
def test_the_html_never_grows_beyond_what_mail_programs_show(count: int) -> None:
    long = say("{x}", x="W" * 10_000)
    news = tuple(
        item(finding("R02", Severity.HIGH, f"97{n:06}", evidence=long, action=long), mark="M" * 10_000)
        for n in range(count)
    )
    unchecked = tuple(Unchecked(str(n), "X" * 300, "Y" * 300) for n in range(count))
    changes = tuple(ChangeLine("97000001", "Z" * 300, long, "a" * 9000, "b" * 9000, None) for _ in range(count))
    coverage = replace(examples.COVERAGE, watched=count, checked=0, unchecked=unchecked)
    exposures = tuple(replace(examples.ZORVEXA, brand=f"Brand {n}") for n in range(count))
    digest = Digest(
        "C", "digest", 1, examples.TODAY, 1, examples.TODAY, "en", coverage, exposures, news, changes=changes
    )
    assert len(made(digest).html.encode()) <= HTML_LIMIT


def test_a_language_without_a_catalogue_reads_english() -> None:
    assert "2 brands in danger" in made(replace(DANGER, language="fr")).text


def test_moments_are_shown_in_the_clients_time_zone() -> None:
    assert "Nov 24, 2026, 21:05 Shanghai time" in made(replace(DANGER, timezone="Asia/Shanghai")).text
