"""The register opened for questions: every mark once, in the views `marks` (records) and `keys` (to look through)."""

# ruff: noqa: S608 - the SQL is put together from our own column names and quoted paths, never from what users type

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tmwatch.records import CaseFile
from tmwatch.register.columns import RECORD_COLUMNS, case_file
from tmwatch.register.engine import file_list, open_duckdb, rows_of
from tmwatch.register.folder import Folder, Manifest
from tmwatch.register.overlay import marks_view

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]
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
        wanted = _listed(serials)
        places = (
            self.ask(f"SELECT serial_number, filename FROM keys WHERE serial_number IN ({wanted})") if wanted else ()
        )
        return self.rows_at({row["serial_number"]: row["filename"] for row in places}, columns)

    def rows_at(self, places: Mapping[int, str], columns: Sequence[str] = RECORD_COLUMNS) -> list[Row]:
        """Return the same for marks whose place is known: serial number -> the `filename` that `keys` tells.

        Only the files that hold them are opened, and in these only the groups of rows they lie in.
        """
        if not places:
            return []
        names = ", ".join(dict.fromkeys((*columns, "serial_number", "filing_date", "filename")))
        files = [self._records_of(Path(name).name) for name in sorted(set(places.values()))]
        found = self.ask(
            f"SELECT {names} FROM read_parquet({file_list(files)}, filename = true) "
            f"WHERE serial_number IN ({_listed(places)})"
        )
        kept = []
        for row in found:
            # An older record of the mark may lie in another of these files.
            if Path(row.pop("filename")).name == Path(places[row["serial_number"]]).name:
                kept.append(row)
        return sorted(kept, key=lambda row: (str(row["filing_date"] or ""), row["serial_number"]), reverse=True)

    def _records_of(self, name: str) -> Path:
        """Return the record file that bears the name of a key file."""
        return self.folder.path / name if name == self.manifest.overlay else self.folder.parts / name

    def case(self, number: str) -> CaseFile | None:
        """Return the record of a serial number (8 digits) or of `rn` and a registration number; None when unknown."""
        column, digits = ("registration_number", number[2:]) if number.startswith("rn") else ("serial_number", number)
        found = self.ask(f"SELECT serial_number, filename FROM keys WHERE {column} = ?", [int(digits)])
        rows = self.rows_at({row["serial_number"]: row["filename"] for row in found})
        return self.record(rows[0]) if rows else None

    def record(self, row: Row) -> CaseFile:
        """Return the record a row tells; its URL names the file it came from."""
        return case_file(row, str(row["edition"]).partition(" ")[2])

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """Run a query over `marks` and `keys`."""
        return rows_of(self.conn, sql, parameters)


@contextmanager
def open_register(folder: Folder, *, spill: Path | None = None) -> Iterator[Register]:
    """Give the register in `folder`; UsageError when there is none, or without the extra `register`."""
    manifest = folder.existing()
    with open_duckdb(spill or folder.work) as conn:
        marks_view(conn, folder, manifest)
        yield Register(conn, folder, manifest)


def _listed(numbers: Iterable[int]) -> str:
    """Return numbers as an SQL list; asked for as a table, DuckDB skips what holds none of them, group by group."""
    wanted = ", ".join(str(int(number)) for number in sorted(set(numbers)))
    return f"SELECT unnest([{wanted}])" if wanted else ""
