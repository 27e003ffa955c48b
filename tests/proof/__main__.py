"""`python -m tests.proof`: the full form of every proof, on both databases. It appends figures and the SHA-256 of the
raw log to tests/proof/RESULTS.md. SIGTERM or Ctrl-C ends it early: what was audited until then is appended, and named
"so far" where a proof was not through. Several may run side by side: nothing but that file is shared.

    --only 1,7          these proofs alone
    --database sqlite   this database alone (or postgresql)
    --scale quick       the quick form; full is the default
    --kills R,P         other numbers of kills: at random moments, and in each phase; --marks N: of marks
    --log FOLDER        where the raw log goes (default: tmwatch-proof in the system's temporary folder)
    --results FILE      where the figures are appended
"""

from __future__ import annotations

import argparse
import fcntl
import itertools
import os
import platform
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from sqlalchemy import create_engine, text

from tests import postgres
from tests.proof.plan import PROOFS, Scale
from tests.proof.verdict import Ended, Log, Verdict
from tmwatch.store import schema

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = "| proof | what | database | result | figures | time |\n|---|---|---|---|---|---|\n"
Databases = Callable[[Path], str]
_ended: list[int] = []  # the signal that ended the proofs


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
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, _end)
    with suppress(Ended):
        for database, verdict, seconds in _all(options, log):
            row = verdict.line(database, seconds)
            print(row, flush=True)
            log.line(database=database, verdict=row)
            rows.append(row)
            holds = holds and verdict.holds
    digest = log.close()
    _append(began, rows, options, digest)
    return 0 if holds and not _ended else 1


def _end(number: int, frame: FrameType | None) -> None:
    """End the proof at hand; once, so that it can put away what it made."""
    if not _ended:
        _ended.append(number)
        raise Ended


def _all(options: argparse.Namespace, log: Log) -> Iterator[tuple[str, Verdict, float]]:
    """Run what was asked for; give database, verdict and seconds of each part."""
    for database in options.database:
        with postgresql() if database == "postgresql" else _always(sqlite) as make:
            for number, prove in PROOFS:
                if not options.only or number in options.only:
                    for verdict, seconds in _run(number, prove, make, log, options.scale):
                        yield database, verdict, seconds
                if _ended:
                    return


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
            if _ended:
                return
            begin = time.monotonic()
    except Ended:
        yield Verdict(number, "ended before its figures", False, {}, partial=True), time.monotonic() - begin
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
    parser.add_argument("--results", type=Path, default=RESULTS)
    found = parser.parse_args()
    found.database = found.database or ["sqlite", "postgresql"]
    found.scale = Scale.named(found.scale, found.kills, found.marks)
    return found


def _append(began: datetime, rows: list[str], options: argparse.Namespace, digest: str) -> None:
    """Write what was found under what stands there."""
    where = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    form = f"{options.scale.name} form" + (", ended before it was through" if _ended else "")
    head = f"\n## {began:%Y-%m-%d %H:%M} UTC, {form} ({where})\n\n"
    words = " ".join(["python -m tests.proof", *sys.argv[1:]])
    tail = f"\n`{words}`, raw log SHA-256 `{digest}`\n"
    with options.results.open("a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(head + HEAD + "\n".join(rows) + "\n" + tail)


if __name__ == "__main__":
    sys.exit(main())
