"""Large invented files, made fast: a few hundred records of real shape serve as patterns, names and numbers vary.

Who files is drawn as in the real register: most owners hold a few marks, an attorney files for many.
"""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.bulk_maker import CLOSING, Case, case_xml, crowd, leaf, opening, prolog

PATTERNS = 300
_A = ("lumen", "vale", "north", "tea", "kettle", "quiet", "lamp", "harbor", "fold", "chair", "rain", "garden", "river")
_B = ("works", "trading", "house", "supply", "studio", "goods", "outdoor", "home", "kitchen", "craft", "lab", "field")
_STATUS = ("630", "630", "641", "700", "700", "700", "702", "602", "606", "710", "710", "688", "610", "900")
_SANCTION = ("KSNS", "O", "NOTICE OF SUSPENSION SENT - PENDING REVIEW", "20240506", "40")


def _patterns(seed: int) -> list[str]:
    """Return records as format strings with a field for each thing that varies."""
    dice = random.Random(seed)
    found = []
    for one in crowd(PATTERNS, seed=seed):
        owner = (
            (("entry-number", "1"), ("party-type", "10")),
            (("legal-entity-type-code", "16"), ("party-name", "@OWNER@"), ("address-1", "@PLACE@"), ("city", "Dover"),
             ("state", "DE"), ("postcode", "19901")),
        )  # fmt: skip
        events = (_SANCTION, *one.events) if dice.random() < 0.02 else one.events
        case: Case = replace(
            one,
            serial="@SERIAL@",
            registration="@NUMBER@",
            transaction="@DAY@",
            events=events,
            correspondent=("@ATTORNEY@ @FIRM@", "@STREET@", "AUSTIN, TX 78701", "United States"),
            owners=(owner,),
            header={
                **one.header,
                "filing-date": "@FILED@",
                "status-code": "@STATUS@",
                "mark-identification": "@MARK@",
                "attorney-name": "@ATTORNEY@",
            },
        )
        found.append(re.sub("@([A-Z]+)@", r"%(\1)s", case_xml(case).replace("%", "%%")))
    return found


def records(count: int, first: int, day: str, seed: int, of: int, status: str | None = None) -> Iterator[str]:
    """Yield `count` records with serial numbers rising by 1 from `first`; `of` marks are there in all files. With the
    same seed they are the same but for the day, and for the `status` when it is given."""
    patterns, dice = _patterns(seed), random.Random(seed)
    owners, attorneys = max(of // 3, 1), max(of // 60, 1)
    for n in range(count):
        owner, attorney = dice.randrange(owners), int(attorneys * dice.random() ** 3)
        yield patterns[n % PATTERNS] % {
            "SERIAL": f"{first + n:08}",
            "NUMBER": "0000000" if dice.random() < 0.5 else f"{dice.randint(5_000_000, 7_999_999)}",
            "DAY": day,
            "FILED": f"20{dice.randint(10, 25)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}",
            "STATUS": dice.choice(_STATUS) if status is None else (dice.choice(_STATUS), status)[1],
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
    status: str | None = None,
) -> int:
    """Write an applications zip of `count` records; return the bytes of its XML."""
    size = 0
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(path.stem + ".xml", "w", force_zip64=True) as member,
    ):
        for text in (prolog(), opening(), "      <action-keys>", leaf("action-key", "TX", 8)):
            size += member.write((text + "\r\n").encode())
        for text in records(count, first, day, seed, of, status):
            size += member.write((text + "\r\n").encode())
        for text in ("      </action-keys>", *CLOSING):
            size += member.write((text + "\r\n").encode())
    return size
