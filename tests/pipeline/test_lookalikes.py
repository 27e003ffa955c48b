"""The line on new applications for the text of a mark that a brand in danger stands on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.pipeline.stage import MORNING, Stage
from tests.register.files import BASE, build_here, case, write
from tmwatch.codes import Standing
from tmwatch.digest.model import Lookalike
from tmwatch.exposure import BrandExposure, BrandMark
from tmwatch.pipeline.lookalikes import MOST, Filings
from tmwatch.records import CaseFile, Owner, Provenance
from tmwatch.register.place import default_path
from tmwatch.settings import Settings, load

TODAY = date(2026, 1, 20)
NOW = datetime(2026, 1, 20, tzinfo=UTC)
OURS = "Lumenvale Trading LLC"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(None, {"TMWATCH_DATABASE_URL": f"sqlite:///{tmp_path / 'tmwatch.db'}"}, tmp_path)


def brand(state: str = "in_danger", serial: str = "98000001", carrying: bool = True) -> BrandExposure:
    mark = BrandMark("Vale", "Lumenvale", serial, Standing.dead, carrying)
    return BrandExposure("Vale", "Lumenvale", state, carrying, carrying=(serial,) if carrying else (), marks=(mark,))


def record(text: str | None = "LUMENVALE", serial: str = "98000001") -> dict[str, CaseFile]:
    told = Provenance("tsdr", NOW)
    return {serial: CaseFile(serial, 602, told, frozenset({"status"}), mark_text=text, owners=(Owner(OURS),))}


def stranger(serial: str, mark: str, day: str = "20260110"):  # type: ignore[no-untyped-def]
    owners = (((("entry-number", "1"), ("party-type", "10")), (("party-name", "Stranger Inc."),)),)
    return case(serial, header={"mark-identification": mark, "filing-date": day}, owners=owners)


@pytest.fixture
def built(tmp_path: Path) -> None:
    cases = [
        case("98000001", header={"filing-date": "20260102"}),
        stranger("98000002", "LUMENVALE"),
        stranger("98000003", "LUMENVALES"),
        stranger("98000004", "LUMENVALE", "20251021"),
        stranger("98000005", "SOMETHING ELSE"),
        case("98000006", header={"filing-date": "20260111"}),  # the owner's own
    ]
    build_here(tmp_path / "register", write(tmp_path, BASE, cases))


def told(found: tuple[Lookalike, ...]) -> list[str]:
    return [str(one.told) for one in found]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("one", [brand(), brand("lost"), brand(carrying=False)])
def test_a_brand_in_danger_gets_a_line_that_names_who_filed_for_the_text_of_its_mark(
    settings: Settings, one: BrandExposure
) -> None:
    assert told(Filings(settings, TODAY).about([one], record())) == [
        "New applications since 2025-10-22 by others for LUMENVALE or a very similar text: 2 (register of 2026-01-05). "
        "98000002 LUMENVALE (2026-01-10, Stranger Inc.); 98000003 LUMENVALES (2026-01-10, Stranger Inc.)"
    ]


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("one", "records"),
    [
        (brand("weakened"), record()),
        (brand("sound"), record()),
        (brand("unknown"), record()),
        (brand(), record(None)),
        (brand(), record("\u2014")),
        (brand(), record("UNHEARD OF")),
        (brand(), {}),
        (brand(serial="rn6000001"), record()),
    ],
)
def test_a_brand_that_is_safe_has_no_words_or_nobody_files_for_gets_none(
    settings: Settings, one: BrandExposure, records: dict[str, CaseFile]
) -> None:
    assert Filings(settings, TODAY).about([one], records) == ()


def test_without_a_register_nothing_is_said(settings: Settings) -> None:
    assert Filings(settings, TODAY).about([brand()], record()) == ()


@pytest.mark.usefixtures("built")
def test_the_register_is_read_once_for_all_clients_and_a_client_asks_for_a_bounded_number(settings: Settings) -> None:
    many = {f"98{n:06}": record(serial=f"98{n:06}")[f"98{n:06}"] for n in range(100, 200)}
    asked = Filings(settings, TODAY)
    found = asked.about([brand(serial=serial) for serial in many], many)
    assert [one.serial_number for one in found] == list(many)[:MOST]
    read = asked._read
    assert asked.about([brand()], record())
    assert asked._read is read


@pytest.mark.usefixtures("built")
def test_a_register_that_cannot_be_read_is_said_and_stops_no_message(settings: Settings, tmp_path: Path) -> None:
    for path in (tmp_path / "register").rglob("*.parquet"):
        path.write_bytes(b"no parquet")
    assert told(Filings(settings, TODAY).about([brand()], record())) == [
        "Who files for the same text is not known: the register here cannot be read."
    ]


def test_the_line_stands_on_the_card_of_its_brand_in_the_digest_and_nowhere_without_a_register(lite: Stage) -> None:
    lite.watch()
    lite.serve_day(2)
    place = default_path(lite.settings)
    filed = stranger("99000001", "GLOWMOTH", "20261110")
    build_here(place, write(lite.folder, "apc261112.zip", [filed]))
    assert lite.run(MORNING).complete
    (card,) = [part for part in lite.text("lumenhaus").split("\n\n") if "Same text" in part]
    assert (
        "  Same text: New applications since Aug 26, 2026 by others for GLOWMOTH or a very similar text: 1 "
        "(register of Jan 5, 2026). 99000001 GLOWMOTH (Nov 10, 2026, Stranger Inc.)" in card
    )
    assert "Same text" not in lite.text("kestrel-pet")
