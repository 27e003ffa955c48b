"""Deletion of a client: everything about it goes, nothing of anybody else, and a listing takes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, text

from tests.store.invent import DAY, NOW, finding, marks, message
from tests.store.test_documents import Fetched, save
from tmwatch.portfolio import Client, Watch
from tmwatch.store import delivery, erasing, findings, news, outbox, portfolio, runs
from tmwatch.store import marks as mark_store
from tmwatch.store.tables import METADATA

ONLY, BOTH, OTHER = "97000001", "97000002", "97000003"


@pytest.fixture
def full(engine: Engine) -> Engine:
    """Acme has two marks, Bolt has one of them and another; everything was told to both."""
    rows = [Watch("acme", "L", ONLY), Watch("acme", "L", BOTH), Watch("bolt", "L", BOTH), Watch("bolt", "M", OTHER)]
    people = [Client("acme", emails=("a@acme.example",)), Client("bolt", emails=("b@bolt.example",))]
    with engine.begin() as conn:
        portfolio.save_watches(conn, rows, people, NOW - DAY)
        mark_store.save_cases(conn, marks(3), "run-0", NOW)
        mark_store.save_cases(conn, marks(3, status_code=710, as_of=NOW + DAY), "run-1", NOW + DAY)
        found = [finding(serial) for serial in (ONLY, BOTH, OTHER)] + [finding(BOTH, "B01", client="acme")]
        findings.apply(conn, [ONLY, BOTH, OTHER], found, "run-1", NOW + DAY)
        mark_store.note_missing(conn, ONLY, NOW)
        for client in ("acme", "bolt"):
            told = [one.id for one in outbox.unreported(conn, client) if one.id]
            outbox.queue(conn, message(client), [("email", f"{client[0]}@{client}.example")], told, "run-1", NOW)
            outbox.decide_day(conn, client, date(2026, 11, 20), message(client).id, NOW)
        run = runs.start_run(conn, "run", NOW)
        failed = [{"source": "tsdr", "serial_number": serial, "error": "x"} for serial in (ONLY, OTHER)]
        runs.finish_run(conn, run, NOW, state="incomplete", failed=failed)
    for _ in range(3):  # three refusals suppress her address
        claimed = delivery.claim(engine, NOW, 300, "me")
        assert claimed
        with engine.begin() as conn:
            delivery.settle(conn, claimed.id, "failed", NOW, error="550")
            outbox.release(conn, None, NOW) if _ < 2 else None
    save(engine, Fetched(), ONLY, BOTH)
    save(engine, Fetched(body=b"alone"), ONLY)
    return engine


def everything(engine: Engine) -> dict[str, str]:
    """Every table as text."""
    with engine.connect() as conn:
        tables = sorted(METADATA.tables)
        return {name: repr(sorted(map(repr, conn.execute(text(f"SELECT * FROM {name}")).all()))) for name in tables}


def test_a_listing_says_what_would_go_and_takes_nothing(full: Engine) -> None:
    before = everything(full)
    with full.begin() as conn:
        found = erasing.survey(conn, "acme")
    assert found is not None
    assert (found.serials, found.shared, found.messages) == ((ONLY,), (BOTH,), (message("acme").id,))
    rows = dict(found.rows)
    assert (rows["portfolio rows"], rows["messages"], rows["deliveries"], rows["marks"]) == (2, 1, 1, 1)
    assert (rows["raw answers"], found.answers_left) == (1, 1)
    assert everything(full) == before


def test_everything_about_the_client_goes(full: Engine) -> None:
    with full.begin() as conn:
        erasing.erase(conn, "acme")
    left = "".join(text for name, text in everything(full).items() if name != "documents")
    assert "acme" not in left
    assert ONLY not in left.replace(f"ids={ONLY}", "")
    with full.begin() as conn:
        assert "acme" not in portfolio.load_clients(conn)
        assert mark_store.load_cases(conn, [ONLY]) == {}


def test_nothing_of_anybody_else_is_touched(full: Engine) -> None:
    with full.begin() as conn:
        case = mark_store.load_cases(conn, [BOTH, OTHER])
        told, open_ones = outbox.list_messages(conn, "bolt"), findings.open_findings(conn, [BOTH, OTHER])
        erasing.erase(conn, "acme")
        assert mark_store.load_cases(conn, [BOTH, OTHER]) == case
        assert outbox.list_messages(conn, "bolt") == told
        assert findings.open_findings(conn, [BOTH, OTHER]) == tuple(o for o in open_ones if o.finding.client != "acme")
        assert outbox.unreported(conn, "bolt") == ()
        assert len(portfolio.load_watches(conn)) == 2


def test_a_mark_that_another_client_has_removed_stays_with_her_history(full: Engine) -> None:
    with full.begin() as conn:
        portfolio.remove_watches(conn, BOTH, "bolt", NOW)
        found = erasing.erase(conn, "acme")
        assert found is not None
        assert found.shared == (BOTH,)
        assert set(mark_store.load_cases(conn, [BOTH])) == {BOTH}


def test_both_clients_gone_leave_nothing_but_the_ledger_of_runs(full: Engine) -> None:
    with full.begin() as conn:
        erasing.erase(conn, "acme")
        erasing.erase(conn, "bolt")
    left = everything(full)
    kept = {name for name, rows in left.items() if rows != "[]"}
    assert kept <= {"runs", "leases", "source_health", "pace"}
    assert not any(serial in left["runs"] for serial in (ONLY, OTHER))


def test_what_changes_after_a_deletion_is_news_although_the_deleted_changes_were_the_newest(full: Engine) -> None:
    bases = {"bolt": "basis"}
    with full.begin() as conn:
        news.looked(conn, news.newest_change(conn), {"bolt": ("basis", None)})
        erasing.erase(conn, "acme")  # her finding is the newest change of all
        assert news.restless(conn, bases, NOW).names == set()
        changes = mark_store.save_cases(conn, [*marks(3, status_code=602, as_of=NOW + 2 * DAY)][1:2], "r", NOW + DAY)
        assert changes
        assert news.restless(conn, bases, NOW).names == {"bolt"}


def test_an_unknown_client_is_none(full: Engine) -> None:
    with full.begin() as conn:
        assert erasing.survey(conn, "nobody") is None
        assert erasing.erase(conn, "nobody") is None
