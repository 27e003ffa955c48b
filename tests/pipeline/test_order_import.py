"""Importing an order: what is stored, whose marks it names, who hears of it, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.order_pdfs import Sheet, columns, lines, pdf
from tests.pipeline.orders_stage import FINAL, OTHERS, import_at, order_pdf, rows, watched, write_order
from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tmwatch.demo import corpus
from tmwatch.errors import Busy, FormatError, UsageError
from tmwatch.pipeline.context import new_york_day
from tmwatch.pipeline.due import run_due
from tmwatch.pipeline.run import LOCK, Options
from tmwatch.store import leases, open_engine

GLOWMOTH, LUMENHAUS, NORTHPINE, FETCHFJORD = "88000004", "88000003", "88000001", "88000009"
LATER = MORNING + timedelta(hours=3)
LADDER = "('S15', 'S16', 'S17', 'S18', 'S19', 'S20')"


def open_rules(stage: Stage, serial: str) -> list[str]:
    found = rows(stage, f"SELECT rule FROM findings WHERE closed_at IS NULL AND serial_number = '{serial}'")
    return sorted(str(row[0]) for row in found)


def test_the_marks_named_are_told_with_their_pages_and_their_owners_alerted_in_the_same_run(stage: Stage) -> None:
    watched(stage)
    path = write_order(stage, order_pdf([GLOWMOTH, FETCHFJORD], says="more than 200 applications are terminated"))
    done = import_at(stage, MORNING, path, order_id=FINAL)
    assert (done.order.type, done.order.date, done.order.affected_count) == ("final_sanctions", "2026-11-20", 200)
    assert (done.stored.state, len(done.file.serials), done.verdict.ok) == ("new", 202, True)
    assert [(one.serial_number, one.mark, one.pages, one.clients) for one in done.named] == [
        (GLOWMOTH, "GLOWMOTH", (4,), ("Lumenhaus",)),
        (FETCHFJORD, "FETCHFJORD", (4,), ("Kestrel Pet",)),
    ]
    assert (done.watched, done.queued, done.delivered.sent) == (12, 2, 2)
    for client, serial in (("lumenhaus", GLOWMOTH), ("kestrel-pet", FETCHFJORD)):
        told = stage.text(client)
        assert f"Number {serial} is named in order {FINAL} of Nov 20, 2026 (page 4)" in told
        assert "no sanctions stage" in told
        assert "Jan 20, 2027" in told, "what is still open: the petition to the Director"
        assert "no person has checked it yet" in told


def test_an_owner_whose_marks_are_not_named_hears_nothing(lite: Stage) -> None:
    watched(lite)
    before = len(lite.messages())
    done = import_at(lite, MORNING, write_order(lite, order_pdf([GLOWMOTH])), order_id=FINAL)
    assert done.queued == 1
    assert [one.client for one in lite.messages()[before:]] == ["Lumenhaus"]


def test_an_order_that_names_no_watched_mark_mails_nobody(lite: Stage) -> None:
    watched(lite)
    done = import_at(lite, MORNING, write_order(lite, order_pdf([])), order_id=FINAL)
    assert (done.named, done.opened, done.queued, done.stored.state) == ((), 0, 0, "new")


def test_a_hit_on_a_mark_watched_for_a_year_is_new_once_and_importing_again_reports_nothing(stage: Stage) -> None:
    watched(stage, days_ago=365)
    stage.run(MORNING - timedelta(days=1))
    path = write_order(stage, order_pdf([GLOWMOTH]))
    first = import_at(stage, MORNING, path, order_id=FINAL)
    assert (first.queued, first.delivered.sent) == (1, 1)
    messages = len(stage.messages())
    again = import_at(stage, LATER, path, order_id=FINAL)
    assert (again.stored.state, again.opened, again.cleared, again.queued) == ("again", 0, 0, 0)
    assert len(stage.messages()) == messages
    stage.run(LATER + timedelta(hours=1))
    told = rows(
        stage,
        "SELECT count(*) FROM message_items i JOIN changes c ON c.id = i.change_id "
        f"WHERE c.serial_number = '{GLOWMOTH}' AND c.name = 'S01|{FINAL}'",
    )
    assert told == [(1,)]


def test_the_import_judges_as_the_next_run_does(lite: Stage) -> None:
    watched(lite)
    import_at(lite, MORNING, write_order(lite, order_pdf(["88000002", GLOWMOTH])), order_id=FINAL)
    after = lite.run(LATER)
    assert (after.opened, after.cleared) == (0, 0)


def test_an_order_hit_and_a_ladder_stage_are_one_story_with_one_ladder_finding(lite: Stage) -> None:
    watched(lite)
    lite.serve_day(2)
    lite.run(MORNING)
    import_at(lite, LATER, write_order(lite, order_pdf([GLOWMOTH, LUMENHAUS])), order_id=FINAL)
    for serial, ladder in ((GLOWMOTH, "S19"), (LUMENHAUS, "S15")):
        found = rows(
            lite,
            f"SELECT rule FROM findings WHERE serial_number = '{serial}' AND closed_at IS NULL AND rule IN {LADDER}",
        )
        assert found == [(ladder,)]
        assert "S01" in open_rules(lite, serial)
    alert = lite.messages()[-1]
    told = next((lite.folder / "mail").glob(f"{alert.id}*.txt")).read_text("utf-8")
    assert alert.kind == "alert"
    assert told.count(f"Number {GLOWMOTH} is named in order") == 1
    assert "(page 4)" in told
    assert "The record shows: terminated (KBOC/S" in told, "the order's sentence tells the lite of the record too"


def test_a_later_check_by_a_person_changes_the_words_and_mails_nothing(lite: Stage) -> None:
    watched(lite)
    path = write_order(lite, order_pdf([GLOWMOTH]))
    assert not import_at(lite, MORNING, path, order_id=FINAL).reviewed
    done = import_at(lite, LATER, path, reviewed=True)
    assert (done.order.order_id, done.stored.state, done.reviewed) == (FINAL, "reviewed", True)
    assert (done.opened, done.cleared, done.queued) == (0, 0, 0)
    ((body,),) = rows(lite, f"SELECT body FROM findings WHERE rule = 'S01' AND serial_number = '{GLOWMOTH}'")
    assert '"unreviewed":false' in str(body).replace(" ", "")


def test_a_corrected_list_replaces_the_first_with_history_and_clears_what_is_gone(stage: Stage) -> None:
    watched(stage)
    import_at(stage, MORNING, write_order(stage, order_pdf([GLOWMOTH, FETCHFJORD])), order_id=FINAL)
    done = import_at(stage, LATER, write_order(stage, order_pdf([GLOWMOTH]), "corrected.pdf"), order_id=FINAL)
    assert (done.stored.state, done.stored.missing) == ("corrected", 1)
    assert done.stored.replaced is not None
    assert done.stored.replaced.file_name == "order.pdf"
    assert [one.serial_number for one in done.named] == [GLOWMOTH]
    assert (done.opened, done.cleared >= 1, done.queued) == (0, True, 0)
    assert "S01" in open_rules(stage, GLOWMOTH)
    assert "S01" not in open_rules(stage, FETCHFJORD)
    assert len(rows(stage, "SELECT id FROM order_lists")) == 2
    assert len(rows(stage, "SELECT number FROM order_numbers")) == 2 * len(OTHERS) + 3
    stage.run(NEXT_DAY)
    assert "Terminated by final sanctions order" in stage.text("kestrel-pet", 1, "2026-11-25")


def test_a_count_that_is_off_stores_nothing_until_it_is_accepted(lite: Stage) -> None:
    watched(lite)
    path = write_order(lite, order_pdf([GLOWMOTH], says="The 15,932 applications listed in Exhibit A"))
    with pytest.raises(UsageError, match=r"201 numbers read.*15,932.*--accept"):
        import_at(lite, MORNING, path, order_id=FINAL)
    assert rows(lite, "SELECT order_id FROM orders") == []
    assert rows(lite, "SELECT id FROM runs WHERE kind = 'orders import'") == []
    done = import_at(lite, MORNING, path, order_id=FINAL, accept=True)
    assert (done.verdict.ok, done.stored.state, len(done.named)) == (False, "new", 1)
    again = import_at(lite, LATER, path, order_id=FINAL)
    assert again.stored.state == "again", "what was accepted once is not asked again"


@pytest.mark.parametrize(("expected", "ok"), [(201, True), (202, True), (203, True), (205, False), (150, False)])
def test_the_count_expected_is_held_within_one_per_cent(lite: Stage, expected: int, ok: bool) -> None:
    path = write_order(lite, order_pdf([GLOWMOTH]))
    if ok:
        assert import_at(lite, MORNING, path, order_id=FINAL, expected=expected).verdict.ok
    else:
        with pytest.raises(UsageError, match="--accept"):
            import_at(lite, MORNING, path, order_id=FINAL, expected=expected)


def test_a_file_without_a_number_is_never_accepted_and_pages_without_text_are_hinted_at(lite: Stage) -> None:
    path = write_order(lite, pdf([Sheet(b""), Sheet(b"")]))
    with pytest.raises(UsageError, match=r"no serial.*pages 1-2 without text: --ocr"):
        import_at(lite, MORNING, path, order_id=FINAL, type="final_sanctions", date="2026-11-20", accept=True)
    assert rows(lite, "SELECT order_id FROM orders") == []


def test_what_order_it_is_comes_from_the_text_the_registry_or_the_operator(lite: Stage) -> None:
    known = order_pdf([], day="August 6, 2025")
    done = import_at(lite, MORNING, write_order(lite, known))
    assert done.order.order_id == "USPTO-2025-08-06-SELLERGROWTH-FINAL"
    assert done.order.respondents, "what the registry knows stays"
    listed = write_order(lite, "\n".join(OTHERS).encode(), "list.txt")
    done = import_at(lite, MORNING, listed, order_id="USPTO-2021-06-08-HUANYEE-OSC")
    assert (done.order.type, done.order.date, done.order.response_due) == ("show_cause", "2021-06-08", date(2021, 7, 6))
    done = import_at(lite, MORNING, listed, order_id="OURS", type="show_cause", date="2026-11", accept=True)
    assert (done.order.order_id, done.order.date) == ("OURS", "2026-11")


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, "--order-id ID --type TYPE --date DATE"),
        ({"order_id": "OURS"}, "--type TYPE --date DATE"),
        ({"order_id": "OURS", "type": "show_cause"}, "--date DATE"),
        ({"type": "show_cause", "date": "2026-11-20"}, "--order-id USPTO-2026-11-20-OSC"),
    ],
)
def test_what_neither_text_nor_registry_tells_is_asked_for(lite: Stage, given: dict[str, str], asked: str) -> None:
    path = write_order(lite, "\n".join(OTHERS).encode(), "list.txt")
    with pytest.raises(UsageError, match=asked):
        import_at(lite, MORNING, path, **given)
    assert rows(lite, "SELECT order_id FROM orders") == []


def test_a_decision_about_a_practitioner_takes_no_list(lite: Stage) -> None:
    path = write_order(lite, "\n".join(OTHERS).encode(), "list.txt")
    with pytest.raises(UsageError, match="OED-2024-NIU is a decision about a practitioner, which lists no marks"):
        import_at(lite, MORNING, path, order_id="OED-2024-NIU")


def test_a_damaged_file_stores_nothing(lite: Stage) -> None:
    with pytest.raises(FormatError, match="damaged"):
        import_at(lite, MORNING, write_order(lite, b"%PDF-1.4 broken"), order_id=FINAL)
    with pytest.raises(UsageError, match="cannot be read"):
        import_at(lite, MORNING, lite.folder / "missing.pdf", order_id=FINAL)
    assert rows(lite, "SELECT order_id FROM orders") == []


def test_a_registration_number_names_its_mark_too(lite: Stage) -> None:
    watched(lite)
    exhibit = Sheet(columns(OTHERS[:60], 4)), Sheet(lines(["EXHIBIT B", "Registration No. 7100004"]))
    body = Sheet(lines(["ORDER RECONSIDERING REGISTRATION DECISIONS", "Issued: November 20, 2026"]))
    path = write_order(lite, pdf([body, *exhibit]))
    done = import_at(lite, MORNING, path, order_id="USPTO-2026-11-20-HARBOUR-RECONSID")
    assert [(one.serial_number, one.pages, one.hits[0].number) for one in done.named] == [(GLOWMOTH, (3,), "7100004")]
    assert "S02" in open_rules(lite, GLOWMOTH)
    assert "Number 7100004 is named in order" in lite.text("lumenhaus")


def test_the_day_to_answer_is_told_while_it_is_open(lite: Stage) -> None:
    watched(lite)
    path = write_order(lite, order_pdf([GLOWMOTH], title="ORDER TO SHOW CAUSE"))
    done = import_at(lite, MORNING, path, order_id="OURS", response_due=date(2026, 12, 20))
    assert "S03" in open_rules(lite, GLOWMOTH)
    assert done.named[0].findings[0].deadline == date(2026, 12, 20)
    assert "Dec 20, 2026" in lite.text("lumenhaus")


def test_the_day_to_answer_stands_in_the_calendar_until_a_final_order_names_the_mark(lite: Stage) -> None:
    watched(lite)
    cause = write_order(lite, order_pdf([GLOWMOTH], title="ORDER TO SHOW CAUSE"))
    import_at(lite, MORNING, cause, order_id="OURS", response_due=date(2026, 12, 9))
    lite.run(MORNING + timedelta(hours=1))
    for day in (7, 8):  # the last week begins with an alert, and the next day a digest is due
        lite.run(NEXT_DAY + timedelta(days=day))
    told = lite.text("lumenhaus", day="2026-12-03").partition("Deadlines of the next 90 days")[2]
    assert "- Dec 9, 2026 · in 6 days · Response to the order" in told
    assert "order_response" in str(rows(lite, "SELECT coming FROM judgements"))
    import_at(lite, NEXT_DAY + timedelta(days=8, hours=1), write_order(lite, order_pdf([GLOWMOTH])), order_id=FINAL)
    lite.run(NEXT_DAY + timedelta(days=9))
    assert "order_response" not in str(rows(lite, "SELECT coming FROM judgements"))


def test_a_digest_made_before_the_next_pass_does_not_ask_for_an_answer_that_a_final_order_ended(lite: Stage) -> None:
    watched(lite)
    cause = write_order(lite, order_pdf([GLOWMOTH], title="ORDER TO SHOW CAUSE"))
    import_at(lite, MORNING, cause, order_id="OURS", response_due=date(2026, 12, 9))
    lite.run(MORNING + timedelta(hours=1), Options(digests=False))
    assert "order_response" in str(rows(lite, "SELECT coming FROM judgements"))
    import_at(lite, MORNING + timedelta(hours=2), write_order(lite, order_pdf([GLOWMOTH])), order_id=FINAL)
    lite.environ["TMWATCH_DIGEST_QUIET"] = "daily"
    lite.run(LATER, act=run_due)
    told = next(one for one in reversed(lite.messages()) if (one.client, one.kind) == ("Lumenhaus", "all_clear"))
    assert "Response to the order" not in lite.text("lumenhaus", told.sequence).partition("Deadlines of the next")[2]


def test_a_mark_that_was_never_read_is_named_and_told_after_its_first_pass(lite: Stage) -> None:
    watched(lite)
    lite.watch("client,emails,brand,serial_number\nLumenhaus,b@lumenhaus.example,NEWMARK,88000020\n", at=MORNING)
    done = import_at(lite, MORNING, write_order(lite, order_pdf(["88000020"])), order_id=FINAL)
    assert [(one.serial_number, one.mark, one.findings) for one in done.named] == [("88000020", None, ())]
    assert done.queued == 0
    case = replace(corpus.days(new_york_day(NEXT_DAY)).first["88000012"], serial_number="88000020", mark="NEWMARK")
    lite.serve([case])
    lite.run(NEXT_DAY)
    assert "Number 88000020 is named in order" in lite.text("lumenhaus", 1, "2026-11-25")


def test_an_owner_without_a_first_report_gets_it_with_the_order_in_it_at_the_next_digest(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(1)
    done = import_at(lite, MORNING, write_order(lite, order_pdf([GLOWMOTH])), order_id=FINAL)
    assert (len(done.named), done.queued) == (1, 0)
    lite.run(LATER)
    assert f"named in order {FINAL}" in lite.text("lumenhaus")


def test_without_sending_the_alert_waits_for_the_next_run(lite: Stage) -> None:
    watched(lite)
    path = write_order(lite, order_pdf([GLOWMOTH]))
    done = import_at(lite, MORNING, path, order_id=FINAL, send=False)
    assert (done.queued, done.delivered.sent) == (1, 0)
    assert lite.run(LATER).delivered.sent >= 1


def test_a_run_that_is_active_keeps_an_import_out(lite: Stage) -> None:
    watched(lite)
    path = write_order(lite, order_pdf([GLOWMOTH]))
    engine = open_engine(lite.database_url)
    token = leases.acquire_lock(engine, LOCK, "another", MORNING, 600)
    with pytest.raises(Busy):
        import_at(lite, MORNING, path, order_id=FINAL)
    leases.release_lock(engine, LOCK, token)
    engine.dispose()
    assert rows(lite, "SELECT order_id FROM orders") == []


def test_the_ledger_keeps_the_import_and_the_last_pass_stays_the_last_pass(lite: Stage) -> None:
    watched(lite)
    import_at(lite, MORNING, write_order(lite, order_pdf([GLOWMOTH])), order_id=FINAL)
    ledger = rows(lite, "SELECT kind, state, exit_code FROM runs ORDER BY started_at")
    assert ledger == [("run", "done", 0), ("orders import", "done", 0)]
    assert "4 of 4 marks checked" in lite.text("lumenhaus")
    assert "2 of 4" not in lite.text("lumenhaus")


def test_marks_that_share_domain_and_address_with_three_of_an_order_get_a_hint_and_named_ones_do_not(
    stage: Stage,
) -> None:
    watched(stage)
    named = [GLOWMOTH, LUMENHAUS, NORTHPINE]
    import_at(stage, MORNING, write_order(stage, order_pdf(named)), order_id=FINAL)
    stage.run(LATER)
    hinted = {str(row[0]) for row in rows(stage, "SELECT serial_number FROM findings WHERE rule = 'S12'")}
    assert FETCHFJORD in hinted
    assert not hinted & set(named), "the order itself says more"
    assert "88000008" not in hinted, "another firm filed it"
