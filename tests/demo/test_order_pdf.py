"""The invented order is a real PDF that the importer reads to the last number, whatever the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tmwatch.demo import corpus
from tmwatch.demo.order_pdf import NUMBERS, exhibit, order_pdf
from tmwatch.sources.orders import read_order


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2028, 2, 29), date(2026, 12, 31)])
def test_the_importer_reads_every_number_and_what_the_order_says_of_itself(day: date) -> None:
    read = read_order(order_pdf(day, corpus.NAMED), "demo-order.pdf")
    assert (read.method, read.pages, read.pages_without_text, read.problems) == ("pdf-text", 3, (), ())
    assert (read.type, read.date, read.response_due) == ("show_cause", day, day + timedelta(days=21))
    assert (set(read.serials), read.registrations, read.duplicates) == (set(exhibit(corpus.NAMED)), (), ())
    (named,) = (one for one in read.numbers if one.number == corpus.NAMED)
    assert named.page == 3


def test_the_list_names_one_watched_mark_and_59_invented_numbers() -> None:
    numbers = exhibit(corpus.NAMED)
    assert len(numbers) == len(set(numbers)) == NUMBERS == 60
    watched = set(corpus.days(date(2026, 11, 25)).first)
    assert watched & set(numbers) == {corpus.NAMED}
