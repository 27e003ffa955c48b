"""Where the register lies unless a command is told otherwise; light, for look-ups that mostly find none."""

from __future__ import annotations

from pathlib import Path

from tmwatch.settings import Settings

MANIFEST = "register.json"


def default_path(settings: Settings) -> Path:
    """Return the register's folder: beside the database."""
    beside = settings.store.backup_dir
    assert beside is not None  # settings.load fills it in
    return beside.parent / "register"


def has_register(settings: Settings) -> bool:
    """Whether a register was built there."""
    return (default_path(settings) / MANIFEST).is_file()
