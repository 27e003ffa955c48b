"""What one call of the command line knows: global options, environment, folder, clock; the settings when asked for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tmwatch.cli import console
from tmwatch.digest.terminal import spoken_here

if TYPE_CHECKING:
    from tmwatch.settings import Settings

CHINESE = ("zh-cn", "zh")  # what the environment may say; a file is read later, and other spellings with it


@dataclass
class Invocation:
    """One call. `now` gives the time in UTC, read once a run by the command that needs it; `sleep` waits seconds."""

    environ: Mapping[str, str]
    cwd: Path
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    config: Path | None = None
    verbose: bool = False
    sleep: Callable[[float], None] = time.sleep
    _settings: Settings | None = field(default=None, repr=False)
    _logging: bool = False

    @classmethod
    def of_process(cls) -> Invocation:
        """Return the invocation of this process: its environment and working folder."""
        return cls(os.environ, Path.cwd())

    @property
    def settings(self) -> Settings:
        """The settings, read once; their warnings go to stderr and the log is set up. SettingsError when wrong."""
        known = self.silent_settings
        if not self._logging:
            from tmwatch import logs

            level = "debug" if self.verbose else known.log.level
            logs.setup(level, known.log.format, known.secrets())
            self._logging = True
        return known

    @property
    def silent_settings(self) -> Settings:
        """The same for a command that asks nobody, and so logs nothing: the log, slow to load, is not set up."""
        if self._settings is None:
            from tmwatch import settings

            self._settings = settings.load(self.config, self.environ, self.cwd)
            console.speak(spoken_here(self._settings.digest.language, self.environ))
            for line in self._settings.warnings:
                console.warn(line)
        return self._settings

    def language(self) -> str:
        """Return the language of the terminal as far as it is known before any setting is read."""
        asked = self.environ.get("TMWATCH_DIGEST_LANGUAGE", "").strip().lower().replace("_", "-")
        return spoken_here("zh-CN" if asked in CHINESE else "en", self.environ)

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be printed: secrets of the settings when read, and those of the environment."""
        known = self._settings.secrets() if self._settings else ()
        ours = (value for name, value in self.environ.items() if name.startswith("TMWATCH_"))
        return (*known, *(value for value in ours if len(value) >= 8))


def invocation(ctx: typer.Context) -> Invocation:
    """Return the invocation a command runs in."""
    found = ctx.find_object(Invocation)
    if found is None:
        raise RuntimeError("the command was called without the frame of tmwatch.cli")
    return found
