"""Invented daily files of real shape: the DTD prolog of the real ones, full headers with every flag, all child rows.

People, firms and marks are invented. `case_xml` makes one record, `daily` a file, `zipped` its archive, `crowd` a
stream of different records of about 14 kB each for the benchmarks.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

DTD = (Path(__file__).parent / "sources" / "golden_bulk" / "applications.dtd").read_text("ascii")
HEADER = tuple(re.findall(r"[a-z0-9-]+", re.search(r"<!ELEMENT case-file-header \((.*?)\)>", DTD)[1]))  # type: ignore[index]
FLAGS = tuple(name for name in HEADER if name.endswith("-in"))

Rows = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """What one record says; None or empty leaves the element out."""

    serial: str = "98000001"
    registration: str | None = "0000000"
    transaction: str | None = "20260105"
    header: Mapping[str, str] = field(
        default_factory=lambda: {
            "filing-date": "20230911",
            "status-code": "630",
            "status-date": "20230920",
            "mark-identification": "LUMENVALE",
            "mark-drawing-code": "4",
            "attorney-name": "Avery Quillon",
        }
    )
    true_flags: frozenset[str] = frozenset({"trademark-in", "intent-to-use-in", "intent-to-use-current-in"})
    all_flags: bool = True
    statements: Rows = (("GS0251", "Clothing, namely, raincoats"),)
    events: tuple[tuple[str, str, str, str, str], ...] = (("NWAP", "I", "NEW APPLICATION ENTERED", "20230914", "1"),)
    classes: tuple[Rows, ...] = (
        (
            ("international-code-total-no", "1"),
            ("us-code-total-no", "2"),
            ("international-code", "025"),
            ("us-code", "022"),
            ("us-code", "039"),
            ("status-code", "6"),
            ("status-date", "20230920"),
            ("first-use-anywhere-date", "0"),
            ("first-use-in-commerce-date", "0"),
            ("primary-code", "025"),
        ),
    )
    correspondent: tuple[str, ...] = ("AVERY QUILLON", "QUILLON & MARSH LLP", "12 EXAMPLE STREET", "AUSTIN, TX 78701")
    owners: tuple[tuple[Rows, Rows], ...] = (
        (
            (("entry-number", "1"), ("party-type", "10")),
            (
                ("legal-entity-type-code", "16"),
                ("party-name", "Lumenvale Trading LLC"),
                ("address-1", "1 Invented Road"),
                ("city", "Dover"),
                ("state", "DE"),
                ("postcode", "19901"),
            ),
        ),
    )
    nationality: Rows = (("state", "DE"),)
    extra: str = ""


def leaf(name: str, text: str, indent: int) -> str:
    """Return one line with a filled element."""
    return f"{' ' * indent}<{name}>{escape(text)}</{name}>"


def node(name: str, lines: Iterable[str], indent: int) -> list[str]:
    """Return an element with its lines inside, nothing when there are none."""
    inside = list(lines)
    return [f"{' ' * indent}<{name}>", *inside, f"{' ' * indent}</{name}>"] if inside else []


def rows(pairs: Rows, indent: int) -> list[str]:
    """Return leaves."""
    return [leaf(name, text, indent) for name, text in pairs]


def case_xml(case: Case, newline: str = "\r\n") -> str:
    """Return one record as it stands in a file, indented like the real ones."""
    lines = [leaf("serial-number", case.serial, 10)]
    if case.registration is not None:
        lines.append(leaf("registration-number", case.registration, 10))
    if case.transaction is not None:
        lines.append(leaf("transaction-date", case.transaction, 10))
    lines += node("case-file-header", _header(case), 10)
    lines += node("case-file-statements", _statements(case), 10)
    lines += node("case-file-event-statements", _events(case), 10)
    lines += node("classifications", [line for one in case.classes for line in _class(one)], 10)
    lines += node("correspondent", [leaf(f"address-{n}", text, 12) for n, text in enumerate(case.correspondent, 1)], 10)
    lines += node("case-file-owners", [line for one in case.owners for line in _owner(case, *one)], 10)
    lines += [case.extra] if case.extra else []
    return newline.join(node("case-file", lines, 8))


def _header(case: Case) -> Iterator[str]:
    for name in HEADER:
        if name in case.header:
            yield leaf(name, case.header[name], 12)
        elif name in case.true_flags:
            yield leaf(name, "T", 12)
        elif name in FLAGS and case.all_flags:
            yield leaf(name, "F", 12)


def _statements(case: Case) -> list[str]:
    made = (node("case-file-statement", rows((("type-code", c), ("text", t)), 14), 12) for c, t in case.statements)
    return [line for lines in made for line in lines]


def _events(case: Case) -> list[str]:
    names = ("code", "type", "description-text", "date", "number")
    made = (
        node("case-file-event-statement", rows(tuple(zip(names, event, strict=True)), 14), 12) for event in case.events
    )
    return [line for lines in made for line in lines]


def _class(pairs: Rows) -> list[str]:
    return node("classification", rows(pairs, 14), 12)


def _owner(case: Case, before: Rows, after: Rows) -> list[str]:
    inside = rows(before, 14) + node("nationality", rows(case.nationality, 16), 14) + rows(after, 14)
    return node("case-file-owner", inside, 12)


def prolog(newline: str = "\r\n") -> str:
    """Return declaration and DTD as every real file carries them."""
    dtd = DTD.replace("\n", newline)
    return newline.join(
        ('<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE trademark-applications-daily [", dtd + "]>")
    )


def opening(newline: str = "\r\n") -> str:
    """Return what stands between the prolog and the first group."""
    return newline.join(
        (
            "<trademark-applications-daily>",
            "  <version>",
            "    <version-no>2.0</version-no>",
            "    <version-date>20041108</version-date>",
            "  </version>",
            "  <creation-datetime>202601060052</creation-datetime>",
            "  <application-information>",
            "    <file-segments>",
            "      <file-segment>TRMK</file-segment>",
        )
    )


CLOSING = ("    </file-segments>", "  </application-information>", "</trademark-applications-daily>")
EMPTY_DAY = "<data-available-code>N</data-available-code>"


def daily(*groups: tuple[str, Iterable[Case | str]], newline: str = "\r\n") -> bytes:
    """Return a whole daily file: groups of (action key, records); a record may be raw XML."""
    lines = [prolog(newline), opening(newline)]
    for key, cases in groups:
        lines += ["      <action-keys>", leaf("action-key", key, 8)]
        lines += [case if isinstance(case, str) else case_xml(case, newline) for case in cases]
        lines.append("      </action-keys>")
    return newline.join((*lines, *CLOSING)).encode()


def quiet_day() -> bytes:
    """Return a file of a day without data."""
    head = opening().split("    <file-segments>")[0].rstrip()
    return "\r\n".join((prolog(), head, f"    {EMPTY_DAY}", *CLOSING[1:])).encode()


def zipped(xml: bytes, name: str = "apc260105.xml") -> bytes:
    """Return an archive with the file in it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
    return target.getvalue()


_WORDS = (
    (
        "downloadable software for tracking parcels; raincoats and rain hats of treated fabric; tea kettles; "
        "folding garden chairs; ceramic tableware; retail store services featuring bicycle parts; lamps for aquariums; "
        "charging cables; pet bowls; yoga mats; notebook paper; consulting in the field of packaging design"
    )
    .replace(";", ",")
    .split()
)
_EVENTS = (
    ("NWAP", "I", "NEW APPLICATION ENTERED"),
    ("NWOS", "I", "NEW APPLICATION OFFICE SUPPLIED DATA ENTERED"),
    ("DOCK", "D", "ASSIGNED TO EXAMINER"),
    ("CNRT", "R", "NON-FINAL ACTION  WRITTEN"),
    ("GNRT", "F", "NON-FINAL ACTION E-MAILED"),
    ("GNRN", "O", "NOTIFICATION OF NON-FINAL ACTION E-MAILED"),
    ("TROA", "I", "TEAS RESPONSE TO OFFICE ACTION RECEIVED"),
    ("CRFA", "I", "CORRESPONDENCE RECEIVED IN LAW OFFICE"),
    ("TEME", "I", "TEAS/EMAIL CORRESPONDENCE ENTERED"),
    ("CNSA", "P", "APPROVED FOR PUB - PRINCIPAL REGISTER"),
    ("NONP", "E", "NOTIFICATION OF NOTICE OF PUBLICATION E-MAILED"),
    ("PUBO", "A", "PUBLISHED FOR OPPOSITION"),
    ("NPUB", "E", "OFFICIAL GAZETTE PUBLICATION CONFIRMATION E-MAILED"),
    ("NOAM", "E", "NOA E-MAILED - SOU REQUIRED FROM APPLICANT"),
)


def crowd(count: int, first: int = 90_000_000, seed: int = 7) -> Iterator[Case]:
    """Yield `count` different records of about 14 kB each, serial numbers rising by 3 from `first`."""
    dice = random.Random(seed)
    for n in range(count):
        yield _someone(dice, f"{first + 3 * n:08}")


def _someone(dice: random.Random, serial: str) -> Case:
    def word() -> str:
        return dice.choice(_WORDS).strip(",")

    def day() -> str:
        return f"20{dice.randint(18, 25)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}"

    name = f"{word().title()} {word().title()} {dice.randint(1, 9999)}"
    codes = sorted(dice.sample(range(1, 46), dice.randint(1, 4)))
    base = Case()
    return Case(
        serial=serial,
        registration="0000000" if dice.random() < 0.5 else f"{dice.randint(5_000_000, 7_999_999)}",
        header={**base.header, "mark-identification": name.upper(), "status-date": day(), "attorney-name": name},
        statements=tuple(
            (f"GS{code:03}1", " ".join(dice.choice(_WORDS) for _ in range(dice.randint(8, 90)))) for code in codes
        ),
        events=tuple((*dice.choice(_EVENTS), day(), str(number)) for number in range(dice.randint(14, 34), 0, -1)),
        classes=tuple(
            tuple((n, f"{code:03}" if n in ("international-code", "primary-code") else t) for n, t in base.classes[0])
            for code in codes
        ),
        correspondent=(f"{name} {word()}", f"{dice.randint(1, 9999)} {word()} Street", f"{word()}, TX 78701"),
        owners=tuple(
            (
                (("entry-number", "1"), ("party-type", kind)),
                (
                    *base.owners[0][1][:1],
                    ("party-name", f"{name} Ltd"),
                    ("address-1", f"{dice.randint(1, 999)} {word()}"),
                ),
            )
            for kind in ("20", "10")
        ),
    )
