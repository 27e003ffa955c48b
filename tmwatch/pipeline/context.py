"""What every step of a run needs, gathered once: settings, database, clock, registry and where progress goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tmwatch.sanctions import Registry
from tmwatch.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

NEW_YORK = ZoneInfo("America/New_York")


def silent(message: str, done: int = 0, total: int = 0) -> None:
    """Swallow progress."""


@dataclass(frozen=True, slots=True)
class Context:
    """One run. `now` is read once (UTC); `clock` gives the time of each fetch; `progress(message, done, total)`."""

    settings: Settings
    engine: Engine
    now: datetime
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    registry: Registry
    as_of: date
    progress: Callable[[str, int, int], None] = field(default=silent)
    run_id: str = ""


def new_york_day(moment: datetime) -> date:
    """The USPTO's calendar day of an instant."""
    return moment.astimezone(NEW_YORK).date()
