"""Several clients in one report: the first table of every format."""

import io
from dataclasses import replace

import openpyxl
from lxml import html as lxml_html

from tests.digest.test_overview import AHEAD, BUSY, SENT
from tests.reports.examples import CALM, ENGLISH, HOSTILE, NOW, PORTFOLIO, TROUBLE, report
from tmwatch.digest.overview import ClientReport, ordered
from tmwatch.reports.html_page import portfolio_page
from tmwatch.reports.json_report import portfolio_json
from tmwatch.reports.table import tables
from tmwatch.reports.xlsx_book import workbook

FIRST = replace(BUSY, client="Nordlicht")
QUIET = ClientReport("Quiet Ltd", (), 2)
AGENCY = replace(report(TROUBLE, CALM), clients=ordered((QUIET, FIRST)))


def rows(page: str) -> list[list[str]]:
    table = lxml_html.document_fromstring(page).xpath("//table")[0]
    return [[" ".join(cell.text_content().split()) for cell in row] for row in table.xpath("./tbody/tr")]


def test_the_page_begins_with_the_clients_by_what_is_at_stake() -> None:
    page = portfolio_page(AGENCY, ENGLISH)
    assert page.index("Clients by what is at stake") < page.index("Brands in danger")
    assert rows(page) == [
        [
            "Nordlicht",
            "■ Lost",
            "38 ASINs · $412,000 in 30 days",
            "2 of 5 brands",
            "■ 1 Critical ◆ 1 Medium",
            "12",
            "Dec 2, 2026 · in 8 daysKELMORI · Response to the order",
            "Nov 24, 2026, 15:30 New York time2 deliveries wait",
        ],
        ["Quiet Ltd", "–", "–", "0 of 0 brands", "–", "2", "–", "never"],
    ]


def test_the_page_of_one_client_has_no_such_table() -> None:
    assert "Clients by what is at stake" not in portfolio_page(PORTFOLIO, ENGLISH)
    assert openpyxl.load_workbook(io.BytesIO(workbook(PORTFOLIO, ENGLISH))).sheetnames[0] == "Brands"


def test_the_workbook_begins_with_the_clients_dates_as_dates_and_sums_as_numbers() -> None:
    page = openpyxl.load_workbook(io.BytesIO(workbook(AGENCY, ENGLISH))).worksheets[0]
    assert page.title == "Clients"
    heads = [cell.value for cell in page[1]]
    first = dict(zip(heads, (cell.value for cell in page[2]), strict=True))
    assert (first["Client"], first["State"], first["In danger"], first["ASINs"]) == ("Nordlicht", "Lost", 2, 38)
    assert (first["Sales in 30 days"], first["Currency"]) == (412000.40, "USD")
    assert (first["Critical"], first["High"], first["Medium"], first["Low"]) == (1, 0, 1, 0)
    assert first["Due"].date() == AHEAD.day
    assert first["Deliveries waiting"] == 2


def test_json_tells_a_client_whole_and_what_is_not_known_as_null() -> None:
    busy, quiet = portfolio_json(AGENCY)["clients"]
    assert busy["state"] == "lost"
    assert busy["findings"] == {"critical": 1, "medium": 1}
    assert busy["next_deadline"] == {
        "date": "2026-12-02", "kind": "order_response", "serial_number": "97000003", "mark": "KELMORI",
    }  # fmt: skip
    assert (busy["last_sent"], busy["waiting"]) == (SENT.strftime("%Y-%m-%dT%H:%M:%SZ"), 2)
    assert (quiet["state"], quiet["findings"], quiet["next_deadline"], quiet["last_sent"]) == (None, {}, None, None)


def test_the_terminal_shows_a_client_on_one_short_line() -> None:
    first, *_ = tables(AGENCY, ENGLISH)
    assert [" ".join(str(cell) for cell in row) for row in first.rows] == [
        "Nordlicht ■ Lost 2/5 12 38 ASINs · $412,000 in 30 days ■1 ◆1 Dec 2, 2026 Nov 24, 2026 · 2 deliveries wait",
        "Quiet Ltd - 0/0 2 - - - never",
    ]


def test_a_clients_name_stays_text_on_the_page() -> None:
    shapes = set()
    for text in ("harmless", *HOSTILE):
        strange = replace(BUSY, client=text, ahead=replace(AHEAD, mark=text, kind=text), last_sent=NOW)
        clients = (FIRST, strange, QUIET)
        tree = lxml_html.document_fromstring(portfolio_page(replace(AGENCY, clients=clients), ENGLISH))
        shapes.add(tuple(str(one.tag) for one in tree.iter()))
    assert len(shapes) == 1
