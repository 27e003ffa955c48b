"""How a newly told record joins the one on hand."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.invented_cases import any_case, at, bulk, status_only, tsdr
from tmwatch.merging import GROUP_FIELDS, is_addition, merge
from tmwatch.records import (
    FIELD_GROUPS,
    STATUS_NOT_TOLD,
    Assignment,
    CaseFile,
    Correspondent,
    GoodsClass,
    Proceeding,
    ProsecutionEvent,
    Provenance,
)


def test_every_group_has_its_fields_and_every_field_its_group() -> None:
    assert set(GROUP_FIELDS) == set(FIELD_GROUPS)
    covered = {name for names in GROUP_FIELDS.values() for name in names}
    alone = {"serial_number", "provenance", "told", "filing_date", "register"}
    assert covered | alone == set(CaseFile.__dataclass_fields__)
    assert sum(len(names) for names in GROUP_FIELDS.values()) == len(covered)


def test_the_first_record_is_taken_as_it_is() -> None:
    assert merge(None, tsdr()) == tsdr()


def test_a_newer_record_wins_group_by_group() -> None:
    kept = merge(tsdr(1), bulk(2, mark_text="LUMA", abandonment_date=date(2026, 11, 2)))
    assert (kept.mark_text, kept.abandonment_date) == ("LUMA", date(2026, 11, 2))
    assert kept.provenance.source == "odp"
    assert kept.told == tsdr().told | bulk().told


def test_emails_survive_a_record_that_does_not_know_any() -> None:
    kept = merge(tsdr(1), bulk(2))
    assert kept.correspondent_emails == tsdr().correspondent_emails
    assert kept.owner_emails == tsdr().owner_emails
    assert kept.attorney_emails == tsdr().attorney_emails


def test_a_status_only_record_touches_status_and_registration_alone() -> None:
    before = tsdr(1)
    kept = merge(before, status_only(3))
    assert (kept.status_code, kept.cancellation_date) == (710, date(2026, 11, 3))
    untouched = set(CaseFile.__dataclass_fields__) - {*GROUP_FIELDS["status"], *GROUP_FIELDS["registration"]}
    for name in untouched - {"provenance", "told"}:
        assert getattr(kept, name) == getattr(before, name), name


def test_child_rows_are_replaced_whole() -> None:
    kept = merge(tsdr(1), bulk(2, classes=(GoodsClass("011"),), events=()))
    assert (kept.classes, kept.events) == ((GoodsClass("011"),), ())


def test_an_older_record_never_wins() -> None:
    newer = tsdr(5)
    assert merge(newer, bulk(2, mark_text="OLD", status_code=630)) == replace(
        newer, told=newer.told | bulk().told, flags=bulk().flags
    )


def test_an_older_record_fills_what_was_never_told() -> None:
    kept = merge(status_only(3), tsdr(1))
    assert (kept.status_code, kept.mark_text, kept.provenance) == (710, "LUMO", status_only(3).provenance)
    assert kept.filing_date == tsdr().filing_date


def test_on_a_tie_the_later_record_wins() -> None:
    one = tsdr(1)
    assert merge(one, replace(one, mark_text="LUMA")).mark_text == "LUMA"


def test_a_daily_record_counts_to_the_end_of_its_day() -> None:
    morning = tsdr(2, mark_text="MORNING")
    assert merge(morning, bulk(2, mark_text="EVENING")).mark_text == "EVENING"
    assert merge(bulk(2, mark_text="EVENING"), morning).mark_text == "EVENING"


def test_a_daily_record_without_an_attorney_removes_none() -> None:
    assert merge(tsdr(1), bulk(2, attorney=None)).attorney == tsdr().attorney
    assert merge(tsdr(1), tsdr(2, attorney=None)).attorney is None
    sparse = tsdr(2, attorney=None, told=tsdr().told - {"attorney"})
    assert merge(tsdr(1), sparse).attorney == tsdr().attorney


def test_what_a_source_leaves_out_while_the_status_stands_is_kept() -> None:
    dead = tsdr(1, status_code=710, cancellation_date=date(2026, 10, 1), cancellation_code="2", status_text="Cancelled")
    kept = merge(dead, bulk(2, status_code=710))
    assert (kept.cancellation_date, kept.cancellation_code, kept.status_text) == (date(2026, 10, 1), "2", "Cancelled")
    restored = merge(dead, bulk(2, status_code=701))
    assert (restored.cancellation_date, restored.cancellation_code, restored.status_text) == (None, None, None)


def test_an_abandonment_date_goes_when_the_record_no_longer_has_it() -> None:
    dead = bulk(1, status_code=602, abandonment_date=date(2026, 8, 15))
    assert merge(dead, bulk(2, status_code=616)).abandonment_date is None


def test_a_daily_record_keeps_the_date_of_allowance_that_it_cannot_tell() -> None:
    allowed = tsdr(1, status_code=688, notice_of_allowance_date=date(2026, 7, 14))
    assert merge(allowed, bulk(2, status_code=688)).notice_of_allowance_date == date(2026, 7, 14)
    assert merge(allowed, tsdr(2, status_code=690)).notice_of_allowance_date is None


def test_both_views_of_a_correspondent_are_kept_until_one_of_them_changes() -> None:
    both = merge(tsdr(1), bulk(2))
    assert both.correspondent is not None
    assert (both.correspondent.name, len(both.correspondent.lines)) == ("Jo Q. Doe", 3)
    moved = merge(both, bulk(3, correspondent=Correspondent(lines=("ANN ROE", "2 ELM STREET"))))
    assert moved.correspondent == Correspondent(lines=("ANN ROE", "2 ELM STREET"))
    told = tsdr(4, correspondent=Correspondent("Ann Roe"))
    assert merge(moved, told).correspondent == Correspondent("Ann Roe", lines=("ANN ROE", "2 ELM STREET"))
    assert merge(both, told).correspondent == Correspondent("Ann Roe")


def test_an_empty_correspondent_replaces_none() -> None:
    for nobody in (None, Correspondent(), Correspondent(lines=("", " "))):
        assert merge(tsdr(1), bulk(2, correspondent=nobody)).correspondent == tsdr().correspondent


@given(any_case(), any_case())
def test_merging_the_same_record_again_changes_nothing(old: CaseFile, new: CaseFile) -> None:
    once = merge(old, new)
    assert merge(once, new) == once
    assert merge(once, once) == once


@given(any_case(), any_case())
def test_nothing_told_is_ever_untold(old: CaseFile, new: CaseFile) -> None:
    kept = merge(old, new)
    assert kept.told >= old.told
    looks = [record for record in (old, new) if not is_addition(record)] or [old, new]
    assert kept.provenance.as_of == max(record.provenance.as_of for record in looks)


@given(st.permutations([1, 2, 3, 4]))
def test_records_may_come_in_any_order(order: list[int]) -> None:
    """The newest record decides whatever file it came in (daily after annual, annual after daily)."""
    records = {n: bulk(n, mark_text=f"MARK {n}") for n in order}
    kept: CaseFile | None = None
    for n in order:
        kept = merge(kept, records[n])
    assert kept == records[4]


def test_a_replayed_history_does_not_grow() -> None:
    events = (*tsdr().events, ProsecutionEvent("TCCA", "I", date(2026, 11, 1), 13))
    once = merge(tsdr(1), tsdr(2, events=events))
    again = merge(once, tsdr(2, events=events))
    assert again.events == events


def test_the_moment_of_a_record_is_its_own() -> None:
    later: datetime = at(1) + timedelta(seconds=1)
    assert merge(tsdr(1), tsdr(1, provenance=Provenance("tsdr", later), mark_text="X")).mark_text == "X"


def addition(day: int, hour: int = 23, **lists: tuple[Assignment, ...] | tuple[Proceeding, ...]) -> CaseFile:
    """What a file of the Board or of assignments tells."""
    return CaseFile("97123456", STATUS_NOT_TOLD, Provenance("odp", at(day, hour)), frozenset(lists), **lists)  # type: ignore[arg-type]


FIRST = Proceeding("91299001", "OPP", date(2026, 11, 2), "2", as_of=at(2, 23))
SECOND = Proceeding("91299002", "OPP", date(2026, 11, 3), "2", as_of=at(3, 23))


def test_a_record_of_the_board_adds_its_proceeding_and_keeps_the_others() -> None:
    kept = merge(merge(tsdr(1), addition(2, proceedings=(FIRST,))), addition(3, proceedings=(SECOND,)))
    assert kept.proceedings == (FIRST, SECOND)
    assert kept.told == tsdr().told | {"proceedings"}
    assert replace(kept, proceedings=(), told=tsdr().told) == tsdr(1)


def test_a_record_that_tells_no_status_never_moves_the_moment_of_the_case() -> None:
    """Else a TSDR answer fetched later on the day of the file would be refused as older."""
    kept = merge(tsdr(2, status_code=630), addition(2, 23, proceedings=(FIRST,)))
    assert kept.provenance == tsdr(2).provenance
    afternoon = tsdr(2, provenance=Provenance("tsdr", at(2, 18)), status_code=774)
    assert merge(kept, afternoon).status_code == 774
    assert merge(kept, afternoon).proceedings == (FIRST,)


def test_a_case_known_from_the_board_alone_takes_any_look_at_the_whole_case() -> None:
    kept = merge(addition(2, 23, proceedings=(FIRST,)), tsdr(2))
    assert (kept.status_code, kept.provenance, kept.proceedings) == (700, tsdr(2).provenance, (FIRST,))


def test_an_older_file_replayed_does_not_overwrite_what_a_newer_one_told_of_a_proceeding() -> None:
    ended = replace(FIRST, status_code="9", as_of=at(5, 23))
    kept = merge(merge(tsdr(1), addition(5, proceedings=(ended,))), addition(2, proceedings=(FIRST,)))
    assert kept.proceedings == (ended,)


def test_an_older_record_still_adds_what_nobody_told() -> None:
    kept = merge(tsdr(9), addition(2, proceedings=(FIRST,)))
    assert kept.proceedings == (FIRST,)


def test_what_the_newer_telling_leaves_out_is_kept() -> None:
    full = replace(FIRST, role="D", plaintiffs=("Other Co",))
    sparse = Proceeding("91299001", "OPP", status_code="8", as_of=at(4))
    (one,) = merge(merge(tsdr(1), addition(2, proceedings=(full,))), addition(4, proceedings=(sparse,))).proceedings
    assert one == replace(full, status_code="8", as_of=at(4))


def test_an_appeal_and_an_extension_of_time_under_the_serial_number_are_two() -> None:
    both = (Proceeding("97123456", "EXA", as_of=at(2)), Proceeding("97123456", "EXT", as_of=at(2)))
    assert merge(tsdr(1), addition(2, proceedings=both)).proceedings == both


def test_a_withdrawn_assignment_stays_withdrawn_when_an_older_file_is_replayed() -> None:
    there = Assignment("4191/0383", "ASSIGNS THE ENTIRE INTEREST", date(2026, 11, 2), None, ("A",), ("B",), at(2, 23))
    gone = Assignment("4191/0383", "ASSIGNS THE ENTIRE INTEREST", as_of=at(4, 23), withdrawn=True)
    kept = merge(tsdr(1), addition(2, assignments=(there,)))
    kept = merge(merge(kept, addition(4, assignments=(gone,))), addition(2, assignments=(there,)))
    assert kept.assignments == (gone,)


def test_a_quiet_record_between_does_not_make_an_entry_newer() -> None:
    undated = replace(FIRST, as_of=None)
    kept = merge(tsdr(1, told=tsdr().told | {"proceedings"}, proceedings=(undated,)), tsdr(6))
    ended = replace(FIRST, status_code="9", as_of=at(3))
    assert merge(kept, addition(3, proceedings=(ended,))).proceedings == (ended,)
