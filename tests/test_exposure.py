"""The exposure of a brand: its state, what is at stake, and the order in which brands are told."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.digest.examples import finding
from tmwatch.exposure import STATES, at_stake, brand_marks, concentration, endangers, exposure, peers
from tmwatch.findings import Severity
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile, Provenance

REGISTERED, PENDING, CANCELLED, ABANDONED, RESTORED, NO_SUCH_CODE = 700, 630, 710, 602, 715, 999


def watch(serial: str | None, brand: str = "Zorvexa", **more: object) -> Watch:
    values: dict[str, object] = {
        "brand_registry_status": "enrolled",
        "asins": 5,
        "revenue_30d": Decimal(1000),
        "currency": "USD",
    }
    return Watch("Nordlicht", brand, serial, **(values | more))  # type: ignore[arg-type]


def record(serial: str, status: int = REGISTERED, registration: str | None = "6723159") -> CaseFile:
    told = Provenance("tsdr", datetime(2026, 11, 24, tzinfo=UTC))
    return CaseFile(serial, status, told, frozenset({"status"}), registration, mark_text="ZORVEXA")


def states(watches: list[Watch], records: list[CaseFile], *findings: object) -> list[str]:
    known = {one.serial_number: one for one in records}
    return [one.state for one in exposure("Nordlicht", watches, known, findings)]  # type: ignore[arg-type]


# quiet


def test_a_live_mark_without_findings_is_sound() -> None:
    assert states([watch("88000001")], [record("88000001")]) == ["sound"]


@pytest.mark.parametrize("rule", ["B03", "A08", "C05"])
def test_low_findings_and_information_do_not_weaken_a_brand(rule: str) -> None:
    assert states([watch("88000001")], [record("88000001")], finding(rule, Severity.LOW, "88000001")) == ["sound"]


def test_good_news_does_not_weaken_a_brand() -> None:
    news = finding("A14", Severity.HIGH, "88000001", good_news=True)
    assert states([watch("88000001")], [record("88000001")], news) == ["sound"]


def test_a_finding_about_another_client_is_not_this_clients_reason() -> None:
    other = finding("C07", Severity.CRITICAL, "88000001", client="Someone else")
    assert states([watch("88000001")], [record("88000001")], other) == ["sound"]


def test_a_finding_about_another_brand_on_the_same_mark_is_not_this_brands_reason() -> None:
    other = finding("B04", Severity.HIGH, "88000001", client="Nordlicht", brand="Kelmori")
    assert states([watch("88000001")], [record("88000001")], other) == ["sound"]


def test_rows_without_a_brand_have_no_exposure() -> None:
    assert states([watch("88000001", brand=" ")], [record("88000001", CANCELLED)]) == []


def test_another_clients_rows_are_left_out() -> None:
    assert exposure("Someone else", [watch("88000001")], {"88000001": record("88000001")}, ()) == ()


def test_a_medium_finding_on_a_mark_that_carries_nothing_does_not_weaken_the_brand() -> None:
    rows = [watch("88000001"), watch("97000002", brand_registry_status="not_enrolled")]
    marks = [record("88000001"), record("97000002", PENDING, None)]
    assert states(rows, marks, finding("A05", Severity.MEDIUM, "97000002")) == ["sound"]


# loud


@pytest.mark.parametrize("status", [CANCELLED, ABANDONED, RESTORED])
def test_a_brand_whose_only_carrying_mark_is_dead_is_lost(status: int) -> None:
    assert states([watch("88000001")], [record("88000001", status)]) == ["lost"]


def test_one_of_two_carrying_marks_dead_is_danger_not_loss() -> None:
    rows = [watch("88000001"), watch("97000002")]
    assert states(rows, [record("88000001", CANCELLED), record("97000002")]) == ["in_danger"]


@pytest.mark.parametrize("rule", ["S16", "A02", "R03", "C07", "B01"])
def test_a_critical_finding_on_the_carrying_mark_is_danger(rule: str) -> None:
    critical = finding(rule, Severity.CRITICAL, "88000001")
    assert states([watch("88000001")], [record("88000001")], critical) == ["in_danger"]


def test_a_final_order_outranks_a_live_status() -> None:
    assert states([watch("88000001")], [record("88000001")], finding("S01", Severity.CRITICAL, "88000001")) == ["lost"]


def test_a_final_order_that_only_a_machine_has_read_is_danger_not_loss() -> None:
    unread = finding("S01", Severity.CRITICAL, "88000001", unreviewed=True)
    assert states([watch("88000001")], [record("88000001")], unread) == ["in_danger"]


@pytest.mark.parametrize("severity", [Severity.MEDIUM, Severity.HIGH])
def test_a_lesser_finding_on_the_carrying_mark_weakens_the_brand(severity: Severity) -> None:
    assert states([watch("88000001")], [record("88000001")], finding("C01", severity, "88000001")) == ["weakened"]


def test_an_unknown_status_code_is_never_sound() -> None:
    assert states([watch("88000001")], [record("88000001", NO_SUCH_CODE)]) == ["unknown"]


def test_a_mark_without_a_record_or_a_resolved_number_is_unknown() -> None:
    assert states([watch("88000001")], []) == ["unknown"]
    assert states([watch(None, registration_number="6723159")], []) == ["unknown"]


def test_danger_outranks_doubt() -> None:
    rows = [watch("88000001"), watch("97000002")]
    assert states(rows, [record("88000001", CANCELLED)]) == ["in_danger"]


def test_a_brand_that_is_not_enrolled_is_judged_on_all_its_marks() -> None:
    rows = [watch("88000001", brand_registry_status=None), watch("97000002", brand_registry_status=None)]
    (one,) = exposure(
        "Nordlicht", rows, {"88000001": record("88000001", CANCELLED), "97000002": record("97000002")}, ()
    )
    assert (one.state, one.enrolled, one.carrying) == ("in_danger", False, ())


# what stands in an exposure


def test_spares_are_live_marks_that_carry_nothing_and_are_in_no_danger_themselves() -> None:
    rows = [watch("88000001")] + [watch(n, enrolled_with_this_mark=False) for n in ("97000002", "97000003", "97000004")]
    marks = [record("88000001", CANCELLED), record("97000002"), record("97000003", ABANDONED, None), record("97000004")]
    known = {one.serial_number: one for one in marks}
    (one,) = exposure("Nordlicht", rows, known, [finding("S16", Severity.CRITICAL, "97000004")])
    assert (one.carrying, one.spare) == (("88000001",), ("97000002",))
    assert [mark.number for mark in one.marks] == ["88000001", "97000002", "97000003", "97000004"]


def test_figures_given_on_every_row_of_a_brand_count_once() -> None:
    rows = [watch("88000001", marketplaces=("US",)), watch("97000002", marketplaces=("US", "CA"), asins=7)]
    (one,) = exposure("Nordlicht", rows, {}, ())
    assert (one.asins, one.revenue_30d, one.marketplaces) == (7, Decimal(1000), ("US", "CA"))


def test_spellings_of_a_brand_that_differ_in_case_and_blanks_are_one_brand() -> None:
    assert len(exposure("Nordlicht", [watch("88000001", "Zor  vexa"), watch("97000002", "ZOR VEXA")], {}, ())) == 1


def test_the_reason_that_endangers_comes_before_a_worse_looking_one() -> None:
    found = [finding("C05", Severity.CRITICAL, "88000001"), finding("R05", Severity.CRITICAL, "88000001")]
    (one,) = exposure("Nordlicht", [watch("88000001")], {"88000001": record("88000001", CANCELLED)}, found)
    assert [reason.rule for reason in one.reasons] == ["R05", "C05"]


def test_brands_are_told_worst_first_then_by_revenue() -> None:
    rows = [
        watch("88000001", "Sound", revenue_30d=Decimal(9_000_000)),
        watch("88000002", "Small loss", revenue_30d=Decimal(10)),
        watch("88000003", "Big loss", revenue_30d=Decimal(500)),
        watch("88000004", "Unseen"),
    ]
    marks = [record("88000001"), record("88000002", CANCELLED), record("88000003", CANCELLED)]
    told = exposure("Nordlicht", rows, {one.serial_number: one for one in marks}, ())
    assert [one.brand for one in told] == ["Big loss", "Small loss", "Unseen", "Sound"]


def test_the_stake_adds_only_what_is_lost_or_in_danger_and_says_when_figures_are_missing() -> None:
    rows = [
        watch("88000001", "A", asins=31, revenue_30d=Decimal("388000.40")),
        watch("88000002", "B", asins=None, revenue_30d=Decimal(50), currency="CNY"),
        watch("88000003", "C", asins=99),
    ]
    marks = [record("88000001", CANCELLED), record("88000002", CANCELLED), record("88000003")]
    stake = at_stake(exposure("Nordlicht", rows, {one.serial_number: one for one in marks}, ()))
    assert (stake.brands, stake.asins, stake.asins_complete) == (2, 31, False)
    assert stake.money == (("USD", Decimal("388000.40")), ("CNY", Decimal(50)))


def test_peers_are_the_other_marks_of_the_same_brand_of_the_same_client() -> None:
    rows = [watch("88000001"), watch("97000002", "ZORVEXA"), watch("97000003", "Kelmori")]
    marks = brand_marks(rows, {})
    assert [mark.number for mark in peers(rows, marks)["88000001"]] == ["97000002"]


def test_only_critical_findings_of_the_named_families_endanger() -> None:
    assert not endangers(finding("C02", Severity.CRITICAL))
    assert not endangers(finding("S15", Severity.HIGH))
    assert not endangers(finding("S20", Severity.CRITICAL, good_news=True))
    assert endangers(finding("B02", Severity.HIGH))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),
            st.sampled_from(["A", "b", "a "]),
            st.sampled_from([REGISTERED, CANCELLED, NO_SUCH_CODE, None]),
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_every_brand_has_one_known_state_whatever_the_order_of_rows(
    rows: list[tuple[int, str, int | None]], chance: object
) -> None:
    watches = [watch(f"8800000{n}", brand, asins=n) for n, brand, _ in rows]
    known = {f"8800000{n}": record(f"8800000{n}", status) for n, _, status in rows if status}
    told = exposure("Nordlicht", watches, known, ())
    mixed = list(watches)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    again = exposure("Nordlicht", mixed, known, ())
    assert [(e.state, e.asins, e.carrying) for e in told] == [(e.state, e.asins, e.carrying) for e in again]
    assert {e.state for e in told} <= set(STATES)


# offices and concentration


def test_only_the_us_office_is_watched_and_the_others_are_named() -> None:
    rows = [watch("88000001", marketplaces=("CA", "US", "DE", "FR", "GB"))]
    (one,) = exposure("Nordlicht", rows, {"88000001": record("88000001")}, ())
    assert [(o.office, o.marketplaces, o.carrying, o.watched) for o in one.offices] == [
        ("US", ("US",), ("88000001",), True),
        ("CA", ("CA",), (), False),
        ("EU or national", ("DE", "FR"), (), False),
        ("UK", ("GB",), (), False),
    ]
    assert one.unwatched == ("CA", "DE", "FR", "GB")


@pytest.mark.parametrize("status", [REGISTERED, PENDING, CANCELLED, RESTORED, NO_SUCH_CODE, None])
@pytest.mark.parametrize("enrolment", ["enrolled", "not_enrolled", None])
def test_a_lone_mark_with_nothing_on_it_is_judged_like_one_with_a_finding_that_says_nothing(
    status: int | None, enrolment: str | None
) -> None:
    row = watch("88000001", brand_registry_status=enrolment, marketplaces=("DE", "CA", "DE"), revenue_30d=None)
    known = {"88000001": record("88000001", status)} if status else {}
    silent = finding("A14", Severity.INFO, "88000001", good_news=True)
    assert exposure("Nordlicht", [row], known, ()) == exposure("Nordlicht", [row], known, [silent])


def test_a_brand_without_marketplaces_has_the_us_office_alone() -> None:
    (one,) = exposure("Nordlicht", [watch("88000001")], {"88000001": record("88000001")}, ())
    assert [o.office for o in one.offices] == ["US"]
    assert one.unwatched == ()


def test_an_enrolment_on_one_live_mark_depends_on_it_and_is_added_up() -> None:
    rows = [
        watch("88000001", "A", asins=7),
        watch("88000002", "B"),
        watch("97000003", "B", enrolled_with_this_mark=False),
    ]
    known = {n: record(n) for n in ("88000001", "88000002", "97000003")}
    told = exposure("Nordlicht", rows, known, ())
    assert {one.brand: (one.live, one.single) for one in told} == {"A": (1, True), "B": (2, False)}
    assert (concentration(told).brands, concentration(told).asins) == (1, 7)


@pytest.mark.parametrize("status", [CANCELLED, NO_SUCH_CODE])
def test_a_brand_that_is_lost_or_not_known_is_no_concentration(status: int) -> None:
    (one,) = exposure("Nordlicht", [watch("88000001")], {"88000001": record("88000001", status)}, ())
    assert (one.live, one.single) == (0, False)


def test_a_brand_without_an_enrolment_is_no_concentration() -> None:
    (one,) = exposure(
        "Nordlicht", [watch("88000001", brand_registry_status=None)], {"88000001": record("88000001")}, ()
    )
    assert not one.single
