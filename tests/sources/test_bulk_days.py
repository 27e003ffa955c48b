"""Bulk days and what changes between them: the pair of days, replay, days out of order, the annual after a daily."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.bulk_maker import Case, case_xml, daily, zipped
from tmwatch.changes import Change, diff, merge
from tmwatch.records import CaseFile, Correspondent, Provenance
from tmwatch.sources.casefile_xml import Origin, Reading, read_bulk, read_case_file
from tmwatch.sources.watchpass import Wanted

SERIAL = "98000186"
BASE = Case(serial=SERIAL)
FILED = ("NWAP", "I", "NEW APPLICATION ENTERED", "20230920", "1")
ABANDONED = ("ABN2", "O", "ABANDONMENT - FAILURE TO RESPOND OR LATE RESPONSE", "20240829", "9")
REVIVED = ("PETG", "O", "PETITION TO REVIVE-GRANTED", "20240924", "11")


def with_header(case: Case, **changes: str | None) -> Case:
    """Change header fields; None takes one out."""
    names = {name.replace("_", "-"): text for name, text in changes.items()}
    merged = {**case.header, **names}
    return replace(case, header={name: text for name, text in merged.items() if text is not None})


def goods(code: str) -> tuple[tuple[str, str], ...]:
    """One class with this code."""
    return tuple((n, code if n in ("international-code", "primary-code") else t) for n, t in BASE.classes[0])


DEAD = with_header(
    replace(
        BASE,
        transaction="20240914",
        classes=(goods("018"), goods("025")),
        statements=(("GS0181", "Umbrellas"), ("GS0251", "Raincoats"), ("D10000", '"VALE"')),
        events=(ABANDONED, FILED),
    ),
    status_code="602",
    status_date="20240829",
    abandonment_date="20240815",
)
ALIVE = with_header(
    replace(
        DEAD,
        transaction="20240925",
        classes=(goods("018"),),
        statements=(("GS0181", "Umbrellas"), ("DS0000", "VALE")),
        events=(REVIVED, ABANDONED, FILED),
    ),
    status_code="616",
    status_date="20240924",
    abandonment_date=None,
)


def record(case: Case) -> CaseFile:
    return read_case_file(case_xml(case).encode(), Origin()).record


class Mark:
    """What a store does with the records of one mark: note the changes, keep the merged record."""

    def __init__(self) -> None:
        self.kept: CaseFile | None = None
        self.changes: list[Change] = []

    def take(self, case: Case) -> list[str]:
        new = record(case)
        found = diff(self.kept, new)
        self.changes.extend(found)
        self.kept = merge(self.kept, new)
        return [change.name for change in found]


def test_a_revival_between_two_days_gives_exactly_its_changes() -> None:
    mark = Mark()
    assert mark.take(DEAD) == []
    assert mark.take(ALIVE) == ["status", "abandonment_date", "classes", "PETG/O"]
    assert [(change.old, change.new) for change in mark.changes[:3]] == [
        (602, 616),
        ("2024-08-15", None),
        (["018", "025"], ["018"]),
    ]
    assert {change.as_of.isoformat() for change in mark.changes} == {"2024-09-25"}
    assert mark.kept is not None
    assert mark.kept.abandonment_date is None
    assert [one.code for one in mark.kept.classes] == ["018"]
    assert [statement.code for statement in mark.kept.statements] == ["GS0181", "DS0000"]


def test_the_last_class_may_vanish_too() -> None:
    mark = Mark()
    mark.take(replace(DEAD, classes=(goods("025"),)))
    assert "classes" in mark.take(replace(ALIVE, classes=()))
    assert mark.kept is not None
    assert mark.kept.classes == ()


def test_a_day_read_again_changes_nothing() -> None:
    mark = Mark()
    for case in (DEAD, DEAD, ALIVE):
        mark.take(case)
    before = mark.kept
    assert mark.take(ALIVE) == []
    assert mark.kept == before


def test_an_older_day_after_a_newer_one_changes_nothing() -> None:
    mark = Mark()
    mark.take(ALIVE)
    before = mark.kept
    assert mark.take(DEAD) == []
    assert mark.kept == before


def test_the_annual_after_the_daily_changes_nothing() -> None:
    """The annual of April holds the same facts in the spelling of its time."""
    annual = replace(
        ALIVE,
        nationality=(("state", "DE"), ("country", "US")),
        correspondent=("Avery Quillon QUILLON & MARSH LLP", "12 Example Street", "Austin, TX 78701 "),
        all_flags=False,
        events=(*ALIVE.events, FILED),
    )
    mark = Mark()
    mark.take(ALIVE)
    assert mark.take(annual) == []
    assert mark.take(replace(annual, transaction="20240926")) == []


def test_the_annual_may_know_more_than_the_daily_before_it() -> None:
    mark = Mark()
    mark.take(DEAD)
    later = replace(ALIVE, transaction="20250301")
    assert "status" in mark.take(later)
    assert mark.take(ALIVE) == []  # a January daily replayed after the annual


@pytest.mark.parametrize(
    "spelled",
    [
        replace(ALIVE, transaction="20240926", correspondent=("AVERY QUILLON ", *ALIVE.correspondent[1:])),
        with_header(replace(ALIVE, transaction="20240926"), mark_drawing_code="4000"),
        with_header(replace(ALIVE, transaction="20240926"), location_date="20240926"),
        with_header(replace(ALIVE, transaction="20240926"), mark_identification="Lumenvale"),
        replace(ALIVE, transaction="20240926", registration=None),
        replace(ALIVE, transaction="20240926", events=tuple(reversed(ALIVE.events))),
        replace(ALIVE, transaction="20240926", true_flags=ALIVE.true_flags | {"section-8-filed-in"}),
        with_header(replace(ALIVE, transaction="20240926"), attorney_name=None),
        replace(ALIVE, transaction="20240926", correspondent=()),
        replace(ALIVE, transaction="20240926", owners=()),
    ],
)
def test_other_spellings_and_gaps_of_the_same_facts_are_no_change(spelled: Case) -> None:
    mark = Mark()
    mark.take(ALIVE)
    assert mark.take(spelled) == []


def test_a_status_only_record_changes_the_status_and_wipes_nothing() -> None:
    mark = Mark()
    mark.take(ALIVE)
    bare = replace(
        ALIVE,
        transaction="20241001",
        header={"status-code": "618", "status-date": "20240930"},
        **dict.fromkeys(("statements", "classes", "owners", "events", "correspondent"), ()),
    )
    assert mark.take(bare) == ["status"]
    assert mark.kept is not None
    assert mark.kept.mark_text == "LUMENVALE"
    assert mark.kept.owners
    assert mark.kept.classes
    assert len(mark.kept.events) == 3


def test_the_same_facts_from_tsdr_are_no_change_and_bulk_never_erases_its_e_mails() -> None:
    """TSDR tells e-mails and fields of the correspondent, writes events joined, and words them differently."""
    mark = Mark()
    mark.take(ALIVE)
    assert mark.kept is not None
    letters = Correspondent(name="Avery Quillon", firm="Quillon & Marsh LLP")
    told = mark.kept.told | {"owner_emails", "correspondent_emails"} - {"statements", "flags"}
    tsdr = replace(
        record(ALIVE),
        provenance=Provenance("tsdr", datetime(2024, 9, 26, 12, tzinfo=UTC)),
        told=frozenset(told),
        events=tuple(replace(e, code=e.code + e.type, type="", description="worded anew") for e in mark.kept.events),
        owner_emails=("owner@lumenvale.example",),
        correspondent=letters,
    )
    assert diff(mark.kept, tsdr) == ()
    mark.kept = merge(mark.kept, tsdr)
    assert mark.take(replace(ALIVE, transaction="20240927")) == []
    assert mark.kept is not None
    assert mark.kept.owner_emails == ("owner@lumenvale.example",)
    assert mark.kept.correspondent is not None
    assert mark.kept.correspondent.firm == letters.firm


def test_the_pair_of_days_through_whole_files() -> None:
    kept: CaseFile | None = None
    names: list[str] = []
    for case in (DEAD, ALIVE, ALIVE):
        file = io.BytesIO(zipped(daily(("TX", [replace(BASE, serial="98000001"), case]))))
        for item in read_bulk(file, "apc.zip", Wanted.of([SERIAL]), Origin()):
            if isinstance(item, Reading):
                names += [change.name for change in diff(kept, item.record)]
                kept = merge(kept, item.record)
    assert [name for name in names if "/" not in name] == ["status", "abandonment_date", "classes"]
