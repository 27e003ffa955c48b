"""The real case files beside the repository: facts read by eye from each file (codes, dates, counts; no names)."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tmwatch.records import FIELD_GROUPS, CaseFile, Provenance
from tmwatch.sources.st96 import read_st96
from tmwatch.sources.tsdr_documents import parse_documents
from tmwatch.sources.tsdr_json import parse_multi, read_info

FETCHED = Provenance("file", datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
def tsdr(shared_data: Path) -> Path:
    return shared_data / "tsdr"


def facts(record: CaseFile) -> dict[str, object]:
    """Reduce a record to what can be compared without anybody's name."""
    return {
        "serial": record.serial_number,
        "registration": record.registration_number,
        "status": (record.status_code, str(record.status_date)),
        "filed": str(record.filing_date),
        "registered": str(record.registration_date),
        "abandoned": str(record.abandonment_date),
        "renewed": str(record.renewal_date),
        "published": str(record.publication_date),
        "allowed": str(record.notice_of_allowance_date),
        "mark": (record.drawing_code, record.standard_characters, record.register, record.kinds),
        "basis": (record.basis_filed, record.basis_current),
        "classes": tuple((goods.code, goods.status_code, goods.first_use) for goods in record.classes),
        "us classes": tuple(len(goods.us) for goods in record.classes),
        "parties": tuple(owner.party_type for owner in record.owners),
        "citizenship": tuple(dict.fromkeys(owner.citizenship for owner in record.owners)),
        "e-mails": (len(record.owner_emails), len(record.attorney_emails), len(record.correspondent_emails)),
        "people": (record.attorney is not None, record.correspondent is not None, bool(record.domestic_representative)),
        "events": len(record.events),
        "newest": (record.events[0].key, str(record.events[0].date), record.events[0].number),
        "oldest": (record.events[-1].key, str(record.events[-1].date), record.events[-1].number),
        "assignments": tuple(assignment.reel_frame for assignment in record.assignments),
        "proceedings": tuple((case.number, case.kind, case.status_code, case.role) for case in record.proceedings),
        "not told": set(FIELD_GROUPS) - record.told,
    }


NEVER_JSON = {"domestic_representative", "statements", "assignments", "proceedings", "flags", "madrid", "renewal"}
NEVER_XML = {"owner_emails", "attorney_emails", "statements", "madrid", "flags"}

OF_97123456 = {
    "serial": "97123456",
    "registration": None,
    "status": (602, "2023-03-22"),
    "filed": "2021-11-13",
    "registered": "None",
    "abandoned": "2023-03-08",
    "renewed": "None",
    "published": "None",
    "allowed": "None",
    "mark": ("4", True, "principal", ("trademark",)),
    "basis": (("1b",), ("1b",)),
    "classes": (("009", "6", None),),
    "us classes": (5,),
    "parties": (11, 10),
    "citizenship": ("DE, US",),
    "e-mails": (0, 1, 3),
    "people": (True, True, False),
    "events": 18,
    "newest": ("MAB2/E", "2023-03-22", 18),
    "oldest": ("NWAP/I", "2021-11-17", 1),
    "assignments": (),
    "proceedings": (),
    "not told": NEVER_JSON,
}

OF_78787878 = {
    **OF_97123456,
    "serial": "78787878",
    "status": (602, "2007-09-25"),
    "filed": "2006-01-09",
    "abandoned": "2007-08-07",
    "mark": ("3", False, "principal", ("collective membership mark",)),
    "basis": (("1a",), ("1a",)),
    "classes": (("200", "6", None),),
    "us classes": (1,),
    "parties": (10,),
    "citizenship": ("TN, US",),
    "e-mails": (0, 0, 1),
    "events": 16,
    "newest": ("MAIL/I", "2020-10-14", 16),
    "oldest": ("NWAP/I", "2006-01-12", 1),
    "not told": NEVER_JSON | {"owner_emails", "attorney_emails"},
}

# The recorder of this envelope lost parties and correspondence: they are "not told", and nothing is removed.
OF_97123456_IN_THE_ENVELOPE = {
    **OF_97123456,
    "parties": (),
    "citizenship": (),
    "e-mails": (0, 0, 0),
    "people": (False, False, False),
    "not told": NEVER_JSON
    | {"owners", "owner_emails", "attorney", "attorney_emails", "correspondent", "correspondent_emails"},
}

OF_74631225 = {
    "serial": "74631225",
    "registration": "2178784",
    "status": (800, "2008-08-11"),
    "filed": "1995-02-07",
    "registered": "1998-08-04",
    "abandoned": "None",
    "renewed": "2008-08-04",
    "published": "1996-10-08",
    "allowed": "1996-12-31",
    "mark": ("1", False, "principal", ("trademark",)),
    "basis": (("1b",), ("1a",)),
    "classes": (("009", "6", "1996-01"),),
    "us classes": (5,),
    "parties": (31, 30, 20, 10),
    "citizenship": ("DE, US",),
    "e-mails": (0, 0, 1),
    "people": (True, True, False),
    "events": 33,
    "newest": ("CORV/6", "2011-12-29", 33),
    "oldest": ("DOCK/D", "1995-07-03", 1),
    "assignments": ("4191/0383",),
    "proceedings": (),
    "not told": NEVER_XML | {"proceedings"},
}

OF_78002299 = {
    **OF_74631225,
    "serial": "78002299",
    "registration": "2713476",
    "status": (800, "2013-03-23"),
    "filed": "2000-04-03",
    "registered": "2003-05-06",
    "renewed": "2013-05-06",
    "published": "2003-02-11",
    "allowed": "None",
    "basis": (("1a",), ("1a",)),
    "classes": (("009", "6", "1996-11-30"),),
    "parties": (30, 20, 17, 15, 13, 11, 10),
    "citizenship": ("SE",),
    "people": (True, True, True),
    "events": 30,
    "newest": ("CHAN/I", "2014-12-04", 30),
    "oldest": ("DOCK/D", "2000-08-18", 1),
    "assignments": ("2417/0910", "2425/0448", "2432/0600", "2423/0556"),
    "proceedings": (("91192463", "OPP", "9", "P"),),
    "not told": NEVER_XML,
}

OF_77658723 = {
    **OF_74631225,
    "serial": "77658723",
    "registration": "3886986",
    "status": (702, "2016-06-15"),
    "filed": "2009-01-28",
    "registered": "2010-12-07",
    "renewed": "None",
    "published": "2010-01-19",
    "allowed": "2010-04-13",
    "mark": ("4", True, "principal", ("trademark", "service mark")),
    "basis": (("1a",), ("1a",)),
    "classes": (("041", "6", "2010-09-15"), ("016", "6", "1991-12-31")),
    "us classes": (3, 8),
    "parties": (30, 30, 30, 30, 20, 20, 20, 20, 10, 10, 10, 10),
    "citizenship": ("NY, US", "MA, US", "PA, US", "CT, US"),
    "events": 34,
    "newest": ("NA85/E", "2016-06-15", 34),
    "oldest": ("NWAP/I", "2009-01-31", 1),
    "assignments": (),
    "not told": NEVER_XML,
}

OF_76044902 = {
    **OF_74631225,
    "serial": "76044902",
    "registration": "2824281",
    "status": (800, "2014-02-10"),
    "filed": "2000-05-09",
    "registered": "2004-03-23",
    "renewed": "2014-03-23",
    "published": "2003-12-30",
    "allowed": "None",
    "mark": ("1", False, "principal", ("trademark", "service mark")),
    "basis": (("1a",), ("1a",)),
    "classes": (("009", "6", "1995-10-13"), ("042", "6", "1995-07-18")),
    "us classes": (5, 2),
    "parties": (30, 20, 10),
    "citizenship": ("DE, US", "DC, US"),
    "events": 37,
    "newest": ("NA89/E", "2014-02-10", 37),
    "oldest": ("DOCK/D", "2000-09-28", 1),
    "assignments": (),
    "not told": NEVER_XML,
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("patent-dev__uspto-odp__get_trademark_status__response.json", OF_97123456),
        ("derived/sn78787878-info.json", OF_78787878),
    ],
)
def test_an_info_json_gives_the_facts_read_by_eye(tsdr, name, expected):
    reading = read_info((tsdr / name).read_bytes(), FETCHED)
    assert facts(reading.record) == expected
    assert reading.unknown == ()


def test_the_envelope_gives_the_facts_read_by_eye_and_leaves_one_number_out(tsdr):
    body = (tsdr / "patent-dev__uspto-odp__get_trademark_multi_status__response.json").read_bytes()
    many = parse_multi(body, FETCHED)
    assert list(many.cases) == ["97123456"]
    assert many.problems == {}
    assert many.unknown == ()
    assert facts(many.cases["97123456"]) == OF_97123456_IN_THE_ENVELOPE


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("codingatty__Plumage__rn2178784-ST96.xml", OF_74631225),
        ("codingatty__Plumage__rn2713476-ST96.xml", OF_78002299),
        ("codingatty__Plumage__rn3886986-ST96.xml", OF_77658723),
        ("codingatty__Plumage-dotnet__sn76044902-ST96.xml", OF_76044902),
    ],
)
def test_an_st96_document_gives_the_facts_read_by_eye(tsdr, name, expected):
    reading = read_st96((tsdr / name).read_bytes(), FETCHED)
    assert facts(reading.record) == expected
    assert reading.unknown == ()


def test_the_opposition_carries_its_answer_date(tsdr):
    record = read_st96((tsdr / "codingatty__Plumage__rn2713476-ST96.xml").read_bytes(), FETCHED).record
    entries = record.proceedings[0].entries
    assert [(entry.code, entry.due_date) for entry in entries if entry.due_date] == [("707", date(2009, 12, 7))]
    assert [entry.code for entry in entries] == ["998", "809", "144", "128", "707", "124"]


def test_the_document_lists_are_read(tsdr):
    few = parse_documents((tsdr / "patent-dev__uspto-odp__get_trademark_documents__response.xml").read_bytes())
    assert [(found.code, found.category, str(found.mail_room_date), found.pages) for found in few] == [
        ("NOA", "O", "2023-03-22", 1),
        ("CAR", "I", "2022-09-30", 1),
        ("APP", "A", "2021-11-13", 2),
        ("DRW", "D", "2021-11-13", 1),
    ]
    many = parse_documents((tsdr / "derived/sn78787878-casedocs-info.xml").read_bytes())
    assert {found.serial_number for found in many} == {"78787878"}
    assert many[0].code == "CDR"
