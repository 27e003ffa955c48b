"""Brings new parts into the register: marks that now stand in several parts are merged into the overlay.

Only narrow columns of the whole register are read (numbers, dates); whole rows are fetched from the few files that
hold a winner. So a daily file joins a register of 14 million marks in seconds.
"""

# ruff: noqa: S608 - the SQL is put together from our own column names and quoted paths, never from what users type

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tmwatch.register.columns import COLUMNS, KEY_COLUMNS, NORMAL_FORMS, RECORD_COLUMNS
from tmwatch.register.engine import file_list, one_of, open_duckdb, quoted, within_memory
from tmwatch.register.folder import Folder, Manifest, Part, without_folded
from tmwatch.register.merge import merged
from tmwatch.register.parquet import KEYS, RECORDS, write_pair

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLD_AT = 40  # daily files that lie side by side before their rows are folded into the overlay
_NARROW = "serial_number, transaction_date, edition, complete_date, complete_edition"


def join_parts(folder: Folder, fresh: Sequence[Part], now: datetime) -> Manifest:
    """Add parts to the register, merge what several of them tell, and write the manifest; return it.

    A part takes the place of the same file's older version only in name: rows of both count, the newer ones win.
    """
    held = folder.read()
    known = {part.file for part in held.parts if part.file} | {part.sha256 for part in held.parts if not part.file}
    new = [part for part in fresh if part.file not in known and part.sha256 not in known]
    named = replace(held, parts=(*held.parts, *new), updated_at=now)

    def join(memory_mb: int) -> Manifest:
        with open_duckdb(folder.work, memory_mb=memory_mb) as conn:
            together = _with_overlay(conn, folder, held, new, named) if new else named
            if sum(part.is_delta and bool(part.file) for part in together.parts) > FOLD_AT:
                together = _folded(conn, folder, together)
            return _counted(conn, folder, together)

    return _written(folder, within_memory(join))


def compact(folder: Folder, now: datetime) -> Manifest:
    """Fold the rows of all daily files into the overlay, so that few files are left to open."""
    held = replace(folder.existing(), updated_at=now)

    def fold(memory_mb: int) -> Manifest:
        with open_duckdb(folder.work, memory_mb=memory_mb) as conn:
            return _counted(conn, folder, _folded(conn, folder, held))

    return _written(folder, within_memory(fold))


def _written(folder: Folder, manifest: Manifest) -> Manifest:
    """Let the manifest count from now on and delete the files of parts that were folded; return it."""
    folder.write(manifest)
    named = {part.file for part in manifest.parts}
    gone = {f"{Path(part.source).stem}-{part.sha256[:16]}.parquet" for part in manifest.parts if not part.file}
    for name in gone - named:
        folder.remove_part(name)
    return manifest


def marks_view(conn: DuckDBPyConnection, folder: Folder, manifest: Manifest) -> None:
    """Make the views `marks`, every mark once as the register knows it, and `keys`, what questions look through.

    `keys` tells in the column `filename` beside which record file of that name a row lies.
    """
    parts, overlay = folder.files(manifest), folder.overlay(manifest)
    if overlay:
        path = quoted(str(folder.keys / overlay.name))
        conn.execute(f"CREATE OR REPLACE TABLE replaced AS SELECT serial_number FROM read_parquet({path})")
    _view(conn, "marks", RECORD_COLUMNS, parts, overlay)
    keys = [folder.keys / part.name for part in parts]
    _view(conn, "keys", (*KEY_COLUMNS, "filename"), keys, folder.keys / overlay.name if overlay else None)


def _view(
    conn: DuckDBPyConnection, name: str, columns: Sequence[str], parts: Sequence[Path], overlay: Path | None
) -> None:
    """Make one view over files of one kind; marks in the table `replaced` are told by the overlay alone."""
    names, selects = ", ".join(columns), []
    if overlay:
        selects.append(f"SELECT {names} FROM read_parquet({quoted(str(overlay))}, filename = true)")
    if parts:
        beside = " ANTI JOIN replaced USING (serial_number)" if overlay else ""
        selects.append(f"SELECT {names} FROM read_parquet({file_list(parts)}, filename = true){beside}")
    conn.execute(f"CREATE OR REPLACE VIEW {name} AS {' UNION ALL '.join(selects)}")


def _with_overlay(
    conn: DuckDBPyConnection, folder: Folder, held: Manifest, new: Sequence[Part], together: Manifest
) -> Manifest:
    """Write the overlay that holds what the new parts and the old register tell of the same marks."""
    fresh = file_list([folder.keys / part.file for part in new])
    # In the order in which they joined: of two editions of one file the later one wins a tie.
    everything = [*folder.files(held), *([folder.path / held.overlay] if held.overlay else [])]
    everything += [folder.parts / part.file for part in new]
    keys, among = file_list([folder.keys / path.name for path in everything]), ""
    if held.parts:
        conn.execute(f"CREATE OR REPLACE TABLE told AS SELECT DISTINCT serial_number FROM read_parquet({fresh})")
        among = "SEMI JOIN told USING (serial_number)"
    conn.execute(
        f"CREATE OR REPLACE TABLE several AS SELECT serial_number FROM read_parquet({keys}) {among} "
        "GROUP BY serial_number HAVING count(*) > 1"
    )
    (count,) = one_of(conn, "SELECT count(*) FROM several")
    if not count:
        return together
    _find_winners(conn, everything)
    _fetch_versions(conn, folder)
    conn.execute(f"CREATE OR REPLACE TABLE once AS {merged('versions', 'joined')}")
    records, keys = f"SELECT {RECORDS} FROM once", f"SELECT {KEYS} FROM once"
    if held.overlay:
        beside = "ANTI JOIN several USING (serial_number)"
        records += f" UNION ALL SELECT {RECORDS} FROM read_parquet({quoted(str(folder.path / held.overlay))}) {beside}"
        old = quoted(str(folder.keys / held.overlay))
        keys += f" UNION ALL SELECT {', '.join(KEY_COLUMNS)} FROM read_parquet({old}) {beside}"
    return _write_overlay(conn, folder, together, records, keys)


def _find_winners(conn: DuckDBPyConnection, everything: Sequence[Path]) -> None:
    """Make the table `winners`: which file holds the newest status and the newest complete record of each mark."""
    ranks = ", ".join(f"({quoted(str(path))}, {rank})" for rank, path in enumerate(everything))
    conn.execute(f"CREATE OR REPLACE TABLE ranks AS SELECT * FROM (VALUES {ranks}) AS files (filename, joined)")
    conn.execute(
        f"CREATE OR REPLACE TABLE narrow AS SELECT {_NARROW}, joined FROM "
        f"read_parquet({file_list(everything)}, filename = true) SEMI JOIN several USING (serial_number) "
        "JOIN ranks USING (filename)"
    )
    newest = "PARTITION BY serial_number ORDER BY transaction_date DESC, edition DESC, joined DESC"
    fullest = "PARTITION BY serial_number ORDER BY complete_date DESC, complete_edition DESC, joined DESC"
    conn.execute(
        "CREATE OR REPLACE TABLE winners AS SELECT DISTINCT serial_number, joined FROM ("
        f"(SELECT serial_number, joined FROM narrow QUALIFY row_number() OVER ({newest}) = 1) UNION ALL "
        "(SELECT serial_number, joined FROM narrow WHERE complete_date IS NOT NULL "
        f"QUALIFY row_number() OVER ({fullest}) = 1))"
    )


def _fetch_versions(conn: DuckDBPyConnection, folder: Folder) -> None:
    """Make the table `versions`: the whole rows of the winners (records and normal forms), file by file."""
    holders = conn.execute(
        "SELECT filename, joined FROM ranks WHERE joined IN (SELECT joined FROM winners) ORDER BY joined"
    ).fetchall()
    names, forms = ", ".join(COLUMNS), ", ".join(NORMAL_FORMS)
    conn.execute("DROP TABLE IF EXISTS versions")
    for position, (holder, joined) in enumerate(holders):
        into = "INSERT INTO versions" if position else "CREATE TABLE versions AS"
        conn.execute(
            f"{into} SELECT {names}, {int(joined)} AS joined FROM read_parquet({quoted(holder)}) JOIN (SELECT "
            f"serial_number, {forms} FROM read_parquet({quoted(str(folder.keys / Path(holder).name))})) "
            "USING (serial_number) "
            f"SEMI JOIN (SELECT serial_number FROM winners WHERE joined = {int(joined)}) USING (serial_number)"
        )


def _write_overlay(
    conn: DuckDBPyConnection, folder: Folder, manifest: Manifest, records_query: str, keys_query: str
) -> Manifest:
    """Write a new overlay beside the old one; the manifest decides which of them counts."""
    number = int(manifest.overlay.removeprefix("overlay-").removesuffix(".parquet")) if manifest.overlay else 0
    name = f"overlay-{number + 1}.parquet"
    records, keys = folder.work / name, folder.work / f"{name}.keys"
    count = write_pair(conn, records_query, keys_query, records, keys)
    keys.replace(folder.keys / name)
    records.replace(folder.path / name)
    return replace(manifest, overlay=name, overlay_records=count)


def _folded(conn: DuckDBPyConnection, folder: Folder, manifest: Manifest) -> Manifest:
    """Return the manifest with every daily part's rows in the overlay, which then holds what is newer than the base."""
    deltas = [part.file for part in manifest.parts if part.file and part.is_delta]
    if not deltas:
        return manifest
    overlay = folder.overlay(manifest)
    records = _beside(RECORD_COLUMNS, [folder.parts / name for name in deltas], overlay)
    keys = _beside(
        tuple(KEY_COLUMNS), [folder.keys / name for name in deltas], folder.keys / overlay.name if overlay else None
    )
    return without_folded(_write_overlay(conn, folder, manifest, records, keys), set(deltas))


def _beside(columns: Sequence[str], deltas: Sequence[Path], overlay: Path | None) -> str:
    """Return a query for the rows of the overlay and of those daily files whose marks are not in it."""
    names = ", ".join(columns)
    query = f"SELECT {names} FROM read_parquet({file_list(deltas)})"
    if overlay is None:
        return query
    path = quoted(str(overlay))
    return (
        f"{query} ANTI JOIN (SELECT serial_number FROM read_parquet({path})) USING (serial_number) "
        f"UNION ALL SELECT {names} FROM read_parquet({path})"
    )


def _counted(conn: DuckDBPyConnection, folder: Folder, manifest: Manifest) -> Manifest:
    """Return the manifest with the number of marks."""
    if not manifest.parts:
        return manifest
    marks_view(conn, folder, manifest)
    (count,) = one_of(conn, "SELECT count(*) FROM keys")
    return replace(manifest, marks=int(count))
