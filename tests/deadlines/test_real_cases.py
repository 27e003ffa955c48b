"""Real cases walked through day by day: what the engine would have said then, against what the Office did.

The histories hold codes and dates as the Office recorded them, nothing else. Renewal dates and statuses are added
for the days on which they were so.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.deadlines.case_text import read_case
from tmwatch.deadlines import deadlines, maintenance

HISTORIES = Path(__file__).parent.parent / "data" / "real_histories.csv"
RECORDS = {row["serial"]: row["record"] for row in csv.DictReader(HISTORIES.open(encoding="utf-8"))}

# serial, day, extra words of the record, kind, what was to be shown ("state opens due grace", or "" for nothing)
DAYS = [
    ("74631225", "1996-01-10", "", "office_action", "open 1995-11-20 1996-05-20 None"),
    ("74631225", "1996-04-05", "", "office_action", ""),
    ("74631225", "1996-10-10", "", "opposition_window", "open 1996-10-08 1996-11-07 None"),
    ("74631225", "1997-01-10", "", "statement_of_use", "open 1996-12-31 1997-06-30 None"),
    ("74631225", "1997-07-01", "", "statement_of_use", "filed 1996-12-31 1997-06-30 None"),
    ("74631225", "1997-08-01", "", "statement_of_use", "open 1996-12-31 1997-12-31 None"),
    ("74631225", "1998-01-05", "", "statement_of_use", "filed 1996-12-31 1997-12-31 None"),
    ("74631225", "1998-02-20", "", "statement_of_use", "open 1996-12-31 1998-06-30 None"),
    ("74631225", "1998-04-10", "", "statement_of_use", "filed 1996-12-31 1998-06-30 None"),
    ("74631225", "1998-06-01", "", "statement_of_use", ""),
    ("74631225", "2003-08-04", "", "section_8", "open 2003-08-04 2004-08-04 2005-02-04"),
    ("74631225", "2003-09-15", "", "section_8", "filed 2003-08-04 2004-08-04 2005-02-04"),
    ("74631225", "2003-09-15", "", "section_15", "filed 2003-08-04 None None"),
    ("74631225", "2003-11-06", "", "section_8", ""),
    ("74631225", "2003-11-06", "", "section_15", ""),
    ("74631225", "2003-11-06", "", "section_8_9", "open 2007-08-04 2008-08-04 2009-02-04"),
    ("74631225", "2008-08-04", "", "section_8_9", "filed 2007-08-04 2008-08-04 2009-02-04"),
    ("74631225", "2008-08-11", "", "section_8_9", "open 2017-08-04 2018-08-06 2019-02-04"),
    ("78002299", "2009-05-07", "", "section_8", "open 2008-05-06 2009-05-06 2009-11-06"),
    ("78002299", "2009-06-03", "", "section_8", "filed 2008-05-06 2009-05-06 2009-11-06"),
    ("78002299", "2009-06-22", "", "section_8", ""),
    ("78002299", "2013-03-12", "", "section_8_9", "filed 2012-05-06 2013-05-06 2013-11-06"),
    ("78002299", "2013-03-23", "", "section_8_9", "open 2022-05-06 2023-05-08 2023-11-06"),
    ("78002299", "2013-01-10", "renewal=2013-05-06", "section_8_9", "open 2022-05-06 2023-05-08 2023-11-06"),
    ("76044902", "2010-08-19", "", "section_8", "open 2009-03-23 2010-03-23 2010-09-23"),
    ("76044902", "2010-08-20", "", "section_8", "filed 2009-03-23 2010-03-23 2010-09-23"),
    ("76044902", "2010-09-08", "", "section_8", ""),
    ("76044902", "2014-02-10", "renewal=2014-03-23", "section_8_9", "open 2023-03-23 2024-03-25 2024-09-23"),
    ("77658723", "2009-05-04", "", "office_action", "open 2009-04-14 2009-10-14 None"),
    ("77658723", "2009-10-14", "", "office_action", ""),
    ("77658723", "2010-10-12", "", "statement_of_use", "open 2010-04-13 2010-10-13 None"),
    ("77658723", "2010-10-20", "", "statement_of_use", "filed 2010-04-13 2010-10-13 None"),
    ("77658723", "2010-10-28", "", "statement_of_use", ""),
    ("77658723", "2016-01-11", "", "section_8", "open 2015-12-07 2016-12-07 2017-06-07"),
    ("77658723", "2016-04-07", "", "section_8", "filed 2015-12-07 2016-12-07 2017-06-07"),
    ("77658723", "2016-06-15", "status=702@2016-06-15", "section_8", ""),
    ("72243407", "2007-08-01", "", "section_8_9", "open 2006-08-01 2007-08-01 2008-02-01"),
    ("72243407", "2007-08-06", "", "section_8_9", "filed 2006-08-01 2007-08-01 2008-02-01"),
    ("72243407", "2007-10-16", "", "section_8_9", "refused 2006-08-01 2007-08-01 2008-02-01"),
    ("72243407", "2007-10-16", "", "post_registration_action", "open 2007-10-16 2008-04-16 None"),
    ("72243407", "2008-02-07", "", "post_registration_action", ""),
    ("72243407", "2008-02-07", "", "section_8_9", "open 2016-08-01 2017-08-01 2018-02-01"),
    ("72243407", "2018-01-30", "", "section_8_9", "filed 2016-08-01 2017-08-01 2018-02-01"),
    ("72243407", "2018-02-17", "renewal=2017-08-01", "section_8_9", "open 2026-08-01 2027-08-02 2028-02-01"),
    ("72045204", "2009-02-02", "", "section_8_9", "open 2008-01-20 2009-01-21 2009-07-20"),
    ("72045204", "2009-08-01", "", "section_8_9", "filed 2008-01-20 2009-01-21 2009-07-20"),
    ("72045204", "2009-10-01", "", "section_8_9", "filed 2008-01-20 2009-01-21 2009-07-20"),
    ("72045204", "2009-10-28", "", "section_8_9", "open 2018-01-20 2019-01-22 2019-07-22"),
    ("72045204", "2018-01-30", "", "section_8_9", "filed 2018-01-20 2019-01-22 2019-07-22"),
    ("72045204", "2018-02-17", "renewal=2019-01-20", "section_8_9", "open 2028-01-20 2029-01-22 2029-07-20"),
    ("72244388", "2009-02-18", "", "section_8_9", "open 2008-02-18 2009-02-18 2009-08-18"),
    ("72244388", "2009-02-19", "", "section_8_9", "filed 2008-02-18 2009-02-18 2009-08-18"),
    ("72244388", "2018-02-18", "renewal=2009-02-18", "section_8_9", "open 2018-02-18 2019-02-19 2019-08-19"),
    ("72244388", "2009-03-10", "", "section_15", "filed 1974-02-18 None None"),
    ("72244388", "2018-02-18", "renewal=2009-02-18", "section_15", ""),
    ("72244547", "2007-02-12", "", "section_8_9", "open 2007-01-30 2008-01-30 2008-07-30"),
    ("72244547", "2007-04-16", "", "section_8_9", "filed 2007-01-30 2008-01-30 2008-07-30"),
    ("72244547", "2018-01-30", "", "section_8_9", "filed 2017-01-30 2018-01-30 2018-07-30"),
    ("72244547", "2018-02-17", "", "post_registration_action", ""),
    ("71112081", "1999-06-24", "", "section_8_9", "open 2008-01-14 2009-01-14 2009-07-14"),
    ("71112081", "2018-02-17", "renewal=2019-01-14", "section_8_9", "open 2028-01-14 2029-01-16 2029-07-16"),
    ("85017257", "2016-11-01", "", "section_8", "refused 2015-12-07 2016-12-07 2017-06-07"),
    ("85017257", "2016-11-01", "", "post_registration_action", "open 2016-10-05 2017-04-05 None"),
    ("85017257", "2018-01-10", "", "section_8", "refused 2015-12-07 2016-12-07 2017-06-07"),
    ("85017257", "2018-03-01", "", "post_registration_action", "open 2018-02-13 2018-08-13 None"),
    ("85017257", "2018-09-04", "", "post_registration_action", "overdue 2018-02-13 2018-08-13 None"),
    ("85017257", "2018-12-10", "status=710@2018-12-07", "director_petition", "open 2018-12-07 2019-02-07 None"),
    ("85017257", "2018-12-10", "status=710@2018-12-07", "section_8", ""),
    ("97123456", "2022-09-01", "status=641", "office_action", "open 2022-08-30 2023-02-28 None"),
    ("97123456", "2022-10-03", "status=641", "office_action", "open 2022-09-07 2023-03-07 None"),
    ("97123456", "2023-03-08", "status=641", "office_action", "overdue 2022-09-07 2023-03-07 None"),
    ("97123456", "2023-04-03", "status=602@2023-03-22", "office_action", ""),
    ("97123456", "2023-04-03", "status=602@2023-03-22", "revival", "open 2023-03-22 2023-05-22 None"),
    ("97123456", "2026-11-23", "status=602@2023-03-22", "revival", ""),
    ("78787878", "2006-12-26", "status=641", "office_action", "open 2006-06-27 2006-12-27 None"),
    ("78787878", "2006-12-27", "status=661", "office_action", ""),
    ("78787878", "2007-08-07", "status=641", "office_action", "overdue 2007-02-06 2007-08-06 None"),
    ("78787878", "2007-10-01", "status=602@2007-09-25", "revival", "open 2007-09-25 2007-11-26 None"),
    ("98186103", "2024-08-14", "status=641", "office_action", "open 2024-05-14 2024-08-14 None"),
    ("98186103", "2024-08-15", "status=641", "office_action", "overdue 2024-05-14 2024-08-14 None"),
    ("98186103", "2024-09-02", "status=602@2024-08-29", "revival", "open 2024-08-29 2024-10-29 None"),
    ("98186103", "2024-10-01", "status=616@2024-09-25", "revival", ""),
    ("98186103", "2024-10-01", "status=616@2024-09-25", "office_action", ""),
    ("87310367", "2017-05-01", "status=641", "office_action", "open 2017-04-24 2017-10-24 None"),
    ("87310367", "2018-02-18", "status=688@2018-01-23", "office_action", ""),
    ("87310367", "2018-02-18", "status=688@2018-01-23", "opposition_window", ""),
    ("87310367", "2018-02-18", "status=688@2018-01-23", "statement_of_use", "open 2018-01-23 2018-07-23 None"),
]


@pytest.mark.parametrize(("serial", "day", "words", "kind", "expected"), DAYS)
def test_a_real_case_shows_on_each_day_what_was_owed(serial, day, words, kind, expected):
    mark = read_case(f"{RECORDS[serial]} {words}")
    same = [one for one in deadlines(mark, date.fromisoformat(day)) if one.kind == kind]
    shown = [f"{d.state} {d.opens} {d.due} {d.grace_ends}" for d in same if d.period != "notice not received"]
    assert shown == ([expected] if expected else [])


@pytest.mark.parametrize("serial", [name for name, text in RECORDS.items() if "REM2/E" in text])
def test_the_courtesy_reminder_is_dated_on_the_day_the_window_opens(serial):
    mark = read_case(RECORDS[serial])
    reminder = max(event.date for event in mark.events if event.code == "REM2")
    judged = maintenance(mark, reminder)[0]
    assert (judged.kind, judged.state, judged.opens) == ("section_8_9", "open", reminder)


def test_a_paper_under_review_is_never_called_lost():
    mark = read_case(RECORDS["85017257"])
    for day in (date(2017, 6, 8), date(2017, 12, 31), date(2018, 12, 6)):
        assert maintenance(mark, day)[0].state == "refused"


def test_the_last_day_before_the_recorded_abandonment_is_ours():
    """The Office records the day after the last day as abandonment date."""
    for serial, abandoned in (("97123456", "2023-03-08"), ("78787878", "2007-08-07"), ("98186103", "2024-08-15")):
        day = date.fromisoformat(abandoned)
        found = [d for d in deadlines(read_case(f"{RECORDS[serial]} status=641"), day) if d.kind == "office_action"]
        assert [(d.state, (day - d.due).days) for d in found] == [("overdue", 1)]
