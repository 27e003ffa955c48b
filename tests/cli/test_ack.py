"""`tmwatch ack`: set aside, shown with its note, back on its day; and everything that is no use of it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.store.invent import NOW, finding, mark
from tmwatch.findings import Severity
from tmwatch.portfolio import Watch
from tmwatch.store import findings, marks, open_engine, portfolio

SERIAL = "97000001"


@pytest.fixture
def known(ready: Cli) -> Cli:
    """A database with one mark and two open findings."""
    engine = open_engine(f"sqlite:///{ready.database}")
    with engine.begin() as conn:
        portfolio.save_watches(conn, [Watch("acme", "L", SERIAL, registration_number="7000001")], [], NOW)
        marks.save_cases(conn, [mark(SERIAL)], None, NOW)
        findings.apply(conn, [SERIAL], [finding(), finding(rule="A05", severity=Severity.MEDIUM)], None, NOW)
    engine.dispose()
    return ready


def acknowledged(cli: Cli) -> dict[str, tuple[str, str | None]]:
    engine = open_engine(f"sqlite:///{cli.database}")
    with engine.begin() as conn:
        found = {
            one.finding.rule: (str(one.ack_until), one.ack_note)
            for one in findings.open_findings(conn)
            if one.acknowledged(cli.now.date())
        }
    engine.dispose()
    return found


def test_all_findings_of_a_mark_or_one_rule_are_set_aside_with_a_note(known: Cli) -> None:
    one = known("ack", SERIAL, "a05", "--until", "2027-01-31", "--note", "counsel files in January")
    assert one.code == 0
    assert "A05 medium" in one.out
    assert "1 finding of 97000001 acknowledged until 2027-01-31" in one.out
    assert acknowledged(known) == {"A05": ("2027-01-31", "counsel files in January")}
    assert known("ack", "97/000,001", "--until", "2027-02-01", "--note", "x").out.endswith("until 2027-02-01\n")
    assert set(acknowledged(known)) == {"A01", "A05"}


def test_a_registration_number_of_the_portfolio_works_too(known: Cli) -> None:
    assert known("ack", "rn7000001", "A01", "--until", "2027-01-31", "--note", "x").code == 0
    assert set(acknowledged(known)) == {"A01"}


def test_a_past_day_brings_it_back(known: Cli) -> None:
    known("ack", SERIAL, "--until", "2027-01-31", "--note", "x")
    back = known("ack", SERIAL, "--until", "2026-11-22")
    assert (back.code, acknowledged(known)) == (0, {})
    assert "shown again" in back.out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((SERIAL,), "say until when"),
        ((SERIAL, "--until", "tomorrow", "--note", "x"), "is no day"),
        ((SERIAL, "--until", "2027-01-31"), "say why"),
        ((SERIAL, "--until", "2027-01-31", "--note", "  "), "say why"),
        ((SERIAL, "Z99", "--until", "2027-01-31", "--note", "x"), "there is no rule"),
        ((SERIAL, "R05", "--until", "2027-01-31", "--note", "x"), "nothing is open for R05"),
        (("97999999", "--until", "2027-01-31", "--note", "x"), "nothing is open for 97999999"),
        (("rn6999999", "--until", "2027-01-31", "--note", "x"), "is not watched"),
        (("hello", "--until", "2027-01-31", "--note", "x"), "digits"),
        ((SERIAL, "--until", "2027-01-31", "--note", "x", "--client", "nobody"), "there is no client 'nobody'"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_2(known: Cli, args: tuple[str, ...], said: str) -> None:
    result = known("ack", *args)
    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert said in result.err
    assert acknowledged(known) == {}


def test_a_finding_about_no_client_in_particular_is_every_clients(known: Cli) -> None:
    assert known("ack", SERIAL, "--until", "2027-01-31", "--note", "x", "--client", "acme").code == 0
    assert set(acknowledged(known)) == {"A01", "A05"}
