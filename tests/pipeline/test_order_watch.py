"""The watch over the page of orders: a new document is told, imported as unreviewed; its failure is a warning."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.order_pdfs import Sheet, image_only, pdf
from tests.pipeline.orders_stage import FINAL, import_at, order_pdf, rows, watched, write_order
from tests.pipeline.stage import MORNING, NEXT_DAY, Stage, no_wait
from tests.sources.loopback import Loopback, Say, reply, running
from tmwatch.cli.opening import open_context
from tmwatch.pipeline.edges import channels_of, open_page, open_tsdr
from tmwatch.pipeline.order_watch import MOST_AT_ONCE, Seen, open_documents, seen_documents
from tmwatch.pipeline.run import ORDER_WATCH, Edges, Options, RunResult, run
from tmwatch.store import health, open_engine, reading

GLOWMOTH = "88000004"
LATER = MORNING + timedelta(hours=1)
MADE_UP = "USPTO-2026-11-20-FINAL"
LINK = "<li><a href='{name}.pdf'>{title}</a></li>"


@pytest.fixture
def server() -> Iterator[Loopback]:
    """The USPTO's web site, on loopback."""
    with running() as found:
        yield found


def page(server: Loopback, *names: str, title: str = "Order of Harbour Filing Ltd.") -> None:
    """Let the page list these documents."""
    listed = "".join(LINK.format(name=name, title=f"{title} {name}") for name in names)
    server.answers["/orders"] = [reply(200, f"<html><body><ul>{listed}</ul></body></html>".encode(), "text/html")]


def serve(server: Loopback, **files: bytes | Say) -> None:
    """Serve documents by name."""
    for name, body in files.items():
        server.answers[f"/{name}.pdf"] = [reply(200, body, "application/pdf") if isinstance(body, bytes) else body]


def watch(
    stage: Stage, server: Loopback, now: datetime = MORNING, options: Options | None = None, **more: Any
) -> RunResult:
    """One run that reads the page too."""
    stage.environ["TMWATCH_ORDERS_PAGE_URL"] = f"{server.url}/orders"
    settings = stage.settings
    with (
        open_context(settings, lambda: now, **more) as ctx,
        open_tsdr(settings, lambda: now, no_wait, None) as tsdr,
        open_page(settings, lambda: now, no_wait) as orders,
    ):
        return run(ctx, Edges(tsdr, None, channels_of(settings), orders), options or Options())


def documents(stage: Stage) -> dict[str, Seen]:
    """What is remembered of the page, by file name."""
    engine = open_engine(stage.database_url)
    with reading(engine) as conn:
        found = seen_documents(conn)
    engine.dispose()
    return {url.rpartition("/")[2].removesuffix(".pdf"): one for url, one in found.items()}


def waiting(stage: Stage) -> list[str]:
    engine = open_engine(stage.database_url)
    with reading(engine) as conn:
        found = open_documents(conn)
    engine.dispose()
    return [one.url.rpartition("/")[2] for one in found]


def test_a_new_order_is_imported_unreviewed_and_its_marks_are_alerted_in_the_same_run(
    stage: Stage, server: Loopback
) -> None:
    watched(stage)
    page(server, "final")
    serve(server, final=order_pdf([GLOWMOTH]))
    result = watch(stage, server)
    assert result.complete
    (line,) = map(str, result.notices)
    assert "Order of Harbour Filing Ltd. final" in line
    assert f"201 numbers read, order {MADE_UP}, not reviewed" in line
    assert "--reviewed" in line
    assert [m.kind for m in stage.messages()].count("alert") == 1
    told = stage.text("lumenhaus")
    assert f"Number {GLOWMOTH} is named in order {MADE_UP} of Nov 20, 2026 (page 4)" in told
    assert "no person has checked" in told
    (row,) = rows(stage, "SELECT order_id, reviewed, file_name FROM order_lists")
    assert (row[0], bool(row[1])) == (MADE_UP, False)
    ((source,),) = rows(stage, "SELECT source_url FROM orders")
    assert source == f"{server.url}/final.pdf"


def test_the_next_day_nothing_is_fetched_or_told_again(stage: Stage, server: Loopback) -> None:
    watched(stage)
    page(server, "final")
    serve(server, final=order_pdf([GLOWMOTH]))
    watch(stage, server)
    server.asked.clear()
    messages = len(stage.messages())
    again = watch(stage, server, LATER)
    assert (again.notices, server.targets, again.queued) == ([], ["/orders"], 0)
    assert len(stage.messages()) == messages


def test_an_order_of_the_registry_is_known_by_its_type_and_day(lite: Stage, server: Loopback) -> None:
    watched(lite)
    page(server, "big")
    serve(server, big=order_pdf([GLOWMOTH], day="August 6, 2025"))
    watch(lite, server)
    assert rows(lite, "SELECT order_id FROM order_lists") == [("USPTO-2025-08-06-SELLERGROWTH-FINAL",)]


def test_the_words_of_the_page_tell_what_the_document_does_not(lite: Stage, server: Loopback) -> None:
    watched(lite)
    page(server, "list", title="Final Order for Sanctions, November 20, 2026,")
    serve(server, list=order_pdf([GLOWMOTH], title="EXHIBIT A", day=None))
    watch(lite, server)
    assert rows(lite, "SELECT order_id, order_date, type FROM orders") == [(MADE_UP, "2026-11-20", "final_sanctions")]


def test_two_new_orders_of_one_type_and_day_get_ids_of_their_own(lite: Stage, server: Loopback) -> None:
    watched(lite)
    page(server, "one")
    serve(server, one=order_pdf([GLOWMOTH]), two=order_pdf(["88000001"]))
    watch(lite, server)
    page(server, "one", "two")
    result = watch(lite, server, LATER)
    assert rows(lite, "SELECT order_id FROM order_lists") == [(MADE_UP,)]
    assert "two" in str(result.notices[0])
    assert f"a list of order {MADE_UP} is loaded already" in str(result.notices[0])
    assert waiting(lite) == ["two.pdf"]


def test_a_page_that_is_down_warns_everywhere_and_leaves_the_run_complete(stage: Stage, server: Loopback) -> None:
    watched(stage)
    stage.serve_day(2)
    server.answers["/orders"] = [reply(503, b"", "text/html")]
    result = watch(stage, server, NEXT_DAY)
    assert result.complete
    assert result.failed == []
    assert any("page of orders not read" in line and "503" in line for line in map(str, result.notices))
    told = stage.text("lumenhaus", 2, "2026-11-25")
    assert "page of orders could not be read (127.0.0.1 answered 503)" in told
    assert "4 of 4 marks checked" in told
    ((state, code),) = rows(stage, "SELECT state, exit_code FROM runs ORDER BY started_at DESC LIMIT 1")
    assert (state, code) == ("done", 0)
    source = next(one for one in result.to_json()["sources"] if one["name"] == "page of orders")
    assert (source["failed"], result.to_json()["failed"]) == (1, [])
    engine = open_engine(stage.database_url)
    with reading(engine) as conn:
        assert "503" in str(health.load_health(conn)["page of orders"].last_error)
    engine.dispose()


@pytest.mark.parametrize(
    "body", ["<html><body><p>We moved.</p></body></html>", "<html><body><a href='x'>x</a></body></html>"]
)
def test_a_page_that_changed_its_shape_fails_loudly_and_what_was_seen_stays(
    lite: Stage, server: Loopback, body: str
) -> None:
    watched(lite)
    page(server, "final")
    serve(server, final=order_pdf([GLOWMOTH]))
    watch(lite, server)
    server.answers["/orders"] = [reply(200, body.encode(), "text/html")]
    result = watch(lite, server, LATER)
    assert result.complete
    assert "shows no order document; it listed 1 before: its shape or its address changed" in str(result.notices[0])
    assert list(documents(lite)) == ["final"]
    page(server, "final")
    assert watch(lite, server, LATER + timedelta(hours=1)).notices == []


def test_a_page_that_never_showed_a_document_fails_too(lite: Stage, server: Loopback) -> None:
    server.answers["/orders"] = [reply(200, b"<html><body>Hello</body></html>", "text/html")]
    assert "shows no order document: its shape" in str(watch(lite, server).notices[0])


def test_a_document_on_another_host_is_told_and_not_fetched(lite: Stage, server: Loopback) -> None:
    watched(lite)
    link = "<html><body><a href='https://files.elsewhere.example/final.pdf'>Final order</a></body></html>"
    server.answers["/orders"] = [reply(200, link.encode(), "text/html")]
    result = watch(lite, server)
    assert "another host" in str(result.notices[0])
    assert "https://files.elsewhere.example/final.pdf" in str(result.notices[0])
    assert server.targets == ["/orders"]
    assert waiting(lite) == ["final.pdf"]


def test_what_a_person_must_decide_is_told_with_the_command_and_stays_until_it_is_done(
    lite: Stage, server: Loopback
) -> None:
    watched(lite)
    page(server, "short", "nobody", "scan")
    serve(
        server,
        short=order_pdf([GLOWMOTH], says="The 15,932 applications listed in Exhibit A"),
        nobody=order_pdf([GLOWMOTH], title="SOMETHING ELSE", day=None),
        scan=pdf([image_only(), image_only()]),
    )
    result = watch(lite, server)
    short, nobody, scan = map(str, result.notices)
    assert "15,932" in short
    assert "say which order it is" in nobody
    assert "--ocr" in scan
    assert all("tmwatch orders import" in str(line) for line in result.notices)
    assert rows(lite, "SELECT order_id FROM orders") == []
    assert waiting(lite) == ["nobody.pdf", "scan.pdf", "short.pdf"]
    file = documents(lite)["nobody"].file
    assert file is not None
    path = write_order(lite, order_pdf([GLOWMOTH], title="SOMETHING ELSE", day=None), "by-hand.pdf")
    import_at(lite, LATER, path, order_id=FINAL, type="final_sanctions", date="2026-11-20")
    assert waiting(lite) == ["scan.pdf", "short.pdf"]
    assert watch(lite, server, LATER + timedelta(hours=1)).notices == [], "told once, and doctor keeps it"


def test_a_document_that_lists_no_numbers_is_told_once_and_done(lite: Stage, server: Loopback) -> None:
    watched(lite)
    page(server, "letter")
    serve(server, letter=order_pdf([], others=[]))
    assert "it lists no serial numbers" in str(watch(lite, server).notices[0])
    assert waiting(lite) == []
    assert watch(lite, server, LATER).notices == []


def test_the_same_bytes_under_a_new_address_are_nothing_new(lite: Stage, server: Loopback) -> None:
    watched(lite)
    page(server, "old")
    serve(server, old=order_pdf([GLOWMOTH]), new=order_pdf([GLOWMOTH]))
    watch(lite, server)
    page(server, "new")
    result = watch(lite, server, LATER)
    assert (result.notices, result.queued) == ([], 0)
    assert documents(lite)["new"].state == "held"
    assert len(rows(lite, "SELECT id FROM order_lists")) == 1


def test_a_document_that_cannot_be_fetched_is_tried_again_and_given_up_after_five_times(
    lite: Stage, server: Loopback
) -> None:
    watched(lite)
    page(server, "late", "never")
    serve(server, late=reply(404, b"", "text/html"), never=reply(404, b"", "text/html"))
    first = watch(lite, server)
    assert all("the next run tries again" in str(line) for line in first.notices)
    serve(server, late=order_pdf([GLOWMOTH]))
    second = watch(lite, server, LATER)
    assert any(MADE_UP in str(line) for line in second.notices)
    for hours in range(2, 6):
        last = watch(lite, server, LATER + timedelta(hours=hours))
    assert documents(lite)["never"].state == "by hand"
    assert last.complete


def test_a_few_documents_are_read_in_one_run_and_the_others_in_the_next(lite: Stage, server: Loopback) -> None:
    watched(lite)
    names = [f"d{at}" for at in range(MOST_AT_ONCE + 2)]
    page(server, *names)
    serve(server, **{name: order_pdf([], others=[], says=name) for name in names})
    result = watch(lite, server)
    assert str(result.notices[-1]) == "2 more documents of the page wait for the next run"
    assert len(waiting(lite)) == 2
    watch(lite, server, LATER)
    assert waiting(lite) == []


def test_a_run_killed_before_a_document_is_read_reads_it_the_next_time(stage: Stage, server: Loopback) -> None:
    watched(stage)
    page(server, "final")
    serve(server, final=order_pdf([GLOWMOTH]))

    def killed(message: str, done: int, total: int) -> None:
        if message == "reading new orders":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(stage, server, progress=killed)
    assert (waiting(stage), rows(stage, "SELECT id FROM order_lists")) == (["final.pdf"], [])
    result = watch(stage, server, LATER)
    assert any(MADE_UP in str(line) for line in result.notices)
    assert rows(stage, "SELECT count(*) FROM messages WHERE kind = 'alert'") == [(1,)]


def test_the_page_alone_can_be_read_and_makes_alerts_and_no_pass(lite: Stage, server: Loopback) -> None:
    watched(lite)
    page(server, "final")
    serve(server, final=order_pdf([GLOWMOTH]))
    lite.state.requests.clear()
    result = watch(lite, server, options=Options(sources=("orders",), kind=ORDER_WATCH))
    assert (result.complete, result.queued, lite.state.requests) == (True, 1, [])
    assert [m.kind for m in lite.messages()][-1] == "alert"
    assert "4 of 4 marks checked" in lite.text("lumenhaus"), "as the last pass found"


def test_other_sources_alone_leave_the_page_in_peace(lite: Stage, server: Loopback) -> None:
    watched(lite)
    watch(lite, server, options=Options(sources=("tsdr",)))
    assert server.asked == []


def test_owners_are_told_for_two_weeks_of_a_document_that_waits(lite: Stage, server: Loopback) -> None:
    watched(lite)
    page(server, "scan")
    serve(server, scan=pdf([image_only(), Sheet(b"")]))
    lite.serve_day(2)
    watch(lite, server, NEXT_DAY)
    told = lite.text("lumenhaus", 2, "2026-11-25")
    assert (
        "A document is new on the USPTO's page of orders since Nov 25, 2026 and not compared with the marks yet" in told
    )
    lite.serve_day(1)
    watch(lite, server, NEXT_DAY + timedelta(days=16))
    later = [path.read_text("utf-8") for path in (lite.folder / "mail").glob("lumenhaus-2026-12-11-*.txt")]
    assert later
    assert not any("not compared with the marks yet" in text for text in later)


def test_an_empty_address_switches_the_watch_off(lite: Stage) -> None:
    watched(lite)
    result = lite.run(LATER)
    assert "page of orders" not in [source.name for source in result.sources]
    assert "page of orders" not in lite.text("lumenhaus", 1, "2026-11-23")


def test_the_newest_order_and_how_many_are_loaded_stand_in_every_digest(lite: Stage, server: Loopback) -> None:
    watched(lite)
    assert "the numbers of 0 of them loaded. 0 of 4 watched marks" in lite.text("lumenhaus", 1, "2026-11-23")
    page(server, "final")
    serve(server, final=order_pdf([GLOWMOTH]))
    started = time.perf_counter()
    watch(lite, server)
    told = lite.text("lumenhaus")
    assert "Newest order known: Nov 20, 2026." in told
    assert "the numbers of 1 of them loaded. 1 of 4 watched marks" in told
    assert time.perf_counter() - started < 30
