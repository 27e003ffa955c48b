"""Opens what a command needs: the database with the program's schema, the registry, the day."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from tmwatch.errors import UsageError
from tmwatch.text import say

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from tmwatch.pipeline.context import Context
    from tmwatch.settings import Settings


def day_of(text: str | None, option: str = "--as-of") -> date | None:
    """Read a day given with an option; UsageError when it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        problem = say("{option} {text} is no day; write it as 2026-11-23", option=option, text=repr(text))
        raise UsageError(problem) from None


@contextmanager
def open_database(settings: Settings) -> Iterator[Engine]:
    """Give the database; SchemaError with the exact command when it is missing, older or newer."""
    from tmwatch.store import open_engine, schema

    schema.check(settings.database.url)
    engine = open_engine(settings.database.url)
    try:
        yield engine
    finally:
        engine.dispose()


def known_client(conn: Connection, client: str | None) -> None:
    """Raise UsageError when a client is named who is not in the database: a typing error must not look like silence."""
    from tmwatch.store import portfolio

    if client is not None and client not in portfolio.load_clients(conn):
        raise UsageError(say("there is no client {client}; see: tmwatch portfolio list", client=repr(client)))


@contextmanager
def open_context(
    settings: Settings,
    clock: Callable[[], datetime],
    *,
    as_of: date | None = None,
    dry_run: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> Iterator[Context]:
    """Give the context of a run; with `dry_run` on a copy of the database that is thrown away."""
    from tmwatch.pipeline.context import Context, new_york_day, silent
    from tmwatch.pipeline.registry import read_registry
    from tmwatch.store import orders, reading
    from tmwatch.store.copying import throwaway_copy

    with ExitStack() as stack:
        engine = stack.enter_context(open_database(settings))
        with reading(engine) as conn:
            registry = read_registry(settings, orders.load_orders(conn))
        if dry_run:
            engine = stack.enter_context(throwaway_copy(engine))
        now = clock()
        yield Context(
            settings=settings,
            engine=engine,
            now=now,
            clock=clock,
            sleep=time.sleep,
            registry=registry,
            as_of=as_of or new_york_day(now),
            progress=progress or silent,
        )
