"""Changes of the record in words: assignments and proceedings in sentences of their own."""

from datetime import date

import pytest

from tmwatch.changes import Change
from tmwatch.digest.record_changes import change_line

OPPOSED = {
    "number": "91299001",
    "kind": "OPP",
    "filed": "2026-11-20",
    "status": "2",
    "role": "D",
    "plaintiffs": ["Other Co"],
    "defendants": ["Lumo LLC"],
    "answer_due": "2027-01-01",
}
MOVED = {
    "reel_frame": "9001/0007",
    "conveyance": "SECURITY INTEREST",
    "recorded": "2026-11-18",
    "assignors": ["Lumo LLC"],
    "assignees": ["Some Bank"],
}
PAGE = "https://ttabvue.uspto.gov/ttabvue/v?pno=91299001"


def said(name: str, old: object, new: object) -> str:
    line = change_line(Change("97123456", "field", name, old, new, date(2026, 11, 24)), "LUMO")
    assert (line.old, line.new, line.day) == (None, None, date(2026, 11, 24))
    return str(line.what)


def test_a_new_proceeding_is_told_with_number_parties_answer_date_and_page() -> None:
    assert said("proceedings", None, OPPOSED) == (
        "New before the Board: Opposition 91299001 of 2026-11-20, plaintiff Other Co, defendant Lumo LLC, pending, "
        f"answer due 2027-01-01; {PAGE}"
    )


def test_what_moved_in_a_proceeding_is_told_with_what_was_before() -> None:
    assert said("proceedings", OPPOSED, OPPOSED | {"status": "9"}).endswith(
        f"terminated; {PAGE}; before: pending, answer due 2027-01-01"
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"number": "97123456", "kind": "EXA", "plaintiffs": ["Lumo LLC"]}, "Ex parte appeal 97123456, appellant Lumo"),
        ({"number": "97123456", "kind": "EXT", "status": "Z"}, "Extension of time to oppose 97123456, state Z"),
        ({"number": "91299001", "kind": "ZZZ"}, "Proceeding 91299001, state not told"),
        (OPPOSED | {"expungements": ["2024-101552R"]}, "expungement or reexamination proceeding 2024-101552R"),
        (OPPOSED | {"plaintiffs": [f"P{n}" for n in range(9)]}, "plaintiff P0, P1, P2, P3, P4, + 4, defendant"),
    ],
)
def test_every_kind_of_proceeding_has_words(told: dict[str, object], expected: str) -> None:
    assert expected in said("proceedings", None, told)


def test_an_assignment_is_told_whole_and_its_withdrawal_too() -> None:
    assert said("assignments", None, MOVED) == (
        'New: Assignment 9001/0007 recorded on 2026-11-18: "SECURITY INTEREST", from Lumo LLC to Some Bank'
    )
    assert said("assignments", MOVED, {"reel_frame": "9001/0007", "withdrawn": True}) == (
        "Changed: Assignment 9001/0007 was taken back by the Office"
    )


def test_what_is_unknown_of_an_assignment_is_said_to_be() -> None:
    assert said("assignments", None, {"reel_frame": "1/0001"}) == (
        'New: Assignment 1/0001 recorded on unknown date: "no text", from not named to not named'
    )
