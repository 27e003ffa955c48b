"""Every parser of the program by name: each takes a path and reads it to its end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tmwatch.portfolio_rows import read_watches
from tmwatch.record_json import from_json
from tmwatch.records import Provenance
from tmwatch.sources.assignments import read_assignments
from tmwatch.sources.casefile_input import read_input
from tmwatch.sources.casefile_xml import Origin, read_bulk, read_case_file
from tmwatch.sources.entry_files import Watched
from tmwatch.sources.odp_files import listed_count, parse_listing
from tmwatch.sources.order_page import find_links
from tmwatch.sources.orders import read_order
from tmwatch.sources.portfolio_file import parse
from tmwatch.sources.sanction_additions import load_additions
from tmwatch.sources.st96 import read_st96
from tmwatch.sources.tsdr_documents import parse_documents
from tmwatch.sources.tsdr_json import parse_multi, read_info
from tmwatch.sources.ttab import read_ttab
from tmwatch.sources.watchpass import Wanted
from tmwatch.sources.xml import parse_xml
from tmwatch.sources.zipfiles import verify_zip

NOW = datetime(2026, 11, 25, tzinfo=UTC)
FROM = Provenance("tsdr", NOW, None, None)
BULK = Origin(source="odp", url="apc261124.zip", sha256="0" * 64, day=NOW.date())
WATCHED = Watched(frozenset({"98000001"}))


def _portfolio(path: Path) -> object:
    return read_watches(parse(path.read_bytes(), path.name))


def _bulk(path: Path) -> object:
    with path.open("rb") as file:
        return [type(one) for one in read_bulk(file, path.name, Wanted.of(["98000001"], set()), BULK)]


def _ttab(path: Path) -> object:
    with path.open("rb") as file:
        return list(read_ttab(file, path.name, WATCHED, BULK))


def _assignments(path: Path) -> object:
    with path.open("rb") as file:
        return list(read_assignments(file, path.name, WATCHED, BULK))


def _zip(path: Path) -> object:
    with path.open("rb") as file:
        return verify_zip(file, path.name)


def _listing(path: Path) -> object:
    body = json.loads(path.read_bytes())
    listed_count(body)
    return parse_listing([body], "TRTDXFAP")


PARSERS: dict[str, Callable[[Path], object]] = {
    "xml": lambda path: parse_xml(path.read_bytes(), "the answer"),
    "st96": lambda path: read_st96(path.read_bytes(), FROM),
    "documents": lambda path: parse_documents(path.read_bytes()),
    "case file": lambda path: read_case_file(path.read_bytes(), BULK),
    "bulk": _bulk,
    "ttab": _ttab,
    "assignments": _assignments,
    "zip": _zip,
    "info": lambda path: read_info(path.read_bytes(), FROM),
    "multi": lambda path: parse_multi(path.read_bytes(), FROM),
    "check --file": lambda path: read_input(path, now=NOW),
    "portfolio": _portfolio,
    "order": read_order,
    "order page": lambda path: find_links(path.read_bytes(), "https://www.uspto.example/orders"),
    "sanctions": load_additions,
    "stored record": lambda path: from_json(path.read_text("utf-8", "replace")),
    "listing": _listing,
}
