"""Digests that waited too long are taken back and the next one tells their news; what may have arrived never is."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from tests.store.invent import NOW, mark, message
from tmwatch.portfolio import Watch
from tmwatch.store import marks, outbox, overdue, portfolio
from tmwatch.store.overdue import OVERDUE
from tmwatch.store.post import post_of

LATE = NOW + OVERDUE


def queue(engine: Engine, kind: str = "digest", to: int = 1, at: timedelta = timedelta(0)) -> None:
    """Queue a message that tells one change."""
    with engine.begin() as conn:
        portfolio.save_watches(conn, [Watch("acme", "", serial_number="97000001")], (), NOW - timedelta(days=9))
        marks.save_cases(conn, [mark()], None, NOW - timedelta(days=1))
        marks.save_cases(conn, [mark(as_of=NOW, status_code=602)], None, NOW)
        ids = [one.id for one in outbox.unreported(conn, "acme") if one.id is not None]
        assert ids
        told = [("email", f"r{n}@acme.example") for n in range(to)]
        outbox.queue(conn, message(kind=kind), told, ids, "run-1", NOW + at)


def settle(engine: Engine, *outcomes: str) -> None:
    """Try the deliveries once, with these outcomes."""
    for outcome in outcomes:
        one = outbox.claim(engine, NOW, 60, "me")
        assert one is not None
        with engine.begin() as conn:
            outbox.settle(conn, one.id, outcome, NOW)


def merged(engine: Engine) -> tuple[int, int, set[str]]:
    """Merge; return how many days were taken back, how many changes wait to be told, and the states."""
    with engine.begin() as conn:
        days = overdue.merge_overdue(conn, "acme", LATE)
        waiting = len(outbox.unreported(conn, "acme"))
        states = {one.state for found in outbox.list_messages(conn) for one in found.deliveries}
        assert post_of(conn, "acme", LATE.date(), LATE).heard is (states != {"superseded"})
    return len(days), waiting, states


def test_a_digest_that_never_left_is_taken_back_and_its_news_waits_again(engine: Engine) -> None:
    queue(engine)
    assert merged(engine) == (1, 1, {"superseded"})
    assert merged(engine) == (0, 1, {"superseded"})
    assert outbox.claim(engine, LATE, 60, "me") is None


@pytest.mark.parametrize("outcome", ["deferred", "failed"])
def test_one_that_was_refused_is_taken_back(engine: Engine, outcome: str) -> None:
    queue(engine)
    settle(engine, outcome)
    assert merged(engine) == (1, 1, {"superseded"})


@pytest.mark.parametrize("outcome", ["sent", "ambiguous"])
def test_one_that_arrived_or_may_have_stays(engine: Engine, outcome: str) -> None:
    queue(engine)
    settle(engine, outcome)
    assert merged(engine) == (0, 0, {outcome})


def test_one_that_is_being_sent_stays(engine: Engine) -> None:
    queue(engine)
    assert outbox.claim(engine, NOW, 10**6, "me") is not None
    assert merged(engine) == (0, 0, {"sending"})


def test_one_that_reached_some_of_its_recipients_stays_for_the_others(engine: Engine) -> None:
    queue(engine, to=2)
    settle(engine, "sent", "deferred")
    assert merged(engine) == (0, 0, {"sent", "deferred"})


@pytest.mark.parametrize("kind", ["alert", "notice"])
def test_alerts_and_notices_go_out_however_late(engine: Engine, kind: str) -> None:
    queue(engine, kind)
    assert merged(engine) == (0, 0, {"queued"})


def test_one_that_is_not_late_yet_stays(engine: Engine) -> None:
    queue(engine, at=timedelta(seconds=1))
    assert merged(engine) == (0, 0, {"queued"})


def test_what_was_taken_back_is_sent_again_by_no_command(engine: Engine) -> None:
    queue(engine)
    merged(engine)
    with engine.begin() as conn:
        (found,) = outbox.list_messages(conn)
        assert (outbox.resend(conn, found.id, LATE), outbox.release(conn, None, LATE)) == (0, 0)
