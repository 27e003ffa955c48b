"""The table of code lists against the event and status tables, and against what the lists must not hold."""

import tomllib
from importlib import resources

import pytest

from tmwatch.codes import event, is_known_event_code, status_codes
from tmwatch.deadlines.codes import event_groups, groups_of, law, statuses

TABLE = tomllib.loads(resources.files("tmwatch").joinpath("data", "deadline_codes.toml").read_text("utf-8"))
KINDS = [
    "section_8",
    "section_8_9",
    "section_15",
    "section_71",
    "section_71_9",
    "international_renewal",
    "office_action",
    "post_registration_action",
    "statement_of_use",
    "opposition_window",
    "revival",
    "director_petition",
    "reconsideration",
    "expungement_answer",
    "reexamination_answer",
    "ttab_answer",
    "order_response",
    "transformation",
]


@pytest.mark.parametrize("group", sorted(event_groups()))
def test_every_code_of_a_group_is_an_event_the_office_knows(group):
    strange = [
        pair for pair in event_groups()[group] if not (event(*pair) if pair[1] else is_known_event_code(pair[0]))
    ]
    assert strange == []


@pytest.mark.parametrize("name", TABLE["statuses"])
def test_every_status_of_a_list_is_in_the_status_table(name):
    assert statuses(name) <= set(status_codes())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_deadline_has_a_law_and_a_letter(kind):
    assert law(kind).citation
    assert law(kind).confidence in ("H", "M", "L")


@pytest.mark.parametrize(
    ("code", "type", "group"),
    [
        ("CNRT", "R", "action.issued"),  # written, not issued
        ("GNRN", "O", "action.issued"),  # the notification of the same action
        ("EXAR", "T", "action.response"),  # a decision
        ("EXAR", "I", "action.appeal"),  # an express abandonment
        ("RFRR", "P", "petition.revive"),  # a refusal of the International Bureau
        ("PRRR", "X", "petition.reconsider"),  # a correction
        ("PETI", "T", "petition.director"),  # a change of basis
        ("CRTP", "R", "loss.recorded"),  # the end-of-list marker
        ("CBNT", "P", "madrid.lost"),  # ceasing of effect
        ("SUPC", "I", "allowance.statement_accepted"),  # processing complete
        ("REM1", "E", "section_8.filed"),  # a reminder
        ("PRA8", "I", "post_registration.refused"),  # a response
        ("PRA8", "O", "post_registration.response"),  # an action
        ("PRAN", "O", "post_registration.refused"),  # no response required
        ("PUNQ", "O", "post_registration.refused"),
        ("NOAC", "E", "allowance.issued"),  # corrected
        ("NOAD", "O", "allowance.issued"),  # duplicate
        ("S86R", "I", "section_8.accepted"),  # received
    ],
)
def test_what_only_looks_alike_is_not_in_the_group(code, type, group):
    assert group not in groups_of(code, type)


def test_a_code_without_a_type_stands_for_every_type():
    assert all("action.settled" in groups_of("CNSL", type) for type in "FOS*")
    assert all("action.thirty_days" in groups_of("PRIC", type) for type in "IO")


def test_most_events_of_the_office_touch_no_deadline():
    quiet = ("DOCK/D", "NWAP/I", "ASGN/I", "TCCA/I", "MDSC/E", "ALIE/A", "KSNS/O", "CORV/7", "ZZZZ/I")
    assert [groups_of(*event.split("/")) for event in quiet] == [()] * len(quiet)
