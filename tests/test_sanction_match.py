"""Matching: the labelled pairs, tiers, strength, roles, history, fingerprints."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.bench_matching import FRESH, PAIRS, load_pairs, scores
from tests.sanction_cases import IDENTITIES, OSC, REGISTRY, party
from tmwatch.records import Party
from tmwatch.sanctions import Identity, Registry, fingerprints, load_registry, match, shared_fingerprints

FROZEN = {
    PAIRS: "63351e9f8e1616b15bbebc1f5cf38d3bf490c8367e12bb25ca52a55b97c690be",
    FRESH: "392c1ecca0741cfd35e65816f5907ea5028420c0da05abf94baca0d13e9b215d",
}


@pytest.mark.parametrize("path", FROZEN)
def test_the_labelled_sets_are_frozen(path: Path) -> None:
    assert hashlib.sha256(path.read_bytes()).hexdigest() == FROZEN[path]


def test_the_labelled_set_is_large_and_holds_more_quiet_pairs_than_loud_ones() -> None:
    pairs = load_pairs()
    assert len(pairs) >= 300
    assert sum(pair["expected"] == "no" for pair in pairs) > len(pairs) / 2


@pytest.mark.parametrize("path", FROZEN)
def test_precision_and_recall_hold_for_the_strong_tiers(path: Path) -> None:
    table, misjudged = scores(path)
    assert set(table) == {3, 4, 5, 6}
    for tier in (3, 4, 5):
        assert table[tier].precision >= 0.98, misjudged
        assert table[tier].recall >= 0.9, misjudged
    assert table[6].precision >= 0.95, misjudged


@pytest.mark.parametrize(
    ("one", "tier", "what"),
    [
        (party(email="Filing@Larkfiling.test"), 3, "e-mail"),
        (party(email="us2@larkfiling.test"), 3, "domain"),
        (party(firm="Shenzhen Larkfiling Network Tech Co Ltd"), 4, "firm"),
        (party("owner", name="Larkfiling Network Technology (Shenzhen) Co., Ltd."), 4, "firm"),
        (party(firm="TRADEMARK LARKSPUR LLC"), 4, "brand"),
        (party("owner", address="77 Haitang Rd., Shenzhen 518000"), 5, "address"),
        (party(name="Gregory A. Whitcombe"), 6, "person"),
    ],
)
def test_each_tier_is_found(one: Party, tier: int, what: str) -> None:
    (found,) = match((one,), REGISTRY)
    assert (found.tier, found.what, found.party_role) == (tier, what, one.role)
    assert OSC.order_id in found.order_ids


@pytest.mark.parametrize(
    "one",
    [
        party(email="counsel@oakbridge.test"),
        party(email="other@oakbridge.test"),
        party(firm="Shenzhen Pearlwave Consulting Service Co., Ltd."),
        party(firm="Trademark Larkspur Gardens"),
        party(name="Trademark"),
        party(email="filing@qq.com"),
        party(address="88 Haitang Road, Shenzhen"),
        party(name="Gregory B. Whitcombe"),
        party(),
        party(name="", firm="", email="", address=""),
    ],
)
def test_what_is_no_respondent_or_not_equal_is_quiet(one: Party) -> None:
    assert match((one,), REGISTRY) == ()


def test_strength_falls_from_tier_to_tier_and_a_common_name_is_the_weakest() -> None:
    everything = party(
        email="filing@larkfiling.test",
        firm="Trademark Larkspur",
        address="77 Haitang Road, Shenzhen",
        name="Marta Osgood",
    )
    strengths = [found.strength for found in match((everything, party(name="Pei Lu")), REGISTRY)]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[0] > 0.95
    assert strengths[-1] == 0.25


def test_the_sentence_says_named_in_order_with_day_role_and_reason() -> None:
    (found,) = match((party(name="Gregory Allan Whitcombe"),), REGISTRY)
    assert str(found.why) == (
        "The name Gregory Allan Whitcombe (attorney of record) is named in order TEST-2025-03-03-OSC of 2025-03-03 "
        "(page 12): the order says that this name was used without right, so its bearer may be a victim; "
        "the name is equal"
    )


def test_a_decision_about_a_practitioner_is_called_one() -> None:
    (found,) = match((party(name="Osgood, Marta"),), REGISTRY)
    assert "named in disciplinary decision OED-TEST-2022 of 2022" in str(found.why)


def test_a_party_of_the_past_counts_and_is_called_historical() -> None:
    (found,) = match((party(email="filing@larkfiling.test", current=False),), REGISTRY)
    assert found.historical
    assert "historical: on the record from 2021-05-01 to 2023-06-01, no longer now" in str(found.why)


def test_a_party_still_on_the_record_stands_before_its_past() -> None:
    past, now = (party(email="filing@larkfiling.test", current=current) for current in (False, True))
    for order in ((past, now), (now, past)):
        (found,) = match(order, REGISTRY)
        assert not found.historical


def test_a_shared_domain_of_the_operator_is_no_longer_compared() -> None:
    shared = Identity("domain", "larkfiling.test", "shared", (), "strong")
    registry = replace(REGISTRY, identities=(*IDENTITIES, shared))
    assert match((party(email="us2@larkfiling.test"),), registry) == ()
    assert match((party(email="filing@larkfiling.test"),), registry) != ()


def test_one_firm_listed_twice_is_one_match_with_all_orders() -> None:
    twice = Registry(
        "x",
        (),
        (
            Identity("firm", "Wuhan Bluefin Technology Co., Ltd.", "respondent", ("A",), "medium"),
            Identity("firm", "Wuhan Bluefin Tech. Ltd.", "respondent", ("B", "A"), "medium"),
        ),
    )
    (found,) = match((party(firm="Wuhan Bluefin Technology"),), twice)
    assert found.order_ids == ("A", "B")


def test_the_registry_of_the_package_is_matched_whole() -> None:
    registry = load_registry()
    for identity in registry.identities:
        field = {"email": "email", "domain": "email", "address": "address", "person": "name"}.get(identity.kind, "firm")
        value = f"someone@{identity.value}" if identity.kind == "domain" else identity.value
        found = match((party(**{field: value}),), registry)
        quiet = identity.role in ("counsel_address", "client_of_disciplined")
        assert bool(found) != quiet, identity.value


def test_a_bare_name_is_never_strong() -> None:
    registry = load_registry()
    people = [identity for identity in registry.identities if identity.kind == "person"]
    assert all(found.strength <= 0.5 for one in people for found in match((party(name=one.value),), registry))


def test_fingerprints_pair_private_domains_with_places_of_the_filing_side() -> None:
    own = fingerprints(
        (
            party(email="a@larkmail.test", address="77 Haitang Road, Shenzhen 518000"),
            party("correspondent", email="b@qq.com"),
            party("owner", email="c@owner.test", address="1 Elm Street, Dover, DE 19901"),
        )
    )
    assert own == {("larkmail.test", "77 haitangroad shenzhen")}


def test_a_fingerprint_is_shared_with_at_least_three_records_of_one_order() -> None:
    own = frozenset({("larkmail.test", "77 haitangroad shenzhen")})
    listed = [("A", f"9700001{n}", own) for n in range(3)] + [("B", "97000021", own), ("B", "97000022", own)]
    (found,) = shared_fingerprints("97000099", own, listed)
    assert (found.order_id, found.records) == ("A", 3)
    assert shared_fingerprints("97000010", own, listed) == ()
    assert shared_fingerprints("97000099", frozenset(), listed) == ()
