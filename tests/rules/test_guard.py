"""Rule C07: what the record names against what the owner said to expect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.marks import change, findings, mark
from tmwatch.findings import Finding, Severity
from tmwatch.portfolio import Watch
from tmwatch.records import Attorney, Owner
from tmwatch.rules.guard import is_expected

EXPECTED = Watch(
    "Lumo",
    "LUMO",
    "97123456",
    owner_expected="Lumo, LLC",
    attorney_expected="Jo Doe; Ann Roe",
    correspondents_expected=("docket@doe.example", "example.com"),
)


def strangers(*watches: Watch, **fields: object) -> list[Finding]:
    changes = fields.pop("changes", ())
    fields.setdefault("owners", (Owner("LUMO LLC", 30),))
    fields.setdefault("attorney", Attorney("JO  DOE"))
    fields.setdefault("correspondent_emails", ("Docket@doe.example",))
    case = mark(700, registration_date="2024-01-02", **fields)
    return [f for f in findings(case, watches=watches or (EXPECTED,), changes=changes) if f.rule == "C07"]


def test_an_address_beside_the_expected_one_is_critical_at_once() -> None:
    (found,) = strangers(correspondent_emails=("docket@doe.example", "Other@mail.test"))
    assert (found.severity, found.key, found.client) == (Severity.CRITICAL, "e-mail other@mail.test", "Lumo")
    assert "docket@doe.example, example.com" in str(found.evidence)
    assert "TMScams@uspto.gov" in str(found.action)


def test_another_attorney_and_another_owner_are_critical() -> None:
    found = strangers(attorney=Attorney("Max Mustermann"), owners=(Owner("Other Co", 31), Owner("Lumo LLC", 30)))
    assert [f.key for f in found] == ["attorney max mustermann", "owner other co"]


def test_the_attorneys_own_address_counts_too() -> None:
    assert [f.key for f in strangers(attorney_emails=("x@mail.test",))] == ["e-mail x@mail.test"]


def test_the_ledger_says_since_when() -> None:
    seen = change("correspondent_emails", ["docket@doe.example"], ["x@mail.test"])
    (found,) = strangers(correspondent_emails=("x@mail.test",), changes=(seen,))
    assert "2026-11-20" in str(found.evidence)


def test_each_client_is_told_of_its_own_expectations_once() -> None:
    other = Watch("Agency", "LUMO", "97123456", correspondents_expected=("mail.test",))
    again = Watch("Lumo", "LUMO PRO", "97123456", correspondents_expected=("doe.example",))
    found = strangers(EXPECTED, again, other, correspondent_emails=("x@mail.test",))
    assert [f.client for f in found] == ["Lumo"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"correspondent_emails": ("a@example.com", "b@post.example.com")},
        {"correspondent_emails": ()},  # daily files tell no e-mail
        {"attorney": None},  # rule C01 speaks
        {"attorney": Attorney("Ann Roe")},
        {"owners": (Owner("Lumo, L.L.C.", 30),)},
        {"owners": ()},
        {"owner_emails": ("private@mail.test",)},
    ],
)
def test_expected_values_are_quiet(fields: dict[str, object]) -> None:
    assert strangers(**fields) == []


def test_nothing_is_guarded_without_expected_values() -> None:
    assert strangers(Watch("Lumo", "LUMO", "97123456"), correspondent_emails=("x@mail.test",)) == []


def test_a_domain_does_not_cover_names_that_merely_end_like_it() -> None:
    assert not is_expected("x@notexample.com", "example.com")
    assert not is_expected("x@example.com.test", "example.com")
    assert is_expected("X@Post.Example.com", "@example.com")


@given(
    st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.test", fullmatch=True),
    st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.test", fullmatch=True),
)
def test_an_address_is_expected_only_when_it_is_the_same(one: str, other: str) -> None:
    assert is_expected(one, other) == (one == other)
    assert is_expected(one.upper(), one.partition("@")[2])
