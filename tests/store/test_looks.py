"""Who was looked after: what several programs note about it at the same time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from sqlalchemy import Engine, text

from tmwatch.store import news, open_engine, reading
from tmwatch.store.tables import LOOKS

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def look(engine: Engine, *clients: str) -> None:
    with engine.begin() as conn:
        news.looked(conn, 1, dict.fromkeys(clients, ("basis", NOW)))


def until_somebody_waits(engine: Engine) -> None:
    """Go on once another session waits for a row."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    patience = iter(range(20_000))
    while next(patience) is not None:
        with reading(engine) as conn:
            if conn.execute(waiting).scalar_one():
                return


def test_a_portfolio_may_change_while_messages_of_its_clients_are_composed(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    look(engine, "b")
    look(engine, "a")  # behind it in the table
    faults: list[Exception] = []

    def change() -> None:
        try:
            with engine.begin() as conn:
                news.look_again(conn, ["b", "a"])
        except Exception as error:
            faults.append(error)

    other = threading.Thread(target=change)
    with engine.begin() as conn:
        news.looked(conn, 2, {"a": ("basis", NOW)})
        other.start()
        until_somebody_waits(engine)
        news.looked(conn, 2, {"b": ("basis", NOW)})
    other.join()
    assert not faults
    with reading(engine) as conn:
        assert not conn.execute(LOOKS.select()).all()
    engine.dispose()


def test_noting_that_nothing_is_new_waits_for_nobody(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    look(engine, "a", "b")
    with engine.begin() as conn:
        news.look_again(conn, ["a"])
        with engine.begin() as other:
            other.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
            news.still_calm(other, ["a", "b"], 9)
    with reading(engine) as conn:
        assert [(row.client, row.change_id) for row in conn.execute(LOOKS.select())] == [("b", 9)]
    engine.dispose()
