"""Everything tmwatch remembers, on SQLite or PostgreSQL.

Functions take a Connection; the caller owns the transaction: `with engine.begin() as conn:`.
"""

from tmwatch.store.engine import open_engine, reading

__all__ = ["open_engine", "reading"]
