"""The pace of requests, shared by all processes that use one key: a GCRA reservation in one row per key and class."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine, and_, case

from tmwatch.store import sql
from tmwatch.store.tables import PACE

_LONGEST = 3600.0  # seconds; no queue and no 429 is as long: the slot was reserved while a clock was ahead


class SharedPace:
    """Reserves slots in the database. `per_minute(kind)` is the rate allowed now (it may differ by night), `now` the
    wall clock in seconds since 1970, the same for all who share the key; `key_hash` stands for the key."""

    def __init__(
        self, engine: Engine, key_hash: str, now: Callable[[], float], per_minute: Callable[[str], float]
    ) -> None:
        """Keep what is needed; nothing is read or written yet."""
        self._engine = engine
        self._key_hash = key_hash
        self._now = now
        self._per_minute = per_minute

    def wait_time(self, kind: str) -> float:
        """Reserve the next slot of a class of requests; return the seconds to wait until it, 0.0 for none."""
        now = self._now()
        interval = 60.0 / self._per_minute(kind)
        return max(0.0, self._push(kind, now, interval) - interval - now)

    def penalize(self, kind: str, seconds: float) -> None:
        """Let nobody who shares the key send a request of this class for `seconds` (after a 429)."""
        self._push(kind, self._now() + seconds, 0.0)

    def _push(self, kind: str, floor: float, interval: float) -> float:
        """Move the theoretical arrival time to at least `floor`, then by `interval`; return it."""
        with self._engine.begin() as conn:
            statement = sql.insert(conn, PACE)
            tat = PACE.c.tat
            later = case((and_(tat > floor, tat <= floor + _LONGEST), tat), else_=floor) + interval
            statement = statement.on_conflict_do_update(index_elements=["key_hash", "kind"], set_={"tat": later})
            row = {"key_hash": self._key_hash, "kind": kind, "tat": floor + interval}
            return float(conn.execute(statement.returning(tat), row).scalar_one())
