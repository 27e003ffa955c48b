"""Findings over time: opened, worse, better, cleared, expired, acknowledged, alerted; and what the ledger says."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from tests.conftest import QueryRecorder
from tests.store.invent import DAY, NOW, finding
from tmwatch.findings import Finding, Severity
from tmwatch.store import findings as store
from tmwatch.store import marks
from tmwatch.store.findings import FindingDelta, Moved
from tmwatch.text import say

SERIAL = "97000001"
LOW, HIGH, CRITICAL = finding(severity=Severity.LOW), finding(), finding(severity=Severity.CRITICAL)


def judge(engine: Engine, *found: Finding, days: int = 0, serials: tuple[str, ...] = (SERIAL,)) -> FindingDelta:
    with engine.begin() as conn:
        return store.apply(conn, serials, found, f"run-{days}", NOW + days * DAY)


def still_open(engine: Engine) -> tuple[store.OpenFinding, ...]:
    with engine.begin() as conn:
        return store.open_findings(conn)


def told(engine: Engine) -> list[tuple[str, object, object]]:
    with engine.begin() as conn:
        found = marks.load_changes(conn, [SERIAL], date(2026, 1, 1), ("finding",)).get(SERIAL, ())
    return [(change.name, change.old, change.new) for change in reversed(found)]


def test_what_is_found_is_opened_and_comes_back_whole(engine: Engine) -> None:
    one = finding(
        key="order-1",
        evidence=say("Named in {what}", what=say("order {n}", n=3)),
        deadline=date(2027, 1, 4),
        client="acme",
        brand="LANTERNFISH",
        expires=date(2026, 12, 20),
        good_news=True,
        unreviewed=True,
    )
    assert judge(engine, one) == FindingDelta(opened=(one,))
    (found,) = still_open(engine)
    assert (found.finding, str(found.finding.evidence)) == (one, "Named in order 3")
    assert (found.finding.brand, found.finding.deadline, found.finding.expires) == (
        one.brand,
        one.deadline,
        one.expires,
    )
    assert found.finding.good_news
    assert found.finding.unreviewed
    assert (found.opened_at, found.alerted_at, found.ack_until) == (NOW, None, None)
    assert told(engine) == [("A01|order-1", None, "high")]


def test_nothing_found_on_a_sound_mark_is_no_news(engine: Engine) -> None:
    assert judge(engine) == FindingDelta()
    assert still_open(engine) == ()
    assert told(engine) == []


def test_the_same_finding_the_next_day_is_no_news(engine: Engine) -> None:
    judge(engine, HIGH)
    assert judge(engine, HIGH, days=1) == FindingDelta()
    assert len(told(engine)) == 1
    assert still_open(engine)[0].opened_at == NOW


def test_other_words_are_kept_and_are_no_news(engine: Engine) -> None:
    judge(engine, HIGH)
    reworded = replace(HIGH, evidence=say("Said better"), deadline=date(2027, 2, 1))
    assert judge(engine, reworded, days=1) == FindingDelta()
    (found,) = still_open(engine)
    assert (str(found.finding.evidence), found.finding.deadline) == ("Said better", date(2027, 2, 1))


def test_worse_better_and_cleared_are_told_each(engine: Engine) -> None:
    judge(engine, LOW)
    assert judge(engine, CRITICAL, days=1) == FindingDelta(worse=(Moved(CRITICAL, "low"),))
    assert judge(engine, HIGH, days=2) == FindingDelta(better=(Moved(HIGH, "critical"),))
    assert judge(engine, days=3) == FindingDelta(cleared=(HIGH,))
    steps = [(None, "low"), ("low", "critical"), ("critical", "high"), ("high", None)]
    assert [(old, new) for _name, old, new in told(engine)] == steps


def test_coming_back_is_a_new_episode_and_told_again(engine: Engine) -> None:
    judge(engine, HIGH)
    judge(engine, days=1)
    assert judge(engine, HIGH, days=2).opened == (HIGH,)
    assert [new for _name, _old, new in told(engine)] == ["high", None, "high"]
    with engine.begin() as conn:
        assert conn.execute(text("SELECT episode FROM findings ORDER BY id")).scalars().all() == [1, 2]


def test_marks_that_were_not_judged_keep_their_findings(engine: Engine) -> None:
    other = finding("97000002")
    judge(engine, HIGH, other, serials=(SERIAL, "97000002"))
    assert judge(engine, HIGH, days=1) == FindingDelta()
    assert judge(engine, days=1, serials=()) == FindingDelta()
    assert {o.finding for o in still_open(engine)} == {HIGH, other}


def test_an_incident_that_is_over_expires_without_being_called_cleared(engine: Engine) -> None:
    incident = finding(rule="C01", expires=date(2026, 11, 22))
    judge(engine, incident)
    assert judge(engine, incident, days=2) == FindingDelta()
    assert judge(engine, days=3) == FindingDelta(expired=(incident,))
    assert len(told(engine)) == 1
    with engine.begin() as conn:
        assert conn.execute(text("SELECT close_reason FROM findings")).scalar() == "expired"


def test_an_incident_taken_back_before_its_day_is_cleared(engine: Engine) -> None:
    incident = finding(rule="C01", expires=date(2026, 11, 22))
    judge(engine, incident)
    assert judge(engine, days=2) == FindingDelta(cleared=(incident,))


def test_two_keys_and_two_clients_are_different_findings(engine: Engine) -> None:
    four = [finding(key=key, client=client) for key in ("a", "b") for client in ("acme", "bolt")]
    assert len(judge(engine, *four).opened) == 4
    assert judge(engine, *four[1:], days=1).cleared == (four[0],)


def test_of_two_findings_with_one_identity_the_worst_counts(engine: Engine) -> None:
    assert judge(engine, CRITICAL, LOW, HIGH).opened == (CRITICAL,)


def test_the_worst_stand_first(engine: Engine) -> None:
    judge(
        engine,
        finding(rule="Z1", severity=Severity.INFO),
        finding(rule="B1"),
        finding(rule="A9", severity=Severity.CRITICAL),
    )
    assert [o.finding.rule for o in still_open(engine)] == ["A9", "B1", "Z1"]


def acknowledge(engine: Engine, until: date, **more: str) -> tuple[Finding, ...]:
    with engine.begin() as conn:
        return store.acknowledge(conn, SERIAL, until, "counsel is on it", **more)


def test_an_acknowledged_finding_is_out_of_sight_until_its_day(engine: Engine) -> None:
    judge(engine, HIGH)
    assert acknowledge(engine, date(2026, 12, 1)) == (HIGH,)
    judge(engine, HIGH, days=1)
    (found,) = still_open(engine)
    assert (found.ack_until, found.ack_note, found.ack_severity) == (
        date(2026, 12, 1),
        "counsel is on it",
        Severity.HIGH,
    )
    assert found.acknowledged(date(2026, 12, 1))
    assert not found.acknowledged(date(2026, 12, 2))


def test_getting_worse_ends_an_acknowledgement_and_getting_better_does_not(engine: Engine) -> None:
    judge(engine, HIGH)
    acknowledge(engine, date(2026, 12, 1))
    judge(engine, LOW, days=1)
    assert still_open(engine)[0].acknowledged(date(2026, 11, 25))
    judge(engine, CRITICAL, days=2)
    (found,) = still_open(engine)
    assert (found.acknowledged(date(2026, 11, 25)), found.ack_until, found.ack_note) == (False, None, None)


def test_an_acknowledgement_ends_with_its_episode(engine: Engine) -> None:
    judge(engine, HIGH)
    acknowledge(engine, date(2026, 12, 1))
    judge(engine, days=1)
    judge(engine, HIGH, days=2)
    assert not still_open(engine)[0].acknowledged(date(2026, 11, 25))


@pytest.mark.parametrize(
    ("more", "count"), [({}, 3), ({"rule": "A01"}, 2), ({"client": "acme"}, 2), ({"rule": "ZZ"}, 0)]
)
def test_an_acknowledgement_may_name_a_rule_or_a_client(engine: Engine, more: dict[str, str], count: int) -> None:
    judge(engine, finding(), finding(client="bolt"), finding(rule="B01", client="acme"))
    assert len(acknowledge(engine, date(2026, 12, 1), **more)) == count


def test_an_alert_is_noted_and_counts_again_only_after_it_got_better(engine: Engine) -> None:
    judge(engine, CRITICAL)
    with engine.begin() as conn:
        store.mark_alerted(conn, [one.id for one in still_open_in(conn)], NOW)
    judge(engine, replace(CRITICAL, evidence=say("More")), days=1)
    assert still_open(engine)[0].alerted_at == NOW
    judge(engine, HIGH, days=2)
    judge(engine, CRITICAL, days=3)
    assert still_open(engine)[0].alerted_at is None


def still_open_in(conn: object) -> tuple[store.OpenFinding, ...]:
    return store.open_findings(conn)  # type: ignore[arg-type]  # a Connection


def test_the_database_itself_refuses_a_second_open_episode(engine: Engine) -> None:
    judge(engine, HIGH)
    copy = (
        "INSERT INTO findings"
        " (serial_number, rule, key, client, brand, severity, body, episode, opened_at, last_seen_at)"
        " SELECT serial_number, rule, key, client, brand, severity, body, 2, opened_at, last_seen_at FROM findings"
    )
    with pytest.raises(IntegrityError), engine.begin() as conn:
        conn.execute(text(copy))
    judge(engine, days=1)
    with engine.begin() as conn:
        conn.execute(text(copy))


def test_judging_many_marks_takes_a_bounded_number_of_statements(engine: Engine, queries: QueryRecorder) -> None:
    serials = tuple(f"{97000000 + n}" for n in range(1000))
    found = [finding(serial) for serial in serials]
    worse = [finding(serial, severity=Severity.CRITICAL) for serial in serials[:900]]
    for most, day, these in ((9, 0, found), (5, 1, found), (12, 2, worse), (10, 3, [])):
        with queries.counting() as sent:
            judge(engine, *these, days=day, serials=serials)
        assert len(sent) <= most, sent


def test_each_threshold_of_days_crossed_is_told_again_once(engine: Engine) -> None:
    far, near = replace(HIGH, step=90), replace(HIGH, step=30)
    judge(engine, far)
    assert judge(engine, near, days=1) == FindingDelta(worse=(Moved(near, "high/90"),))
    assert judge(engine, near, days=2) == FindingDelta()
    assert told(engine) == [("A01|", None, "high/90"), ("A01|", "high/90", "high/30")]


def test_a_threshold_that_moves_away_is_no_news(engine: Engine) -> None:
    judge(engine, replace(HIGH, step=14))
    assert judge(engine, replace(HIGH, step=90), days=1) == FindingDelta()
