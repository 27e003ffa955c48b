"""What must hold for any history: order and repeats do not matter, unrelated events move nothing, time only presses."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.deadlines.case_text import read_case
from tmwatch.codes import event_codes
from tmwatch.deadlines import deadlines, maintenance
from tmwatch.deadlines.codes import event_groups, groups_of
from tmwatch.records import ProsecutionEvent

RELATED = sorted({(code, type or "O") for pairs in event_groups().values() for code, type in pairs})
UNRELATED = sorted(pair for pair in event_codes() if not groups_of(*pair))
URGENCY = {"open": 0, "filed": 0, "refused": 1, "overdue": 2}
COURSE = ["not_open", "open", "grace", "past_grace", "history_incomplete"]
START, END = date(2018, 1, 1), date(2027, 1, 1)


def events(pairs):
    one = st.builds(
        lambda pair, day, number: ProsecutionEvent(*pair, day, number),
        st.sampled_from(pairs),
        st.dates(START, END),
        st.integers(1, 60),
    )
    return st.lists(one, max_size=12).map(lambda found: tuple(dict.fromkeys(found)))


TEXTS = (
    "reg=2019-06-18",
    "reg=2016-02-29",
    "reg=1985-03-05",
    "basis=66a reg=2016-03-01 ir=2015-02-03",
    "status=641@2026-01-05",
    "status=688@2026-01-05 noa=2024-12-31",
    "status=686 pub=2026-08-04",
    "basis=66a status=641",
    "status=602@2026-08-12",
    "reg=2019-06-18 status=710@2026-01-05",
    "reg=2019-06-18 status=973@2026-01-05",
    "basis=66a reg=2016-03-01 status=403@2026-01-05 ir=2015-02-03",
    "status=12345",
)
MARKS = st.builds(lambda text, found: replace(read_case(text), events=found), st.sampled_from(TEXTS), events(RELATED))
DAYS = st.dates(END, date(2031, 1, 1))


@given(MARKS, DAYS, st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_the_order_of_events_and_repeats_do_not_matter(mark, day, chance):
    mixed = list(mark.events) * 2
    chance.shuffle(mixed)
    other = replace(mark, events=tuple(mixed))
    assert deadlines(other, day) == deadlines(mark, day)
    assert maintenance(other, day) == maintenance(mark, day)


@given(MARKS, events(UNRELATED), DAYS)
@settings(max_examples=300)
def test_unrelated_events_move_nothing(mark, more, day):
    other = replace(mark, events=mark.events + more)
    assert deadlines(other, day) == deadlines(mark, day)
    assert maintenance(other, day) == maintenance(mark, day)


@given(MARKS, DAYS, st.integers(0, 900))
@settings(max_examples=300)
def test_time_alone_only_presses(mark, day, later):
    """With nothing new on record no deadline moves and none becomes less urgent; it ends or a later one comes."""
    before = {(one.kind, one.period): one for one in deadlines(mark, day)}
    for one in deadlines(mark, day + timedelta(days=later)):
        known = before.get((one.kind, one.period))
        if known:
            assert (one.due, one.opens, one.grace_ends) == (known.due, known.opens, known.grace_ends)
            assert URGENCY[one.state] >= URGENCY[known.state]
        elif one.due and any(kind == one.kind for kind, _ in before):
            assert all(one.due >= old.due for (kind, _), old in before.items() if kind == one.kind and old.due)


@given(MARKS, DAYS, st.integers(0, 900))
@settings(max_examples=300)
def test_a_period_runs_its_course_one_way(mark, day, later):
    before = {(one.kind, one.number): one.state for one in maintenance(mark, day)}
    for one in maintenance(mark, day + timedelta(days=later)):
        known = before.get((one.kind, one.number))
        if known in COURSE and one.state in COURSE:
            assert COURSE.index(one.state) >= COURSE.index(known)


@given(MARKS, DAYS)
@settings(max_examples=300)
def test_what_is_shown_can_still_be_done_or_is_overdue(mark, day):
    for one in deadlines(mark, day):
        assert one.state in URGENCY
        if one.state == "open" and one.due:
            last = one.grace_ends or one.due
            assert last >= day
        if one.opens and one.due:
            assert one.opens < one.due
        assert not (one.state == "overdue" and one.due and one.due >= day)
        assert (one.satisfied_by is None) or one.state != "overdue"


@given(MARKS, DAYS)
@settings(max_examples=300)
def test_a_deadline_of_one_kind_and_period_is_shown_once(mark, day):
    names = [(one.kind, one.period) for one in deadlines(mark, day)]
    assert len(names) == len(set(names))
