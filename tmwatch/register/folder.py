"""The register on disk: where its files lie, the manifest that names them, and the lock of a build.

register.json      what the register holds; written last, in one step: only what it names counts
parts/*.parquet    the records, one file a source file
overlay-N.parquet  the marks that stand in several parts, merged; they count instead of the parts' rows
keys/*.parquet     of each of these files, under its name, what questions look through (columns.KEY_COLUMNS)
work/              row files, spill files and progress of a running build
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tmwatch.errors import Busy, FormatError, UsageError
from tmwatch.register.columns import FORMAT
from tmwatch.register.place import MANIFEST
from tmwatch.text import N_, say

LOCK = "build.lock"
NO_REGISTER = N_("there is no register in {folder}; build one: tmwatch register build FILES...")


@dataclass(frozen=True, slots=True)
class Part:
    """One source file in the register. `file` is its Parquet file, "" once its rows were folded into the overlay;
    `set_aside` are records that could not be read, `first` and `last` the range of their transaction dates."""

    source: str
    sha256: str
    file: str
    records: int
    set_aside: tuple[str, ...]
    day: date | None
    first: date | None
    last: date | None

    @property
    def is_delta(self) -> bool:
        """Whether the source is a daily file, whose rows are folded sooner or later."""
        return self.source.lower().startswith("apc") and len(Path(self.source).stem) == len("apc260105")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the register holds: its parts, the overlay's file ("" none), and how many marks there are."""

    parts: tuple[Part, ...] = ()
    overlay: str = ""
    overlay_records: int = 0
    marks: int = 0
    updated_at: datetime | None = None

    @property
    def last(self) -> date | None:
        """The newest transaction date."""
        return max((part.last for part in self.parts if part.last), default=None)


@dataclass(frozen=True, slots=True)
class Folder:
    """The register's folder."""

    path: Path

    @property
    def parts(self) -> Path:
        """Where the parts lie."""
        return self.path / "parts"

    @property
    def keys(self) -> Path:
        """Where the key files lie: each bears the name of the record file it belongs to."""
        return self.path / "keys"

    @property
    def work(self) -> Path:
        """Where a build keeps what it needs for itself."""
        return self.path / "work"

    def make(self) -> None:
        """Make the folders."""
        self.parts.mkdir(parents=True, exist_ok=True)
        self.keys.mkdir(exist_ok=True)
        self.work.mkdir(exist_ok=True)

    def read(self) -> Manifest:
        """Return the manifest, an empty one when there is none; FormatError when it is of another version."""
        path = self.path / MANIFEST
        if not path.is_file():
            return Manifest()
        try:
            told = json.loads(path.read_text("utf-8"))
            if told["format"] != FORMAT:
                raise FormatError(
                    say(
                        "{path} is of another version of tmwatch; build the register again in a new folder",
                        path=str(path),
                    )
                )
            return _manifest(told)
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(
                say("{path} is damaged; build the register again in a new folder", path=str(path))
            ) from error

    def existing(self) -> Manifest:
        """Return the manifest; UsageError when nothing was built yet."""
        found = self.read()
        if not found.parts:
            raise UsageError(say(NO_REGISTER, folder=str(self.path)))
        return found

    def write(self, manifest: Manifest) -> None:
        """Write the manifest in one step, then remove what it no longer names."""
        path = self.path / MANIFEST
        fresh = path.with_suffix(".new")
        told = {"format": FORMAT, **asdict(manifest)}
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(told, file, indent=1, default=str)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
        for old in self.path.glob("overlay-*.parquet"):
            if old.name != manifest.overlay:
                old.unlink()
                (self.keys / old.name).unlink(missing_ok=True)

    def files(self, manifest: Manifest) -> list[Path]:
        """Return the record files of the parts that still have one."""
        return [self.parts / part.file for part in manifest.parts if part.file]

    def overlay(self, manifest: Manifest) -> Path | None:
        """Return the overlay's record file."""
        return self.path / manifest.overlay if manifest.overlay else None

    def all_files(self, manifest: Manifest) -> list[Path]:
        """Return every file that holds marks: the records of parts and overlay, and the keys of both."""
        overlay = self.overlay(manifest)
        records = [*self.files(manifest), *([overlay] if overlay else [])]
        return [*records, *(self.keys / path.name for path in records)]

    def remove_part(self, name: str) -> None:
        """Delete the files of a part that no longer counts."""
        (self.parts / name).unlink(missing_ok=True)
        (self.keys / name).unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one build; Busy when another one is alive."""
        path = self.path / LOCK
        while True:
            try:
                handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
                break
            except FileExistsError:
                holder = _holder(path)
                if holder is not None and _alive(holder):
                    raise Busy(
                        say(
                            "process {process} builds the register in {folder}; wait, or delete {path} when it is dead",
                            process=holder,
                            folder=str(self.path),
                            path=str(path),
                        )
                    ) from None
                path.unlink(missing_ok=True)
        try:
            os.write(handle, str(os.getpid()).encode())
            os.close(handle)
            yield
        finally:
            path.unlink(missing_ok=True)


def size_of(paths: list[Path]) -> int:
    """Return the bytes of files together."""
    return sum(path.stat().st_size for path in paths)


def without_folded(manifest: Manifest, folded: set[str]) -> Manifest:
    """Return the manifest with the parts in `folded` no longer naming a file."""
    return replace(manifest, parts=tuple(replace(p, file="") if p.file in folded else p for p in manifest.parts))


def _manifest(told: dict[str, Any]) -> Manifest:
    return Manifest(
        tuple(part_of(one) for one in told["parts"]),
        told["overlay"],
        told["overlay_records"],
        told["marks"],
        datetime.fromisoformat(told["updated_at"]) if told["updated_at"] else None,
    )


def part_of(told: dict[str, Any]) -> Part:
    """Read a part back from its JSON."""
    days = {name: date.fromisoformat(told[name]) if told[name] else None for name in ("day", "first", "last")}
    return Part(**{**told, **days, "set_aside": tuple(told["set_aside"])})


def _holder(path: Path) -> int | None:
    """Return the process that holds the lock, None when the file names none."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _alive(process: int) -> bool:
    """Whether a process of this machine is alive; where the system cannot tell without harm, it counts as alive."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
