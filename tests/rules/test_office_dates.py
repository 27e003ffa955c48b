"""Rule R20: the Office's own maintenance dates beside the computed ones."""

from datetime import date

from tests.rules.marks import findings, mark, one
from tmwatch.deadlines import OfficeDates, disagreements
from tmwatch.findings import Severity

CASE = mark(700, registration_date="2020-06-16")
TODAY = date(2026, 11, 23)


def test_each_difference_stands_in_one_finding() -> None:
    office = OfficeDates(date(2025, 6, 16), date(2027, 6, 16), date(2027, 12, 16), "8")
    found = one(CASE, "R20", office_dates=disagreements(CASE, TODAY, office))
    assert (found.severity, found.key) == (Severity.MEDIUM, "")
    assert str(found.evidence) == (
        "The USPTO closes the window on 2027-06-16, computed 2026-06-16. The USPTO ends the grace on 2027-12-16, "
        "computed 2026-12-16"
    )


def test_dates_that_agree_are_quiet() -> None:
    office = OfficeDates(date(2025, 6, 16), date(2026, 6, 16), date(2026, 12, 16), "8")
    assert "R20" not in {f.rule for f in findings(CASE, office_dates=disagreements(CASE, TODAY, office))}


def test_nothing_known_of_the_office_is_quiet() -> None:
    assert "R20" not in {f.rule for f in findings(CASE)}
