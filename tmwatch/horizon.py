"""How long a judgement holds: a day that notes, at every comparison, when the answer to it will be another one.

Rules and deadlines only ever ask on which side of a date today lies. Judged with a `Today` they leave behind the first
later day on which one of those answers changes. Until the day before it the same facts give the same findings, so that
a mark need not be judged again while nothing else about it changes. Whatever would make an answer depend on the day in
another way (its year, its text, a number of days, a place in a hash table) is refused, or the note would be incomplete.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NoReturn

FOREVER = date.max
_lt, _le, _eq, _ordinal = date.__lt__, date.__le__, date.__eq__, date.toordinal


class Horizon:
    """The last day on which everything asked so far still has the same answer."""

    __slots__ = ("_next", "_start")

    def __init__(self, start: date) -> None:
        """Begin with the day judged: nothing was asked yet, so the answers hold for ever."""
        self._start = _ordinal(start)
        self._next = _ordinal(FOREVER)

    @property
    def last_day(self) -> date:
        """The last day on which the judgement holds; never before the day judged."""
        return FOREVER if self._next == _ordinal(FOREVER) else date.fromordinal(self._next - 1)

    def note(self, ordinal: int) -> None:
        """Note that an answer becomes another one on the day `ordinal`; days that are over do not matter."""
        if self._start < ordinal < self._next:
            self._next = ordinal


def _refuse(*_given: object) -> NoReturn:
    """Stop what would make a finding depend on the day in a way that is not noted."""
    raise TypeError("the day judged can only be compared with dates: else nobody knows how long a judgement holds")


class Today(date):
    """The day judged, or a fixed number of days before or after it; compares like a date, and notes it."""

    __slots__ = ("_shift", "horizon")
    horizon: Horizon
    _shift: int  # days from the day judged

    @classmethod
    def begin(cls, day: date) -> Today:
        """Return `day` with a horizon of its own."""
        return cls._made(_ordinal(day), Horizon(day), 0)

    @classmethod
    def _made(cls, ordinal: int, horizon: Horizon, shift: int) -> Today:
        plain = date.fromordinal(ordinal)
        made = cls(plain.year, plain.month, plain.day)
        made.horizon, made._shift = horizon, shift
        return made

    def __lt__(self, other: date) -> bool:
        """Whether this day lies before `other`: no longer, once it is reached."""
        self.horizon.note(_ordinal(other) - self._shift)
        return _lt(self, other)

    def __ge__(self, other: date) -> bool:
        """The opposite of `<`."""
        return not self < other

    def __le__(self, other: date) -> bool:
        """Whether this day lies on or before `other`: no longer, once it has passed."""
        self.horizon.note(_ordinal(other) - self._shift + 1)
        return _le(self, other)

    def __gt__(self, other: date) -> bool:
        """The opposite of `<=`."""
        return not self <= other

    def __eq__(self, other: object) -> bool:
        """Whether it is the day `other`: from that day, and for that day."""
        if not isinstance(other, date):
            return False
        self.horizon.note(_ordinal(other) - self._shift)
        self.horizon.note(_ordinal(other) - self._shift + 1)
        return _eq(self, other)

    def __ne__(self, other: object) -> bool:
        """The opposite of `==`."""
        return not self == other

    __hash__ = None  # type: ignore[assignment]  # a place in a hash table asks what cannot be noted

    def __add__(self, other: timedelta) -> Today:
        """Return the day so many days later, which notes in the same horizon."""
        return Today._made(_ordinal(self) + other.days, self.horizon, self._shift + other.days)

    def __sub__(self, other: timedelta) -> Today:  # type: ignore[override]  # the days between two dates are refused
        """Return the day so many days earlier, which notes in the same horizon."""
        return self + -other if isinstance(other, timedelta) else _refuse()

    def __repr__(self) -> str:
        """Return what a person debugging needs."""
        return f"Today({date.fromordinal(_ordinal(self))!r})"

    def __str__(self) -> str:
        """Refuse to be written into a sentence."""
        _refuse()

    __rsub__ = __format__ = isoformat = strftime = ctime = timetuple = weekday = isoweekday = isocalendar = _refuse
    replace = toordinal = __reduce__ = _refuse  # type: ignore[assignment]
    year = month = day = property(_refuse)
