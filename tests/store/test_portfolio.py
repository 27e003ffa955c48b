"""The owners' rows: saved, met again, removed softly, brought back, and resolved from registration numbers."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from tests.conftest import QueryRecorder
from tests.store.invent import DAY, NOW
from tmwatch.portfolio import Client, Watch
from tmwatch.store import evidence
from tmwatch.store import portfolio as store

FULL = Watch(
    client="acme",
    brand="LANTERNFISH",
    serial_number="97000001",
    registration_number="7000001",
    marketplaces=("US", "CA"),
    brand_registry_id="BR-1",
    brand_registry_status="enrolled",
    enrolled_with_this_mark=True,
    asins=38,
    revenue_30d=Decimal("412000.50"),
    currency="USD",
    reference="D-7",
    owner_expected="Blue Heron",
    attorney_expected="Jane",
    correspondents_expected=("jane@counsel.example", "counsel.example"),
    notes="长\x00\ud800=cmd",
)
ACME = Client(
    "acme",
    ("a@acme.example", "b@acme.example"),
    "zh-CN",
    "Asia/Shanghai",
    "08:00",
    "daily",
    "low",
    ("json://hook.example",),
    "r@acme.example",
    "ACME",
)


def save(engine: Engine, *watches: Watch, clients: tuple[Client, ...] = (), days: int = 0) -> store.SavedWatches:
    with engine.begin() as conn:
        return store.save_watches(conn, watches, clients, NOW + days * DAY)


def watches(engine: Engine, client: str | None = None) -> tuple[Watch, ...]:
    with engine.begin() as conn:
        return store.load_watches(conn, client)


def since(engine: Engine) -> dict[str, datetime]:
    with engine.begin() as conn:
        return evidence.watched_from(conn, "acme")


def test_the_rows_of_one_mark_are_read_alone(engine: Engine) -> None:
    mine = Watch("Acme", "LANTERN", serial_number="88000003")
    save(engine, mine, Watch("Acme", "OTHER", serial_number="88000004"), Watch("Beta", "LANTERN", "88000003"))
    save(engine, Watch("Gone", "LANTERN", serial_number="88000003"))
    remove(engine, "88000003", "Gone")
    with engine.begin() as conn:
        assert [one.client for one in store.load_watches(conn, serial="88000003")] == ["Acme", "Beta"]
        assert store.load_watches(conn, "Acme", "88000003") == (mine,)
        assert store.load_watches(conn, serial="88000005") == ()


def remove(engine: Engine, number: str, client: str | None = None, days: int = 1) -> int:
    with engine.begin() as conn:
        return store.remove_watches(conn, number, client, NOW + days * DAY)


def test_every_field_comes_back_and_what_no_database_takes_is_replaced(engine: Engine) -> None:
    assert save(engine, FULL, clients=(ACME,)) == store.SavedWatches(1, 0)
    assert watches(engine) == (replace(FULL, notes="长\ufffd\ufffd=cmd"),)
    with engine.begin() as conn:
        assert store.load_clients(conn) == {"acme": ACME}


def test_an_empty_portfolio_is_empty(engine: Engine) -> None:
    assert save(engine) == store.SavedWatches(0, 0)
    assert watches(engine) == ()
    with engine.begin() as conn:
        assert store.load_clients(conn) == {}
        assert store.watched_serials(conn) == ()


def test_importing_again_updates_and_adds_nothing(engine: Engine) -> None:
    save(engine, FULL)
    assert save(engine, replace(FULL, asins=40, notes=None), days=3) == store.SavedWatches(0, 1)
    (found,) = watches(engine)
    assert (found.asins, found.notes) == (40, None)


def test_the_same_number_for_another_brand_or_client_is_another_row(engine: Engine) -> None:
    rows = (FULL, replace(FULL, brand="OTHER"), replace(FULL, client="bolt"))
    assert save(engine, *rows) == store.SavedWatches(3, 0)
    assert len(watches(engine, "acme")) == 2
    with engine.begin() as conn:
        assert store.watched_serials(conn) == ("97000001",)


def test_rows_keep_the_order_in_which_they_were_added(engine: Engine) -> None:
    rows = [replace(FULL, serial_number=f"9700000{n}") for n in (3, 1, 2)]
    save(engine, *rows)
    assert [one.serial_number for one in watches(engine)] == ["97000003", "97000001", "97000002"]


def test_a_client_only_named_in_a_row_has_no_settings_and_never_loses_those_she_has(engine: Engine) -> None:
    save(engine, FULL, replace(FULL, client="bolt"), clients=(ACME,))
    save(engine, FULL)
    with engine.begin() as conn:
        assert store.load_clients(conn) == {"acme": ACME, "bolt": Client("bolt")}


def test_new_settings_of_a_client_replace_the_old_ones(engine: Engine) -> None:
    save(engine, FULL, clients=(ACME,))
    save(engine, clients=(Client("acme", ("new@acme.example",)),))
    with engine.begin() as conn:
        assert store.load_clients(conn)["acme"] == Client("acme", ("new@acme.example",))


@pytest.mark.parametrize("number", ["97000001", "rn7000001"])
def test_a_removed_row_is_gone_by_either_number(engine: Engine, number: str) -> None:
    save(engine, FULL, replace(FULL, client="bolt"))
    assert remove(engine, number, "acme") == 1
    assert [one.client for one in watches(engine)] == ["bolt"]
    assert remove(engine, number, "acme") == 0
    assert remove(engine, number) == 1


@pytest.mark.parametrize("number", ["97000002", "rn7000002", "", "rn"])
def test_a_number_nobody_watches_removes_nothing(engine: Engine, number: str) -> None:
    save(engine, FULL)
    assert remove(engine, number) == 0
    assert len(watches(engine)) == 1


def test_a_row_brought_back_is_watched_anew_from_that_day(engine: Engine) -> None:
    save(engine, FULL)
    remove(engine, "97000001", days=1)
    assert save(engine, FULL, days=5) == store.SavedWatches(1, 0)
    assert since(engine) == {"97000001": NOW + 5 * DAY}


def test_a_row_met_again_is_watched_since_its_first_day(engine: Engine) -> None:
    save(engine, FULL)
    save(engine, FULL, days=5)
    assert since(engine) == {"97000001": NOW}


def test_a_registration_number_is_resolved_once_and_survives_the_next_import(engine: Engine) -> None:
    row = replace(FULL, serial_number=None)
    save(engine, row)
    with engine.begin() as conn:
        assert store.watched_serials(conn) == ()
        assert store.resolve_registration(conn, "7000001", "97000001") == 1
        assert store.resolve_registration(conn, "7000001", "97999999") == 0
    assert save(engine, row, days=1) == store.SavedWatches(0, 1)
    (found,) = watches(engine)
    assert (found.serial_number, found.number) == ("97000001", "97000001")
    assert since(engine) == {"97000001": NOW}
    assert remove(engine, "97000001") == 1


def test_a_large_import_takes_a_bounded_number_of_statements(engine: Engine, queries: QueryRecorder) -> None:
    rows = [replace(FULL, client=f"c{n % 50}", serial_number=f"{97000000 + n}") for n in range(1000)]
    with queries.counting() as found:
        save(engine, *rows)
    assert len(found) <= 6
    assert len(watches(engine)) == 1000


def test_a_row_given_by_registration_number_is_the_same_row_when_it_comes_back_with_both_numbers(
    engine: Engine,
) -> None:
    given = Watch("Acme", "LANTERN", registration_number="7000003")
    with engine.begin() as conn:
        store.save_watches(conn, [given], [], NOW)
        store.resolve_registration(conn, "7000003", "88000003")
        exported = store.load_watches(conn)
        assert store.save_watches(conn, exported, [], NOW) == store.SavedWatches(0, 1)
        assert store.load_watches(conn) == exported
        only_serial = Watch("Acme", "LANTERN", serial_number="88000003")
        assert store.save_watches(conn, [only_serial], [], NOW).added == 0
        assert len(store.load_watches(conn)) == 1
