"""Rows of portfolio and clients files -> watches and clients, each mistake in one line."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmwatch import portfolio_cells
from tmwatch.errors import PortfolioError
from tmwatch.portfolio import Client, Watch
from tmwatch.portfolio_columns import CLIENTS, PORTFOLIO, columns
from tmwatch.portfolio_rows import Portfolio, RawTable, joined, read_clients, read_watches, renewed

FULL = {
    "serial_number": "88000001",
    "registration_number": "7000001",
    "brand": "LUMOVEX",
    "client": "Lumovex Trading",
    "emails": "a@lumovex.example;b@lumovex.example",
    "language": "zh-CN",
    "channels": "json://hook.example/CANARY",
    "marketplaces": "US;CA;MX",
    "brand_registry_id": "BR-1",
    "brand_registry_status": "enrolled",
    "enrolled_with_this_mark": "yes",
    "asins": "42",
    "revenue_30d": "1234.50",
    "currency": "USD",
    "reference": "LX-1",
    "owner_expected": "Lumovex Trading Co.",
    "attorney_expected": "Jordan Example",
    "correspondents_expected": "counsel.example;x@lumovex.example",
    "notes": "a note",
}
WATCH = Watch(
    client="Lumovex Trading",
    brand="LUMOVEX",
    serial_number="88000001",
    registration_number="7000001",
    marketplaces=("US", "CA", "MX"),
    brand_registry_id="BR-1",
    brand_registry_status="enrolled",
    enrolled_with_this_mark=True,
    asins=42,
    revenue_30d=Decimal("1234.50"),
    currency="USD",
    reference="LX-1",
    owner_expected="Lumovex Trading Co.",
    attorney_expected="Jordan Example",
    correspondents_expected=("counsel.example", "x@lumovex.example"),
    notes="a note",
)
CLIENT = Client(
    "Lumovex Trading",
    emails=("a@lumovex.example", "b@lumovex.example"),
    language="zh-CN",
    channels=("json://hook.example/CANARY",),
)


def table(*rows: dict[str, object], name: str = "portfolio.csv") -> RawTable:
    header = tuple(dict.fromkeys(key for row in rows for key in row))
    return RawTable(
        name, header, tuple((at, tuple(row.get(k) for k in header)) for at, row in enumerate(rows, start=2))
    )


def read(*rows: dict[str, object], client: str | None = None) -> Portfolio:
    return read_watches(table(*rows), client)


def only_problem(*rows: dict[str, object]) -> str:
    found = read(*rows)
    assert len(found.problems) == 1, found.problems
    return str(found.problems[0])


def test_a_full_row_gives_a_watch_and_its_client() -> None:
    found = read(dict(FULL))
    assert found.watches == (WATCH,)
    assert found.clients == {"Lumovex Trading": CLIENT}
    assert (found.problems, found.notes, found.refused) == ((), (), 0)


@given(st.randoms(use_true_random=False))
def test_the_order_of_columns_does_not_matter(order: random.Random) -> None:
    items = list(FULL.items())
    order.shuffle(items)
    assert read(dict(items)).watches == (WATCH,)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *[(alias, field) for field, aliases in PORTFOLIO.items() for alias in (field, *aliases)],
        ("Serial No.", "serial_number"),
        ("SERIAL_NUMBER ", "serial_number"),
        ("Ｒeg. No.", "registration_number"),
        ("品 牌", "brand"),
        ("E-Mail", "emails"),
        ("Mark", "brand"),
        ("商标名称", "brand"),
    ],
)
def test_every_usual_name_of_a_column_is_understood(header: str, field: str) -> None:
    found = columns((header,), PORTFOLIO)
    assert (dict(found.places), found.unknown, found.problems) == ({field: 0}, (), ())


@pytest.mark.parametrize(("header", "field"), [(a, f) for f, aliases in CLIENTS.items() for a in (f, *aliases)])
def test_every_usual_name_of_a_clients_column_is_understood(header: str, field: str) -> None:
    assert dict(columns((header,), CLIENTS).places) == {field: 0}


def test_unknown_columns_are_named_with_the_nearest_known() -> None:
    found = columns(("serial_number", "Markteplaces", "Colour", ""), PORTFOLIO)
    assert tuple(map(str, found.unknown)) == (
        "column 'Markteplaces' is not known; did you mean marketplaces?",
        "column 'Colour' is not known",
    )


def test_a_column_of_the_mark_is_reported_when_there_is_a_brand_and_given_columns_twice_are_a_problem() -> None:
    assert str(columns(("Mark", "Brand"), PORTFOLIO).unknown[0]).startswith("column 'Mark' is not known")
    assert tuple(map(str, columns(("SN", "Serial No."), PORTFOLIO).problems)) == (
        "columns 'SN' and 'Serial No.' both give serial_number",
    )


def test_a_wrong_header_lists_what_was_found_and_what_is_needed() -> None:
    with pytest.raises(PortfolioError) as caught:
        read({"Goods": "Lamps", "Country": "US"})
    assert str(caught.value) == (
        "portfolio.csv: the first row must be a header with serial_number or registration_number; "
        "found 'Goods', 'Country'"
    )
    assert str(caught.value.problems[0]).startswith("columns tmwatch knows: serial_number, registration_number, brand")


def test_a_header_without_rows_and_an_empty_file_are_refused() -> None:
    with pytest.raises(PortfolioError, match="has a header but no rows below it"):
        read_watches(RawTable("p.csv", ("serial_number",), ()))
    with pytest.raises(PortfolioError, match="is empty"):
        read_watches(RawTable("p.csv", (), ()))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"serial_number": "97A23456"}, "row 2: serial_number: '97A23456' holds letters or signs"),
        ({"serial_number": "5912345"}, "which is a registration number"),
        ({"serial_number": "59123456"}, "those begin with 60 to 99"),
        ({"registration_number": "97123456"}, "registration_number: '97123456' has 8 digits, which is a serial number"),
        ({"emails": "a@lumovex.example;nobody"}, "emails: 'nobody' is no e-mail address"),
        ({"emails": "a@b"}, "emails: 'a@b' is no e-mail address"),
        ({"language": "klingon"}, "language: 'klingon' is no language"),
        ({"marketplaces": "US;Mars"}, "marketplaces: 'Mars' is no marketplace; known are US, CA, MX"),
        ({"brand_registry_status": "enroled"}, "did you mean enrolled?"),
        ({"enrolled_with_this_mark": "maybe"}, "enrolled_with_this_mark: 'maybe' is neither yes nor no"),
        ({"asins": "many"}, "asins: 'many' is no whole number"),
        ({"asins": "-1"}, "asins: '-1' is no whole number"),
        ({"asins": "1.5"}, "asins: '1.5' is no whole number"),
        ({"revenue_30d": "lots"}, "revenue_30d: 'lots' is no amount; write it as 1234.50"),
        ({"revenue_30d": "-5"}, "revenue_30d: '-5' is no amount"),
        ({"revenue_30d": "¥5"}, "may be Chinese or Japanese money"),
        ({"revenue_30d": "€5"}, "revenue_30d is in EUR but currency says USD"),
        ({"currency": "dollars"}, "currency: 'dollars' is no currency; write its three letters"),
        ({"correspondents_expected": "nobody"}, "correspondents_expected: 'nobody' is no e-mail address"),
    ],
)
def test_a_bad_cell_is_named_with_its_row_and_column(change: dict[str, object], words: str) -> None:
    assert words in only_problem(dict(FULL) | change)


def test_a_bad_channel_is_named_without_its_secret() -> None:
    problem = only_problem(dict(FULL) | {"channels": "json://ok.example;CANARY"})
    assert problem.startswith("row 2: channels: entry 2 is no apprise address")
    assert "CANARY" not in problem
    assert "CANARY" not in repr(read(dict(FULL)))


def test_a_row_needs_a_number_and_one_that_disagrees_with_itself_is_refused() -> None:
    assert only_problem({"serial_number": "", "brand": "X"}) == "row 2: needs a serial_number or a registration_number"
    row = {"serial_number": "88000001", "商标号": "88000002"}
    assert "two different values of serial_number: 88000001 and 88000002" in only_problem(row)


def test_a_generic_number_column_takes_both_kinds() -> None:
    found = read({"商标号": 88000001.0, "品牌": "甲"}, {"商标号": "6,723,159", "品牌": "乙"})
    assert [watch.number for watch in found.watches] == ["88000001", "rn6723159"]


def test_zeros_lost_by_a_spreadsheet_are_restored_and_said() -> None:
    found = read({"registration_number": 123456})
    assert found.watches[0].registration_number == "0123456"
    assert tuple(map(str, found.notes)) == ("row 2: registration number 123456 read as 0123456 (lost zeros)",)


def test_the_same_key_twice_names_both_rows_and_the_first_stays() -> None:
    found = read(dict(FULL), dict(FULL) | {"serial_number": "88/000,001", "notes": "again"})
    assert [str(one) for one in found.problems] == [
        "row 3: the same as row 2: number 88000001, client 'Lumovex Trading', brand 'LUMOVEX'"
    ]
    assert (found.watches, found.refused) == ((WATCH,), 1)


def test_one_number_may_serve_two_brands_and_two_clients() -> None:
    rows = (dict(FULL), dict(FULL) | {"brand": "OTHER"}, dict(FULL) | {"client": "Other"})
    assert len(read(*rows).watches) == 3
    assert read(*rows).problems == ()


@pytest.mark.parametrize(
    ("field", "other"), [("emails", "c@lumovex.example"), ("language", "en"), ("channels", "x://CANARY2")]
)
def test_rows_that_disagree_about_a_client_are_both_named(field: str, other: str) -> None:
    problem = only_problem(dict(FULL), dict(FULL) | {"brand": "B", field: other})
    assert problem == f"row 3: says otherwise about the {field} of 'Lumovex Trading' than row 2"


def test_rows_that_say_nothing_or_the_same_in_another_order_agree() -> None:
    swapped = "b@lumovex.example；a@lumovex.example"
    rows = (
        {"serial_number": "88000003", "client": "Lumovex Trading"},
        dict(FULL) | {"emails": swapped},
        dict(FULL) | {"brand": "B", "language": "中文"},
        dict(FULL) | {"brand": "C", "emails": "", "language": "", "channels": ""},
    )
    found = read(*rows)
    assert found.problems == ()
    assert found.clients is not None
    assert set(found.clients["Lumovex Trading"].emails) == set(CLIENT.emails)


def test_rows_without_a_client_belong_to_the_one_of_the_option_or_to_default() -> None:
    assert read({"serial_number": "88000001"}).watches[0].client == "default"
    found = read({"serial_number": "88000001"}, {"serial_number": "88000002", "client": "Own"}, client="Given")
    assert [watch.client for watch in found.watches] == ["Given", "Own"]


def test_every_problem_of_every_row_is_reported() -> None:
    found = read(dict(FULL) | {"asins": "x", "language": "x"}, dict(FULL), {"serial_number": "1"})
    assert [str(problem).split(":")[:2] for problem in found.problems] == [
        ["row 2", " asins"],
        ["row 2", " language"],
        ["row 4", " serial_number"],
    ]
    assert (len(found.watches), found.refused) == (1, 2)


@pytest.mark.parametrize(
    ("written", "value", "currency"),
    [
        ("1234.5", "1234.5", None),
        (1234.5, "1234.5", None),
        (1000, "1000", None),
        ("1,234.50", "1234.50", None),
        ("1,234", "1234", None),
        ("1.234,50", "1234.50", None),
        ("1,234,567", "1234567", None),
        ("1.234.567", "1234567", None),
        ("1'234.50", "1234.50", None),
        ("1234,5", "1234.5", None),
        ("$1,234.50", "1234.50", "USD"),
        ("1234 EUR", "1234", "EUR"),
        ("USD 1 234", "1234", "USD"),
        ("£99", "99", "GBP"),
        ("1.2万", "12000", None),
        ("３０００元", "3000", "CNY"),
        ("RMB 5", "5", "CNY"),
        ("0", "0", None),
    ],
)
def test_amounts_are_read_as_people_write_them(written: object, value: str, currency: str | None) -> None:
    assert portfolio_cells.amount(written) == (Decimal(value), currency)


@pytest.mark.parametrize("word", ["yes", "Y", "TRUE", "1", 1.0, True, "是", "有"])
def test_yes_is_understood(word: object) -> None:
    assert portfolio_cells.yes_no(word) is True


@pytest.mark.parametrize("word", ["no", "N", "false", "0", 0, False, "否", "没有"])
def test_no_is_understood(word: object) -> None:
    assert portfolio_cells.yes_no(word) is False


@pytest.mark.parametrize(
    ("word", "status"),
    [("Enrolled", "enrolled"), ("已备案", "enrolled"), ("not enrolled", "not_enrolled"),
     ("not-enrolled", "not_enrolled"), ("备案中", "pending"), ("被移除", "removed"), ("未备案", "not_enrolled")],
)  # fmt: skip
def test_states_of_an_enrolment_are_understood_in_both_languages(word: str, status: str) -> None:
    assert portfolio_cells.registry_status(word) == status


def test_lists_take_chinese_and_other_separators() -> None:
    assert portfolio_cells.marketplaces("us；ca、MX, uk GB") == ("US", "CA", "MX", "UK")
    assert portfolio_cells.emails("a@b.example；c@d.example, a@b.example;") == ("a@b.example", "c@d.example")
    assert portfolio_cells.marketplaces("美国;日本") == ("US", "JP")


@given(
    st.dictionaries(
        st.sampled_from(sorted(PORTFOLIO)), st.text(max_size=20) | st.floats() | st.integers() | st.booleans()
    )
)
def test_any_cells_give_watches_or_problems_and_never_a_crash(cells: dict[str, object]) -> None:
    found = read({"serial_number": "88000001"} | cells)
    assert len(found.watches) + found.refused == 1
    assert bool(found.problems) == bool(found.refused)


def clients(*rows: dict[str, object]) -> Portfolio:
    return read_clients(table(*rows, name="clients.csv"))


def test_a_clients_file_gives_clients() -> None:
    row: dict[str, object] = {
        "client": "Briskpaws Shop",
        "emails": "a@briskpaws.example",
        "language": "中文",
        "timezone": "Asia/Shanghai",
        "send_at": "9:00",
        "frequency": "Changes",
        "min_severity": "HIGH",
        "channels": "",
        "reply_to": "r@counsel.example",
        "sender_name": "Example Counsel",
    }
    assert clients(row).clients == {
        "Briskpaws Shop": Client(
            "Briskpaws Shop",
            ("a@briskpaws.example",),
            "zh-CN",
            "Asia/Shanghai",
            "09:00",
            "changes",
            "high",
            (),
            "r@counsel.example",
            "Example Counsel",
        )
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"client": ""}, "clients.csv row 2: client is empty"),
        ({"timezone": "Asia/Beijing"}, "clients.csv row 2: timezone: 'Asia/Beijing' is no time zone; did you mean"),
        ({"send_at": "noon"}, "clients.csv row 2: send_at: 'noon' is no time of day"),
        ({"frequency": "hourly"}, "clients.csv row 2: frequency: 'hourly' is none of daily, weekly, changes"),
        ({"min_severity": "bad"}, "clients.csv row 2: min_severity: 'bad' is none of info, low"),
        ({"reply_to": "x"}, "clients.csv row 2: reply_to: 'x' is no e-mail address"),
        ({"timezone": "Europe/Berlin", "send_at": "02:30"}, "clients.csv row 2: send_at: 02:30 in Europe/Berlin falls"),
    ],
)
def test_a_bad_cell_of_a_clients_file_is_named(change: dict[str, object], words: str) -> None:
    found = clients({"client": "A"} | change)
    assert len(found.problems) == 1
    assert str(found.problems[0]).startswith(words)


def test_a_client_twice_names_both_rows_and_a_file_without_clients_is_fine() -> None:
    assert tuple(map(str, clients({"client": "A"}, {"client": "A"}).problems)) == (
        "clients.csv row 3: client 'A' stands in row 2 already",
    )
    assert read_clients(RawTable("clients.csv", ("client", "emails"), ())).problems == ()
    with pytest.raises(PortfolioError, match="must be a header with client; found 'Name'"):
        clients({"Name": "A"})


def test_a_clients_file_and_a_portfolio_that_disagree_are_both_named() -> None:
    both = joined(read(dict(FULL)), clients({"client": "Lumovex Trading", "emails": "other@lumovex.example"}))
    assert [str(one) for one in both.problems] == [
        "row 2: says otherwise about the emails of 'Lumovex Trading' than clients.csv row 2"
    ]
    same = joined(read(dict(FULL)), clients({"client": "Lumovex Trading", "timezone": "Asia/Shanghai"}))
    assert same.problems == ()
    assert same.clients == {"Lumovex Trading": Client(**{**fields(CLIENT), "timezone": "Asia/Shanghai"})}


def fields(client: Client) -> dict[str, object]:
    return {name: getattr(client, name) for name in Client.__dataclass_fields__}


def test_a_portfolio_changes_of_a_stored_client_only_what_it_speaks_of_and_a_clients_file_all() -> None:
    stored = Client("A", ("old@a.example",), "en", "Asia/Tokyo", "09:00", "daily", "high", ("x://y",))
    said = Client("A", ("new@a.example",))
    assert renewed(stored, said, whole=False) == Client(**{**fields(stored), "emails": ("new@a.example",)})
    assert renewed(stored, said, whole=True) == said
    assert renewed(None, said, whole=False) == said


@pytest.mark.parametrize(
    ("status", "this_mark", "carries"),
    [("enrolled", True, True), ("pending", None, True), ("enrolled", False, False), ("removed", True, False),
     ("not_enrolled", True, False), (None, True, False), (None, None, False)],
)  # fmt: skip
def test_a_mark_carries_an_enrolment_when_the_owner_says_so(
    status: str | None, this_mark: bool | None, carries: bool
) -> None:
    watch = Watch("A", "B", "88000001", brand_registry_status=status, enrolled_with_this_mark=this_mark)
    assert watch.carries_enrolment is carries
