"""The register opened for questions: every mark once, in the view `marks`."""

# ruff: noqa: S608 - the SQL is put together from our own column names and quoted paths, never from what users type

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tmwatch.records import CaseFile
from tmwatch.register.columns import COLUMNS, case_file
from tmwatch.register.engine import open_duckdb, rows_of
from tmwatch.register.folder import Folder, Manifest
from tmwatch.register.overlay import marks_view

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]
# What a record is made of: all but the normal forms.
RECORD_COLUMNS = tuple(name for name in COLUMNS if not name.endswith("_key"))
SHOWN_COLUMNS = (
    "serial_number",
    "registration_number",
    "transaction_date",
    "status_code",
    "status_date",
    "filing_date",
    "registration_date",
    "mark_text",
    "classes",
    "owners",
    "attorney",
    "correspondent",
    "sanction_events",
)


@dataclass(frozen=True, slots=True)
class Register:
    """A register and the connection that reads it."""

    conn: DuckDBPyConnection
    folder: Folder
    manifest: Manifest

    def rows(self, serials: Iterable[int], columns: Sequence[str] = RECORD_COLUMNS) -> list[Row]:
        """Return these columns of these marks, newest filing first. The fewer columns, the faster."""
        numbers = sorted(set(serials))
        if not numbers:
            return []
        wanted, names = ", ".join(str(int(number)) for number in numbers), ", ".join(columns)
        found = rows_of(self.conn, f"SELECT {names} FROM marks WHERE serial_number IN ({wanted})")
        return sorted(found, key=lambda row: (str(row["filing_date"] or ""), row["serial_number"]), reverse=True)

    def case(self, number: str) -> CaseFile | None:
        """Return the record of a serial number (8 digits) or of `rn` and a registration number; None when unknown."""
        column, digits = ("registration_number", number[2:]) if number.startswith("rn") else ("serial_number", number)
        sql = f"SELECT serial_number FROM marks WHERE {column} = ?"
        found = self.ask(sql, [int(digits)])
        rows = self.rows(row["serial_number"] for row in found)
        return self.record(rows[0]) if rows else None

    def record(self, row: Row) -> CaseFile:
        """Return the record a row tells; its URL names the file it came from."""
        return case_file(row, str(row["edition"]).partition(" ")[2])

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run a query over `marks`."""
        return rows_of(self.conn, sql, parameters)


@contextmanager
def open_register(folder: Folder, *, spill: Path | None = None) -> Iterator[Register]:
    """Give the register in `folder`; UsageError when there is none, or without the extra `register`."""
    manifest = folder.existing()
    with open_duckdb(spill or folder.work) as conn:
        marks_view(conn, folder, manifest)
        yield Register(conn, folder, manifest)
