"""Where `tmwatch check` looks marks up: the database and TSDR, each opened when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from tmwatch.errors import SchemaError, StoreError
from tmwatch.pipeline.registry import read_registry
from tmwatch.sanctions import Order, Registry
from tmwatch.settings import Settings
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tmwatch.sources.tsdr import Tsdr


@dataclass(slots=True)
class Desk:
    """Where a look-up looks. Opened lazily: a file needs neither database nor network. `warnings` are troubles that
    take nothing from the answer."""

    settings: Settings
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    as_of: date
    offline: bool
    _stack: ExitStack
    warnings: list[Text] = field(default_factory=list)
    _engine: Engine | None = None
    _tsdr: Tsdr | None = None
    _writable: bool | None = None
    _unreadable: bool = False

    @classmethod
    @contextmanager
    def open(
        cls,
        settings: Settings,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        as_of: date,
        *,
        offline: bool,
    ) -> Iterator[Desk]:
        """Give a desk; what it opened is closed with it."""
        with ExitStack() as stack:
            yield cls(settings, clock, sleep, as_of, offline, stack)

    def engine(self) -> Engine | None:
        """Return the database when there is one with the program's schema; a look-up does not need it.

        StoreError when it cannot be read, SchemaError when it is older or newer than the program.
        """
        if self._engine is None:
            from tmwatch.store import schema

            engine = self._stack.enter_context(schema.opened(self.settings.database.url))
            have = None if engine is None else schema.revision(engine)
            if have is None:
                return None
            if have != schema.HEAD:
                schema.check(self.settings.database.url)
            self._engine = engine
        return self._engine

    def registry(self, *, needed: bool) -> Registry:
        """Return the orders and identities known: the package's, the operator's, and those imported into the database.

        A database that cannot be read is a warning; one of another schema too, unless the store is `needed`.
        """
        imported: tuple[Order, ...] = ()
        try:
            engine = self.engine()
            if engine is not None:
                from tmwatch.store import orders, reading

                with reading(engine) as conn:
                    imported = orders.load_orders(conn)
        except (StoreError, SchemaError) as error:
            if needed and isinstance(error, SchemaError):
                raise
            self._unreadable = True
            self.warnings.append(say("{why} (the orders imported there are left out)", why=error.said))
        return read_registry(self.settings, imported)

    def readable(self) -> Engine | None:
        """Return the database unless it could not be read a moment ago."""
        return None if self._unreadable else self.engine()

    def writable(self) -> Engine | None:
        """Return the database when it takes writes now, else None; why not is one warning."""
        try:
            engine = self.engine()
            if engine is not None and self._writable is None:
                with engine.begin():
                    self._writable = True
        except StoreError as error:
            if self._writable is None:
                self.note_not_kept(error)
            self._writable = False
            return None
        return engine if self._writable else None

    def note_not_kept(self, error: StoreError) -> None:
        """Warn that an answer of TSDR is shown and not kept as evidence."""
        self.warnings.append(say("{why}; the answer of TSDR is shown and not kept", why=error.said))

    def tsdr(self) -> Tsdr | None:
        """Return the TSDR client, None without a key or when offline."""
        if self.offline or not self.settings.tsdr.api_key:
            return None
        if self._tsdr is None:
            from tmwatch.pipeline.edges import open_tsdr

            self._tsdr = self._stack.enter_context(open_tsdr(self.settings, self.clock, self.sleep, self.writable()))
        return self._tsdr
