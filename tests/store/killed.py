"""Run as a program: migrate the database named, and kill this process before the given statement."""

import os
import signal
import sys

from sqlalchemy import Engine, event

from tmwatch.store import schema


def main(url: str, last: int) -> None:
    """Count the statements of the migration alone: those after its first BEGIN or lock."""
    count = 0

    def note(_conn: object, _cursor: object, _statement: str, *_more: object) -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", note)
    schema.upgrade(url)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
