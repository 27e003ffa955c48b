"""The registry of the package and the operator's additions."""

import csv
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.sanction_cases import MARK
from tmwatch.errors import UsageError
from tmwatch.sanctions import (
    Identity,
    Order,
    is_stale,
    load_registry,
    order_statement,
    read_additions,
    registry_hits,
)

HEADER = "kind,value,order_id,role,source,note\n"
DATA = Path(__file__).parents[1] / "tmwatch" / "data"


def test_the_package_knows_twenty_orders_and_the_newest() -> None:
    registry = load_registry()
    assert len(registry.orders) == 20
    assert registry.newest == "2026-01-27"
    assert registry.version == "2026-11"
    final = registry.order("USPTO-2025-08-06-SELLERGROWTH-FINAL")
    assert final is not None
    assert (final.type, final.affected_count, final.pages) == ("final_sanctions", 52000, 803)
    assert registry.order("USPTO-2026-01-27-CONSOL-OSC").response_due == date(2026, 2, 26)  # type: ignore[union-attr]


def test_every_identity_names_known_orders_and_a_source() -> None:
    registry = load_registry()
    known = {order.order_id for order in registry.orders}
    for identity in registry.identities:
        assert set(identity.order_ids) <= known
        assert identity.source
    assert {i.kind for i in registry.identities} == {"email", "domain", "address", "firm", "brand", "person"}


def test_loading_twice_gives_the_same_registry_and_additions_replace_an_order() -> None:
    assert load_registry() is load_registry()
    more = Order("USPTO-2026-01-27-CONSOL-OSC", "2026-01-28", "show_cause")
    extra = Identity("firm", "Larkwing Ltd.", "respondent", (more.order_id,), "medium")
    registry = load_registry((extra,), (more, Order("NEW-1", "2026-10-01", "final_sanctions")))
    assert len(registry.orders) == 21
    assert registry.newest == "2026-10-01"
    assert registry.order(more.order_id) == more
    assert extra in registry.identities


def test_single_known_numbers_are_hits_of_their_mark() -> None:
    registry = load_registry()
    assert [hit.order_id for hit in registry_hits(registry, replace(MARK, serial_number="90209151"))] == [
        "USPTO-2022-08-25-HAIYI-OSC"
    ]
    (by_registration,) = registry_hits(registry, replace(MARK, registration_number="6723159"))
    assert by_registration.type == "order_reconsidering_registration_decisions"
    assert by_registration.number == "6723159"
    assert registry_hits(registry, MARK) == ()


def test_the_example_file_holds_the_documented_header_and_nothing_else() -> None:
    text = (DATA.parents[1] / "config" / "sanctions.csv").read_text("utf-8")
    assert text == HEADER
    assert read_additions(text).identities == ()
    assert read_additions("") == read_additions(HEADER)


def test_additions_are_read_with_roles_and_numbers() -> None:
    added = read_additions(
        "\ufeff" + HEADER + 'firm,"Larkwing Co., Ltd.",NEW-1,,https://example.com,met in a letter\n\n'
        'domain,shared.example,,shared,,\nserial,"97/000,001",NEW-1,,,\nregistration,6900001,NEW-1;NEW-2,,,\n'
    )
    assert [(i.kind, i.value, i.role, i.order_ids) for i in added.identities] == [
        ("firm", "Larkwing Co., Ltd.", "respondent", ("NEW-1",)),
        ("domain", "shared.example", "shared", ()),
    ]
    assert [(n.kind, n.number) for n in added.numbers] == [("serial", "97000001"), ("registration", "6900001")]
    registry = load_registry(added.identities, (), added.numbers)
    assert {hit.number for hit in registry_hits(registry, MARK)} == {"97000001", "6900001"}


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("phone,123,NEW-1,,,", "kind 'phone'"),
        ("firm,Larkwing,,,,", "order_id is empty"),
        ("firm,,NEW-1,,,", "value is empty"),
        ("firm,Larkwing,NEW-1,villain,,", "role 'villain'"),
        ("serial,9700000,NEW-1,,,", "no serial number of 8 digits"),
        ("registration,97000001,NEW-1,,,", "no registration number of 7 digits"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named(row: str, word: str) -> None:
    with pytest.raises(UsageError, match=re.escape(word)) as caught:
        read_additions(HEADER + row + "\n")
    assert "row 2" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_header_and_many_bad_rows_are_one_line() -> None:
    with pytest.raises(UsageError, match="header must be kind,value"):
        read_additions("type,value\nfirm,x\n")
    with pytest.raises(UsageError, match=r"\(and 2 more\)"):
        read_additions(HEADER + "x,y,z,,,\n" * 5)


def test_the_statement_of_coverage_names_newest_order_and_counts() -> None:
    text = str(order_statement(load_registry(), loaded=2, named=0, watched=12))
    assert "2026-01-27" in text
    assert "20 orders and decisions held" in text
    assert "0 of 12 watched marks" in text


def test_a_list_is_stale_after_so_many_days() -> None:
    registry = load_registry()
    assert not is_stale(registry, date(2026, 3, 28), 60)
    assert is_stale(registry, date(2026, 3, 29), 60)
    assert is_stale(replace(registry, orders=()), date(2026, 3, 29), 60)
    assert not is_stale(replace(registry, orders=(Order("A", "2026", "show_cause"),)), date(2027, 1, 30), 60)
    assert not is_stale(replace(registry, orders=(Order("A", "2026-10", "show_cause"),)), date(2026, 11, 30), 60)


def test_each_file_of_the_registry_says_where_it_comes_from_and_when() -> None:
    for name in ("orders.csv", "known_serials.csv", "company_words.csv", "mail_domains.csv"):
        assert "2026-11" in (DATA / name).read_text("utf-8").splitlines()[0]
    with (DATA / "orders.csv").open(encoding="utf-8", newline="") as file:
        next(file)
        assert all(row["source_url"].startswith("http") for row in csv.DictReader(file))
