"""B rules: when a record touches a Brand Registry enrolment, and when it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.digest.examples import finding
from tmwatch.codes import Standing
from tmwatch.exposure import BrandMark
from tmwatch.findings import Finding, Severity
from tmwatch.portfolio import Watch
from tmwatch.records import CaseFile, Owner, Provenance
from tmwatch.rules import brands
from tmwatch.rules.base import Facts, Hit, Rule, evaluate

MARK = CaseFile(
    "88000001",
    700,
    Provenance("tsdr", datetime(2026, 11, 24, tzinfo=UTC)),
    frozenset({"status"}),
    registration_number="6723159",
    status_date=date(2026, 11, 20),
    mark_text="ZORVEXA",
    drawing_code="4",
    register="principal",
    owners=(Owner("Nordlicht Handels GmbH"),),
)
ENROLLED = Watch("Nordlicht", "ZORVEXA", "88000001", brand_registry_status="enrolled", asins=12)
CANCELLED = replace(MARK, status_code=710)
ABANDONED = replace(MARK, status_code=602, registration_number=None)
SHOW_CAUSE = finding("S16", Severity.CRITICAL, "88000001")
NAMED = finding("S08", Severity.MEDIUM, "88000001")


def facts(
    mark: CaseFile = MARK, *watches: Watch, found: tuple[Finding, ...] = (), peers: tuple[BrandMark, ...] | None = None
) -> Facts:
    return Facts(mark, date(2026, 11, 24), watches=watches or (ENROLLED,), found=found, peers=peers)


def fired(given: Facts) -> list[str]:
    return [rule.id for rule in brands.BRAND_RULES if list(rule.check(given))]


def only(rule: Rule, given: Facts) -> Finding:
    """Run the real evaluation: the findings given as found come from stand-ins for the mark rules."""
    stand_ins = tuple(
        Rule(one.rule, one.severity, "Title", "", "", "S", lambda _, one=one: iter((Hit(one.evidence),)))
        for one in given.found
    )
    (found,) = [one for one in evaluate((rule, *stand_ins), given) if one.rule == rule.id]
    return found


def peer(number: str, standing: Standing = Standing.live_registered, client: str = "Nordlicht") -> BrandMark:
    return BrandMark(client, "Zorvexa", number, standing, False, "ZORVEXA HOME")


# quiet


def test_an_enrolled_healthy_mark_says_nothing() -> None:
    assert fired(facts()) == []


@pytest.mark.parametrize(
    "watch",
    [
        replace(ENROLLED, brand_registry_status=None),
        replace(ENROLLED, brand_registry_status="not_enrolled"),
        replace(ENROLLED, brand_registry_status="removed"),
        replace(ENROLLED, enrolled_with_this_mark=False),
    ],
)
def test_a_dead_mark_that_carries_no_enrolment_is_no_brand_matter(watch: Watch) -> None:
    assert fired(facts(CANCELLED, watch, found=(SHOW_CAUSE, NAMED))) == []


@pytest.mark.parametrize(
    "one",
    [
        finding("S15", Severity.HIGH, "88000001"),
        finding("C02", Severity.CRITICAL, "88000001"),
        finding("B03", Severity.CRITICAL, "88000001"),
        finding("S20", Severity.CRITICAL, "88000001", good_news=True),
    ],
)
def test_findings_that_do_not_endanger_leave_the_enrolment_alone(one: Finding) -> None:
    assert fired(facts(found=(one,))) == []


def test_nothing_is_said_of_a_brand_without_asins_whose_registration_died() -> None:
    assert fired(facts(CANCELLED, replace(ENROLLED, asins=0))) == []


def test_single_mark_dependency_is_silent_when_the_other_marks_were_not_gathered() -> None:
    assert fired(facts(peers=None)) == []


@pytest.mark.parametrize("standing", [Standing.live_registered, Standing.live_pending])
def test_a_second_live_mark_of_the_brand_is_enough(standing: Standing) -> None:
    assert fired(facts(peers=(peer("97000002", standing),))) == []


def test_a_dead_mark_is_no_single_mark_dependency_any_more() -> None:
    assert "B03" not in fired(facts(CANCELLED, peers=()))


def test_the_same_text_in_the_same_case_matches() -> None:
    assert fired(facts(MARK, replace(ENROLLED, brand="ZORVEXA"))) == []


def test_a_mark_without_words_is_not_compared_with_the_brand() -> None:
    assert "B04" not in fired(facts(replace(MARK, mark_text=None)))


def test_a_brand_whose_owner_says_nothing_of_brand_registry_is_not_compared() -> None:
    assert fired(facts(MARK, replace(ENROLLED, brand="Other", brand_registry_status=None))) == []


@pytest.mark.parametrize("drawing", ["3", "4", "5", "1", None])
def test_drawings_with_letters_on_the_principal_register_are_accepted(drawing: str | None) -> None:
    assert fired(facts(replace(MARK, drawing_code=drawing))) == []


@pytest.mark.parametrize(
    "expected", ["NORDLICHT HANDELS GMBH", "Nordlicht  Handels GmbH.", "Somebody; Nordlicht Handels GmbH"]
)
def test_the_expected_owner_in_another_spelling_is_the_same(expected: str) -> None:
    assert fired(facts(MARK, replace(ENROLLED, owner_expected=expected))) == []


def test_an_owner_that_is_not_on_a_sparse_record_is_not_a_different_owner() -> None:
    assert fired(facts(replace(MARK, owners=()), replace(ENROLLED, owner_expected="Somebody else"))) == []


def test_two_rows_of_one_client_are_not_several_stores() -> None:
    assert fired(facts(MARK, ENROLLED, replace(ENROLLED, marketplaces=("CA",)))) == []


def test_another_client_that_only_watches_the_mark_is_not_another_store() -> None:
    assert fired(facts(MARK, ENROLLED, replace(ENROLLED, client="Counsel", brand_registry_status=None))) == []


# loud


@pytest.mark.parametrize("status", [710, 715, 783, 900])
def test_a_dead_mark_puts_the_enrolment_at_risk(status: int) -> None:
    one = only(brands.brand_registry_at_risk, facts(replace(MARK, status_code=status)))
    assert (one.severity, one.client, one.brand, one.key) == (Severity.CRITICAL, "Nordlicht", "ZORVEXA", "zorvexa")
    assert f"status {status} of 2026-11-20" in str(one.evidence)


@pytest.mark.parametrize("rule", ["S01", "A02", "A06", "R03", "R16", "C07"])
def test_an_open_critical_finding_puts_the_enrolment_at_risk_and_is_the_reason(rule: str) -> None:
    one = only(brands.brand_registry_at_risk, facts(found=(finding(rule, Severity.CRITICAL, "88000001"),)))
    assert f"Evidence of {rule}" in str(one.evidence)


def test_an_empty_asin_field_counts_as_some() -> None:
    assert "B01" in fired(facts(CANCELLED, replace(ENROLLED, asins=None)))


def test_a_dead_application_is_told_once_and_the_reason_says_so() -> None:
    assert fired(facts(ABANDONED)) == ["B01", "B08"]
    assert "The application is dead" in str(only(brands.brand_registry_at_risk, facts(ABANDONED)).evidence)


def test_a_dead_application_without_asins_is_still_told() -> None:
    assert fired(facts(ABANDONED, replace(ENROLLED, asins=0))) == ["B02", "B08"]


def test_the_action_names_the_live_marks_of_this_client_that_could_take_over() -> None:
    others = (peer("97000002"), peer("97000003", Standing.dead), peer("97000004", client="Someone else"))
    action = str(only(brands.brand_registry_at_risk, facts(CANCELLED, peers=others)).action)
    assert "97000002" in action
    assert "97000003" not in action
    assert "97000004" not in action


@pytest.mark.parametrize("peers", [(), (peer("97000002", Standing.dead),), (peer("97000002", client="Someone else"),)])
def test_a_brand_on_one_live_mark_depends_on_it(peers: tuple[BrandMark, ...]) -> None:
    assert fired(facts(peers=peers)) == ["B03"]


@pytest.mark.parametrize("brand", ["Zorvexa", "ZOR VEXA", "ZORVEXA!", "Kelmori"])
def test_every_character_of_the_brand_counts(brand: str) -> None:
    assert fired(facts(MARK, replace(ENROLLED, brand=brand))) == ["B04", "B08"]


def test_a_difference_in_letter_case_alone_is_said_as_such() -> None:
    one = only(brands.brand_differs_from_mark, facts(MARK, replace(ENROLLED, brand="Zorvexa")))
    assert "letter case" in str(one.evidence)


@pytest.mark.parametrize(
    "mark", [replace(MARK, register="supplemental"), replace(MARK, drawing_code="2", mark_text=None)]
)
def test_the_supplemental_register_and_designs_without_letters_are_told(mark: CaseFile) -> None:
    assert fired(facts(mark)) == ["B05", "B08"]


@pytest.mark.parametrize("rule", ["S08", "S09", "S10"])
def test_an_agent_named_in_an_order_is_told_with_its_evidence_and_no_accusation(rule: str) -> None:
    given = facts(found=(finding(rule, Severity.MEDIUM, "88000001"),))
    assert fired(given) == ["B06", "B08"]
    assert only(brands.enrolled_with_agent_named_in_order, given).severity is Severity.MEDIUM


def test_another_owner_than_expected_is_told() -> None:
    one = only(brands.owner_is_not_the_seller, facts(MARK, replace(ENROLLED, owner_expected="Zorvexa Inc")))
    assert "Nordlicht Handels GmbH" in str(one.evidence)


def test_stores_that_share_a_mark_are_told_without_naming_each_other() -> None:
    found = list(brands.owner_is_not_the_seller.check(facts(MARK, ENROLLED, replace(ENROLLED, client="Rival Store"))))
    assert [hit.client for hit in found] == ["Nordlicht", "Rival Store"]
    assert all("Rival" not in str(hit.evidence) and "Nordlicht" not in str(hit.evidence) for hit in found)


def test_two_brands_on_one_mark_are_two_findings() -> None:
    rows = (ENROLLED, replace(ENROLLED, brand="KELMORI"))
    hits = list(brands.brand_registry_at_risk.check(facts(CANCELLED, *rows)))
    assert [(hit.key, hit.client) for hit in hits] == [("zorvexa", "Nordlicht"), ("kelmori", "Nordlicht")]


# all of them


def test_the_rules_are_those_of_the_table_in_order_and_run_last() -> None:
    assert [rule.id for rule in brands.BRAND_RULES] == [f"B0{n}" for n in range(1, 9)]
    assert all(rule.brand for rule in brands.BRAND_RULES)


def test_no_rule_promises_when_anybody_acts_or_accuses_anybody() -> None:
    words = " ".join(f"{rule.title} {rule.action}" for rule in brands.BRAND_RULES).lower()
    for word in ("fraud", "scam", "guilty", "criminal", "will remove", "before amazon acts", "amazon will"):
        assert word not in words


def test_hostile_brand_names_change_nothing_but_themselves() -> None:
    brand = "<b>{0}\r\nBcc: x@example.com\u202e{mark}</b>"
    one = only(brands.brand_differs_from_mark, facts(MARK, replace(ENROLLED, brand=brand)))
    assert brand in str(one.evidence)
