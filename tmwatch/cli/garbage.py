"""When Python looks for garbage. Loading code makes some 100,000 objects and no garbage: to look for it among them all
the time, and once more when the process ends, is a fifth of the time of a short command."""

from __future__ import annotations

import atexit
import gc

_FIRST_LOOK = 200_000  # objects: more than any command loads
_USUAL = gc.get_threshold()


def collect_late() -> None:
    """Put off the first collection until after the start, and leave the last one out."""
    gc.callbacks.append(_as_usual)
    gc.set_threshold(_FIRST_LOOK, *_USUAL[1:])
    atexit.register(gc.freeze)


def _as_usual(phase: str, info: dict[str, int]) -> None:
    """Collect as Python does from the first collection on: a long run needs no more memory than it did."""
    gc.callbacks.remove(_as_usual)
    gc.set_threshold(*_USUAL)
