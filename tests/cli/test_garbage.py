"""The garbage collector during a command: late, then seldom, and not at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_frame import python

AS_A_PROGRAM = """
import atexit, gc, sys
from tmwatch.cli import main
usual = gc.get_threshold()
atexit.register(lambda: print(gc.get_freeze_count() > 0))
sys.argv = ["tmwatch", "--version"]
code = main()
print(code, gc.get_threshold()[0] > usual[0], gc.get_freeze_count())
kept = [[] for _ in range(300_000)]
print(gc.get_threshold() > usual, gc.get_freeze_count() > 0, gc.callbacks)
loop = []
loop.append(loop)
del loop
print(gc.collect() > 0)
"""
IN_ANOTHER = """
import gc
from tmwatch.cli import main
usual = gc.get_threshold()
main(["--version"])
print(gc.get_threshold() == usual, gc.callbacks)
"""


@pytest.mark.parametrize(
    ("code", "lines"), [(AS_A_PROGRAM, ["0 True 0", "True True []", "True", "True"]), (IN_ANOTHER, ["True []"])]
)
def test_garbage_is_looked_for_late_then_seldom_and_only_in_a_process_of_our_own(
    tmp_path: Path, code: str, lines: list[str]
) -> None:
    done = python(tmp_path, "-c", code)
    assert (done.stderr, done.stdout.splitlines()[1:]) == ("", lines)
