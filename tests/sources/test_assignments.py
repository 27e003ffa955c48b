"""The files of assignments: whose are read, what each field becomes, and what is refused or set aside."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bulk_maker import zipped
from tests.entry_maker import assignment, assignment_file, ttab_file
from tmwatch.errors import FormatError
from tmwatch.records import STATUS_NOT_TOLD, Assignment, CaseFile
from tmwatch.sources.assignments import read_assignments
from tmwatch.sources.casefile_xml import Origin
from tmwatch.sources.entry_files import Watched
from tmwatch.sources.watchpass import SetAside, Totals

NAME = "asb261123.zip"
WATCHED = Watched(frozenset({"98000001"}), {"0218184": "71231446", "6000001": None})
OURS = assignment("9001", "0007", [("98000001", None)])


def read(body: bytes, watched: Watched = WATCHED, day: date | None = None) -> list[CaseFile | SetAside | Totals]:
    return list(read_assignments(io.BytesIO(body), NAME, watched, Origin(url=NAME, day=day)))


def cases(body: bytes, watched: Watched = WATCHED, day: date | None = None) -> list[CaseFile]:
    return [one for one in read(body, watched, day) if isinstance(one, CaseFile)]


def test_an_assignment_is_read_whole() -> None:
    (case,) = cases(assignment_file(OURS))
    assert (case.serial_number, case.status_code, case.told) == ("98000001", STATUS_NOT_TOLD, {"assignments"})
    assert case.provenance.as_of == datetime(2026, 11, 24, 4, 59, 59, tzinfo=UTC)
    assert case.assignments == (
        Assignment(
            reel_frame="9001/0007",
            conveyance="ASSIGNS THE ENTIRE INTEREST",
            recorded=date(2026, 11, 18),
            executed=date(2026, 11, 1),
            assignors=("Lumenvale Trading LLC",),
            assignees=("Brightmoor Holdings Inc.",),
            as_of=datetime(2026, 11, 24, 4, 59, 59, tzinfo=UTC),
        ),
    )


def test_a_zip_is_read_like_its_xml() -> None:
    assert cases(zipped(assignment_file(OURS), "asb261123.xml")) == cases(assignment_file(OURS))


def test_a_registration_number_without_padding_finds_its_mark() -> None:
    (case,) = cases(assignment_file(assignment("1", "1", [(None, "218184")])))
    assert (case.serial_number, case.registration_number) == ("71231446", "0218184")
    assert case.assignments[0].reel_frame == "1/0001"


def test_reel_and_frame_are_written_as_tsdr_has_them() -> None:
    (case,) = cases(assignment_file(assignment("04191", "383", [("98000001", None)])))
    assert case.assignments[0].reel_frame == "4191/0383"


def test_the_property_tells_the_serial_number_of_a_row_known_by_registration_alone() -> None:
    (case,) = cases(assignment_file(assignment("1", "2", [("97000005", "6000001")])))
    assert case.serial_number == "97000005"


def test_a_registration_nobody_knows_the_serial_of_is_set_aside_not_dropped() -> None:
    found = read(assignment_file(assignment("1", "2", [(None, "6000001")])))
    assert isinstance(found[0], SetAside)
    assert "6000001" in str(found[0].reason)


def test_an_entry_with_thousands_of_marks_gives_ours_alone() -> None:
    many = [(f"9{n:07}", None) for n in range(4000)]
    found = cases(assignment_file(assignment("1", "2", [*many, ("98000001", None), (None, "218184")])))
    assert sorted(case.serial_number for case in found) == ["71231446", "98000001"]


def test_a_purged_entry_is_a_withdrawal_without_parties() -> None:
    (case,) = cases(assignment_file(assignment("9001", "0007", [("98000001", None)], purge="Y")))
    (one,) = case.assignments
    assert (one.withdrawn, one.assignors, one.assignees) == (True, (), ())


@pytest.mark.parametrize("purge", ["", "X", "y"])
def test_an_entry_that_says_neither_yes_nor_no_is_set_aside(purge: str) -> None:
    found = read(assignment_file(assignment("1", "2", [("98000001", None)], purge=purge), OURS))
    assert [type(one) for one in found] == [SetAside, CaseFile, Totals]
    assert isinstance(found[0], SetAside)
    assert "purge-indicator" in str(found[0].reason)
    assert found[0].serial_number == "98000001"


@pytest.mark.parametrize(("reel", "frame"), [("", "1"), ("1", ""), ("A12", "1"), ("1", "-1")])
def test_an_entry_without_reel_or_frame_is_set_aside(reel: str, frame: str) -> None:
    found = read(assignment_file(assignment(reel, frame, [("98000001", None)]), OURS))
    assert [type(one) for one in found] == [SetAside, CaseFile, Totals]


def test_mixed_content_about_a_party_is_known_and_does_not_reach_its_name() -> None:
    mixed = (
        "<dba-aka-ta-statement>DBA HANDY ROLL</dba-aka-ta-statement><composed-of-statement>COMPOSED OF "
        '<sub-party><name>Ann</name><entity code="1">INDIVIDUAL</entity><stctry code="US">US</stctry></sub-party> AND '
        "<sub-party><name>Bo</name><entity>X</entity><stctry>DE</stctry><composed-of><sub-party><name>C</name>"
        "<entity>Y</entity><stctry>US</stctry></sub-party></composed-of></sub-party></composed-of-statement>"
    )
    found = read(assignment_file(assignment("1", "2", [("98000001", None)], more=mixed)))
    assert isinstance(found[0], CaseFile)
    assert found[0].assignments[0].assignors == ("Lumenvale Trading LLC",)
    assert isinstance(found[-1], Totals)
    assert found[-1].unread == ()


def test_a_number_that_is_none_cannot_be_ours_and_is_noted() -> None:
    found = read(assignment_file(assignment("1", "2", [("98000001", "SEE PAPERS"), ("pending", None)])))
    assert isinstance(found[0], CaseFile)
    assert isinstance(found[-1], Totals)
    assert any("registration-no" in line for line in found[-1].unread)


def test_an_unknown_element_is_reported() -> None:
    found = read(assignment_file(assignment("1", "2", [("98000001", None)], more="<email>x</email>")))
    assert isinstance(found[-1], Totals)
    assert "unknown element assignor/email" in found[-1].unread


def test_an_entry_is_never_newer_than_its_file() -> None:
    (case,) = cases(assignment_file(assignment("1", "2", [("98000001", None)], updated="20991231")))
    assert case.assignments[0].as_of == case.provenance.as_of


def test_an_old_entry_keeps_the_day_of_its_last_update() -> None:
    (case,) = cases(assignment_file(assignment("1", "2", [("98000001", None)], updated="19910716")))
    assert case.assignments[0].as_of == datetime(1991, 7, 17, 3, 59, 59, tzinfo=UTC)


def test_every_element_of_the_real_definition_is_known(shared_data: Path) -> None:
    import re

    from tmwatch.sources.assignments import LAYOUT

    dtd = (shared_data / "assignments" / "PatentZephyr-trademark_assignments.dtd").read_text("utf-8")
    for parent, inside in re.findall(r"<!ELEMENT (\S+) \(([^)]+)\)", dtd):
        children = set(re.findall(r"(?<!#)\b[a-z][a-z0-9-]+", inside)) - {"data-available-code", "assignment-entry"}
        if children:
            assert children <= LAYOUT.known[parent], parent


def test_a_day_without_assignments_says_so() -> None:
    assert read(assignment_file()) == [Totals(0, 0, 0, (), "", ())]


@given(st.integers(1, 900))
def test_a_file_cut_anywhere_is_an_error(cut: int) -> None:
    with pytest.raises(FormatError, match=f"^{NAME}"):
        read(assignment_file(OURS)[: -cut - 1])


def test_a_file_of_the_board_is_refused() -> None:
    with pytest.raises(FormatError, match="a TTAB file, not an assignments file"):
        read(ttab_file())


def test_real_entries_are_read(shared_data: Path) -> None:
    body = (shared_data / "assignments" / "us_assignment_current_bulk_party_tags.xml").read_bytes()
    watched = Watched(frozenset({"71600001"}), {"0563392": None})
    found = read(body, watched, date(2026, 4, 10))
    assert [one.serial_number for one in found if isinstance(one, CaseFile)] == ["71614627", "71600001"]
    assert found[-1] == Totals(2, 2, 0, (), "", ())


def test_the_real_early_entry_is_read(shared_data: Path) -> None:
    body = (shared_data / "assignments" / "us_assignment_real_historical_shape.xml").read_bytes()
    (case,) = cases(body, WATCHED, date(2021, 12, 31))
    (one,) = case.assignments
    assert (one.reel_frame, one.recorded, one.executed) == ("1/0001", date(1955, 1, 3), date(1953, 5, 13))
    assert one.as_of == datetime(1991, 7, 17, 3, 59, 59, tzinfo=UTC)
