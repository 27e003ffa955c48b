"""A throw-away copy of the database, on which a dry run may write what it likes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, insert, select

from tmwatch.store.engine import create_file, open_engine, reading
from tmwatch.store.tables import METADATA, declared

BATCH = 1000
_LEFT_OUT = ("documents", "document_marks", "set_aside")  # evidence: large, and no run reads it


@contextmanager
def throwaway_copy(engine: Engine) -> Iterator[Engine]:
    """Give an SQLite copy of what a run reads, of either database; it is deleted with the block."""
    with tempfile.TemporaryDirectory(prefix="tmwatch-dry-") as folder:
        path = Path(folder) / "copy.db"
        create_file(path)
        copy = open_engine(f"sqlite:///{path}")
        try:
            declared().create_all(copy)
            _fill(engine, copy)
            yield copy
        finally:
            copy.dispose()


def _fill(source: Engine, target: Engine) -> None:
    """Copy the rows, table by table in the order of their foreign keys."""
    with reading(source) as old, target.begin() as new:
        for table in METADATA.sorted_tables:
            if table.name in _LEFT_OUT:
                continue
            rows = old.execution_options(yield_per=BATCH).execute(select(table))
            for part in rows.mappings().partitions(BATCH):
                new.execute(insert(table), [dict(row) for row in part])
