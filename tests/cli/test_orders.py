"""`tmwatch orders`: what it prints, what it asks for, its exit codes, and its JSON."""

from __future__ import annotations

import json
import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import NOW, Cli
from tests.order_pdfs import Sheet, columns, image_only, lines, pdf
from tests.pipeline.orders_stage import FINAL, OTHERS, order_pdf
from tests.sources.loopback import reply, running
from tmwatch.store import open_engine, orders

GLOWMOTH, FETCHFJORD = "88000004", "88000009"
ID = ("--order-id", FINAL)
ACCUSING = re.compile(
    r"\b(fraud\w*|scam(?!s@)\w*|fake\w*|crimin\w*|guilt\w*|illegal\w*|forg(?:ed|ery|er)\w*|crook\w*|cheat\w*|swindl\w*|"
    r"dishonest\w*|unlawful\w*|liar\w*|thie(?:f|ves)\w*|bogus|counterfeit\w*|offender\w*|culprit\w*|perpetrat\w*)\b",
    re.IGNORECASE,
)


def with_order(cli: Cli, body: bytes | None = None, name: str = "order.pdf") -> Cli:
    """Put an order's file into the folder."""
    cli.write(name, body if body is not None else order_pdf([GLOWMOTH, FETCHFJORD]))
    return cli


def table(text: str, order_id: str) -> str:
    """The line of one order in a list."""
    return next(line for line in text.splitlines() if order_id in line)


def test_importing_an_order_says_in_one_go_what_was_read_whose_marks_are_named_and_who_was_told(watching: Cli) -> None:
    listed = [*OTHERS[:60], OTHERS[0], GLOWMOTH]
    body = Sheet(lines(["FINAL ORDER FOR SANCTIONS", "Issued: November 20, 2026", "about 61 of them",
                        "The 61 applications are terminated; 160 records were looked at."]))  # fmt: skip
    watching.write(
        "order.pdf", pdf([body, Sheet(columns(listed, 4)), image_only(), Sheet(lines(["Reg. No. 6123456"]))])
    )
    done = watching("orders", "import", "order.pdf", *ID, "--expect", "61")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0] == f"order.pdf: order {FINAL} of 2026-11-20 (final_sanctions)"
    assert done.lines[1] == (
        "61 distinct serial numbers on 1 page, 1 registration numbers, 1 number listed more than once"
    )
    assert "1 page without text: page 3; numbers on them are not read (--ocr reads pictures)" in done.lines
    assert 'the order\'s own text says "160 records" (page 1)' in done.lines
    assert "61 numbers read; this agrees with 'expected 61'" in done.lines
    assert "the list is stored" in done.lines
    assert "1 of your 12 marks is named (page 2):" in done.lines
    assert f"  {GLOWMOTH}  GLOWMOTH  for Lumenhaus" in done.lines
    assert re.search(rf"CRITICAL S01 .*Number {GLOWMOTH} is named in order {FINAL} of \S+ \(page 2\)", done.out)
    assert "still open: by 2027-01-20" in done.out
    assert "tmwatch orders import order.pdf --reviewed" in done.out
    assert done.lines[-1] == "1 message queued, 1 delivered"


def test_the_same_file_again_changes_nothing_and_says_so(watching: Cli) -> None:
    with_order(watching)("orders", "import", "order.pdf", *ID)
    again = watching("orders", "import", "order.pdf")
    assert again.code == 0
    assert "this list was stored before: nothing changed" in again.lines
    assert again.lines[-2:] == ["0 findings opened, 0 cleared", "0 messages queued, 0 delivered"]
    reviewed = watching("orders", "import", "order.pdf", "--reviewed")
    assert "this list was stored before; it is marked as reviewed now" in reviewed.lines
    assert "no person has checked" not in reviewed.out


def test_a_corrected_list_names_the_one_it_replaces(watching: Cli) -> None:
    with_order(watching)("orders", "import", "order.pdf", *ID)
    with_order(watching, order_pdf([GLOWMOTH]), "new.pdf")
    done = watching("orders", "import", "new.pdf", *ID)
    assert (
        "the list is stored; it replaces order.pdf of 2026-11-23 (202 numbers, 1 of them not in this one), which "
        "stays as history"
    ) in done.lines
    shown = watching("orders", "show", FINAL).out
    assert "new.pdf of 2026-11-23 (pdf-text): 201 numbers; not reviewed yet" in shown
    assert "order.pdf of 2026-11-23 (pdf-text): 202 numbers; replaced by a later list" in shown


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("order.pdf",), "say which order it is: --order-id USPTO-2026-11-20-FINAL"),
        (("list.txt",), "--order-id ID --type TYPE --date DATE (TYPE is one of show_cause"),
        (("order.pdf", *ID, "--expect", "300"), "more than 1 % off 'expected 300'"),
        (("order.pdf", "--order-id", "two words"), "--order-id must be one word"),
        (("order.pdf", *ID, "--type", "final"), "--type 'final' is none of show_cause"),
        (("order.pdf", *ID, "--date", "yesterday"), "--date 'yesterday' is no day"),
        (("order.pdf", *ID, "--response-due", "soon"), "--response-due 'soon' is no day"),
        (("missing.pdf", *ID), "cannot be read"),
        (("order.pdf", *ID, "--ocr"), "apt-get install tesseract-ocr"),
    ],
)
def test_what_the_operator_can_mend_is_one_line_and_exit_2_and_stores_nothing(
    ready: Cli, args: tuple[str, ...], words: str
) -> None:
    with_order(ready)
    ready.write("list.txt", "\n".join(OTHERS))
    done = ready("orders", "import", *args, PATH="")
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err
    assert [one for one in json.loads(ready("orders", "list", "--json").out)["orders"] if one["lists"]] == []


def test_a_file_that_is_no_order_is_exit_3(ready: Cli) -> None:
    ready.write("page.txt", "<html><body>Not found</body></html>")
    done = ready("orders", "import", "page.txt", *ID)
    assert (done.code, done.err) == (
        3, "tmwatch: page.txt: this is a web page, not a list of numbers; download the order itself\n"
    )  # fmt: skip


def test_mail_that_cannot_be_delivered_makes_the_import_incomplete(watching: Cli, closed_port: str) -> None:
    with_order(watching)
    smtp = {"TMWATCH_MAIL_URL": closed_port.replace("http", "smtp"), "TMWATCH_MAIL_SENDER": "us@tmwatch.example"}
    done = watching("orders", "import", "order.pdf", *ID, **smtp)
    assert done.code == 3
    assert "2 messages queued, 0 delivered" in done.out
    assert done.err


def test_no_send_queues_only(watching: Cli) -> None:
    done = with_order(watching)("orders", "import", "order.pdf", *ID, "--no-send")
    assert (done.code, done.lines[-1]) == (0, "2 messages queued, 0 delivered")


def test_an_import_as_json_is_one_object(watching: Cli) -> None:
    done = with_order(watching)("orders", "import", "order.pdf", *ID, "--json")
    told = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (told["order_id"], told["state"], told["serial_numbers"], told["reviewed"]) == (FINAL, "new", 202, False)
    assert [(one["serial_number"], one["pages"]) for one in told["named"]] == [(GLOWMOTH, [4]), (FETCHFJORD, [4])]
    assert told["named"][0]["findings"][0]["deadline"] == "2027-01-20"
    assert told["messages"] == {"queued": 2, "delivered": 2, "failed": 0}


def test_pictures_are_read_with_the_program_that_is_installed(watching: Cli) -> None:
    program = watching.write("bin/tesseract", f"#!/bin/sh\necho {GLOWMOTH}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    body = Sheet(lines(["FINAL ORDER FOR SANCTIONS", "Issued: November 20, 2026"]))
    watching.write("scan.pdf", pdf([body, Sheet(columns(OTHERS[:40], 4)), image_only()]))
    path = f"{program.parent}:/usr/bin:/bin"
    plain = watching("orders", "import", "scan.pdf", *ID, PATH=path)
    assert "none of your 12 marks is named" in plain.lines
    done = watching("orders", "import", "scan.pdf", "--ocr", PATH=path)
    assert "41 distinct serial numbers on 2 pages" in done.lines[1]
    assert "(1 of the numbers read from pictures)" in done.lines[1]
    assert "1 of your 12 marks is named (page 3):" in done.lines
    assert "it replaces scan.pdf" in done.out


def test_a_long_list_of_a_spreadsheet_is_imported_without_pages(watching: Cli) -> None:
    watching.write("list.csv", "Serial No.\n" + "\n".join((*OTHERS, GLOWMOTH)) + "\n")
    done = watching("orders", "import", "list.csv", "--order-id", "OURS", "--type", "show_cause", "--date", "2026-11")
    assert done.code == 0
    assert done.lines[1].startswith("201 distinct serial numbers, 0 registration numbers")
    assert "1 of your 12 marks is named:" in done.lines
    assert "CRITICAL S04" in done.out


def test_the_list_shows_newest_first_which_numbers_are_loaded_and_warns_when_it_is_old(watching: Cli) -> None:
    before = watching("orders", "list")
    assert before.code == 0
    assert "the newest order known (2026-01-27) is older than 60 days" in before.err
    assert "look for newer ones at" in before.err
    with_order(watching)("orders", "import", "order.pdf", *ID)
    done = watching("orders", "list")
    assert done.err == ""
    assert done.lines[1].startswith("2026-11-20")
    assert re.search(r"final_sanctions\s+202, not reviewed yet\s+2$", table(done.out, FINAL))
    assert re.search(r"15,932\s+no$", table(done.out, "USPTO-2026-01-27-CONSOL-OSC"))
    assert "no list (1 single number)" in table(done.out, "USPTO-2021-06-08-HUANYEE-OSC")
    assert done.lines[-1].startswith("undated")
    dates = [line.split()[0] for line in done.lines[1:-1]]
    assert dates == sorted(dates, reverse=True)


def test_an_order_list_may_be_as_old_as_the_operator_says(ready: Cli) -> None:
    assert ready("orders", "list", TMWATCH_ORDERS_STALE_DAYS="3000").err == ""


def test_one_order_is_shown_with_respondents_source_lists_and_marks(watching: Cli) -> None:
    with_order(watching)("orders", "import", "order.pdf", *ID, "--expect", "202")
    shown = watching("orders", "show", FINAL.lower())
    assert shown.code == 0
    assert "202 numbers, 202 expected; not reviewed yet; sha256" in shown.out
    assert f"{GLOWMOTH}  GLOWMOTH  for Lumenhaus" in shown.out
    assert (
        f"is named in order {FINAL} of 2026-11-20 (page 4); the list is not reviewed yet. Strength of the match: 90 %"
        in (shown.out)
    )
    known = watching("orders", "show", "USPTO-2025-08-06-SELLERGROWTH-FINAL").out
    assert "Shenzhen Seller Growth" in known
    assert "http" in known
    assert "深圳" in watching("orders", "show", "USPTO-2022-09-07-SELLERGROWTH-OSC").out


def test_an_unknown_order_is_exit_2_with_the_nearest(ready: Cli) -> None:
    done = ready("orders", "show", "USPTO-2025-08-06-SELLERGROWTH-FINALE")
    assert done.code == 2
    assert "did you mean" in done.err
    assert ready("orders", "show", "zzz").err == "tmwatch: there is no order 'zzz'; see: tmwatch orders list\n"


def test_hits_are_listed_strongest_first_with_the_reason_and_for_one_client(watching: Cli) -> None:
    watching.write(
        "config/sanctions.csv",
        "kind,value,order_id,role,source,note\n"
        f"email,docket@valefinch.example,{FINAL},respondent,our own reading,\n"
        f"person,Orrin Blackwood,{FINAL},credentials_misused,our own reading,\n"
        f"serial,88000001,{FINAL},,our own reading,\n",
    )
    watching.write("config/tmwatch.toml", "")
    watching.environ["TMWATCH_DATABASE_URL"] = f"sqlite:///{watching.database}"
    with_order(watching)("orders", "import", "order.pdf", *ID, "--reviewed")
    done = watching("orders", "hits")
    assert (done.code, done.err) == (0, "")
    heads = [line for line in done.lines if " %  " in line]
    assert [head.split()[2] for head in heads] == (
        ["number"] * 3 + ["e-mail"] * len([h for h in heads if " e-mail " in h]) + ["person"] * 2
    )
    assert heads[0].startswith("100 %  number   88000001")
    assert f"Number {GLOWMOTH} is named in order {FINAL} of 2026-11-20 (page 4)" in done.out
    assert f"Number 88000001 is named in order {FINAL} of 2026-11-20\n" in done.out
    assert "the bearer may be a victim" in done.out or "its bearer may be a victim" in done.out
    assert "22 orders held" not in done.out
    assert done.lines[-1].endswith("21 orders held, the newest of 2026-11-20")
    one = watching("orders", "hits", "--client", "Kestrel Pet", "--json")
    hits = json.loads(one.out)["hits"]
    assert {hit["serial_number"] for hit in hits} <= {"88000007", "88000008", "88000009", "88000010"}
    assert hits[0] == {
        "serial_number": FETCHFJORD, "mark": "FETCHFJORD", "clients": ["Kestrel Pet"], "tier": 1, "strength": 1.0,
        "what": "number", "value": FETCHFJORD, "order_ids": [FINAL], "page": 4, "reviewed": True, "historical": False,
        "why": f"Number {FETCHFJORD} is named in order {FINAL} of 2026-11-20 (page 4)",
    }  # fmt: skip
    assert watching("orders", "hits", "--client", "Nobody").code == 2


def test_without_hits_the_proof_of_what_was_compared_is_shown(watching: Cli) -> None:
    assert watching("orders", "hits").lines == ["0 marks concerned; 20 orders held, the newest of 2026-01-27"]


def test_the_page_of_orders_speaks_in_run_list_and_doctor_and_never_changes_the_exit_code(watching: Cli) -> None:
    listed = b"<html><body><a href='scan.pdf'>Order of Harbour Filing Ltd.</a></body></html>"
    scan = pdf([image_only(), Sheet(b"")])
    with running({"/orders": [reply(200, listed, "text/html")]}) as server:
        server.answers["/scan.pdf"] = [reply(200, scan, "application/pdf")]
        watching.environ["TMWATCH_ORDERS_PAGE_URL"] = f"{server.url}/orders"
        seen = watching("run")
        assert seen.code == 0
        assert "warning: new document on the page of orders: Order of Harbour Filing Ltd." in seen.err
        server.answers["/orders"] = [reply(404, b"", "text/html")]
        watching.now = NOW + timedelta(hours=2)
        failed = watching("run", "--source", "orders")
    assert failed.code == 0
    assert "page of orders not read: 127.0.0.1 answered 404" in failed.err
    told = watching("orders", "list")
    assert "warning: new on the page of orders: Order of Harbour Filing Ltd." in told.err
    assert "the page of orders could not be read" in told.err
    doctor = watching("doctor")
    assert re.search(r"warn +source page of orders +failed 2026-11-23 15:00 UTC: 127.0.0.1 answered 404", doctor.out)
    assert re.search(r"warn +orders +Order of Harbour Filing Ltd.: new on the page of orders", doctor.out)
    assert doctor.code == 0


def test_run_with_json_keeps_stdout_to_one_object_when_the_page_fails(watching: Cli, closed_port: str) -> None:
    done = watching("run", "--json", TMWATCH_ORDERS_PAGE_URL=f"{closed_port}/orders")
    assert done.code == 0
    told = json.loads(done.out)
    assert {"name": "page of orders", "documents": 0, "failed": 1, "data_as_of": None} in told["sources"]
    assert told["failed"] == []
    assert "page of orders not read" in done.err


def test_doctor_names_lists_that_no_person_has_checked(watching: Cli) -> None:
    with_order(watching)("orders", "import", "order.pdf", *ID)
    assert f"not reviewed by a person yet: {FINAL}" in watching("doctor").out
    watching("orders", "import", "order.pdf", "--reviewed")
    assert "not reviewed by a person" not in watching("doctor").out


def test_no_output_accuses_anybody_and_every_sentence_about_a_number_says_named_in_order(watching: Cli) -> None:
    with_order(watching)
    calls = [
        ("orders", "--help"), ("orders", "import", "--help"), ("orders", "import", "order.pdf", *ID),
        ("orders", "list"), ("orders", "show", FINAL), ("orders", "hits"), ("check", "--offline", GLOWMOTH),
        ("rules",), ("doctor",),
    ]  # fmt: skip
    for call in calls:
        done = watching(*call)
        addressless = re.sub(r"https?://\S+", "", done.out + done.err)
        assert not ACCUSING.search(addressless), call
        for line in addressless.splitlines():
            if f"Number {GLOWMOTH}" in line:
                assert re.search(rf"named in order {FINAL} of \S+.* \(page 4\)", line), line
    engine = open_engine(f"sqlite:///{watching.database}")
    with engine.begin() as conn:
        known = [one.order_id for one in orders.load_orders(conn)]
    engine.dispose()
    assert known == [FINAL]
    package = Path(__file__).parents[2] / "tmwatch"
    sources = [*package.glob("digest/templates/*"), *package.glob("cli/order*.py"), *package.glob("pipeline/order*.py"),
               *package.glob("rules/*.py"), *package.glob("sanction*.py"), *package.glob("sources/order*.py"),
               package / "pipeline" / "fingerprints.py"]  # fmt: skip
    assert len(sources) > 20
    for path in sources:
        assert not ACCUSING.search(re.sub(r"https?://\S+", "", path.read_text("utf-8"))), path
