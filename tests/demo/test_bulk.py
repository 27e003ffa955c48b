"""The daily file of the demonstration is read by the reader of the real ones, and tells the same facts as TSDR."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tmwatch import changes
from tmwatch.demo import corpus
from tmwatch.demo.bulk import case_xml, daily_xml, daily_zip
from tmwatch.demo.cases import DemoCase, info_json
from tmwatch.records import CaseFile, Provenance
from tmwatch.sources.casefile_xml import Origin, Reading, read_bulk, read_case_file
from tmwatch.sources.odp_files import data_day
from tmwatch.sources.tsdr_json import read_info
from tmwatch.sources.watchpass import Totals

TODAY, EVENING = date(2026, 11, 25), date(2026, 11, 24)
PLAYED = corpus.days(TODAY, EVENING)
CASES = [*PLAYED.first.values(), *(case for n, case in PLAYED.second.items() if case != PLAYED.first[n])]


def from_tsdr(case: DemoCase, at: datetime) -> CaseFile:
    """The record that TSDR gives."""
    return read_info(json.dumps({"trademarks": [info_json(case)]}).encode(), Provenance("tsdr", at)).record


def from_bulk(case: DemoCase) -> Reading:
    """The record of the daily file."""
    return read_case_file(case_xml(case, EVENING).encode(), Origin("odp", "apc261124.zip", "0" * 64, EVENING))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.mark}-{case.status}")
def test_tsdr_and_the_daily_file_tell_the_same_of_every_case(case: DemoCase) -> None:
    reading = from_bulk(case)
    assert reading.unread == ()
    tsdr = from_tsdr(case, datetime(2026, 11, 24, 15, tzinfo=UTC))
    later = from_tsdr(case, datetime(2026, 11, 25, 15, tzinfo=UTC))
    assert changes.diff(tsdr, reading.record) == ()
    assert changes.diff(changes.merge(tsdr, reading.record), later) == ()
    assert reading.record.correspondent_emails == ()


def test_another_status_in_the_daily_file_is_a_change() -> None:
    before = from_tsdr(PLAYED.first["88000001"], datetime(2026, 11, 24, 15, tzinfo=UTC))
    found = changes.diff(before, from_bulk(PLAYED.second["88000001"]).record)
    assert [change.name for change in found] == ["status", "cancellation_date", "C8../O"]


def test_the_file_of_a_day_is_an_archive_of_all_its_records_in_the_real_frame() -> None:
    name, body = daily_zip(EVENING, corpus.daily_file(PLAYED))
    assert (name, data_day(name)) == ("apc261124.zip", EVENING)
    *read, totals = read_bulk(io.BytesIO(body), name, None, Origin(day=EVENING))
    assert isinstance(totals, Totals)
    assert (totals.records, len(read)) == (9, 9)
    assert {one.record.serial_number for one in read if isinstance(one, Reading)} >= {"88000010", "88009999"}
    assert daily_zip(EVENING, corpus.daily_file(PLAYED)) == (name, body)


def test_a_day_without_records_and_a_mark_with_signs_are_still_well_formed() -> None:
    assert b"<action-keys>" not in daily_xml(EVENING, [])
    odd = replace(PLAYED.first["88000001"], mark="<A> & \"B\" 'C' 山")
    assert from_bulk(odd).record.mark_text == odd.mark


def test_the_night_brings_what_moved_the_mark_that_tsdr_fails_on_and_no_mark_that_it_misses() -> None:
    serials = {case.serial_number for case in corpus.daily_file(PLAYED)}
    assert {corpus.MAINTENANCE, "88000001"} <= serials
    assert corpus.MISSING not in serials
    for case in corpus.daily_file(PLAYED):
        assert max(day for _, _, day, _ in case.events) <= EVENING
