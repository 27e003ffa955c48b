"""Deliveries: each handed to one sender at a time, retried with patience, and never lost when a sender dies."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from tests.store.invent import DAY, NOW, mark, message
from tmwatch.changes import Change
from tmwatch.portfolio import Watch
from tmwatch.store import marks, outbox, portfolio
from tmwatch.store.delivery import ClaimedDelivery, next_attempt

MINUTE = timedelta(minutes=1)


def queue(
    engine: Engine, count: int = 1, sequence: int = 1, changes: list[int] | None = None, kind: str = "digest"
) -> None:
    to = [("email", f"r{n}@acme.example") for n in range(count)]
    with engine.begin() as conn:
        outbox.queue(conn, message(sequence=sequence, kind=kind), to, changes or [], "run-1", NOW)


def claim(engine: Engine, at: datetime = NOW, owner: str = "me", policy: str = "resend") -> ClaimedDelivery | None:
    return outbox.claim(engine, at, 60, owner, policy)


def settle(engine: Engine, one: ClaimedDelivery | None, outcome: str, at: datetime = NOW, **more: object) -> bool:
    assert one is not None
    with engine.begin() as conn:
        return outbox.settle(conn, one.id, outcome, at, **more)  # type: ignore[arg-type]  # keywords of the call


def state(engine: Engine) -> outbox.Delivery:
    with engine.begin() as conn:
        return outbox.list_messages(conn)[0].deliveries[0]


def suppressed(engine: Engine) -> list[tuple[str, ...]]:
    """Who gets nothing at present."""
    query = text("SELECT channel, recipient, reason FROM suppressions WHERE suppressed_at IS NOT NULL")
    with engine.begin() as conn:
        return [tuple(row) for row in conn.execute(query)]


def test_an_empty_outbox_hands_out_nothing(engine: Engine) -> None:
    assert claim(engine) is None


def test_a_claim_carries_the_frozen_bytes(engine: Engine) -> None:
    queue(engine)
    one = claim(engine)
    assert one is not None
    assert (one.raw, one.subject, one.plain) == (message().raw, "Digest 1", "hello")
    assert (one.client, one.channel, one.recipient) == ("acme", "email", "r0@acme.example")
    assert (one.again, one.lease_until) == (False, NOW + MINUTE)
    assert (state(engine).state, state(engine).attempts) == ("sending", 1)


def test_what_is_claimed_is_not_handed_out_again(engine: Engine) -> None:
    queue(engine)
    claim(engine)
    assert claim(engine, owner="another") is None


def test_what_is_sent_is_over(engine: Engine) -> None:
    queue(engine)
    assert settle(engine, claim(engine), "sent", receipt="250 ok")
    assert claim(engine, NOW + 30 * DAY) is None
    assert (state(engine).state, state(engine).sent_at) == ("sent", NOW)


def test_the_oldest_goes_first_and_one_bad_recipient_delays_nobody(engine: Engine) -> None:
    queue(engine, count=3)
    first = claim(engine)
    settle(engine, first, "deferred", error="451 later")
    second, third = claim(engine), claim(engine)
    assert [one.recipient for one in (first, second, third) if one] == [f"r{n}@acme.example" for n in range(3)]
    assert claim(engine) is None


def test_a_deferred_delivery_comes_back_at_its_time(engine: Engine) -> None:
    queue(engine)
    settle(engine, claim(engine), "deferred", error="451 later")
    assert (state(engine).state, state(engine).last_error) == ("deferred", "451 later")
    assert claim(engine, NOW + 4 * MINUTE) is None
    again = claim(engine, NOW + 5 * MINUTE)
    assert again is not None
    assert (again.again, state(engine).attempts) == (False, 2)


def test_the_pauses_are_5_15_30_60_minutes_then_hourly_for_four_days() -> None:
    pauses = [next_attempt(n, NOW, NOW) for n in range(1, 8)]
    assert [p and int((p - NOW) / MINUTE) for p in pauses] == [5, 15, 30, 60, 60, 60, 60]
    assert next_attempt(90, NOW, NOW + 4 * DAY - 61 * MINUTE) is not None
    assert next_attempt(90, NOW, NOW + 4 * DAY - 59 * MINUTE) is None


def test_after_four_days_a_delivery_is_given_up(engine: Engine) -> None:
    queue(engine)
    settle(engine, claim(engine, NOW + 4 * DAY), "deferred", NOW + 4 * DAY, error="451 later")
    assert state(engine).state == "failed"
    assert "given up after 4 days: 451 later" in str(state(engine).last_error)


def test_a_sender_that_died_leaves_an_ambiguous_delivery_that_is_sent_again(engine: Engine) -> None:
    queue(engine)
    first = claim(engine)
    assert claim(engine, NOW + MINUTE) is None
    again = claim(engine, NOW + 2 * MINUTE, owner="another")
    assert first is not None
    assert again is not None
    assert (again.again, state(engine).attempts, again.raw) == (True, 2, first.raw)


def news(engine: Engine) -> tuple[Change, ...]:
    """Make a change that acme must be told of."""
    with engine.begin() as conn:
        portfolio.save_watches(conn, [Watch("acme", "L", "97000001")], [], NOW - DAY)
        marks.save_cases(conn, [mark()], "r", NOW)
        return marks.save_cases(conn, [mark(as_of=NOW + DAY, status_code=710)], "r", NOW)


def test_with_carry_over_an_ambiguous_delivery_is_not_sent_again(engine: Engine) -> None:
    queue(engine, changes=[c.id for c in news(engine) if c.id])
    claim(engine)
    assert claim(engine, NOW + 2 * MINUTE, policy="carry-over") is None
    assert state(engine).state == "ambiguous"


def test_a_message_without_news_that_another_could_carry_is_sent_again_all_the_same(engine: Engine) -> None:
    queue(engine, kind="notice")
    first = claim(engine)
    with engine.begin() as conn:
        assert outbox.carry_over(conn, NOW + 2 * MINUTE) == ()
    again = claim(engine, NOW + 2 * MINUTE, policy="carry-over")
    assert first is not None
    assert again is not None
    assert again.raw == first.raw


def test_carrying_over_lets_the_next_message_tell_the_news_again(engine: Engine) -> None:
    changes = news(engine)
    queue(engine, changes=[c.id for c in changes if c.id])
    claim(engine)
    with engine.begin() as conn:
        assert outbox.unreported(conn, "acme") == ()
        assert outbox.carry_over(conn, NOW) == ()
        assert outbox.carry_over(conn, NOW + 2 * MINUTE) == (message().id,)
        assert outbox.carry_over(conn, NOW + 3 * MINUTE) == ()
        assert outbox.unreported(conn, "acme") == changes
    assert claim(engine, NOW + DAY) is None


def test_a_late_sender_may_still_say_sent(engine: Engine) -> None:
    queue(engine, changes=[c.id for c in news(engine) if c.id])
    first = claim(engine, owner="slow")
    assert claim(engine, NOW + 2 * MINUTE, policy="carry-over") is None
    assert settle(engine, first, "sent", NOW + 3 * MINUTE, owner="slow")
    assert state(engine).state == "sent"


def test_a_late_sender_says_nothing_once_another_has_it(engine: Engine) -> None:
    queue(engine)
    first = claim(engine, owner="slow")
    claim(engine, NOW + 2 * MINUTE, owner="quick")
    assert not settle(engine, first, "failed", NOW + 3 * MINUTE, owner="slow")
    assert state(engine).state == "sending"


def test_what_is_settled_cannot_be_settled_again(engine: Engine) -> None:
    queue(engine)
    one = claim(engine)
    settle(engine, one, "sent")
    assert not settle(engine, one, "failed")
    assert state(engine).state == "sent"


def test_an_ambiguous_outcome_is_tried_again_after_a_pause(engine: Engine) -> None:
    queue(engine)
    settle(engine, claim(engine), "ambiguous", error="connection lost after the final dot")
    assert claim(engine, NOW + 4 * MINUTE) is None
    again = claim(engine, NOW + 5 * MINUTE)
    assert again is not None
    assert again.again


def test_the_third_refusal_for_good_suppresses_a_recipient_until_released(engine: Engine) -> None:
    for sequence in (1, 2, 3):
        queue(engine, sequence=sequence)
        settle(engine, claim(engine), "failed", error="550 no such user")
    assert suppressed(engine) == [("email", "r0@acme.example", "550 no such user")]
    queue(engine, sequence=4)
    assert claim(engine) is None
    with engine.begin() as conn:
        assert outbox.list_messages(conn, states=("held",))[0].sequence == 4
        assert outbox.release(conn, message(sequence=4).id, NOW) == 1
    assert suppressed(engine) == []
    assert claim(engine) is not None


def test_a_success_forgets_earlier_refusals(engine: Engine) -> None:
    for sequence, outcome in ((1, "failed"), (2, "failed"), (3, "sent"), (4, "failed")):
        queue(engine, sequence=sequence)
        settle(engine, claim(engine), outcome, error="550")
    assert suppressed(engine) == []


@pytest.mark.parametrize("outcome", ["failed", "ambiguous", "deferred"])
def test_release_sends_what_waits_at_once(engine: Engine, outcome: str) -> None:
    queue(engine)
    settle(engine, claim(engine), outcome, error="x")
    with engine.begin() as conn:
        assert outbox.release(conn, None, NOW) == 1
    assert claim(engine) is not None
    assert state(engine).attempts == 1


def test_release_leaves_alone_what_was_sent(engine: Engine) -> None:
    queue(engine)
    settle(engine, claim(engine), "sent")
    with engine.begin() as conn:
        assert outbox.release(conn, None, NOW) == 0
    assert claim(engine) is None


def test_resend_sends_the_same_bytes_to_everybody_again(engine: Engine) -> None:
    queue(engine, count=2)
    for _ in range(2):
        settle(engine, claim(engine), "sent")
    with engine.begin() as conn:
        assert outbox.resend(conn, message().id, NOW) == 2
        assert outbox.resend(conn, "none", NOW) == 0
    again = claim(engine)
    assert again is not None
    assert again.raw == message().raw


def test_many_senders_at_once_never_get_the_same_delivery(engine: Engine) -> None:
    queue(engine, count=24)
    taken: list[int] = []

    def send(owner: str) -> None:
        while (one := outbox.claim(engine, NOW, 60, owner)) is not None:
            taken.append(one.id)
            with engine.begin() as conn:
                assert outbox.settle(conn, one.id, "sent", NOW, owner=owner)

    threads = [threading.Thread(target=send, args=(f"sender-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 24


def test_times_of_another_zone_are_the_same_moments(engine: Engine) -> None:
    queue(engine)
    from datetime import timezone

    assert claim(engine, NOW.astimezone(timezone(timedelta(hours=8)))) is not None
    assert NOW.tzinfo == UTC
