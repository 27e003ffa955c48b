"""When Python looks for garbage. Loading code makes some 100,000 objects and no garbage: to look for it among them all
the time, and once more when the process ends, is a fifth of the time of a short command. A run makes records, findings
and messages, which are trees: to look for circles in them after every 700 objects is a twentieth of its time."""

from __future__ import annotations

import atexit
import gc

_FIRST_LOOK = 200_000  # objects: more than any command loads
_THEN = (10_000, 20, 20)  # objects; generations, a little rarer than usual (10, 10)


def collect_late() -> None:
    """Put off the first collection until after the start, and leave the last one out."""
    gc.callbacks.append(_collect_seldom)
    gc.set_threshold(_FIRST_LOOK, *_THEN[1:])
    atexit.register(gc.freeze)


def _collect_seldom(phase: str, info: dict[str, int]) -> None:
    """From the first collection on, look at less: not at what was loaded, and not after every few objects."""
    gc.callbacks.remove(_collect_seldom)
    gc.freeze()
    gc.set_threshold(*_THEN)
