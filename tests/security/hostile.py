"""Proof 9: hostile files make no call, take little memory and little time, and end in one clear error or a record."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.proof.verdict import Log, Verdict
from tests.security.corpus import write

ROOT = Path(__file__).resolve().parents[2]
SECONDS, PARENT_MB, CHILD_MB = 10.0, 150, 512


def prove(folder: Path, port: int, log: Log, only: tuple[str, ...] = (), *, once: bool = False) -> Verdict:
    """Read every file with every parser that might meet it (`once`: with the first). `only`: ends of names wanted."""
    files = [one for one in write(folder, port) if not only or one.path.suffix in only]
    jobs = [(one, parser) for one in files for parser in one.parsers[: 1 if once else None]]
    words = "".join(json.dumps([parser, str(one.path)]) + "\n" for one, parser in jobs)
    command = [sys.executable, "-m", "tests.security.measure"]
    done = subprocess.run(command, cwd=ROOT, input=words, capture_output=True, text=True, timeout=3600, check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    broken = [] if len(found) == len(jobs) else [f"{len(found)} of {len(jobs)} answers: {done.stderr[-500:]}"]
    for (one, parser), told in zip(jobs, found, strict=False):
        log.line(file=one.name, parser=parser, **told)
        broken += [f"{one.name} as {parser}: {problem}" for problem in problems(told)]
    return Verdict(
        9,
        "hostile files",
        not broken,
        {
            "files": len(files),
            "readings": len(found),
            "calls out": sum(len(told["calls"]) for told in found),
            "slowest": f"{max(told['seconds'] for told in found):.1f} s",
            "most in the parent": f"{max(told['megabytes'] for told in found)} MB",
            "most in a child": f"{max(told['child'] for told in found)} MB",
        },
        broken,
    )


def problems(told: dict[str, object]) -> list[str]:
    """Return what does not hold of one reading."""
    found = [f"called out: {told['calls']}"] if told["calls"] else []
    if str(told["result"]).startswith(("CRASH", "died", "said too much")):
        found.append(str(told["result"]))
    for name, most in (("seconds", SECONDS), ("megabytes", PARENT_MB), ("child", CHILD_MB)):
        if float(str(told[name])) > most:
            found.append(f"{told[name]} {name}")
    return found
