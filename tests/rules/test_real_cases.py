"""The A, R and C rules on real USPTO records, on the day of their file: expectations read by eye from the records."""

from datetime import UTC, date, datetime
from pathlib import Path

from tests.rules.marks import facts
from tmwatch.changes import diff, from_json, merge, to_json
from tmwatch.records import CaseFile, Provenance
from tmwatch.rules import RULES
from tmwatch.rules.base import evaluate
from tmwatch.sources.casefile_xml import parse_bulk
from tmwatch.sources.tsdr_json import parse_multi, read_info

OWN = tuple(rule for rule in RULES if rule.id[0] in "ARC")


def judged(case: CaseFile, day: date) -> list[tuple[str, str, date | None]]:
    found = evaluate(OWN, facts(case, day))
    return sorted((f.rule, f.severity.label, f.deadline) for f in found if not f.card_only)


def provenance(day: int) -> Provenance:
    return Provenance("tsdr", datetime(2026, 3, day, tzinfo=UTC))


def test_a_real_daily_file_raises_three_findings_on_eleven_cases(shared_data: Path) -> None:
    cases = parse_bulk((shared_data / "bulk/apc_mkreyman/seed.zip").read_bytes())
    found = {case.serial_number: judged(case, date(2018, 2, 18)) for case in cases}
    assert len(found) == 11
    assert {serial: told for serial, told in found.items() if told} == {
        "87310367": [("A07", "medium", date(2018, 7, 23))],  # NOAM 2018-01-23
        "72045204": [("C02", "high", None)],  # TCCA/I 2018-01-23
        "72244388": [("R06", "info", date(2019, 2, 19))],  # registered 1969-02-18; the 18th was Washington's Birthday
    }


def test_a_real_abandoned_case_is_long_past_revival(shared_data: Path) -> None:
    body = (shared_data / "tsdr/patent-dev__uspto-odp__get_trademark_status__response.json").read_bytes()
    case = read_info(body, provenance(1)).record
    (found,) = evaluate(OWN, facts(case, date(2026, 3, 1)))
    assert (found.rule, found.key, found.severity.label, found.deadline) == ("A01", "lapsed", "high", None)
    assert "Abandoned as of 2023-03-08" in str(found.evidence)
    assert "2023-05-22" in str(found.evidence)  # notice of 2023-03-22 and two months


def test_a_real_short_answer_after_a_full_one_changes_nothing(shared_data: Path) -> None:
    folder = shared_data / "tsdr"
    full = read_info(
        (folder / "patent-dev__uspto-odp__get_trademark_status__response.json").read_bytes(), provenance(1)
    ).record
    many = parse_multi(
        (folder / "patent-dev__uspto-odp__get_trademark_multi_status__response.json").read_bytes(), provenance(2)
    )
    short = many.cases["97123456"]
    assert short.owners == () != full.owners
    assert diff(full, short) == ()
    assert merge(full, short).owners == full.owners
    assert merge(full, short).attorney == full.attorney


def test_real_records_survive_being_stored(shared_data: Path) -> None:
    for name in ("bulk/apc_mkreyman/seed.zip", "bulk/apc_markorbit/us_real_tdxf_layout.xml"):
        for case in parse_bulk((shared_data / name).read_bytes()):
            assert from_json(to_json(case)) == case
            assert diff(case, from_json(to_json(case))) == ()
