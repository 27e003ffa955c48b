"""How fast commands start, beside what their libraries alone need, and how long the demonstration takes.

Run by hand: `python -m tests.bench.bench_startup [--strict]`. Medians of ten, the commands taken in turn so that a busy
machine slows all alike; `--strict` fails when a target is missed. Measured as installed, that is with compiled modules,
which are kept in the folder of the run. The time of the processor alone stands in brackets: a busy machine moves it
less.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 10
TYPER, STORE = "import typer", "import sqlalchemy, typer"
ROOT = Path(__file__).resolve().parents[2]


def commands(config: Path) -> dict[str, list[str]]:
    """Return what is measured, by name."""
    look = ["-m", "tmwatch", "--config", str(config), "check", "--offline", "--min-severity", "critical", "88000006"]
    return {
        TYPER: ["-c", TYPER],
        STORE: ["-c", STORE],
        "--version": ["-m", "tmwatch", "--version"],
        "--help": ["-m", "tmwatch", "--help"],
        "check --offline": look,
    }


# What is promised: (command, seconds at most or None, measured against, times at most).
TARGETS = (
    ("--version", None, TYPER, 1.3),
    ("--help", 0.4, TYPER, 2.0),
    ("check --offline", 1.0, STORE, 1.6),
)


def seconds(args: list[str], folder: Path) -> tuple[float, float]:
    """Run one command to its end and return how long it took, and how long the processor worked for it."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    environ |= {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    start, worked = time.perf_counter(), _worked()
    subprocess.run([sys.executable, *args], cwd=folder, env=environ, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start, _worked() - worked


def _worked() -> float:
    """Return the processor's seconds of all commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(folder: Path) -> tuple[dict[str, tuple[float, float]], float]:
    """Return the medians of each command, and how long the demonstration took that made the database."""
    took, _ = seconds(["-m", "tmwatch", "demo", str(folder / "demo")], folder)
    measured = commands(folder / "demo" / "config" / "tmwatch.toml")
    for args in measured.values():
        seconds(args, folder)  # warm: byte code and disk
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in measured}
    for _ in range(ROUNDS):
        for name, args in measured.items():
            times[name].append(seconds(args, folder))
    return {name: _medians(found) for name, found in times.items()}, took


def _medians(found: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the median of the time and that of the processor's."""
    return statistics.median(one[0] for one in found), statistics.median(one[1] for one in found)


def main() -> None:
    """Measure and print; with --strict a target that is missed ends with 1."""
    with tempfile.TemporaryDirectory() as name:
        medians, demo = measure(Path(name))
    missed = 0
    for told, limit, against, times in TARGETS:
        (took, worked), (base, base_worked) = medians[told], medians[against]
        ratio = took / base
        good = ratio <= times and (limit is None or took < limit)
        missed += not good
        bound = f" and under {limit} s" if limit else ""
        print(
            f"{told:<16} {took:.3f} s, {ratio:.2f}x [{worked / base_worked:.2f}x] of `{against}` ({base:.3f} s); "
            f"target {times}x{bound}: {'met' if good else 'MISSED'}"
        )
    print(f"demo             {demo:.1f} s in all")
    if missed and "--strict" in sys.argv:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
