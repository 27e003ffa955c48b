"""Trying again: back-off with jitter for what may pass, and waiting as told when a server says "too fast"."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

import stamina

from tmwatch.errors import Unavailable
from tmwatch.text import say

Result = TypeVar("Result")
MAX_PAUSES = 10
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0  # seconds before the second attempt, and at most
_RANDOM = random.SystemRandom()


class TooFast(Unavailable):
    """HTTP 429. `retry_after` is the pause in seconds."""


class GaveUp(Unavailable):
    """Not to be tried again in this run."""


def persist(
    operation: Callable[[], Result],
    *,
    attempts: int,
    sleep: Callable[[float], None],
    pause: Callable[[float], None],
) -> Result:
    """Run `operation` (fetch + read + parse + validate) until it succeeds, at most `attempts` times.

    Only Unavailable is tried again. A TooFast is no attempt: `pause` tells the shared pace, whose next slot then lies
    behind the pause; after MAX_PAUSES of them GaveUp is raised.
    """
    for attempt in stamina.retry_context(on=_may_pass, attempts=attempts, timeout=None):
        with attempt:
            if attempt.num > 1:
                sleep(back_off(attempt.num))
            return _patiently(operation, pause)
    raise AssertionError("stamina ends by returning or raising")


def back_off(attempt: int) -> float:
    """Return the seconds to wait before this attempt (2, 3, ...): doubling, half to one and a half of it."""
    return min(_FIRST_WAIT * 2.0 ** (attempt - 2), _LONGEST_WAIT) * _RANDOM.uniform(0.5, 1.5)


def _may_pass(error: Exception) -> bool | float:
    """Whether to try again; 0.0 because the injected sleep has the waiting, not the library's."""
    return 0.0 if isinstance(error, Unavailable) and not isinstance(error, GaveUp) else False


def _patiently(operation: Callable[[], Result], pause: Callable[[float], None]) -> Result:
    """Run the operation, waiting each time the server says "too fast"."""
    for _ in range(MAX_PAUSES):
        try:
            return operation()
        except TooFast as error:
            pause(error.retry_after or 0.0)
    try:
        return operation()
    except TooFast as error:
        raise GaveUp(
            say("{error} (waited {times} times)", error=error.said, times=MAX_PAUSES), error.retry_after
        ) from error
