"""`python -m tests.proof`: the full form of every proof, on both databases. It appends figures and the SHA-256 of the
raw log to tests/proof/RESULTS.md.

    --only 1,7          these proofs alone
    --database sqlite   this database alone (or postgresql)
    --scale quick       the quick form; full is the default
    --kills R,P         other numbers of kills: at random moments, and in each phase; --marks N: of marks
    --log FOLDER        where the raw log goes (default: tmwatch-proof in the system's temporary folder)
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, text

from tests import postgres
from tests.proof.plan import PROOFS, Scale
from tests.proof.verdict import Log, Verdict
from tmwatch.store import schema

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = "| proof | what | database | result | figures | time |\n|---|---|---|---|---|---|\n"
Databases = Callable[[Path], str]


def sqlite(folder: Path) -> str:
    """Make a fresh SQLite database in a folder."""
    url = f"sqlite:///{folder / 'proof.db'}"
    schema.upgrade(url)
    return url


@contextmanager
def postgresql() -> Iterator[Databases]:
    """Start a server; gives what makes a fresh database on it."""
    numbers = itertools.count(1)
    with postgres.server() as server:
        admin = create_engine(server, isolation_level="AUTOCOMMIT")

        def make(folder: Path) -> str:
            name = f"proof_{os.getpid()}_{next(numbers)}"
            with admin.connect() as conn:
                conn.execute(text(f"CREATE DATABASE {name}"))
            url = postgres.database(server, name)
            schema.upgrade(url)
            return url

        yield make
        admin.dispose()


def main() -> int:
    """Run, print and append."""
    options = _options()
    options.log.mkdir(parents=True, exist_ok=True)
    began = datetime.now(UTC)
    log = Log(options.log / f"{began:%Y%m%dT%H%M%SZ}-{os.getpid()}.jsonl")
    rows: list[str] = []
    holds = True
    for database in options.database:
        with postgresql() if database == "postgresql" else _always(sqlite) as make:
            for number, prove in PROOFS:
                if options.only and number not in options.only:
                    continue
                for verdict, seconds in _run(number, prove, make, log, options.scale):
                    row = verdict.line(database, seconds)
                    print(row, flush=True)
                    log.line(database=database, verdict=row)
                    rows.append(row)
                    holds = holds and verdict.holds
    digest = log.close()
    _append(began, rows, options, digest)
    return 0 if holds else 1


def _run(
    number: int, prove: Callable[..., Iterator[Verdict]], make: Databases, log: Log, scale: Scale
) -> Iterator[tuple[Verdict, float]]:
    """Run one proof; each world it asks for has a fresh folder and database."""
    folder = Path(tempfile.mkdtemp(prefix="tmwatch-proof-"))
    numbers = itertools.count(1)

    def fresh() -> tuple[Path, str]:
        one = folder / str(next(numbers))
        one.mkdir()
        return one, make(one)

    begin = time.monotonic()
    try:
        for verdict in prove(fresh, log, scale):
            yield verdict, time.monotonic() - begin
            begin = time.monotonic()
    except Exception as error:  # the other proofs go on
        traceback.print_exc()
        said = f"{type(error).__name__}: {error}"[:300]
        yield Verdict(number, "ended early", False, {}, [said]), time.monotonic() - begin
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _always(value: Databases) -> Iterator[Databases]:
    yield value


def _options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof")
    parser.add_argument("--only", type=lambda words: [int(word) for word in words.split(",")], default=[])
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--scale", choices=["full", "quick"], default="full")
    parser.add_argument("--kills", help="R,P: kills at random moments, and in each phase")
    parser.add_argument("--marks", type=int, help="another number of marks than the form's")
    parser.add_argument("--log", type=Path, default=Path(tempfile.gettempdir()) / "tmwatch-proof")
    found = parser.parse_args()
    found.database = found.database or ["sqlite", "postgresql"]
    found.scale = Scale.named(found.scale, found.kills, found.marks)
    return found


def _append(began: datetime, rows: list[str], options: argparse.Namespace, digest: str) -> None:
    """Write what was found under what stands there."""
    where = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    head = f"\n## {began:%Y-%m-%d %H:%M} UTC, {options.scale.name} form ({where})\n\n"
    words = " ".join(["python -m tests.proof", *sys.argv[1:]])
    tail = f"\n`{words}`, raw log SHA-256 `{digest}`\n"
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(head + HEAD + "\n".join(rows) + "\n" + tail)


if __name__ == "__main__":
    sys.exit(main())
