"""The pace shared by all who use one key, and how fresh each source is."""

import threading

import pytest
from sqlalchemy import Engine

from tests.store.invent import DAY, NOW
from tmwatch.store import health
from tmwatch.store.health import SourceHealth
from tmwatch.store.pace import SharedPace


class Clock:
    """Seconds that only move when told to."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


def pace(engine: Engine, clock: Clock, key: str = "key-1", rate: float = 60.0) -> SharedPace:
    return SharedPace(engine, key, clock, lambda kind: rate if kind == "status" else rate / 10)


def test_the_first_request_goes_at_once_and_the_next_ones_wait_their_turn(engine: Engine) -> None:
    one = pace(engine, Clock())
    assert [one.wait_time("status") for _ in range(4)] == pytest.approx([0, 1, 2, 3], abs=1e-6)


def test_unused_time_is_not_saved_up(engine: Engine) -> None:
    clock = Clock()
    one = pace(engine, clock)
    one.wait_time("status")
    clock.now += 3600
    assert [one.wait_time("status") for _ in range(2)] == pytest.approx([0, 1], abs=1e-6)


def test_two_processes_with_one_key_share_the_pace(engine: Engine) -> None:
    clock = Clock()
    one, other = pace(engine, clock), pace(engine, clock)
    assert [p.wait_time("status") for p in (one, other, one, other)] == pytest.approx([0, 1, 2, 3], abs=1e-6)


def test_another_key_and_another_class_have_a_pace_of_their_own(engine: Engine) -> None:
    clock = Clock()
    one = pace(engine, clock)
    one.wait_time("status")
    assert pace(engine, clock, "key-2").wait_time("status") == 0
    assert [one.wait_time("documents") for _ in range(2)] == pytest.approx([0, 10], abs=1e-6)


def test_a_refusal_makes_everybody_wait(engine: Engine) -> None:
    clock = Clock()
    one, other = pace(engine, clock), pace(engine, clock)
    one.penalize("status", 60)
    assert [p.wait_time("status") for p in (other, one)] == pytest.approx([60, 61], abs=1e-6)
    assert one.wait_time("documents") == 0


def test_a_shorter_refusal_does_not_shorten_a_longer_one(engine: Engine) -> None:
    one = pace(engine, Clock())
    one.penalize("status", 60)
    one.penalize("status", 5)
    assert one.wait_time("status") == pytest.approx(60, abs=1e-6)


def test_a_slot_that_was_reserved_while_a_clock_was_far_ahead_holds_nobody_up(engine: Engine) -> None:
    clock = Clock()
    one = pace(engine, clock)
    clock.now += 365 * 86_400
    one.wait_time("status")
    clock.now -= 365 * 86_400
    assert [one.wait_time("status") for _ in range(2)] == pytest.approx([0, 1], abs=1e-6)


def test_many_at_once_get_a_slot_each(engine: Engine) -> None:
    clock = Clock()
    waits: list[float] = []

    def ask() -> None:
        mine = pace(engine, clock)
        waits.extend([mine.wait_time("status") for _ in range(10)])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == pytest.approx(list(range(40)), abs=1e-5)


def test_a_source_nobody_asked_is_unknown(engine: Engine) -> None:
    with engine.begin() as conn:
        assert health.load_health(conn) == {}


def test_a_failure_does_not_hide_the_last_success_nor_a_success_the_last_failure(engine: Engine) -> None:
    with engine.begin() as conn:
        health.note_ok(conn, "tsdr", NOW, NOW, {"documents": 1})
        health.note_failure(conn, "tsdr", NOW + DAY, "no answer")
        one = SourceHealth("tsdr", NOW, NOW, "no answer", NOW + DAY, {"documents": 1})
        assert health.load_health(conn) == {"tsdr": one}
        health.note_ok(conn, "tsdr", NOW + 2 * DAY)
        two = SourceHealth("tsdr", NOW + 2 * DAY, NOW, "no answer", NOW + DAY, {"documents": 1})
        assert health.load_health(conn) == {"tsdr": two}


def test_each_source_stands_for_itself(engine: Engine) -> None:
    with engine.begin() as conn:
        health.note_failure(conn, "orders", NOW, "the page changed its shape")
        health.note_ok(conn, "odp", NOW)
        found = health.load_health(conn)
    assert list(found) == ["odp", "orders"]
    assert (found["orders"].last_ok_at, found["odp"].last_error) == (None, None)
