"""The three daily products through one portal: what is learned the same day, and what happens when a day is damaged,
late, issued again or no data at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.bulk_maker import Case, daily, quiet_day, zipped
from tests.entry_maker import Side, assignment, assignment_file, proceeding, ttab_file
from tests.pipeline.portal import KEY, Portal, serving
from tests.pipeline.stage import MORNING, NEXT_DAY, Stage, no_wait
from tmwatch.demo.cases import DemoCase
from tmwatch.pipeline.bulk_products import APPLICATIONS, ASSIGNMENTS, PRODUCTS, TTAB, product_of
from tmwatch.pipeline.edges import open_odp
from tmwatch.pipeline.run import Options, RunResult, run
from tmwatch.store import files, marks, open_engine, reading

DAY, BEFORE = "261124", "261123"
NAMES = ("daily files", "TTAB daily files", "assignment daily files")
PORTFOLIO = "client,emails,brand,serial_number\n" + "".join(
    f"Lumenhaus,b@lumenhaus.example,BRAND{n},9700000{n}\n" for n in range(1, 7)
)
THEM = Side("P", "Harbour Glass GmbH", (("90000009", None),))
APPLICATION = "97000001"


def registered(serial: str) -> str:
    """The registration number of a mark of the portfolio."""
    return f"71000{serial[-2:]}"


def tsdr_case(serial: str, **more: object) -> DemoCase:
    """A mark as TSDR tells it: the first is a published application, the others are registered."""
    first = serial == APPLICATION
    case = DemoCase(
        serial_number=serial,
        mark=f"BRAND{serial[-1]}",
        status=686 if first else 700,
        status_date=date(2024, 9, 3),
        status_text="Published for opposition." if first else "Registered.",
        filed=date(2023, 1, 10),
        owner="Lumenhaus LLC",
        registration_number="" if first else registered(serial),
        registered=None if first else date(2024, 9, 3),
        events=(("NWAP", "I", date(2023, 1, 14), "NEW APPLICATION ENTERED"),),
    )
    return replace(case, **more)  # type: ignore[arg-type]


def bulk_case(serial: str, *events: tuple[str, str, str], owner: str = "Lumenhaus LLC", party_type: str = "30") -> Case:
    """The same mark as a daily file tells it, with new events (code, type, text) of the day."""
    first = ("NWAP", "I", "NEW APPLICATION ENTERED", "20230114", "1")
    entered = [(code, type_, words, "20261124", str(n)) for n, (code, type_, words) in enumerate(events, 2)]
    return Case(
        serial=serial,
        registration=registered(serial),
        transaction="20261124",
        header={
            "filing-date": "20230110",
            "registration-date": "20240903",
            "status-code": "700",
            "status-date": "20240903",
            "mark-identification": f"BRAND{serial[-1]}",
            "mark-drawing-code": "4",
            "attorney-name": "Harriet Vale",
        },
        true_flags=frozenset({"trademark-in", "use-application-currently-in", "filing-basis-filed-as-1a-in"}),
        events=(first, *entered),
        owners=(
            (
                (("entry-number", "1"), ("party-type", party_type)),
                (("legal-entity-type-code", "16"), ("party-name", owner), ("city", "Dover")),
            ),
        ),
    )


@pytest.fixture
def portal() -> Iterator[Portal]:
    with serving(Portal()) as served:
        for product, quiet in (("TTABTDXF", ttab_file), ("TRTDXFAG", assignment_file)):
            prefix = "tt" if product == "TTABTDXF" else "asb"
            served.put(product, f"{prefix}{BEFORE}.zip", quiet(day="20261123"))
        served.put("TRTDXFAP", f"apc{BEFORE}.zip", quiet_day())
        yield served


def act(stage: Stage, portal: Portal, now: datetime = NEXT_DAY, *, tsdr: bool = False) -> RunResult:
    """Run with the portal, with or without TSDR."""
    stage.environ |= {"TMWATCH_ODP_API_KEY": KEY, "TMWATCH_ODP_BASE_URL": portal.url}
    sources = ("odp", "tsdr") if tsdr else ("odp",)

    with open_odp(stage.settings, lambda: now, no_wait) as odp:
        return stage.run(now, act=lambda ctx, edges: run(ctx, replace(edges, odp=odp), Options(sources=sources)))


def first_day(stage: Stage, portal: Portal) -> None:
    """Learn the portfolio from TSDR and the quiet files of the day before; the baseline goes out."""
    stage.watch(PORTFOLIO)
    stage.serve(tsdr_case(f"9700000{n}") for n in range(1, 7))
    assert act(stage, portal, MORNING, tsdr=True).failed == []


def told(stage: Stage, day: str = "2026-11-25") -> str:
    """All texts of a day."""
    return "\n".join(path.read_text("utf-8") for path in sorted((stage.folder / "mail").glob(f"*-{day}-*.txt")))


def changes(stage: Stage, name: str) -> list[tuple[str, object]]:
    """(serial, new value) of the field changes of one name."""
    engine = open_engine(stage.database_url)
    with reading(engine) as conn:
        found = marks.load_changes(conn, [f"9700000{n}" for n in range(1, 7)], date(2026, 1, 1))
    engine.dispose()
    rows = sorted((c for rows in found.values() for c in rows), key=lambda c: (c.serial_number, c.id))
    return [(c.serial_number, c.new) for c in rows if c.kind == "field" and c.name == name]


def publish_everything(portal: Portal) -> None:
    """The files of the day on which each kind of attack and transfer happens to one mark."""
    ours = [Side("D", "Lumenhaus LLC", ((f"9700000{n}", None),)) for n in range(7)]
    appeals = [
        Side("P", "Lumenhaus LLC", (("97000003", None),), tma=("2026-100137", "E")),
        Side("P", "Lumenhaus LLC", (("97000004", None),), tma=("2026-100138", "R")),
    ]
    portal.put(
        "TTABTDXF",
        f"tt{DAY}.zip",
        ttab_file(
            proceeding("91299001", "OPP", THEM, ours[1]),
            proceeding("92099001", "CAN", THEM, Side("D", "Lumenhaus LLC", ((None, registered("97000002")),))),
            proceeding("97000003", "EXA", appeals[0], entries=()),
            proceeding("97000004", "EXA", appeals[1], entries=()),
            proceeding("91299777", "OPP", THEM, Side("D", "Somebody", (("90000001", None),))),
            day="20261124",
        ),
    )
    portal.put(
        "TRTDXFAG",
        f"asb{DAY}.zip",
        assignment_file(
            assignment(
                "9001",
                "0007",
                [("97000005", registered("97000005").lstrip("0"))],
                assignors=("Lumenhaus LLC",),
                updated="20261124",
            ),
            assignment("9001", "0008", [("90000001", None)]),
            day="20261124",
        ),
    )
    portal.put(
        "TRTDXFAP",
        f"apc{DAY}.zip",
        daily(
            (
                "TX",
                [
                    bulk_case("97000003", ("BXPI", "O", "EXPUNGEMENT PROCEEDING INSTITUTED")),
                    bulk_case("97000004", ("BRPI", "O", "REEXAMINATION PROCEEDING INSTITUTED")),
                    bulk_case("97000006", owner="Brightmoor Holdings Inc.", party_type="31"),
                ],
            )
        ),
    )


def test_what_happens_to_a_mark_is_learned_from_the_daily_files_the_same_day(stage: Stage, portal: Portal) -> None:
    first_day(stage, portal)
    publish_everything(portal)
    result = act(stage, portal)
    assert (result.failed, [s.name for s in result.sources]) == ([], list(NAMES))
    words = told(stage)
    for expected in (
        "Opposition 91299001 of Nov 20, 2026, plaintiff Harbour Glass GmbH, defendant Lumenhaus LLC, pending, answer "
        "due Jan 1, 2027; https://ttabvue.uspto.gov/ttabvue/v?pno=91299001",
        "Cancellation 92099001 of Nov 20, 2026, plaintiff Harbour Glass GmbH, defendant Lumenhaus LLC",
        "https://ttabvue.uspto.gov/ttabvue/v?pno=92099001",
        "BXPI/O",
        "Proceeding 2026-100137E. Registrant: Lumenhaus LLC",
        "BRPI/O",
        "Proceeding 2026-100138R. Registrant: Lumenhaus LLC",
        'Assignment 9001/0007 recorded on Nov 18, 2026: "ASSIGNS THE ENTIRE INTEREST", from Lumenhaus LLC to Bright',
        "The owner changed from Lumenhaus LLC to Brightmoor Holdings Inc.",
        "https://tsdr.uspto.gov/#caseNumber=97000003",
        "https://tsdr.uspto.gov/#caseNumber=97000004",
        "https://tsdr.uspto.gov/#caseNumber=97000005",
        "https://tsdr.uspto.gov/#caseNumber=97000006",
    ):
        assert expected in " ".join(words.split()), expected
    assert "91299777" not in words
    assert [serial for serial, _ in changes(stage, "proceedings")] == ["97000001", "97000002", "97000003", "97000004"]
    assert [serial for serial, _ in changes(stage, "assignments")] == ["97000005"]


def test_reading_the_same_day_again_tells_nothing_twice(lite: Stage, portal: Portal) -> None:
    first_day(lite, portal)
    publish_everything(portal)
    act(lite, portal)
    before = len(lite.messages())
    again = act(lite, portal, NEXT_DAY + timedelta(hours=1))
    assert (again.queued, sum(s.changes for s in again.sources)) == (0, 0)
    assert len(lite.messages()) == before
    assert len(portal.downloads()) == 6


def test_the_key_goes_to_the_portal_alone_and_each_file_is_fetched_once(lite: Stage, portal: Portal) -> None:
    first_day(lite, portal)
    publish_everything(portal)
    act(lite, portal)
    for one in portal.asked:
        assert ("x-api-key" in one.headers) == (one.host == "portal"), one.path
        assert KEY not in one.path
    assert sorted(portal.downloads()) == sorted(
        f"{prefix}{day}.zip" for prefix in ("apc", "tt", "asb") for day in (BEFORE, DAY)
    )


def test_a_tsdr_answer_later_on_the_day_of_a_file_of_the_board_is_not_refused(stage: Stage, portal: Portal) -> None:
    """The file counts to the end of its day; it says nothing of the status, so it must not make TSDR look old."""
    first_day(stage, portal)
    portal.put(
        "TTABTDXF",
        f"tt{DAY}.zip",
        ttab_file(
            proceeding("91299001", "OPP", THEM, Side("D", "Lumenhaus LLC", ((APPLICATION, None),))), day="20261124"
        ),
    )
    evening = MORNING + timedelta(hours=6)  # still the day of the file
    act(stage, portal, evening)
    stage.serve([tsdr_case(APPLICATION, status=774), *(tsdr_case(f"9700000{n}") for n in range(2, 7))])
    stage.run(evening + timedelta(hours=1))
    assert changes(stage, "status") == [(APPLICATION, 774)]
    engine = open_engine(stage.database_url)
    with reading(engine) as conn:
        case = marks.load_cases(conn, [APPLICATION])[APPLICATION]
    engine.dispose()
    assert (case.record.status_code, case.as_of) == (774, evening + timedelta(hours=1))
    assert [one.number for one in case.record.proceedings] == ["91299001"]


def test_a_mark_seen_in_a_file_of_the_board_does_not_count_as_seen(lite: Stage, portal: Portal) -> None:
    first_day(lite, portal)
    publish_everything(portal)
    result = act(lite, portal)
    assert result.checked == 3  # the three of the applications file


def test_an_attack_on_a_mark_never_read_before_is_told_and_its_status_called_unknown(
    stage: Stage, portal: Portal
) -> None:
    stage.watch(PORTFOLIO)
    publish_everything(portal)
    portal.files["TRTDXFAP"] = {f"apc{DAY}.zip": zipped(quiet_day())}
    assert act(stage, portal).failed == []
    words = " ".join(told(stage).split())
    assert "91299001" in words
    assert "9001/0007" in words
    assert "No source has told the status of this mark yet" in words
    engine = open_engine(stage.database_url)
    with engine.connect() as conn:
        standing = set(conn.execute(text("SELECT standing FROM case_files")).scalars())
    engine.dispose()
    assert standing == {"unknown"}


def test_a_damaged_day_is_named_the_others_are_read_and_it_is_read_once_mended(stage: Stage, portal: Portal) -> None:
    first_day(stage, portal)
    publish_everything(portal)
    whole = portal.files["TTABTDXF"][f"tt{DAY}.zip"]
    broken = bytearray(whole)
    broken[len(whole) // 2] ^= 0xFF
    portal.files["TTABTDXF"][f"tt{DAY}.zip"] = bytes(broken)
    result = act(stage, portal)
    assert [(f.source, f.file) for f in result.failed] == [("TTAB daily files", f"tt{DAY}.zip")]
    assert not result.complete
    assert changes(stage, "proceedings") == []
    assert changes(stage, "assignments") != []
    ttab = next(s for s in result.sources if s.name == "TTAB daily files")
    assert (ttab.until, ttab.missing_days) == (date(2026, 11, 23), (date(2026, 11, 24),))
    assert "TTAB daily files" in told(stage)

    portal.files["TTABTDXF"][f"tt{DAY}.zip"] = whole
    mended = act(stage, portal, NEXT_DAY + timedelta(hours=2))
    assert mended.failed == []
    assert len(changes(stage, "proceedings")) == 4
    ttab = next(s for s in mended.sources if s.name == "TTAB daily files")
    assert (ttab.until, ttab.missing_days) == (date(2026, 11, 24), ())


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"just some bytes", "no zip file"),
        (zipped(assignment_file(day="20261124")), "an assignments file, not a TTAB file"),
        (zipped(ttab_file(day="20261124").replace(b"<data-available-code>N</data-available-code>", b"")), "no entries"),
    ],
)
def test_what_is_no_file_of_the_board_is_named_and_stays_to_do(
    lite: Stage, portal: Portal, body: bytes, reason: str
) -> None:
    first_day(lite, portal)
    portal.files["TTABTDXF"][f"tt{DAY}.zip"] = body
    (failed,) = act(lite, portal).failed
    assert failed.file == f"tt{DAY}.zip"
    assert reason in str(failed.error)
    assert KEY not in str(failed.error)
    assert "signature" not in str(failed.error)
    assert portal.signed_url not in str(failed.error)
    engine = open_engine(lite.database_url)
    with reading(engine) as conn:
        (todo,) = [one for one in files.list_files(conn, "TTABTDXF") if one.state != "done"]
    engine.dispose()
    assert (todo.name, todo.state) == (f"tt{DAY}.zip", "failed")


def test_a_day_that_comes_late_is_missing_until_then_and_does_not_undo_what_is_newer(
    lite: Stage, portal: Portal
) -> None:
    first_day(lite, portal)
    ours = Side("D", "Lumenhaus LLC", ((APPLICATION, None),))
    ended = proceeding("91299001", "OPP", THEM, ours, status="9")
    portal.put("TTABTDXF", "tt261125.zip", ttab_file(ended, day="20261125"))
    result = act(lite, portal)
    ttab = next(s for s in result.sources if s.name == "TTAB daily files")
    assert ttab.missing_days == (date(2026, 11, 24),)
    portal.put(
        "TTABTDXF", f"tt{DAY}.zip", ttab_file(proceeding("91299001", "OPP", THEM, ours, status="2"), day="20261124")
    )
    late = act(lite, portal, NEXT_DAY + timedelta(hours=5))
    ttab = next(s for s in late.sources if s.name == "TTAB daily files")
    assert (ttab.missing_days, ttab.changes) == ((), 0)
    assert [value["status"] for _, value in changes(lite, "proceedings")] == ["9"]  # type: ignore[index]


def test_a_day_issued_again_with_other_bytes_is_read_again_and_tells_only_what_is_new(
    lite: Stage, portal: Portal
) -> None:
    first_day(lite, portal)
    publish_everything(portal)
    act(lite, portal)
    both = ttab_file(
        proceeding("91299001", "OPP", THEM, Side("D", "Lumenhaus LLC", ((APPLICATION, None),))),
        proceeding("91299002", "OPP", THEM, Side("D", "Lumenhaus LLC", ((APPLICATION, None),))),
        day="20261124",
    )
    portal.put("TTABTDXF", f"tt{DAY}.zip", both)
    result = act(lite, portal, NEXT_DAY + timedelta(hours=3))
    assert [s.changes for s in result.sources] == [0, 1, 0]
    numbers = [value["number"] for serial, value in changes(lite, "proceedings") if serial == APPLICATION]  # type: ignore[index]
    assert sorted(numbers) == ["91299001", "91299002"]


def test_a_product_that_is_refused_is_named_and_the_others_are_read(lite: Stage, portal: Portal) -> None:
    first_day(lite, portal)
    publish_everything(portal)
    portal.refused = {"TRTDXFAP"}
    result = act(lite, portal)
    (failed,) = result.failed
    assert failed.source == "daily files"
    assert "refuses the key" in str(failed.error)
    assert [s.changes > 0 for s in result.sources] == [False, True, True]


def test_a_record_that_cannot_be_used_is_kept_and_named_and_the_day_counts_as_read(lite: Stage, portal: Portal) -> None:
    first_day(lite, portal)
    bad = assignment("9001", "0007", [("97000005", None)], purge="?")
    good = assignment("9001", "0009", [("97000006", None)], updated="20261124")
    portal.put("TRTDXFAG", f"asb{DAY}.zip", assignment_file(bad, good, day="20261124"))
    result = act(lite, portal)
    (failed,) = result.failed
    assert "97000005" in str(failed.error)
    assert "set aside" in str(failed.error)
    assert [serial for serial, _ in changes(lite, "assignments")] == ["97000006"]
    assert result.sources[2].until == date(2026, 11, 24)


def test_an_assignment_taken_back_is_told_and_its_finding_ends(lite: Stage, portal: Portal) -> None:
    first_day(lite, portal)
    publish_everything(portal)
    act(lite, portal)
    gone = assignment("9001", "0007", [("97000005", None)], purge="Y", updated="20261125")
    portal.put("TRTDXFAG", "asb261125.zip", assignment_file(gone, day="20261125"))
    result = act(lite, portal, NEXT_DAY + timedelta(days=1))
    assert result.cleared == 1
    assert "Assignment 9001/0007 was taken back by the Office" in " ".join(told(lite, "2026-11-26").split())


# Files from disk


def test_ingest_tells_the_kinds_apart_by_content_whatever_their_names(lite: Stage, tmp_path: Path) -> None:
    lite.watch(PORTFOLIO)
    lite.serve(tsdr_case(f"9700000{n}") for n in range(1, 7))
    lite.run()
    ours = Side("D", "Lumenhaus LLC", ((APPLICATION, None),))
    held = {
        "one.xml": ttab_file(proceeding("91299001", "OPP", THEM, ours), day="20261124"),
        "two.zip": zipped(assignment_file(assignment("1", "2", [("97000005", None)]), day="20261124")),
        "apc261124.zip": zipped(daily(("TX", [bulk_case("97000006", owner="Brightmoor Holdings Inc.")]))),
    }
    for name, body in held.items():
        (tmp_path / name).write_bytes(body)
    result = lite.run(NEXT_DAY, Options(files=tuple(tmp_path / name for name in held)))
    assert [(s.name, s.documents, s.failed) for s in result.sources] == [(name, 1, []) for name in NAMES]
    assert len(changes(lite, "proceedings")) == len(changes(lite, "assignments")) == len(changes(lite, "owners")) == 1


def test_the_same_bytes_from_disk_change_nothing(lite: Stage, tmp_path: Path) -> None:
    lite.watch(PORTFOLIO)
    lite.serve(tsdr_case(f"9700000{n}") for n in range(1, 7))
    lite.run()
    path = tmp_path / f"asb{DAY}.zip"
    path.write_bytes(zipped(assignment_file(assignment("1", "2", [("97000005", None)]), day="20261124")))
    assert lite.run(NEXT_DAY, Options(files=(path,))).sources[0].changes == 1
    assert lite.run(NEXT_DAY, Options(files=(path,))).sources[0].changes == 0


@pytest.mark.parametrize(
    ("name", "body", "product"),
    [
        ("tt261124.zip", b"damaged", TTAB),
        ("asb19550103-20211231-01.zip", b"damaged", ASSIGNMENTS),
        ("notes.txt", b"hello", APPLICATIONS),
        ("tt261124.zip", zipped(assignment_file()), ASSIGNMENTS),
        ("asb261124.xml", quiet_day(), APPLICATIONS),
        ("x.xml", ttab_file(dtd=False), TTAB),
    ],
)
def test_a_file_is_known_by_content_then_by_name(tmp_path: Path, name: str, body: bytes, product: object) -> None:
    (tmp_path / name).write_bytes(body)
    assert product_of(tmp_path / name) is product


def test_an_annual_file_is_no_day_among_the_daily_ones(lite: Stage, tmp_path: Path) -> None:
    lite.watch(PORTFOLIO)
    path = tmp_path / "tt19511002-20251231-1.zip"
    path.write_bytes(zipped(ttab_file(proceeding("91200001", "OPP", THEM), action="AN", day="20260110")))
    (source,) = lite.run(NEXT_DAY, Options(files=(path,))).sources
    assert (source.name, source.until, source.missing_days) == ("TTAB daily files", None, ())
    assert [product.ledger_id(path.name) for product in PRODUCTS] == ["TRTDXFAP", "TTABYR", "TRTDXFAG"]
