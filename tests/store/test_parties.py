"""Everybody ever seen on a mark: kept for ever, with the days and the source each fact was really told."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import Engine, text

from tests.conftest import QueryRecorder
from tests.store.invent import DAY, NOW, mark, marks
from tmwatch.records import Address, Assignment, Attorney, CaseFile, Correspondent, Owner, Party
from tmwatch.store import marks as store

SERIAL = "97000001"


def save(engine: Engine, *records: CaseFile) -> None:
    with engine.begin() as conn:
        store.save_cases(conn, records, None, NOW)


def parties(engine: Engine, role: str | None = None) -> list[Party]:
    with engine.begin() as conn:
        found = store.load_parties(conn, [SERIAL]).get(SERIAL, ())
    return [party for party in found if role in (None, party.role)]


def days(party: Party) -> tuple[int, int]:
    return (party.first_seen.day, party.last_seen.day)


def at(day: int, **fields: object) -> CaseFile:
    return mark(as_of=NOW + (day - 20) * DAY, **fields)


def bulk(day: int, **fields: object) -> CaseFile:
    return mark(source="odp", as_of=NOW + (day - 20) * DAY, **fields)


def test_every_role_is_seen_with_the_day_and_source_of_the_record(engine: Engine) -> None:
    save(engine, mark(domestic_representative="R. Agent", told=mark().told | {"domestic_representative"}))
    found = {(p.role, p.name, p.firm, p.email) for p in parties(engine)}
    assert found == {
        ("owner", "Shenzhen Blue Heron Trading Co., Ltd.", None, None),
        ("owner", None, None, "owner@blueheron.example"),
        ("attorney", "Jane Q. Counsel", None, None),
        ("attorney", None, None, "jane@counsel.example"),
        ("correspondent", "Jane Q. Counsel", "Counsel & Co.", None),
        ("correspondent", None, None, "docket@counsel.example"),
        ("domestic_representative", "R. Agent", None, None),
    }
    assert {days(p) for p in parties(engine)} == {(20, 20)}
    assert {(p.source, p.current) for p in parties(engine)} == {("tsdr", True)}


def test_a_mark_nobody_saved_has_no_parties(engine: Engine) -> None:
    assert parties(engine) == []


def test_seeing_the_same_people_again_moves_the_last_day_only(engine: Engine) -> None:
    save(engine, at(20))
    save(engine, at(22))
    assert {days(p) for p in parties(engine)} == {(20, 22)}
    assert len(parties(engine)) == 6


def test_bulk_records_move_the_days_of_names_but_not_of_addresses_they_cannot_tell(engine: Engine) -> None:
    save(engine, at(20))
    save(engine, bulk(23))
    assert {days(p) for p in parties(engine) if p.email is None} == {(20, 23)}
    assert {days(p) for p in parties(engine) if p.email is not None} == {(20, 20)}
    assert all(p.current for p in parties(engine))
    assert {p.source for p in parties(engine)} == {"tsdr"}


@pytest.mark.parametrize(
    "name", ["JANE Q. COUNSEL", "Jane  Q.  Counsel ", "jane q. counsel"], ids=["capitals", "blanks", "small letters"]
)
def test_another_spelling_is_the_same_person(engine: Engine, name: str) -> None:
    save(engine, at(20))
    save(engine, at(21, attorney=Attorney(name)))
    assert len(parties(engine, "attorney")) == 2
    assert {days(p) for p in parties(engine, "attorney")} == {(20, 21)}


def test_whoever_leaves_the_record_stays_as_history(engine: Engine) -> None:
    save(engine, at(20))
    save(engine, at(21, attorney=Attorney("Ann Other"), attorney_emails=("ann@other.example",)))
    now_on, before = parties(engine, "attorney")[:2], parties(engine, "attorney")[2:]
    assert [(p.current, days(p)) for p in now_on] == [(True, (21, 21))] * 2
    assert [(p.current, days(p)) for p in before] == [(False, (20, 20))] * 2
    assert {p.name or p.email for p in before} == {"Jane Q. Counsel", "jane@counsel.example"}


def test_whoever_comes_back_is_current_again_with_the_first_day(engine: Engine) -> None:
    save(engine, at(20))
    save(engine, at(21, attorney=Attorney("Ann Other")))
    save(engine, at(22))
    jane = next(p for p in parties(engine, "attorney") if p.name == "Jane Q. Counsel")
    assert (jane.current, days(jane)) == (True, (20, 22))


def test_a_bulk_record_without_attorney_removes_nobody(engine: Engine) -> None:
    save(engine, at(20))
    save(engine, bulk(21, attorney=None))
    assert all(p.current for p in parties(engine, "attorney"))


def test_an_old_record_read_late_adds_history_and_changes_nothing_now(engine: Engine) -> None:
    save(engine, at(25))
    save(engine, bulk(3, attorney=Attorney("Early Filer")))
    old = next(p for p in parties(engine, "attorney") if p.name == "Early Filer")
    assert (old.current, days(old), old.source) == (False, (3, 3), "odp")
    jane = next(p for p in parties(engine, "attorney") if p.name == "Jane Q. Counsel")
    assert (jane.current, days(jane)) == (True, (25, 25))


def test_an_old_record_that_names_the_same_person_moves_the_first_day_and_its_source(engine: Engine) -> None:
    save(engine, at(25))
    save(engine, bulk(3))
    jane = next(p for p in parties(engine, "attorney") if p.name)
    assert (jane.current, days(jane), jane.source) == (True, (3, 25), "odp")


def test_people_of_two_records_in_one_call_are_both_kept(engine: Engine) -> None:
    save(engine, at(20), at(21, attorney=Attorney("Ann Other")))
    assert {p.name: p.current for p in parties(engine, "attorney") if p.name} == {
        "Ann Other": True,
        "Jane Q. Counsel": False,
    }


def test_former_owners_are_history_and_the_newest_is_current(engine: Engine) -> None:
    owners = (Owner("Second Owner LLC", 31), Owner("First Owner LLC", 30))
    save(engine, mark(owners=owners))
    assert {p.name: p.current for p in parties(engine, "owner") if p.name} == {
        "Second Owner LLC": True,
        "First Owner LLC": False,
    }


def test_an_owner_listed_before_and_now_counts_as_current(engine: Engine) -> None:
    save(engine, mark(owners=(Owner("Same LLC", 31), Owner("Same LLC", 30))))
    assert [p.current for p in parties(engine, "owner") if p.name] == [True]


def test_the_correspondent_of_legacy_owner_lists_is_no_owner(engine: Engine) -> None:
    save(engine, mark(owners=(Owner("Old Letters", 70), Owner("Owner LLC", 30))))
    assert [(p.role, p.current) for p in parties(engine) if p.name == "Old Letters"] == [("correspondent", False)]


def test_bulk_address_lines_give_the_first_line_as_name(engine: Engine) -> None:
    lines = ("JANE Q. COUNSEL", "COUNSEL & CO.", "5 MAIN ST", " ", "DOVER, DE 19901")
    save(engine, bulk(20, correspondent=Correspondent(lines=lines)))
    (found,) = parties(engine, "correspondent")
    assert (found.name, found.address) == ("JANE Q. COUNSEL", "COUNSEL & CO., 5 MAIN ST, DOVER, DE 19901")


def test_an_empty_correspondent_is_nobody(engine: Engine) -> None:
    save(engine, mark(correspondent=Correspondent(lines=(" ", "")), correspondent_emails=()))
    assert parties(engine, "correspondent") == []


def test_the_parties_of_assignments_are_seen_but_not_current(engine: Engine) -> None:
    one = Assignment("4191/0383", "ASSIGNS THE ENTIRE INTEREST", assignors=("Seller LLC",), assignees=("Buyer LLC",))
    save(engine, mark(assignments=(one,), told=mark().told | {"assignments"}))
    assert {(p.role, p.name, p.current) for p in parties(engine) if p.role.startswith("assign")} == {
        ("assignor", "Seller LLC", False),
        ("assignee", "Buyer LLC", False),
    }


def test_days_are_new_yorks(engine: Engine) -> None:
    late = datetime.fromisoformat("2026-11-21T03:00:00+00:00")  # 22:00 on the 20th in New York
    save(engine, mark(as_of=late))
    assert {p.first_seen for p in parties(engine)} == {date(2026, 11, 20)}


def test_the_same_facts_share_a_fingerprint_over_marks_and_roles(engine: Engine) -> None:
    address = Address(("9 Agency Plaza",), "Shenzhen", None, "518000", "CN")
    owner = Owner("A. Seller", 30, address=address)
    other = replace(
        mark("97000002"), correspondent=Correspondent("Agent", address=address), owner_emails=("JANE@counsel.example",)
    )
    save(engine, mark(owners=(owner,)), other)
    with engine.begin() as conn:
        mine = "SELECT address_key FROM parties WHERE name = 'A. Seller'"
        shared = f"SELECT count(*) FROM parties WHERE address_key = ({mine})"
        assert conn.execute(text(shared)).scalar() == 2
        jane = "SELECT fingerprint FROM parties WHERE email = 'jane@counsel.example' LIMIT 1"
        same = f"SELECT count(DISTINCT role) FROM parties WHERE fingerprint = ({jane})"
        assert conn.execute(text(same)).scalar() == 2
        assert conn.execute(text("SELECT count(*) FROM parties WHERE domain = 'counsel.example'")).scalar() == 5


def test_parties_of_many_marks_are_loaded_in_one_statement_a_chunk(engine: Engine, queries: QueryRecorder) -> None:
    with engine.begin() as conn:
        store.save_cases(conn, marks(30), None, NOW)
    with queries.counting() as found, engine.begin() as conn:
        assert len(store.load_parties(conn, [m.serial_number for m in marks(40)])) == 30
    assert len(found) == 1


def test_a_source_that_tells_no_parties_moves_no_days(engine: Engine) -> None:
    save(engine, at(20))
    save(engine, replace(bulk(24), told=frozenset({"status"})))
    assert {days(p) for p in parties(engine)} == {(20, 20)}
