"""Reading the operator's own list, config/sanctions.csv, from disk. What a row means is decided in the core."""

from __future__ import annotations

from pathlib import Path

from tmwatch.errors import UsageError
from tmwatch.sanction_registry import Additions, read_additions
from tmwatch.sources.order_pages import decode
from tmwatch.text import say

MAX_BYTES = 5_000_000


def load_additions(path: Path) -> Additions:
    """Return the additions in `path`; none when there is no such file. UsageError names what cannot be taken."""
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        return Additions()
    except OSError as error:
        raise UsageError(
            say(
                "{file}: cannot be read ({reason}); check the path and its permissions",
                file=str(path),
                reason=error.strerror,
            )
        ) from error
    if len(body) > MAX_BYTES:
        raise UsageError(
            say(
                "{file}: larger than {most} MB; it is no list of additions", file=str(path), most=MAX_BYTES // 1_000_000
            )
        )
    return read_additions(decode(body, str(path)), str(path))
