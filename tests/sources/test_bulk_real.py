"""The real bulk records beside the repository: facts read by eye from the files (codes, dates, counts; no names)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bulk_maker import DTD
from tmwatch.records import CaseFile
from tmwatch.sources.casefile_xml import Origin, Reading, parse_bulk, read_bulk
from tmwatch.sources.watchpass import SetAside, Totals, Wanted


@pytest.fixture
def bulk(shared_data: Path) -> Path:
    return shared_data / "bulk"


def items(path: Path, wanted: Wanted | None = None) -> list[Reading | SetAside | Totals]:
    with path.open("rb") as file:
        return list(read_bulk(file, path.name, wanted, Origin()))


def facts(record: CaseFile) -> tuple[object, ...]:
    """Reduce a record to what can be written here without anybody's name."""
    newest = record.events[0]
    return (
        record.registration_number,
        record.status_code,
        str(record.status_date),
        str(record.filing_date),
        str(record.registration_date),
        str(record.renewal_date),
        str(record.publication_date),
        record.drawing_code,
        "/".join(record.kinds),
        "+".join((*record.basis_filed, ">", *record.basis_current)),
        " ".join(
            f"{c.code}:{'.'.join(c.international)}:{len(c.us)}:{c.status_code}:{c.first_use}" for c in record.classes
        ),
        (len(record.events), newest.key, str(newest.date), newest.number, record.events[-1].key),
        " ".join(statement.code for statement in record.statements),
        " ".join(f"{owner.party_type}:{owner.citizenship}" for owner in record.owners),
        (len(record.correspondent.lines) if record.correspondent else 0, record.attorney is not None),
    )


ITU4 = "009:009:5:6:None 012:012:6:6:None 039:039:2:6:None 042:042:2:6:None"
TM_SM = "trademark/service mark"
NEW = (None, 630, "2017-12-12", "2017-11-30", "None", "None", "None")
DAILY_2018 = {
    "87310367": (
        *(None, 688, "2018-01-23", "2017-01-23", "None", "None", "2017-11-28", "4", TM_SM, "1b+>+1b", ITU4),
        (15, "NOAM/E", "2018-01-23", 15, "NWAP/I"),
        "GS0091 GS0121 GS0391 GS0421 PM0001",
        "20:CA, US 10:CA, US",
        (4, True),
    ),
    "87703889": (
        *(*NEW, "3", TM_SM, "1b+>+1b", ITU4),
        (3, "MDSM/E", "2017-12-13", 3, "NWAP/I"),
        "CC0000 DM0000 GS0091 GS0121 GS0391 GS0421 PM0001",
        "10:CA, US",
        (4, True),
    ),
    "87703896": (
        *(*NEW, "5", TM_SM, "1b+>+1b", ITU4),
        (2, "NWOS/I", "2017-12-12", 2, "NWAP/I"),
        "CC0000 DM0000 GS0091 GS0121 GS0391 GS0421 PM0001",
        "10:CA, US",
        (4, True),
    ),
    "87796079": (
        *(None, 630, "2018-02-16", "2018-02-13", "None", "None", "None", "4", "service mark", "1a+>+1a"),
        *("042:042:2:6:2017-11-05", (1, "NWAP/I", "2018-02-16", 1, "NWAP/I"), "GS0421", "10:DE, US", (4, True)),
    ),
    "71112081": (
        *("0124134", 800, "2018-02-17", "1918-07-11", "1919-01-14", "2019-01-14", "None", "1", "trademark", "1a+>+1a"),
        *("044:008:1:6:1915-04-01", (24, "NA89/E", "2018-02-18", 24, "REN3/R"), "GS0441"),
        *("46:DE, US 45:DE, US 44:DE, US 30:NY, US", (4, True)),
    ),
    "71522974": (
        *("0436748", 800, "2018-02-17", "1947-05-24", "1948-02-17", "2018-02-17", "None", "1", "trademark", "1a+>+1a"),
        *("037:016:1:6:1893", (24, "NA89/E", "2018-02-18", 24, "REN1/R"), "GS0371"),
        *("43:DE, US 42:CT, US 41:DE, US 40:DE, US 30:ME, US", (4, True)),
    ),
    "72029003": (
        *("0657968", 800, "2018-02-17", "1957-04-29", "1958-02-04", "2018-02-04", "None", "1", "trademark", "1a+>+1a"),
        *("013:006:1:6:1930-07-01", (17, "NA89/E", "2018-02-18", 17, "REN1/R"), "GS0131 PM0001"),
        *("49:DE, US 48:IN, US 47:IN, US 30:IL, US", (5, True)),
    ),
    "72045204": (
        *("0672905", 800, "2018-02-17", "1958-02-03", "1959-01-20", "2019-01-20", "None", "5", "trademark", "1a+>+1a"),
        *("045:032:1:6:1922-06", (23, "NA89/E", "2018-02-18", 23, "REN1/R"), "A00001 GS0451"),
        *("40:DE, US 30:DE, US", (4, True)),
    ),
    "72243407": (
        *("0832787", 800, "2018-02-17", "1966-04-14", "1967-08-01", "2017-08-01", "None", "5", "trademark", "1a+>+1a"),
        *("006:001:1:6:1966-01-11", (23, "NA89/E", "2018-02-18", 23, "9.AF/I"), "A00001 GS0061"),
        *("41:DE, US 40:DE, US 30:DE, US 10:DE, US", (4, True)),
    ),
    "72244388": (
        *("0864928", 703, "2009-03-28", "1966-04-27", "1969-02-18", "2009-02-18", "None", "1", "trademark", "1a+>+1a"),
        *("023:007:1:6:1947-09-05", (10, "REM2/E", "2018-02-18", 10, "9.AF/I"), "GS0231", "40:NL 30:NL", (4, True)),
    ),
    "72244547": (
        *("0843074", 800, "2018-02-17", "1966-04-29", "1968-01-30", "2018-01-30", "None", "1", "trademark", "1a+>+1a"),
        "005:001:1:6:1956-01-01 012:019:1:6:1957 016:002:1:6:1947-06 052:003:1:6:1958",
        *((26, "NA89/E", "2018-02-18", 26, "9.AF/I"), "B00001 GS0051 GS0121 GS0161 GS0521"),
        *("42:DE, US 41:DE, US 40:DE, US 30:MO, US", (5, True)),
    ),
}


def test_the_eleven_records_of_a_daily_of_2018(bulk: Path) -> None:
    *readings, totals = items(bulk / "apc_mkreyman" / "seed.zip")
    found = {r.record.serial_number: facts(r.record) for r in readings if isinstance(r, Reading)}
    assert found == DAILY_2018
    assert totals == Totals(11, 11, 0, (("IB", 4), ("TX", 7)), "201802182208", ())


def test_nothing_of_the_real_records_stays_unread_and_all_are_dated_alike(bulk: Path) -> None:
    readings = [item for item in items(bulk / "apc_mkreyman" / "seed.zip") if isinstance(item, Reading)]
    assert [reading.unread for reading in readings] == [()] * 11
    assert {r.record.provenance.as_of for r in readings} == {datetime(2018, 2, 19, 4, 59, 59, tzinfo=UTC)}
    told = {r.record.serial_number: r.record.domestic_representative is not None for r in readings}
    assert [serial for serial, has in told.items() if has] == ["72244388"]
    assert {r.record.register for r in readings} == {"principal"}


def test_only_the_watched_of_the_real_records_are_read(bulk: Path) -> None:
    found = items(bulk / "apc_mkreyman" / "seed.zip", Wanted.of(["87703896", "99999999"], ["0843074", "0000000"]))
    assert [i.record.serial_number for i in found if isinstance(i, Reading)] == ["87703896", "72244547"]
    assert isinstance(found[-1], Totals)
    assert (found[-1].records, found[-1].selected) == (11, 2)


def test_the_record_of_the_annual_of_2018(bulk: Path) -> None:
    body = (bulk / "apc_annual2018" / "case-file-70011210.xml").read_bytes()
    (record,) = parse_bulk(io.BytesIO(body))
    assert facts(record) == (
        *("0011210", 800, "2013-12-14", "1884-04-07", "1884-05-27", "2014-05-27", "None", "3", "trademark", "1a+>+1a"),
        *("007:022:1:6:1884-01-01", (17, "ASCK/I", "2014-08-27", 17, "REN4/R"), "A00001 DM0000 GS0071"),
        *("43:WA, US 42:DE, US 30:US", (5, True)),
    )
    assert record.provenance.as_of == datetime(2018, 7, 8, 3, 59, 59, tzinfo=UTC)
    assert max(owner.party_type or 0 for owner in record.owners) == record.current_owners[0].party_type


def test_the_two_records_trimmed_from_2023_and_2026(bulk: Path) -> None:
    old, madrid = parse_bulk((bulk / "apc_markorbit" / "us_real_tdxf_layout.xml").read_bytes())
    assert [(event.key, event.number) for event in old.events] == [("RNL5/Q", 2), ("REN4/R", 1)]  # the file has 1, 2
    assert [owner.citizenship for owner in old.owners] == ["DE, US", "WA, US"]  # state and country together
    assert old.attorney is None
    assert "attorney" not in old.told
    block = madrid.international_registration
    assert block is not None
    assert (block.number, block.status_code, str(block.renewal_date)) == ("0822403", "001", "2034-03-24")
    assert (str(block.auto_protection_date), block.death_date) == ("2005-11-06", None)
    assert (madrid.status_code, madrid.basis_filed, madrid.basis_current) == (706, ("66a",), ("66a",))
    assert (madrid.standard_characters, len(madrid.classes[0].us)) == (True, 6)
    assert madrid.provenance.as_of == datetime(2026, 1, 9, 4, 59, 59, tzinfo=UTC)


def test_the_dtd_of_the_made_files_is_the_real_one(bulk: Path) -> None:
    real = (bulk / "dtd" / "apc-internal-subset-real-2018-02-18.dtd").read_text("ascii")
    assert real.split() == DTD.split()
