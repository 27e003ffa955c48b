"""What is chosen of the portal's listing, what is to do, which days are missing. No network."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch.errors import FormatError
from tmwatch.sources.odp_files import (
    LedgerRow,
    ListedFile,
    complete_until,
    data_day,
    listed_count,
    missing_days,
    parse_listing,
    plan,
)

TODAY = date(2026, 1, 10)


def entry(name: str, kind: str = "Data", **more: Any) -> dict[str, Any]:
    return {"fileName": name, "fileTypeText": kind, "fileSize": 1000, "fileReleaseDate": "2026-01-10 00:52:10", **more}


def listing(*entries: dict[str, Any], product: str = "TRTDXFAP") -> dict[str, Any]:
    """A reply of the portal of today's shape."""
    bag = {"count": len(entries), "fileDataBag": list(entries)}
    return {"count": 1, "bulkDataProductBag": [{"productIdentifier": product, "productFileBag": bag}]}


def days(*names: str) -> tuple[ListedFile, ...]:
    return parse_listing(listing(*(entry(f"apc{name}.zip") for name in names)), "TRTDXFAP")


# --- the listing -----------------------------------------------------------------------------------------------------


def test_data_files_come_newest_first_and_each_once() -> None:
    body = listing(entry("apc260105.zip"), entry("apc260107.zip"), entry("apc260106.zip"), entry("apc260107.zip"))
    files = parse_listing(body, "TRTDXFAP")
    assert [file.name for file in files] == ["apc260107.zip", "apc260106.zip", "apc260105.zip"]
    assert files[0] == ListedFile("TRTDXFAP", "apc260107.zip", date(2026, 1, 7), 1000, "2026-01-10 00:52:10")


@pytest.mark.parametrize(
    "alien",
    [
        entry("Trademark-Applications-Documentation-v2.3.pdf", "Documentation"),
        entry("apc260108.zip", "Documentation"),
        entry("apc260108.doc"),
        entry("tt260108.zip"),
        entry("apc18840407-20251231-01.zip"),
        entry("apc269999.zip"),
        entry("../apc260108.zip"),
        entry("apc260108.zip/../../x"),
        entry("APC260108.ZIP"),
        {"fileName": None},
        {"fileName": 7},
    ],
)
def test_what_is_no_data_file_of_the_product_is_left_out(alien: dict[str, Any]) -> None:
    assert [f.name for f in parse_listing(listing(alien, entry("apc260107.zip")), "TRTDXFAP")] == ["apc260107.zip"]


@pytest.mark.parametrize(
    ("product", "name", "day"),
    [
        ("TRTDXFAP", "apc260107.zip", date(2026, 1, 7)),
        ("TTABTDXF", "tt260107.zip", date(2026, 1, 7)),
        ("TRTDXFAG", "asb260107.zip", date(2026, 1, 7)),
        ("TRTYRAP", "apc18840407-20251231-91.zip", date(2025, 12, 31)),
        ("TTABYR", "tt19511002-20251231-1.zip", date(2025, 12, 31)),
        ("TRTYRAG", "asb19550103-20211231-01.zip", date(2021, 12, 31)),
    ],
)
def test_each_product_has_its_names(product: str, name: str, day: date) -> None:
    (file,) = parse_listing(listing(entry(name), entry("notes.zip"), product=product), product)
    assert (file.name, file.data_date) == (name, day)
    assert data_day(name) == day
    assert data_day(name.replace(".zip", ".xml")) == day


@pytest.mark.parametrize("name", ["seed.zip", "apc260199.zip", "x-apc260107.zip", ""])
def test_other_names_have_no_day(name: str) -> None:
    assert data_day(name) is None


def test_of_two_annual_generations_only_the_newer_is_taken() -> None:
    both = [entry(f"apc18840407-20241231-{n:02}.zip".replace("2024", "2024")) for n in range(1, 87)]
    both += [entry(f"apc18840407-20251231-{n:02}.zip") for n in range(1, 92)]
    both += [entry(f"apc18840407-20241231-{n:02}.zip") for n in range(1, 87)]
    files = parse_listing(listing(*both, product="TRTYRAP"), "TRTYRAP")
    assert len(files) == 91
    assert {file.data_date for file in files} == {date(2025, 12, 31)}
    assert files[0].name == "apc18840407-20251231-01.zip"


@pytest.mark.parametrize(
    "moved",
    [
        {
            "bulkDataProductBag": [
                [{"productIdentifier": "TRTDXFAP", "productFileBag": {"fileDataBag": [entry("apc260107.zip")]}}]
            ]
        },
        {"results": {"files": {"a": [entry("apc260107.zip")]}}},
        [entry("apc260107.zip")],
        [[[{"productDataset": {"x": [entry("apc260107.zip")]}}]]],
    ],
)
def test_fields_that_moved_are_still_found(moved: Any) -> None:
    assert [file.name for file in parse_listing(moved, "TRTDXFAP")] == ["apc260107.zip"]


@pytest.mark.parametrize("size", ["1000", 1000, None, "", "1 kB", -5, True, 2.5])
def test_a_size_is_digits_or_unknown(size: Any) -> None:
    (file,) = parse_listing(listing(entry("apc260107.zip", fileSize=size)), "TRTDXFAP")
    assert file.size == (1000 if size in ("1000", 1000) and size is not True else None)


def test_the_release_may_be_called_otherwise() -> None:
    one = {"fileName": "apc260107.zip", "fileLastModifiedDateTime": "2026-01-08 00:51:00"}
    assert parse_listing([one], "TRTDXFAP")[0].released == "2026-01-08 00:51:00"


def test_a_product_without_files_is_an_empty_list_and_no_product_is_an_error() -> None:
    assert parse_listing(listing(), "TRTDXFAP") == ()
    with pytest.raises(FormatError, match="names no product"):
        parse_listing({"count": 0}, "TRTDXFAP")


def test_a_reply_says_how_many_files_there_are() -> None:
    assert listed_count(listing(entry("a.pdf", "Documentation"), entry("apc260107.zip"))) == (2, 2)
    assert listed_count({"files": [entry("a")]}) == (1, None)


# --- what is to do ---------------------------------------------------------------------------------------------------

WEEK = days("260103", "260104", "260105", "260106", "260107")


def names(listed: tuple[ListedFile, ...], *ledger: LedgerRow, since: date | None = None) -> list[tuple[str, str]]:
    return [(todo.file.name[3:9], todo.why) for todo in plan(listed, ledger, since, TODAY)]


def done(day: str, **more: Any) -> LedgerRow:
    return LedgerRow(f"apc{day}.zip", "done", **{"size": 1000, **more})


def test_the_first_run_takes_the_newest_day_alone() -> None:
    assert names(WEEK) == [("260107", "new")]


def test_since_takes_more_newest_first() -> None:
    assert names(WEEK, since=date(2026, 1, 5)) == [("260107", "new"), ("260106", "new"), ("260105", "new")]
    assert names(WEEK, since=date(2026, 2, 1)) == []


def test_later_runs_take_each_day_after_the_first_that_was_read() -> None:
    assert names(WEEK, done("260105")) == [("260107", "new"), ("260106", "new")]
    assert names(WEEK, done("260105"), done("260106"), done("260107")) == []


@pytest.mark.parametrize("state", ["todo", "failed"])
def test_a_day_that_was_not_read_stays_to_do(state: str) -> None:
    row = LedgerRow("apc260106.zip", state, 1000)
    assert names(WEEK, done("260105"), row, done("260107")) == [("260106", "failed" if state == "failed" else "new")]


@pytest.mark.parametrize(
    ("row", "again"),
    [
        (done("260106"), False),
        (done("260106", size=None), False),
        (done("260106", released="2026-01-10 00:52:10"), False),
        (done("260106", size=999), True),
        (done("260106", released="2026-01-07 00:52:10"), True),
    ],
)
def test_the_same_name_with_another_size_or_release_is_read_again(row: LedgerRow, again: bool) -> None:
    rest = (done("260105"), done("260107"))
    assert names(WEEK, *rest, row) == ([("260106", "reissued")] if again else [])


def test_a_file_asked_for_twenty_times_this_year_is_named_as_blocked() -> None:
    rows = (
        done("260105"),
        LedgerRow("apc260106.zip", "failed", asked=20),
        LedgerRow("apc260107.zip", "failed", asked=19),
    )
    assert [(todo.file.name, todo.blocked) for todo in plan(WEEK, rows, None, TODAY)] == [
        ("apc260107.zip", False),
        ("apc260106.zip", True),
    ]


def test_a_day_that_has_not_come_yet_is_not_the_newest() -> None:
    assert names(days("260107", "260831")) == [("260107", "new")]


def test_an_empty_list_leaves_nothing_to_do() -> None:
    assert names(()) == []


@given(st.permutations(WEEK))
def test_the_order_of_the_list_makes_no_difference(listed: list[ListedFile]) -> None:
    assert names(tuple(listed), done("260105")) == [("260107", "new"), ("260106", "new")]


def test_missing_days_count_weekends_too() -> None:
    have = [date(2026, 1, 2), date(2026, 1, 5), date(2026, 1, 6)]
    assert missing_days(have) == (date(2026, 1, 3), date(2026, 1, 4))
    assert missing_days(have, last=date(2026, 1, 7))[-1] == date(2026, 1, 7)
    assert missing_days([]) == ()
    assert missing_days([date(2026, 1, 2)]) == ()


def test_the_files_are_complete_up_to_the_first_gap() -> None:
    have = [date(2026, 1, 2), date(2026, 1, 3), date(2026, 1, 5)]
    assert complete_until(have) == date(2026, 1, 3)
    assert complete_until([]) is None
