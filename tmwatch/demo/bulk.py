"""Writes a daily applications file of invented cases in the frame of the real ones, so that its reader reads it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from xml.sax.saxutils import escape

from tmwatch.demo.cases import DemoCase

PROLOG = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE trademark-applications-daily [
<!ELEMENT trademark-applications-daily (version, creation-datetime, application-information)>
<!ELEMENT serial-number (#PCDATA)>
]>
"""
NO_REGISTRATION = "0000000"
ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever they are packed


def daily_zip(day: date, cases: Iterable[DemoCase]) -> tuple[str, bytes]:
    """Return name and bytes of the file of `day`: an archive with one XML document."""
    stem = f"apc{day:%y%m%d}"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"{stem}.xml", ZIP_DAY), daily_xml(day, cases))
    return f"{stem}.zip", target.getvalue()


def daily_xml(day: date, cases: Iterable[DemoCase]) -> bytes:
    """Return the document of `day`: applications and registrations under their action keys."""
    groups: dict[str, list[DemoCase]] = {"NA": [], "TX": []}
    for case in sorted(cases, key=lambda one: one.serial_number):
        groups["TX" if case.registered else "NA"].append(case)
    body = "".join(
        f"<action-keys><action-key>{key}</action-key>\n{''.join(case_xml(case, day) for case in found)}</action-keys>\n"
        for key, found in groups.items()
        if found
    )
    frame = (
        "<version><version-no>2.0</version-no><version-date>20041108</version-date></version>\n"
        f"<creation-datetime>{day:%Y%m%d}2350</creation-datetime>\n"
        f"<application-information><file-segments><file-segment>TRMK</file-segment>\n{body}"
        "</file-segments></application-information>\n"
    )
    return f"{PROLOG}<trademark-applications-daily>\n{frame}</trademark-applications-daily>\n".encode()


def case_xml(case: DemoCase, day: date) -> str:
    """Return the record of one case as it stood at the end of `day`. Like every bulk record it holds no e-mail."""
    parts = (
        _leaf("serial-number", case.serial_number),
        _leaf("registration-number", case.registration_number or NO_REGISTRATION),
        _leaf("transaction-date", _day(day)),
        _node("case-file-header", _header(case)),
        _node("case-file-statements", [_node("case-file-statement", _leaves(_statement(case)))]),
        _node("case-file-event-statements", _events(case)),
        _node("classifications", [_node("classification", _leaves(_class(case)))]),
        _node("correspondent", _leaves((f"address-{n}", line) for n, line in enumerate(_lines(case), start=1))),
        _node("case-file-owners", [_owner(case)]),
    )
    return _node("case-file", parts) + "\n"


def _header(case: DemoCase) -> Iterator[str]:
    yield from _leaves(
        (
            ("filing-date", _day(case.filed)),
            ("registration-date", _day(case.registered)),
            ("status-code", f"{case.status:03}"),
            ("status-date", _day(case.status_date)),
            ("mark-identification", case.mark),
            ("mark-drawing-code", "4000"),
            ("abandonment-date", _day(case.abandoned)),
            ("cancellation-date", _day(case.cancelled)),
            ("attorney-name", case.attorney),
        )
    )
    for flag, holds in (
        ("trademark-in", True),
        ("supplemental-register-in", False),
        ("filed-as-use-application-in", case.basis == "use"),
        ("use-application-currently-in", case.basis == "use"),
        ("intent-to-use-in", case.basis == "itu"),
        ("intent-to-use-current-in", case.basis == "itu"),
        ("standard-characters-claimed-in", True),
    ):
        yield _leaf(flag, "T" if holds else "F")


def _statement(case: DemoCase) -> Sequence[tuple[str, str]]:
    return (("type-code", f"GS{case.class_code}1"), ("text", case.goods))


def _events(case: DemoCase) -> Iterator[str]:
    for number, (code, kind, day, text) in enumerate(case.events, start=1):
        yield _node(
            "case-file-event-statement",
            _leaves(
                (
                    ("code", code),
                    ("type", kind),
                    ("description-text", text),
                    ("date", _day(day)),
                    ("number", str(number)),
                )
            ),
        )


def _class(case: DemoCase) -> Sequence[tuple[str, str]]:
    return (
        ("international-code-total-no", "1"),
        ("us-code-total-no", "0"),
        ("international-code", case.class_code),
        ("status-code", "6"),
        ("status-date", _day(case.filed)),
        ("primary-code", case.class_code),
    )


def _lines(case: DemoCase) -> list[str]:
    """Return the correspondent as bulk records give it: lines of free text."""
    name = case.attorney or case.owner
    return [line for line in (name, case.firm, "400 Example Avenue, Suite 12", "Springfield 00001") if line]


def _owner(case: DemoCase) -> str:
    before = (("entry-number", "1"), ("party-type", "30" if case.registered else "10"))
    after = (
        ("legal-entity-type-code", "16"),
        ("party-name", case.owner),
        ("address-1", "8 Invented Road, Block 3"),
        ("city", case.owner_city),
        ("country", case.owner_country),
        ("postcode", "000000"),
    )
    nation = _node("nationality", [_leaf("country", case.owner_country)])
    return _node("case-file-owner", (*_leaves(before), nation, *_leaves(after)))


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day else ""


def _leaves(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the elements that have a text."""
    return (_leaf(name, text) for name, text in pairs if text)


def _leaf(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _node(name: str, inside: Iterable[str]) -> str:
    return f"<{name}>{''.join(inside)}</{name}>"
