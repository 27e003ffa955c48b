"""The two Parquet files of a part or an overlay: its records, and the keys that questions look through.

Records lie in small groups, for a question fetches few of them and unpacks a group for each. Keys lie in large ones,
for a question looks through them all: names that come again and again are kept once a group, and compared once.
"""

# ruff: noqa: S608 - the SQL is put together from our own column names and quoted paths, never from what users type

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.register.columns import COLUMNS, KEY_COLUMNS, RECORD_COLUMNS, expression, row_type
from tmwatch.register.engine import one_of, open_duckdb, quoted
from tmwatch.register.folder import Part, part_of
from tmwatch.register.merge import merged
from tmwatch.register.summary import FIELD

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_MB = 200  # of DuckDB in one worker
RECORD_GROUP = 8_192  # rows
KEY_GROUP = 122_880
_NAMES = KEY_GROUP // 2  # names of a column in a group up to which each is kept once
RECORDS = ", ".join(RECORD_COLUMNS)
KEYS = ", ".join(f"{sql} AS {name}" for name, sql in KEY_COLUMNS.items())  # out of a relation that has COLUMNS
_LINE_BYTES = 8 << 20  # the longest row: a record has at most 64 MB, its summary far less
_BUFFER_BYTES = 4 * _LINE_BYTES  # the least DuckDB takes; by itself it takes 16 lines, more than the memory it has here
_META = "tmwatch"


def write_part(rows: Path, part: Part, records: Path, keys: Path, spill: Path, memory_mb: int = MEMORY_MB) -> Part:
    """Turn a row file into the two files, sorted by serial number; a mark that stands in it twice is merged.

    Return the part with its count and the range of its transaction dates, as its record file tells it too;
    TooLittleMemory when `memory_mb` is less than it takes.
    """
    with open_duckdb(spill, memory_mb=memory_mb, threads=1) as conn:
        conn.execute(f"CREATE TABLE rows AS SELECT * FROM {_row_file(rows)}")
        serials, first, last = one_of(
            conn, "SELECT count(DISTINCT serial_number), min(transaction_date), max(transaction_date) FROM rows"
        )
        what = "rows"
        if serials < part.records:
            _merge_twice(conn)
            what = "once"
        part = replace(part, records=serials, first=first, last=last)
        made = {name: expression(name) for name in COLUMNS}
        kept = [made[name] if sql == name else f"{sql} AS {name}" for name, sql in KEY_COLUMNS.items()]
        _copy(conn, f"SELECT {', '.join(kept)} FROM {what} ORDER BY serial_number", keys, KEY_GROUP)
        whole = ", ".join(made[name] for name in RECORD_COLUMNS)
        _copy(conn, f"SELECT {whole} FROM {what} ORDER BY serial_number", records, RECORD_GROUP, part)
    return part


def write_pair(conn: DuckDBPyConnection, records_query: str, keys_query: str, records: Path, keys: Path) -> int:
    """Write the two files of an overlay, sorted by serial number; return how many marks they hold."""
    conn.execute("SET threads = 1")  # each thread would hold a group of its own
    _copy(conn, f"SELECT * FROM ({keys_query}) ORDER BY serial_number", keys, KEY_GROUP)
    _copy(conn, f"SELECT * FROM ({records_query}) ORDER BY serial_number", records, RECORD_GROUP)
    (count,) = one_of(conn, f"SELECT count(*) FROM read_parquet({quoted(str(keys))})")
    return int(count)


def read_part(path: Path) -> Part:
    """Return what a part's record file says of itself."""
    with open_duckdb(memory_mb=MEMORY_MB, threads=1) as conn:
        sql = f"SELECT value FROM parquet_kv_metadata({quoted(str(path))}) WHERE key = '{_META}'"
        (value,) = one_of(conn, sql)
    return part_of(json.loads(bytes(value).decode()))


def _row_file(rows: Path) -> str:
    """Return the SQL that reads a row file."""
    types = {name: row_type(name) for name in COLUMNS} | {"position": "INTEGER"}
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    return (
        f"read_csv({quoted(str(rows))}, delim = '{FIELD}', quote = '', escape = '', header = false, nullstr = '', "
        f"auto_detect = false, max_line_size = {_LINE_BYTES}, buffer_size = {_BUFFER_BYTES}, parallel = false, "
        f"columns = {{{columns}}})"
    )


def _merge_twice(conn: DuckDBPyConnection) -> None:
    """Make the table `once`: marks that stand twice in the file are merged."""
    conn.execute("CREATE TABLE twice AS SELECT serial_number FROM rows GROUP BY serial_number HAVING count(*) > 1")
    conn.execute("CREATE VIEW versions AS SELECT rows.* FROM rows SEMI JOIN twice USING (serial_number)")
    conn.execute("CREATE TABLE once AS SELECT * EXCLUDE (position) FROM rows ANTI JOIN twice USING (serial_number)")
    conn.execute(f"INSERT INTO once BY NAME {merged('versions', 'position')}")


def _copy(conn: DuckDBPyConnection, query: str, path: Path, group: int, part: Part | None = None) -> None:
    """Write a query's rows as Parquet (zstd), with what the part says of itself."""
    about = quoted(json.dumps(asdict(part), default=str)) if part else None
    meta = f", KV_METADATA {{{_META}: {about}}}" if about else ""
    once = f", DICTIONARY_SIZE_LIMIT {_NAMES}" if group == KEY_GROUP else ""
    conn.execute(
        f"COPY ({query}) TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group}{once}{meta})"
    )
