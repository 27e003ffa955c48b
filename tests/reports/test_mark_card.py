"""The screen of one mark: what it says when a source is silent, what is old, what was there before, how it fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.invented_cases import bulk, tsdr
from tmwatch.digest.tongue import tongue
from tmwatch.pipeline.judging import joined, judge_record
from tmwatch.records import CaseFile, Party
from tmwatch.reports.mark_card import mark_card, shortened
from tmwatch.reports.wrapping import columns
from tmwatch.sanctions import load_registry

DAY = date(2026, 11, 23)


def card(record: CaseFile, *, width: int | None = None, parties: tuple[Party, ...] = (), **more: object) -> list[str]:
    """The lines of one record."""
    facts, findings = judge_record(record, DAY, load_registry((), ()))
    facts = replace(facts, parties=joined(parties, facts.parties))
    return [line.text for line in mark_card(facts, findings, width=width, **more)]  # type: ignore[arg-type]


def row(lines: list[str], label: str) -> str:
    """The text beside a label."""
    return next(line[17:] for line in lines if line.startswith(f"  {label:<15}"))


def test_none_of_record_is_not_the_same_as_not_told() -> None:
    silent = card(bulk())
    assert row(silent, "e-mails") == "not told by this source"
    told = card(tsdr(attorney=None, attorney_emails=(), correspondent_emails=()))
    assert row(told, "attorney") == "none of record"
    assert row(told, "e-mails") == "none of record"


def test_an_email_that_only_tsdr_told_says_so_beside_a_daily_file() -> None:
    seen = Party("97123456", "correspondent", None, None, "a@x.example", None, DAY, date(2026, 5, 1), "tsdr")
    lines = card(bulk(correspondent_emails=("a@x.example",)), parties=(seen,))
    assert row(lines, "e-mails") == "a@x.example (TSDR, 2026-05-01)"


def test_who_was_there_before_is_shown_with_source_and_last_day() -> None:
    gone = Party("97123456", "attorney", "Old Name", "Old Firm", None, None, DAY, date(2025, 1, 2), "tsdr", False)
    assert row(card(tsdr(), parties=(gone,)), "earlier") == "attorney Old Name, Old Firm (TSDR, until 2025-01-02)"
    many = tuple(replace(gone, name=f"N{number}") for number in range(9))
    assert "and 3 more; --json shows all" in " ".join(card(tsdr(), parties=many))
    assert not [line for line in card(tsdr()) if line.startswith("  earlier")]


def test_a_stored_record_says_when_tsdr_last_confirmed_it() -> None:
    record = tsdr()
    told = record.provenance.as_of
    assert row(card(record, stored=True, confirmed_at=told), "source").startswith("stored record of TSDR as of ")
    later = card(record, stored=True, confirmed_at=told + timedelta(days=3))
    assert any("last confirmed by TSDR on " in line for line in later)
    assert any("never confirmed by TSDR" in line for line in card(record, stored=True))
    assert not any("confirmed" in line for line in card(record))


def test_an_unknown_status_shouts() -> None:
    assert row(card(tsdr(status_code=999)), "standing").startswith("UNKNOWN: the status code is not in")


def test_no_event_and_no_class_are_no_mistake() -> None:
    lines = card(tsdr(events=(), classes=()))
    assert row(lines, "classes") in ("none of record", "not told by this source")
    assert not [line for line in lines if line.startswith("  last events")]


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_it_fits_the_screen_and_says_the_same_at_every_width(width: int) -> None:
    wide = " ".join(" ".join(card(tsdr())).split())
    lines = card(tsdr(), width=width)
    assert " ".join(" ".join(lines).split()) == wide
    assert all(columns(line) <= width or len(line.split()) == 1 for line in lines)


def test_one_screen_is_enough_for_a_mark() -> None:
    assert len(card(tsdr(), width=100)) <= 50


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x/sn?ids=1,2,3", "https://x/sn?ids=1,2,... 3 numbers"),
        ("https://x/sn?ids=97123456%2C97123457%2C97123458", "https://x/sn?ids=97123456,97123457,... 3 numbers"),
        ("https://x/sn?ids=1,2", "https://x/sn?ids=1,2"),
        ("https://x/sn97123456/info.json", "https://x/sn97123456/info.json"),
        ("a,1,2,3.zip", "a,1,2,3.zip"),
    ],
)
def test_a_long_list_in_an_address_is_cut_short(url: str, shown: str) -> None:
    assert str(shortened(url)) == shown


def test_the_moment_is_in_utc() -> None:
    record = tsdr()
    moment = datetime(2026, 11, 2, 23, 5, tzinfo=UTC)
    lines = card(replace(record, provenance=replace(record.provenance, as_of=moment)))
    assert "2026-11-02 23:05 UTC" in row(lines, "source")


def test_the_screen_is_chinese_where_the_reader_is_and_the_uspto_is_quoted() -> None:
    record = tsdr()
    english, chinese = card(record), card(record, tongue=tongue("zh-CN"))
    assert len(chinese) == len(english)
    assert chinese[0].startswith(f"{record.sentence}（申请号 97123456")
    labels = [line[:17].strip() for line in chinese[1:] if line[:17].strip()]
    assert "现状" in "".join(labels)
    assert not [label for label in labels if label.isascii()]
    whole = "\n".join(chinese)
    assert all((event.description or "") in whole for event in record.events[-1:])
    assert "tmwatch 只提供信息" in whole


def test_in_chinese_who_was_there_before_when_and_where_is_told() -> None:
    gone = Party("97123456", "attorney", "Old Name", "Old Firm", None, None, DAY, date(2025, 1, 2), "odp", False)
    lines = card(tsdr(), parties=(gone,), tongue=tongue("zh-CN"))
    assert "在案律师 Old Name, Old Firm（每日数据文件，至2025年1月2日）" in "\n".join(lines)


def test_a_long_chinese_screen_fits_its_columns() -> None:
    lines = card(tsdr(), width=80, tongue=tongue("zh-CN"))
    assert not [line for line in lines if columns(line) > 80 and "http" not in line]
