"""Large invented files, made fast: a few hundred records of real shape serve as patterns, names and numbers vary.

Who files is drawn as in the real register: most owners hold a few marks, an attorney files for many. What happened to
each mark fits its status and dates, as a `Mix` says (lives.py).
"""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.bench import lives
from tests.bench.lives import THIS_WEEK, Mix
from tests.bulk_maker import CLOSING, Case, case_xml, crowd, leaf, opening, prolog

PATTERNS = 300
_TODAY = date(2026, 1, 4)
_A = ("lumen", "vale", "north", "tea", "kettle", "quiet", "lamp", "harbor", "fold", "chair", "rain", "garden", "river")
_B = ("works", "trading", "house", "supply", "studio", "goods", "outdoor", "home", "kitchen", "craft", "lab", "field")
_SANCTION = ("KSNS", "O", "NOTICE OF SUSPENSION SENT - PENDING REVIEW", "20240506", "40")


class _Patterns:
    """Records as format strings with a field for each thing that varies, by number and status, made when wanted."""

    def __init__(self, seed: int) -> None:
        dice = random.Random(seed)
        self._crowd = [(one, dice.random() < 0.02) for one in crowd(PATTERNS, seed=seed)]
        self._made: dict[tuple[int, str], str] = {}

    def of(self, number: int, status: str) -> str:
        """Return a pattern."""
        key = (number % PATTERNS, status)
        if key not in self._made:
            self._made[key] = _pattern(*self._crowd[key[0]], status)
        return self._made[key]


def _pattern(one: Case, sanctioned: bool, status: str) -> str:
    """Return one record as a format string."""
    owner = (
        (("entry-number", "1"), ("party-type", "10")),
        (("legal-entity-type-code", "16"), ("party-name", "@OWNER@"), ("address-1", "@PLACE@"), ("city", "Dover"),
         ("state", "DE"), ("postcode", "19901")),
    )  # fmt: skip
    history = lives.entries(status, max(4, len(one.events) - 8))
    case = replace(
        one,
        serial="@SERIAL@",
        registration="@NUMBER@" if lives.is_registered(status) else "0000000",
        transaction="@DAY@",
        events=(_SANCTION, *history) if sanctioned else history,
        correspondent=("@ATTORNEY@ @FIRM@", "@STREET@", "AUSTIN, TX 78701", "United States"),
        owners=(owner,),
        header={**one.header, **lives.header(status), "mark-identification": "@MARK@", "attorney-name": "@ATTORNEY@"},
    )
    return re.sub("@([A-Z0-9]+)@", r"%(\1)s", case_xml(case).replace("%", "%%"))


def records(
    count: int, first: int, day: str, seed: int, of: int, mix: Mix = THIS_WEEK, steps_back: int = 0
) -> Iterator[str]:
    """Yield `count` records with serial numbers rising by 1 from `first`; `of` marks are there in all files. With the
    same seed they are the same but for the `day` of the transaction and, with `steps_back`, their last steps."""
    patterns, dice = _Patterns(seed), random.Random(seed)
    owners, attorneys = max(of // 3, 1), max(of // 60, 1)
    for n in range(count):
        owner, attorney = dice.randrange(owners), int(attorneys * dice.random() ** 3)
        status, dates = lives.drawn(mix, dice, _TODAY)
        for _ in range(steps_back):
            status = lives.previous(status)
        yield patterns.of(n, status) % {
            **dates,
            "SERIAL": f"{first + n:08}",
            "NUMBER": f"{dice.randint(5_000_000, 7_999_999)}",
            "DAY": day,
            "MARK": f"{dice.choice(_A)}{dice.choice(_A)} {dice.choice(_B)} {dice.randrange(of)}".upper(),
            "OWNER": f"{_A[owner % 13].title()} {_B[owner % 12].title()} {owner} Trading Co., Ltd.",
            "PLACE": f"Room {owner % 900}, No. {owner % 400} {_A[owner % 7].title()} Road",
            "ATTORNEY": f"{_A[attorney % 13].title()} {_B[attorney % 12].title()}son {attorney}",
            "FIRM": f"{_A[attorney % 11].title()} Law {attorney % 5000} LLP",
            "STREET": f"{attorney % 9000} {_B[attorney % 12].title()} Street",
        }


def write(
    path: Path,
    count: int,
    first: int,
    *,
    day: str = "20260105",
    seed: int = 7,
    of: int = 1_000_000,
    mix: Mix = THIS_WEEK,
    steps_back: int = 0,
) -> int:
    """Write an applications zip of `count` records; return the bytes of its XML."""
    size = 0
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(path.stem + ".xml", "w", force_zip64=True) as member,
    ):
        for text in (prolog(), opening(), "      <action-keys>", leaf("action-key", "TX", 8)):
            size += member.write((text + "\r\n").encode())
        for text in records(count, first, day, seed, of, mix, steps_back):
            size += member.write((text + "\r\n").encode())
        for text in ("      </action-keys>", *CLOSING):
            size += member.write((text + "\r\n").encode())
    return size
