"""A judgement holds until what it rests on changes; whoever writes such a thing has the mark judged again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine, select, text

from tests.store.invent import DAY, NOW, mark
from tests.store.test_documents import Fetched
from tests.store.test_orders import FINAL
from tmwatch.deadlines import Coming
from tmwatch.errors import StoreError
from tmwatch.portfolio import Client, Watch
from tmwatch.store import documents, erasing, judgements, marks, orders, portfolio
from tmwatch.store.judgements import Term
from tmwatch.store.tables import JUDGEMENTS

SERIAL, OTHER = "97000001", "97000002"
TODAY = date(2026, 11, 24)
LATER = TODAY + timedelta(days=30)


def judge(engine: Engine, *serials: str, basis: str = "basis", day: date = TODAY, run: str = "run") -> None:
    with engine.begin() as conn:
        judgements.begin(conn, serials, basis, day, run)
    with engine.begin() as conn:
        judgements.fill(conn, dict.fromkeys(serials, Term(LATER)), run)


def holding(engine: Engine, basis: str = "basis", day: date = TODAY) -> set[str]:
    with engine.begin() as conn:
        return judgements.holding(conn, basis, day)


def test_it_holds_from_the_day_judged_to_its_last_day(engine: Engine) -> None:
    judge(engine, SERIAL)
    assert holding(engine) == holding(engine, day=LATER) == {SERIAL}
    assert holding(engine, day=LATER + timedelta(days=1)) == set()
    assert holding(engine, day=TODAY - timedelta(days=1)) == set()  # a clock put back


def test_it_does_not_hold_on_another_basis(engine: Engine) -> None:
    judge(engine, SERIAL)
    assert holding(engine, basis="a newer program") == set()
    judge(engine, SERIAL, basis="a newer program")
    assert holding(engine, basis="a newer program") == {SERIAL}


def test_one_that_was_begun_and_never_finished_does_not_hold(engine: Engine) -> None:
    with engine.begin() as conn:
        judgements.begin(conn, [SERIAL], "basis", TODAY, "run")
    assert holding(engine) == set()


def test_what_changes_while_a_mark_is_judged_makes_the_judgement_void(engine: Engine) -> None:
    with engine.begin() as conn:
        judgements.begin(conn, [SERIAL, OTHER], "basis", TODAY, "run")
        judgements.forget(conn, [SERIAL])
        judgements.fill(conn, {SERIAL: Term(LATER), OTHER: Term(LATER)}, "run")
    assert holding(engine) == {OTHER}


def test_whoever_has_marks_judged_again_and_whoever_begins_wait_for_each_other(engine: Engine) -> None:
    """Else a row of the portfolio that is written between reading and beginning would be missed for weeks."""
    if engine.dialect.name == "sqlite":
        return  # one writer at a time
    with engine.begin() as conn, engine.connect() as other:
        other.execute(text("SET LOCAL lock_timeout = '50ms'"))
        judgements.alone(conn)
        with pytest.raises(StoreError):
            judgements.forget(other, [SERIAL])
    with engine.begin() as conn, engine.connect() as other:
        other.execute(text("SET LOCAL lock_timeout = '50ms'"))
        judgements.forget(conn, [SERIAL])
        with pytest.raises(StoreError):
            judgements.alone(other)


def test_a_run_does_not_fill_what_another_run_began_after_it(engine: Engine) -> None:
    with engine.begin() as conn:
        judgements.begin(conn, [SERIAL], "basis", TODAY, "one")
        judgements.begin(conn, [SERIAL], "basis", TODAY, "two")
        judgements.fill(conn, {SERIAL: Term(LATER)}, "one")
    assert holding(engine) == set()


def due_on(day: date, grace_ends: date | None = None) -> Coming:
    return Coming("section_8", day, False, grace_ends, "15 USC 1058")


def test_what_must_be_filed_is_kept_with_the_judgement(engine: Engine) -> None:
    soon, far, nothing, unknown = "97000001", "97000002", "97000003", "97000004"
    near = due_on(TODAY + timedelta(days=9), LATER)
    with engine.begin() as conn:
        judgements.begin(conn, [soon, far, nothing], "basis", TODAY, "run")
        terms = {soon: Term(LATER, (due_on(LATER), near)), far: Term(LATER, (due_on(LATER),)), nothing: Term(LATER)}
        judgements.fill(conn, terms, "run")
    all_four = [soon, far, nothing, unknown]
    with engine.begin() as conn:
        assert judgements.due_by(conn, all_four, TODAY, TODAY + timedelta(days=10)) == (
            {soon: (due_on(LATER), near)},
            {unknown},
        )
        beyond = LATER + timedelta(days=1)
        assert judgements.due_by(conn, all_four, beyond, beyond) == ({}, set(all_four))


def save_the_same(conn: Connection) -> None:
    marks.save_cases(conn, [mark()], None, NOW + DAY)


def save_paper(conn: Connection) -> None:
    documents.save_case_documents(conn, [documents.CaseDocument(SERIAL, "SPE1", "Specimen")], NOW)


def save_answer(conn: Connection) -> None:
    documents.save_document(conn, Fetched(source="tsdr maintenance"), [SERIAL])


def watch(conn: Connection) -> None:
    portfolio.save_watches(conn, [Watch("Lumenhaus", "LUMEN", SERIAL, asins=7)], [], NOW)


def watch_beside(conn: Connection) -> None:
    portfolio.save_watches(conn, [Watch("Lumenhaus", "LUMEN", OTHER)], [], NOW)


def resolve(conn: Connection) -> None:
    assert portfolio.resolve_registration(conn, "5500001", "97000009") == 1


WRITERS: list[Callable[[Connection], object]] = [
    save_the_same,
    lambda conn: marks.mark_checked(conn, [SERIAL], NOW),
    lambda conn: marks.note_missing(conn, SERIAL, NOW),
    lambda conn: marks.clear_missing(conn, SERIAL),
    save_paper,
    save_answer,
    watch,
    watch_beside,
    resolve,
    lambda conn: portfolio.remove_watches(conn, SERIAL, None, NOW),
    lambda conn: portfolio.remove_watches(conn, SERIAL, "Lumenhaus", NOW),
    lambda conn: erasing.erase(conn, "Lumenhaus"),
]


@pytest.mark.parametrize("write", WRITERS)
def test_whoever_writes_what_a_mark_is_judged_by_has_it_judged_again(
    engine: Engine, write: Callable[[Connection], object]
) -> None:
    rows = [Watch("Lumenhaus", "LUMEN", SERIAL), Watch("Lumenhaus", "LUMEN", None, "5500001")]
    with engine.begin() as conn:
        portfolio.save_watches(conn, [*rows, Watch("Kestrel", "KES", "97000003")], [Client("Lumenhaus")], NOW)
        marks.save_cases(conn, [mark()], None, NOW)
    judge(engine, SERIAL, "97000003")
    with engine.begin() as conn:
        write(conn)
    assert holding(engine) == {"97000003"}


def test_the_state_of_the_orders_moves_with_a_list_and_not_with_a_look_at_the_same_order(engine: Engine) -> None:
    with engine.begin() as conn:
        orders.save_order(conn, FINAL, NOW)
        before = judgements.order_state(conn)
        orders.save_order(conn, FINAL, NOW + DAY)
        assert judgements.order_state(conn) == before
        orders.save_list(conn, orders.OrderList(FINAL.order_id, "list.csv", "ab" * 32, "csv", 0), [], NOW)
        unread = judgements.order_state(conn)
        orders.mark_reviewed(conn, FINAL.order_id, NOW)
        assert len({before, unread, judgements.order_state(conn)}) == 3


def test_thousands_of_marks_take_a_bounded_number_of_statements(engine: Engine) -> None:
    many = [f"{97_000_000 + n}" for n in range(2_000)]
    judge(engine, *many)
    with engine.begin() as conn:
        judgements.forget(conn, many[:1_500])
        left = conn.scalars(select(JUDGEMENTS.c.serial_number)).all()
    assert sorted(left) == many[1_500:]
