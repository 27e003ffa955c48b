"""What is told to whom: each change in one message of each client, frozen bytes, states, sequences, decided days."""

from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from tests.store.invent import DAY, NOW, event, finding, mark, message
from tmwatch.changes import Change
from tmwatch.digest.model import Message
from tmwatch.findings import Severity
from tmwatch.portfolio import Client, Watch
from tmwatch.records import ProsecutionEvent
from tmwatch.store import findings, ledger, marks, outbox, portfolio

SERIAL = "97000001"
TO = (("email", "a@acme.example"), ("email", "b@acme.example"))


def watch(engine: Engine, client: str = "acme", brand: str = "L", serial: str = SERIAL, days: int = -9) -> None:
    with engine.begin() as conn:
        portfolio.save_watches(conn, [Watch(client, brand, serial)], [], NOW + days * DAY)


def change(engine: Engine, status: int, days: int, serial: str = SERIAL) -> tuple[Change, ...]:
    with engine.begin() as conn:
        record = mark(serial, status_code=status, as_of=NOW + days * DAY)
        return marks.save_cases(conn, [record], f"run-{days}", NOW + days * DAY)


def untold(engine: Engine, client: str = "acme") -> tuple[Change, ...]:
    with engine.begin() as conn:
        return outbox.unreported(conn, client)


def news(engine: Engine) -> tuple[str, ...]:
    """Every client somebody has yet to tell something."""
    with engine.begin() as conn:
        return tuple(name for name in sorted(portfolio.load_clients(conn)) if outbox.unreported(conn, name))


def tell(engine: Engine, one: Message, changes: tuple[Change, ...], to: tuple[tuple[str, str], ...] = TO) -> None:
    with engine.begin() as conn:
        outbox.queue(conn, one, to, [c.id for c in changes if c.id], "run-1", NOW)


def listed(engine: Engine, **more: object) -> tuple[outbox.StoredMessage, ...]:
    with engine.begin() as conn:
        return outbox.list_messages(conn, **more)  # type: ignore[arg-type]  # keywords of the call


def test_a_change_waits_until_it_is_in_a_message_and_never_again(engine: Engine) -> None:
    watch(engine)
    change(engine, 700, 0)
    (one,) = change(engine, 710, 1)
    assert untold(engine) == (one,)
    assert news(engine) == ("acme",)
    tell(engine, message(), (one,))
    assert untold(engine) == ()
    assert news(engine) == ()


def test_a_quiet_mark_is_no_news(engine: Engine) -> None:
    watch(engine)
    change(engine, 700, 0)
    change(engine, 700, 1)
    assert untold(engine) == ()
    assert news(engine) == ()


def test_each_client_who_watches_the_mark_is_told_for_herself(engine: Engine) -> None:
    watch(engine)
    watch(engine, "bolt")
    watch(engine, "cove", serial="97000002")
    change(engine, 700, 0)
    changes = change(engine, 710, 1)
    assert news(engine) == ("acme", "bolt")
    tell(engine, message(), changes)
    assert untold(engine, "acme") == ()
    assert untold(engine, "bolt") == changes
    assert untold(engine, "cove") == ()


def test_two_brands_on_one_mark_are_one_change(engine: Engine) -> None:
    watch(engine, brand="A")
    watch(engine, brand="B")
    change(engine, 700, 0)
    change(engine, 710, 1)
    assert len(untold(engine)) == 1


def test_what_changed_before_a_client_began_to_watch_is_not_news_to_her(engine: Engine) -> None:
    watch(engine)
    change(engine, 700, 0)
    change(engine, 710, 1)
    watch(engine, "bolt", days=2)
    assert untold(engine, "bolt") == ()
    change(engine, 700, 3)
    assert len(untold(engine, "bolt")) == 1
    assert len(untold(engine, "acme")) == 2


def test_a_mark_no_longer_watched_is_no_news(engine: Engine) -> None:
    watch(engine)
    change(engine, 700, 0)
    change(engine, 710, 1)
    with engine.begin() as conn:
        portfolio.remove_watches(conn, SERIAL, "acme", NOW)
    assert untold(engine) == ()
    assert news(engine) == ()


def test_a_finding_of_one_client_is_no_news_to_another(engine: Engine) -> None:
    watch(engine)
    watch(engine, "bolt")
    with engine.begin() as conn:
        found = [finding(rule="B01", client="acme"), finding(severity=Severity.LOW)]
        findings.apply(conn, [SERIAL], found, "run-0", NOW)
    assert sorted(c.name for c in untold(engine, "acme")) == ["A01|", "B01|"]
    assert [c.name for c in untold(engine, "bolt")] == ["A01|"]


def test_the_same_change_cannot_stand_in_two_messages_of_a_client(engine: Engine) -> None:
    watch(engine)
    change(engine, 700, 0)
    changes = change(engine, 710, 1)
    tell(engine, message(), changes)
    with pytest.raises(IntegrityError):
        tell(engine, message(sequence=2), changes)
    assert [one.sequence for one in listed(engine)] == [1]


def test_a_message_that_fails_to_be_queued_leaves_the_change_untold(engine: Engine) -> None:
    watch(engine)
    change(engine, 700, 0)
    changes = change(engine, 710, 1)
    with pytest.raises(ZeroDivisionError), engine.begin() as conn:
        outbox.queue(conn, message(), TO, [c.id for c in changes if c.id], "r", NOW) or 1 // 0
    assert untold(engine) == changes
    assert listed(engine) == ()


def test_the_bytes_are_frozen_as_composed(engine: Engine) -> None:
    tell(engine, message(), ())
    with engine.begin() as conn:
        assert outbox.raw_message(conn, message().id) == message().raw
        assert outbox.raw_message(conn, "none") is None


def test_messages_are_listed_newest_first_with_their_deliveries(engine: Engine) -> None:
    tell(engine, message(), ())
    tell(engine, message(sequence=2), (), to=TO[:1])
    tell(engine, message("bolt"), (), to=())
    assert {one.client for one in listed(engine)} == {"acme", "bolt"}
    second, first = listed(engine, client="acme")
    assert (first.sequence, second.sequence) == (1, 2)
    assert [(d.channel, d.recipient, d.state, d.attempts) for d in first.deliveries] == [
        (*pair, "queued", 0) for pair in TO
    ]
    assert [one.id for one in listed(engine, states=("queued",), client="bolt")] == []
    assert len(listed(engine, limit=1)) == 1


def test_the_same_recipient_twice_gets_one_delivery(engine: Engine) -> None:
    tell(engine, message(), (), to=(*TO, *TO))
    assert len(listed(engine)[0].deliveries) == 2


def test_sequences_count_a_clients_day_and_numbers_count_all_her_messages(engine: Engine) -> None:
    today, tomorrow = date(2026, 11, 20), date(2026, 11, 21)
    tell(engine, message(), ())
    tell(engine, message(sequence=2), ())
    tell(engine, message(day=tomorrow), ())
    with engine.begin() as conn:
        assert [outbox.next_sequence(conn, "acme", day) for day in (today, tomorrow)] == [3, 2]
        assert outbox.next_sequence(conn, "bolt", today) == 1
        assert (outbox.next_number(conn, "acme"), outbox.next_number(conn, "bolt")) == (4, 1)
    assert [one.number for one in listed(engine)] == [3, 2, 1]


def test_one_message_a_client_day_and_sequence(engine: Engine) -> None:
    tell(engine, message(), ())
    with pytest.raises(IntegrityError):
        tell(engine, message(), ())


def test_a_day_is_decided_once(engine: Engine) -> None:
    day = date(2026, 11, 20)
    tell(engine, message(), ())
    with engine.begin() as conn:
        assert outbox.decide_day(conn, "acme", day, message().id, NOW)
        assert not outbox.decide_day(conn, "acme", day, None, NOW)
        assert outbox.decide_day(conn, "bolt", day, None, NOW)
        assert outbox.decided_days(conn, day) == {("acme", day), ("bolt", day)}
        assert outbox.decided_days(conn, date(2026, 11, 21)) == set()
        assert conn.execute(text("SELECT message FROM digest_days WHERE client = 'acme'")).scalar() == message().id


def test_an_event_pruned_after_it_was_told_does_not_come_back(engine: Engine) -> None:
    letter = event("NOAM", "O", date(2026, 11, 1), 9)
    watch(engine)

    def save(days: int, *events: ProsecutionEvent) -> tuple[Change, ...]:
        with engine.begin() as conn:
            record = mark(as_of=NOW + days * DAY, events=(*events, *mark().events))
            return marks.save_cases(conn, [record], "run", NOW + days * DAY)

    save(0)
    tell(engine, message(), save(1, letter))
    with engine.begin() as conn:
        assert ledger.prune(conn, NOW + 2 * DAY, NOW + 2 * DAY) == 1
        assert ledger.prune(conn, NOW + 2 * DAY, NOW + 2 * DAY) == 0
        assert conn.execute(text("SELECT count(*) FROM changes WHERE new IS NULL")).scalar() == 1
    save(3)
    assert save(4, letter) == ()
    assert untold(engine) == ()


def test_a_finding_that_comes_back_after_pruning_is_told_again(engine: Engine) -> None:
    watch(engine)
    for days, found in enumerate(([finding()], [], [finding()])):
        with engine.begin() as conn:
            findings.apply(conn, [SERIAL], found, "run", NOW + days * DAY)
        told = untold(engine)
        assert len(told) == 1
        tell(engine, message(sequence=days + 1), told)
        with engine.begin() as conn:
            ledger.prune(conn, NOW + 9 * DAY, NOW)


def test_pruning_keeps_what_a_client_still_waits_for(engine: Engine) -> None:
    watch(engine)
    watch(engine, "bolt")
    change(engine, 700, 0)
    changes = change(engine, 710, 1)
    tell(engine, message(), changes)
    with engine.begin() as conn:
        assert ledger.prune(conn, NOW + 9 * DAY, NOW) == 0
    assert untold(engine, "bolt")[0].new == 710


def test_pruning_keeps_what_is_recent(engine: Engine) -> None:
    change(engine, 700, 0)
    change(engine, 710, 1)
    with engine.begin() as conn:
        assert ledger.prune(conn, NOW + DAY, NOW) == 0
        assert ledger.prune(conn, NOW + 2 * DAY, NOW) == 1
    assert untold(engine) == ()


def test_clients_only_named_have_no_news(engine: Engine) -> None:
    with engine.begin() as conn:
        portfolio.save_watches(conn, [Watch("acme", "L", None, "7000001")], [Client("bolt")], NOW)
    assert news(engine) == ()
