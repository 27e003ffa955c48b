"""What is fetched beside the records: only when something calls for it, not twice, bounded, and never at the cost of
the records themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.entry_maker import Side, assignment, assignment_file, proceeding, ttab_file
from tests.pipeline.portal import Portal, serving
from tests.pipeline.stage import MORNING, NEXT_DAY, Stage
from tests.pipeline.test_daily_pass import act, changes, told
from tests.sources.golden import read as golden
from tmwatch.demo.cases import DemoCase
from tmwatch.pipeline.context import Context
from tmwatch.pipeline.details_pass import Limits, details_pass
from tmwatch.pipeline.run import Edges, RunResult
from tmwatch.store import details, documents, marks, open_engine, reading

MARK, OTHER = "97000002", "97000003"
PORTFOLIO = f"client,emails,brand,serial_number\nLumenhaus,b@lumenhaus.example,ONE,{MARK}\nLumenhaus,,TWO,{OTHER}\n"
PETITION = ("PETC", "T", date(2026, 11, 22), "CANCELLATION INSTITUTED NO. 92099999")
TRANSFER = ("ASGN", "I", date(2026, 11, 22), "AUTOMATIC UPDATE OF ASSIGNMENT OF OWNERSHIP")


def case(serial: str = MARK, *events: tuple[str, str, date, str], **more: object) -> DemoCase:
    """A registered mark with these events."""
    first = ("NWAP", "I", date(2023, 1, 14), "NEW APPLICATION ENTERED")
    one = DemoCase(
        serial_number=serial,
        mark=f"BRAND{serial[-1]}",
        status=700,
        status_date=date(2024, 9, 3),
        status_text="Registered.",
        filed=date(2023, 1, 10),
        owner="Pine Harbor Goods LLC",
        registration_number=f"71000{serial[-2:]}",
        registered=date(2024, 9, 3),
        events=(first, *events),
    )
    return replace(one, **more)  # type: ignore[arg-type]


def st96(serial: str = MARK) -> bytes:
    """The golden document as one of `serial`: a cancellation of 20 November 2026 and an assignment of the 18th."""
    body = golden("registered-info.xml").replace(b"87000001", serial.encode())
    for old, new in (
        (b"2021-02-01", b"2026-11-20"),
        (b"2021-02-03", b"2026-11-22"),
        (b"2021-03-15", b"2027-01-01"),
        (b"2017-05-01", b"2026-11-18"),
        (b"2017-04-20", b"2026-11-01"),
    ):
        body = body.replace(old, new)
    return body


def asked(stage: Stage, what: str) -> list[str]:
    """The requests of one kind of detail, in order."""
    return [path for path in stage.state.requests if what in path]


def stored(stage: Stage, serial: str = MARK) -> marks.StoredCase:
    engine = open_engine(stage.database_url)
    with reading(engine) as conn:
        found = marks.load_cases(conn, [serial])[serial]
    engine.dispose()
    return found


@pytest.fixture
def portal() -> Iterator[Portal]:
    with serving(Portal()) as served:
        yield served


def test_a_quiet_portfolio_asks_for_no_details(lite: Stage) -> None:
    lite.watch(PORTFOLIO)
    lite.serve([case(), case(OTHER)])
    result = lite.run()
    assert [s.name for s in result.sources] == ["tsdr", "case details"]
    assert not [path for path in lite.state.requests if "caseMultiStatus" not in path]


def test_an_entry_about_a_proceeding_fetches_the_xml_once_until_a_newer_one_comes(lite: Stage) -> None:
    lite.watch(PORTFOLIO)
    lite.serve([case(MARK, PETITION), case(OTHER)])
    lite.state.xml = {MARK: st96()}
    assert lite.run().failed == []
    lite.run(MORNING + timedelta(hours=3))
    lite.run(NEXT_DAY)
    assert asked(lite, "info.xml") == [f"/ts/cd/casestatus/sn{MARK}/info.xml"]
    assert [one.number for one in stored(lite).record.proceedings] == ["92099999"]
    assert [one.reel_frame for one in stored(lite).record.assignments] == ["6123/0045"]

    back_dated = ("CANT", "T", date(2026, 11, 23), "CANCELLATION TERMINATED NO. 92099999")
    lite.serve([case(MARK, PETITION, back_dated), case(OTHER)])
    lite.run(NEXT_DAY + timedelta(days=1))
    lite.run(NEXT_DAY + timedelta(days=2))
    assert len(asked(lite, "info.xml")) == 2


def test_an_entry_of_long_ago_fetches_nothing(lite: Stage) -> None:
    lite.watch(PORTFOLIO)
    lite.serve([case(MARK, ("ASGN", "I", date(2019, 1, 1), "AUTOMATIC UPDATE")), case(OTHER)])
    lite.run()
    assert asked(lite, "info.xml") == []


def test_the_xml_tells_proceedings_and_assignments_and_nothing_else(lite: Stage) -> None:
    """The golden document names another mark, owner and status: none of that may reach the record."""
    lite.watch(PORTFOLIO)
    lite.serve([case(MARK, PETITION), case(OTHER)])
    lite.state.xml = {MARK: st96()}
    lite.run()
    kept = stored(lite)
    assert (kept.record.status_code, kept.record.mark_text) == (700, "BRAND2")
    assert [owner.name for owner in kept.record.owners] == ["Pine Harbor Goods LLC"]
    assert (kept.as_of, kept.checked_at) == (MORNING, MORNING)
    (one,) = kept.record.proceedings
    assert one.as_of == MORNING


def test_the_same_fact_from_the_daily_files_and_from_tsdr_is_one_change(stage: Stage, portal: Portal) -> None:
    stage.watch(PORTFOLIO)
    stage.serve([case(), case(OTHER)])
    stage.run()
    ours = Side("D", "PINE HARBOR GOODS LLC", ((MARK, None),))
    rival = Side("P", "RIVAL EXAMPLE CORP", ())
    portal.put("TTABTDXF", "tt261124.zip", ttab_file(proceeding("92099999", "CAN", rival, ours), day="20261124"))
    transfer = assignment(
        "6123",
        "45",
        [(MARK, None)],
        assignors=("Pine Harbor Trading, Inc.",),
        assignees=("PINE HARBOR GOODS LLC",),
        updated="20261124",
    )
    portal.put("TRTDXFAG", "asb261124.zip", assignment_file(transfer, day="20261124"))
    stage.serve([case(MARK, PETITION, TRANSFER), case(OTHER)])
    stage.state.xml = {MARK: st96()}
    assert act(stage, portal, NEXT_DAY, tsdr=True).failed == []
    assert len(asked(stage, "info.xml")) == 1
    assert [serial for serial, _ in changes(stage, "proceedings")] == [MARK]
    assert [serial for serial, _ in changes(stage, "assignments")] == [MARK]
    words = " ".join(told(stage).split())
    assert words.count("TTAB cancellation pending") == 1
    assert "Assignment 6123/0045" in words


def test_an_order_in_sight_fetches_the_papers_and_a_note_among_them_is_told(stage: Stage) -> None:
    stage.watch(PORTFOLIO)
    stage.serve([case(), case(OTHER)])
    stage.run()
    review = ("KSNS", "O", date(2026, 11, 24), "NOTICE OF SUSPENSION SENT - PENDING REVIEW")
    stage.serve([case(MARK, review, status=973), case(OTHER)])
    title = "Note to the File: Order to Show Cause"
    stage.state.papers = {
        MARK: [("NTF", title, "2026-11-23"), ("NTF", "Note", "2026-11-23"), ("APP", "x", "2023-01-10")]
    }
    assert stage.run(NEXT_DAY).failed == []
    assert asked(stage, "casedocs") == [f"/ts/cd/casedocs/sn{MARK}/info"]
    assert title in told(stage)
    engine = open_engine(stage.database_url)
    with reading(engine) as conn:
        listed = documents.load_case_documents(conn, MARK)
        assert details.papers(conn, [MARK, OTHER])[MARK][0] == (date(2023, 1, 10), "x")
    engine.dispose()
    assert sorted(one.document_id for one in listed) == ["APP20230110", "NTF20261123", "NTF20261123-2"]
    assert all(one.url and one.url.endswith("/content.pdf") for one in listed)


def test_the_papers_are_looked_at_again_once_a_week_while_the_finding_is_open(lite: Stage) -> None:
    lite.watch(PORTFOLIO)
    review = ("KSNS", "O", date(2026, 11, 20), "NOTICE OF SUSPENSION SENT - PENDING REVIEW")
    lite.serve([case(MARK, review, status=973), case(OTHER)])
    for day in (0, 1, 6, 7, 8):
        lite.run(MORNING + timedelta(days=day))
    assert len(asked(lite, "casedocs")) == 2  # at first and a week later


WINDOW = {"registered": date(2020, 6, 16), "filed": date(2019, 1, 10), "status_date": date(2020, 6, 16)}


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (
            {"earliestDate": "2025-06-16", "latestDateWithoutFee": "2026-06-16", "latestDateWithFee": "2026-12-16"},
            None,
        ),
        (
            {"earliestDate": "2025-06-16", "latestDateWithoutFee": "2026-06-16", "latestDateWithFee": "2027-06-16"},
            "The USPTO ends the grace on Jun 16, 2027, computed Dec 16, 2026",
        ),
        ({"nextFormToFile": 71, "earliestDate": None}, "The USPTO asks for form 71 next"),
    ],
)
def test_the_maintenance_dates_of_the_office_are_compared_and_a_difference_is_told(
    lite: Stage, dates: dict[str, object], expected: str | None
) -> None:
    lite.watch(PORTFOLIO)
    lite.serve([case(MARK, **WINDOW), case(OTHER)])
    lite.state.windows = {MARK: {"maintenance": dates}}
    assert lite.run().failed == []
    words = " ".join(told(lite, "2026-11-24").split())
    assert ("Maintenance dates of the USPTO differ" in words) == (expected is not None)
    if expected:
        assert expected in words


def test_the_maintenance_dates_are_asked_of_open_windows_once_a_month(lite: Stage) -> None:
    lite.watch(PORTFOLIO)
    lite.serve([case(MARK, registered=date(2021, 6, 16)), case(OTHER)])
    for day in (0, 1, 15, 31, 32):
        assert lite.run(MORNING + timedelta(days=day)).failed == []  # 404: no dates for the case, no failure
    assert asked(lite, "maintenance") == [f"/ts/cd/maintenance/sn{MARK}/info.json"] * 2


def test_dates_from_before_a_newer_entry_are_not_compared(lite: Stage) -> None:
    lite.watch(PORTFOLIO)
    lite.serve([case(MARK, **WINDOW), case(OTHER)])
    lite.state.windows = {MARK: {"latestDateWithFee": "2027-06-16"}}
    assert lite.run().open > 0
    filed = ("ES8R", "I", date(2026, 11, 25), "SECTION 8 FILED")
    lite.serve([case(MARK, filed, **WINDOW), case(OTHER)])
    lite.run(NEXT_DAY + timedelta(days=1))
    assert "Maintenance dates of the USPTO differ" in told(lite, "2026-11-26")  # as cleared
    assert "cleared" in told(lite, "2026-11-26")


def test_a_maintenance_answer_of_another_shape_is_named_once_and_left_alone(lite: Stage) -> None:
    lite.watch(PORTFOLIO)
    lite.serve([case(MARK, **WINDOW), case(OTHER, **WINDOW)])
    lite.state.windows = {MARK: {"dates": []}, OTHER: {"dates": []}}
    result = lite.run()
    (failed,) = result.failed
    assert failed.source == "case details"
    assert "maintenance answer" in str(failed.error)
    assert len(asked(lite, "maintenance")) == 1
    assert result.checked == 2


def test_a_detail_that_fails_is_named_and_the_mark_stays_checked(lite: Stage) -> None:
    lite.watch(PORTFOLIO)
    lite.serve([case(MARK, PETITION), case(OTHER)])  # no XML there: 404
    result = lite.run()
    assert (result.watched, result.checked) == (2, 2)
    (failed,) = result.failed
    assert (failed.source, failed.serial_number) == ("case details", None)
    assert MARK in str(failed.error)
    assert not result.complete
    assert "2 of 2 marks checked" in lite.text("lumenhaus")
    lite.state.xml = {MARK: st96()}
    assert lite.run(MORNING + timedelta(hours=1)).failed == []


def test_a_run_asks_for_a_bounded_number_and_the_rest_waits_its_turn(lite: Stage) -> None:
    serials = [f"9700010{n}" for n in range(5)]
    lite.watch("client,brand,serial_number\n" + "".join(f"Lumenhaus,B{s},{s}\n" for s in serials))
    lite.serve([case(serial, PETITION) for serial in serials])
    lite.state.xml = {serial: st96(serial) for serial in serials}

    def limited(now: datetime) -> list[str]:
        before = len(asked(lite, "info.xml"))

        def details_alone(ctx: Context, edges: Edges) -> RunResult:
            assert edges.tsdr is not None
            return RunResult("", now, sources=[details_pass(ctx, edges.tsdr, serials, Limits(xml=2))])

        lite.run(now, act=details_alone)
        return asked(lite, "info.xml")[before:]

    lite.run()
    assert len(asked(lite, "info.xml")) == 5
    lite.serve([case(serial, PETITION, TRANSFER) for serial in serials])
    lite.state.xml = {}
    lite.run(NEXT_DAY)  # three answers missing in a row: TSDR is left alone
    assert len(asked(lite, "info.xml")) == 8
    lite.state.xml = {serial: st96(serial) for serial in serials}
    first, second, third = (limited(NEXT_DAY + timedelta(hours=hour)) for hour in (1, 2, 3))
    assert [len(one) for one in (first, second, third)] == [2, 2, 1]
    assert len({*first, *second, *third}) == 5
