"""Rules C01-C06: who speaks for the mark, who gets its mail, who owns it, and how well we know."""

from datetime import UTC, date, datetime

import pytest

from tests.rules.marks import TODAY, change, findings, mark, one, told
from tmwatch.codes import status_codes
from tmwatch.findings import Severity
from tmwatch.records import Address, Assignment, Correspondent, Owner, Provenance

REG = {"registration_date": "2024-01-02"}


def keys(rule: str, *events: str, as_of: date | str = TODAY, **more: object) -> list[str]:
    changes = more.pop("changes", ())
    return [f.key for f in findings(mark(700, *events, **REG, **more), as_of, changes=changes) if f.rule == rule]


# C01: the attorney


def test_an_attorney_gone_from_the_record_is_high_for_thirty_days() -> None:
    found = one(mark(700, **REG), "C01", changes=(change("attorney", "Jo Doe", None),))
    assert (found.severity, found.expires) == (Severity.HIGH, date(2026, 12, 20))
    assert "from Jo Doe to none" in str(found.evidence)
    assert keys("C01", changes=(change("attorney", "Jo Doe", None),), as_of="2026-12-21") == []


@pytest.mark.parametrize("event", ["TWAR/I", "WOAG/I", "WDLA/P", "EWAG/I", "EWAF/I", "WOAR/I", "WOAM/I", "EWOR/I"])
def test_each_entry_of_a_withdrawal_is_told(event: str) -> None:
    found = one(mark(700, f"{event} 2026-11-10", **REG), "C01")
    assert (found.key, found.expires) == ("entries 2026-11-10", date(2026, 12, 10))


def test_a_new_attorney_in_place_of_the_old_one_is_told_with_the_entry_that_did_it() -> None:
    changes = (change("attorney", "Jo Doe", "Max Mustermann"),)
    found = one(mark(700, "REAP/I 2026-11-19", "ARAA/I 2026-11-19", **REG), "C01", changes=changes)
    assert found.key == "entries 2026-11-19"
    assert all(word in str(found.evidence) for word in ("Jo Doe", "Max Mustermann", "REAP/I", "ARAA/I"))


@pytest.mark.parametrize(
    ("events", "changes"),
    [
        ((), ()),
        ((), (change("attorney", None, "Jo Doe"),)),  # a first attorney
        (("REAP/I 2026-11-10",), ()),  # a change of address only
        (("TWAR/I 2026-10-23",), ()),  # 31 days ago
        (("TWAR/I 2019-10-23",), ()),  # old history
        (("WDLD/P 2026-11-10",), ()),  # denied
        (("TNAR/I 2026-11-10",), ()),  # a new attorney appears
        ((), (change("attorney", "Jo Doe", None, as_of="2026-10-23"),)),
        ((), (change("attorney_emails", ["a@example.com"], []),)),
    ],
)
def test_no_attorney_was_lost_lately(events: tuple[str, ...], changes: tuple[object, ...]) -> None:
    assert keys("C01", *events, changes=changes) == []


def test_an_entry_dated_back_counts_from_the_day_it_came_to_light() -> None:
    arrived = change("TWAR/I", None, {"code": "TWAR", "type": "I", "date": "2026-08-01"}, kind="event")
    assert keys("C01", "TWAR/I 2026-08-01", changes=(arrived,)) == ["entries 2026-08-01"]
    assert keys("C01", "TWAR/I 2026-08-01") == []


# C02: correspondence


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("correspondent_emails", ["a@example.com"], ["b@example.com"]),
        ("owner_emails", ["a@example.com"], []),
        ("correspondent", "Jo Doe, Doe LLP", "Max Mustermann"),
        ("owner_address", ["1 Main St, Springfield"], ["9 Elm St, Shelbyville"]),
    ],
)
def test_a_changed_address_is_high_and_says_from_what_to_what(name: str, old: object, new: object) -> None:
    found = one(mark(700, **REG), "C02", changes=(change(name, old, new),))
    assert found.severity is Severity.HIGH
    assert found.key.startswith(name)
    assert (old if isinstance(old, str) else old[0]) in str(found.evidence)
    assert "2026-11-20" in str(found.evidence)


@pytest.mark.parametrize("event", ["TCCA/I", "ECCA/I", "CHAN/I", "COAE/I"])
def test_each_entry_of_a_change_of_address_is_told(event: str) -> None:
    assert keys("C02", f"{event} 2026-11-10") == ["entries 2026-11-10"]


@pytest.mark.parametrize("event", ["NEDF/O", "UNDC/O", "UNDN/O", "UNDR/O"])
def test_mail_that_does_not_arrive_is_told_as_such(event: str) -> None:
    found = one(mark(700, f"{event} 2026-11-10", **REG), "C02")
    assert "did not arrive" in str(found.evidence)
    assert "do not arrive" in str(found.action)


def test_one_change_keeps_its_key_and_another_value_is_another_finding() -> None:
    first = change("correspondent_emails", ["a@example.com"], ["b@example.com"])
    second = change("correspondent_emails", ["b@example.com"], ["c@example.com"], as_of="2026-11-22")
    assert keys("C02", changes=(first,))[0] in keys("C02", changes=(second, first))
    assert len(keys("C02", changes=(second, first))) == 2


@pytest.mark.parametrize(
    ("events", "changes"),
    [
        ((), ()),
        (("TCCA/I 2026-10-23",), ()),
        (("CORV/1 2026-11-10",), ()),
        (("TCAL/I 2026-11-10",), ()),  # received, not processed
        ((), (change("correspondent_emails", [], ["a@example.com"], as_of="2026-10-01"),)),
        ((), (change("status", 630, 641), change("mark_text", "LUMO", "LUMA"))),
    ],
)
def test_no_address_was_changed_lately(events: tuple[str, ...], changes: tuple[object, ...]) -> None:
    assert keys("C02", *events, changes=changes) == []


def test_one_act_is_told_once_however_many_papers_and_fields_show_it() -> None:
    emails = change("correspondent_emails", ["a@example.com"], ["b@example.com"])
    person = change("correspondent", "Jo Doe", "Max Mustermann")
    papers = ("TCCA/I 2026-11-19", "CHAN/I 2026-11-19")
    found = one(mark(700, *papers, **REG), "C02", changes=(emails, person))
    assert all(word in str(found.evidence) for word in ("b@example.com", "Max Mustermann", "TCCA/I", "CHAN/I"))


def test_a_change_that_no_paper_explains_is_told_beside_an_older_paper() -> None:
    late = change("correspondent_emails", ["a@example.com"], ["b@example.com"])
    assert len(keys("C02", "TCCA/I 2026-11-01", changes=(late,))) == 2


# C03: the owner


def test_another_owner_is_high() -> None:
    found = one(mark(700, **REG), "C03", changes=(change("owners", ["Lumo LLC"], ["Other Co"]),))
    assert (found.severity, found.expires) == (Severity.HIGH, date(2026, 12, 20))


@pytest.mark.parametrize("event", ["ASGN/I", "AOUM/I", "CHLD/M", "DCPN/M"])
def test_each_entry_of_a_change_of_owner_is_told(event: str) -> None:
    assert keys("C03", f"{event} 2026-11-10") == ["entries 2026-11-10"]


@pytest.mark.parametrize(
    ("conveyance", "severity"),
    [
        ("ASSIGNS THE ENTIRE INTEREST", Severity.HIGH),
        ("CHANGE OF NAME 20260101", Severity.HIGH),
        ("MERGER EFFECTIVE 20260101", Severity.HIGH),
        ("SECURITY INTEREST", Severity.INFO),
        ("RELEASE OF SECURITY INTEREST", Severity.INFO),
        ("LIEN", Severity.INFO),
    ],
)
def test_an_assignment_counts_by_what_it_conveys(conveyance: str, severity: Severity) -> None:
    assignment = Assignment("4191/0383", conveyance, date(2026, 11, 10), None, ("Lumo LLC",), ("Other Co",))
    found = one(mark(700, assignments=(assignment,), **REG), "C03")
    assert (found.severity, found.key) == (severity, "assignment 4191/0383")
    assert conveyance in str(found.evidence)


@pytest.mark.parametrize(
    ("events", "recorded"),
    [((), "2019-11-10"), (("AORN/I 2026-11-10",), "2019-11-10"), (("ASGN/I 2019-11-10",), "2019-11-10")],
)
def test_an_old_assignment_is_quiet(events: tuple[str, ...], recorded: str) -> None:
    old = Assignment("4191/0383", "ASSIGNS THE ENTIRE INTEREST", date.fromisoformat(recorded))
    assert keys("C03", *events, assignments=(old,)) == []


# C04: the owner's address

HOME = Address(("1 Main Street",), "Springfield", "IL", "62701", "US")
FIRM = Address(("9 Elm Street", "Suite 2"), "Chicago", "IL", "60601", "US")


def address_findings(owner: Address, correspondent: Correspondent | None, name: str = "Lumo LLC") -> list[str]:
    return keys("C04", owners=(Owner(name, 30, address=owner),), correspondent=correspondent)


@pytest.mark.parametrize("line", ["PO Box 12", "P.O. BOX 12", "P. O. Box 12", "Post Office Box 12"])
def test_a_post_office_box_is_no_domicile(line: str) -> None:
    assert address_findings(Address((line,), "Springfield", "IL"), None) == ["po box"]


def test_the_address_of_the_agency_is_no_domicile() -> None:
    assert address_findings(FIRM, Correspondent("Jo Doe", "Doe LLP", address=FIRM)) == ["agency"]


@pytest.mark.parametrize(
    ("owner", "correspondent"),
    [
        (HOME, Correspondent("Jo Doe", "Doe LLP", address=FIRM)),
        (HOME, Correspondent("LUMO, L.L.C.", None, address=HOME)),  # the owner gets the mail
        (HOME, Correspondent("Jo Doe", "LUMO LLC", address=HOME)),  # in-house counsel
        (HOME, None),
        (Address(), Correspondent("Jo Doe", "Doe LLP")),
        (Address(("12 Boxwood Road",), "Springfield", "IL"), None),
    ],
)
def test_an_own_address_is_quiet(owner: Address, correspondent: Correspondent | None) -> None:
    assert address_findings(owner, correspondent) == []


# C05: how old the record is

NOW_CHECKED = datetime(2026, 11, 22, 12, tzinfo=UTC)


def checked(status: int, when: str | None, source: str = "odp", **fields: object) -> list[str]:
    at = datetime.fromisoformat(f"{when}T12:00:00+00:00") if when else None
    case = mark(status, provenance=Provenance(source, datetime(2026, 11, 1, 12, tzinfo=UTC)), **fields)
    return [f.rule for f in findings(case, checked_at=at) if f.rule == "C05"]


@pytest.mark.parametrize(
    ("status", "when", "expected"),
    [
        (641, "2026-11-16", []),
        (641, "2026-11-15", ["C05"]),
        (999, "2026-11-15", ["C05"]),
        (700, "2026-11-15", []),
        (700, "2026-10-24", []),
        (700, "2026-10-23", ["C05"]),
        (602, "2026-11-01", []),
        (641, None, []),  # known from daily files only: the coverage says how complete they are
    ],
)
def test_a_record_not_looked_at_for_long_is_told(status: int, when: str | None, expected: list[str]) -> None:
    assert checked(status, when) == expected


def test_a_record_that_is_itself_a_look_at_tsdr_counts_by_its_own_day() -> None:
    assert checked(700, None, "tsdr", **REG) == []
    assert checked(641, None, "tsdr") == ["C05"]
    assert checked(700, None, "file", **REG) == []


@pytest.mark.parametrize(
    ("sightings", "gone"),
    [
        ((), False),
        (("2026-11-20T12", "2026-11-20T13", "2026-11-20T14"), False),  # three, but one day
        (("2026-11-20T12", "2026-11-21T12"), False),  # two days, but two
        (("2026-11-20T23", "2026-11-21T01", "2026-11-21T02"), False),  # one evening in New York
        (("2026-11-20T12", "2026-11-20T13", "2026-11-21T12"), True),
    ],
)
def test_a_mark_is_gone_after_three_sightings_on_two_days(sightings: tuple[str, ...], gone: bool) -> None:
    missing = tuple(datetime.fromisoformat(f"{hour}:00:00+00:00") for hour in sightings)
    found = [f for f in findings(mark(700, **REG), missing=missing, checked_at=NOW_CHECKED) if f.rule == "C05"]
    assert [f.key for f in found] == (["gone"] if gone else [])


# C06: unknown status


@pytest.mark.parametrize("status", [999, 673, 716, 123])
def test_an_unknown_status_is_medium(status: int) -> None:
    found = one(mark(status), "C06")
    assert (found.severity, found.key) == (Severity.MEDIUM, str(status))
    assert "never live" in str(found.action)


def test_every_status_of_the_table_with_a_class_is_quiet() -> None:
    loud = {code for code in status_codes() if "C06 medium" in told(mark(code))}
    assert loud == {673, 716}


# C03: assignments as their daily files tell them


def test_an_assignment_recorded_long_ago_that_arrived_now_is_told() -> None:
    late = Assignment("4191/0383", "ASSIGNS THE ENTIRE INTEREST", date(2026, 9, 10), None, ("Lumo LLC",), ("Other Co",))
    arrived = change("assignments", None, {"reel_frame": "4191/0383"})
    assert [f.key for f in findings(mark(700, assignments=(late,), **REG), changes=(arrived,)) if f.rule == "C03"] == [
        "assignment 4191/0383"
    ]
    assert keys("C03", assignments=(late,)) == []


def test_a_change_of_an_assignment_known_before_is_no_arrival() -> None:
    late = Assignment("4191/0383", "ASSIGNS THE ENTIRE INTEREST", date(2026, 9, 10), None, ("Lumo LLC",), ("Other Co",))
    moved = change("assignments", {"reel_frame": "4191/0383"}, {"reel_frame": "4191/0383", "assignees": ["X"]})
    assert "C03" not in {f.rule for f in findings(mark(700, assignments=(late,), **REG), changes=(moved,))}


def test_a_withdrawn_assignment_is_quiet() -> None:
    gone = Assignment("4191/0383", "", date(2026, 11, 10), withdrawn=True)
    assert keys("C03", assignments=(gone,)) == []
