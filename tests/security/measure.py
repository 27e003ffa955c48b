"""Reads hostile files, each in a forked child that may not call out, and measures processor time and memory.

`python -m tests.security.measure` reads lines of JSON [parser, path] and prints one JSON object each: what came of it,
seconds, megabytes more than before in the child itself, megabytes of the largest process it started, and calls made.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from tests.security.parsers import PARSERS
from tmwatch.errors import TmwatchError

TIMEOUT = 60
_OUT = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")


def main() -> None:
    """Serve until stdin ends."""
    for line in sys.stdin:
        parser, path = json.loads(line)
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read_end)
            resource.setrlimit(resource.RLIMIT_CPU, (TIMEOUT, TIMEOUT))
            os.write(write_end, json.dumps(measured(parser, Path(path))).encode())
            os._exit(0)
        os.close(write_end)
        with os.fdopen(read_end, "rb") as told:
            answer = told.read()
        _, status = os.waitpid(pid, 0)
        died = {"result": f"died: {status}", "seconds": TIMEOUT, "megabytes": 0, "child": 0, "calls": []}
        print(answer.decode() or json.dumps(died), flush=True)


def measured(parser: str, path: Path) -> dict[str, object]:
    """Read one file."""
    calls: list[str] = []

    def listen(name: str, arguments: tuple[object, ...]) -> None:
        if name in _OUT:
            calls.append(f"{name} {arguments[1:]}")
            raise OSError("no calls out")

    sys.addaudithook(listen)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = _used()
    try:
        PARSERS[parser](path)
        result = "read"
    except TmwatchError as error:
        result = type(error).__name__
        if "\n" in str(error) or "root:" in str(error):
            result = f"said too much: {error}"
    except ValueError as error:
        result = "no JSON" if parser in ("listing", "stored record") else f"CRASH {type(error).__name__}: {error}"
    except BaseException as error:
        result = "no JSON" if parser == "listing" else f"CRASH {type(error).__name__}: {str(error)[:200]}"
    return {
        "result": result,
        "seconds": round(_used() - begin, 2),
        "megabytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
        "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "calls": calls,
    }


def _used() -> float:
    """Return the processor time of this process and its children, which a busy machine does not stretch."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()
