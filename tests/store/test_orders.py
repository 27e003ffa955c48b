"""Sanctions orders: kept with provenance, superseded with history, and matched with what is watched."""

import time
from datetime import date

from sqlalchemy import Engine

from tests.conftest import QueryRecorder
from tests.store.invent import DAY, NOW, mark
from tmwatch.portfolio import Watch
from tmwatch.sanctions import Order
from tmwatch.store import marks, portfolio
from tmwatch.store import orders as store
from tmwatch.store.orders import OrderList, OrderNumber

OSC = Order(
    "DEMO-2026-OSC",
    "2026-02",
    "show_cause",
    ("Harbour Filing Ltd.",),
    ("海港",),
    3,
    "about 3",
    12,
    date(2026, 3, 1),
    "https://o.example",
)
FINAL = Order("DEMO-2026-FINAL", "2026-11-01", "final_sanctions")


def list_of(order: Order, sha256: str = "aa", **fields: object) -> OrderList:
    return OrderList(order.order_id, f"{sha256}.pdf", sha256, "text", 2, **fields)  # type: ignore[arg-type]  # keywords


def numbers(*found: str) -> list[OrderNumber]:
    return [
        OrderNumber(n, "serial" if len(n) == 8 else "registration", page, "text") for page, n in enumerate(found, 1)
    ]


def load(
    engine: Engine, order: Order, found: list[OrderNumber], sha256: str = "aa", days: int = 0, **more: object
) -> int | None:
    with engine.begin() as conn:
        store.save_order(conn, order, NOW)
        return store.save_list(conn, list_of(order, sha256, **more), found, NOW + days * DAY)


def hits(engine: Engine, *asked: str) -> dict[str, list[tuple[str, int | None]]]:
    with engine.begin() as conn:
        found = store.hits_for(conn, asked)
    return {number: [(hit.order_id, hit.page) for hit in these] for number, these in found.items()}


def test_orders_are_kept_whole_and_updated(engine: Engine) -> None:
    with engine.begin() as conn:
        assert store.load_orders(conn) == ()
        store.save_order(conn, Order(OSC.order_id, "2026", "show_cause"), NOW)
        store.save_order(conn, FINAL, NOW)
        store.save_order(conn, OSC, NOW + DAY)
        assert store.load_orders(conn) == (OSC, FINAL)


def test_a_number_in_a_list_is_a_hit_with_its_page(engine: Engine) -> None:
    load(engine, OSC, numbers("97000001", "7000002"), reviewed=True)
    with engine.begin() as conn:
        (hit,) = store.hits_for(conn, ["97000001", "97000009"])["97000001"]
    assert (hit.type, hit.date, hit.number, hit.page, hit.reviewed) == ("show_cause", "2026-02", "97000001", 1, True)
    assert (hit.response_due, hit.source) == (date(2026, 3, 1), "aa.pdf")
    assert hits(engine, "7000002") == {"7000002": [(OSC.order_id, 2)]}


def test_numbers_in_no_list_are_no_hits(engine: Engine) -> None:
    load(engine, OSC, numbers("97000001"))
    assert hits(engine, "97000002", "7000001", "") == {}
    assert hits(engine) == {}


def test_a_number_walks_from_order_to_order(engine: Engine) -> None:
    load(engine, FINAL, numbers("97000009", "97000001"))
    load(engine, OSC, numbers("97000001"))
    assert hits(engine, "97000001") == {"97000001": [(OSC.order_id, 1), (FINAL.order_id, 2)]}


def test_the_same_file_twice_changes_nothing(engine: Engine) -> None:
    assert load(engine, OSC, numbers("97000001")) is not None
    assert load(engine, OSC, numbers("97000001")) is None
    assert len(hits(engine, "97000001")["97000001"]) == 1


def test_a_corrected_list_supersedes_the_first_which_stays(engine: Engine) -> None:
    first = load(engine, OSC, numbers("97000001", "97000002"))
    second = load(engine, OSC, numbers("97000002", "97000003"), "bb", days=1)
    assert sorted(hits(engine, "97000001", "97000002", "97000003")) == ["97000002", "97000003"]
    with engine.begin() as conn:
        old, new = store.list_lists(conn, OSC.order_id)
    assert (old.id, old.superseded_by, new.id, new.superseded_by) == (first, second, second, None)
    assert (old.imported_at, new.imported_at) == (NOW, NOW + DAY)


def test_going_back_to_a_superseded_file_puts_it_in_force_again(engine: Engine) -> None:
    load(engine, OSC, numbers("97000001"))
    load(engine, OSC, numbers("97000002"), "bb")
    assert load(engine, OSC, numbers("97000001")) is not None
    assert sorted(hits(engine, "97000001", "97000002")) == ["97000001"]


def test_the_provenance_of_a_list_comes_back(engine: Engine) -> None:
    load(
        engine,
        OSC,
        numbers("97000001"),
        stated_count=3,
        expected_count=4,
        duplicates=1,
        pages=9,
        pages_without_text=(3, 7),
    )
    with engine.begin() as conn:
        (found,) = store.list_lists(conn)
    assert (found.stated_count, found.expected_count, found.duplicates, found.pages) == (3, 4, 1, 9)
    assert (found.pages_without_text, found.file_name, found.method, found.found_count) == ((3, 7), "aa.pdf", "text", 2)


def test_hits_are_unreviewed_until_a_person_accepts_the_list(engine: Engine) -> None:
    load(engine, OSC, numbers("97000001"))
    with engine.begin() as conn:
        assert not store.hits_for(conn, ["97000001"])["97000001"][0].reviewed
        assert store.mark_reviewed(conn, OSC.order_id, NOW) == 1
        assert store.mark_reviewed(conn, OSC.order_id, NOW) == 0
        assert store.hits_for(conn, ["97000001"])["97000001"][0].reviewed


def test_watched_marks_are_hit_by_serial_and_by_registration_number(engine: Engine) -> None:
    with engine.begin() as conn:
        watched = [
            Watch("acme", "A", "97000001"),
            Watch("bolt", "A", "97000001"),
            Watch("acme", "B", "97000002"),
            Watch("acme", "C", "97000003", "7999999"),
        ]
        portfolio.save_watches(conn, watched, [], NOW)
        marks.save_cases(conn, [mark("97000002"), mark("97000004")], None, NOW)
        portfolio.save_watches(conn, [Watch("acme", "D", "97000005")], [], NOW)
        portfolio.remove_watches(conn, "97000005", "acme", NOW)
    load(engine, OSC, numbers("97000001", "7000002", "7999999", "7000004", "97000005"))
    with engine.begin() as conn:
        found = store.hits_of_watched(conn)
        assert store.hits_of_watched(conn, FINAL.order_id) == {}
    assert {serial: [hit.number for hit in these] for serial, these in found.items()} == {
        "97000001": ["97000001"],
        "97000002": ["7000002"],
        "97000003": ["7999999"],
    }


def test_a_long_list_is_matched_with_a_large_portfolio_in_a_few_statements(
    engine: Engine, queries: QueryRecorder
) -> None:
    with engine.begin() as conn:
        watched = [Watch("acme", "A", f"{97000000 + 7 * n}") for n in range(5000)]
        portfolio.save_watches(conn, watched, [], NOW)
    with queries.counting() as loading:
        load(engine, OSC, numbers(*(f"{97000000 + n}" for n in range(10_000))))
    started = time.perf_counter()
    with queries.counting() as sent, engine.begin() as conn:
        assert len(store.hits_of_watched(conn)) == 1429
    assert len(sent) == 3
    assert len(loading) <= 5
    assert time.perf_counter() - started < 2
