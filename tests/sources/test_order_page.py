"""The page of orders: which links are documents, what their words tell, and what is fetched from where."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.order_pdfs import Sheet, lines, pdf
from tests.sources.loopback import Loopback, raw, reply, reset, running
from tmwatch.errors import FetchError, FormatError, Unavailable
from tmwatch.sources.http import REQUESTS, LocalPace, PoliteClient
from tmwatch.sources.order_page import OrderLink, OrderPage, find_links, read_day

URL = "https://www.uspto.example/trademarks/orders/list"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PAGE = """<!DOCTYPE html><html><head><title>Orders</title></head><body>
<nav><a href="/menu.pdf">Strategic plan</a></nav>
<main><h1>Orders issued by the Commissioner</h1>
<ul>
 <li><a href="/sites/default/files/documents/harbour.pdf">Harbour Filing Ltd., final order (November 20, 2026)</a></li>
 <li>June 8, 2021: <a href="../docs/larkwing%20o.PDF?v=2#page=3">PDF</a> Order to show cause, Larkwing Filing Ltd.</li>
 <li><a href="https://files.uspto.example/other-2022-08-25.pdf">Order of Tern &amp; Gull</a></li>
 <li><a href="/trademarks/protect">What to do</a></li>
 <li><a href="/documents/77/download">Order in the matter of Plover Ltd. [PDF, 2 MB]</a></li>
</ul></main>
<footer><a href="/privacy.pdf">Privacy</a></footer></body></html>"""


def found(page: str | bytes, url: str = URL) -> tuple[OrderLink, ...]:
    return find_links(page if isinstance(page, bytes) else page.encode(), url)


def body(inner: str) -> str:
    return f"<html><body>{inner}</body></html>"


def test_documents_are_found_with_address_title_and_day() -> None:
    assert found(PAGE) == (
        OrderLink(
            "https://www.uspto.example/sites/default/files/documents/harbour.pdf",
            "Harbour Filing Ltd., final order (November 20, 2026)",
            date(2026, 11, 20),
        ),
        OrderLink(
            "https://www.uspto.example/trademarks/docs/larkwing%20o.PDF?v=2",
            "June 8, 2021: PDF Order to show cause, Larkwing Filing Ltd.",
            date(2021, 6, 8),
        ),
        OrderLink("https://files.uspto.example/other-2022-08-25.pdf", "Order of Tern & Gull", date(2022, 8, 25)),
        OrderLink(
            "https://www.uspto.example/documents/77/download", "Order in the matter of Plover Ltd. [PDF, 2 MB]", None
        ),
    )


def test_menus_and_footers_and_other_pages_are_no_documents() -> None:
    assert (
        found(body("<nav><a href='a.pdf'>A</a></nav><footer><a href='b.pdf'>B</a></footer><a href='c.html'>C</a>"))
        == ()
    )


def test_a_header_of_the_site_is_left_out_and_one_of_the_article_is_read() -> None:
    page = body("<header><a href='a.pdf'>A</a></header><article><header><a href='b.pdf'>Order B</a></header></article>")
    assert [link.title for link in found(page)] == ["Order B"]


def test_a_link_given_twice_is_one_document_with_its_longer_title() -> None:
    page = body("<a href='/a.pdf'>Order</a><a href='/a.pdf#p2'>Order of the year's end, Larkwing</a>")
    assert [(link.url, link.title) for link in found(page)] == [
        ("https://www.uspto.example/a.pdf", "Order of the year's end, Larkwing")
    ]


def test_a_base_address_counts() -> None:
    page = (
        "<html><head><base href='https://www.uspto.example/files/'></head><body><a href='x.pdf'>X ord</a></body></html>"
    )
    assert found(page)[0].url == "https://www.uspto.example/files/x.pdf"


@pytest.mark.parametrize(
    "href", ["javascript:alert('a.pdf')", "mailto:a@b.example?x=.pdf", "http://[bad/a.pdf", "", "ftp://h.example/a.pdf"]
)
def test_addresses_that_cannot_be_fetched_are_no_documents(href: str) -> None:
    assert found(body(f'<a href="{href}">Order PDF</a>')) == ()


def test_two_issues_of_one_file_told_apart_by_their_query_are_two_documents() -> None:
    assert len(found(body("<a href='a.pdf?v=1'>Order A</a><a href='a.pdf?v=2'>Order A</a>"))) == 2


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Final order (August 6, 2025)", date(2025, 8, 6)),
        ("AUGUST 6 2025", date(2025, 8, 6)),
        ("Sept. 7th, 2022", date(2022, 9, 7)),
        ("order-2025-08-06.pdf", date(2025, 8, 6)),
        ("order_20250806.pdf", date(2025, 8, 6)),
        ("issued 8/6/2025", date(2025, 8, 6)),
        ("Order 2025", None),
        ("February 30, 2025", None),
        ("serial 97123456 of 12345678", None),
        ("Room 1234 5678", None),
    ],
)
def test_the_day_in_a_title_is_read_and_nothing_else_taken_for_one(text: str, day: date | None) -> None:
    assert read_day(text) == day


@given(st.text())
def test_any_text_gives_a_day_or_none(text: str) -> None:
    assert read_day(text) is None or isinstance(read_day(text), date)


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_title_and_name_make_a_link_with_a_safe_file_name(title: str, name: str) -> None:
    link = OrderLink(f"https://www.uspto.example/{name}.pdf", title)
    assert link.file_name.isascii()
    assert link.file_name.lower().endswith(".pdf")
    assert not set(link.file_name) & set("/\\:* ?\"'<>|\n")


@pytest.mark.parametrize("page", [b"", b"   ", b"%PDF-1.4 no page", b"\x00\x01\x02"])
def test_what_is_no_web_page_gives_no_document(page: bytes) -> None:
    with contextlib.suppress(FormatError):
        assert found(page) == ()


def test_entities_are_not_expanded_and_nothing_is_loaded(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    page = (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
        "<html><body><a href='a.pdf'>Order &x; &b;</a></body></html>"
    )
    titles = [link.title for link in found(page)]
    assert titles
    assert all("SECRET" not in title and "aaaaaaaaaa" not in title for title in titles)


def test_a_very_deep_and_a_very_long_page_end_in_time() -> None:
    started = time.perf_counter()
    deep = body("<div>" * 20_000 + "<a href='a.pdf'>Order A</a>" + "</div>" * 20_000)
    with contextlib.suppress(FormatError):
        assert len(found(deep)) <= 1
    assert len(found(body("<p>word</p>" * 50_000 + "<a href='a.pdf'>Order A</a>"))) == 1
    assert time.perf_counter() - started < 5


@contextlib.contextmanager
def page_of(server: Loopback, path: str = "/orders", waits: list[float] | None = None) -> Iterator[OrderPage]:
    noted = waits if waits is not None else []
    pace = LocalPace({REQUESTS: 1e9}, time.monotonic)
    with PoliteClient(
        timeout=5, proxy=None, ca_file=None, pace=pace, clock=time.monotonic, sleep=noted.append
    ) as client:
        yield OrderPage(client, server.url + path, lambda: NOW)


def html(text: str = PAGE) -> bytes:
    return text.encode()


def test_the_page_is_fetched_as_it_is() -> None:
    with running({"/orders": [reply(200, html(), "text/html; charset=utf-8")]}) as server, page_of(server) as page:
        document = page.fetch()
    assert (document.source, document.body, document.fetched_at) == ("page of orders", html(), NOW)
    assert "uspto-api-key" not in server.asked[0].headers


def test_a_redirect_on_the_host_is_followed_and_one_to_another_host_is_not() -> None:
    answers = {
        "/orders": [reply(301, b"", "text/html", location="/new/orders")],
        "/new/orders": [reply(200, html(), "text/html")],
        "/away": [reply(302, b"", "text/html", location="https://elsewhere.example/orders")],
        "/circle": [reply(302, b"", "text/html", location="/circle")],
    }
    with running(answers) as server:
        with page_of(server) as page:
            assert page.fetch().url.endswith("/new/orders")
        with page_of(server, "/away") as page, pytest.raises(FetchError, match="another host"):
            page.fetch()
        with page_of(server, "/circle") as page, pytest.raises(FetchError, match="circle"):
            page.fetch()


def test_what_may_pass_is_tried_again() -> None:
    answers = {"/orders": [reset, reply(503, b"", "text/html"), reply(200, html(), "text/html")]}
    with running(answers) as server, page_of(server) as page:
        assert page.fetch().body == html()


@pytest.mark.parametrize(
    ("say", "kind", "words"),
    [
        (reply(404, b"", "text/html"), FetchError, "set orders.page_url"),
        (reply(403, b"", "text/html"), FetchError, "answered 403"),
        (reply(503, b"", "text/html"), Unavailable, "answered 503"),
        (reply(200, b"{}", "application/json"), FormatError, "application/json"),
        (raw(b"garbage"), Unavailable, "127.0.0.1"),
    ],
)
def test_everything_else_is_an_error_that_says_what_to_do(say: object, kind: type[Exception], words: str) -> None:
    with running({"/orders": [say]}) as server, page_of(server) as page, pytest.raises(kind, match=words):  # type: ignore[list-item]  # a Say
        page.fetch()


def test_a_document_is_downloaded_under_a_name_that_begins_with_its_hash(tmp_path: Path) -> None:
    file = pdf([Sheet(lines(["FINAL ORDER FOR SANCTIONS"]))])
    with running({"/a.pdf": [reply(200, file, "application/pdf")]}) as server, page_of(server) as page:
        path = page.download(OrderLink(f"{server.url}/a.pdf", "A"), tmp_path)
    assert path.read_bytes() == file
    assert path.name.endswith("-a.pdf")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_is_no_pdf_or_not_there_leaves_nothing_behind(tmp_path: Path) -> None:
    answers = {"/a.pdf": [reply(200, html(), "text/html")], "/b.pdf": [reply(404, b"", "text/html")]}
    with running(answers) as server, page_of(server) as page:
        with pytest.raises(FormatError, match="no PDF"):
            page.download(OrderLink(f"{server.url}/a.pdf", "A"), tmp_path)
        with pytest.raises(FetchError, match="404"):
            page.download(OrderLink(f"{server.url}/b.pdf", "B"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_fetched_from_another_host(tmp_path: Path) -> None:
    with running() as server, page_of(server) as page:
        link = OrderLink("https://elsewhere.example/a.pdf", "A")
        assert not page.is_own(link)
        with pytest.raises(FetchError, match="another host"):
            page.download(link, tmp_path)
    assert server.asked == []
