"""A progress bar on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from tmwatch.cli import console
from tmwatch.text import Text, say

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID


class Progress:
    """Shows one task at a time on stderr while the block runs."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Draw only on a terminal, and not when `quiet`."""
        self._drawn = not quiet and console.on_terminal(sys.stderr)
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        """Begin."""
        if self._drawn:
            from rich.console import Console
            from rich.progress import Progress as Bar

            self._bar = Bar(console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Clear the bar."""
        if self._bar:
            self._bar.stop()

    def show(self, message: str | Text, done: int, total: int) -> None:
        """Move the bar of `message`; a `total` of 0 is not known."""
        if self._bar is None:
            return
        shown = console.spoken(message if isinstance(message, Text) else say(message))
        if shown not in self._tasks:
            self._tasks[shown] = self._bar.add_task(shown, total=total or None)
        self._bar.update(self._tasks[shown], completed=done, total=total or None)
