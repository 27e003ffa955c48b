"""A case on one day: its record, its history by group, and what it is (pending, registered, dead, 66(a))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tmwatch.codes import Standing, standing
from tmwatch.deadlines.codes import statuses
from tmwatch.deadlines.history import History
from tmwatch.records import CaseFile

_MADRID_SERIES = "79"


@dataclass(frozen=True, slots=True)
class Case:
    """A record on the day `as_of`. `registered` is the registration date of a live registration, else None."""

    mark: CaseFile
    as_of: date
    history: History
    standing: Standing
    madrid: bool
    registered: date | None

    @classmethod
    def of(cls, mark: CaseFile, as_of: date) -> Case:
        """Look at `mark` on the day `as_of`."""
        history = History(mark.events, as_of)
        now = standing(mark.status_code, mark.registration_number)
        return cls(mark, as_of, history, now, is_madrid(mark), _registered(mark, as_of, history, now))


def is_madrid(mark: CaseFile) -> bool:
    """Whether section 66(a) is the basis: as it is now, else as filed, else by the series of the serial number."""
    if mark.basis_current:
        return "66a" in mark.basis_current
    return "66a" in mark.basis_filed or (not mark.basis_filed and mark.serial_number.startswith(_MADRID_SERIES))


def _registered(mark: CaseFile, as_of: date, history: History, now: Standing) -> date | None:
    """Return the registration date of what lives as a registration.

    The status alone does not tell: 973 and unknown codes stand on applications and registrations alike. A registration
    that was taken back to pendency has none, whatever the status is by now.
    """
    if now in (Standing.dead, Standing.indifferent) or mark.status_code in statuses("transformable"):
        return None
    granted = history.last("registration.granted")
    day = mark.registration_date or (granted.date if granted else None)
    if day is None or day > as_of:
        return None
    if now is Standing.live_registered:
        return day
    possible = now is Standing.unknown or mark.status_code in statuses("may_be_registered")
    return day if possible and not history.last("loss.back_to_pendency", since=day) else None
