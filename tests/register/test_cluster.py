"""The same build on a real Dask cluster of separate processes; a worker killed in the middle costs nothing but time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bulk_maker import crowd
from tests.register.files import BASE, NOW, case, write
from tmwatch.errors import WorldError
from tmwatch.register.build import Progress, build
from tmwatch.register.folder import Folder
from tmwatch.register.workers import cluster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::FutureWarning"),
]
WAIT = 60.0


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two worker processes."""
    folder = tmp_path_factory.mktemp("cluster")
    told = folder / "scheduler.json"
    with ExitStack() as stack:
        start(stack, folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
        until(told.is_file)
        found = json.loads(told.read_text())["address"]
        start(stack, folder, "worker", found, "--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder))
        yield found


def start(stack: ExitStack, folder: Path, *words: str) -> None:
    """Start a part of the cluster and end it with the test."""
    command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    quiet = (folder / f"{words[0]}.log").open("wb")
    process = subprocess.Popen(command, cwd=folder, env=environ, stdout=quiet, stderr=quiet)

    def stop() -> None:
        process.terminate()
        process.wait(WAIT)
        quiet.close()

    stack.callback(stop)


def until(done) -> None:  # type: ignore[no-untyped-def]
    """Wait for something another process does."""
    end = time.monotonic() + WAIT
    while not done():
        assert time.monotonic() < end, "the cluster did not come up"
        time.sleep(0.05)


def test_a_cluster_builds_what_one_machine_builds_though_a_worker_is_killed(tmp_path: Path, address: str) -> None:
    place = Folder(tmp_path / "register")
    big = write(tmp_path, "apc260105.zip", crowd(1500))
    small = [write(tmp_path, BASE, [case("98000001")]), write(tmp_path, "apc260106.zip", [case("98000002")])]
    killed: list[int] = []

    def kill_the_reader(counts: Progress) -> None:
        rows = list(place.work.glob("apc260105-*.rows"))
        if rows and not killed:
            killed.append(int(rows[0].name.split(".")[1]))
            os.kill(killed[0], signal.SIGKILL)

    with cluster(address) as workers:
        result = build(place, [str(path) for path in (big, *small)], workers, NOW, kill_the_reader, 2)
    assert killed
    assert result.problems == []
    assert result.manifest.marks == 1502
    assert len(result.manifest.parts) == 3


def test_a_corrupt_file_is_named_by_the_cluster_too(tmp_path: Path, address: str) -> None:
    bad = tmp_path / "apc260107.zip"
    bad.write_bytes(write(tmp_path, "apc260108.zip", crowd(40)).read_bytes()[:-100])
    with cluster(address) as workers:
        result = build(Folder(tmp_path / "register"), [str(bad)], workers, NOW, lambda counts: None, 1)
    assert str(result.problems[0]).startswith("apc260107.zip")
    assert result.manifest.parts == ()


def test_a_scheduler_that_is_not_there_is_told() -> None:
    with pytest.raises(WorldError, match="no Dask scheduler answers"), cluster("tcp://127.0.0.1:9", "1s"):
        pass
