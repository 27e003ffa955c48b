"""Numbers in the text of an order: the four ways of writing them, breaks, and everything that only looks like one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch.sources.order_numbers import REGISTRATION, SERIAL, scan


def serials(text: str) -> list[str]:
    return [found.number for found in scan(text) if found.kind == SERIAL]


def registrations(text: str) -> list[str]:
    return [found.number for found in scan(text) if found.kind == REGISTRATION]


@pytest.mark.parametrize(
    "written", ["97123456", "97/123,456", "97-123456", "97 123 456", "97/123456", "97\u00a0123\u00a0456"]
)
def test_the_ways_of_writing_a_serial_number(written: str) -> None:
    for text in (
        written,
        f"No. {written}",
        f"Serial No. {written}.",
        f"({written})",
        f"x, {written}; y",
        f"12  {written}",
    ):
        assert serials(text) == ["97123456"], text
        assert registrations(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "97123456,97123457",
        "97123456, 97123457",
        "97123456;97123457",
        "97123456 97123457",
        "97123456\t97123457",
        "97123456\n97123457",
        "97/123,456,97/123,457",
        "97 123 456 97 123 457",
        "97123456-97123457",
        "SN97123456 SN 97123457",
        "1 97123456 2 97123457",
        "97123456 LARKWING 97123457 MOON 9",
        "2021-06-08 97123456 2021-06-09 97123457",
        "商标97123456号 97123457",
        "97123456.pdf 97123457.pdf",
        "97123456 SNACK BAR 97123457",
        "97123456 SMART PHONE 97123457",
        "97123456 Cell 97123457",
        "97123456 MOON+ 97123457 QQ",
        "97123456 EXT 97123457 USD",
        "0001 97123456\n0002 97123457",
        "(009) 97123456 (025) 97123457",
        "97123456/6723159 97123457/6723160",
        "[97123456] [97123457]",
        "97123456|97123457",
    ],
)
def test_lists_of_two(text: str) -> None:
    assert serials(text) == ["97123456", "97123457"]


@pytest.mark.parametrize(
    "text",
    [
        "97123-\n456",
        "97-\n123456",
        "97/\n123,456",
        "97/123,\n456",
        "9712-\r\n3456",
        "97123\ufffe456",
        "97123\u00ad\n456",
    ],
)
def test_a_number_broken_with_a_mark_is_joined(text: str) -> None:
    assert serials(f"Serial No. {text} and others") == ["97123456"]


def test_a_number_broken_without_a_mark_is_joined_only_in_a_list() -> None:
    page = "97100001\n97100002\n97100003\n97100004\n97100005\n97123\n456\n9712\n3457\n"
    assert serials(page)[-2:] == ["97123456", "97123457"]
    assert serials("97123\n456") == []
    assert serials("97100001 97100002 97100003 97100004 97100005\nSuite 900\n92618 Irvine") == [
        f"9710000{n}" for n in range(1, 6)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "August 6, 2025",
        "08/06/2025 2025-08-06 20250806 06.08.2025",
        "97-12-3456",
        "571-272-8950",
        "(571) 272-8950",
        "+1 571 272 8950",
        "+86 755 8329 1234",
        "+86 755 83291234",
        "+8675583291234",
        "0755-83291234",
        "Shenzhen 0755 83291234",
        "(0755) 83291234",
        "86-755-83291234",
        "86 755 832 91234",
        "755-832-\n91234",
        "Tel: 83291234",
        "Phone No. 83291234",
        "Fax 83-291234",
        "WeChat 97123456",
        "QQ: 97123456",
        "97123456@qq.com",
        "a97123456@example.com",
        "user97123456",
        "97123456x",
        "Docket No. 97123456",
        "Docket D97-123456",
        "No. 16-2541",
        "Opposition No. 91123456",
        "Cancellation No. 92123456",
        "Proceeding No. 91123456",
        "Patent No. 7123456",
        "Deposit Account 97123456",
        "37 C.F.R. § 11.18(b)",
        "87 Fed. Reg. 431; 84 FR 31498",
        "87 Fed. Reg. 12345678",
        "35 U.S.C. 2(b)(2)(D)",
        "Page 97 of 803",
        "page 97, 123 and 456",
        "$97,123,456",
        "97,123,456",
        "USD 97123456.50",
        "97123456 dollars",
        "83291234 ext. 5",
        "TEL: 83291234",
        "Fax No.: 83291234",
        "$97123456",
        "97.123.456",
        "97123456.5",
        "12345678 59999999 05123456",
        "971234567 9712345",
        "Irvine, CA 92618-1234",
        "more than 1,300,000 dollars",
        "ISBN 978-0-97123456-1",
        "97 1234 56",
        "97  123456",
        "International Registration No. 1234567",
        "0000000",
    ],
)
def test_what_only_looks_like_a_serial_number_is_left_alone(text: str) -> None:
    assert serials(text) == []


def test_registration_numbers_have_seven_digits() -> None:
    assert registrations("Reg. No. 6723159 and 5,123,456") == ["6723159", "5123456"]
    assert registrations("97123456 6723159 LARKWING") == ["6723159"]
    assert registrations("Registration Nos. 0123456, 6723159") == ["0123456", "6723159"]


@pytest.mark.parametrize(
    "text",
    [
        "1,300,000 dollars in fees",
        "5,123,456",
        "Reg. No. column: more than 1,300,000 registrations",
        "Reg. No. $1,300,000",
        "Phone 2728950",
        "272-8950",
        "U.S. Patent No. 7,123,456",
        "International Registration No. 1234567",
        "12345678",
        "123456",
        "A1234567",
        "1234567@example.com",
    ],
)
def test_what_only_looks_like_a_registration_number_is_left_alone(text: str) -> None:
    assert registrations(text) == []


digits = st.integers(0, 9).map(str)
serial_numbers = st.builds(lambda head, tail: f"{head}{tail:06}", st.integers(60, 99), st.integers(0, 999_999))
forms = st.sampled_from(
    [
        "{0}{1}{2}",
        "{0}/{1},{2}",
        "{0}-{1}{2}",
        "{0} {1} {2}",
    ]
)
dates = st.dates(date(1950, 1, 1), date(2099, 12, 31)).flatmap(
    lambda day: st.sampled_from(
        [
            f"{day:%B} {day.day}, {day.year}",
            f"{day:%m/%d/%Y}",
            f"{day:%m/%d/%y}",
            f"{day:%m-%d-%y}",
            f"{day:%Y-%m-%d}",
            f"{day:%Y%m%d}",
            f"{day:%d.%m.%Y}",
            f"{day.day} {day:%b} {day.year}",
        ]
    )
)
area, three, four = st.integers(200, 999), st.integers(100, 999), st.integers(0, 9999)
phones = st.builds(
    lambda pattern, a, b, c: pattern.format(a, b, f"{c:04}"),
    st.sampled_from(
        ["({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "+1 {0} {1} {2}", "+86 {0} {1}{2}", "Tel. {1}{2}0"]
    ),
    area,
    three,
    four,
)
others = st.one_of(
    st.integers(1, 1999).map(lambda page: f"Page {page} of 1999"),
    st.integers(1, 99).map(lambda part: f"37 C.F.R. § {part}.18"),
    st.builds(lambda a, b: f"{a} Fed. Reg. {b}", st.integers(60, 99), st.integers(1, 99999)),
    st.builds(lambda a, b: f"Docket No. D{a}-{b}", st.integers(1990, 2030), st.integers(1, 99)),
    st.builds(lambda a, b: f"Docket No. {a}{b:06}", st.integers(60, 99), st.integers(0, 999_999)),
    st.integers(10000, 99999).map(lambda code: f"CA {code}-1234"),
    st.integers(0, 99_999_999).map(lambda dollars: f"${dollars:,}"),
)


@given(serial_numbers, forms)
def test_any_serial_number_is_found_in_any_form(number: str, form: str) -> None:
    written = form.format(number[:2], number[2:5], number[5:])
    assert serials(f"Serial No. {written} (LARKWING)") == [number]


@given(st.lists(st.one_of(dates, phones, others), min_size=1, max_size=6), st.sampled_from([", ", "; ", "\n", ". "]))
def test_no_date_phone_page_docket_or_citation_is_ever_a_number(texts: list[str], between: str) -> None:
    assert list(scan(between.join(texts))) == []


@given(
    st.lists(serial_numbers, min_size=1, max_size=8, unique=True),
    st.lists(st.one_of(dates, phones, others), min_size=1, max_size=8),
)
def test_numbers_are_found_among_dates_and_phones_and_nothing_else_is(numbers: list[str], noise: list[str]) -> None:
    rows = [f"{number}\t{noise[at % len(noise)]}" for at, number in enumerate(numbers)]
    assert [(found.kind, found.number) for found in scan("\n".join(rows))] == [(SERIAL, number) for number in numbers]


@given(st.text(alphabet="0123456789 -/,.\n()+", max_size=80))
def test_every_number_found_has_the_shape_of_one(text: str) -> None:
    for found in scan(text):
        assert found.number.isdecimal()
        assert len(found.number) == (8 if found.kind == SERIAL else 7)
        assert found.kind == REGISTRATION or found.number >= "60"
