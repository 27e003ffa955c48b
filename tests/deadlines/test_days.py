"""Month steps, federal holidays in DC and the next business day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch.deadlines import add_months, add_years, federal_holidays, next_business_day
from tmwatch.deadlines.days import compute_holidays

DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "reached"),
    [
        ("1996-12-31", 6, "1997-06-30"),
        ("1996-12-31", 12, "1997-12-31"),
        ("2024-08-31", 6, "2025-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2023-02-28", 6, "2023-08-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-01-15", -1, "2024-12-15"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2024-11-30", 3, "2025-02-28"),
        ("2024-12-01", 1, "2025-01-01"),
    ],
)
def test_a_step_keeps_the_day_of_the_month_or_takes_the_last(start, months, reached):
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(reached)


def test_years_are_twelve_months():
    assert add_years(date(2020, 2, 29), 6) == date(2026, 2, 28)


def test_two_steps_are_not_one():
    assert add_months(add_months(date(1996, 12, 31), 6), 6) == date(1997, 12, 30)


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        ("2026-08-29", "2026-08-31"),  # Saturday
        ("2026-08-30", "2026-08-31"),  # Sunday
        ("2026-08-31", "2026-08-31"),
        ("2021-12-31", "2022-01-03"),  # New Year's Day as observed in the old year
        ("2021-01-20", "2021-01-21"),  # Inauguration Day
        ("2025-01-20", "2025-01-21"),
        ("2029-01-20", "2029-01-22"),  # Inauguration Day on a Saturday
        ("2013-01-21", "2013-01-22"),  # Inauguration Day on a Sunday, observed
        ("1989-01-20", "1989-01-23"),  # a Friday
        ("2023-01-20", "2023-01-20"),  # no inauguration that year
        ("2025-04-16", "2025-04-16"),  # Emancipation Day
        ("2027-04-16", "2027-04-16"),
        ("2022-04-15", "2022-04-15"),  # its observed day
        ("2020-06-19", "2020-06-19"),  # before Juneteenth was a holiday
        ("2021-06-18", "2021-06-21"),
        ("2026-07-03", "2026-07-06"),
        ("2025-11-27", "2025-11-28"),  # Thanksgiving; the Friday is worked
        ("2025-12-24", "2025-12-24"),
        ("2025-09-01", "2025-09-02"),
        ("2025-08-30", "2025-09-02"),  # Saturday before Labor Day
    ],
)
def test_the_last_day_moves_over_weekends_and_federal_holidays_in_dc(day, moved):
    assert next_business_day(date.fromisoformat(day)) == date.fromisoformat(moved)


def test_every_year_has_eleven_federal_holidays():
    for year in (2022, 2023, 2024, 2026, 2027):
        named = {day for day in federal_holidays(year) if day.weekday() < 5}
        observed_elsewhere = 1 if date(year + 1, 1, 1).weekday() == 5 else 0
        new_year_on_saturday = 1 if date(year, 1, 1).weekday() == 5 else 0
        assert len(named) - observed_elsewhere + new_year_on_saturday == 11, year


@given(DAYS)
def test_a_business_day_is_never_earlier_and_close_by(day):
    moved = next_business_day(day)
    assert day <= moved <= day + timedelta(days=4)
    assert next_business_day(moved) == moved
    assert moved.weekday() < 5


@given(DAYS, st.integers(-600, 600))
def test_a_step_lands_in_the_month_asked_for(day, months):
    reached = add_months(day, months)
    assert (reached.year * 12 + reached.month) - (day.year * 12 + day.month) == months
    assert reached.day == day.day or (reached + timedelta(days=1)).day == 1


@given(DAYS, DAYS, st.integers(0, 400))
def test_steps_keep_the_order_of_days(first, second, months):
    early, late = sorted((first, second))
    assert add_months(early, months) <= add_months(late, months)


def test_the_table_of_holidays_is_what_the_library_computes():
    for year in range(1985, 2061):
        assert federal_holidays(year) == compute_holidays(year), year


def test_a_year_outside_the_table_is_computed():
    assert date(2099, 7, 3) in federal_holidays(2099) or date(2099, 7, 4) in federal_holidays(2099)
