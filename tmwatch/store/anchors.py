"""An advisory lock of PostgreSQL beside a lease: it ends with its session, so that a killed holder is known to be gone
within milliseconds. SQLite has none; there every answer is "not anchored".

The lock lives on a connection of its own, outside the pool. It is kept apart by database, schema and name.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, text

from tmwatch.errors import StoreError

_TRY = text("SELECT pg_try_advisory_lock(:key)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key)")
_NOW = text("SELECT clock_timestamp()")


def key_of(schema: str, name: str) -> int:
    """Return the number of the lock, a signed integer of 64 bits."""
    return int.from_bytes(hashlib.sha256(f"tmwatch {schema} {name}".encode()).digest()[:8], "big", signed=True)


class Anchor:
    """The advisory lock of one name, for one holder. Not for two threads at once."""

    def __init__(self, engine: Engine, name: str) -> None:
        """Nothing is connected or taken yet."""
        self._engine, self._name = engine, name
        self._conn: Connection | None = None
        self._key = 0
        self.held = False

    @property
    def possible(self) -> bool:
        """Whether this database has such locks."""
        return self._engine.dialect.name == "postgresql"

    def take(self) -> bool:
        """Take the lock when it is free; whether it is held now. StoreError when the database does not answer."""
        if self.possible and not self.held:
            conn = self._connection()
            with self._gone():
                self.held = bool(conn.execute(_TRY, {"key": self._key}).scalar())
        return self.held

    def now(self) -> datetime | None:
        """Return the database's time, which all hosts share; None on SQLite. StoreError when the session has ended:
        the lock is gone with it."""
        if not self.possible:
            return None
        conn = self._connection()
        with self._gone():
            moment: datetime = conn.execute(_NOW).scalar_one()
        return moment.astimezone(UTC)

    def let_go(self) -> None:
        """Give the lock back and keep the session."""
        if self.held and self._conn is not None:
            with self._gone():
                self._conn.execute(_UNLOCK, {"key": self._key})
            self.held = False

    def close(self) -> None:
        """Give the lock back and end the session."""
        with contextlib.suppress(StoreError):
            self.let_go()
        conn, self._conn, self.held = self._conn, None, False
        if conn is not None:
            with contextlib.suppress(StoreError):
                conn.close()

    def _connection(self) -> Connection:
        """Return the session; a new one after the last has ended."""
        if self._conn is None:
            conn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            conn.detach()
            self._conn = conn
            with self._gone():
                self._key = key_of(str(conn.execute(text("SELECT current_schema()")).scalar()), self._name)
        return self._conn

    @contextlib.contextmanager
    def _gone(self) -> Iterator[None]:
        """Forget a session that has ended."""
        try:
            yield
        except StoreError:
            self.held = False
            self.close()
            raise
