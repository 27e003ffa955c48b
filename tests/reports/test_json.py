"""The JSON forms: the documented keys, values as they are, nothing that a terminal would obey."""

import json
import re

import pytest

from tests.reports.examples import CALM, HOSTILE, PORTFOLIO, evidence, hostile
from tmwatch.hygiene import NAMES
from tmwatch.reports.json_report import dumps, evidence_json, portfolio_json
from tmwatch.reports.mark_json import mark_json


def test_a_portfolio_has_the_documented_keys() -> None:
    told = portfolio_json(PORTFOLIO)
    assert list(told) == [
        "generated_at", "as_of", "client", "min_severity", "coverage", "at_stake", "clients", "brands", "marks",
        "unread",
    ]  # fmt: skip
    assert told["at_stake"] == {
        "brands": 1,
        "asins": 38,
        "asins_complete": True,
        "money": [{"currency": "USD", "amount": "412000.50"}],
    }
    assert [(one["brand"], one["state"]) for one in told["brands"]] == [("Lumo", "in_danger")]
    assert told["clients"][0]["in_danger"] == 1


def test_a_mark_says_what_check_says_and_more() -> None:
    told = portfolio_json(PORTFOLIO)["marks"][1]
    plain = mark_json(CALM.facts, CALM.findings)
    assert set(plain) <= set(told)
    assert {key: told[key] for key in plain if key != "deadlines"} == {
        k: v for k, v in plain.items() if k != "deadlines"
    }
    assert told["checked_at"] == "2026-11-24T13:05:00Z"
    assert told["deadlines"][0]["period"] == "year 6"


def test_a_mark_tells_what_brand_registry_asks_of_each_brand() -> None:
    told = portfolio_json(PORTFOLIO)["marks"][0]["brand_registry"]
    assert [one["requirement"] for one in told] == list(NAMES)
    assert all((one["client"], one["brand"]) == ("Nordlicht", "Lumo") for one in told)
    assert {one["requirement"] for one in told if one["met"] is None} >= {"office", "owner"}
    assert portfolio_json(PORTFOLIO)["marks"][1]["brand_registry"] == []


def test_a_finding_says_since_when_it_is_open_and_what_was_noted() -> None:
    first, second = portfolio_json(PORTFOLIO)["marks"][0]["findings"]
    assert (first["opened_at"], first["acknowledged_until"]) == ("2026-11-24T13:05:00Z", "2026-12-24")
    assert (second["client"], second["acknowledgement"], second["alerted_at"]) == ("Nordlicht", None, None)


def test_an_evidence_pack_has_changes_and_documents_with_their_hashes() -> None:
    told = evidence_json(evidence())
    assert list(told) == [
        "generated_at", "as_of", "first_seen", "mark", "events", "changes", "documents", "papers", "order_lists",
    ]  # fmt: skip
    assert [one["sha256"] for one in told["documents"]] == ["ab" * 32, "cd" * 32]
    assert told["changes"][0]["old"] == ["harmless"]
    assert told["events"][0]["date"] >= told["events"][-1]["date"]


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_comes_back_as_it_was_and_harms_no_terminal(text: str) -> None:
    for told in (portfolio_json(hostile(text)), evidence_json(evidence(text))):
        written = dumps(told)
        assert json.loads(written) == json.loads(json.dumps(told))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", written)
        written.encode()
    assert json.loads(dumps(portfolio_json(hostile(text))))["marks"][0]["mark"] == text
