"""The limits that hostile files run into, each with the largest sound file beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.security.parsers import PARSERS
from tests.security.test_fuzz import info
from tests.sources.test_zipfiles import archive
from tmwatch.comparing import same_address, same_correspondent
from tmwatch.errors import FormatError, PortfolioError, UsageError
from tmwatch.records import Address, Correspondent
from tmwatch.sources import order_pages, portfolio_file, sanction_additions, xml


def read(parser: str, folder: Path, body: bytes, name: str = "file.csv") -> object:
    path = folder / name
    path.write_bytes(body)
    return PARSERS[parser](path)


def test_a_tree_of_too_many_tags_is_refused_before_it_is_built() -> None:
    inside = xml.MOST_TAGS - 2
    assert len(xml.parse_xml(b"<t>" + b"<a/>" * inside + b"</t>", "it")) == inside
    with pytest.raises(FormatError, match="tags"):
        xml.parse_xml(b"<t>" + b"<a/>" * (inside + 1) + b"</t>", "it")


def test_a_portfolio_with_a_line_without_end_is_refused(tmp_path: Path) -> None:
    row = b"serial_number,notes\n97123456," + b"a" * (portfolio_file.MAX_LINE - 20) + b"\n"
    read("portfolio", tmp_path, row)
    with pytest.raises(PortfolioError, match="a line of"):
        read("portfolio", tmp_path, row + b"97123457," + b"a" * portfolio_file.MAX_LINE)


def test_a_portfolio_of_too_many_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortfolioError, match="201 columns"):
        read("portfolio", tmp_path, b"serial_number" + b",x" * 200 + b"\n97123456\n")


def test_a_text_that_is_too_long_for_an_order_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="larger than 6 MB"):
        read("order", tmp_path, b"97123456\n" * (order_pages.MAX_TEXT_BYTES // 9 + 1))


def test_additions_that_are_no_csv_are_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no valid CSV"):
        read("sanctions", tmp_path, b'kind,value\nemail,"never closed\n')
    with pytest.raises(UsageError, match="larger than 5 MB"):
        read("sanctions", tmp_path, b"kind,value\n" * (sanction_additions.MAX_BYTES // 11 + 1))


def test_a_zip_whose_directory_points_before_the_file_is_refused(tmp_path: Path) -> None:
    sound = archive(("a.xml", b"<t/>"))
    damaged = b"K" + sound[4:]  # bytes lost at the front
    with pytest.raises(FormatError):
        read("zip", tmp_path, damaged)


def test_an_object_of_nothing_but_unknown_fields_is_another_format(tmp_path: Path) -> None:
    told = json.loads(info())
    read("info", tmp_path, json.dumps(told).encode())
    told["trademarks"][0]["status"]["correspondence"] = {"wrapped": told["trademarks"][0]["status"]["correspondence"]}
    with pytest.raises(FormatError, match="none of the fields"):
        read("info", tmp_path, json.dumps(told).encode())


def test_a_number_that_no_record_has_and_no_column_holds_is_another_format(tmp_path: Path) -> None:
    told = json.loads(info())
    told["trademarks"][0]["prosecutionHistory"][0]["entryNumber"] = 10**30
    with pytest.raises(FormatError, match="size found in records"):
        read("info", tmp_path, json.dumps(told).encode())


def test_an_address_without_its_country_or_a_correspondent_without_address_has_not_moved() -> None:
    whole = Address(("8 Invented Road",), "Shenzhen", None, "518000", "CN")
    bare = Address(("8 Invented Road",), "Shenzhen", None, "518000", None)
    assert same_address(whole, bare)
    assert not same_address(whole, Address(("8 Invented Road",), "Shenzhen", None, "518000", "DE"))
    assert not same_address(whole, Address(("9 Invented Road",), "Shenzhen", None, "518000", None))
    one = Correspondent("Ann Roe", "Roe LLP", address=whole)
    assert same_correspondent(one, Correspondent("Ann Roe", "Roe LLP"))
    assert not same_correspondent(one, Correspondent("Ben Roe", "Roe LLP"))
