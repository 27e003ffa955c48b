"""Every parser is fed with anything, and with sound files that were damaged: it reads, or it says why in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bulk_maker import Case, case_xml, daily, zipped
from tests.order_pdfs import Sheet, columns, pdf
from tests.security.parsers import FROM, PARSERS
from tests.sources.test_odp_files import entry, listing
from tmwatch.changes import to_json
from tmwatch.demo import corpus
from tmwatch.demo.cases import info_json
from tmwatch.errors import TmwatchError
from tmwatch.sources.tsdr_json import read_info

ST96 = Path(__file__).parents[1] / "sources" / "golden"


@cache
def info() -> bytes:
    case = next(iter(corpus.days(date(2026, 11, 25)).first.values()))
    return json.dumps({"trademarks": [info_json(case)]}).encode()


def st96() -> bytes:
    return next(path.read_bytes() for path in sorted(ST96.glob("*.xml")))


SOUND: dict[str, Callable[[], bytes]] = {
    "xml": st96,
    "st96": st96,
    "documents": lambda: b"<DocumentList><Document><SerialNumber>97000001</SerialNumber></Document></DocumentList>",
    "case file": lambda: case_xml(Case()).encode(),
    "bulk": lambda: daily(("TX", [Case()])),
    "ttab": lambda: daily(("TX", [Case()])).replace(b"trademark-applications-daily", b"ttab-proceedings"),
    "assignments": lambda: daily(("TX", [Case()])).replace(b"trademark-applications-daily", b"trademark-assignments"),
    "zip": lambda: zipped(daily(("TX", [Case()]))),
    "info": info,
    "multi": lambda: b'{"transactionList": [' + info() + b'], "size": 1, "oversized": false}',
    "check --file": info,
    "portfolio": lambda: corpus.PORTFOLIO_CSV.encode(),
    "order": lambda: b"Serial No.,page\n97123456,1\n97/123,457,2\n",
    "order page": lambda: b'<html><body><a href="/a.pdf">Order of January 5, 2026</a></body></html>',
    "sanctions": lambda: b"kind,value,order_id,role,source,note\nemail,a@b.example,O-1,respondent,x,y\n",
    "stored record": lambda: to_json(read_info(info(), FROM).record).encode(),
    "listing": lambda: json.dumps(listing(entry("apc260105.zip"))).encode(),
}
OWN_FILES = ("stored record", "listing")  # the caller reads the JSON and names what is wrong; see their callers


@st.composite
def damaged(draw: st.DrawFn, body: bytes) -> bytes:
    """Cut, doubled, overwritten or swapped pieces of a sound file."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(body)))
        to = min(len(body), at + draw(st.sampled_from([0, 1, 2, 7, 40, 400])))
        kind = draw(st.sampled_from(["cut", "end", "double", "overwrite", "insert"]))
        junk = draw(
            st.sampled_from([b"\x00", b"<", b">", b"&", b'"', b"}", b"[", b",", b"\xff", b"\n", b"9" * 30, b"null"])
        )
        body = {
            "cut": body[:at] + body[to:],
            "end": body[:at],
            "double": body[:to] + body[at:],
            "overwrite": body[:at] + junk * max(1, (to - at) // len(junk)) + body[to:],
            "insert": body[:at] + junk + body[at:],
        }[kind]
    return body


def read(parser: str, body: bytes, folder: Path) -> None:
    """Read; only errors of ours, in one line, are let pass."""
    path = folder / ("file.csv" if parser in ("order", "portfolio", "sanctions") else "apc261124.zip")
    path.write_bytes(body)
    try:
        PARSERS[parser](path)
    except TmwatchError as error:
        said = str(error)
        if "\n" in said or len(said) > 1500:
            raise AssertionError(f"{parser}: no short line: {said[:700]!r}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if parser not in OWN_FILES:
            raise AssertionError(f"{parser}: {type(error).__name__}: {error}") from error


@pytest.mark.parametrize("parser", sorted(PARSERS))
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_is_read_or_refused_in_one_line(parser: str, tmp_path: Path, data: st.DataObject) -> None:
    read(parser, data.draw(damaged(SOUND[parser]())), tmp_path)


@pytest.mark.parametrize("parser", sorted(PARSERS))
@given(body=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "ignore"))))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_at_all_is_read_or_refused_in_one_line(parser: str, tmp_path: Path, body: bytes) -> None:
    read(parser, body, tmp_path)


@given(data=st.data())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_pdf_is_read_or_refused_in_one_line(tmp_path: Path, data: st.DataObject) -> None:
    sound = pdf([Sheet(columns([str(97_000_000 + n) for n in range(60)], 3))])
    read("order", data.draw(damaged(sound)), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("parser", sorted(PARSERS))
@given(data=st.data())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_damaged_files_are_read_or_refused_in_one_line(parser: str, tmp_path: Path, data: st.DataObject) -> None:
    read(parser, data.draw(damaged(SOUND[parser]())), tmp_path)
