"""What the register answers: search, agents, similar marks, proposals; and what it does not claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.bulk_maker import Case
from tests.register.files import BASE, case, register_of, status_only
from tmwatch.errors import UsageError
from tmwatch.findings import Finding, Severity
from tmwatch.register.agents import agents
from tmwatch.register.discover import preview, propose
from tmwatch.register.opened import Register
from tmwatch.register.search import Question, search
from tmwatch.register.similar import applications, similar
from tmwatch.sanctions import Identity, Order, Registry
from tmwatch.text import say

AS_OF = date(2026, 1, 20)
SUSPENDED = ("KSNS", "O", "NOTICE OF SUSPENSION SENT - PENDING REVIEW", "20250506", "9")


def owner(name: str, **address: str) -> tuple[tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]], ...]:
    return (((("entry-number", "1"), ("party-type", "10")), (("party-name", name), *address.items())),)


def filed(serial: str, mark: str, day: str = "20230911", **changes: object) -> Case:
    header = {"mark-identification": mark, "filing-date": day, **changes.pop("header", {})}  # type: ignore[dict-item]
    return case(serial, header=header, **changes)


CASES = [
    filed("98000001", "LUMENVALE"),
    filed("98000002", "NORTHERN KETTLE", owners=owner("Shenzhen Kettle Tech Co., Ltd.", city="Shenzhen")),
    filed("98000003", "TEA-HOUSE", header={"attorney-name": "Robin L. Marrow, Esq.", "status-code": "602"}),
    filed("98000004", "QUIET LAMP", events=(SUSPENDED,), header={"attorney-name": "Robin Marrow"}),
    filed("98000005", "OLD LAMP", header={"attorney-name": "Robin Marrow", "status-code": "710"}),
    filed("98000006", "LUMENVALE", "20260110", owners=owner("Somebody Else Inc.")),
    filed("98000007", "LUMENVALES", "20260111", owners=owner("Another Stranger LLC")),
    filed("98000008", "LUMENVALE GARDEN CO", "20260112", owners=owner("Third Stranger LLC")),
    filed("98000009", "LUMENVALE", "20260113"),  # the owner's own
    filed("98000010", "SOMETHING ELSE", "20260114"),
    filed("98000011", "TEA", "20260114"),
    filed("98000012", "TEAM", "20260114"),
    filed(
        "98000013",
        "FOLDING CHAIR",
        header={"attorney-name": None},
        correspondent=("Harbor Filing Service", "15 Vale Road", "Dover, DE 19901"),
    ),
    status_only("60000001", **{"status-code": "610", "status-date": "20240101"}),
]


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with register_of(tmp_path_factory.mktemp("questions"), (BASE, CASES)) as opened:
        yield opened


def numbers(register: Register, **asked: object) -> set[int]:
    answer = search(register, Question(**asked))  # type: ignore[arg-type]
    assert answer.total == len(answer.rows)
    return {row["serial_number"] % 100 for row in answer.rows}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"owner": "shenzhen kettle technology"}, {2}),
        ({"owner": "The SHENZHEN KETTLE TECH Limited"}, {2}),
        ({"owner": "Kettle"}, {2}),
        ({"owner": "Nobody"}, set()),
        ({"attorney": "robin marrow"}, {4, 5}),
        ({"attorney": "Robin L Marrow"}, {3}),
        ({"correspondent": "harbor filing services"}, {13}),
        ({"mark": "tea house"}, {3}),
        ({"mark": "lamp"}, {4, 5}),
        ({"address": "15 vale rd"}, {13}),
        ({"address": "5 Vale Road"}, set()),
        ({"status": "602"}, {3}),
        ({"status": "abandoned"}, {3}),
        ({"status": "dead"}, {1, 3, 5}),
        ({"sanctioned": True}, {1, 4}),
        ({"mark": "lumenvale", "class_code": "25", "filed_since": date(2026, 1, 11)}, {7, 8, 9}),
        ({"class_code": "9"}, set()),
    ],
    ids=str,
)
def test_a_question_finds_what_is_written_alike_and_nothing_else(
    register: Register, asked: dict[str, object], expected: set[int]
) -> None:
    assert numbers(register, **asked) == expected


def test_more_than_the_limit_is_counted_and_the_newest_are_shown(register: Register) -> None:
    answer = search(register, Question(mark="lumenvale", limit=2))
    assert answer.total == 5
    assert [row["serial_number"] for row in answer.rows] == [98000009, 98000008]


@pytest.mark.parametrize(
    "asked", [Question(), Question(owner="!"), Question(address="- -"), Question(status="sleeping")], ids=str
)
def test_a_question_that_asks_for_nothing_is_refused(register: Register, asked: Question) -> None:
    with pytest.raises(UsageError):
        search(register, asked)


def test_a_newer_record_is_found_by_what_it_says_and_no_longer_by_what_the_older_one_said(tmp_path: Path) -> None:
    older = [filed("98000001", "LUMENVALE", owners=owner("Kettle Works LLC")), filed("98000002", "TEA HOUSE")]
    newer = [filed("98000001", "LUMENVALE", transaction="20260110", owners=owner("Harbor Goods LLC"))]
    with register_of(tmp_path, (BASE, older), ("apc260110.zip", newer)) as opened:
        assert search(opened, Question(owner="kettle works")).total == 0
        both = search(opened, Question(attorney="avery quillon"))  # one out of the overlay, one out of the base
        assert {row["serial_number"]: row["owners"] for row in both.rows} == {
            98000001: ["Harbor Goods LLC"],
            98000002: ["Lumenvale Trading LLC"],
        }
        assert [one.filed for one in agents(opened, REGISTRY, AS_OF)] == [2]


def test_quotes_and_percent_signs_in_a_question_are_only_text(register: Register) -> None:
    assert numbers(register, owner="x'); DROP TABLE found; --") == set()
    assert numbers(register, mark="%%%lumen%%%vale") == {1, 6, 7, 8, 9}


REGISTRY = Registry(
    "2026-01",
    (Order("EX-1", "2025-03-01", "final"),),
    (Identity("person", "Robin Marrow", "respondent", ("EX-1",), "weak"),),
)


def test_agents_are_counted_by_who_files_and_named_with_their_orders(register: Register) -> None:
    found = {one.name: one for one in agents(register, REGISTRY, AS_OF)}
    marrow = found["Robin Marrow"]
    assert (marrow.filed, marrow.live, marrow.cancelled, marrow.sanctioned) == (2, 1, 1, 1)
    assert marrow.orders == ("EX-1",)
    assert "named in order EX-1" in str(marrow.matches[0].why)
    assert found["Harbor Filing Service"].filed == 1
    assert found["Harbor Filing Service"].orders == ()
    assert found["Avery Quillon"].orders == ()
    assert sum(one.filed for one in found.values()) == len(CASES) - 1  # the status-only record names nobody


def test_agents_can_be_narrowed_and_sorted(register: Register) -> None:
    assert [one.name for one in agents(register, REGISTRY, AS_OF, top=1, order="sanctioned")] == ["Robin Marrow"]
    assert [one.name for one in agents(register, REGISTRY, AS_OF, name="harbor")] == ["Harbor Filing Service"]
    assert not agents(register, REGISTRY, AS_OF, name="nobody at all")
    with pytest.raises(UsageError):
        agents(register, REGISTRY, AS_OF, by="moon")


def test_new_applications_for_the_same_or_a_similar_text_are_found(register: Register) -> None:
    found = similar(register, "Lumenvale", date(2026, 1, 1), owners=["Lumenvale Trading, L.L.C."])
    assert [(one.serial_number, str(one.why)) for one in found] == [
        ("98000006", "the same text"),
        ("98000007", "95 % of the letters agree"),
        ("98000008", "it holds the whole text as words"),
    ]


def test_older_applications_and_ones_own_are_left_out(register: Register) -> None:
    assert similar(register, "LUMENVALE", date(2026, 1, 14)) == ()
    found = applications(register, date(2026, 1, 1)).like(register, {"LUMENVALE": ((), "98000009")})
    assert "98000009" not in {one.serial_number for one in found["LUMENVALE"]}


def test_the_text_inside_a_longer_one_counts_only_as_whole_words(register: Register) -> None:
    found = similar(register, "garden", date(2026, 1, 1))
    assert [(one.serial_number, str(one.why)) for one in found] == [("98000008", "it holds the whole text as words")]
    assert similar(register, "vales", date(2026, 1, 1)) == ()  # LUMENVALES holds the letters


def test_a_short_text_is_compared_for_equality_alone(register: Register) -> None:
    assert [one.serial_number for one in similar(register, "tea", date(2026, 1, 1))] == ["98000011"]


def test_many_texts_are_answered_at_once(register: Register) -> None:
    texts: dict[str, tuple[tuple[str, ...], str | None]] = {"TEAM": ((), None), "UNHEARD OF": ((), None)}
    found = applications(register, date(2026, 1, 1)).like(register, texts)
    assert {text: len(hits) for text, hits in found.items()} == {"TEAM": 1, "UNHEARD OF": 0}


def test_a_text_without_letters_is_refused(register: Register) -> None:
    with pytest.raises(UsageError):
        similar(register, "!!!", date(2026, 1, 1))


def test_proposals_say_why_each_matched_and_leave_out_what_is_watched_or_dead(register: Register) -> None:
    found = propose(register, Question(attorney="Robin Marrow"), frozenset())
    assert [one.record.serial_number for one in found] == ["98000004"]
    assert tuple(map(str, found[0].reasons)) == ("attorney: Robin Marrow (the same name in normal form)",)
    assert not propose(register, Question(attorney="Robin Marrow"), {"98000004"})
    dead = propose(register, Question(attorney="Robin Marrow"), frozenset(), dead=True)
    assert [one.record.serial_number for one in dead] == ["98000004", "98000005"]


def test_a_proposal_may_match_in_several_ways(register: Register) -> None:
    question = Question(owner="Lumenvale", correspondent="harbor", address="15 Vale Road")
    found = {one.record.serial_number: tuple(map(str, one.reasons)) for one in propose(register, question, frozenset())}
    assert found["98000013"] == (
        "owner: Lumenvale Trading LLC (holds the name)",
        "correspondent: Harbor Filing Service (holds the name)",
        "address: 15 Vale Road, Dover, DE 19901 holds it",
    )


def test_a_proposal_needs_a_question(register: Register) -> None:
    with pytest.raises(UsageError):
        propose(register, Question(mark="lumenvale"), frozenset())


def test_the_preview_counts_findings_and_the_marks_with_a_critical_one(register: Register) -> None:
    found = propose(register, Question(attorney="Robin"), frozenset(), dead=True)
    model = Finding("98000004", "S01", "", Severity.CRITICAL, say("t"), say("e"), say("a"), "c")
    findings = {"98000004": [model, replace(model, key="2"), replace(model, severity=Severity.LOW)]}
    seen = preview(found, lambda record: findings.get(record.serial_number, []))
    assert (dict(seen.findings), seen.alerts) == ({Severity.CRITICAL: 2, Severity.LOW: 1}, 1)


def test_a_row_becomes_a_record_again_that_claims_no_more_than_it_holds(register: Register) -> None:
    record = register.case("98000004")
    assert record is not None
    assert (record.serial_number, record.status_code, record.mark_text) == ("98000004", 630, "QUIET LAMP")
    assert (record.provenance.source, record.provenance.url) == ("register", BASE)
    assert record.provenance.as_of.isoformat() == "2026-01-06T04:59:59+00:00"
    assert [event.key for event in record.events] == ["KSNS/O"]
    assert record.attorney is not None
    assert record.attorney.name == "Robin Marrow"
    assert record.owners[0].address.one_line() == "1 Invented Road, Dover, DE, 19901, US"
    assert "events" not in record.told  # only a selection is kept
    lone = register.case("60000001")
    assert lone is not None
    assert lone.told == {"status"}
    assert register.case("98999999") is None
