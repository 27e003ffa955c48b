"""What the invented records beside this file say, written by hand from the USPTO's field dictionary."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tmwatch.records import (
    Address,
    Assignment,
    Attorney,
    CaseFile,
    Correspondent,
    GoodsClass,
    InternationalRegistration,
    Owner,
    Proceeding,
    ProceedingEntry,
    ProsecutionEvent,
    Provenance,
)

FETCHED = Provenance("tsdr", datetime(2026, 11, 23, 6, 0, tzinfo=UTC), "https://tsdr.example/info", "00ff")

REGISTERED = CaseFile(
    serial_number="87000001",
    status_code=702,
    provenance=FETCHED,
    told=frozenset(
        {
            "status",
            "registration",
            "mark",
            "basis",
            "classes",
            "owners",
            "owner_emails",
            "attorney",
            "attorney_emails",
            "correspondent",
            "correspondent_emails",
            "events",
            "publication",
            "renewal",
        }
    ),
    registration_number="5100001",
    status_date=date(2023, 6, 20),
    status_text="A Sections 8 and 15 combined declaration has been accepted and acknowledged.",
    filing_date=date(2016, 4, 20),
    registration_date=date(2017, 6, 6),
    renewal_date=date(2027, 6, 6),
    publication_date=date(2017, 3, 21),
    mark_text="PINE HARBOR",
    drawing_code="4",
    standard_characters=True,
    register="principal",
    kinds=("trademark", "service mark"),
    basis_filed=("1a",),
    basis_current=("1a",),
    classes=(
        GoodsClass("025", ("025",), ("022", "039"), "6", "2016-05-02", "Hats; scarves", "1996-01", "1996"),
        GoodsClass(
            "035", ("035",), ("100", "101"), "B", "2023-06-20", "Online retail store services", "2015-03-01", None
        ),
    ),
    owners=(
        Owner(
            "PINE   HARBOR GOODS LLC",
            30,
            "ORIGINAL REGISTRANT",
            "LIMITED LIABILITY COMPANY",
            "NH, US",
            Address(("10 New Pier", "Floor 3"), "Concord", "NH", "03301", "US"),
            1,
        ),
        Owner(
            "Pine Harbor Trading, Inc.",
            10,
            "ORIGINAL APPLICANT",
            "CORPORATION",
            "DE, US",
            Address(("9 Old Pier",), "Dover", "DE", "19901", "US"),
            1,
        ),
    ),
    owner_emails=("owner@pineharbor.example",),
    attorney=Attorney("Ada  Fictional", "PH-17"),
    attorney_emails=("ada@fictional-law.example",),
    correspondent=Correspondent(
        "Ada  Fictional",
        "Fictional Law PLLC",
        "555-0100",
        "555-0101",
        Address(("1 Sample Square", "Suite 2"), "Concord", "NH", "03301", "US"),
    ),
    correspondent_emails=("ada@fictional-law.example", "docket@fictional-law.example"),
    events=(
        ProsecutionEvent("NA85", "E", date(2023, 6, 20), 9, "NOTICE OF ACCEPTANCE OF SEC. 8 & 15 - E-MAILED"),
        ProsecutionEvent(
            "C15P", "O", date(2023, 6, 20), 8, "REGISTERED - PARTIAL SEC. 8 (6-YR) ACCEPTED & SEC. 15 ACK."
        ),
        ProsecutionEvent("C8..", "O", date(2023, 6, 20), 7, "CANCELLED  SECTION 8 - ONE CLASS"),
        ProsecutionEvent("PETC", "T", date(2021, 2, 1), 6, "CANCELLATION INSTITUTED NO. 999999", "92099999"),
        ProsecutionEvent("R.PR", "A", date(2017, 6, 6), 5, "REGISTERED-PRINCIPAL REGISTER"),
        ProsecutionEvent("PUBO", "A", date(2017, 3, 21), 4, "PUBLISHED FOR OPPOSITION"),
        ProsecutionEvent("CNSA", "O", date(2017, 2, 1), 3, "APPROVED FOR PUB - PRINCIPAL REGISTER"),
        ProsecutionEvent("DOCK", "D", date(2016, 8, 1), 2, "ASSIGNED TO EXAMINER"),
        ProsecutionEvent("NWAP", "I", date(2016, 4, 23), 1, "NEW APPLICATION ENTERED"),
    ),
)

# The same case in ST.96: without the e-mails of owner and attorney, the class status dates and the owners' entry
# numbers; with domestic representative, assignments and TTAB proceedings.
REGISTERED_ST96 = replace(
    REGISTERED,
    told=(REGISTERED.told - {"owner_emails", "attorney_emails"})
    | {"domestic_representative", "assignments", "proceedings"},
    classes=tuple(replace(goods, status_date=None) for goods in REGISTERED.classes),
    owners=tuple(replace(owner, entry_number=None) for owner in REGISTERED.owners),
    owner_emails=(),
    attorney_emails=(),
    domestic_representative="Dora Domestic",
    assignments=(
        Assignment(
            "6123/0045",
            "ASSIGNS THE ENTIRE INTEREST",
            date(2017, 5, 1),
            date(2017, 4, 20),
            ("PINE HARBOR TRADING, INC.",),
            ("PINE HARBOR GOODS LLC",),
        ),
    ),
    proceedings=(
        Proceeding(
            "92099999",
            "CAN",
            date(2021, 2, 1),
            "2",
            date(2021, 2, 3),
            "D",
            ("Rival Example Corp.",),
            ("PINE HARBOR GOODS LLC",),
            (
                ProceedingEntry("128", None, date(2021, 2, 3), None, "PENDING, INSTITUTED"),
                ProceedingEntry("707", None, date(2021, 2, 3), date(2021, 3, 15), "NOTICE SENT; ANSWER DUE"),
                ProceedingEntry("124", None, date(2021, 2, 1), None, "FILED AND FEE"),
            ),
        ),
    ),
)

SANCTIONED = CaseFile(
    serial_number="90000973",
    status_code=610,
    provenance=FETCHED,
    told=frozenset(
        {
            "status",
            "registration",
            "mark",
            "basis",
            "classes",
            "owners",
            "attorney",
            "correspondent",
            "correspondent_emails",
            "events",
            "publication",
        }
    ),
    status_date=date(2022, 3, 1),
    status_text="Terminated after sanctions.",
    filing_date=date(2020, 9, 1),
    abandonment_date=date(2022, 2, 28),
    drawing_code="2",
    standard_characters=False,
    register="supplemental",
    kinds=("trademark",),
    basis_filed=("1b",),
    basis_current=("1b",),
    classes=(GoodsClass("008", ("008",), ("023",), "X", "2022-03-01", "Kitchen knives"),),
    owners=(
        Owner(
            "WANG EXAMPLE",
            10,
            "ORIGINAL APPLICANT",
            "INDIVIDUAL",
            "CN",
            Address(("No. 1 Example Lane",), "Shenzhen", None, "518000", "CN"),
            1,
            "DBA EXAMPLE SHOP",
        ),
    ),
    correspondent=Correspondent(
        "QIAN EXAMPLE", address=Address(country="CN"), lines=("ROOM 9, 100 EXAMPLE ROAD", "SHENZHEN 518000")
    ),
    correspondent_emails=("filings@agent.example",),
    events=(
        ProsecutionEvent("KBOC", "O", date(2022, 3, 1), 6, "TERMINATED AFTER SANCTIONS"),
        ProsecutionEvent("KOFS", "O", date(2022, 2, 28), 5, "ORDER FOR SANCTIONS - MAILED"),
        ProsecutionEvent("KSCO", "O", date(2021, 11, 15), 4, "SHOW CAUSE ORDER - MAILED"),
        ProsecutionEvent("KSNS", "O", date(2021, 11, 1), 3, "SUSPENDED PENDING ADMINISTRATIVE REVIEW"),
        ProsecutionEvent("NWOS", "I", date(2020, 9, 8), 2, "NEW APPLICATION OFFICE SUPPLIED DATA ENTERED"),
        ProsecutionEvent("NWAP", "I", date(2020, 9, 4), 1, "NEW APPLICATION ENTERED"),
    ),
)

MADRID = CaseFile(
    serial_number="79300001",
    status_code=700,
    provenance=FETCHED,
    told=frozenset({"status", "registration", "mark", "basis", "classes", "events", "madrid"}),
    registration_number="0612345",
    status_date=date(2021, 1, 5),
    status_text="Registered.",
    filing_date=date(2019, 10, 30),
    registration_date=date(2021, 1, 5),
    mark_text="LÜNEX 42",
    drawing_code="3",
    standard_characters=False,
    register="principal",
    kinds=("trademark",),
    basis_filed=("66a",),
    basis_current=("66a",),
    classes=(GoodsClass("025", ("025",), ("022", "039"), "6", None, "Hats; scarves"),),
    events=(
        ProsecutionEvent("FINO", "P", date(2021, 4, 10), 2, "FINAL DISPOSITION NOTICE SENT TO IB"),
        ProsecutionEvent("R.PR", "A", date(2021, 1, 5), 1, "REGISTERED-PRINCIPAL REGISTER"),
    ),
    international_registration=InternationalRegistration(
        number="1500001",
        registration_date=date(2019, 10, 30),
        renewal_date=date(2029, 10, 30),
        auto_protection_date=date(2021, 9, 5),
        status_code="001",
        status_date=date(2020, 3, 5),
    ),
)
