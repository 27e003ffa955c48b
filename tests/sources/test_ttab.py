"""The files of the Board: whose proceedings are read, what each field becomes, and what is refused or set aside."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bulk_maker import Case, daily, zipped
from tests.entry_maker import NOTICE, Side, proceeding, ttab_file
from tmwatch.errors import FormatError
from tmwatch.records import STATUS_NOT_TOLD, CaseFile, Proceeding, ProceedingEntry
from tmwatch.sources.casefile_xml import Origin
from tmwatch.sources.entry_files import Watched
from tmwatch.sources.ttab import read_ttab
from tmwatch.sources.watchpass import SetAside, Totals

OURS, THEIRS = Side("D", "Lumenvale Trading LLC", (("98000001", None),)), Side("P", "Other Co", (("90000009", None),))
OPPOSITION = proceeding("91299001", "OPP", THEIRS, OURS)
WATCHED = Watched(frozenset({"98000001"}), {"7123456": "97000002", "6000001": None})
NAME = "tt261123.zip"


def read(body: bytes, watched: Watched = WATCHED, day: date | None = None) -> list[CaseFile | SetAside | Totals]:
    return list(read_ttab(io.BytesIO(body), NAME, watched, Origin(url=NAME, day=day)))


def cases(body: bytes, watched: Watched = WATCHED, day: date | None = None) -> list[CaseFile]:
    return [one for one in read(body, watched, day) if isinstance(one, CaseFile)]


def totals(found: Iterable[object]) -> Totals:
    (one,) = (item for item in found if isinstance(item, Totals))
    return one


def test_an_opposition_is_read_whole_with_the_side_of_the_mark_and_the_answer_date() -> None:
    (case,) = cases(ttab_file(OPPOSITION))
    as_of = datetime(2026, 11, 24, 4, 59, 59, tzinfo=UTC)  # the end of the day in New York
    assert (case.serial_number, case.status_code) == ("98000001", STATUS_NOT_TOLD)
    assert (case.told, case.provenance.as_of) == ({"proceedings"}, as_of)
    assert case.proceedings == (
        Proceeding(
            number="91299001",
            kind="OPP",
            filing_date=date(2026, 11, 20),
            status_code="2",
            status_date=date(2026, 11, 22),
            role="D",
            plaintiffs=("Other Co",),
            defendants=("Lumenvale Trading LLC",),
            entries=(ProceedingEntry("707", "N", date(2026, 11, 22), date(2027, 1, 1), NOTICE[4]),),
            as_of=as_of,
        ),
    )


def test_a_zip_is_read_like_its_xml() -> None:
    xml = ttab_file(OPPOSITION)
    assert cases(zipped(xml, "tt261123.xml")) == cases(xml)


def test_proceedings_of_other_marks_are_left_alone_and_counted() -> None:
    others = [proceeding(f"9129900{n}", "OPP", THEIRS, Side("D", "N", (("90000008", None),))) for n in range(3)]
    found = read(ttab_file(*others, OPPOSITION))
    assert len(found) == 2
    assert (totals(found).records, totals(found).selected, totals(found).set_aside) == (4, 1, 0)


def test_a_mark_pleaded_by_the_plaintiff_stands_on_that_side() -> None:
    (case,) = cases(ttab_file(proceeding("91299001", "OPP", Side("P", "We", (("98000001", None),)), THEIRS)))
    assert case.proceedings[0].role == "P"


def test_a_mark_on_both_sides_has_no_side() -> None:
    both = (Side("P", "We", (("98000001", None),)), Side("D", "We too", (("98000001", None),)))
    assert cases(ttab_file(proceeding("91299001", "OPP", *both)))[0].proceedings[0].role is None


@pytest.mark.parametrize("number", ["7123456", " 7123456 "])
def test_a_registration_alone_finds_the_mark_behind_it(number: str) -> None:
    (case,) = cases(ttab_file(proceeding("92099001", "CAN", THEIRS, Side("D", "We", ((None, number),)))))
    assert (case.serial_number, case.registration_number) == ("97000002", "7123456")


def test_a_registration_without_padding_finds_its_mark() -> None:
    watched = Watched(frozenset(), {"0563392": "71614627"})
    (case,) = cases(ttab_file(proceeding("92099001", "CAN", Side("D", "We", ((None, "563392"),)))), watched)
    assert case.registration_number == "0563392"


def test_the_property_tells_the_serial_number_of_a_row_known_by_registration_alone() -> None:
    (case,) = cases(ttab_file(proceeding("92099001", "CAN", THEIRS, Side("D", "We", (("97000005", "6000001"),)))))
    assert (case.serial_number, case.registration_number) == ("97000005", "6000001")


def test_a_registration_nobody_knows_the_serial_of_is_set_aside_not_dropped() -> None:
    found = read(ttab_file(proceeding("92099001", "CAN", THEIRS, Side("D", "We", ((None, "6000001"),)))))
    assert isinstance(found[0], SetAside)
    assert "6000001" in str(found[0].reason)
    assert b"92099001" in found[0].body


@pytest.mark.parametrize("kind", ["EXA", "EXT"])
def test_an_appeal_or_extension_carries_the_serial_number_itself(kind: str) -> None:
    (case,) = cases(ttab_file(proceeding("98000001", kind, Side("P", "Lumenvale Trading LLC"))))
    assert (case.proceedings[0].number, case.proceedings[0].kind) == ("98000001", kind)


def test_an_opposition_with_the_number_of_a_serial_is_not_ours() -> None:
    watched = Watched(frozenset({"91299001"}))
    assert cases(ttab_file(OPPOSITION), watched) == []


def test_the_expungement_or_reexamination_behind_an_appeal_is_named() -> None:
    side = Side("P", "We", (("98000001", "7123456"),), tma=("2024-101552", "R"))
    (case,) = cases(ttab_file(proceeding("98000001", "EXA", side)))
    assert case.proceedings[0].expungements == ("2024-101552R",)


def test_two_marks_of_one_proceeding_get_a_record_each() -> None:
    ours = Side("D", "We", (("98000001", None), ("97000002", "7123456")))
    assert [case.serial_number for case in cases(ttab_file(proceeding("91299001", "OPP", ours)))] == [
        "98000001",
        "97000002",
    ]


def test_a_firm_without_a_person_is_named_by_its_orgname() -> None:
    nameless = Side("P", "", (), orgname="Other Co")
    (case,) = cases(ttab_file(proceeding("91299001", "OPP", nameless, OURS)))
    assert case.proceedings[0].plaintiffs == ("Other Co",)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (proceeding("9129", "OPP", OURS), "none of 8 digits"),
        (proceeding("91299001", None, OURS), "no type-code"),
    ],
)
def test_a_bad_entry_of_ours_is_set_aside_and_the_day_goes_on(entry: str, reason: str) -> None:
    found = read(ttab_file(entry, OPPOSITION))
    aside = [one for one in found if isinstance(one, SetAside)]
    assert [(one.serial_number, reason in str(one.reason)) for one in aside] == [("98000001", True)]
    assert (totals(found).selected, totals(found).set_aside) == (1, 1)


def test_a_bad_entry_of_others_is_none_of_our_business() -> None:
    assert not [
        one for one in read(ttab_file(proceeding("9129", "OPP", THEIRS), OPPOSITION)) if isinstance(one, SetAside)
    ]


@pytest.mark.parametrize("text", ["20261340", "2026", "soon"])
def test_an_impossible_date_is_noted_and_the_proceeding_kept(text: str) -> None:
    found = read(ttab_file(proceeding("91299001", "OPP", OURS, filed=text)))
    assert isinstance(found[0], CaseFile)
    assert found[0].proceedings[0].filing_date is None
    assert any("filing-date" in line for line in totals(found).unread)


def test_an_unknown_kind_role_or_element_is_reported_and_nothing_is_lost() -> None:
    strange = Side("X", "Third Co", (("98000001", None),))
    found = read(ttab_file(proceeding("91299001", "ZZZ", strange, extra="<status-text>odd</status-text>")))
    assert isinstance(found[0], CaseFile)
    assert found[0].proceedings[0].kind == "ZZZ"
    lines = " ".join(totals(found).unread)
    assert "proceeding-entry/status-text" in lines
    assert "unknown type-code 'ZZZ'" in lines
    assert "unknown role-code 'X'" in lines


def test_every_element_of_the_real_definition_is_known(shared_data: Path) -> None:
    import re

    from tmwatch.sources.ttab import LAYOUT

    dtd = (shared_data / "ttab" / "PatentZephyr-trademark_trials_appeals.dtd").read_text("utf-8")
    for parent, inside in re.findall(r"<!ELEMENT (\S+) \(([^)#]+)\)", dtd):
        children = set(re.findall(r"[a-z][a-z0-9-]+", inside)) - {"data-available-code"}
        if children - {"proceeding-entry"}:
            assert children <= LAYOUT.known[parent], parent


def test_a_day_without_proceedings_says_so_and_counts_as_read() -> None:
    assert read(ttab_file()) == [Totals(0, 0, 0, (), "", ())]


def test_no_proceedings_and_no_word_about_it_is_an_error() -> None:
    body = ttab_file().replace(b"<data-available-code>N</data-available-code>", b"")
    with pytest.raises(FormatError, match="does not say that there are none"):
        read(body)


def test_a_file_without_its_day_is_dated_by_its_name_or_refused() -> None:
    body = ttab_file(OPPOSITION, day=None)
    (case,) = cases(body, day=date(2026, 11, 23))
    assert case.provenance.as_of == datetime(2026, 11, 24, 4, 59, 59, tzinfo=UTC)
    with pytest.raises(FormatError, match="no transaction-date"):
        read(body)


def test_an_annual_file_is_dated_by_the_last_day_it_covers() -> None:
    """It is written weeks later, and a daily file in between is newer."""
    (case,) = cases(ttab_file(OPPOSITION, day="20270215", action="AN"), day=date(2026, 12, 31))
    assert case.provenance.as_of == datetime(2027, 1, 1, 4, 59, 59, tzinfo=UTC)


@given(st.integers(1, 900))
def test_a_file_cut_anywhere_is_an_error(cut: int) -> None:
    body = ttab_file(OPPOSITION)
    with pytest.raises(FormatError, match=f"^{NAME}"):
        read(body[: -cut - 1])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "cut short or no data file"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
        (daily(("TX", [Case()])), "an applications file, not a TTAB file"),
        (b'<?xml version="1.0"?><other><ttab/></other>', "no <ttab-proceedings> element"),
        (ttab_file(OPPOSITION) + b"<more/>", "not well-formed"),
        (
            ttab_file(OPPOSITION).replace(b"<!-- DOCUMENT", b'<!ENTITY x "y"><!-- DOCUMENT'),
            "declares XML entities",
        ),
        (ttab_file(OPPOSITION).replace(b"proceeding-information", b"other-information"), "outside of"),
    ],
)
def test_another_document_or_a_broken_one_is_refused_whole(body: bytes, reason: str) -> None:
    with pytest.raises(FormatError, match=reason):
        read(body)


def test_a_damaged_zip_is_refused_although_its_entries_were_readable() -> None:
    packed = bytearray(zipped(ttab_file(*[OPPOSITION] * 200), "tt261123.xml"))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(FormatError, match=f"^{NAME}"):
        read(bytes(packed))


def test_the_real_appeal_of_a_day_is_read(shared_data: Path) -> None:
    body = (shared_data / "ttab" / "us_ttab_bulk_daily_real_shape.xml").read_bytes()
    (case,) = cases(body, Watched(frozenset({"79412016"})), date(2026, 8, 8))
    (one,) = case.proceedings
    assert (one.number, one.kind, one.role, one.status_code) == ("79412016", "EXA", "P", "2")
    assert [entry.code for entry in one.entries] == ["158"]
    assert totals(read(body, WATCHED, date(2026, 8, 8))).unread == ()


def test_the_real_appeal_about_a_reexamination_names_it(shared_data: Path) -> None:
    body = (shared_data / "ttab" / "us_ttab_bulk_historical_tma_real_shape.xml").read_bytes()
    (case,) = cases(body, Watched(frozenset(), {"7220244": None}), date(2025, 12, 31))
    assert (case.serial_number, case.proceedings[0].expungements) == ("97658985", ("2024-101552R",))
