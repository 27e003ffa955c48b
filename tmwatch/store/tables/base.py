"""What all tables share: names of constraints, and column types that behave alike on both databases."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypedColumns,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

T = TypeVar("T")
C = TypeVar("C", bound=TypedColumns)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Takes aware values only; gives aware values back on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; a naive value is a bug and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r} has no place in the store")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Name the zone that SQLite does not keep."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SafeText(TypeDecorator[str]):
    """Text that came from outside: NUL and lone surrogates, which no database takes, become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be stored; everything else stays as it is."""
        if value is None:
            return None
        if "\x00" in value:
            value = value.replace("\x00", "\ufffd")
        if not value.isascii():
            value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return value


class JsonText(TypeDecorator[Any]):
    """A JSON value kept as text with sorted keys, so that equal values are equal bytes. None is SQL NULL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write it; ASCII escapes keep NUL and surrogates away from the database."""
        return None if value is None else json.dumps(value, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else [] if value == "[]" else json.loads(value)


METADATA = MetaData(naming_convention=NAMING)

KEY = String()  # our own words: states, codes, hashes, serial numbers
TEXT = SafeText()
JSON = JsonText()
MOMENT = UTCDateTime()
DAY = Date()
FLAG = Boolean()
NUMBER = Integer()
FRACTION: Double[float] = Double()
BYTES = LargeBinary()
SIZE = BigInteger()  # in bytes
# SQLite numbers rows by itself only in a column of type INTEGER.
ROW_ID = BigInteger().with_variant(Integer(), "sqlite")


def primary(type_: TypeEngine[T], *more: SchemaItem, autoincrement: bool | Literal["auto"] = "auto") -> Column[T]:
    """Declare a column of the primary key."""
    return Column(type_, *more, primary_key=True, autoincrement=autoincrement)


def required(type_: TypeEngine[T], *more: SchemaItem) -> Column[T]:
    """Declare a column that always holds a value."""
    return Column(type_, *more, nullable=False)


def optional(type_: TypeEngine[T], *more: SchemaItem, index: bool = False) -> Column[T | None]:
    """Declare a column that may be NULL."""
    column: Column[Any] = Column(type_, *more, nullable=True, index=index)
    return column


def table(name: str, columns: type[C], *more: SchemaItem) -> Table[C]:
    """Declare a table with the columns of a class, which is the table's alone: no column is copied, as Table would do
    with such a class, because that takes a third of the time of loading the tables."""
    own = []
    for attribute, column in vars(columns).items():
        if isinstance(column, Column):
            column.name = column.key = attribute
            own.append(column)
    return cast("Table[C]", Table(name, METADATA, *own, *more))
