"""What changed between two records of one case, and what did not."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.invented_cases import HOME_TSDR, any_case, at, bulk, status_only, tsdr
from tmwatch.changes import Change, diff, event_key, merge
from tmwatch.records import (
    STATUS_NOT_TOLD,
    Address,
    Assignment,
    Attorney,
    CaseFile,
    Correspondent,
    GoodsClass,
    Owner,
    Proceeding,
    ProceedingEntry,
    ProsecutionEvent,
    Provenance,
)

DAY = date(2026, 11, 2)


def told(old: CaseFile, new: CaseFile) -> dict[str, tuple[object, object]]:
    return {change.name: (change.old, change.new) for change in diff(old, new)}


# What is a change


@pytest.mark.parametrize(
    ("fields", "name", "old", "new"),
    [
        ({"status_code": 701}, "status", 700, 701),
        ({"abandonment_date": date(2026, 11, 1)}, "abandonment_date", None, "2026-11-01"),
        ({"cancellation_date": date(2026, 11, 1)}, "cancellation_date", None, "2026-11-01"),
        ({"registration_date": date(2024, 1, 9)}, "registration_date", "2024-01-02", "2024-01-09"),
        ({"registration_number": "7123457"}, "registration_number", "7123456", "7123457"),
        ({"registration_number": None}, "registration_number", "7123456", None),
        ({"renewal_date": date(2034, 1, 2)}, "renewal_date", None, "2034-01-02"),
        ({"mark_text": "LUMA"}, "mark_text", "LUMO", "LUMA"),
        ({"mark_text": None}, "mark_text", "LUMO", None),
        ({"register": "supplemental"}, "register", "principal", "supplemental"),
        ({"basis_current": ("44e", "1a")}, "basis", ["1a"], ["1a", "44e"]),
        ({"classes": (GoodsClass("9", status_code="6"),)}, "classes", ["009", "011"], ["009"]),
        (
            {"classes": (GoodsClass("009", status_code="B"), GoodsClass("011", status_code="6"))},
            "class_status",
            ["009: 6"],
            ["009: B"],
        ),
        ({"owners": (Owner("Other Co", 31),)}, "owners", ["Lumo Lighting, LLC"], ["Other Co"]),
        ({"owner_emails": ()}, "owner_emails", ["owner@lumo.example"], []),
        ({"attorney": None}, "attorney", "Jo Q. Doe", None),
        ({"attorney": Attorney("Ann Roe")}, "attorney", "Jo Q. Doe", "Ann Roe"),
        ({"attorney_emails": ("x@y.test",)}, "attorney_emails", ["docket@doe.example"], ["x@y.test"]),
        (
            {"correspondent_emails": ("docket@doe.example", "jo@doe.example", "x@y.test")},
            "correspondent_emails",
            ["docket@doe.example", "jo@doe.example"],
            ["docket@doe.example", "jo@doe.example", "x@y.test"],
        ),
    ],
)
def test_one_changed_field_is_one_change(fields: dict[str, Any], name: str, old: object, new: object) -> None:
    assert diff(tsdr(1), tsdr(2, **fields)) == (Change("97123456", "field", name, old, new, DAY),)


def test_an_owner_who_moved_is_named_with_both_addresses() -> None:
    moved = replace(tsdr().owners[0], address=Address(("7 Oak Lane",), "Springfield", "IL", "62702", "US"))
    assert told(tsdr(1), tsdr(2, owners=(moved, tsdr().owners[1]))) == {
        "owner_address": ([HOME_TSDR.one_line()], ["7 Oak Lane, Springfield, IL, 62702, US"])
    }


def test_another_correspondent_is_shown_in_one_line() -> None:
    new = Correspondent("Ann Roe", None, address=Address(("2 Elm Street",), "Chicago"))
    assert told(tsdr(1), tsdr(2, correspondent=new)) == {
        "correspondent": (
            "Jo Q. Doe, Doe & Roe LLP, 9 Elm Street, Chicago, IL, 60601, UNITED STATES",
            "Ann Roe, 2 Elm Street, Chicago",
        )
    }


def test_another_domestic_representative_is_a_change() -> None:
    assert told(bulk(1, domestic_representative="Ann Roe"), bulk(2, domestic_representative="Jo Doe")) == {
        "domestic_representative": ("Ann Roe", "Jo Doe")
    }


def test_a_later_owner_entry_of_the_same_name_is_a_change_but_a_step_of_the_procedure_is_none() -> None:
    def with_type(number: int) -> tuple[Owner, ...]:
        return (Owner("Lumo LLC", number, address=HOME_TSDR),)

    assert told(tsdr(1, owners=with_type(30)), tsdr(2, owners=with_type(31))) == {
        "owners": (["Lumo LLC (30)"], ["Lumo LLC (31)"])
    }
    for before, after in ((10, 20), (11, 20), (20, 30), (10, 30)):
        assert diff(tsdr(1, owners=with_type(before)), tsdr(2, owners=with_type(after))) == ()


def test_a_revival_is_told_as_the_changes_it_consists_of() -> None:
    """As case 98186103 did between two daily files: status, abandonment date, one class, new events."""
    old = bulk(1, status_code=602, abandonment_date=date(2026, 8, 15))
    petition = tuple(ProsecutionEvent(code, type_, DAY, n) for n, code, type_ in ((20, "PROA", "I"), (21, "PETG", "O")))
    new = bulk(2, status_code=616, classes=old.classes[:1], events=(*old.events, *petition))
    assert told(old, new).keys() == {"status", "abandonment_date", "classes", "PROA/I", "PETG/O"}


# New events


def test_a_new_event_is_one_change_with_its_words() -> None:
    entry = ProsecutionEvent("MAB2", "E", date(2026, 11, 1), 13, "", "91299999")
    (change,) = diff(tsdr(1), tsdr(2, events=(entry, *tsdr().events)))
    assert (change.kind, change.name, change.old) == ("event", "MAB2/E", None)
    assert change.new == {
        "code": "MAB2",
        "type": "E",
        "date": "2026-11-01",
        "description": "ABANDONMENT NOTICE E-MAILED - FAILURE TO RESPOND",
        "proceeding_number": "91299999",
    }


@pytest.mark.parametrize(
    "event",
    [
        ProsecutionEvent("R.PR", "A", date(2024, 1, 2), 99, "REGISTERED - PRINCIPAL  REGISTER"),  # number and words
        ProsecutionEvent("R.PRA", "", date(2024, 1, 2), 12),  # code and type joined
    ],
)
def test_the_same_entry_written_differently_is_no_new_one(event: ProsecutionEvent) -> None:
    assert diff(tsdr(1), tsdr(2, events=(event, *tsdr().events[1:]))) == ()
    assert diff(tsdr(1), tsdr(2, events=(event, *tsdr().events))) == ()


def test_repeats_on_one_day_count_once_and_other_days_or_types_are_others() -> None:
    new = [ProsecutionEvent("ABN2", "O", date(2026, 11, 1), n) for n in (20, 21)]
    new += [ProsecutionEvent("ABN2", "O", date(2026, 11, 2), 22), ProsecutionEvent("MAB2", "E", date(2026, 11, 2), 23)]
    names = [(c.name, c.new["date"]) for c in diff(tsdr(1), tsdr(2, events=(*new, *tsdr().events)))]  # type: ignore[index]
    assert names == [("ABN2/O", "2026-11-01"), ("ABN2/O", "2026-11-02"), ("MAB2/E", "2026-11-02")]


def test_a_removed_entry_is_no_change() -> None:
    assert diff(tsdr(1), tsdr(2, events=tsdr().events[:1])) == ()


def test_an_event_key_is_code_type_and_date() -> None:
    assert (
        event_key(ProsecutionEvent("C15AO", "", DAY))
        == event_key(ProsecutionEvent("C15A", "O", DAY, 3))
        == ("C15A", "O", DAY)
    )


# What is no change


def test_a_first_sight_is_no_change() -> None:
    assert diff(None, tsdr()) == ()


QUIET: dict[str, Callable[[CaseFile], CaseFile]] = {
    "status date and words": lambda c: replace(c, status_date=date(2026, 11, 2), status_text="Registered."),
    "order of owners": lambda c: replace(c, owners=tuple(reversed(c.owners))),
    "order of classes": lambda c: replace(c, classes=tuple(reversed(c.classes))),
    "order of events": lambda c: replace(c, events=tuple(reversed(c.events))),
    "order of e-mails": lambda c: replace(c, correspondent_emails=tuple(reversed(c.correspondent_emails))),
    "letter case": lambda c: replace(
        c,
        mark_text="lumo",
        attorney=Attorney("JO Q. DOE"),
        owners=tuple(replace(o, name=o.name.upper()) for o in c.owners),
        owner_emails=tuple(e.upper() for e in c.owner_emails),
    ),
    "blanks": lambda c: replace(c, mark_text=" LUMO  ", attorney=Attorney("Jo  Q.  Doe ")),
    "country": lambda c: replace(
        c, owners=tuple(replace(o, address=replace(o.address, country="United States")) for o in c.owners)
    ),
    "padding": lambda c: replace(
        c,
        registration_number="07123456",
        classes=tuple(replace(g, code=g.code.lstrip("0"), status_code="06") for g in c.classes),
    ),
    "docket, phone, goods, first use": lambda c: replace(
        c,
        attorney=Attorney("Jo Q. Doe", "L-2"),
        correspondent=replace(c.correspondent, phone="555-0199") if c.correspondent else None,
        classes=tuple(replace(g, description="Lamps; lanterns", first_use="2022") for g in c.classes),
    ),
    "a repeated owner": lambda c: replace(c, owners=(c.owners[0], *c.owners)),
    "a class status not told": lambda c: replace(c, classes=tuple(replace(g, status_code=None) for g in c.classes)),
    "nothing": lambda c: c,
}


@pytest.mark.parametrize("name", QUIET)
def test_no_change_is_made_of(name: str) -> None:
    new = replace(QUIET[name](tsdr(1)), provenance=Provenance("tsdr", at(2)))
    assert diff(tsdr(1), new) == ()
    assert diff(new, replace(tsdr(1), provenance=Provenance("tsdr", at(3)))) == ()


def test_daily_files_after_tsdr_and_tsdr_after_daily_files_tell_nothing_new() -> None:
    kept: CaseFile | None = None
    for record in (
        tsdr(1),
        bulk(2),
        tsdr(3),
        tsdr(4),
        bulk(5),
        bulk(6),
        tsdr(7),
        status_only(8, status_code=700, cancellation_date=None),
    ):
        assert diff(kept, record) == ()
        kept = merge(kept, record)
    assert kept is not None
    assert kept.correspondent_emails == tsdr().correspondent_emails


def test_an_annual_file_replayed_after_a_daily_one_tells_nothing() -> None:
    kept = merge(tsdr(1), bulk(5, mark_text="LUMA", status_code=701))
    annual = bulk(2, mark_text="OLD", status_code=630, attorney=Attorney("Somebody Else"), events=())
    assert diff(kept, annual) == ()
    assert diff(kept, merge(kept, annual)) == ()


def test_a_cancellation_date_that_only_one_source_knows_does_not_come_and_go() -> None:
    dead = tsdr(1, status_code=710)
    kept: CaseFile | None = None
    dated = bulk(2, status_code=710, cancellation_date=date(2026, 10, 1))
    for record in (
        dead,
        dated,
        replace(dead, provenance=Provenance("tsdr", at(3))),
        replace(dead, provenance=Provenance("tsdr", at(4))),
    ):
        assert diff(kept, record) == ()
        kept = merge(kept, record)
    assert kept is not None
    assert kept.cancellation_date == date(2026, 10, 1)


def test_groups_told_for_the_first_time_are_no_change() -> None:
    assert diff(status_only(1, status_code=700, cancellation_date=None), tsdr(2)) == ()
    assert diff(bulk(1), tsdr(2)) == ()


def test_a_source_without_party_types_lists_former_owners_too() -> None:
    untyped = tsdr(2, owners=(Owner("Lumo Lighting, LLC"), Owner("First Owner Inc")))
    assert diff(tsdr(1), untyped) == ()
    assert told(tsdr(1), tsdr(2, owners=(Owner("Other Co"), Owner("First Owner Inc")))).keys() == {"owners"}


def test_an_attorney_missing_in_a_daily_or_sparse_record_is_no_removal() -> None:
    assert diff(tsdr(1), bulk(2, attorney=None)) == ()
    assert diff(tsdr(1), tsdr(2, attorney=None, told=tsdr().told - {"attorney"})) == ()


def test_a_correspondent_changed_in_daily_files_is_told_once_whoever_sees_it_first() -> None:
    kept = merge(tsdr(1), bulk(2))
    moved_lines = Correspondent(lines=("ANN ROE", "2 ELM STREET"))
    moved_fields = Correspondent("Ann Roe", address=Address(("2 Elm Street",)))
    assert [c.name for c in diff(kept, bulk(3, correspondent=moved_lines))] == ["correspondent"]
    after = merge(kept, bulk(3, correspondent=moved_lines))
    assert diff(after, tsdr(4, correspondent=moved_fields)) == ()
    assert [c.name for c in diff(kept, tsdr(3, correspondent=moved_fields))] == ["correspondent"]
    after = merge(kept, tsdr(3, correspondent=moved_fields))
    assert diff(after, bulk(4, correspondent=moved_lines)) == ()


# Properties


@given(any_case(), any_case())
def test_the_merged_record_differs_from_the_old_one_just_as_the_new_one_did(old: CaseFile, new: CaseFile) -> None:
    new = replace(new, serial_number=old.serial_number)
    assert diff(old, new) == diff(old, merge(old, new))
    assert diff(merge(old, new), new) == ()


@given(any_case())
def test_a_record_never_differs_from_itself(case: CaseFile) -> None:
    later = replace(case, provenance=replace(case.provenance, as_of=case.provenance.as_of))
    assert diff(case, later) == ()


@given(any_case(), any_case())
def test_values_of_changes_can_be_kept_as_json(old: CaseFile, new: CaseFile) -> None:
    for change in diff(old, new):
        for value in (change.old, change.new):
            assert json.loads(json.dumps(value)) == value


@given(st.data())
def test_shuffling_every_list_and_changing_the_case_changes_nothing(data: st.DataObject) -> None:
    case = tsdr(1)
    mixed = replace(
        case,
        provenance=Provenance("tsdr", at(1) + timedelta(hours=1)),
        owners=tuple(data.draw(st.permutations(case.owners))),
        classes=tuple(data.draw(st.permutations(case.classes))),
        events=tuple(data.draw(st.permutations(case.events))),
        correspondent_emails=tuple(data.draw(st.permutations(case.correspondent_emails))),
        mark_text=data.draw(st.sampled_from(["LUMO", "lumo", " Lumo "])),
    )
    assert diff(case, mixed) == ()


@given(st.sets(st.sampled_from(["TCCA/I", "REAP/I", "MAB2/E", "ABN2/O", "PETG/O"])), st.sets(st.integers(1, 5)))
def test_each_new_entry_is_told_exactly_once(keys: set[str], days: set[int]) -> None:
    entries = [ProsecutionEvent(*key.split("/"), date(2026, 11, day)) for key in sorted(keys) for day in sorted(days)]
    kept, told_names = tsdr(1), []
    for step, entry in enumerate(entries, 2):
        new = tsdr(
            1,
            provenance=Provenance("tsdr", at(1) + timedelta(hours=step)),
            events=(*entries[: step - 1], *tsdr().events),
        )
        told_names += [(c.name, c.new["date"]) for c in diff(kept, new)]  # type: ignore[index]
        kept = merge(kept, new)
        assert entry in kept.events
    assert len(told_names) == len(set(told_names)) == len(entries)


# Assignments and proceedings

OPPOSED = Proceeding(
    "91299001",
    "OPP",
    date(2026, 11, 2),
    "2",
    date(2026, 11, 2),
    "D",
    ("Other Co",),
    ("Lumo Lighting, LLC",),
    (ProceedingEntry("707", "N", date(2026, 11, 2), date(2026, 12, 12), "NOTICE SENT; ANSWER DUE"),),
    at(2, 23),
)
MOVED = Assignment(
    "9001/0007", "ASSIGNS THE ENTIRE INTEREST", date(2026, 11, 1), None, ("Lumo",), ("Buyer",), at(2, 23)
)


def addition(day: int = 2, **lists: Any) -> CaseFile:
    """What a file of the Board or of assignments tells."""
    return CaseFile("97123456", STATUS_NOT_TOLD, Provenance("odp", at(day, 23)), frozenset(lists), **lists)


def test_a_proceeding_told_for_the_first_time_is_a_change_with_number_parties_and_answer_date() -> None:
    (found,) = diff(tsdr(1), addition(proceedings=(OPPOSED,)))
    assert (found.kind, found.name, found.old, found.as_of) == ("field", "proceedings", None, date(2026, 11, 2))
    assert found.new == {
        "number": "91299001",
        "kind": "OPP",
        "filed": "2026-11-02",
        "status": "2",
        "role": "D",
        "plaintiffs": ["Other Co"],
        "defendants": ["Lumo Lighting, LLC"],
        "answer_due": "2026-12-12",
    }


def test_a_record_of_the_board_is_a_change_although_tsdr_was_read_later_that_day() -> None:
    assert diff(tsdr(3), addition(2, proceedings=(OPPOSED,)))


def test_the_same_proceeding_told_by_another_source_is_no_second_change() -> None:
    kept = merge(tsdr(1), addition(proceedings=(OPPOSED,)))
    entries = (ProceedingEntry("707", None, date(2026, 11, 2), date(2026, 12, 12), "NOTICE AND TRIAL DATES SENT"),)
    same = replace(OPPOSED, role=None, plaintiffs=("OTHER CO.",), defendants=(), entries=entries, as_of=at(4))
    assert diff(kept, addition(4, proceedings=(same,))) == ()


def test_a_first_complete_list_tells_no_history_as_news() -> None:
    old = Proceeding("91192463", "OPP", date(2009, 10, 28), "9", date(2010, 2, 9), as_of=at(4))
    recorded = replace(MOVED, recorded=date(2001, 12, 27), as_of=at(4))
    assert diff(tsdr(1), addition(4, proceedings=(old,), assignments=(recorded,))) == ()


@pytest.mark.parametrize(
    ("fields", "key", "value"),
    [
        ({"status_code": "9"}, "status", "9"),
        ({"plaintiffs": ("Third Co",)}, "plaintiffs", ["Third Co"]),
        ({"defendants": ("New Owner Inc",)}, "defendants", ["New Owner Inc"]),
        ({"expungements": ("2024-101552R",)}, "expungements", ["2024-101552R"]),
        (
            {"entries": (ProceedingEntry("144", "T", date(2026, 12, 20), date(2027, 1, 19)),)},
            "answer_due",
            "2027-01-19",
        ),
    ],
)
def test_what_moves_in_a_proceeding_is_told(fields: dict[str, Any], key: str, value: object) -> None:
    kept = merge(tsdr(1), addition(proceedings=(OPPOSED,)))
    (found,) = diff(kept, addition(21, proceedings=(replace(OPPOSED, as_of=at(21), **fields),)))
    assert found.old is not None
    assert found.new[key] == value  # type: ignore[index]


def test_an_older_file_of_the_board_changes_nothing() -> None:
    kept = merge(tsdr(1), addition(5, proceedings=(replace(OPPOSED, status_code="9", as_of=at(5)),)))
    assert diff(kept, addition(2, proceedings=(OPPOSED,))) == ()


def test_an_assignment_is_told_once_and_its_withdrawal_once() -> None:
    (came,) = diff(tsdr(1), addition(assignments=(MOVED,)))
    assert came.new == {
        "reel_frame": "9001/0007",
        "conveyance": "ASSIGNS THE ENTIRE INTEREST",
        "recorded": "2026-11-01",
        "assignors": ["Lumo"],
        "assignees": ["Buyer"],
    }
    kept = merge(tsdr(1), addition(assignments=(MOVED,)))
    assert diff(kept, addition(assignments=(MOVED,))) == ()
    gone = Assignment("9001/0007", "", as_of=at(6), withdrawn=True)
    (went,) = diff(kept, addition(6, assignments=(gone,)))
    assert went.new == {"reel_frame": "9001/0007", "withdrawn": True}
    assert diff(merge(kept, addition(6, assignments=(gone,))), addition(6, assignments=(gone,))) == ()


def test_the_withdrawal_of_what_was_never_told_is_no_change() -> None:
    gone = Assignment("9001/0007", "", as_of=at(6), withdrawn=True)
    assert diff(tsdr(1), addition(6, assignments=(gone,))) == ()
