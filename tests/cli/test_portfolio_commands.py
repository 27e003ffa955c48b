"""`tmwatch portfolio`: import, add, remove, list, export on real files and a real database."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from openpyxl import Workbook

from tests.cli.conftest import Cli

HEADER = "serial_number,brand,client,emails,language\n"
GOOD = HEADER + "88000001,LUMOVEX,Lumovex,a@lumovex.example,en\n88000002,LUMO,Lumovex,,\n"


def numbers(cli: Cli, *args: str) -> list[str]:
    return [row["serial_number"] or f"rn{row['registration_number']}" for row in rows(cli, *args)]


def rows(cli: Cli, *args: str) -> list[dict[str, object]]:
    done = cli("portfolio", "list", "--json", *args)
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert isinstance(found, list)
    return found


def test_a_csv_is_imported_listed_and_imported_again_as_an_update(ready: Cli) -> None:
    ready.write("p.csv", GOOD)
    first = ready("portfolio", "import", "p.csv")
    assert (first.code, first.out, first.err) == (0, "imported 2 rows of 1 client (2 new, 0 updated)\n", "")
    assert numbers(ready) == ["88000001", "88000002"]
    ready.write("p.csv", GOOD.replace("88000002,LUMO,", "88000003,LUMO,"))
    again = ready("portfolio", "import", "p.csv")
    assert again.out == "imported 2 rows of 1 client (1 new, 1 updated)\n"
    assert numbers(ready) == ["88000001", "88000002", "88000003"]


def test_the_list_is_a_table_for_people(ready: Cli) -> None:
    ready.write("p.csv", GOOD)
    ready("portfolio", "import", "p.csv")
    lines = ready("portfolio", "list").lines
    assert lines[0].split()[:3] == ["number", "registration", "brand"]
    assert [line.split()[:2] for line in lines[1:]] == [["88000001", "LUMOVEX"], ["88000002", "LUMO"]]


@pytest.mark.parametrize("args", [("list",), ("list", "--json"), ("export",), ("export", "-o", "x.csv")])
def test_a_client_nobody_knows_is_said_and_not_shown_as_empty(ready: Cli, args: tuple[str, ...]) -> None:
    assert ready("portfolio", "list").out.startswith("no marks are watched; add some with")
    ready.write("p.csv", GOOD)
    ready("portfolio", "import", "p.csv")
    done = ready("portfolio", *args, "--client", "Nobody")
    assert (done.code, done.out) == (2, "")
    assert done.err == "tmwatch: there is no client 'Nobody'; see: tmwatch portfolio list\n"


def test_a_spreadsheet_and_a_list_on_stdin_are_imported(ready: Cli) -> None:
    book = Workbook()
    for line in (
        ["商标号", "品牌", "客户", "邮箱"],
        [88000001, "光影", "甲", "a@b.example"],
        [123456, "晨光", "甲", None],
    ):
        book.worksheets[0].append(line)
    file = io.BytesIO()
    book.save(file)
    ready.write("p.xlsx", file.getvalue())
    done = ready("portfolio", "import", "p.xlsx")
    assert (done.code, done.err) == (0, "note: row 3: registration number 123456 read as 0123456 (lost zeros)\n")
    done = ready("portfolio", "import", "-", "--client", "Mine", stdin=b"88/000,003\n7000004\n")
    assert done.out == "imported 2 rows of 1 client (2 new, 0 updated)\n"
    assert done.err == "warning: client 'Mine' has no e-mail address: no digest can reach anybody\n"
    assert numbers(ready) == ["88000001", "rn0123456", "88000003", "rn7000004"]
    assert numbers(ready, "--client", "Mine") == ["88000003", "rn7000004"]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"Goods,Country\nLamps,US\n", "the first row must be a header with serial_number or registration_number"),
        (b"", "p.csv is empty; it needs a header row and a row for each mark"),
        (b"<html><body>Sign in</body></html>", "p.csv is a web page or XML, not a table"),
        (bytes(range(256)), "p.csv is neither text nor XLSX"),
        (b"PK\x03\x04nothing", "p.csv is a damaged or encrypted XLSX file"),
        (HEADER.encode() + b"97A23456,X,C,,\n", "  row 2: serial_number: '97A23456' holds letters or signs"),
        (HEADER.encode() + b"8800000,X,C,,\n", "  row 2: serial_number: '8800000' has 7 digits"),
        (HEADER.encode() + b"88000001,X,C,,\n88/000,001,X,C,,\n".replace(b"/000,001", b"000001"),
         "  row 3: the same as row 2: number 88000001, client 'C', brand 'X'"),
        (HEADER.encode() + b"88000001,X,C,a@b.example,\n88000002,X,C,c@d.example,\n",
         "  row 3: says otherwise about the emails of 'C' than row 2"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_whole_with_its_reason_and_exit_2(ready: Cli, body: bytes, line: str) -> None:
    ready.write("p.csv", body)
    done = ready("portfolio", "import", "p.csv")
    assert (done.code, done.out) == (2, "")
    assert line in done.err
    assert "Traceback" not in done.err
    assert numbers(ready) == []


def test_a_missing_file_and_no_file_at_all_are_exit_2(ready: Cli) -> None:
    assert "cannot read" in ready("portfolio", "import", "gone.csv").err
    done = ready("portfolio", "import")
    assert (done.code, done.err.splitlines()[0][:33]) == (2, "tmwatch: name a FILE to import (C")


def test_one_bad_row_keeps_all_out_unless_partial_is_asked_for(ready: Cli) -> None:
    ready.write("p.csv", GOOD + "123,X,C,,\n88000009,X,C,nobody,\n")
    done = ready("portfolio", "import", "p.csv")
    assert done.code == 2
    assert done.err.splitlines() == [
        "tmwatch: 2 rows cannot be taken; nothing was imported (--partial takes the good rows)",
        "  row 4: serial_number: '123' has 3 digits; a serial number has 8",
        "  row 5: emails: 'nobody' is no e-mail address",
    ]
    assert numbers(ready) == []
    done = ready("portfolio", "import", "p.csv", "--partial")
    assert done.code == 3
    assert done.out == "imported 2 rows of 1 client (2 new, 0 updated)\n"
    assert [line[:15] for line in done.err.splitlines()] == ["left out: row 4", "left out: row 5"]
    assert numbers(ready) == ["88000001", "88000002"]


def test_partial_with_no_good_row_is_refused(ready: Cli) -> None:
    ready.write("p.csv", HEADER + "123,X,C,,\n")
    done = ready("portfolio", "import", "p.csv", "--partial")
    assert (done.code, done.err.splitlines()[0]) == (2, "tmwatch: 1 row cannot be taken; nothing was imported")


def test_a_dry_run_checks_and_stores_nothing(cli: Cli) -> None:
    cli.write("p.csv", GOOD)
    done = cli("portfolio", "import", "p.csv", "--dry-run")  # not even a database is needed
    assert (done.code, done.out) == (0, "2 rows of 1 client are fine; nothing was stored\n")
    assert not cli.database.exists()


def test_unknown_columns_are_noted_with_the_nearest_known(ready: Cli) -> None:
    ready.write("p.csv", "serial_number,emials,client\n88000001,a@b.example,A\n")
    done = ready("portfolio", "import", "p.csv")
    assert done.code == 0
    assert done.err.splitlines()[0] == "note: p.csv: column 'emials' is not known; did you mean emails?"


def test_a_clients_file_beside_the_portfolio_is_read_with_it(ready: Cli) -> None:
    ready.write("config/p.csv", GOOD)
    ready.write("config/clients.csv", "client,timezone,send_at\nLumovex,Asia/Shanghai,09:00\nIdle,,\n")
    done = ready("portfolio", "import", "config/p.csv")
    assert done.out == "imported 2 rows of 2 clients (2 new, 0 updated)\n"
    assert done.err == "warning: client 'Idle' has no e-mail address: no digest can reach anybody\n"
    assert rows(ready)[0]["emails"] == ["a@lumovex.example"]


def test_a_clients_file_alone_updates_clients_and_a_wrong_one_is_named(ready: Cli) -> None:
    ready.write("p.csv", GOOD)
    ready("portfolio", "import", "p.csv")
    ready.write("c.csv", "client,emails,language\nLumovex,new@lumovex.example,zh-CN\n")
    assert ready("portfolio", "import", "--clients", "c.csv").code == 0
    assert (rows(ready)[0]["emails"], rows(ready)[0]["language"]) == (["new@lumovex.example"], "zh-CN")
    ready.write("c.csv", "client,timezone\nLumovex,Asia/Beijing\n")
    done = ready("portfolio", "import", "--clients", "c.csv")
    assert done.code == 2
    assert "c.csv row 2: timezone: 'Asia/Beijing' is no time zone; did you mean Asia/Shanghai?" in done.err


def test_importing_the_portfolio_again_keeps_what_the_clients_file_said(ready: Cli) -> None:
    ready.write("p.csv", "serial_number,client\n88000001,A\n")
    ready.write("c.csv", "client,emails,timezone\nA,a@b.example,Asia/Tokyo\n")
    ready("portfolio", "import", "p.csv", "--clients", "c.csv")
    done = ready("portfolio", "import", "p.csv")
    assert (done.code, done.err) == (0, "")
    assert rows(ready)[0]["emails"] == ["a@b.example"]


def test_a_mark_is_added_and_not_twice(ready: Cli) -> None:
    add = ("portfolio", "add", "88/000,001", "--brand", "X", "--client", "A")
    done = ready(*add, "--email", "a@b.example", "--email", "c@d.example", "--marketplaces", "US;CA")
    assert (done.code, done.out, done.err) == (0, "imported 1 row of 1 client (1 new, 0 updated)\n", "")
    row = rows(ready)[0]
    assert (row["brand"], row["emails"], row["marketplaces"]) == ("X", ["a@b.example", "c@d.example"], ["US", "CA"])
    again = ready(*add)
    assert (again.code, again.out) == (2, "")
    assert again.err == ("tmwatch: 88000001 is in the portfolio already; to change it, import a file with its row\n")
    assert ready("portfolio", "add", "88000001", "--brand", "Y", "--client", "A").code == 0
    assert rows(ready)[1]["emails"] == ["a@b.example", "c@d.example"]


def test_adding_nonsense_is_exit_2_with_a_line_for_each_mistake(ready: Cli) -> None:
    done = ready("portfolio", "add", "123", "--email", "nobody")
    assert done.code == 2
    assert done.err.splitlines() == [
        "tmwatch: number: '123' has 3 digits; a serial number has 8",
        "tmwatch: emails: 'nobody' is no e-mail address",
    ]


def test_a_mark_is_removed_for_one_client_or_for_all(ready: Cli) -> None:
    for client in ("A", "B", "C"):
        ready("portfolio", "add", "88000001", "--client", client)
    assert (
        ready("portfolio", "remove", "88/000,001", "--client", "B").out
        == "88000001 is no longer watched (1 row removed)\n"
    )
    assert ready("portfolio", "remove", "88000001").out == "88000001 is no longer watched (2 rows removed)\n"
    done = ready("portfolio", "remove", "88000001", "--client", "A")
    assert (done.code, done.err) == (
        2,
        "tmwatch: 88000001 is not in the portfolio of client 'A'; see: tmwatch portfolio list\n",
    )
    assert ready("portfolio", "remove", "12").code == 2


def test_a_removed_mark_can_come_back(ready: Cli) -> None:
    ready("portfolio", "add", "88000001")
    ready("portfolio", "remove", "88000001")
    ready.now += timedelta(days=1)
    assert ready("portfolio", "add", "88000001").code == 0
    assert numbers(ready) == ["88000001"]


def test_an_export_is_read_back_without_a_change(ready: Cli) -> None:
    full = (
        "serial_number,registration_number,brand,client,emails,language,marketplaces,brand_registry_status,"
        "enrolled_with_this_mark,asins,revenue_30d,currency,reference,notes\n"
        '88000001,,"LUMO, VEX",Lumovex,a@b.example;c@d.example,zh-CN,US;CA,enrolled,yes,42,1234.50,USD,LX-1,"a ""b"""\n'
        ",7000002,光影,Lumovex,,,,,no,,,,,\n"
    )
    ready.write("p.csv", full)
    ready("portfolio", "import", "p.csv")
    before = rows(ready)
    assert ready("portfolio", "export", "-o", "out.csv").out == "wrote 2 rows to out.csv\n"
    assert (ready.folder / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    done = ready("portfolio", "import", "out.csv")
    assert (done.code, done.out, done.err) == (0, "imported 2 rows of 1 client (0 new, 2 updated)\n", "")
    assert rows(ready) == before


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_no_cell_of_an_export_is_a_formula_and_the_guard_is_taken_off_again(ready: Cli, sign: str) -> None:
    brand = f"{sign}cmd|' /C calc'!A0"
    ready("portfolio", "add", "88000001", "--brand", brand)
    text = ready("portfolio", "export").out
    cell = next(csv.DictReader(io.StringIO(text)))["brand"]
    assert cell == f"'{brand}"
    assert ready("portfolio", "import", "-", stdin=text.encode()).out.endswith("(0 new, 1 updated)\n")
    assert rows(ready)[0]["brand"] == brand


def test_channels_are_secrets_that_no_command_prints(ready: Cli) -> None:
    ready.write("p.csv", "serial_number,client,emails,channels\n88000001,A,a@b.example,json://hook.example/CANARY\n")
    done = ready("-v", "portfolio", "import", "p.csv")
    shown = done.out + done.err
    for args in (("list",), ("list", "--json"), ("export",)):
        done = ready("-v", "portfolio", *args)
        shown += done.out + done.err
    assert done.err == "note: channels hold secrets and are not exported; they stay in the database\n"
    assert "CANARY" not in shown


def test_an_export_that_cannot_be_written_is_exit_2(ready: Cli) -> None:
    done = ready("portfolio", "export", "-o", "gone/out.csv")
    assert (done.code, done.err) == (2, "tmwatch: cannot write gone/out.csv: No such file or directory\n")


def test_brands_with_control_and_direction_characters_are_shown_without_them(ready: Cli) -> None:
    ready.write("p.csv", "serial_number,brand\n88000001,AB\u202eCD\x1b[31m\n".replace("\x1b", "\u009b"))
    ready("portfolio", "import", "p.csv")
    assert "ABCD[31m" in ready("portfolio", "list").out
