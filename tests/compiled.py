"""Statements are compiled once in a test process, as in a program that opens one database and keeps it.

Each test opens databases of its own, each with an engine of its own, and each engine compiles every statement anew: a
fifth of the time of a run. The engines of one kind of server compile alike, so they share what they have compiled.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event


class _Shared(dict[tuple[Any, ...], Any]):
    """A `compiled_cache` (an option of SQLAlchemy) whose keys name the kind of the server, not the one engine."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """Find what any engine of this kind compiled."""
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: tuple[Any, ...], value: Any) -> None:
        """Keep it for all of this kind."""
        super().__setitem__(_of_kind(key), value)


def _of_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the key with the class and version of the dialect in place of the dialect."""
    dialect, *rest = key
    return type(dialect), dialect.server_version_info, *rest


_SHARED = _Shared()


def share() -> None:
    """Let all connections of this process share, from now on."""
    event.listen(Engine, "engine_connect", _share)


def _share(conn: Connection) -> None:
    conn.execution_options(compiled_cache=_SHARED)
