"""The USPTO's tables as package data, and the standing they decide."""

from importlib import resources

import pytest

from tmwatch import codes
from tmwatch.codes import Standing, standing

TABLES = {
    "status_codes.csv": 171,
    "event_codes.csv": 1166,
    "party_types.csv": 61,
    "drawing_codes.csv": 7,
    "statement_types.csv": 26,
    "entity_codes.csv": 98,
    "ttab_entry_codes.csv": 551,
}


@pytest.mark.parametrize(("name", "rows"), TABLES.items())
def test_each_table_is_complete_and_says_where_it_comes_from(name: str, rows: int) -> None:
    assert len(codes.read_table(name)) == rows
    first = resources.files("tmwatch").joinpath("data", name).read_text("utf-8").split("\n", 1)[0]
    assert first.startswith("# source:")
    assert "retrieved" in first
    assert all(None not in row and None not in row.values() for row in codes.read_table(name))


def test_status_and_event_keys_are_unique() -> None:
    assert len(codes.status_codes()) == 171
    assert len(codes.event_codes()) == 1166


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [
        (630, None, Standing.live_pending),
        (779, None, Standing.live_pending),  # sustained, yet still pending
        (973, None, Standing.live_pending),
        (700, "7123456", Standing.live_registered),
        (717, "7123456", Standing.live_registered),
        (778, "7123456", Standing.live_registered),
        (780, "7123456", Standing.live_registered),
        (790, "7123456", Standing.live_registered),
        (800, "7123456", Standing.live_registered),
        (740, "7123456", Standing.live_registered),
        (740, None, Standing.live_pending),
        (740, "0000000", Standing.live_pending),
        (715, "7123456", Standing.dead),  # the table says indifferent
        (783, "7123456", Standing.dead),
        (602, None, Standing.dead),
        (610, None, Standing.dead),
        (612, None, Standing.dead),
        (614, None, Standing.dead),
        (618, None, Standing.dead),
        (632, None, Standing.dead),
        (900, "7123456", Standing.dead),
        (0, None, Standing.indifferent),
        (622, None, Standing.indifferent),
        (970, None, Standing.indifferent),
        (673, None, Standing.unknown),
        (716, "7123456", Standing.unknown),
        (999, None, Standing.unknown),
        (-1, "7123456", Standing.unknown),
    ],
)
def test_standing_is_the_tables_with_two_exceptions(code: int, number: str | None, expected: Standing) -> None:
    assert standing(code, number) is expected


def test_every_row_of_the_table_has_the_standing_its_class_says() -> None:
    for code, row in codes.status_codes().items():
        if code in (715, 740):
            continue
        expected = {"dead": "dead", "indifferent": "indifferent", "unknown": "unknown"}.get(row.kind.split("/")[0])
        assert standing(code) == (expected or row.kind.replace("/", "_"))


def test_no_code_outside_the_table_is_ever_live() -> None:
    listed = set(codes.status_codes())
    assert not [code for code in range(-10, 2000) if code not in listed and standing(code, "7123456").is_live]


def test_lost_means_dead() -> None:
    assert codes.is_lost(715)
    assert codes.is_lost(783)
    assert not codes.is_lost(779)
    assert not codes.is_lost(999)


def test_texts_come_from_the_table() -> None:
    assert codes.status_text(973) == "SUSPENDED PENDING ADMINISTRATIVE REVIEW"
    assert codes.status_text(999) is None
    assert codes.event_text("MAB2", "E") == "ABANDONMENT NOTICE E-MAILED - FAILURE TO RESPOND"
    assert codes.event_text("MAB2", "Z") is None


def test_an_event_is_known_by_code_and_type() -> None:
    assert codes.event("C8..", "O") == codes.EventCode("C8..", "O", "CANCELLED SEC. 8 (6-YR)", "cancellation")
    assert codes.event("44EM", "'")
    assert codes.event("CRTP", "X") is None
    assert codes.is_known_event_code("CRTP")
    assert not codes.is_known_event_code("KXYZ")


def test_every_family_is_one_of_the_documented_ones() -> None:
    families = {event.family for event in codes.event_codes().values()}
    assert len(families) == 24
    assert {"sanctions", "office_action", "correspondence_change", "other"} <= families


@pytest.mark.parametrize(
    ("joined", "parts"), [("R.PRA", ("R.PR", "A")), ("C15AO", ("C15A", "O")), ("GNRNO", ("GNRN", "O"))]
)
def test_a_joined_event_code_is_cut_before_its_last_character(joined: str, parts: tuple[str, str]) -> None:
    assert codes.split_event(joined) == parts
    assert codes.event(*parts)


def test_every_listed_event_survives_joining_and_cutting() -> None:
    assert all(codes.split_event(code + type_) == (code, type_) for code, type_ in codes.event_codes())


def test_small_tables_are_read_by_their_rules() -> None:
    assert codes.party_type_text(30) == "Original registrant"
    assert codes.entity_text("3") == codes.entity_text("03") == "Corporation"


def test_countries_and_states_are_known_by_name() -> None:
    assert codes.countries()["UNITED STATES"] == codes.countries()["UNITED STATES OF AMERICA"] == "US"
    assert codes.countries()["REPUBLIC OF KOREA"] == "KR"
    assert codes.us_states()["NEW YORK"] == "NY"
