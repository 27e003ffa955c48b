"""The S rules: when each speaks, and above all when it is quiet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from tests.sanction_cases import (
    FINAL,
    MARK,
    OLD_FINAL,
    OPEN_OSC,
    OSC,
    RECONSIDERED,
    REGISTRY,
    at_status,
    event,
    facts,
    history,
    hit,
    party,
)
from tmwatch.findings import Finding, Severity
from tmwatch.records import Address, Attorney, Owner, Party, ProsecutionEvent
from tmwatch.rules.base import Facts, evaluate
from tmwatch.rules.sanctions import SANCTION_RULES
from tmwatch.sanction_ladder import STAGE_OF_EVENT
from tmwatch.sanction_words import PARTY_ROLE_TEXTS, ROLE_TEXTS, STAGE_TEXTS
from tmwatch.sanctions import FilePaper, Fingerprint, Order, OrderHit, load_registry, match, order_statement

LADDER = ("S15", "S16", "S17", "S18", "S19", "S20")


def found(case: Facts, *ids: str) -> list[Finding]:
    return [one for one in evaluate(SANCTION_RULES, case) if not ids or one.rule in ids]


def ids(case: Facts) -> list[str]:
    return sorted(one.rule for one in found(case))


def test_all_twenty_two_rules_are_there_in_order_with_the_severity_of_the_table() -> None:
    assert [one.id for one in SANCTION_RULES] == [f"S{at:02}" for at in range(1, 23)]
    critical = {one.id for one in SANCTION_RULES if one.severity is Severity.CRITICAL}
    assert critical == {"S01", "S02", "S03", "S04", "S16", "S17", "S18", "S19"}
    assert [one.id for one in SANCTION_RULES if one.good_news] == ["S14", "S20"]


def test_a_sound_mark_is_quiet() -> None:
    assert ids(facts()) == []


@pytest.mark.parametrize("code", [630, 641, 700, 702, 800, 602, 900, 652, 654, 712])
def test_everyday_statuses_are_quiet(code: int) -> None:
    assert ids(facts(at_status(code))) == []


# S01-S04, S11: orders that list the mark


def test_a_final_order_outranks_a_live_status_and_keeps_page_and_day() -> None:
    (one,) = found(facts(hits=[hit(FINAL)]), "S01")
    assert one.severity is Severity.CRITICAL
    assert one.key == FINAL.order_id
    assert "Number 97000001 is named in order TEST-2025-07-10-FINAL of 2025-07-10 (page 177)" in str(one.evidence)
    assert "status 700" in str(one.evidence)


def test_the_petition_ends_two_months_after_a_final_order_and_then_says_so() -> None:
    (early,) = found(facts(hits=[hit(FINAL)], as_of=date(2025, 8, 1)), "S01")
    assert early.deadline == date(2025, 9, 10)
    assert "A petition to the Director only helps" in str(early.action)
    (late,) = found(facts(hits=[hit(FINAL)], as_of=date(2025, 9, 11)), "S01")
    assert late.deadline is None
    assert "has passed" in str(late.action)


def test_a_vacated_decision_speaks_until_the_final_order() -> None:
    assert ids(facts(hits=[hit(RECONSIDERED)])) == ["S02"]
    assert "S02" not in ids(facts(hits=[hit(RECONSIDERED), hit(FINAL)]))
    assert ids(facts(hits=[hit(OLD_FINAL), hit(RECONSIDERED)])) == ["S01", "S02", "S11"]


def test_a_show_cause_order_is_open_to_the_day_of_the_answer_and_closed_after_it() -> None:
    (still,) = found(facts(hits=[hit(OPEN_OSC)], as_of=date(2026, 12, 10)))
    assert (still.rule, still.deadline) == ("S03", date(2026, 12, 10))
    (closed,) = found(facts(hits=[hit(OPEN_OSC)], as_of=date(2026, 12, 11)))
    assert (closed.rule, closed.deadline) == ("S04", None)
    assert "ended on 2026-12-10" in str(closed.evidence)


def test_the_answer_day_comes_from_the_registry_when_the_list_has_none() -> None:
    bare = replace(hit(OPEN_OSC), response_due=None)
    assert ids(facts(hits=[bare])) == ["S03"]
    unknown = OrderHit("NEW-1", "supplemental_show_cause", "2026-11-01", "97000001", None, True)
    (one,) = found(facts(hits=[unknown]))
    assert one.rule == "S04"
    assert "is not known" in str(one.evidence)
    assert "(page" not in str(one.evidence)


def test_an_order_of_unknown_type_never_goes_silent_and_a_disciplinary_decision_lists_no_marks() -> None:
    assert ids(facts(hits=[OrderHit("NEW-1", "", "", "97000001", 3, True)])) == ["S04"]
    assert ids(facts(hits=[OrderHit("OED-1", "oed_suspension", "2022", "97000001", 3, True)])) == []


def test_each_order_of_a_walk_is_kept_as_its_own_finding() -> None:
    second = Order("TEST-2025-05-05-SUPP", "2025-05-05", "supplemental_show_cause")
    walk = facts(hits=[hit(second), hit(OSC), hit(OSC, page=9)])
    assert [one.key for one in found(walk, "S04")] == [OSC.order_id, second.order_id]
    assert ids(facts(hits=[hit(OSC), hit(second), hit(FINAL)])) == ["S01", "S11"]


def test_a_show_cause_order_after_an_old_final_order_opens_the_matter_again() -> None:
    assert ids(facts(hits=[hit(OLD_FINAL), hit(OPEN_OSC)])) == ["S01", "S03", "S11"]


def test_an_old_final_order_is_a_latent_risk_only_for_a_registered_mark() -> None:
    assert "S11" in ids(facts(hits=[hit(OLD_FINAL)]))
    assert "S11" not in ids(facts(hits=[hit(OLD_FINAL)], as_of=date(2022, 3, 1)))
    assert "S11" not in ids(facts(at_status(602), [hit(OLD_FINAL)]))
    assert "S11" not in ids(facts(replace(at_status(630), registration_number=None), [hit(OLD_FINAL)]))


def test_findings_from_lists_no_person_has_checked_say_so() -> None:
    (one,) = found(facts(hits=[hit(FINAL, reviewed=False)]), "S01")
    assert one.unreviewed
    assert "read by machine and no person has checked it yet" in str(one.evidence)
    (checked,) = found(facts(hits=[hit(FINAL)]), "S01")
    assert not checked.unreviewed


def test_a_stage_is_called_unreviewed_only_when_it_rests_on_an_unchecked_list() -> None:
    unchecked = hit(OSC, reviewed=False)
    (rests,) = found(facts(at_status(715), [unchecked]), "S18")
    assert rests.unreviewed
    assert "no person has checked it yet" in str(rests.evidence)
    assert not found(facts(at_status(715), [hit(OSC)]), "S18")[0].unreviewed
    assert not found(facts(at_status(610), [unchecked]), "S19")[0].unreviewed


def test_an_order_hit_and_a_ladder_stage_tell_one_story() -> None:
    case = facts(at_status(610, date(2025, 8, 1), "KSCO/O", "KNOT/O"), [hit(FINAL)])
    (order,) = found(case, "S01")
    (stage,) = found(case, "S19")
    assert "The record shows: terminated (KNOT/O of 2025-02-05)" in str(order.evidence)
    assert "named in order TEST-2025-07-10-FINAL of 2025-07-10 (page 177)" in str(stage.evidence)
    assert "before: KSCO/O of 2025-01-05" in str(stage.evidence)


def test_a_shared_filing_pattern_is_a_low_hint() -> None:
    case = replace(facts(), fingerprints=(Fingerprint(OSC.order_id, "larkmail.test", "77 haitangroad shenzhen", 4),))
    (one,) = found(case)
    assert (one.rule, one.severity) == ("S12", Severity.LOW)
    assert "stand on 4 records named in order TEST-2025-03-03-OSC of 2025-03-03" in str(one.evidence)


# S15-S20: exactly one


def expected_rule(code: int, day: date, keys: tuple[str, ...], restored: bool, ordered: bool) -> str | None:
    """The table of facts written once more, the gravest first."""
    last = next((key for key in reversed(keys) if key in STAGE_OF_EVENT), "")
    signal = ordered or (last != "" and last != "KSDR/S")
    table: Iterator[tuple[bool, str]] = iter(
        (
            (code == 610 or last in ("KNOT/O", "KBOC/S"), "S19"),
            (restored and signal, "S18"),
            (last in ("KOFS/O", "KONO/O"), "S17"),
            (last in ("KSNR/O", "KSCO/O"), "S16"),
            (last in ("KSNS/O", "KSAD/S") or (code == 973 and (day.year >= 2021 or last != "")), "S15"),
            (last == "KSDR/S", "S20"),
        )
    )
    return next((name for holds, name in table if holds), None)


def test_exactly_one_ladder_rule_is_open_over_all_combinations() -> None:
    events = [*STAGE_OF_EVENT, "KXYZ/O"]
    histories = [(), *((key,) for key in events), *product(events, repeat=2)]
    statuses = product([973, 610, 715, 783, 602, 630, 999], [date(2015, 1, 1), date(2025, 6, 1)])
    hits: list[list[OrderHit]] = [[], [hit(OSC)]]
    ladder_rules = tuple(one for one in SANCTION_RULES if one.id in (*LADDER, "S05"))
    for (code, day), keys, crtp, own in product(statuses, histories, (False, True), hits):
        mark = at_status(code, day, *keys, *(("CRTP/C",) if crtp else ()))
        opened = [one.rule for one in evaluate(ladder_rules, facts(mark, own))]
        restored = crtp or code in (715, 783)
        wanted = expected_rule(code, day, keys, restored, bool(own))
        assert [one for one in opened if one in LADDER] == ([wanted] if wanted else []), (code, day, keys, crtp, own)
        if "S05" in opened:
            assert wanted in (None, "S20"), (code, day, keys, crtp, own)


def test_the_ladder_finding_of_a_notice_carries_the_petition_day_while_it_runs() -> None:
    mark = replace(MARK, status_code=610, events=(event("KNOT/O", date(2026, 11, 2), 1),))
    (one,) = found(facts(mark), "S19")
    assert one.deadline == date(2027, 1, 4)
    (late,) = found(facts(mark, as_of=date(2027, 1, 5)), "S19")
    assert late.deadline is None


def test_a_release_is_good_news_and_leaves_order_hits_open() -> None:
    case = facts(at_status(630, None, "KSNS/O", "KSDR/S"), [hit(OPEN_OSC)])
    assert ids(case) == ["S03", "S20"]
    (one,) = found(case, "S20")
    assert one.good_news
    assert one.severity is Severity.INFO


# S05-S07: the record's words


@pytest.mark.parametrize("code", [715, 783])
def test_a_restored_registration_without_a_sanctions_signal_is_s05(code: int) -> None:
    assert ids(facts(at_status(code))) == ["S05"]
    assert "S05" not in ids(facts(at_status(code), [hit(OSC)]))
    assert "S05" not in ids(facts(at_status(code, date(2025, 6, 1), "KSCO/O")))


def test_s05_reads_event_cancellation_code_and_words() -> None:
    assert ids(facts(at_status(640, None, "CRTP/C"))) == ["S05"]
    assert ids(facts(replace(at_status(711), cancellation_code="7"))) == ["S05"]
    assert ids(facts(replace(at_status(999), status_text="Cancelled as inadvertently issued."))) == ["S05"]


@pytest.mark.parametrize(
    "mark",
    [
        at_status(640, None, "CRTP/R"),
        at_status(700, None, "CRTP/C", "R.PR/A"),
        replace(at_status(711), cancellation_code="1"),
        replace(at_status(710), cancellation_code="6"),
        replace(MARK, cancellation_code="7"),
        at_status(714),
    ],
)
def test_other_cancellations_are_not_s05(mark: object) -> None:
    assert "S05" not in ids(facts(mark))  # type: ignore[arg-type]  # a CaseFile


@pytest.mark.parametrize(
    ("title", "severity"),
    [
        ("Note to the File - Order to Show Cause", Severity.HIGH),
        ("NOTATION TO FILE: SANCTIONS ORDER", Severity.HIGH),
        ("Note to File", Severity.MEDIUM),
        ("Order to Show Cause", Severity.MEDIUM),
    ],
)
def test_a_paper_with_an_order_is_found_by_its_title(title: str, severity: Severity) -> None:
    (one,) = found(replace(facts(), papers=(FilePaper(date(2025, 8, 6), title),)), "S06")
    assert one.severity is severity


@pytest.mark.parametrize(
    "title",
    [
        "Request for Reconsideration after Final Action",
        "TEAS Change of Correspondence",
        "Administrative Response",
        "Notice of Publication",
        "File Note Book",
    ],
)
def test_everyday_papers_are_quiet(title: str) -> None:
    assert ids(replace(facts(), papers=(FilePaper(date(2025, 8, 6), title),))) == []


def test_a_note_before_the_process_began_is_quiet() -> None:
    old = date(2012, 5, 1)
    assert ids(replace(facts(), papers=(FilePaper(old, "Note to the File"),))) == []
    assert ids(facts(replace(MARK, events=(event("CORV/7", old),)))) == []


def test_a_note_to_the_file_in_the_history_is_medium() -> None:
    (one,) = found(facts(replace(MARK, events=(event("CORV/7"), event("CORV/1"), event("CORV/7")))))
    assert (one.rule, one.severity, one.key) == ("S06", Severity.MEDIUM, "CORV/7|2025-03-04")


def test_review_in_words_only_is_s07_and_the_ladder_hides_it() -> None:
    worded = replace(at_status(999), status_text="Suspended pending  administrative review")
    assert ids(facts(worded)) == ["S07"]
    assert ids(facts(replace(worded, events=history("KSNS/O")))) == ["S15"]
    assert ids(facts(replace(worded, events=history("KSNS/O", "KSDR/S"), status_date=date(2025, 1, 6)))) == ["S20"]
    again = replace(worded, events=history("KSNS/O", "KSDR/S"), status_date=date(2025, 9, 1))
    assert ids(facts(again)) == ["S07", "S20"]


def test_an_ordinary_suspension_is_s07_only_with_a_note_about_an_order() -> None:
    suspended = facts(at_status(653))
    assert ids(suspended) == []
    note = FilePaper(date(2025, 8, 6), "Note to the File - Order to Show Cause")
    assert ids(replace(suspended, papers=(note,))) == ["S06", "S07"]
    assert ids(replace(suspended, papers=(FilePaper(date(2025, 8, 6), "Note to the File"),))) == ["S06"]


# S08-S10, S13: who filed


def filed_by(*parties: Party) -> Facts:
    return replace(facts(), parties=parties, matches=match(parties, REGISTRY))


def test_an_e_mail_is_high_and_its_past_too() -> None:
    (one,) = found(filed_by(party(email="filing@larkfiling.test")))
    assert (one.rule, one.severity, one.key) == ("S09", Severity.HIGH, "e-mail|filing@larkfiling.test")
    (past,) = found(filed_by(party(email="filing@larkfiling.test", current=False)))
    assert past.identity == one.identity
    assert "historical" in str(past.evidence)
    assert "Strength of the match: 98 %" in str(past.evidence)


def test_a_firm_is_medium_and_two_details_of_one_order_are_high() -> None:
    firm = party(firm="Trademark Larkspur LLC")
    (one,) = found(filed_by(firm))
    assert (one.rule, one.severity) == ("S10", Severity.MEDIUM)
    door = party("owner", address="77 Haitang Road, Shenzhen 518000")
    both = found(filed_by(firm, door))
    assert [(f.rule, f.severity) for f in both] == [("S10", Severity.HIGH)] * 2
    assert "second detail" in str(both[0].evidence)


def test_a_firm_and_a_brand_are_one_detail_not_two() -> None:
    both = found(filed_by(party(firm="Trademark Larkspur"), party(firm="Shenzhen Larkfiling Network Technology")))
    assert [f.severity for f in both] == [Severity.MEDIUM] * 2


def test_a_bare_name_is_medium_at_most_and_a_common_one_off_the_attorney_field_is_low() -> None:
    (named,) = found(filed_by(party(name="Gregory Whitcombe")))
    assert (named.rule, named.severity) == ("S08", Severity.MEDIUM)
    (common,) = found(filed_by(party("owner", name="Pei Lu")))
    assert (common.rule, common.severity) == ("S08", Severity.LOW)
    assert "common name and proves nothing alone" in str(common.evidence)


def test_every_name_of_the_registry_stays_medium_at_most() -> None:
    registry = load_registry()
    for identity in registry.identities:
        if identity.kind == "person":
            case = replace(facts(), matches=match((party(name=identity.value),), registry), registry=registry)
            assert max(one.severity for one in found(case)) <= Severity.MEDIUM


@pytest.mark.parametrize(
    "one",
    [
        party(
            name="Ada Example", firm="Example Law LLC", email="ada@example.com", address="1 Elm Street, Dover, DE 19901"
        ),
        party(email="counsel@oakbridge.test"),
        party(firm="Shenzhen Pearlwave Consulting Service"),
        party(email="larkfiling@qq.com"),
        party(name="Gregory"),
    ],
)
def test_innocent_parties_are_quiet(one: Party) -> None:
    assert ids(filed_by(one)) == []


def test_a_foreign_owner_without_attorney_is_told_when_the_record_speaks_of_attorneys() -> None:
    bare = replace(MARK, attorney=None)
    (one,) = found(facts(bare))
    assert (one.rule, one.severity) == ("S13", Severity.MEDIUM)
    assert "CN" in str(one.evidence)


@pytest.mark.parametrize(
    "change",
    [
        {"attorney": Attorney("Ada Example")},
        {"told": MARK.told - {"attorney"}},
        {"correspondent": None},
        {"owners": (Owner("Larkwing", 30, address=Address(country="US")),)},
        {"owners": (Owner("Larkwing", 30, address=Address(country="United States")),)},
        {"owners": (Owner("Larkwing", 30, address=Address(country="PR")),)},
        {"owners": (Owner("Larkwing", 30),)},
        {"owners": (Owner("Old", 10, address=Address(country="CN")), Owner("New", 31, address=Address(country="US")))},
        {"status_code": 602},
        {"status_code": 999},
    ],
)
def test_s13_is_quiet_where_it_does_not_know_or_does_not_apply(change: dict[str, object]) -> None:
    mark = replace(replace(MARK, attorney=None), **change)  # type: ignore[arg-type]  # any field
    assert "S13" not in ids(facts(mark))


# S21, S22


@pytest.mark.parametrize(
    "odd",
    [
        event("KXYZ/O"),
        event("KSCO/E"),
        event("QQQQ/O", text="Order  reconsidering registration"),
        event("QQQQ/O", text="notice of sanctions mailed"),
        event("QQQQ/O", text="SUSPENDED - ADMINISTRATIVE REVIEW"),
    ],
)
def test_unknown_sanction_like_events_ask_for_a_look(odd: ProsecutionEvent) -> None:
    (one,) = found(facts(replace(MARK, events=(odd, odd))))
    assert (one.rule, one.severity, one.key) == ("S21", Severity.MEDIUM, odd.key)


@pytest.mark.parametrize(
    "usual",
    [
        event("RFRC/I", text="REQUEST FOR RECONSIDERATION RECEIVED"),
        event("ERFR/I", text="TEAS REQUEST FOR RECONSIDERATION RECEIVED"),
        event("PRRD/O", text="PETITION RECONSIDERATION REQUEST DENIED"),
        event("QQQQ/O", text="NOTICE MAILED"),
        event("CNSL/O", text="SUSPENSION LETTER"),
        event("BRFX/I", text="REQUEST FOR RECONSIDERATION - EXPUNGEMENT"),
    ],
)
def test_known_or_harmless_events_are_no_s21(usual: ProsecutionEvent) -> None:
    assert ids(facts(replace(MARK, events=(usual,)))) == []


def test_a_notice_against_a_practitioner_is_high_until_an_attorney_is_appointed() -> None:
    notice = event("NAAX/O", date(2024, 5, 1))
    (one,) = found(facts(replace(MARK, events=(notice,))))
    assert (one.rule, one.severity) == ("S22", Severity.HIGH)
    assert found(facts(replace(MARK, events=(event("NAAS/O"),))), "S22")
    assert ids(facts(replace(MARK, events=(notice, event("ARAA/I", date(2024, 6, 1)))))) == []
    assert ids(facts(replace(MARK, events=(notice, event("ARAA/I", date(2024, 4, 1)))))) == ["S22"]


# Words

ACCUSING = re.compile(
    r"\b(fraud\w*|scam\w*|fake\w*|crimin\w*|guilt\w*|illegal\w*|forg(?:ed|ery|er)\w*|crook\w*|villain\w*|cheat\w*|"
    r"swindl\w*|dishonest\w*|unlawful\w*|liar\w*|thie\w*|bogus|counterfeit\w*|offender\w*|culprit\w*|perpetrat\w*)\b",
    re.IGNORECASE,
)


def _texts_of_rules() -> Iterator[str]:
    for one in SANCTION_RULES:
        yield from (one.title, one.action, one.check.__doc__ or "")
    for table in (ROLE_TEXTS, STAGE_TEXTS, PARTY_ROLE_TEXTS):
        yield from table.values()
    yield str(order_statement(load_registry(), loaded=0, named=0, watched=0))


def _texts_of_data() -> Iterator[str]:
    data = Path(__file__).parents[2] / "tmwatch" / "data"
    parties = json.loads((data / "sanctioned_parties.json").read_text("utf-8"))
    yield from (parties["note"], *parties["roles"].values())
    addresses = re.compile(r"https?://\S+?(?=[,\s]|$)")
    for name in ("orders.csv", "known_serials.csv"):
        yield addresses.sub("", (data / name).read_text("utf-8"))


def _texts_of_source() -> Iterator[str]:
    package = Path(__file__).parents[2] / "tmwatch"
    for path in (
        *package.glob("sanction*.py"),
        *package.glob("rules/sanction*.py"),
        *package.glob("sources/order*.py"),
    ):
        yield path.read_text("utf-8")


def _texts_of_findings() -> Iterator[str]:
    registry = load_registry()
    for identity in registry.identities:
        field = {"email": "email", "address": "address", "person": "name"}.get(identity.kind, "firm")
        for current in (True, False):
            case = replace(facts(), matches=match((party(current=current, **{field: identity.value}),), registry))
            yield from (f"{one.title} {one.evidence} {one.action}" for one in found(case))
    for key in (*STAGE_OF_EVENT, "KXYZ/O", "NAAX/O", "CORV/7"):
        case = facts(at_status(700, None, key), [hit(FINAL, reviewed=False), hit(OPEN_OSC), hit(RECONSIDERED)])
        yield from (f"{one.title} {one.evidence} {one.action}" for one in found(case))


@pytest.mark.parametrize("texts", [_texts_of_rules, _texts_of_data, _texts_of_source, _texts_of_findings])
def test_no_text_accuses_anybody(texts: object) -> None:
    shown = list(texts())  # type: ignore[operator]  # one of the four above
    assert len(shown) > 2
    for text in shown:
        assert not ACCUSING.search(text), text


def test_every_sentence_about_an_identity_says_named_in() -> None:
    registry = load_registry()
    for identity in registry.identities:
        field = {"email": "email", "address": "address", "person": "name"}.get(identity.kind, "firm")
        for one in match((party(**{field: identity.value}),), registry):
            assert re.search(r"is named in (order|disciplinary decision) \S+ (of \d|\(undated)", str(one.why))
