"""The prosecution history as deadlines see it: grouped by meaning, oldest first, as it stood on one day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from tmwatch.deadlines.codes import groups_of
from tmwatch.records import ProsecutionEvent


def _place(event: ProsecutionEvent) -> tuple[date, int, str, str]:
    """Where an event stands: by date, then by number; code and type make the order independent of the source's."""
    return (event.date, event.number or 0, event.code, event.type)


def follows(later: ProsecutionEvent, earlier: ProsecutionEvent) -> bool:
    """Whether `later` came after `earlier`. On one day the numbers decide, and without numbers it counts as after."""
    if later.date != earlier.date:
        return later.date > earlier.date
    if later.number is None or earlier.number is None:
        return True
    return later.number >= earlier.number


class History:
    """The events up to and including the day `as_of` that some deadline looks at, by group (see deadline_codes.toml).

    Repeats and the order of the source do not matter: every question asked here is about dates.
    """

    def __init__(self, events: Iterable[ProsecutionEvent], as_of: date) -> None:
        """Group `events`; later ones than `as_of` are not known yet on that day."""
        self._groups: dict[str, list[ProsecutionEvent]] = {}
        known = [event for event in events if event.date <= as_of and groups_of(event.code, event.type)]
        known.sort(key=_place)
        for event in known:
            for group in groups_of(event.code, event.type):
                self._groups.setdefault(group, []).append(event)

    def of(self, *groups: str) -> list[ProsecutionEvent]:
        """Return the events of these groups, oldest first."""
        if len(groups) == 1:
            return self._groups.get(groups[0], [])
        found = [event for group in groups for event in self._groups.get(group, ())]
        found.sort(key=_place)
        return found

    def has(self, *groups: str) -> bool:
        """Whether there is any event of these groups."""
        return any(group in self._groups for group in groups)

    def between(self, first: date, last: date, *groups: str) -> list[ProsecutionEvent]:
        """Return the events of these groups from `first` to `last`, both included, oldest first."""
        return [event for event in self.of(*groups) if first <= event.date <= last]

    def last(self, *groups: str, since: date | None = None) -> ProsecutionEvent | None:
        """Return the newest event of these groups, on or after the day `since`."""
        found = self.of(*groups)
        return found[-1] if found and (since is None or found[-1].date >= since) else None

    def after(self, event: ProsecutionEvent, *groups: str) -> ProsecutionEvent | None:
        """Return the newest event of these groups that follows `event`."""
        newest = self.last(*groups)
        return newest if newest is not None and follows(newest, event) else None

    def find(self, wanted: Callable[[ProsecutionEvent], bool], *groups: str) -> ProsecutionEvent | None:
        """Return the newest event of these groups that is `wanted`."""
        return next((event for event in reversed(self.of(*groups)) if wanted(event)), None)
